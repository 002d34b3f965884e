"""From byte offsets of the flattened text back to lines and columns of the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from papernotes.corpus.source import Place

_NEWLINE = re.compile(rb"\n")
_CONTINUED = bytes(range(0x80, 0xC0))
"""The bytes of a character after its first."""
_FAR = 1024
"""Bytes between two places in a line whose characters are not counted one by one."""


class Places:
    """Translates byte offsets, as the parser gives them, to places of the file.

    Args:
        data: the flattened text as UTF-8.
        removed: characters taken off the start of each line.
        first_line: line of the file on which the text begins.
    """

    def __init__(self, data: bytes, removed: tuple[int, ...], first_line: int) -> None:
        self._data = data
        self._ascii = data.isascii()
        self._removed = removed
        self._first = first_line
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(data))]
        self._line = 0  # of the last question
        self._counts: list[int] = []  # characters before every kibibyte, once they are asked for
        self._last = (-1, 0, 0)  # line, offset and column of the last question: the next is close behind

    def line(self, offset: int) -> int:
        """0-based line of the text that holds a byte offset."""
        return bisect_right(self._starts, offset) - 1

    def indent(self, offset: int) -> int:
        """Characters taken off the line that holds a byte offset."""
        return self._removed[self.line(offset)]

    def __call__(self, start: int, end: int | None = None) -> Place:
        """The place of bytes ``start`` to ``end``; the width stops at the end of the line."""
        starts = self._starts
        line = self._line
        if not (line + 1 < len(starts) and starts[line] <= start < starts[line + 1]):
            self._line = line = bisect_right(starts, start) - 1
        begin = starts[line]
        col = start - begin if self._ascii else self._column(line, begin, start)
        width = 1
        if end is not None:
            if line + 1 < len(starts) and end >= starts[line + 1]:
                end = starts[line + 1] - 1
            width = max(1, end - start if self._ascii else _characters(self._data[start:end]))
        return Place(self._first + line, col + self._removed[line] + 1, width)

    def _column(self, line: int, begin: int, offset: int) -> int:
        """Characters between the start of a line and a byte offset."""
        known, at, col = self._last
        if known != line or at > offset:
            at, col = begin, 0
        col += self._between(at, offset) if offset - at > _FAR else _characters(self._data[at:offset])
        self._last = (line, offset, col)
        return col

    def _between(self, start: int, end: int) -> int:
        """Characters from one byte offset to another that is far from it."""
        if not self._counts:
            pieces = (self._data[at : at + _FAR] for at in range(0, len(self._data), _FAR))
            self._counts = [0, *accumulate(map(_characters, pieces))]
        low, high = start // _FAR, end // _FAR
        before = _characters(self._data[low * _FAR : start])
        return self._counts[high] - self._counts[low] - before + _characters(self._data[high * _FAR : end])


def _characters(data: bytes) -> int:
    """Characters that begin in a piece of UTF-8."""
    return len(data.translate(None, _CONTINUED))
