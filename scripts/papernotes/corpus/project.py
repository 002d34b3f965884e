"""What mkdocs.yml says about a project: where its pages are and which of them are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pathspec
import yaml

from papernotes.corpus import disk, positioned, slugs
from papernotes.corpus.model import EDITIONS, Place
from papernotes.corpus.slugs import Slugify
from papernotes.diagnostics import Diagnostic

CONFIG = "mkdocs.yml"
PLUGIN = "papernotes"
DEFINE_LABELS = {"autorefs", "mkdocstrings"}
"""Plugins that let a page refer to labels of other pages."""


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
    slug: Slugify | None = slugs.ours
    """From headings to anchors; None when mkdocs.yml names a function that is not known here."""
    labels_known: bool = True
    """Whether every label is defined on its page; a plugin may define them elsewhere."""
    excluded: pathspec.PathSpec[pathspec.Pattern] | None = None
    """Patterns of files that are in the folder but not in the site (``exclude_docs``, ``draft_docs``)."""

    @property
    def tops(self) -> tuple[str, ...]:
        """The folders to read."""
        return (*self.folders.values(), "papers") if self.ours else tuple(self.folders.values())


def read(root: Path) -> tuple[Project, list[Diagnostic]]:
    """Read mkdocs.yml.

    Args:
        root: the folder that holds it.

    Returns:
        The project, and a fault when the file cannot be read: then it is taken for a knowledge base.
    """
    source, faults = disk.read(root, CONFIG)
    node = positioned.compose(source.text, aliases=True)
    if isinstance(node, positioned.Broken):
        return Project(root), [
            *faults,
            source.fault(node.place, "N002", f"mkdocs.yml {node.message}", node.hint),
        ]
    if node is not None and not isinstance(node, yaml.MappingNode):
        message = "mkdocs.yml must be a mapping"
        return Project(root), [*faults, source.fault(Place(), "N003", message, "write `site_name: …`")]
    settings = {key: value for key, _, value in positioned.items(node)} if node else {}
    plugins = _names(settings.get("plugins"))
    if PLUGIN in plugins or disk.is_folder(root, f"docs/{EDITIONS[0]}"):
        return Project(root), faults
    docs = _text(settings, "docs_dir") or "docs"
    patterns = [
        line for key in ("exclude_docs", "draft_docs") for line in (_text(settings, key) or "").splitlines()
    ]
    return (
        Project(
            root,
            folders={EDITIONS[0]: docs.strip("/").removeprefix("./")},
            ours=False,
            labels_known=not plugins & DEFINE_LABELS,
            slug=slugs.configured(_options(settings.get("markdown_extensions"), "toc")),
            directory_urls=_text(settings, "use_directory_urls") != "false",
            excluded=pathspec.PathSpec.from_lines("gitignore", [".*", "/templates/", *patterns]),
        ),
        faults,
    )


def _text(settings: Mapping[str, yaml.Node], key: str) -> str | None:
    node = settings.get(key)
    return positioned.text(node) if node is not None else None


def _options(node: yaml.Node | None, extension: str) -> yaml.MappingNode | None:
    """The options of an extension in a list or mapping of extensions."""
    maps = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in maps:
        for key, _, value in positioned.items(item) if isinstance(item, yaml.MappingNode) else ():
            if key in {extension, f"markdown.extensions.{extension}"} and isinstance(value, yaml.MappingNode):
                return value
    return None


def _names(node: yaml.Node | None) -> set[str]:
    """Names in a list or mapping of plugins."""
    if isinstance(node, yaml.MappingNode):
        return {key for key, _, _ in positioned.items(node)}
    if isinstance(node, yaml.SequenceNode):
        return {
            name
            for item in node.value
            for name in ([item.value] if isinstance(item, yaml.ScalarNode) else _names(item))
        }
    return set()
