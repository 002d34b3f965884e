"""R2xx: the text of companions."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.model import EDITIONS
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.frontmatter import PLACEHOLDER, draft
from papernotes.rules.registry import Given, rule


@rule("R203")
def placeholder(given: Given) -> Iterator[Diagnostic]:
    """A placeholder must not remain in the companion of a note that is not a draft.

    Why: readers run the companion, and see its code in the note.

    Bad: papers/demo/companion.py
        -     return 6 * 7
        +     return 6 * 7  # TODO: why these two
    Reports:
        papers/demo/companion.py:7:21: R203 placeholder must be replaced: 'TODO'
    """
    notes = given.corpus.pages.get(EDITIONS[0], {})
    for slug, companion in given.corpus.companions.items():
        page = notes.get(f"papers/{slug}")
        if page is None or draft(given, page):
            continue
        for number, line in enumerate(companion.source.text.split("\n"), 1):
            if match := PLACEHOLDER.search(line):
                yield companion.source.fault(
                    Place(number, match.start() + 1, len(match[0])),
                    "R203",
                    f"placeholder must be replaced: {match[0]!r}",
                    "write it, or set `status: draft` in the note",
                )
