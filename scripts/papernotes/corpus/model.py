"""The whole repository as frozen data: read once, then only looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.corpus.document import FrontMatter, Page
from papernotes.corpus.reference import Bibliography, Entry, Glossary
from papernotes.corpus.sections import GENERATED
from papernotes.corpus.source import Place, Source
from papernotes.corpus.unknown import PAGES, Unknown
from papernotes.diagnostics import Diagnostic

if TYPE_CHECKING:
    import pathspec  # named in annotations only, and slow to import

EDITIONS = ("en", "zh")
"""Editions of the site; the first is authoritative for everything that is not language."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a reading path, by its key, and what to take along from it, by edition."""

    page: str
    why: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class ReadingPath:
    """A way through the pages: title and introduction by edition, its steps in order."""

    id: str
    title: Mapping[str, str]
    intro: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """papers/paths.yml."""

    source: Source = field(default_factory=lambda: Source("papers/paths.yml", ""))
    paths: Mapping[str, ReadingPath] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Companion:
    """papers/<slug>/companion.py, read but not run."""

    slug: str
    source: Source
    functions: frozenset[str]
    """Top-level functions that need no argument."""
    regions: frozenset[str]
    """Names between ``--8<-- [start:…]`` and ``[end:…]``."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Findings of a code in the files that match a glob are not reported, for a reason."""

    code: str
    path: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Corpus:
    """The whole repository."""

    root: Path
    pages: Mapping[str, Mapping[str, Page]]
    """By edition, then by key, in sorted order."""
    bibliography: Bibliography
    glossary: Glossary
    companions: Mapping[str, Companion]
    files: frozenset[str]
    """Every file under docs/ and papers/, repository-relative."""
    drawn: frozenset[str] = frozenset()
    """Those of the files that are figures a companion has drawn."""
    paths: Paths = Paths()
    folders: Mapping[str, str] = field(default_factory=lambda: {name: f"docs/{name}" for name in EDITIONS})
    """The folder of each edition's pages."""
    unpublished: frozenset[str] = frozenset()
    """Those of the files that the site leaves out."""
    ours: bool = True
    """Whether this is a knowledge base; any other MkDocs project is checked for links and formulas only."""
    unknown: Unknown = field(default_factory=Unknown)
    """What code of others makes at build time: pages, anchors, labels, navigation."""
    open_pages: Mapping[str, str] = field(default_factory=dict)
    """Pages on which a plugin or extension puts something, by path, with its name."""
    ignored: pathspec.PathSpec[pathspec.Pattern] | None = None
    """What git ignores."""
    navigation: frozenset[str] | None = None
    """Paths of the pages that the navigation lists; None when it lists every page."""
    syntax: frozenset[str] = frozenset({"formulas", "footnotes"})
    """Which of formulas and footnotes the site has."""
    directory_urls: bool = True
    """Whether a page's address is a folder; it matters to links written in HTML."""
    rooted: bool = False
    """Whether a link that begins with a slash counts from the folder of the pages."""
    moves: Mapping[str, str] = field(default_factory=dict)
    """New paths of files that have been moved, by old path, as far as git knows."""
    exemptions: tuple[Exemption, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    """What could not be read as it should: found while loading, reported like any other finding."""

    def every_page(self) -> Iterator[Page]:
        """All pages of all editions."""
        return (page for pages in self.pages.values() for page in pages.values())

    def page(self, edition: str, key: str) -> Page | None:
        """The edition's own page, or the authoritative edition's page that stands in for it."""
        own = self.pages.get(edition, {}).get(key)
        return own or self.pages.get(EDITIONS[0], {}).get(key)

    @property
    def generated(self) -> frozenset[str]:
        """Keys of the pages that the site makes itself; it makes none of a project of others."""
        made = (*GENERATED, *(f"paths/{name}" for name in self.paths.paths))
        return frozenset(made if self.ours else ())

    def made(self, path: str) -> bool:
        """Whether a file that is not there may be made before or during the build."""
        inside = path.removeprefix(f"{self.folders[EDITIONS[0]]}/")
        return PAGES in self.unknown or self.unknown.made_in_folder(inside) or self.ignores(path)

    def ignores(self, path: str) -> bool:
        """Whether git ignores a file: if it is not there, it is made before the build."""
        return self.ignored is not None and self.ignored.match_file(path)

    def notes(self, edition: str) -> tuple[Page, ...]:
        """The paper notes that an edition shows, untranslated ones included, by year and then by slug."""
        keys = {k for e in {edition, EDITIONS[0]} for k in self.pages.get(e, {}) if k.startswith("papers/")}
        shown = [page for key in keys if (page := self.page(edition, key)) is not None]
        return tuple(sorted(shown, key=lambda page: (self.year(page), page.slug)))

    def front(self, page: Page) -> FrontMatter:
        """The authoritative front matter of a page: the English edition's."""
        source = self.pages.get(EDITIONS[0], {}).get(page.key, page)
        return source.front

    def entry(self, page: Page) -> Entry | None:
        """The bibliography entry that a note is about."""
        return self.bibliography.entries.get(self.front(page).bib)

    def year(self, page: Page) -> str:
        """Year of the work a note is about; ``9999`` when unknown, so that it sorts last."""
        entry = self.entry(page)
        return entry.year if entry and entry.year else "9999"
