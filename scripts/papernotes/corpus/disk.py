"""The only place that reads files: bytes to text, with what is wrong with the bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

MAX_BYTES = 2 * 1024 * 1024
"""A larger file is not read: no note needs it, and a pull request must not exhaust the checker."""
MAX_TOTAL = 512 * 1024 * 1024
"""Bytes of all files together: a site on Pages may have twice as many, and holds both editions."""
_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A pipe must not hold us; what it is, is asked once it is open."""

UNKNOWN = ""
"""The answer of a disk that could not be read: it holds for no second time."""

Asked = tuple[str, str, str]
"""A question to the disk, the path it was about, and the answer."""

_notes: list[list[Asked]] = []


@contextlib.contextmanager
def noted() -> Iterator[list[Asked]]:
    """Note every question to the disk and its answer, so that :func:`unchanged` can ask again."""
    asked: list[Asked] = []
    _notes.append(asked)
    try:
        yield asked
    finally:
        _notes.pop()


def unchanged(root: Path, asked: Iterable[Asked]) -> bool:
    """Whether the disk gives the answers that it gave before."""
    questions = {"read": _digest, "kind": _kind, "list": _names}
    return all(answer != UNKNOWN and questions[name](root, path) == answer for name, path, answer in asked)


def note_again(asked: Iterable[Asked]) -> None:
    """Note questions whose answers were found to be the same, or that another process has asked."""
    for note in _notes:
        note.extend(asked)


def _note(question: str, path: str, answer: str) -> None:
    for asked in _notes:
        asked.append((question, path, answer))


def _open(root: Path, path: str) -> io.FileIO:
    """A file to read; without a buffer and a Path, because a run opens thousands."""
    return io.FileIO(os.open(f"{root}/{path}", _OPENING))


def _bytes(file: io.FileIO, status: os.stat_result) -> bytes:
    """What a file holds, and at least a byte beyond the limit of one that is too large."""
    size = status.st_size if stat.S_ISREG(status.st_mode) else MAX_BYTES
    return file.read(min(size, MAX_BYTES) + 1)


def _digest(root: Path, path: str) -> str:
    try:
        with _open(root, path) as file:
            return hashlib.sha256(_bytes(file, os.fstat(file.fileno()))).hexdigest()
    except OSError:
        return UNKNOWN


def _kind(root: Path, path: str) -> str:
    file = root / path
    try:
        return "file" if file.is_file() else "folder" if file.is_dir() else "nothing"
    except OSError:  # too long for a name, or in a folder that may not be looked into
        return "nothing"


