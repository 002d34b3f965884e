"""Read the text of pages: what was read before is remembered, the rest shared among the processors."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from papernotes.corpus import cache, disk, frontmatter, latex, snippets
from papernotes.corpus.disk import Asked
from papernotes.corpus.document import Document, FrontMatter
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.source import Source
from papernotes.diagnostics import Diagnostic

FILE = "pages"
WORTH_A_PROCESS = 40
"""Pages for which another process is started: a twentieth of a second's work."""
MOST_PROCESSES = 8
_MOST_TASKS = 100
"""Parts that the pages are shared out in: each is a byte in a pipe."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the pages of a project are read.

    Args:
        root: the repository.
        text: reads a file.
        slug: from the text of a heading to its anchor.
        embedded: finds the files that a page embeds; None when nothing is embedded.
        appended: files that every page ends with.
        formulas: whether the site shows formulas.
        ours: whether front matter is that of a note, and not whatever a project of others puts there.
    """

    root: Path
    text: Callable[[str], tuple[Source, list[Diagnostic]]]
    slug: Slugify
    embedded: snippets.Reader | None = None
    appended: tuple[str, ...] = ()
    formulas: bool = True
    ours: bool = True


class _Asked(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a reading begins with."""

    asked: tuple[Asked, ...]
    """What was asked of the disk: the page's own text, and about the files that it embeds."""


class Reading(_Asked, frozen=True, gc=False, array_like=True):
    """What the text of one page says: its front matter, where the body begins, what the scanner finds but for
    the formulas, what is wrong with any of it.
    """

    digest: str
    front: FrontMatter
    body_start: int
    body_line: int
    document: Document
    faults: tuple[Diagnostic, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Reading).decode
_decode_asked = msgspec.msgpack.Decoder(_Asked).decode


def read(path: str, edition: str, way: Way) -> Reading:
    """Read one page: its front matter, and its body together with the files that it embeds."""
    with disk.noted() as asked:
        source, faults = way.text(path)
        front, body, line, broken = frontmatter.parse(source, edition, ours=way.ours)
        faults += broken
        if way.embedded is None or not ("8<" in body or way.appended):
            document = scan(body, line, way.slug)
        else:
            made = snippets.expand(body, source.path, line, way.embedded, way.appended)
            document = snippets.placed(scan(made.text, 1, way.slug), made, source.path)
        if way.formulas:
            faults += latex.faults(source, body, line, document.math)
    start = len(source.text) - len(body)
    once = tuple(dict.fromkeys(asked))
    return Reading(once, source.digest, front, start, line, replace(document, math=()), tuple(faults))


def read_all(
    pages: Sequence[tuple[str, str]], way: Way, configuration: Sequence[Asked], folder: Path | None
) -> Iterator[Reading]:
    """Read many pages.

    Args:
        pages: paths and editions.
        way: how they are read.
        configuration: what was asked of the disk to know the way.
        folder: where readings are kept; None keeps none.

    Yields:
        The readings, in the order of the pages.
    """
    if folder is None:
        written = _shared(pages, way)
        written.reverse()
        while written:
            yield _noted(_decode(written.pop()))
        return
    basis = _encode(configuration)
    keys = [hashlib.sha256(_encode((basis, path, edition))).digest() for path, edition in pages]
    kept = cache.load(folder / FILE, dict[bytes, msgspec.Raw]) or {}
    same: set[Asked] = set()  # files that many pages embed
    holding = {key for key in keys if key in kept and _holds(_decode_asked(kept[key]).asked, way, same)}
    missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in holding}
    if missing or len(kept) != len(holding):
        kept.update(zip(missing, map(msgspec.Raw, _shared(list(missing.values()), way)), strict=True))
        kept = {key: kept[key] for key in keys}
        cache.keep(folder / FILE, kept)
    for key in keys:
        yield _noted(_decode(kept.pop(key)))


def _holds(asked: Iterable[Asked], way: Way, same: set[Asked]) -> bool:
    """Whether a page and the files that it embeds are as they were; what holds joins ``same``."""
    if unknown := set(asked) - same:
        if not disk.unchanged(way.root, unknown):
            return False
        same |= unknown
    return True


def _noted(reading: Reading) -> Reading:
    """A reading, its questions to the disk noted as if they were asked now."""
    disk.note_again(reading.asked)
    return reading


def _shared(pages: Sequence[tuple[str, str]], way: Way) -> list[bytes]:
    """Readings as they are written, made by as many processes as the work is worth."""
    share = min(MOST_PROCESSES, _processors(), len(pages) // WORTH_A_PROCESS)
    if share < 2:
        return _written(pages, way)
    tasks = range(min(_MOST_TASKS, len(pages)))
    queue, filling = os.pipe()  # tasks that nobody has taken: a byte each, which one process gets
    os.write(filling, bytes(tasks))
    os.close(filling)
    helpers = [_helper(queue, pages, way) for _ in range(1, share)]
    done = _taken(queue, pages, way)
    os.close(queue)
    for process, sheet in helpers:
        _, status = os.waitpid(process, 0)
        with os.fdopen(sheet, "rb") as file:
            file.seek(0)
            data = file.read()
        if not status:  # else it was out of memory, or ended by hand
            done.update(msgspec.msgpack.decode(data, type=dict[int, list[bytes]]))
    found: list[bytes] = [b""] * len(pages)
    for task in tasks:
        found[task :: len(tasks)] = done[task] if task in done else _written(pages[task :: len(tasks)], way)
    return found


def _taken(queue: int, pages: Sequence[tuple[str, str]], way: Way) -> dict[int, list[bytes]]:
    """Take tasks off the queue, and read their pages, until none is left: whoever is quick takes more."""
    tasks = min(_MOST_TASKS, len(pages))
    done = {}
    while taken := os.read(queue, 1):
        done[taken[0]] = _written(pages[taken[0] :: tasks], way)
    return done


def _written(pages: Sequence[tuple[str, str]], way: Way) -> list[bytes]:
    return [_encode(read(path, edition, way)) for path, edition in pages]


def _helper(queue: int, pages: Sequence[tuple[str, str]], way: Way) -> tuple[int, int]:
    """Start a process that reads pages; its number, and the file in memory that it writes."""
    sheet = os.memfd_create("papernotes")
    process = os.fork()
    if process:
        return process, sheet
    code = 1
    try:
        with os.fdopen(sheet, "wb") as file:
            file.write(_encode(_taken(queue, pages, way)))
        code = 0
    finally:
        os._exit(code)


def _processors() -> int:
    """Processors to share work among: one where a process cannot be copied safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))
