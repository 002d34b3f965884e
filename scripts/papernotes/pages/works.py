"""How a work of the bibliography is named on our pages."""

from __future__ import annotations

from papernotes.corpus.reference import Entry
from papernotes.pages.text import link, plain
from papernotes.pages.wording import words

_SHOWN = 12
"""Up to so many authors are all named; of a longer list only the first ones are."""


def authors(entry: Entry, edition: str, limit: int = _SHOWN) -> str:
    """Authors as Markdown: all of them, or the first ones and "et al." when there are more than ``limit``."""
    phrases = words(edition)
    named = [name for name in entry.authors if name != "others"]
    cut = len(named) > limit or len(named) < len(entry.authors)
    shown = plain(", ".join(named[:limit]))
    return f"{shown} {phrases.and_others}" if cut and shown else shown


def venue(entry: Entry) -> str:
    """Venue and year as Markdown."""
    return ", ".join(plain(part) for part in (entry.venue, entry.year) if part)


def sources(entry: Entry) -> tuple[str, ...]:
    """Markdown links to where the work can be read: DOI, arXiv, PDF, or the address given."""
    found: list[str] = []
    if entry.doi:
        found.append(link("DOI", f"https://doi.org/{entry.doi}"))
    if entry.arxiv:
        found.append(link("arXiv", f"https://arxiv.org/abs/{entry.arxiv}"))
        found.append(link("PDF", f"https://arxiv.org/pdf/{entry.arxiv}"))
    address = entry.fields.get("url", "")
    if address and not any(address in one for one in found):
        found.append(link("PDF" if address.endswith(".pdf") and not entry.arxiv else "URL", address))
    return tuple(found)
