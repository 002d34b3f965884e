"""What plugins, hooks and extensions of a project make at build time, found by name.

Nothing of them is run. A plugin or extension is known by name, or could make anything; a hook is read: the
events that it handles say what it can change.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from papernotes.corpus import disk
from papernotes.corpus.configuration import Configuration, option, strings
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.unknown import ANCHORS, LABELS, NAVIGATION, PAGES, Unknown

EVERYTHING = frozenset({PAGES, ANCHORS, LABELS, NAVIGATION})

_QUIET = (
    "bibtex", "charts", "drawio", "encryptcontent", "exclude", "exclude-search", "gh-admonitions",
    "git-authors", "git-committers", "git-committers-2", "git-revision-date",
    "git-revision-date-localized", "glightbox", "include-markdown", "info", "kroki", "llmstxt",
    "macros", "markdownextradata", "mermaid2", "meta", "mike", "minify", "mkdocs-jupyter",
    "offline", "optimize", "panzoom", "privacy", "redirects", "rss", "search", "social",
    "swagger-ui-tag", "table-reader", "tags", "typeset",
)  # fmt: skip
_NAVIGATORS = ("awesome-nav", "awesome-pages", "literate-nav", "nav-weight", "section-index")
_MAKES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_QUIET, frozenset()),
    **dict.fromkeys(_NAVIGATORS, frozenset({NAVIGATION})),
    "autorefs": frozenset({LABELS}),
    "mkdocstrings": frozenset({LABELS}),
    "blog": frozenset({NAVIGATION}),
    "gen-files": frozenset({PAGES, NAVIGATION}),
    "api-autonav": frozenset({LABELS, NAVIGATION}),
}
"""What a plugin makes beyond what its own marks on a page and its own folder show."""

_FOLDERS = {"blog": ("blog_dir", "blog"), "api-autonav": ("api_root_uri", "reference")}
"""Plugins that make pages in one folder: the option that names it, and its default."""

_EVENTS = {
    "on_config": EVERYTHING,
    "on_pre_build": frozenset({PAGES}),
    "on_files": frozenset({PAGES, NAVIGATION}),
    "on_nav": frozenset({NAVIGATION}),
    "on_page_read_source": frozenset({ANCHORS, LABELS}),
    "on_page_markdown": frozenset({ANCHORS, LABELS}),
    "on_page_content": frozenset({ANCHORS}),
    "on_post_page": frozenset({ANCHORS}),
}
"""What the handler of an event of MkDocs can change; the others come too early or too late."""

_OBJECTS = re.compile(r"^ *::: ", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{|\{%")
_INCLUDE = re.compile(r"\{!|\{%")
_MARKS = {
    "mkdocstrings": _OBJECTS,
    "mkautodoc": _OBJECTS,
    "mkdocs-click": _OBJECTS,
    "mkdocs-typer": _OBJECTS,
    "macros": _TEMPLATE,
    "markdownextradata": _TEMPLATE,
    "table-reader": _TEMPLATE,
    "include-markdown": _INCLUDE,
    "markdown_include.include": _INCLUDE,
}
"""What shows on a page that a plugin or extension puts something there."""

_STANDARD = (
    "abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes",
    "legacy_attrs", "legacy_em", "md_in_html", "meta", "nl2br", "sane_lists", "smarty", "tables", "toc",
    "wikilinks",
)  # fmt: skip
_HARMLESS = (
    "callouts", "fontawesome_markdown", "markdown_grid_tables", "markdown_katex", "mdx_gh_links", "mdx_math",
    "mdx_truly_sane_lists", "plantuml_markdown",
)  # fmt: skip
"""Extensions of others that make neither anchors nor links inside the site."""


def read(root: Path, config: Configuration, slug: Slugify | None) -> Unknown:
    """Read what a project's configuration says about code that takes part in the build.

    Args:
        root: the repository.
        config: its mkdocs.yml.
        slug: how it makes anchors of headings; None when that is not known.
    """
    makers: dict[str, list[str]] = defaultdict(list)
    marks: dict[str, re.Pattern[str]] = {}
    folders: list[tuple[str, str]] = []
    for full, options in config.entries("plugins"):
        name = full.removeprefix("material/")
        for what in sorted(_MAKES.get(name, frozenset() if name in _FOLDERS else EVERYTHING)):
            makers[what].append(f"plugin {name}")
        if name in _MARKS:
            marks[f"plugin {name}"] = _MARKS[name]
        if name in _FOLDERS:
            key, default = _FOLDERS[name]
            folder = next(iter(strings(option(options, key))), default).strip("/")
            folders.append(("" if folder == "." else f"{folder}/", f"plugin {name}"))
    for name, _ in config.entries("markdown_extensions"):
        if name in _MARKS:
            marks[f"extension {name}"] = _MARKS[name]
        elif not known(name):
            makers[ANCHORS].append(f"extension {name}")
            makers[LABELS].append(f"extension {name}")
    if slug is None:
        makers[ANCHORS].append("slugify of toc")
    for path in strings(config.settings.get("hooks")):
        for what in sorted(
            frozenset().union(*(_EVENTS.get(event, frozenset()) for event in _events(root, path)))
        ):
            makers[what].append(f"hook {path}")
    return Unknown({what: tuple(names) for what, names in makers.items()}, marks, tuple(folders))


def known(extension: str) -> bool:
    """Whether an extension of Python-Markdown makes nothing that is not foreseen here."""
    name = extension.removeprefix("markdown.extensions.")
    return name in _STANDARD or name in _HARMLESS or name.startswith(("pymdownx.", "papernotes."))


def _events(root: Path, path: str) -> Iterator[str]:
    """The events that a hook handles; one that cannot be read could handle any."""
    if not disk.is_file(root, path):
        yield "on_config"
        return
    source, _ = disk.read(root, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is the hook's business
            tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield "on_config"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("on_"):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.startswith("on_"):
            yield node.id
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (
                name for alias in node.names if (name := alias.asname or alias.name).startswith("on_")
            )
