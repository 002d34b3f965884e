"""The only place that reads files: bytes to text, with what is wrong with the bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from papernotes.corpus.model import Place, Source
from papernotes.diagnostics import Diagnostic

MAX_BYTES = 8 * 1024 * 1024
"""A larger text file is not read: no note needs it, and a pull request must not exhaust the checker."""


def read(root: Path, path: str) -> tuple[Source, list[Diagnostic]]:
    """Read one text file.

    Args:
        root: the repository.
        path: POSIX path relative to it.

    Returns:
        The text with ``\\n`` line ends and no byte-order mark, and the faults of its bytes. A file that
        cannot be read is an empty text with a fault.
    """
    try:
        file = root / path
        size = file.stat().st_size
        if size > MAX_BYTES:
            source = Source(path, "")
            return source, [
                source.fault(
                    Place(),
                    "S005",
                    f"file must be at most {MAX_BYTES // 1024 // 1024} MiB: {size:,} bytes",
                    "split it, or link to the data instead",
                )
            ]
        data = file.read_bytes()
    except OSError as error:
        source = Source(path, "")
        return source, [
            source.fault(Place(), "S005", f"file must be readable: {error.strerror}", "check its permissions")
        ]
    return decode(path, data)


def decode(path: str, data: bytes) -> tuple[Source, list[Diagnostic]]:
    """Turn the bytes of a text file into a :class:`Source`; see :func:`read`."""
    digest = hashlib.sha256(data).hexdigest()
    faults: list[tuple[Place, str, str, str]] = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        faults.append(
            (Place(), "S002", "file must not begin with a byte-order mark", "save it as UTF-8 without BOM")
        )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        faults.append(
            (place, "S001", f"file must be UTF-8: byte 0x{data[error.start]:02x}", "save it as UTF-8")
        )
        text = data.decode(errors="replace")
    at = text.find("\r")
    if at >= 0:
        place = Place(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        faults.append(
            (
                place,
                "S003",
                "lines must end with LF: CR found",
                "convert the line ends, e.g. `sed -i 's/\\r$//'`",
            )
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(path, text, digest)
    return source, [source.fault(*fault) for fault in faults]


def beginning(root: Path, path: str, size: int = 512) -> str:
    """The first bytes of a file as text; empty for a file that cannot be read."""
    try:
        with (root / path).open("rb") as file:
            return file.read(size).decode(errors="replace")
    except OSError:
        return ""


def snapshot(root: Path, tops: Iterable[str]) -> frozenset[tuple[str, int, int]]:
    """Path, size and time of change of every file under some folders; it differs when a file does."""
    found = set()
    for path in listing(root, tops):
        with contextlib.suppress(FileNotFoundError):  # removed since it was listed
            stat = (root / path).stat()
            found.add((path, stat.st_size, stat.st_mtime_ns))
    return frozenset(found)


def listing(root: Path, tops: Iterable[str]) -> tuple[str, ...]:
    """Every file under some folders, as sorted POSIX paths relative to the root; links are not followed."""
    found = []
    for top in tops:
        for folder, folders, files in os.walk(root / top):
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            base = Path(folder).relative_to(root).as_posix()
            found += [f"{base}/{name}" for name in files if not name.startswith(".")]
    return tuple(sorted(found))
