"""The bibliography page: every work once, with its sources, its BibTeX and the notes that cite it."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Entry
from papernotes.pages.text import front_matter, grouped, link, plain
from papernotes.pages.wording import words
from papernotes.pages.works import authors, sources, venue

_EMBEDS = re.compile(r"^([ \t]*)(;*-+8<-)")
"""What would embed a file; a semicolon before it is taken away and the rest shown."""


def bibliography(corpus: Corpus, edition: str) -> str:
    """The page ``bibliography.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown; each work is a heading whose anchor is its key.
    """
    phrases = words(edition)
    citing = _citing(corpus, edition)
    about = {corpus.front(note).bib: note for note in corpus.notes(edition)}
    parts = [
        front_matter(phrases.bibliography, boost=0.2, bare=True),
        f"# {phrases.bibliography}\n\n{phrases.bibliography_intro}\n",
    ]
    entries = sorted(corpus.bibliography.entries.values(), key=lambda e: (_newest(e), e.key))
    if not entries:
        parts.append(phrases.nothing_yet)
    for year, works in groupby(entries, key=lambda entry: entry.year):
        parts.append(f"## {plain(year) or '?'} {{ #y{year or 'none'} }}\n")
        parts += grouped(
            _work(work, edition, citing.get(work.key, ()), about.get(work.key)) for work in works
        )
    return "\n".join(parts)


def _newest(entry: Entry) -> int:
    """Sorting key: later years first, unknown ones last."""
    return -int(entry.year) if entry.year.isdecimal() else 0


def _citing(corpus: Corpus, edition: str) -> dict[str, tuple[Page, ...]]:
    """The pages that cite each work, as the edition shows them."""
    found: dict[str, dict[str, Page]] = defaultdict(dict)
    keys = {key for pages in corpus.pages.values() for key in pages}
    for key in sorted(keys):
        if (page := corpus.page(edition, key)) is None:
            continue
        for cited in (*(c.key for c in page.document.citations), *corpus.front(page).builds_on):
            found[cited][key] = page
    return {work: tuple(pages.values()) for work, pages in found.items()}


def _work(entry: Entry, edition: str, citing: tuple[Page, ...], note: Page | None) -> str:
    """One work."""
    phrases = words(edition)
    by = ", ".join(link(name(page), f"{page.key}.md") for page in citing)
    lines = [
        f"### {plain(entry.title) or entry.key} {{ #{entry.key} .pn-work }}",
        authors(entry, edition),
        f"*{plain(entry.venue)}*, {plain(entry.year)}" if entry.venue else venue(entry),
        " · ".join(
            (
                *([f"**{link(phrases.our_note, f'{note.key}.md')}**"] if note else []),
                *sources(entry),
                *([f"{phrases.cited_by}{phrases.colon}{by}"] if by else []),
            )
        ),
        _folded(entry),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def name(page: Page) -> str:
    """What a page is called in a list of pages: its short name, else its title."""
    return page.front.short or page.front.title or page.slug


def _folded(entry: Entry) -> str:
    """The work's BibTeX, folded away, ready to be copied; without colours, which made up most of the page."""
    lines = (_EMBEDS.sub(r"\1;\2", line) for line in entry.raw.strip().splitlines())
    raw = "\n".join(f"    {line}".rstrip() for line in lines)
    return f'??? quote "BibTeX"\n\n    ```text\n{raw}\n    ```'
