"""Read the text of pages: what was read before is remembered, the rest shared among the processors."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from papernotes.corpus import cache, frontmatter
from papernotes.corpus.disk import Asked
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.model import Document, FrontMatter, Source
from papernotes.corpus.slugs import Slugify
from papernotes.diagnostics import Diagnostic

FILE = "pages"
WORTH_A_PROCESS = 400_000
"""Bytes of text for which another process is started: a tenth of a second's work."""
MOST_PROCESSES = 8


class Reading(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the text of one page says: its front matter, where the body begins, what the scanner finds."""

    front: FrontMatter
    body_start: int
    body_line: int
    document: Document
    faults: tuple[Diagnostic, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Reading).decode


def read(source: Source, edition: str, slug: Slugify) -> Reading:
    """Read one page.

    Args:
        source: its text.
        edition: the edition it belongs to.
        slug: from the text of a heading to its anchor.
    """
    front, body, line, faults = frontmatter.parse(source, edition)
    return Reading(front, len(source.text) - len(body), line, scan(body, line, slug), tuple(faults))


def read_all(
    pages: Sequence[tuple[Source, str]], slug: Slugify, configuration: Sequence[Asked], folder: Path | None
) -> Iterator[Reading]:
    """Read many pages.

    Args:
        pages: texts and editions.
        slug: from the text of a heading to its anchor.
        configuration: what was read before to know how pages are read.
        folder: where readings are kept; None keeps none.

    Returns:
        The readings, in the order of the pages.
    """
    if folder is None:
        return map(_decode, _shared(pages, slug))
    basis = _encode(configuration)
    keys = [
        hashlib.sha256(_encode((basis, source.path, edition, source.digest))).digest()
        for source, edition in pages
    ]
    kept = cache.load(folder / FILE, dict[bytes, msgspec.Raw]) or {}
    written: dict[bytes, bytes] = {key: bytes(kept[key]) for key in keys if key in kept}
    missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in written}
    if missing or len(kept) != len(written):
        del kept
        written.update(zip(missing, _shared(list(missing.values()), slug), strict=True))
        cache.keep(folder / FILE, {key: msgspec.Raw(data) for key, data in written.items()})
    return (_decode(written[key]) for key in keys)


def _shared(pages: Sequence[tuple[Source, str]], slug: Slugify) -> list[bytes]:
    """Readings as they are written, made by as many processes as the work is worth."""
    share = min(
        MOST_PROCESSES, _processors(), sum(len(source.text) for source, _ in pages) // WORTH_A_PROCESS
    )
    if share < 2:
        return [_encode(read(source, edition, slug)) for source, edition in pages]
    found: list[bytes] = [b""] * len(pages)
    helpers = [_helper(pages[number::share], slug) for number in range(1, share)]
    found[::share] = [_encode(read(source, edition, slug)) for source, edition in pages[::share]]
    for number, (process, sheet) in enumerate(helpers, 1):
        _, status = os.waitpid(process, 0)
        with os.fdopen(sheet, "rb") as file:
            file.seek(0)
            data = file.read()
        if status:  # out of memory, or ended by hand
            found[number::share] = [
                _encode(read(source, edition, slug)) for source, edition in pages[number::share]
            ]
        else:
            found[number::share] = msgspec.msgpack.decode(data, type=list[bytes])
    return found


def _helper(pages: Sequence[tuple[Source, str]], slug: Slugify) -> tuple[int, int]:
    """Start a process that reads pages; its number, and the file in memory that it writes."""
    sheet = os.memfd_create("papernotes")
    process = os.fork()
    if process:
        return process, sheet
    code = 1
    try:
        with os.fdopen(sheet, "wb") as file:
            file.write(_encode([_encode(read(source, edition, slug)) for source, edition in pages]))
        code = 0
    finally:
        os._exit(code)


def _processors() -> int:
    """Processors to share work among: one where a process cannot be copied safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))
