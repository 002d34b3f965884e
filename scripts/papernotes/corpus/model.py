"""What the repository holds, as frozen data: read once, then only looked at.

What a page holds is in thousands of small records, which are kept from one run to the next: those are
``msgspec`` structures, made ten times faster than data classes, and written and read back as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from papernotes.corpus.unknown import PAGES, Unknown
from papernotes.diagnostics import Diagnostic, Fix, Severity

if TYPE_CHECKING:
    import pathspec  # named in annotations only, and slow to import

EDITIONS = ("en", "zh")
"""Editions of the site; the first is authoritative for everything that is not language."""


class Place(Struct, frozen=True, order=True, gc=False, array_like=True):
    """A stretch of one line of a file: 1-based line and column, and its width in characters.

    ``path`` is the file when it is another than the one that is read: one that a page embeds.
    """

    line: int = 1
    col: int = 1
    width: int = 1
    path: str = ""


TOP = Place()
"""Where a fault of a whole file is shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file: its path, its text with ``\\n`` line ends, the SHA-256 of its bytes."""

    path: str
    text: str
    digest: str = ""

    def fault(
        self,
        place: Place,
        code: str,
        message: str,
        hint: str = "",
        *,
        warning: bool = False,
        change: tuple[str, str] | None = None,
        whole: Fix | None = None,
    ) -> Diagnostic:
        """A diagnostic at a place of this file.

        Args:
            place: where.
            code: stable code.
            message: subject + "must" + the offending value.
            hint: the cure.
            warning: whether it is only shown.
            change: (old, new) text when there is one right cure; the first ``old`` from the place on counts.
            whole: the cure itself, where it is more than a change of one line.
        """
        severity = Severity.WARNING if warning else Severity.ERROR
        width = max(1, place.width)
        fix = self._fix(place, *change) if change else whole
        path = place.path or self.path
        return Diagnostic(path, place.line, place.col, code, message, hint, width, severity, fix)

    def _fix(self, place: Place, old: str, new: str) -> Fix | None:
        if place.path:
            return None
        lines = self.text.split("\n")
        if not 0 < place.line <= len(lines):
            return None
        line = lines[place.line - 1]
        at = line.find(old, place.col - 1)
        at = 0 if at < 0 and line.startswith(old) else at
        return Fix(place.line, at + 1, old, new) if at >= 0 else None


class Number(Struct, frozen=True, gc=False, array_like=True):
    """One row of a note's ledger: a number written once, with where it comes from.

    ``source`` is the locator in the pinned version (the key ``from``), ``check`` the companion's function
    that recomputes it, ``unverified`` the reason why neither was possible.
    """

    id: str
    what: str
    value: str
    source: str = ""
    check: str = ""
    unverified: str = ""
    place: Place = TOP
    value_place: Place = TOP
    check_place: Place = TOP


class FrontMatter(Struct, frozen=True, gc=False, array_like=True):
    """The YAML head of a page. Absent keys are empty; ``places`` are of the values, ``keys`` of the keys."""

    title: str = ""
    short: str = ""
    tldr: str = ""
    bib: str = ""
    version: str = ""
    status: str = ""
    reading_pass: int = 0
    tags: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    """Slugs that the note had before; the site leads from them to it."""
    code: str = ""
    source_hash: str = ""
    numbers: tuple[Number, ...] = ()
    number_names: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Chinese edition only: what each of the English ledger's numbers is, in Chinese."""
    keys: Mapping[str, Place] = msgspec.field(default_factory=dict)
    places: Mapping[str, Place] = msgspec.field(default_factory=dict)
    present: bool = False

    def at(self, key: str) -> Place:
        """Where a key's value stands, e.g. ``bib`` or ``builds_on[1]``; the top of the file when absent."""
        return self.places.get(key, TOP)


class Heading(Struct, frozen=True, gc=False, array_like=True):
    """A Markdown heading: ``anchor`` is the id that the rendered page has."""

    level: int
    text: str
    anchor: str
    place: Place
    classes: tuple[str, ...] = ()


class Link(Struct, frozen=True, gc=False, array_like=True):
    """A link or image; ``text`` is the link text or the image's alternative text."""

    target: str
    text: str
    place: Place
    image: bool = False
    section: str = ""
    caption: bool = False
    """Images: whether caption text follows in the same paragraph."""
    raw: bool = False
    """Written in HTML; such an address is used as it stands, MkDocs resolves it against no file."""


class Citation(Struct, frozen=True, gc=False, array_like=True):
    """``[@key]`` or one of ``[@a; @b, Table 2]``; ``locator`` is what follows the comma."""

    key: str
    locator: str
    place: Place


class Math(Struct, frozen=True, gc=False, array_like=True):
    """A formula, without its dollar signs; ``place`` is that of its first character, ``indent`` the
    number of columns that every further line of it is indented by the blocks around it.
    """

    latex: str
    display: bool
    place: Place
    indent: int = 0

    def at(self, index: int) -> Place:
        """The place in the file of a character of the formula (0-based index)."""
        before = self.latex[:index]
        line = before.count("\n")
        if not line:
            return Place(self.place.line, self.place.col + len(before), path=self.place.path)
        return Place(self.place.line + line, index - before.rfind("\n") + self.indent, path=self.place.path)


