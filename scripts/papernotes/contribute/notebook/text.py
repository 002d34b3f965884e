"""Text that remembers from which lines of the notebook it came."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

Replace = Callable[[re.Match[str], int], str | None]
"""From a match and its source line to what stands in its place; None leaves it, and the search goes on
one character further."""


@dataclass(frozen=True, slots=True)
class Text:
    """Lines joined by ``\\n``, and for each of them the 1-based line of the notebook."""

    text: str
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, text: str, first: int = 1) -> Text:
        """A text whose lines are numbered from ``first``."""
        return cls(text, tuple(range(first, first + text.count("\n") + 1)))

    @property
    def first(self) -> int:
        """The source line of the first line."""
        return self.numbers[0]

    def lines(self) -> list[tuple[int, str]]:
        """Source line and text of each line."""
        return list(zip(self.numbers, self.text.split("\n"), strict=True))

    def cut(self, start: int, end: int) -> Text:
        """The part between two offsets."""
        low = self.text.count("\n", 0, start)
        part = self.text[start:end]
        return Text(part, self.numbers[low : low + part.count("\n") + 1])

    def sub(self, pattern: re.Pattern[str], replace: Replace) -> Text:
        """Replace what matches, keeping the lines of the rest.

        Args:
            pattern: what to look for.
            replace: what to put there; lines that it adds have the number of the match's first line.
        """
        if not pattern.search(self.text):
            return self
        starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        pieces: list[str] = []
        numbers = [self.numbers[0]]
        done = at = row = 0

        def keep(end: int) -> None:
            nonlocal done, row
            piece = self.text[done:end]
            pieces.append(piece)
            for _ in range(piece.count("\n")):
                row += 1
                numbers.append(self.numbers[row])
            done = end

        while match := pattern.search(self.text, at):
            line = self.numbers[bisect_right(starts, match.start()) - 1]
            new = replace(match, line)
            if new is None or (not match[0] and not new):
                at = match.start() + 1
                continue
            keep(match.start())
            pieces.append(new)
            old_rows, new_rows = match[0].count("\n"), new.count("\n")
            for index in range(1, new_rows + 1):
                numbers.append(self.numbers[min(row + index, row + old_rows)])
            row += old_rows
            done, at = match.end(), max(match.end(), match.start() + 1)
        keep(len(self.text))
        return Text("".join(pieces), tuple(numbers))


def joined(lines: list[tuple[int, str]]) -> Text:
    """The text of numbered lines; at least one."""
    return Text("\n".join(text for _, text in lines), tuple(number for number, _ in lines))
