"""YAML with the place of every key and value, and without the parts of YAML that a note never needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from papernotes.corpus.source import Place

_STRING = "tag:yaml.org,2002:"
DEEPEST = 32
"""Levels of mappings and lists in each other."""
_BRACKET = re.compile(r"[\[\]{}]")
_INDENTED = re.compile(rf"^ {{{DEEPEST}}}|(?:[-?:][ \t]+){{{DEEPEST // 2}}}", re.MULTILINE)
_PLAIN = {"str", "int", "float", "bool", "null", "timestamp"}


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a text is not the YAML we read, and where."""

    place: Place
    message: str
    hint: str = ""
    refused: bool = False
    """Whether it is YAML all the same."""


def compose(text: str, first_line: int = 1, *, aliases: bool = False) -> yaml.Node | Broken | None:
    """Parse YAML to its node tree.

    Args:
        text: one YAML document.
        first_line: line of the file on which it begins; kept for :func:`place`.
        aliases: whether anchors and aliases are allowed.

    Returns:
        The root node, None for an empty document, or what is wrong. Anchors and aliases are
        refused in what a pull request brings: a few lines of them can describe gigabytes.
    """
    try:
        named = not aliases and ("&" in text or "*" in text)
        if named or _may_be_deep(text):
            depth = 0
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                if named and (isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)):
                    at = _mark(event.start_mark, first_line)
                    return Broken(at, "must not use anchors or aliases", "write it out", refused=True)
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if depth > DEEPEST:
                    at = _mark(event.start_mark, first_line)
                    return Broken(at, f"must not be more than {DEEPEST} levels deep", refused=True)
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
        return node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _mark(mark, first_line) if mark else Place(first_line)
        problem = error.problem or "invalid"
        lines = text.split("\n")
        line = lines[at.line - first_line] if 0 <= at.line - first_line < len(lines) else ""
        hint = ""
        if "\t" in line[: at.col]:
            problem, hint = "a tab", "indent with spaces: YAML allows no tabs"
        elif "mapping values are not allowed" in problem:
            hint = "put the value in quotes: it contains a colon followed by a space"
        return Broken(at, f"must be valid YAML: {problem}", hint)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return Broken(Place(first_line), f"must be valid YAML: {str(error).splitlines()[0]}")


def _may_be_deep(text: str) -> bool:
    """Whether something could be nested too deeply; the parser recurses in C and would end the process."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            return True
    return _INDENTED.search(text) is not None


def _mark(mark: Any, first_line: int) -> Place:
    return Place(first_line + mark.line, mark.column + 1)


def place(node: yaml.Node, first_line: int = 1) -> Place:
    """Where a node's text begins; its width on the first line."""
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Place(first_line + start.line, start.column + 1, max(1, width))


def items(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """(key, key node, value node) of a mapping, in order, duplicates included."""
    for key, value in node.value:
        yield str(key.value) if isinstance(key, yaml.ScalarNode) else "", key, value


def text(node: yaml.Node) -> str | None:
    """The text of a scalar as written, whatever its YAML type; None for null and for other nodes."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    tag = node.tag.removeprefix(_STRING)
    if tag not in _PLAIN or tag == "null":
        return None
    return str(node.value)


def texts(node: yaml.Node) -> list[tuple[str, yaml.Node]] | None:
    """The scalars of a sequence with their nodes, or None when it is not a sequence of scalars."""
    if not isinstance(node, yaml.SequenceNode):
        return None
    found = [(text(item), item) for item in node.value]
    if any(value is None for value, _ in found):
        return None
    return [(value or "", item) for value, item in found]
