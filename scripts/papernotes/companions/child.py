"""What runs beside a companion, in its process: the standard library only, so that nothing disturbs it."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from pathlib import Path
from types import ModuleType

LONGEST = 300


def load(path: Path, name: str = "companion") -> ModuleType:
    """Import a companion from its file.

    Args:
        path: companion.py.
        name: what the module is to be known as; ``__main__`` runs it as a script.

    Returns:
        The module.

    Errors:
        Whatever the import raises.
    """
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def takes_nothing(function: object) -> bool:
    """Whether it can be called without arguments: a function, a cached or a partial one too, but no class."""
    if not callable(function) or isinstance(function, type):
        return False
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some functions written in C do not say
        return False
    return all(p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)


def line_of(error: BaseException, path: Path) -> int | None:
    """The companion's line where an error came up: its innermost frame, or where the syntax is wrong."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == str(path)]
    return lines[-1] if lines else None


def describe(error: BaseException) -> str:
    """One line, ``ValueError: message``; only the type when the error has no message or cannot say it."""
    # NumPy raises a private subclass when memory is short
    kind = "MemoryError" if isinstance(error, MemoryError) else type(error).__name__
    try:
        lines = str(error.msg if isinstance(error, SyntaxError) else error).strip().splitlines()
    except Exception:
        return kind
    return f"{kind}: {lines[0][:LONGEST]}" if lines else kind


def complaint(error: BaseException, path: Path) -> str:
    """One line about an error: ``ValueError: message (companion.py:12)``."""
    line = line_of(error, path)
    return f"{describe(error)} ({path.name}:{line})" if line else describe(error)
