"""The card at the head of a page: who wrote the paper, where it stands, how far it was read, what it says."""

from __future__ import annotations

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Entry
from papernotes.pages.text import link, plain, relative
from papernotes.pages.wording import words
from papernotes.pages.works import authors, sources, venue


def header(corpus: Corpus, page: Page) -> str:
    """The card of a page.

    Args:
        corpus: the repository.
        page: the page as an edition shows it; the card speaks the language of the page.

    Returns:
        Markdown for the place after the first heading; empty when there is nothing to say.
    """
    front = corpus.front(page)
    entry = corpus.entry(page)
    phrases = words(page.edition)
    lines = [
        f"{authors(entry, page.edition)}\n{{ .pn-authors }}" if entry and entry.authors else "",
        f"{_facts(corpus, page, entry)}\n{{ .pn-facts }}",
        f"{plain(page.front.tldr or front.tldr)}\n{{ .pn-tldr }}" if (page.front.tldr or front.tldr) else "",
    ]
    shown = "\n\n".join(line for line in lines if line and not line.startswith("\n"))
    card = f'<div class="pn-card" markdown="1">\n\n{shown}\n\n</div>\n' if shown else ""
    draft = f'<p class="pn-banner">{phrases.draft}</p>\n\n' if front.status == "draft" else ""
    return draft + card


def _facts(corpus: Corpus, page: Page, entry: Entry | None) -> str:
    """Venue, links, version and reading pass; a line may end with the dot between two, not begin so."""
    front = corpus.front(page)
    phrases = words(page.edition)
    facts: list[str] = []
    if entry:
        facts.append(venue(entry))
        facts += sources(entry)
    if front.code:
        facts.append(link(phrases.official_code, front.code))
    if page.kind == "papers" and page.slug in corpus.companions:
        target = relative(page.key, f"papers/{page.slug}/companion.py")
        facts.append(link(phrases.companion, target))
    if front.version:
        facts.append(phrases.version.format(plain(front.version)))
    if front.reading_pass:
        facts.append(phrases.depth.format(front.reading_pass))
    return "\u00a0· ".join(fact for fact in facts if fact)
