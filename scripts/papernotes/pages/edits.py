"""Changes to a text, made all at once so that none moves the place of another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from papernotes.corpus.document import Page
from papernotes.corpus.source import Place


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters ``start`` to ``end`` by ``text``; an insertion has ``start == end``."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; of two that overlap, the later one is left out."""
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < done:
            continue
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*parts, text[done:]))


class Offsets:
    """Turns places of a page's file into offsets of its body."""

    def __init__(self, page: Page) -> None:
        lengths = [len(line) + 1 for line in page.body.split("\n")]
        self._starts = (0, *accumulate(lengths))
        self._first = page.body_line
        self._size = len(page.body)

    def of(self, place: Place) -> int:
        """Offset of a place in the body."""
        return min(self._size, self.line(place) + place.col - 1)

    def line(self, place: Place) -> int:
        """Offset of the first character of a place's line."""
        index = min(max(0, place.line - self._first), len(self._starts) - 1)
        return min(self._size, self._starts[index])

    def after(self, place: Place) -> int:
        """Offset of the first character after a place's line."""
        index = min(max(0, place.line - self._first + 1), len(self._starts) - 1)
        return min(self._size, self._starts[index])
