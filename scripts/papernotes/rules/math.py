"""M: formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from math_core import LatexError, LatexToMathML

from papernotes.corpus.document import Page
from papernotes.corpus.markdown.scan import prose
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule

_converter = LatexToMathML(fancy_error=False)
_LEAD = re.compile(r"[ >]*")
_OTHER = re.compile(r"\\\[|^[ \t]*\\begin\{", re.MULTILINE)
_TAG_LIKE = re.compile(r"<(?=[a-zA-Z/!?])")


@lru_cache(maxsize=65536)
def _error(latex: str, display: bool) -> tuple[int, str] | None:
    """Index and message of what is wrong with a formula; None when it converts."""
    try:
        _converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        index, _, message = str(error).partition(": ")
        return (int(index), message.rstrip(".")) if index.isdigit() else (0, str(error))
    return None


def with_formulas(given: Given) -> Iterator[Page]:
    """Every page, when the project shows formulas."""
    yield from given.corpus.every_page() if "formulas" in given.corpus.syntax else ()


@rule("M101")
def converts(given: Given) -> Iterator[Diagnostic]:
    r"""A formula must convert to MathML.

    Why: the site converts formulas when it is built; what does not convert would be shown as source.

    Bad: docs/en/papers/demo.md
        - y = \frac{s}{2}
        + y = \frc{s}{2}
    Reports:
        docs/en/papers/demo.md:38:5: M101 formula must convert: Unknown command "\frc"
    """
    for page in with_formulas(given):
        for formula in page.document.math:
            if found := _error(formula.latex, formula.display):
                index, message = found
                yield page.source.fault(
                    formula.at(min(index, max(0, len(formula.latex.rstrip()) - 1))),
                    "M101",
                    f"formula must convert: {message}",
                    "LaTeX without packages and own macros",
                )


@rule("M102")
def less_than(given: Given) -> Iterator[Diagnostic]:
    r"""A `<` in a formula must not be followed by a letter.

    Why: Python-Markdown takes it for the start of an HTML tag and garbles the page further down.

    Bad: docs/en/papers/demo.md
        - The sum is $s = \sum_i x_i$, and
        + The sum is $s = \sum_{j<i} x_i$, and
    Reports:
        docs/en/papers/demo.md:35:24: M102 "<" must not be followed by a letter in a formula
    """
    for page in with_formulas(given):
        for formula in page.document.math:
            for match in _TAG_LIKE.finditer(formula.latex):
                yield page.source.fault(
                    formula.at(match.start()),
                    "M102",
                    '"<" must not be followed by a letter in a formula',
                    "write `\\lt ` in place of `<`",
                    change=("<", "\\lt "),
                )


@rule("M103")
def alone(given: Given) -> Iterator[Diagnostic]:
    r"""A display formula must have a blank line before and after it.

    Why: otherwise `$$` belongs to the paragraph, and readers see the dollar signs and the source.

    Bad: docs/en/papers/demo.md
        - The sum is $s = \sum_i x_i$, and
        -
        - $$
        + The sum is $s = \sum_i x_i$, and
        + $$
    Reports:
        docs/en/papers/demo.md:36:1: M103 display formula must have a blank line before it
    """
    for page in with_formulas(given):
        lines = page.source.text.split("\n")
        opened = False
        for number in sorted(_dollars(page, lines)):
            lead, rest = _parts(lines[number - 1])
            whole = opened or len(rest) > len("$$$$")
            opens, closes = not opened and rest.startswith("$$"), rest.endswith("$$") and whole
            if opens and number > page.body_line and _parts(lines[number - 2])[1]:
                yield page.source.fault(
                    Place(number, len(lead) + 1, 2),
                    "M103",
                    "display formula must have a blank line before it",
                    "put an empty line before `$$`",
                    change=(f"{lead}$$", f"{_empty(lead)}\n{lead}$$"),
                )
            if closes and number < len(lines) and _parts(lines[number])[1]:
                col = len(lines[number - 1].rstrip()) - 1
                yield page.source.fault(
                    Place(number, col, 2),
                    "M103",
                    "display formula must have a blank line after it",
                    "put an empty line after `$$`",
                    change=("$$", f"$$\n{_empty(lead)}".rstrip(" ")),
                )
            opened = (opened or opens) and not closes


def _dollars(page: Page, lines: list[str]) -> set[int]:
    """Lines of running text that begin or end with the two dollar signs of a formula that is not seen as one."""
    found: set[int] = set()
    formulas = sum(formula.display and not formula.place.path for formula in page.document.math)
    if page.body.count("$$") == 2 * formulas and not _OTHER.search(page.body):
        return found  # every two dollar signs belong to a formula
    for text, place in prose(page.body, page.body_line):
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
