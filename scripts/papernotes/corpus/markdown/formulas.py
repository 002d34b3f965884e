"""Formulas, found as ``pymdownx.arithmatex`` finds them, and hidden from the CommonMark parser.

A CommonMark parser reads emphasis, links and lists in a formula, and its own math syntax needs balanced
braces, so that a formula with a brace too few, the very one that has to be reported, would be plain text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import pyromark
from msgspec import Struct

from papernotes.corpus.markdown.blocks import Flat

HIDDEN = "\x1a"
"""Stands for every byte of a formula, so that offsets stay and no Markdown is read in it."""

_HIDDEN_RUN = re.compile(f"({HIDDEN}+)")
_INLINE_EVENTS = {
    "Text", "Code", "SoftBreak", "HardBreak", "InlineHtml", "FootnoteReference",
    "Emphasis", "Strong", "Strikethrough", "Link", "Image",
}  # fmt: skip
_BLOCK_SIGNS = (b"$$", b"\\[", b"\\begin")
_OPENING = re.compile(rb"(?:\$\$|\\\[|\\begin\{)")
_BLOCK = re.compile(
    rb"(?:(?<=\n\n)|\A\n?)(?P<indent>[ ]*)"
    rb"(?P<whole>\$\$(?P<dollars>(?:[^\\\n$]++|\\[^\n]|\$|\n(?![ ]*\n))+?)\$\$"
    rb"|\\\[(?P<square>(?:[^\\\n]++|\\[^\]\n]|\n(?![ ]*\n))+?)\\\]"
    rb"|(?P<begin>\\begin\{(?P<env>[a-z]+\*?)\}(?:[^\\\n]++|\\[^\n]|\n(?![ ]*\n))+?\\end\{(?P=env)\}))"
    rb"[ ]*(?=\n[ ]*\n|\n?\Z)"
)
_INLINE = re.compile(
    rb"[`$\\](?<!\\.)(?:"  # a set of characters comes first: it is searched for faster than anything else
    rb"(?<=`)(?<!``)(?P<ticks>`*+)[^`]++(?:`++[^`]++)*?`(?P=ticks)(?!`)"
    rb"|(?<=\$)(?!\s)(?P<dollar>(?:[^\\$]++|\\.)++)(?<!\s)\$"
    rb"|(?<=\\)(?:\((?P<round>(?:\\[^)]|[^\\]){1,2000}?)\\\)"
    rb"|\\(?:\\\\)*(?:\$(?!\s)(?P<dollar2>(?:[^\\$]++|\\.)++)(?<!\s)\$"  # after backslashes that are text
    rb"|\\\((?P<round2>(?:\\[^)]|[^\\]){1,2000}?)\\\))))",
    re.DOTALL,
)
_MANY = 100
_LONGEST = 2_000
"""Bytes of a formula in round brackets, where there are many that may have no end."""
_CLOSING = re.compile(rb"(?<!\\)(?:\\\\)*+\\\)")
_DELIMITERS = {"dollar": 1, "dollar2": 1, "round": 2, "round2": 2}
_SIGNS = (b"$", b"`", b"\\(")
_LABEL = re.compile(rb"^[ >*+\d.)-]*\[(?!\^)[^\]\n]*\]:", re.MULTILINE)
_NOTE = re.compile(rb"\[\^[^\[\]\n]*[`$\\]")
_RULE_OF_TABLE = re.compile(rb"^[ >*+-]{0,40}[|:-][ |:-]*$", re.MULTILINE)


class Formula(Struct, frozen=True, gc=False):
    """A formula: the byte range with its delimiters, where its LaTeX begins, the LaTeX, and its kind."""

    start: int
    end: int
    inner: int
    latex: str
    display: bool
    indent: int = 0
    """Spaces taken off every further line: those of the list the formula is in."""


def plain_formulas(flat: Flat) -> tuple[Formula, ...] | None:
    """The formulas of a page on which no formula, nor code span, can be in doubt, in order.

    Args:
        flat: flattened Markdown.

    Returns:
        None unless every dollar sign, backtick and round bracket belongs to a formula or code span that
        begins and ends on one line, in one cell. Formulas in code or in HTML are among them: the parser
        shows where those are.
    """
    data = flat.text.encode()
    if not any(sign in data for sign in (*_SIGNS, *_BLOCK_SIGNS)):
        return ()
    if (b"]:" in data and _LABEL.search(data)) or (b"[^" in data and _NOTE.search(data)):
        return None
    blocks = list(_display(data, flat.code_lines)) if any(sign in data for sign in _BLOCK_SIGNS) else []
    left = bytearray(hide(data, blocks))
    if flat.code_lines:
        at = 0
        for number, line in enumerate(data.split(b"\n")):
            if number in flat.code_lines:
                left[at : at + len(line)] = b"\x1a" * len(line)
            at += len(line) + 1
    found = []
    block_end, table = 0, False
    for match in _INLINE.finditer(_closing(bytes(left))):
        low, high = match.span()
        whole = match[0]
        if b"\n" in whole:
            return None
        if b"|" in whole:
            if low >= block_end:
                start, end = data.rfind(b"\n\n", 0, low) + 1, data.find(b"\n\n", high)
                block_end = end if end >= 0 else len(data)
                table = bool(_RULE_OF_TABLE.search(data, start, block_end))
            if table:
                return None
        left[low:high] = b"\x1a" * (high - low)
        if match.lastgroup != "ticks":
            found.append(_formula(match, data))
    if b"$" in left or b"`" in left or b"\\(" in left:
        return None
    return tuple(sorted([*blocks, *found], key=lambda formula: formula.start)) if blocks else tuple(found)


def formulas(flat: Flat, options: pyromark.Options) -> tuple[Formula, ...]:
    """The formulas of any page, in order.

    Args:
        flat: flattened Markdown.
        options: the parser's options.
    """
    data = flat.text.encode()
    if not any(sign in data for sign in (b"$", b"\\(", *_BLOCK_SIGNS)):
        return ()
    blocks = list(_display(data, flat.code_lines))
    parsed = hide(flat.parsed.encode(), blocks)
    found = (*blocks, *_inline(hide(data, blocks), _stretches(parsed.decode(), options)))
    return tuple(sorted(found, key=lambda formula: formula.start))


def _closing(data: bytes) -> bytes:
    """The text without the brackets that open a formula and are too far from one that closes it."""
    if data.count(b"\\(") < _MANY:
        return data
    closings = [match.end() for match in _CLOSING.finditer(data)]
    out = bytearray(data)
    at = 0
    start = data.find(b"\\(")
    while start >= 0:
        while at < len(closings) and closings[at] <= start + 2:
            at += 1
        if at == len(closings) or closings[at] - start > _LONGEST:
            out[start + 1] = 0x1A
        start = data.find(b"\\(", start + 2)
    return bytes(out)


def _formula(match: re.Match[bytes], data: bytes) -> Formula:
    name = match.lastgroup or ""
    low, high = match.span(name)
    around = _DELIMITERS[name]
    return Formula(low - around, high + around, low, data[low:high].decode(), False)


def hidden(piece: bytes) -> bytes:
    """As many bytes of :data:`HIDDEN`, line ends kept."""
    if b"\n" not in piece:
        return b"\x1a" * len(piece)
    return b"\n".join(b"\x1a" * len(line) for line in piece.split(b"\n"))


def mask_ranges(data: bytes, ranges: list[tuple[int, int]]) -> bytes:
    """The text with some byte ranges of it replaced by :data:`HIDDEN`."""
    out = bytearray(data)
    for start, end in ranges:
        out[start:end] = hidden(data[start:end])
    return bytes(out)


def hide(data: bytes, found: tuple[Formula, ...] | list[Formula]) -> bytes:
    """The text with every byte of its formulas, but for line ends, replaced by :data:`HIDDEN`."""
    if not found:
        return data
    out = bytearray(data)
    for formula in found:
        out[formula.start : formula.end] = hidden(data[formula.start : formula.end])
    return bytes(out)


def _display(data: bytes, code_lines: frozenset[int]) -> Iterator[Formula]:
    """Blocks that are one formula from end to end."""
    line = at = done = before = 0
    for opening in _OPENING.finditer(data):
        start = data.rfind(b"\n", before, opening.start()) + 1
        first, before = start > 0 or before == 0, opening.start()
        if not first or start < done or data[start:before].strip(b" "):
            continue  # a block begins its line
        match = _BLOCK.match(data, start if start > 1 else 0)
        if match is None:
            continue
        done = match.end()
        line, at = line + data.count(b"\n", at, match.start("whole")), match.start("whole")
        if line in code_lines:
            continue
        kind = next(name for name in ("dollars", "square", "begin") if match[name] is not None)
        indent = len(match["indent"])
        latex = match[kind].decode()
        latex = latex.replace("\n" + " " * indent, "\n") if indent else latex
        yield Formula(match.start("whole"), match.end("whole"), match.start(kind), latex, True, indent)


def _inline(data: bytes, stretches: Iterator[tuple[int, int]]) -> Iterator[Formula]:
    """Formulas inside paragraphs, headings, list items and table cells; code spans come first."""
    searched = _closing(data)
    for start, end in stretches:
        if data.find(b"$", start, end) < 0 and (
            data.find(b"\\(", max(0, start - 1), end) < 0 or data.find(b"\\)", start, end) < 0
        ):
            continue
        if start and data[start - 1] == 0x5C:
            start -= 1  # the parser takes the bracket after it for an escaped one
        for match in _INLINE.finditer(searched, start, end):
            if match.lastgroup != "ticks":
                yield _formula(match, data)


def _stretches(text: str, options: pyromark.Options) -> Iterator[tuple[int, int]]:
    """Byte ranges of running text: what lies between two block events of the parser."""
    start = end = -1
    code = False
    name: object
    event: Any
    for event, span in pyromark.events_with_range(text, options=options):
        if type(event) is dict:
            (name, inner), *_ = event.items()
            if name == "Start" or name == "End":
                if type(inner) is dict:
                    (name, _), *_ = inner.items()
                else:
                    name = inner
                if name == "CodeBlock":
                    code = not code
        else:
            name = event
        if name in _INLINE_EVENTS and not code:
            if start < 0:
                start, end = span["start"], span["end"]
            elif span["end"] > end:
                end = span["end"]
        elif start >= 0:
            yield start, end
            start = end = -1
    if start >= 0:
        yield start, end


class Latex:
    """The LaTeX behind what hides it.

    Args:
        found: the formulas of the page, in order.
    """

    def __init__(self, found: tuple[Formula, ...]) -> None:
        self._found = found
        self._starts = [formula.start for formula in found]

    def shown(self, piece: str, start: int, end: int) -> str:
        """Text with the LaTeX of its formulas in place of what hides them.

        Args:
            piece: the text.
            start: byte offset of its first character.
            end: byte offset of its end.
        """
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        pieces: list[str] = []
        offset = start
        for part in _HIDDEN_RUN.split(piece):
            offset += len(part.encode())
            if part.startswith(HIDDEN):
                while low < high and self._starts[low] < offset:
                    pieces.append(self._found[low].latex)
                    low += 1
            else:
                pieces.append(part)
        return "".join(pieces)
