"""Formulas, found as ``pymdownx.arithmatex`` finds them, and hidden from the CommonMark parser.

A CommonMark parser reads emphasis, links and lists in a formula, and its own math syntax needs balanced
braces, so that a formula with a brace too few, the very one that has to be reported, would be plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyromark

from papernotes.corpus.markdown.blocks import Flat

HIDDEN = "\x1a"
"""Stands for every byte of a formula, so that offsets stay and no Markdown is read in it."""

_INLINE_EVENTS = {
    "Text", "Code", "SoftBreak", "HardBreak", "InlineHtml", "FootnoteReference",
    "Emphasis", "Strong", "Strikethrough", "Link", "Image",
}  # fmt: skip
_BLOCK = re.compile(
    rb"(?:(?<=\n\n)|\A\n?)(?P<indent>[ ]*)"
    rb"(?P<whole>\$\$(?P<dollars>(?:\\[^\n]|[^\\\n]|\n(?![ ]*\n))+?)\$\$"
    rb"|\\\[(?P<square>(?:\\[^\]\n]|[^\\\n]|\n(?![ ]*\n))+?)\\\]"
    rb"|(?P<begin>\\begin\{(?P<env>[a-z]+\*?)\}(?:\\[^\n]|[^\\\n]|\n(?![ ]*\n))+?\\end\{(?P=env)\}))"
    rb"[ ]*(?=\n[ ]*\n|\n?\Z)"
)
_INLINE = re.compile(
    rb"(?P<code>(?<!\\)(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    rb"|(?<!\\)(?:\\\\)*(?P<dollars>\$(?!\s)(?P<dollar>(?:\\.|[^\\$])+?)(?<!\s)\$)"
    rb"|(?<!\\)(?:\\\\)*(?P<rounds>\\\((?P<round>(?:\\[^)]|[^\\])+?)\\\))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: the byte range with its delimiters, where its LaTeX begins, the LaTeX, and its kind."""

    start: int
    end: int
    inner: int
    latex: str
    display: bool
    indent: int = 0
    """Spaces taken off every further line: those of the list the formula is in."""


def formulas(flat: Flat, options: pyromark.Options) -> tuple[Formula, ...]:
    """The formulas of a text, in order.

    Args:
        flat: flattened Markdown.
        options: the parser's options.
    """
    data = flat.text.encode()
    if b"$" not in data and b"\\(" not in data and b"\\[" not in data and b"\\begin" not in data:
        return ()
    blocks = list(_display(data, flat.code_lines))
    parsed = hide(flat.parsed.encode(), blocks)
    found = (*blocks, *_inline(hide(data, blocks), _stretches(parsed.decode(), options)))
    return tuple(sorted(found, key=lambda formula: formula.start))


def hide(data: bytes, found: tuple[Formula, ...] | list[Formula]) -> bytes:
    """The text with every byte of its formulas, but for line ends, replaced by :data:`HIDDEN`."""
    if not found:
        return data
    out = bytearray(data)
    for formula in found:
        piece = data[formula.start : formula.end]
        out[formula.start : formula.end] = re.sub(rb"[^\n]", HIDDEN.encode(), piece)
    return bytes(out)


def _display(data: bytes, code_lines: frozenset[int]) -> Iterator[Formula]:
    """Blocks that are one formula from end to end."""
    line = at = 0
    for match in _BLOCK.finditer(data):
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
    for start, end in stretches:
        if data.find(b"$", start, end) < 0 and data.find(b"\\(", max(0, start - 1), end) < 0:
            continue
        if data[start - 1 : start] == b"\\":
            start -= 1  # the parser takes the bracket after it for an escaped one
        for match in _INLINE.finditer(data, start, end):
            name = "dollar" if match["dollar"] is not None else "round"
            if match[name] is not None:
                low, high = match.span(name + "s")
                yield Formula(low, high, match.start(name), match[name].decode(), display=False)


def _stretches(text: str, options: pyromark.Options) -> Iterator[tuple[int, int]]:
    """Byte ranges of running text: what lies between two block events of the parser."""
    start = end = -1
    code = False
    for event, span in pyromark.events_with_range(text, options=options):
        name: object = event
        if isinstance(event, dict):
            name, inner = next(iter(event.items()))
            if name in {"Start", "End"}:
                name = next(iter(inner)) if isinstance(inner, dict) else inner
        if name == "CodeBlock":  # its start or its end
            code = not code
        if name in _INLINE_EVENTS and not code:
            start, end = (span["start"] if start < 0 else start), max(end, span["end"])
        elif start >= 0:
            yield start, end
            start = end = -1
    if start >= 0:
        yield start, end
