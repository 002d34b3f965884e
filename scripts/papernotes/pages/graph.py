"""Who builds on whom: the works that notes are about and those that they build on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Entry
from papernotes.pages.bibliography import name
from papernotes.pages.wording import words

UNKNOWN = 9999
"""The year of a work whose year is not known: it stands last."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work on the map. ``key`` is its bibliography key, or the page's key for a note without an entry."""

    key: str
    label: str
    """What its box says: the note's short name, or the first author's surname."""
    title: str
    authors: str
    year: int
    page: str
    """Key of the note about it; empty when there is none."""
    parents: tuple[str, ...]
    """The works that it builds on, as its note says; none without a note."""
    children: tuple[str, ...]
    """The works whose notes say that they build on it."""


def graph(corpus: Corpus, edition: str) -> Mapping[str, Work]:
    """The works of the map.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``: whose names the notes have.

    Returns:
        Every work by its key: those with a note and those that a note's ``builds_on`` names. Keys that the
        bibliography lacks are left out, as is a work that names itself.
    """
    notes: dict[str, Page] = {}
    for page in corpus.notes(edition):
        notes.setdefault(corpus.front(page).bib or page.key, page)
    parents = {
        key: tuple(
            parent
            for parent in dict.fromkeys(corpus.front(page).builds_on)
            if parent != key and (parent in notes or parent in corpus.bibliography.entries)
        )
        for key, page in notes.items()
    }
    children: dict[str, list[str]] = defaultdict(list)
    for key, named in parents.items():
        for parent in named:
            children[parent].append(key)
    made = {}
    for key in sorted({*notes, *children}):
        entry, note = corpus.bibliography.entries.get(key), notes.get(key)
        made[key] = Work(
            key=key,
            label=name(note) if note else surname(entry),
            title=entry.title if entry else (note.front.title if note else key),
            authors=_authors(entry, edition),
            year=int(entry.year) if entry and entry.year.isdecimal() else UNKNOWN,
            page=note.key if note else "",
            parents=parents.get(key, ()),
            children=tuple(children[key]),
        )
    return made


def surname(entry: Entry | None) -> str:
    """The last word of the first author's name; the key of a work without authors."""
    first = entry.authors[0] if entry and entry.authors else ""
    return first.split()[-1] if first.split() else (entry.key if entry else "?")


def full_name(work: Work, edition: str) -> str:
    """A work in one line for those who do not see its place: label, title, authors, year, and what it has.

    Args:
        work: the work.
        edition: whose language to use.
    """
    phrases = words(edition)
    parts = [work.authors, str(work.year) if work.year != UNKNOWN else ""]
    about = phrases.comma.join(part for part in parts if part)
    title = f"{work.label}{phrases.colon}{work.title}" if work.title != work.label else work.title
    ends = "" if work.page else phrases.no_note
    return phrases.stop.join(part for part in (title, about, ends) if part)


def _authors(entry: Entry | None, edition: str) -> str:
    """The first author, and the second or "et al.", as plain text."""
    named = [one for one in entry.authors if one != "others"] if entry else []
    if entry and named and (len(named) > 2 or len(named) < len(entry.authors)):
        return f"{named[0]} {words(edition).and_others}"
    return words(edition).comma.join(named)
