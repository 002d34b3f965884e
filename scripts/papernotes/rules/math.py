"""M: formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from math_core import LatexError, LatexToMathML

from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule

_converter = LatexToMathML(fancy_error=False)
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
    for page in given.corpus.every_page():
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
    for page in given.corpus.every_page():
        for formula in page.document.math:
            for match in _TAG_LIKE.finditer(formula.latex):
                yield page.source.fault(
                    formula.at(match.start()),
                    "M102",
                    '"<" must not be followed by a letter in a formula',
                    "write `\\lt ` in place of `<`",
                    change=("<", "\\lt "),
                )
