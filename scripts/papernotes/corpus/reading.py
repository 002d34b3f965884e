"""Read the text of pages: what was read before is remembered, the rest shared among the processors."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from papernotes.corpus import cache, disk, frontmatter, snippets
from papernotes.corpus.disk import Asked
from papernotes.corpus.document import Document, FrontMatter
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.source import Source
from papernotes.diagnostics import Diagnostic

FILE = "pages"
WORTH_A_PROCESS = 400_000
"""Characters of text for which another process is started: a twentieth of a second's work."""
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Way:
    """How the pages of a project are read.

    Args:
        slug: from the text of a heading to its anchor.
        embedded: finds the files that a page embeds; None when nothing is embedded.
        appended: files that every page ends with.
        root: the repository.
    """

    slug: Slugify
    embedded: snippets.Reader | None
    appended: tuple[str, ...]
    root: Path


class Reading(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the text of one page says: its front matter, where the body begins, what the scanner finds."""

    front: FrontMatter
    body_start: int
    body_line: int
    document: Document
    faults: tuple[Diagnostic, ...]
    asked: tuple[Asked, ...] = ()
    """What was asked of the disk about the files that the page embeds."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Reading).decode


def read(source: Source, edition: str, way: Way) -> Reading:
    """Read one page: its front matter, and its body together with the files that it embeds."""
    front, body, line, faults = frontmatter.parse(source, edition)
    start = len(source.text) - len(body)
    if way.embedded is None or not ("8<" in body or way.appended):
        return Reading(front, start, line, scan(body, line, way.slug), tuple(faults))
    with disk.noted() as asked:
        made = snippets.expand(body, source.path, line, way.embedded, way.appended)
    document = snippets.placed(scan(made.text, 1, way.slug), made, source.path)
    return Reading(front, start, line, document, tuple(faults), tuple(dict.fromkeys(asked)))


def read_all(
    pages: Sequence[tuple[Source, str]], way: Way, configuration: Sequence[Asked], folder: Path | None
) -> list[Reading]:
    """Read many pages.

    Args:
        pages: texts and editions.
        way: how they are read.
        configuration: what was asked of the disk to know the way.
        folder: where readings are kept; None keeps none.

    Returns:
        The readings, in the order of the pages.
    """
    if folder is None:
        return [_noted(_decode(data)) for data in _shared(pages, way)]
    basis = _encode(configuration)
    keys = [
        hashlib.sha256(_encode((basis, source.path, edition, source.digest))).digest()
        for source, edition in pages
    ]
    kept = cache.load(folder / FILE, dict[bytes, msgspec.Raw]) or {}
    found: dict[bytes, Reading] = {}
    same: set[Asked] = set()  # files that many pages embed
    for key in keys:
        if key in kept:
            reading = _decode(kept[key])
            if disk.unchanged(way.root, set(reading.asked) - same):
                same.update(reading.asked)
                found[key] = reading
    missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in found}
    if missing or len(kept) != len(found):
        fresh = dict(zip(missing, map(msgspec.Raw, _shared(list(missing.values()), way)), strict=True))
        cache.keep(folder / FILE, {key: fresh[key] if key in fresh else kept[key] for key in keys})
        del kept
        found.update((key, _decode(data)) for key, data in fresh.items())
    return [_noted(found[key]) for key in keys]


def _noted(reading: Reading) -> Reading:
    """A reading, its questions to the disk noted as if they were asked now."""
    disk.note_again(reading.asked)
    return reading


def _shared(pages: Sequence[tuple[Source, str]], way: Way) -> list[bytes]:
    """Readings as they are written, made by as many processes as the work is worth."""
    share = min(
        MOST_PROCESSES, _processors(), sum(len(source.text) for source, _ in pages) // WORTH_A_PROCESS
    )
    if share < 2:
        return [_encode(read(source, edition, way)) for source, edition in pages]
    found: list[bytes] = [b""] * len(pages)
    helpers = [_helper(pages[number::share], way) for number in range(1, share)]
    found[::share] = [_encode(read(source, edition, way)) for source, edition in pages[::share]]
    for number, (process, sheet) in enumerate(helpers, 1):
        _, status = os.waitpid(process, 0)
        with os.fdopen(sheet, "rb") as file:
            file.seek(0)
            data = file.read()
        if status:  # out of memory, or ended by hand
            found[number::share] = [
                _encode(read(source, edition, way)) for source, edition in pages[number::share]
            ]
        else:
            found[number::share] = msgspec.msgpack.decode(data, type=list[bytes])
    return found


def _helper(pages: Sequence[tuple[Source, str]], way: Way) -> tuple[int, int]:
    """Start a process that reads pages; its number, and the file in memory that it writes."""
    sheet = os.memfd_create("papernotes")
    process = os.fork()
    if process:
        return process, sheet
    code = 1
    try:
        with os.fdopen(sheet, "wb") as file:
            file.write(_encode([_encode(read(source, edition, way)) for source, edition in pages]))
        code = 0
    finally:
        os._exit(code)


def _processors() -> int:
    """Processors to share work among: one where a process cannot be copied safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))
