"""Read the repository once, into a frozen :class:`Corpus`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from papernotes.corpus import bibliography, companion, disk, frontmatter, glossary, project, settings, slugs
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.model import EDITIONS, Companion, Corpus, Page, Source
from papernotes.corpus.slugs import Slugify
from papernotes.diagnostics import Diagnostic


def load(root: Path, changed: Mapping[str, str] = MappingProxyType({})) -> Corpus:
    """Read everything under docs/ and papers/.

    Args:
        root: the repository.
        changed: texts that stand in for files, by path: the checks of a change not yet written.

    Returns:
        The corpus. What cannot be read as it should be is in ``faults``; nothing raises.
    """
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
            page, broken = read_page(read(path), edition, key, layout.slug or slugs.ours)
            pages[edition][key] = page
            if layout.ours:
                faults += broken
        elif parts[0] == "papers" and parts[-1] == "companion.py" and len(parts) == 3:
            companions[parts[1]], broken = companion.parse(read(path), parts[1])
            faults += broken
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


def read_page(
    source: Source, edition: str, key: str, slug: Slugify = slugs.ours
) -> tuple[Page, list[Diagnostic]]:
    """One page from its text: front matter, body and what the scanner finds in it."""
    front, body, line, faults = frontmatter.parse(source, edition)
    return Page(
        edition, key, source, front, len(source.text) - len(body), line, scan(body, line, slug)
    ), faults
