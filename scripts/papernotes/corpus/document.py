"""What one page holds, as frozen data.

It is in thousands of small records, which are kept from one run to the next: those are ``msgspec``
structures, made ten times faster than data classes, and written and read back as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from papernotes.corpus.source import TOP, Place, Source


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

    ``problem`` is empty, ``missing`` (no such file), ``section`` (no such region), ``cycle`` (the file embeds
    itself), ``deep`` (too many files in each other) or ``large`` (too much in all); ``file`` is the
    repository path of the file.
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
    unread: tuple[tuple[str, Place], ...] = ()
    """What the page must be to be rendered, where that is needed and it is not so; and where."""


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
