"""Call a companion's check functions, in a process of its own: ``-m papernotes.companions.checking``.

What happened goes line by line, as JSON, to a file that only this module knows; the standard output is the
companion's.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from collections.abc import Callable
from decimal import Decimal
from numbers import Complex, Integral, Real
from pathlib import Path
from types import FrameType, ModuleType
from typing import TypeVar

from papernotes.companions.child import describe, line_of, load, takes_nothing
from papernotes.companions.confine import confine
from papernotes.companions.outcome import Failure, Outcome, Scalar, Value, encoded

EXCERPT = 400
MOST_BITS = 4096

T = TypeVar("T")


class OutOfTimeError(BaseException):
    """The alarm went off; not an Exception, so that no ``except Exception`` of the companion catches it."""


class Alarm:
    """Bounds the time of one call after the other, where the platform has interval timers."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.armed = False
        self.works = hasattr(signal, "setitimer")
        if self.works:
            signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, _signal: int, _frame: FrameType | None) -> None:
        if self.armed:  # a late alarm must not hit the call after
            raise OutOfTimeError

    def call(self, function: Callable[[], T]) -> T:
        """The function's result; OutOfTimeError when it takes too long, whatever it raises otherwise."""
        self.armed = True
        try:
            if self.works:
                signal.setitimer(signal.ITIMER_REAL, self.seconds)
            return function()
        finally:
            self.armed = False
            if self.works:
                signal.setitimer(signal.ITIMER_REAL, 0)


class Journal:
    """The file of JSON lines that the parent reads."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        self._writer = os.getpid()

    def write(self, event: str, **fields: object) -> None:
        """Append one line at once; a copy of this process that the companion forked ends here instead."""
        if os.getpid() != self._writer:
            os._exit(0)
        os.write(self._file, (json.dumps({"event": event, **fields}) + "\n").encode())


class Printed:
    """What has come out on the standard output, which is a file, since it was last asked."""

    def __init__(self) -> None:
        self._seen = self._size()

    def _size(self) -> int:
        try:
            sys.stdout.flush()
            return os.fstat(1).st_size
        except (OSError, ValueError):  # the companion closed it
            return 0

    def take(self) -> str:
        """An excerpt of it."""
        start, self._seen = self._seen, self._size()
        if self._seen <= start:
            return ""
        return os.pread(1, min(EXCERPT, self._seen - start), start).decode("utf-8", "replace")


def normal(value: object) -> Value:
    """A returned value as plain Python.

    Args:
        value: a number (NumPy's, Fraction and Decimal too), a flat sequence or array of numbers, or a string.

    Returns:
        int, float, tuple of these, or str.

    Errors:
        TypeError when it is anything else; ArithmeticError when it is complex, infinite, NaN or too large.
    """
    if isinstance(value, str):
        return value[:EXCERPT]
    if getattr(value, "ndim", None) and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        if not value:
            raise TypeError("it returned an empty sequence")
        return tuple(_scalar(item) for item in value)
    return _scalar(value)


def _scalar(value: object) -> Scalar:
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Complex | Decimal):
        raise TypeError(f"it returned {type(value).__name__} where a number is expected")
    if isinstance(value, Integral):
        whole = int(value)
        if whole.bit_length() > MOST_BITS:
            raise ArithmeticError(f"it returned an integer of {whole.bit_length()} bits")
        return whole
    if not isinstance(value, Real | Decimal):
        raise ArithmeticError(f"it returned the complex number {value}")
    number = float(value)
    if not math.isfinite(number):
        raise ArithmeticError(f"it returned {number}")
    return number


def outcome_of(module: ModuleType, name: str, path: Path, alarm: Alarm) -> Outcome:
    """Call one function and say what became of it."""
    function = getattr(module, name, None)
    if not callable(function):
        return Outcome(failure=Failure.MISSING, detail=f"{path.name} has no function {name}")
    if not takes_nothing(function):
        return Outcome(failure=Failure.MISSING, detail=f"{name} cannot be called without arguments")
    try:
        returned = alarm.call(function)
    except OutOfTimeError as error:
        return _late(alarm, line_of(error, path))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        return Outcome(failure=Failure.RAISED, detail=describe(error), line=line_of(error, path))
    try:
        return Outcome(alarm.call(lambda: normal(returned)))
    except OutOfTimeError:
        return _late(alarm, None)
    except ArithmeticError as error:
        return Outcome(failure=Failure.NOT_A_NUMBER, detail=str(error))
    except BaseException as error:  # whatever a strange object does when looked at
        detail = str(error) if type(error) is TypeError else describe(error)
        return Outcome(failure=Failure.WRONG_TYPE, detail=detail)


def _late(alarm: Alarm, line: int | None) -> Outcome:
    return Outcome(failure=Failure.TIMED_OUT, detail=f"it took longer than {alarm.seconds:g} s", line=line)


def main(companion: str, journal_path: str, seconds: str, *names: str) -> None:
    """Import a companion and call functions of it.

    Args:
        companion: path of companion.py.
        journal_path: an existing file to append events to.
        seconds: time limit of the import and of each function.
        names: the functions, in this order.
    """
    journal, alarm, path = Journal(journal_path), Alarm(float(seconds)), Path(companion)
    printed = Printed()
    failed: Outcome | None = None
    confine(path)
    try:
        module = alarm.call(lambda: load(path))
    except OutOfTimeError as error:
        late = _late(alarm, line_of(error, path))
        failed = Outcome(failure=late.failure, detail="importing " + late.detail, line=late.line)
    except BaseException as error:
        failed = Outcome(failure=Failure.IMPORT, detail=describe(error), line=line_of(error, path))
    at_import = printed.take()
    if failed is not None:
        outcome = Outcome(None, failed.failure, failed.detail, failed.line, at_import)
        journal.write("import failed", outcome=encoded(outcome))
        return
    journal.write("imported", printed=at_import)
    for name in names:
        journal.write("begun", name=name)
        outcome = outcome_of(module, name, path, alarm)
        journal.write("done", name=name, outcome=encoded(_with_print(outcome, at_import, printed.take())))


def _with_print(outcome: Outcome, at_import: str, own: str) -> Outcome:
    """The outcome of a function that printed, or whose module did: a failure if it is the only one."""
    text = at_import + own
    if not text:
        return outcome
    if outcome.failure is not None:
        return Outcome(outcome.value, outcome.failure, outcome.detail, outcome.line, text)
    detail = "it printed" if own else "its module printed when imported"
    return Outcome(outcome.value, Failure.PRINTED, detail, None, text)


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # threads or exit handlers that the companion left behind must not hold us
