"""From byte offsets of the flattened text back to lines and columns of the file."""

from __future__ import annotations

from bisect import bisect_right

from papernotes.corpus.model import Place


class Places:
    """Translates byte offsets, as the parser gives them, to places of the file.

    Args:
        data: the flattened text as UTF-8.
        removed: characters taken off the start of each line.
        first_line: line of the file on which the text begins.
    """

    def __init__(self, data: bytes, removed: tuple[int, ...], first_line: int) -> None:
        self._data = data
        self._removed = removed
        self._first = first_line
        starts = [0]
        at = data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        self._starts = starts

    def line(self, offset: int) -> int:
        """0-based line of the text that holds a byte offset."""
        return bisect_right(self._starts, offset) - 1

    def indent(self, offset: int) -> int:
        """Characters taken off the line that holds a byte offset."""
        return self._removed[self.line(offset)]

    def __call__(self, start: int, end: int | None = None) -> Place:
        """The place of bytes ``start`` to ``end``; the width stops at the end of the line."""
        line = self.line(start)
        begin = self._starts[line]
        col = len(self._data[begin:start].decode(errors="replace")) + self._removed[line] + 1
        width = 1
        if end is not None:
            text = self._data[start:end].decode(errors="replace")
            width = max(1, len(text.split("\n", 1)[0]))
        return Place(self._first + line, col, width)
