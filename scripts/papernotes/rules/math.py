"""M: formulas. They are judged while the pages are read: :mod:`papernotes.corpus.latex`."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading


@found_while_loading("M101")
def converts(given: Given) -> Iterator[Diagnostic]:
    r"""A formula must convert to MathML.

    Why: the site converts formulas when it is built; what does not convert would be shown as source.

    Bad: docs/en/papers/demo.md
        - y = \frac{s}{2}
        + y = \frc{s}{2}
    Reports:
        docs/en/papers/demo.md:38:5: M101 formula must convert: Unknown command "\frc"
    """
    yield from ()


@found_while_loading("M102")
def less_than(given: Given) -> Iterator[Diagnostic]:
    r"""A `<` in a formula must not be followed by a letter.

    Why: Python-Markdown takes it for the start of an HTML tag and garbles the page further down.

    Bad: docs/en/papers/demo.md
        - The sum is $s = \sum_i x_i$, and
        + The sum is $s = \sum_{j<i} x_i$, and
    Reports:
        docs/en/papers/demo.md:35:24: M102 "<" must not be followed by a letter in a formula
    """
    yield from ()


@found_while_loading("M103")
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
    yield from ()
