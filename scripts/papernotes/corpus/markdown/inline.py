"""Inline syntax beyond CommonMark: citations, attribute lists, ids in raw HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLOCK = re.compile(r"\[(?=[^\[\]]*@)([^\[\]]*)\]")
CITED = re.compile(r"(?P<space>\s*)@(?P<key>[A-Za-z0-9_][\w-]*)(?:\s*,\s*(?P<locator>.*?))?\s*$", re.DOTALL)
ATTRIBUTES = re.compile(r"\{:?[ ]*(?P<attrs>[^{}\n]*)\}")
COMMENT = re.compile(r"<!--(.*?)(?:-->|$)", re.DOTALL)
HTML_ID = re.compile(r"""<[a-zA-Z][^<>]*?\b(?:id|name)\s*=\s*["']?(?P<id>[^"'\s>]+)""")


def citations(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Citations in a run of plain text.

    Args:
        text: the run; code, math and links are not in it.

    Yields:
        (key, locator, start, end) with the range of ``@key`` in the text. A bracket counts only when every
        part of it, between semicolons, is an ``@key`` with an optional locator.
    """
    for block in BLOCK.finditer(text):
        at = block.start(1)
        found = []
        for part in block[1].split(";"):
            match = CITED.match(part)
            if match is None:
                break
            start = at + match.end("space")
            found.append((match["key"], match["locator"] or "", start, start + len(match["key"]) + 1))
            at += len(part) + 1
        else:
            yield from found


def attributes(text: str) -> tuple[str, tuple[str, ...]]:
    """The id and the classes that an attribute list such as ``{#proof .open}`` gives."""
    words = text.split()
    identity = next((word[1:] for word in words if word.startswith("#")), "")
    return identity, tuple(word[1:] for word in words if word.startswith("."))


def trailing_attributes(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Split an attribute list off the end of a heading: (text without it, id, classes)."""
    stripped = text.rstrip()
    if stripped.endswith("}"):
        for match in ATTRIBUTES.finditer(stripped):
            if match.end() == len(stripped):
                return (stripped[: match.start()].rstrip(), *attributes(match["attrs"]))
    return stripped, "", ()
