"""What one run leaves for the next: files under .cache/papernotes that may be lost at any time.

A file counts only when it is whole, by the hash it begins with, and was written by this very tool, by the
ground it was written on. Anything else is as if it were not there. A file is replaced whole, so that two runs
at once cannot mix.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

_HASH = 32
PACKAGE = Path(__file__).parents[1]

T = TypeVar("T")


@cache
def ground() -> bytes:
    """What decides results besides what is read: Python, this package's source, the installed packages."""
    found = hashlib.sha256(f"{sys.version}\0{sys.platform}\0".encode())
    for file in sorted(f"{folder}/{name}" for folder, _, names in os.walk(PACKAGE) for name in names):
        if file.endswith(".py"):
            with open(file, "rb", buffering=0) as source:  # noqa: PTH123 - a hundred at every start: no Path
                found.update(hashlib.sha256(source.read()).digest())
    for folder in sys.path:
        with contextlib.suppress(OSError):
            names = (entry.name for entry in os.scandir(folder or ".") if entry.name.endswith("-info"))
            found.update("\0".join(sorted(names)).encode("utf-8", "surrogateescape"))
    return found.digest()


def load(path: Path, kind: type[T]) -> T | None:
    """What was kept in a file; None when there is nothing that holds.

    Args:
        path: the file.
        kind: the type of what was kept.
    """
    try:
        data = memoryview(path.read_bytes())
        if hashlib.sha256(data[_HASH:]).digest() != data[:_HASH] or data[_HASH : 2 * _HASH] != ground():
            return None
        return msgspec.msgpack.decode(data[2 * _HASH :], type=kind)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None


def keep(path: Path, content: object) -> None:
    """Keep something; a folder that cannot be written is no error.

    Args:
        path: the file.
        content: what ``msgspec`` can write.
    """
    data = msgspec.msgpack.encode(content)
    digest = hashlib.sha256(ground())
    digest.update(data)
    replace(path, digest.digest(), ground(), data)


def replace(path: Path, *parts: bytes) -> None:
    """Put a whole file in the place of another; a folder that cannot be written is no error."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
