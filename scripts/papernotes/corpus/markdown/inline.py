"""Inline syntax beyond CommonMark: citations, attribute lists, ids in raw HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLOCK = re.compile(r"\[(?=[^\[\]]*@)([^\[\]]*)\]")
CITED = re.compile(r"(?P<space>\s*)@(?P<key>[A-Za-z0-9_][\w-]*)(?:\s*,\s*(?P<locator>.*))?", re.DOTALL)
ATTRIBUTES = re.compile(r"\{:?[ ]*(?P<attrs>[^{}\n]*)\}")
_ATTRIBUTES = re.compile(rb"\{:?[ ]*(?P<attrs>[^{}\n]*)\}")
_BLANK = re.compile(rb"\s*+")
COMMENT = re.compile(r"<!--(.*?)(?:-->|$)", re.DOTALL)
PLAIN_LIST = re.compile(
    r'\{:?[ ]*(?:(?:#[\w:.-]+|\.[\w-]+|[\w-]+="[^"\n{}]*"|[\w-]+=[\w-]+)(?:[ ]+|(?=\})))+\}'
)
"""An attribute list that can be read in one way only."""
_PLAIN = rb"[^\x1a\s()<>\\\"']*"
PLAIN_TAIL = re.compile(
    rb"\]\((?:<[^\x1a<>\\\n]*>|" + _PLAIN + rb"(?:\(" + _PLAIN + rb"\)" + _PLAIN + rb")*)"
    rb"(?:[ ](?:\"[^\"\n\\]*\"|'[^'\n\\]*'))?\)\Z"
)
"""The end of an inline link that can be read in one way only."""
PLAIN_LINK = re.compile(rb"!?\[([^\x1a\[\]\\`*_~<>&\n]*)\]\([^\x1a\s\[\]()<>\\\"'&]*\)")
"""An inline link or image whose words are nothing but words."""
ENTITY = re.compile(rb"&(?:#\w+|[a-zA-Z]\w*);")
INLINE_LINK = re.compile(rb"\]\(")
FULL_LINK = re.compile(rb"\]\s?\[(?!\^|@)")
ANGLE = re.compile(rb"(?<!\]\()<(?=[a-zA-Z/!?]|[^<> !\n]+@)")
BACKTICK = re.compile(rb"(?<!\\)`")
ODD_HEADING = re.compile(rb"[\\_]|&(?:#\w+|[a-zA-Z]\w*);|<|!\[")
"""What makes the words, and so the anchor, of a heading uncertain."""
IN_TAG = re.compile(r"\]\s?[\[(]|[`$]|\n[ ]*\n|[*_]{2}")
REFERENCE = re.compile(
    rb"(?<![\w\\])!?\[(?P<text>(?:[^\[\]\\!]++|\\.|!(?!\[)|!?\[[^\[\]]*+\](?:\([^()]*+\))?+)*+)\]"
    rb"\[(?P<label>[^\[\]]*)\]"
)
SHORT = re.compile(rb"^ {0,3}\[(?P<label>[^\[\]\n]*)\]:", re.MULTILINE)


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
            match = CITED.fullmatch(part.rstrip())
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


def identities(data: bytes, start: int, end: int, *, attached: bool) -> tuple[list[tuple[str, int]], bool]:
    """Ids that attribute lists in a run of plain text give to inline elements and to paragraphs.

    Args:
        data: the flattened page.
        start: offset of the run.
        end: end of the run.
        attached: whether an inline element ends where the run begins.

    Returns:
        The ids with the offsets of their lists, and whether a list could be read differently.
    """
    found: list[tuple[str, int]] = []
    doubtful = False
    closes = data[end : end + 2] in {b"\n\n", b"\n", b""}
    shown = start + len(data[start:end].rstrip())
    before = line = words = 0  # the start of the line, and its first character that is no blank
    for match in _ATTRIBUTES.finditer(data, start, end):
        if newline := data.rfind(b"\n", before, match.start()) + 1:
            line = newline
        before = match.start()
        if words <= line and line:
            words = _BLANK.match(data, line).end()  # type: ignore[union-attr]  # it matches nothing, too
        last = line > 0 and words >= match.start() and match.end() >= shown
        if not (attached and match.start() == start) and not (last and closes):
            doubtful = doubtful or b"#" in match["attrs"] or last
            continue
        text = match[0].decode(errors="replace")
        doubtful = doubtful or not PLAIN_LIST.fullmatch(text)
        identity, _ = attributes(match["attrs"].decode(errors="replace"))
        if identity:
            found.append((identity, match.start()))
    return found, doubtful
