"""How far a long run is, on one line of a terminal."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

WIDTH = 20
"""Characters of the bar."""
EVERY = 0.1
"""Seconds between two drawings."""


class Bar:
    """A line that is drawn over itself; nothing where the stream is no terminal.

    Args:
        stream: where to draw.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = 0.0
        self._on = stream.isatty()

    def show(self, done: int, total: int, note: str) -> None:
        """Draw it.

        Args:
            done: how much is done.
            total: of how much.
            note: what to say after the bar; cut where the line ends.
        """
        now = time.monotonic()
        if not self._on or (done < total and now - self._last < EVERY):
            return
        self._last = now
        filled = WIDTH * done // max(1, total)
        line = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}  {note}"
        self._stream.write("\r\033[K" + line[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()

    def clear(self) -> None:
        """Leave an empty line behind."""
        if self._on:
            self._stream.write("\r\033[K")
            self._stream.flush()
