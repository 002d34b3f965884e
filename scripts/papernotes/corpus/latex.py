"""What is wrong with the formulas of a page: found while the page is read.

Formulas are a third of what a page holds, and nothing else asks for them: so they are judged where they are
found, by as many processors as read, and need not be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from math_core import LatexError, LatexToMathML

from papernotes.corpus.document import Math
from papernotes.corpus.markdown.scan import prose
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

_converter = LatexToMathML(fancy_error=False)
_LEAD = re.compile(r"[ >]*")
_BEGIN = re.compile(r"^[ \t]*\\begin\{", re.MULTILINE)
_TAG_LIKE = re.compile(r"<(?=[a-zA-Z/!?])")


def faults(source: Source, body: str, body_line: int, formulas: tuple[Math, ...]) -> Iterator[Diagnostic]:
    """Faults of a page's formulas.

    Args:
        source: the page.
        body: its text without the front matter.
        body_line: line of the file on which the body begins.
        formulas: those that the scanner has found.

    Yields:
        M101 a formula that does not convert, M102 a `<` that Python-Markdown takes for a tag, M103 a display
        formula that belongs to a paragraph.
    """
    for formula in formulas:
        if found := _error(formula.latex, formula.display):
            index, message = found
            yield source.fault(
                formula.at(min(index, max(0, len(formula.latex.rstrip()) - 1))),
                "M101",
                f"formula must convert: {message}",
                "LaTeX without packages and own macros",
            )
        for match in _TAG_LIKE.finditer(formula.latex):
            yield source.fault(
                formula.at(match.start()),
                "M102",
                '"<" must not be followed by a letter in a formula',
                "write `\\lt ` in place of `<`",
                change=("<", "\\lt "),
            )
    if "$$" in body and not _all_seen(body, formulas):
        yield from _not_alone(source, body, body_line)


@lru_cache(maxsize=65536)
def _error(latex: str, display: bool) -> tuple[int, str] | None:
    """Index and message of what is wrong with a formula; None when it converts."""
    try:
        _converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        index, _, message = str(error).partition(": ")
        return (int(index), message.rstrip(".")) if index.isdigit() else (0, str(error))
    return None


def _all_seen(body: str, formulas: tuple[Math, ...]) -> bool:
    """Whether every two dollar signs of a page belong to one of its formulas."""
    seen = sum(formula.display and not formula.place.path for formula in formulas)
    others = "\\[" in body or ("\\begin{" in body and _BEGIN.search(body))
    return body.count("$$") == 2 * seen and not others


def _not_alone(source: Source, body: str, body_line: int) -> Iterator[Diagnostic]:
    """M103: display formulas without a blank line before or after them."""
    lines = source.text.split("\n")
    opened = False
    for number in sorted(_dollars(body, body_line, lines)):
        lead, rest = _parts(lines[number - 1])
        whole = opened or len(rest) > len("$$$$")
        opens, closes = not opened and rest.startswith("$$"), rest.endswith("$$") and whole
        if opens and number > body_line and _parts(lines[number - 2])[1]:
            yield source.fault(
                Place(number, len(lead) + 1, 2),
                "M103",
                "display formula must have a blank line before it",
                "put an empty line before `$$`",
                change=(f"{lead}$$", f"{_empty(lead)}\n{lead}$$"),
            )
        if closes and number < len(lines) and _parts(lines[number])[1]:
            col = len(lines[number - 1].rstrip()) - 1
            yield source.fault(
                Place(number, col, 2),
                "M103",
                "display formula must have a blank line after it",
                "put an empty line after `$$`",
                change=("$$", f"$$\n{_empty(lead)}".rstrip(" ")),
            )
        opened = (opened or opens) and not closes


def _dollars(body: str, body_line: int, lines: list[str]) -> set[int]:
    """Lines of running text that begin or end with the dollar signs of a formula that is not seen as one."""
    found: set[int] = set()
    for text, place in prose(body, body_line):
        if "$" not in text:
            continue
        for offset, piece in enumerate(text.split("\n")):
            number = place.line + offset
            if "$" in piece and number <= len(lines):
                rest = _parts(lines[number - 1])[1]
                if rest.startswith("$$") or rest.endswith("$$"):
                    found.add(number)
    return found


def _parts(line: str) -> tuple[str, str]:
    """What a line begins with, blanks and marks of quotes, and the rest of it."""
    match = _LEAD.match(line)
    lead = match[0] if match else ""
    return lead, line[len(lead) :].rstrip()


def _empty(lead: str) -> str:
    """An empty line of the same block."""
    return lead.rstrip() if ">" in lead else ""
