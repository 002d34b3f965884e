"""The search index: what else a page is called, and which kind of page comes first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from papernotes.corpus.document import Page
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.reference import Term
from papernotes.pages.venues import abbreviation
from papernotes.pages.wording import tag_name

BOOSTS: Mapping[str, float] = MappingProxyType({"papers": 1.0, "concepts": 0.95, "": 0.5, "guide": 0.5})
"""Weight of a page in the search by its kind; generated pages weigh less, see each."""

Record = dict[str, Any]
"""A section of a page as Material's index has it: ``location``, ``title``, ``text``, ``tags``, ``boost``."""

ORIGINAL = "author+an:original"
"""The field of the bibliography that gives authors' names in their own script, as BibLaTeX annotates names: a
number and, between quotes, the name of each."""

_QUOTED = re.compile(r'"([^"]+)"')
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BREAK = "\u200b"
"""What Material puts between Chinese words."""


def named(
    corpus: Corpus, edition: str, records: Iterable[Record], cut: Callable[[str], Iterable[str]]
) -> list[Record]:
    """Material's records, those of whole pages with the names that the pages have beyond the words on them.

    Args:
        corpus: the repository.
        edition: the edition that is indexed.
        records: Material's records.
        cut: divides Chinese text into words.

    Returns:
        The records; a page's first one has ``names``, what the page is called and whose it is, and ``also``,
        what else it is about.
    """
    home = homes(corpus)
    made = []
    for record in records:
        page = corpus.page(edition, record["location"].strip("/") or "index")
        if page is not None:
            names, also = _names(corpus, page, home.get(page.key, ())), _about(corpus, page)
            record = {**record, "names": _spelt(names, cut), "also": _spelt(also, cut)}
        made.append(record)
    return made


def homes(corpus: Corpus) -> Mapping[str, tuple[Term, ...]]:
    """Where a reader who looks for a term should be led, by key of the page.

    A term is at home in the note on the work that introduced it; else on the concept page named by it; else
    on the page that uses it most and more than once, where a concept page that does counts ten times; else on
    the concept page that alone uses it.
    """
    about = {corpus.front(note).bib: note.key for note in corpus.notes(EDITIONS[0])}
    pages = [
        page for page in corpus.pages.get(EDITIONS[0], {}).values() if page.kind in {"papers", "concepts"}
    ]
    texts = {page.key: _plain(f"{page.front.title} {page.front.tldr} {page.body}") for page in pages}
    concepts = {page.key for page in pages if page.kind == "concepts"}
    found: dict[str, list[Term]] = defaultdict(list)
    for term in corpus.glossary.terms.values():
        key = about.get(term.ref) if term.ref else None
        claims = [] if key else [_claim(page, term, _uses(term, texts[page.key])) for page in pages]
        using = [user for _, uses, user in claims if uses]
        if using and (max(claims)[1] > 1 or (len(using) == 1 and using[0] in concepts)):
            key = max(claims)[2]
        if key:
            found[key].append(term)
    return {key: tuple(terms) for key, terms in found.items()}


def _claim(page: Page, term: Term, uses: int) -> tuple[bool, int, str]:
    """Sorting key: how strongly a page is the home of a term that it uses so often."""
    concept = page.kind == "concepts" and uses > 1
    wording = term.wordings.get(EDITIONS[0])
    name = wording.term.casefold() if wording else term.id
    return concept and page.front.short.casefold() in name, uses * (10 if concept else 1), page.key


def _uses(term: Term, text: str) -> int:
    """How often a plain text has the term, one of its aliases or a plural, in the authoritative language."""
    wording = term.wordings.get(EDITIONS[0])
    names = {_plain(name) for name in (wording.term, *wording.aliases)} if wording else set[str]()
    used = sorted((re.escape(name) for name in names if name in text), key=len, reverse=True)
    return len(re.findall(rf"(?<!\w)(?:{'|'.join(used)})(?:e?s)?(?!\w)", text)) if used else 0


def _plain(text: str) -> str:
    """A text in small letters, hyphens and line ends as spaces: authors write a term either way."""
    return re.sub(r"[\s\-–]+", " ", text.casefold())


def _names(corpus: Corpus, page: Page, terms: Iterable[Term]) -> tuple[str, ...]:
    """What the page is called, in every edition and in the bibliography, and the terms at home there."""
    found = [page.slug, *corpus.front(page).formerly]
    for edition in EDITIONS:
        if own := corpus.page(edition, page.key):
            found += [own.front.short, own.front.title]
    if page.kind == "papers" and (entry := corpus.entry(page)):
        found += [entry.title, *(name for name in entry.authors if name != "others")]
        found += _QUOTED.findall(entry.fields.get(ORIGINAL, ""))
        found += [entry.year, entry.venue, abbreviation(entry.venue), entry.arxiv]
    for term in terms:
        found += _spellings(term)
    return tuple(dict.fromkeys(name for name in found if name))


def _about(corpus: Corpus, page: Page) -> tuple[str, ...]:
    """The page's tags in every language, and the terms that its headings name."""
    found = [tag_name(tag, edition) for tag in corpus.front(page).tags for edition in EDITIONS]
    if page.kind in {"papers", "concepts"}:
        original = corpus.page(EDITIONS[0], page.key) or page
        text = _plain(" ".join(heading.text for heading in original.document.headings))
        for term in corpus.glossary.terms.values():
            if _uses(term, text):
                found += _spellings(term)
    return tuple(dict.fromkeys(found))


def _spellings(term: Term) -> Iterator[str]:
    """A term and its aliases in every language."""
    for wording in term.wordings.values():
        yield from (wording.term, *wording.aliases)


def _spelt(names: Iterable[str], cut: Callable[[str], Iterable[str]]) -> list[str]:
    """Names as they are, and Chinese ones also divided into words as Material divides text."""
    found: dict[str, None] = {}
    for name in names:
        found[name] = None
        if _HAN.search(name):
            divided = _HAN.sub(lambda match: f"{_BREAK}{_BREAK.join(cut(match[0]))}{_BREAK}", name)
            found[divided.strip(_BREAK)] = None
    return list(found)
