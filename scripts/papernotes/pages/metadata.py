"""What machines read in the head of a page: the work for citation managers, the note for everyone else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Entry
from papernotes.pages.wording import words

LOCALES = {"en": "en_GB", "zh": "zh_CN"}
"""Open Graph's names of the languages."""
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def tags(
    corpus: Corpus, page: Page, edition: str, url: str, *, card: str = ""
) -> tuple[tuple[str, str, str], ...]:
    """The ``meta`` elements of a page.

    A citation manager that is shown a note is to cite the paper: ``citation_*`` (Highwire Press, as Zotero
    reads them) describe the work. Dublin Core, Open Graph and Twitter's describe the note itself.

    Args:
        corpus: the repository.
        page: a page, in the language in which it is shown.
        edition: the edition that shows it.
        url: its full address, or empty when unknown.
        card: full address of the picture that a link to the page is shown with, or empty.

    Returns:
        Attribute that names (``name`` or ``property``), name and content of each.
    """
    return tuple(tag for tag in _tags(corpus, page, edition, url, card) if tag[2])


def json_ld(corpus: Corpus, page: Page, edition: str, url: str) -> str:
    """The note as a schema.org TechArticle about a ScholarlyArticle; empty for a page that is no note."""
    entry = corpus.entry(page)
    if page.kind != "papers" or entry is None:
        return ""
    front = corpus.front(page)
    article = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": page.front.title or front.title,
        "alternativeHeadline": page.front.short or front.short,
        "description": page.front.tldr or front.tldr,
        "inLanguage": page.edition,
        "url": url,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "keywords": list(front.tags),
        "publisher": {"@type": "Organization", "name": words(edition).site},
        "about": _scholarly(entry),
    }
    # A closing tag inside a string must not close the script element.
    return json.dumps({key: value for key, value in article.items() if value}, ensure_ascii=False).replace(
        "</", "<\\/"
    )


def _tags(corpus: Corpus, page: Page, edition: str, url: str, card: str) -> Iterator[tuple[str, str, str]]:
    """All elements, empty ones included."""
    front, entry = corpus.front(page), corpus.entry(page)
    title = page.front.title or front.title or words(edition).site
    summary = page.front.tldr or front.tldr
    if entry and page.kind == "papers":
        yield from (("name", f"citation_{name}", value) for name, value in _highwire(entry))
        yield "name", "DC.relation", entry.url
    yield "name", "DC.title", title
    yield "name", "DC.creator", words(edition).site
    yield "name", "DC.language", page.edition
    yield "name", "DC.type", "Text"
    yield "name", "DC.rights", LICENCE
    yield "name", "DC.identifier", url
    yield "name", "DC.description", summary
    yield "property", "og:type", "website" if page.key == "index" else "article"
    yield "property", "og:title", title
    yield "property", "og:description", summary
    yield "property", "og:url", url
    yield "property", "og:site_name", words(edition).site
    yield "property", "og:locale", LOCALES.get(page.edition, page.edition)
    yield "property", "og:image", card
    yield "property", "og:image:alt", words(edition).site if card else ""
    yield "name", "twitter:card", "summary_large_image" if card else "summary"


def _highwire(entry: Entry) -> Iterator[tuple[str, str]]:
    """The work, in the vocabulary of Highwire Press."""
    yield "title", entry.title
    yield from (("author", name) for name in entry.authors if name != "others")
    yield "publication_date", entry.year
    proceedings = entry.kind == "inproceedings"
    yield "conference_title" if proceedings else "journal_title", entry.venue
    for name, field in (("volume", "volume"), ("issue", "number")):
        yield name, entry.fields.get(field, "")
    first, _, last = entry.fields.get("pages", "").replace("--", "-").partition("-")
    yield "firstpage", first
    yield "lastpage", last
    yield "doi", entry.doi
    yield "arxiv_id", entry.arxiv
    yield "pdf_url", f"https://arxiv.org/pdf/{entry.arxiv}" if entry.arxiv else ""


def _scholarly(entry: Entry) -> dict[str, Any]:
    """The work, in the vocabulary of schema.org."""
    work = {
        "@type": "ScholarlyArticle",
        "name": entry.title,
        "author": [{"@type": "Person", "name": name} for name in entry.authors if name != "others"],
        "datePublished": entry.year,
        "isPartOf": {"@type": "PublicationIssue", "name": entry.venue} if entry.venue else None,
        "sameAs": entry.url,
    }
    return {key: value for key, value in work.items() if value}
