"""The one record that every part of the tool speaks: a finding with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter


class Severity(StrEnum):
    """How much a finding matters: an error fails the run, a warning is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fix:
    """The one right cure: put ``new`` where ``old`` stands, from a 1-based line and column of the file on.

    Both may span lines.
    """

    line: int
    col: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One finding.

    Args:
        path: repository-relative POSIX path of the file at fault.
        line: 1-based line.
        col: 1-based column, counted in characters.
        code: stable code, a family letter and three digits.
        message: subject + "must" + the offending value.
        hint: the cure, one line; empty when the message says it all.
        width: number of characters the caret underlines.
        severity: error or warning.
        fix: the change that cures it, when there is one right answer.
    """

    path: str
    line: int
    col: int
    code: str
    message: str
    hint: str = ""
    width: int = field(default=1, compare=False)
    severity: Severity = field(default=Severity.ERROR, compare=False)
    fix: Fix | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """``path:line:col: CODE message``, one line."""
        return f"{self.path}:{self.line}:{self.col}: {self.code} {self.message}"


_RANK = attrgetter("path", "line", "col", "code", "message", "hint")


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by (path, line, col, code) and drop exact repetitions."""
    return tuple(sorted(set(found), key=_RANK))
