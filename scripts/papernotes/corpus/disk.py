"""The only place that reads files: bytes to text, with what is wrong with the bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from papernotes.corpus.model import Place, Source
from papernotes.diagnostics import Diagnostic

MAX_BYTES = 8 * 1024 * 1024
"""A larger text file is not read: no note needs it, and a pull request must not exhaust the checker."""

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


def _digest(root: Path, path: str) -> str:
    try:
        with open(f"{root}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - a thousand times: no Path
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return UNKNOWN


def _kind(root: Path, path: str) -> str:
    file = root / path
    return "file" if file.is_file() else "folder" if file.is_dir() else "nothing"


def _names(root: Path, top: str) -> str:
    return _hashed(_under(root, top))


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
        with open(f"{root}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - a thousand times: no Path
            size = os.fstat(file.fileno()).st_size
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        _note("read", path, UNKNOWN)
        source = Source(path, "")
        return source, [
            source.fault(Place(), "S005", f"file must be readable: {error.strerror}", "check its permissions")
        ]
    if len(data) > MAX_BYTES:
        _note("read", path, UNKNOWN)
        source = Source(path, "")
        return source, [
            source.fault(
                Place(),
                "S005",
                f"file must be at most {MAX_BYTES // 1024 // 1024} MiB: {size:,} bytes",
                "split it, or link to the data instead",
            )
        ]
    source, faults = decode(path, data)
    _note("read", path, source.digest)
    return source, faults


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
        data = (root / path).read_bytes()
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
    """Every file under some folders, as sorted POSIX paths relative to the root; links are not followed."""
    found = []
    for top in tops:
        names = _under(root, top)
        _note("list", top, _hashed(names))
        found += names
    return tuple(sorted(found))


def _under(root: Path, top: str) -> list[str]:
    found = []
    for folder, folders, files in os.walk(root / top):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        base = Path(folder).relative_to(root).as_posix()
        found += [f"{base}/{name}" for name in files if not name.startswith(".")]
    return sorted(found)


def _hashed(names: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()
