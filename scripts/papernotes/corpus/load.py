"""Read the repository once, into a frozen :class:`Corpus`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from papernotes.corpus import bibliography, companion, disk, frontmatter, glossary
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.model import EDITIONS, Companion, Corpus, Page, Source
from papernotes.diagnostics import Diagnostic


def load(root: Path, changed: Mapping[str, str] = MappingProxyType({})) -> Corpus:
    """Read everything under docs/ and papers/.

    Args:
        root: the repository.
        changed: texts that stand in for files, by path: the checks of a change not yet written.

    Returns:
        The corpus. What cannot be read as it should be is in ``faults``; nothing raises.
    """
    files = disk.listing(root)
    faults: list[Diagnostic] = []

    def read(path: str) -> Source:
        if path in changed:
            source, broken = disk.decode(path, changed[path].encode())
        elif path in files:
            source, broken = disk.read(root, path)
        else:
            source, broken = Source(path, "", hashlib.sha256(b"").hexdigest()), []
        faults.extend(broken)
        return source

    pages: dict[str, dict[str, Page]] = {edition: {} for edition in EDITIONS}
    companions: dict[str, Companion] = {}
    for path in files:
        parts = path.split("/")
        if parts[0] == "docs" and path.endswith(".md") and len(parts) > 2 and parts[1] in pages:
            key = "/".join(parts[2:]).removesuffix(".md")
            page, broken = read_page(read(path), parts[1], key)
            pages[parts[1]][key] = page
            faults += broken
        elif parts[0] == "papers" and parts[-1] == "companion.py" and len(parts) == 3:
            companions[parts[1]], broken = companion.parse(read(path), parts[1])
            faults += broken
    works, broken = bibliography.parse(read(bibliography.PATH))
    faults += broken
    terms, broken = glossary.parse(read(glossary.PATH))
    faults += broken
    return Corpus(
        root=root,
        pages=pages,
        bibliography=works,
        glossary=terms,
        companions=companions,
        files=frozenset(files) | frozenset(changed),
        faults=tuple(faults),
    )


def read_page(source: Source, edition: str, key: str) -> tuple[Page, list[Diagnostic]]:
    """One page from its text: front matter, body and what the scanner finds in it."""
    front, body, line, faults = frontmatter.parse(source, edition)
    return Page(edition, key, source, front, body, line, scan(body, line)), faults
