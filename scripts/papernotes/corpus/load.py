"""Read the repository once, into a frozen :class:`Corpus`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from papernotes.corpus import bibliography, companion, disk, glossary, project, settings, slugs
from papernotes.corpus.model import EDITIONS, Companion, Corpus, Page, Source
from papernotes.corpus.reading import read_all


def load(
    root: Path, changed: Mapping[str, str] = MappingProxyType({}), *, cache: Path | None = None
) -> Corpus:
    """Read everything under docs/ and papers/.

    Args:
        root: the repository.
        changed: texts that stand in for files, by path: the checks of a change not yet written.
        cache: folder of what is kept from one run to the next; None keeps nothing.

    Returns:
        The corpus. What cannot be read as it should be is in ``faults``; nothing raises.
    """
    with disk.noted() as configuration:
        layout, faults = project.read(root)
    files = disk.listing(root, layout.tops)

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
    texts: list[tuple[str, str, Source]] = []
    companions: dict[str, Companion] = {}
    unpublished = {
        path
        for folder in layout.folders.values()
        for path in files
        if layout.excluded and layout.excluded.match_file(path.removeprefix(f"{folder}/"))
    }
    for path in files:
        parts = path.split("/")
        edition = next((name for name, top in layout.folders.items() if path.startswith(f"{top}/")), "")
        if edition and path.endswith(".md"):
            if path in unpublished:
                continue
            key = path.removeprefix(f"{layout.folders[edition]}/").removesuffix(".md")
            texts.append((edition, key, read(path)))
        elif parts[0] == "papers" and parts[-1] == "companion.py" and len(parts) == 3:
            companions[parts[1]], broken = companion.parse(read(path), parts[1])
            faults += broken
    readings = read_all(
        [(source, edition) for edition, _, source in texts], layout.slug or slugs.ours, configuration, cache
    )
    for (edition, key, source), found in zip(texts, readings, strict=True):
        pages[edition][key] = Page(
            edition, key, source, found.front, found.body_start, found.body_line, found.document
        )
        if layout.ours:
            faults += found.faults
    works, broken = bibliography.parse(read(bibliography.PATH))
    faults += broken
    terms, broken = glossary.parse(read(glossary.PATH))
    faults += broken
    exemptions, broken = settings.read(root)
    faults += broken
    return Corpus(
        root=root,
        exemptions=exemptions,
        folders=layout.folders,
        pages=pages,
        bibliography=works,
        glossary=terms,
        companions=companions,
        files=frozenset(files) | frozenset(changed),
        unpublished=frozenset(unpublished),
        ours=layout.ours,
        labels_known=layout.labels_known,
        anchors_known=layout.slug is not None,
        directory_urls=layout.directory_urls,
        faults=tuple(faults),
    )
