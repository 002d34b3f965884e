"""What mkdocs.yml says about a project: where its pages are, which are published, how they are read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pathspec
import yaml

from papernotes.corpus import configuration, disk, makers, positioned, slugs
from papernotes.corpus.configuration import Configuration
from papernotes.corpus.model import EDITIONS
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.unknown import NAVIGATION, Unknown
from papernotes.diagnostics import Diagnostic

PLUGIN = "papernotes"
GIT = ".gitignore"
SNIPPETS = "pymdownx.snippets"
_CARRIERS = {
    "formulas": {"pymdownx.arithmatex"},
    "footnotes": {
        "footnotes",
        "markdown.extensions.footnotes",
        "extra",
        "markdown.extensions.extra",
        "pymdownx.extra",
    },
}
"""Extensions that bring a kind of syntax."""
_THEMED = {
    "mkdocs": frozenset({"img/favicon.ico"}),
    "readthedocs": frozenset({"img/favicon.ico"}),
    "material": frozenset({"assets/images/favicon.png"}),
}
"""Pictures that themes bring, which a page may show."""
Patterns = pathspec.PathSpec[pathspec.Pattern]


@dataclass(frozen=True, slots=True)
class Project:
    """One repository with a mkdocs.yml.

    A project that has our plugin is a knowledge base: two editions, notes with front matter, a ledger, a
    bibliography. Any other MkDocs project is checked for what every site has: links, images, formulas.
    """

    root: Path
    folders: Mapping[str, str] = field(default_factory=lambda: {name: f"docs/{name}" for name in EDITIONS})
    """Folder of each edition's pages, relative to the root."""
    ours: bool = True
    directory_urls: bool = True
    rooted: bool = False
    """Whether a link that begins with a slash counts from the folder (``relative_to_docs``)."""
    slug: Slugify = slugs.ours
    """From headings to anchors, and what else of the Markdown is not as ours."""
    excluded: Patterns | None = None
    """Patterns of files that are in the folder but not in the site (``exclude_docs``, ``draft_docs``)."""
    navigation: frozenset[str] | None = None
    """The pages that ``nav`` lists, relative to the folder; None when MkDocs lists every page itself."""
    unlisted: Patterns | None = None
    """Patterns of pages that are meant to be in no navigation (``not_in_nav``)."""
    taken_out: tuple[str, ...] = ()
    """Patterns of files that the plugin mkdocs-exclude takes out, ``*`` for any part of a path."""
    unknown: Unknown = field(default_factory=Unknown)
    """What code of others makes at build time."""
    ignored: Patterns | None = None
    """What git ignores: made before the build, if it is not there."""
    syntax: frozenset[str] = frozenset({"formulas", "footnotes"})
    """Which of formulas and footnotes the site has."""
    theme: str = ""
    """Folder of the project's own theme files (``custom_dir``): on the site like those of docs_dir."""
    themed: frozenset[str] = frozenset()
    """Files that the theme brings and that pages link to."""
    snippets: tuple[str, ...] | None = ("",)
    """Folders that embedded files are looked for in; None when the project embeds none."""
    appended: tuple[str, ...] = ()
    """Files that every page ends with."""

    @property
    def tops(self) -> tuple[str, ...]:
        """The folders to read."""
        return (*self.folders.values(), "papers") if self.ours else tuple(self.folders.values())


def read(root: Path) -> tuple[Project, list[Diagnostic]]:
    """Read mkdocs.yml.

    Args:
        root: the folder that holds it.

    Returns:
        The project, and the faults of a file that cannot be read.
    """
    config = configuration.read(root)
    faults = list(config.faults)
    hidden = _patterns([*config.lines("exclude_docs"), *config.lines("draft_docs")])
    plugins = {name for name, _ in config.entries("plugins")}
    if PLUGIN in plugins or disk.is_folder(root, f"docs/{EDITIONS[0]}"):
        return Project(root, excluded=hidden), faults
    docs = posixpath.normpath(config.text("docs_dir") or "docs")
    given = config.entries("markdown_extensions")
    extensions = {name.removeprefix("markdown.extensions."): options for name, options in given}
    embedding, theme = extensions.get(SNIPPETS), config.settings.get("theme")
    slug = slugs.configured(config)
    seen = makers.read(root, config, slug)
    return (
        Project(
            root,
            folders={EDITIONS[0]: docs},
            ours=False,
            slug=slug or slugs.ours,
            directory_urls=config.text("use_directory_urls") != "false",
            rooted=_rooted(config),
            excluded=_patterns([".*", "/templates/"]) + hidden,
            navigation=_navigation(config) if NAVIGATION not in seen else None,
            unlisted=_patterns(config.lines("not_in_nav")),
            taken_out=tuple(
                pattern
                for name, options in config.entries("plugins")
                if name == "exclude"
                for pattern in configuration.strings(configuration.option(options, "glob"))
            ),
            unknown=seen,
            ignored=_patterns(_git_ignores(root)),
            syntax=frozenset(name for name, carriers in _CARRIERS.items() if carriers & extensions.keys()),
            theme=_text(theme, "custom_dir"),
            themed=_THEMED.get(_text(theme, "name") or config.text("theme") or "mkdocs", frozenset()),
            snippets=_bases(embedding, docs) if SNIPPETS in extensions else None,
            appended=tuple(configuration.strings(configuration.option(embedding, "auto_append"))),
        ),
        faults,
    )


def _patterns(lines: list[str]) -> Patterns:
    return pathspec.PathSpec.from_lines("gitignore", lines)


def _text(node: yaml.Node | None, key: str) -> str:
    """An option that is text, or empty."""
    return next(iter(configuration.strings(configuration.option(node, key))), "")


def _rooted(config: Configuration) -> bool:
    """Whether ``validation`` has absolute links count from the folder, under ``links`` or without it."""
    validation = config.settings.get("validation")
    links = configuration.option(validation, "links")
    return "relative_to_docs" in {_text(links, "absolute_links"), _text(validation, "absolute_links")}


def _git_ignores(root: Path) -> list[str]:
    """The lines of .gitignore at the top of the repository."""
    return disk.read(root, GIT)[0].text.splitlines() if disk.is_file(root, GIT) else []


def _bases(options: yaml.Node | None, docs: str) -> tuple[str, ...]:
    """Where embedded files are looked for: ``base_path``, with ``!relative`` as MkDocs reads it."""
    node = configuration.option(options, "base_path")
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node] if node else []
    found = []
    for item in nodes:
        base = str(item.value).replace("$config_dir", ".").replace("$docs_dir", docs) or "."
        found.append(posixpath.normpath(base))
    return tuple("" if base == "." else base for base in found) or ("",)


def _navigation(config: Configuration) -> frozenset[str] | None:
    """The paths that ``nav`` lists."""
    node = config.settings.get("nav")
    if not isinstance(node, yaml.SequenceNode | yaml.MappingNode):
        return None
    return frozenset(posixpath.normpath(path) for path in _leaves(node))


def _leaves(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _leaves(item)
    elif isinstance(node, yaml.MappingNode):
        for _, _, value in positioned.items(node):
            yield from _leaves(value)
    elif isinstance(node, yaml.ScalarNode):
        yield str(node.value)
