"""Read the repository once, into a frozen :class:`Corpus`."""

from __future__ import annotations

import fnmatch
import hashlib
import posixpath
from collections.abc import Mapping, Set
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from papernotes.corpus import (
    companion,
    disk,
    glossary,
    inclusions,
    paths,
    project,
    reading,
    settings,
    snippets,
)
from papernotes.corpus.document import Page
from papernotes.corpus.model import EDITIONS, Companion, Corpus
from papernotes.corpus.project import Project
from papernotes.corpus.reference import WORKS, Bibliography
from papernotes.corpus.source import Source
from papernotes.diagnostics import Diagnostic

KINDS = ("papers", "concepts", "guide")
"""Folders of a knowledge base whose pages the navigation lists."""


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
    faults += disk.intruders(root, layout.tops) if layout.ours else []

    def text(path: str) -> tuple[Source, list[Diagnostic]]:
        return disk.decode(path, changed[path].encode()) if path in changed else disk.read(root, path)

    def read(path: str) -> Source:
        if path not in changed and path not in files:
            return Source(path, "", hashlib.sha256(b"").hexdigest())
        source, broken = text(path)
        faults.extend(broken)
        return source

    def embeddable(path: str) -> Source | None:
        return text(path)[0] if path in changed or disk.is_file(root, path) else None

    embedded = snippets.finder(layout.snippets, embeddable) if layout.snippets is not None else None
    pages: dict[str, dict[str, Page]] = {edition: {} for edition in EDITIONS}
    wanted: list[tuple[str, str, str]] = []
    companions: dict[str, Companion] = {}
    unpublished = {
        path
        for folder in layout.folders.values()
        for path in files
        if _left_out(path.removeprefix(f"{folder}/"), layout)
    }
    unpublished |= _behind_an_index({*files} - unpublished)
    for path in files:
        parts = path.split("/")
        edition = next((name for name, top in layout.folders.items() if path.startswith(f"{top}/")), "")
        if edition and path.endswith(".md"):
            if path in unpublished:
                continue
            key = path.removeprefix(f"{layout.folders[edition]}/").removesuffix(".md")
            wanted.append((path, edition, key))
        elif parts[0] == "papers" and parts[-1] == "companion.py" and len(parts) == 3:
            companions[parts[1]], broken = companion.parse(read(path), parts[1])
            faults += broken
    way = reading.Way(
        root, text, layout.slug, embedded, layout.appended, "formulas" in layout.syntax, layout.ours
    )
    readings = reading.read_all(
        [(path, edition) for path, edition, _ in wanted], way, configuration, None if changed else cache
    )
    for (path, edition, key), page in zip(wanted, readings, strict=True):
        kept = text(path)[0] if layout.ours or path in changed else disk.Stored(root, path, page.digest)
        pages[edition][key] = _page(edition, key, kept, page)
        faults += page.faults
    works, broken = _works(read(WORKS))
    faults += broken
    terms, broken = glossary.parse(read(glossary.PATH))
    faults += broken
    ways, broken = paths.parse(read(paths.PATH))
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
        paths=ways,
        companions=companions,
        files=frozenset(files) | frozenset(changed) | _of_the_theme(root, layout),
        drawn=frozenset(
            path
            for path in files
            if path.startswith("papers/")
            and path.endswith(".svg")
            and companion.DRAWN in disk.beginning(root, path)
        ),
        unpublished=frozenset(unpublished),
        ours=layout.ours,
        unknown=layout.unknown,
        open_pages=_open_pages(layout, pages, embeddable),
        ignored=layout.ignored,
        navigation=_navigation(layout, pages),
        syntax=layout.syntax,
        directory_urls=layout.directory_urls,
        rooted=layout.rooted,
        faults=tuple(faults),
    )


def _works(source: Source) -> tuple[Bibliography, list[Diagnostic]]:
    if not source.text:
        return Bibliography(source, {}), []
    from papernotes.corpus import bibliography  # its libraries are slow to import: not where no work is cited

    return bibliography.parse(source)


def _left_out(path: str, layout: Project) -> bool:
    """Whether mkdocs.yml says that a file, relative to its folder, is not in the site."""
    if layout.excluded and layout.excluded.match_file(path):
        return True
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in layout.taken_out)


def _behind_an_index(published: Set[str]) -> set[str]:
    """Every README.md beside an index, which has its address: MkDocs leaves it out."""
    readmes = {path for path in published if posixpath.basename(path) == "README.md"}
    return {
        path
        for path in readmes
        if {path.removesuffix("README.md") + index for index in ("index.md", "index.html")} & published
    }


def _of_the_theme(root: Path, layout: Project) -> frozenset[str]:
    """The files of the theme, as if they were in the folder of the pages: on the site they are."""
    if layout.ours:
        return frozenset()
    own = disk.listing(root, (layout.theme,)) if layout.theme else ()
    inside = {path.removeprefix(f"{posixpath.normpath(layout.theme)}/") for path in own}
    return frozenset(f"{layout.folders[EDITIONS[0]]}/{path}" for path in inside | layout.themed)


def _open_pages(
    layout: Project, pages: Mapping[str, Mapping[str, Page]], read: snippets.Reader
) -> dict[str, str]:
    """The pages on which something is put that is not known, with the name of what puts it there."""
    read = lru_cache(maxsize=16)(read)  # a notice that many pages include
    found: dict[str, str] = {}
    for page in (page for edition in pages.values() for page in edition.values()):
        name = layout.unknown.opens(page.body) if layout.unknown.marks else ""
        if name == inclusions.NAME:
            docs = layout.folders[page.edition]
            name = layout.unknown.opens(inclusions.without_plain(page.body, page.source.path, docs, read))
        if name:
            found[page.source.path] = name
    return found


def _navigation(layout: Project, pages: Mapping[str, Mapping[str, Page]]) -> frozenset[str] | None:
    """The pages that the navigation lists, or that are meant to be in none."""
    if layout.ours:
        every = (page for edition in pages.values() for page in edition.values())
        return frozenset(page.source.path for page in every if page.kind in KINDS or page.key == "index")
    if layout.navigation is None:
        return None
    top = layout.folders[EDITIONS[0]]
    unlisted = (f"{key}.md" for key in pages[EDITIONS[0]])
    meant = {path for path in unlisted if layout.unlisted and layout.unlisted.match_file(path)}
    return frozenset(f"{top}/{path}" for path in layout.navigation | meant)


def read_page(source: Source, edition: str, key: str, layout: Project) -> Page:
    """One page from its text, without the files that it embeds.

    Args:
        source: the page.
        edition: the edition it belongs to.
        key: its path without edition and suffix.
        layout: how the project reads Markdown.
    """
    way = reading.Way(layout.root, lambda _: (source, []), layout.slug)
    return _page(edition, key, source, reading.read(source.path, edition, way))


def _page(edition: str, key: str, source: Source, found: reading.Reading) -> Page:
    return Page(edition, key, source, found.front, found.body_start, found.body_line, found.document)