def _names(root: Path, top: str) -> str:
    """What a folder holds: names, where links lead, and whether there is too much of it."""
    said, total = [], 0
    for path, entry in _entries(root, [top]):
        if entry.is_file(follow_symlinks=False):
            size = entry.stat(follow_symlinks=False).st_size
            total += size
            said.append(f"{path}\0{size > MAX_BYTES}")
        else:
            said.append(f"{path}\0{os.path.realpath(entry.path)}")
    said.append(str(total if total > MAX_TOTAL // 4 else 0))
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def is_file(root: Path, path: str) -> bool:
    """Whether a path is that of a file."""
    kind = _kind(root, path)
    _note("kind", path, kind)
    return kind == "file"


def is_folder(root: Path, path: str) -> bool:
    """Whether a path is that of a folder."""
    kind = _kind(root, path)
    _note("kind", path, kind)
    return kind == "folder"


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
        with _open(root, path) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                _note("read", path, UNKNOWN)
                return Source(path, ""), [_strange(path)]
            data = _bytes(file, status)
    except OSError as error:
        _note("read", path, UNKNOWN)
        source = Source(path, "")
        return source, [
            source.fault(Place(), "S005", f"file must be readable: {error.strerror}", "check its permissions")
        ]
    if len(data) > MAX_BYTES:
        _note("read", path, UNKNOWN)
        return Source(path, ""), [_large(path, max(status.st_size, len(data)))]
    source, faults = decode(path, data)
    _note("read", path, source.digest)
    return source, faults


class Stored(Source):
    """A text that stays on the disk and is read again when somebody asks for it.

    Args:
        root: the repository.
        path: POSIX path relative to it.
        digest: SHA-256 of the bytes that were read.
    """

    __slots__ = ("_root",)
    _root: Path

    def __init__(self, root: Path, path: str, digest: str) -> None:
        for name, value in (("_root", root), ("path", path), ("digest", digest)):
            object.__setattr__(self, name, value)

    @property
    def text(self) -> str:
        """The text as it is now."""
        return read(self._root, self.path)[0].text

    def __hash__(self) -> int:
        """Without reading."""
        return hash((self.path, self.digest))


def _large(path: str, size: int) -> Diagnostic:
    return Source(path, "").fault(
        Place(),
        "S005",
        f"file must be at most {MAX_BYTES // 1024 // 1024} MiB: {size:,} bytes",
        "split it, or link to the data instead",
    )


def _strange(path: str) -> Diagnostic:
    return Source(path, "").fault(
        Place(),
        "S008",
        "file must be an ordinary file",
        "put the file itself there, in place of a link to it",
    )


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
        with _open(root, path) as file:
            data = _bytes(file, os.fstat(file.fileno()))
    except OSError:
        _note("read", path, UNKNOWN)
        return ""
    _note("read", path, hashlib.sha256(data).hexdigest())
    return data[:size].decode(errors="replace")


def snapshot(root: Path, tops: Iterable[str]) -> frozenset[tuple[str, int, int]]:
    """Path, size and time of change of every file under some folders; it differs when a file does."""
    found = set()
    for path in listing(root, tops):
        with contextlib.suppress(FileNotFoundError):  # removed since it was listed
            stat = (root / path).stat()
            found.add((path, stat.st_size, stat.st_mtime_ns))
    return frozenset(found)


def listing(root: Path, tops: Iterable[str]) -> tuple[str, ...]:
    """Every file under some folders, as sorted POSIX paths relative to the root.

    Links to files of the repository count as files; other links, pipes and devices are left out.
    """
    inside = f"{os.path.realpath(root)}{os.sep}"
    tops = tuple(tops)
    for top in tops:
        _note("list", top, _names(root, top))
    return tuple(
        path
        for path, entry in _entries(root, tops)
        if entry.is_file(follow_symlinks=False)
        or (
            entry.is_symlink()
            and Path(to := os.path.realpath(entry.path)).is_file()
            and to.startswith(inside)
        )
    )


def intruders(root: Path, tops: Iterable[str]) -> list[Diagnostic]:
    """What a pull request must not bring: links, pipes and devices (S008), too large files (S005)."""
    found, total = [], 0
    for path, entry in _entries(root, tops):
        if not entry.is_file(follow_symlinks=False):
            found.append(_strange(path))
            continue
        size = entry.stat(follow_symlinks=False).st_size
        total += size
        if size > MAX_BYTES:
            found.append(_large(path, size))
        if total > MAX_TOTAL >= total - size:
            message = f"all files together must be at most {MAX_TOTAL // 1024 // 1024} MiB"
            found.append(Source(path, "").fault(Place(), "S005", message, "link to the data instead"))
    return found


def _entries(root: Path, tops: Iterable[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """What is in some folders and not a folder itself, sorted; links to folders are not followed."""
    for top in tops:
        pending = [top.rstrip("/")]
        found = []
        while pending:
            folder = pending.pop()
            with (
                contextlib.suppress(FileNotFoundError, NotADirectoryError),
                os.scandir(root / folder) as entries,
            ):
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    path = f"{folder}/{entry.name}"
                    if not entry.is_dir(follow_symlinks=False):
                        found.append((path, entry))
                    elif not entry.name.startswith("__"):
                        pending.append(path)
        yield from sorted(found, key=lambda one: one[0])