class Snippet(Struct, frozen=True, gc=False, array_like=True):
    """An embedded file or region ``--8<-- "path:region"``.

    ``problem`` is empty, ``missing`` (no such file), ``section`` (no such region) or ``cycle`` (the file
    embeds itself); ``file`` is the repository path of the file.
    """

    path: str
    region: str
    place: Place
    problem: str = ""
    file: str = ""
    lines: str = ""
    """The lines that are embedded, ``3:5,8``; empty for all."""


class Fold(Struct, frozen=True, gc=False, array_like=True):
    """A folded block ``??? kind "Title"``."""

    kind: str
    title: str
    section: str
    place: Place


class Tag(Struct, frozen=True, gc=False, array_like=True):
    """An HTML tag that opens an element: lower-case name, its attributes in order, None without a value."""

    name: str
    attributes: tuple[tuple[str, str | None], ...]
    place: Place

    def get(self, name: str) -> str | None:
        """The value of an attribute: the first of its name, empty without a value, None when absent."""
        return next((value or "" for key, value in self.attributes if key == name), None)


class Footnote(Struct, frozen=True, gc=False, array_like=True):
    """A reference to a footnote, or a definition of one: its label without the caret."""

    label: str
    place: Place


class Document(Struct, frozen=True, gc=False, array_like=True):
    """What the scanner found in one page's Markdown, in document order, with places of the file."""

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    citations: tuple[Citation, ...] = ()
    math: tuple[Math, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    folds: tuple[Fold, ...] = ()
    comments: tuple[tuple[str, Place], ...] = ()
    anchors: Mapping[str, Place] = msgspec.field(default_factory=dict)
    tags: tuple[Tag, ...] = ()
    """HTML tags that open an element, outside code, comments and math."""
    footnote_refs: tuple[Footnote, ...] = ()
    footnote_defs: tuple[Footnote, ...] = ()
    undefined: tuple[tuple[str, Place], ...] = ()
    """Labels of reference links, ``[text][label]`` or ``[label][]``, that nothing defines."""
    exact: bool = True
    """Whether the scanner reads this page as Python-Markdown does; else its links, images, headings and ids
    are those that Python-Markdown rendered.
    """


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown page of one edition. ``key`` is its path without edition and suffix: ``papers/resnet``."""

    edition: str
    key: str
    source: Source
    front: FrontMatter
    body_start: int
    """Offset in the text at which the body begins."""
    body_line: int
    """Line of the file on which the body begins."""
    document: Document

    @property
    def body(self) -> str:
        """The text without its front matter."""
        return self.source.text[self.body_start :]

    @property
    def slug(self) -> str:
        """The last part of the key: ``resnet``."""
        return self.key.rpartition("/")[2]

    @property
    def kind(self) -> str:
        """``papers``, ``concepts``, ``guide``, or empty for the pages at the top."""
        return self.key.partition("/")[0] if "/" in self.key else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One work of the bibliography: lower-case field names, values without outer braces, ``raw`` BibTeX."""

    key: str
    kind: str
    fields: Mapping[str, str]
    authors: tuple[str, ...]
    """Names as "First Last", LaTeX decoded; ``others`` is kept as the last."""
    title: str
    year: str
    venue: str
    raw: str
    place: Place
    field_places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def doi(self) -> str:
        """The DOI, or empty."""
        return self.fields.get("doi", "")

    @property
    def arxiv(self) -> str:
        """The arXiv identifier, or empty."""
        return self.fields.get("eprint", "")

    @property
    def url(self) -> str:
        """The best address: DOI, then arXiv, then the url field."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return self.fields.get("url", "")


@dataclass(frozen=True, slots=True)
class Bibliography:
    """papers/references.bib."""

    source: Source
    entries: Mapping[str, Entry]
    broken: frozenset[str] = frozenset()
    """Keys of the entries that could not be read: reported once, there, and not where they are cited."""

    def has(self, key: str) -> bool:
        """Whether a key is in the file, readable or not."""
        return key in self.entries or key in self.broken


@dataclass(frozen=True, slots=True)
class Wording:
    """A glossary term in one language."""

    term: str
    definition: str
    aliases: tuple[str, ...] = ()
    place: Place = TOP


@dataclass(frozen=True, slots=True)
class Term:
    """One glossary record: ``wordings`` by edition, ``ref`` the key of the work that introduced the term."""

    id: str
    wordings: Mapping[str, Wording]
    ref: str
    place: Place
    ref_place: Place = TOP


@dataclass(frozen=True, slots=True)
class Glossary:
    """papers/glossary.yml."""

    source: Source
    terms: Mapping[str, Term]


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

    source: Source = Source("papers/paths.yml", "")
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
