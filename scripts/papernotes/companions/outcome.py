"""What became of one companion function."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = int | float
Value: TypeAlias = Scalar | tuple[Scalar, ...] | str


class Failure(StrEnum):
    """Why there is no value that can be trusted."""

    RAISED = "raised"
    TIMED_OUT = "timed out"
    PRINTED = "printed"
    NOT_A_NUMBER = "not a number"
    WRONG_TYPE = "wrong type"
    MISSING = "missing function"
    IMPORT = "import failed"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one function.

    Args:
        value: what it returned, in the unit shown; kept when the only failure is that it printed.
        failure: what went wrong; None when nothing did.
        detail: one line about the failure, e.g. ``ValueError: shapes differ``.
        line: line of companion.py where it came up, when known.
        printed: what it (or the import of its module) wrote to standard output, cut to a short excerpt.
    """

    value: Value | None = None
    failure: Failure | None = None
    detail: str = ""
    line: int | None = None
    printed: str = ""


def encoded(outcome: Outcome) -> dict[str, object]:
    """The outcome as what JSON can hold."""
    value = list(outcome.value) if isinstance(outcome.value, tuple) else outcome.value
    return {
        "value": value,
        "failure": outcome.failure,
        "detail": outcome.detail,
        "line": outcome.line,
        "printed": outcome.printed,
    }


def decoded(record: object) -> Outcome:
    """The outcome that `encoded` wrote.

    Args:
        record: anything that was read from JSON.

    Returns:
        The outcome.

    Errors:
        ValueError when the record is not one of ours.
    """
    if not isinstance(record, Mapping):
        raise ValueError("an outcome must be a mapping")
    detail, line, printed = (record.get(key) for key in ("detail", "line", "printed"))
    if not isinstance(detail, str) or not isinstance(printed, str) or not isinstance(line, int | None):
        raise ValueError("an outcome must have detail, line and printed")
    failure = record.get("failure")
    return Outcome(
        _value(record.get("value")), None if failure is None else Failure(failure), detail, line, printed
    )


def _value(value: object) -> Value | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return tuple(_scalar(item) for item in value)
    return _scalar(value)


def _scalar(value: object) -> Scalar:
    if isinstance(value, int) and not isinstance(value, bool):
        return value  # isfinite would first make it a float, which a large one cannot be
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ValueError("a value must be a finite number")
