"""The index of all notes: a table that can be sorted and filtered, and the same notes year by year."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.text import front_matter, link, plain
from papernotes.pages.venues import abbreviation
from papernotes.pages.wording import tag_name, words
from papernotes.pages.works import authors


def library(corpus: Corpus, edition: str) -> str:
    """The page ``library.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown: a table with a row a note, which the site's script gives filters, then a section a year.
    """
    phrases = words(edition)
    notes = corpus.notes(edition)
    head = f"{front_matter(phrases.library, hide=('toc',), exclude=True)}# {phrases.library}\n\n"
    if not notes:
        return f"{head}{phrases.nothing_yet}\n"
    titles = (phrases.note, phrases.title, phrases.authors, phrases.year, phrases.venue, phrases.tags)
    columns = (*titles, phrases.status, phrases.passes)
    lines = [f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]
    lines += (f"| {' | '.join(_row(corpus, note, edition))} |" for note in notes)
    table = "\n".join(lines)
    years = "\n".join(
        f"### {'?' if year == '9999' else plain(year)} {{ #y{year} }}\n\n{_listed(corpus, group, edition)}\n"
        for year, group in groupby(notes, key=corpus.year)
    )
    return (
        f"{head}{phrases.library_intro}\n\n"
        f'<div class="pn-sortable pn-filterable" markdown="1">\n\n{table}\n\n</div>\n\n'
        f"## {phrases.by_year} {{ #by-year }}\n\n{years}"
    )


def _row(corpus: Corpus, note: Page, edition: str) -> tuple[str, ...]:
    """The cells of a note."""
    front, entry = corpus.front(note), corpus.entry(note)
    phrases = words(edition)
    status = {"complete": phrases.status_complete, "draft": phrases.status_draft}.get(front.status, "")
    return (
        link(name(note), f"{note.key}.md"),
        plain(note.front.title or front.title),
        authors(entry, edition, limit=2) if entry else "",
        plain(entry.year) if entry else "",
        plain(abbreviation(entry.venue)) if entry else "",
        ", ".join(plain(tag_name(tag, edition)) for tag in front.tags),
        status,
        str(front.reading_pass or ""),
    )


def _listed(corpus: Corpus, notes: Iterable[Page], edition: str) -> str:
    """Notes of one year as a list, each with its summary."""
    return "\n".join(
        f"- {link(name(note), f'{note.key}.md')}{words(edition).colon}"
        f"{plain(note.front.tldr or corpus.front(note).tldr or note.front.title)}"
        for note in notes
    )
