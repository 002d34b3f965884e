"""What a link leads to, in a sentence or two: shown when a reader points at it."""

from __future__ import annotations

from papernotes.corpus.document import Number, Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Entry
from papernotes.pages.bibliography import name
from papernotes.pages.text import sentences
from papernotes.pages.wording import words

_AUTHORS = 3
"""Up to so many authors are all named."""


def preview(corpus: Corpus, edition: str, key: str, anchor: str, *, here: str = "") -> str:
    """The preview of a link.

    Args:
        corpus: the repository.
        edition: the edition that shows the link.
        key: the page that the link leads to: ``papers/resnet``, ``bibliography``.
        anchor: the id on that page, or empty.
        here: key of the page that holds the link.

    Returns:
        Plain text: of a ledger number what it is and where it comes from, of a work its authors, title and
        venue, of a term its definition, of a note or concept page its title and summary. Empty for a place
        on the same page and for whatever has nothing to tell.
    """
    if key == "bibliography":
        entry = corpus.bibliography.entries.get(anchor)
        return _work(entry, edition) if entry else ""
    if key == "glossary":
        term = corpus.glossary.terms.get(anchor)
        wording = term.wordings.get(edition) if term else None
        return f"{wording.term}{words(edition).colon}{wording.definition}" if wording else ""
    page = corpus.page(edition, key)
    if page is None:
        return ""
    if anchor.startswith("n-"):
        rows = {number.id: number for number in corpus.front(page).numbers}
        row = rows.get(anchor.removeprefix("n-"))
        return _number(page, row, edition, elsewhere=key != here) if row else ""
    return _page(corpus, page, edition, anchor) if key != here else ""


def _number(page: Page, number: Number, edition: str, *, elsewhere: bool) -> str:
    """A row of the ledger, after the name of its note when that is another."""
    phrases = words(edition)
    what = page.front.number_names.get(number.id, "") or number.what
    quoted = phrases.quoted.format(number.source) if number.source else ""
    recomputed = phrases.recomputed_page if number.check else ""
    if quoted and recomputed:
        source = phrases.both.format(quoted, recomputed)
    else:
        source = quoted or recomputed or phrases.unverified.format(number.unverified)
    told = f"{what} · {source}"
    return f"{name(page)}{phrases.colon}{told}" if elsewhere else told


def _work(entry: Entry, edition: str) -> str:
    """Authors, title, venue and year of a work."""
    phrases = words(edition)
    place = phrases.comma.join(part for part in (entry.venue, entry.year) if part)
    return sentences(_authors(entry, edition), entry.title, place, stop=phrases.stop)


def _page(corpus: Corpus, page: Page, edition: str, anchor: str) -> str:
    """Title, year and summary of a page, after the heading that the link leads to."""
    front, phrases = corpus.front(page), words(edition)
    heading = next((h.text for h in page.document.headings if h.anchor == anchor and h.level > 1), "")
    title = page.front.title or front.title or page.slug
    entry = corpus.entry(page)
    about = (
        phrases.comma.join(part for part in (_authors(entry, edition), entry.year) if part) if entry else ""
    )
    summary = page.front.tldr or front.tldr
    named = f"{title} ({about})" if about else title
    return sentences(heading, named, summary, stop=phrases.stop)


def _authors(entry: Entry, edition: str) -> str:
    """The authors as plain text, the first one only of many."""
    phrases = words(edition)
    named = [one for one in entry.authors if one != "others"]
    if len(named) > _AUTHORS or (named and len(named) < len(entry.authors)):
        return f"{named[0]} {phrases.and_others}"
    return phrases.comma.join(named)
