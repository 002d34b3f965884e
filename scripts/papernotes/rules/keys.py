"""N108: the order of the keys of the front matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from papernotes.corpus.document import Page
from papernotes.corpus.frontmatter import KEYS
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic, Fix
from papernotes.rules.frontmatter import noted
from papernotes.rules.registry import Given, rule


@rule("N108")
def key_order(given: Given) -> Iterator[Diagnostic]:
    """The keys of the front matter must be in their order.

    Why: who looks for a key knows where it stands, and two notes can be compared line by line. A warning.

    Bad: docs/en/concepts/idea.md
        - title: An idea
        - short: Idea
        + short: Idea
        + title: An idea
    Reports:
        docs/en/concepts/idea.md:3:1: N108 keys must be in order: 'title' must come before 'short'
    """
    for page in noted(given):
        at = {key: place for key, place in page.front.keys.items() if key in KEYS}
        written = sorted(at, key=lambda key: at[key].line)
        for before, key in pairwise(written):
            if KEYS.index(key) < KEYS.index(before):
                yield page.source.fault(
                    at[key],
                    "N108",
                    f"keys must be in order: {key!r} must come before {before!r}",
                    f"the order is: {', '.join(name for name in KEYS if name in at)}",
                    warning=True,
                    whole=_reordered(page, written, at),
                )
                break


def _reordered(page: Page, written: list[str], at: Mapping[str, Place]) -> Fix | None:
    """The change that puts the keys in order; none where a comment or an unknown key may belong to either."""
    lines = page.source.text.split("\n")
    first, end = at[written[0]].line, page.body_line - 1
    block = lines[first - 1 : end - 1]
    starts = [*(at[key].line for key in written), end]
    tops = sum(bool(line.strip()) and not line.startswith((" ", "- ")) for line in block)
    if tops != len(written) or len(set(starts)) != len(starts) or "#" in "".join(block):
        return None
    parts = {
        key: lines[start - 1 : stop - 1] for key, (start, stop) in zip(written, pairwise(starts), strict=True)
    }
    new = [line for key in KEYS if key in parts for line in parts[key]]
    return Fix(first, 1, "\n".join(block), "\n".join(new))
