"""The text of one file, and places in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from msgspec import Struct

from papernotes.diagnostics import Diagnostic, Fix, Severity


class Place(Struct, frozen=True, order=True, gc=False, array_like=True):
    """A stretch of one line of a file: 1-based line and column, and its width in characters.

    ``path`` is the file when it is another than the one that is read: one that a page embeds.
    """

    line: int = 1
    col: int = 1
    width: int = 1
    path: str = ""


TOP = Place()
"""Where a fault of a whole file is shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file: its path, its text with ``\\n`` line ends, the SHA-256 of its bytes."""

    path: str
    text: str
    digest: str = ""

    def fault(
        self,
        place: Place,
        code: str,
        message: str,
        hint: str = "",
        *,
        warning: bool = False,
        change: tuple[str, str] | None = None,
        whole: Fix | None = None,
    ) -> Diagnostic:
        """A diagnostic at a place of this file.

        Args:
            place: where.
            code: stable code.
            message: subject + "must" + the offending value.
            hint: the cure.
            warning: whether it is only shown.
            change: (old, new) text when there is one right cure; the first ``old`` from the place on counts.
            whole: the cure itself, where it is more than a change of one line.
        """
        severity = Severity.WARNING if warning else Severity.ERROR
        width = max(1, place.width)
        fix = self._fix(place, *change) if change else whole
        path = place.path or self.path
        return Diagnostic(path, place.line, place.col, code, message, hint, width, severity, fix)

    def _fix(self, place: Place, old: str, new: str) -> Fix | None:
        if place.path:
            return None
        lines = _lines(self.text)
        if not 0 < place.line <= len(lines):
            return None
        line = lines[place.line - 1]
        at = line.find(old, place.col - 1)
        at = 0 if at < 0 and line.startswith(old) else at
        return Fix(place.line, at + 1, old, new) if at >= 0 else None


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    """The lines of the file in which one fault after the other is found."""
    return text.split("\n")
