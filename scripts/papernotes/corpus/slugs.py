"""How a project reads Markdown: the anchors it makes of headings, and the extensions it has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

import pymdownx.slugs
import yaml
from markdown.extensions import toc

from papernotes.corpus import positioned
from papernotes.corpus.configuration import Configuration, option


@dataclass(frozen=True, slots=True)
class Slugify:
    """From the text of a heading to its anchor, and what else of a project's Markdown is not as ours.

    Args:
        function: the slug function with its separator.
        extensions: (name, options as JSON) of Python-Markdown; empty means those of this repository.
        lacking: what looks like syntax of an extension that the project does not have.
    """

    function: Callable[[str], str]
    extensions: tuple[tuple[str, str], ...] = ()
    lacking: re.Pattern[str] | None = None
    anchored: tuple[str, ...] = ("toc",)
    """The extensions that make anchors with the function."""

    def __call__(self, text: str) -> str:
        """The anchor of a heading."""
        return self.function(text)

    def differs(self, text: str) -> bool:
        """Whether a page uses syntax that the project reads otherwise than we do: then it is rendered."""
        return self.lacking is not None and bool(self.lacking.search(text))


ours = Slugify(partial(pymdownx.slugs.slugify(case="lower"), sep="-"))
"""Lower case, Unicode kept: ``## 数学原理`` has a real anchor."""

_NAMES: dict[str, Callable[[str, str], str]] = {
    "markdown.extensions.toc.slugify": toc.slugify,
    "markdown.extensions.toc.slugify_unicode": toc.slugify_unicode,
}
_YAML = "tag:yaml.org,2002:"
_PYTHON = f"{_YAML}python/"
_APPLY = f"{_PYTHON}object/apply:pymdownx.slugs.slugify"
_NAME = f"{_PYTHON}name:"
_STANDARD = "markdown.extensions."
_BUNDLES = {
    "extra": ("abbr", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "tables"),
    "pymdownx.extra": (
        "abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "pymdownx.superfences",
        "pymdownx.betterem",
    ),
}  # fmt: skip
_ALWAYS = ("toc", "tables", "fenced_code")
"""Extensions that MkDocs adds to every project."""
_READ_FILES = {"pymdownx.snippets", "markdown_include.include", "pymdownx.b64", "pymdownx.pathconverter"}
"""Extensions that are not given to the renderer: they read files or change paths."""
_TABS = "pymdownx.tabbed"
_SYNTAX = {
    "admonition": r"^ *!!! ?\S",
    "pymdownx.details": r"^ *\?\?\?\+? ?\S",
    "pymdownx.tabbed": r"^ *===[+!]* +\"",
    "footnotes": r"\[\^[^\[\]\n]+\]",
    "attr_list": r"\{:?[ ]*[#.]",
    "md_in_html": r"<[a-zA-Z][^>\n]*\smarkdown\b",
    "pymdownx.superfences": r"^ +(?:`{3,}|~{3,})|^(?:`{3,}|~{3,})[^`\n]*[={]",
    "pymdownx.arithmatex": r"\$[^\s$][^$\n]*\$|\$\$|\\\(|\\\[|^ *\\begin",
}
"""What a page that uses an extension looks like, by the extensions that the scanner takes for granted."""


def configured(config: Configuration) -> Slugify | None:
    """How the Markdown of a project is read.

    Args:
        config: its mkdocs.yml.

    Returns:
        None for a slug function that is not known here: then anchors cannot be told without running the
        project's own code.
    """
    given = {name.removeprefix(_STANDARD): options for name, options in config.entries("markdown_extensions")}
    function = _function(given.get("toc"))
    if function is None:
        return None
    names = set(_ALWAYS).union(given, *(_BUNDLES.get(name, ()) for name in given))
    strange = [f"(?:{mark})" for name, mark in _SYNTAX.items() if name not in names]
    anchored: tuple[str, ...] = ("toc",)
    if option(given.get(_TABS), "slugify") is not None:
        anchored = ("toc", _TABS)
        strange.append(f"(?:{_SYNTAX[_TABS]})")  # tabs with anchors of their own
    known = [name for name in dict.fromkeys((*_ALWAYS, *given)) if _importable(name)]
    extensions = tuple((name, json.dumps(_plain(given.get(name)) or {}, sort_keys=True)) for name in known)
    lacking = re.compile("|".join(strange), re.MULTILINE) if strange else None
    return Slugify(function, extensions, lacking, anchored)


def _importable(name: str) -> bool:
    """Whether the renderer may have an extension: a standard one, or one that is installed under its name.

    Dotted names of other packages are not imported: mkdocs.yml may come with a pull request.
    """
    if name in _READ_FILES:
        return False
    if name.startswith("pymdownx.") or ("." not in name and find_spec(f"{_STANDARD}{name}")):
        return True
    return bool(entry_points(group="markdown.extensions", name=name))


def _function(options: yaml.Node | None) -> Callable[[str], str] | None:
    """The function that the options of the ``toc`` extension name."""
    node = option(options, "slugify")
    separator_node = option(options, "separator")
    separator = (positioned.text(separator_node) if separator_node else None) or "-"
    if node is None:
        return partial(_slug, toc.slugify, separator)
    if node.tag.startswith(_NAME) and node.tag.removeprefix(_NAME) in _NAMES:
        return partial(_slug, _NAMES[node.tag.removeprefix(_NAME)], separator)
    if node.tag == _APPLY and isinstance(node, yaml.MappingNode):
        case_node = option(option(node, "kwds"), "case")
        case = positioned.text(case_node) if case_node else None
        return partial(_slug, pymdownx.slugs.slugify(case=case or "none"), separator)
    return None


def _slug(function: Callable[[str, str], str], separator: str, text: str) -> str:
    return function(text, separator)


def _plain(node: yaml.Node | None) -> Any:
    """Options without what only Python can say; those are left at their defaults."""
    if node is None or not node.tag.startswith(_YAML) or node.tag.startswith(_PYTHON):
        return None
    if isinstance(node, yaml.MappingNode):
        made = {key: _plain(value) for key, _, value in positioned.items(node)}
        return {key: value for key, value in made.items() if value is not None}
    if isinstance(node, yaml.SequenceNode):
        return [value for item in node.value if (value := _plain(item)) is not None]
    kind = node.tag.removeprefix(_YAML)
    if kind == "bool":
        return node.value.lower() in {"true", "yes", "on"}
    if kind in {"int", "float"}:
        return yaml.safe_load(node.value)
    return node.value if kind == "str" else None
