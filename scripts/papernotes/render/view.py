"""What the templates are told about a page: its other editions, its state of translation, its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mkdocs.structure.toc import TableOfContents

from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.pages.wording import LANGUAGE_NAMES, words

_MOST_ENTRIES = 150
"""Of the lower level of a table of contents: more are no help, and cost a phone a second."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """A page in one edition: language, name of the language and relative address."""

    language: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a page of a translated edition stands to its original: language of the text, and what to tell."""

    language: str
    notice: str = ""
    label: str = ""


def alternates(corpus: Corpus, edition: str, key: str, url: str) -> tuple[Alternate, ...]:
    """The same page in every edition.

    Args:
        corpus: the repository.
        edition: the edition that is being built.
        key: the page's key.
        url: the page's address within its edition, empty for the home page.

    Returns:
        One alternate an edition, with addresses relative to the page, so that they hold wherever the site
        stands; an edition that lacks the page is represented by its home page.
    """
    up = "../" * url.count("/")
    top = up if edition == EDITIONS[0] else f"{up}../"
    found = []
    for other in EDITIONS:
        folder = "" if other == EDITIONS[0] else f"{other}/"
        exists = key in corpus.generated or corpus.page(other, key) is not None
        href = f"{top}{folder}{url if exists else ''}" or "./"
        found.append(Alternate(other, LANGUAGE_NAMES.get(other, other), href, other == edition))
    return tuple(found)


def standing(corpus: Corpus, edition: str, key: str) -> Standing:
    """How a page stands to the English one: untranslated, translated from an older text, or up to date."""
    page = corpus.page(edition, key)
    original = corpus.pages.get(EDITIONS[0], {}).get(key)
    phrases = words(edition)
    if page is None or edition == EDITIONS[0] or original is None:
        return Standing(page.edition if page else edition)
    if page is original:
        return Standing(page.edition, phrases.untranslated, phrases.english_page)
    if page.front.source_hash and page.front.source_hash != original.source.digest[:12]:
        return Standing(edition, phrases.outdated, phrases.english_page)
    return Standing(edition)


def shorten(toc: TableOfContents) -> None:
    """Leave a long table of contents its upper level: years of the bibliography, letters of the glossary."""
    for top in toc:
        if sum(len(section.children) for section in top.children) > _MOST_ENTRIES:
            for section in top.children:
                section.children.clear()


def edit_address(extra: Mapping[str, Any], path: str) -> str | None:
    """Where a file can be edited, by ``extra.repository`` and ``extra.branch``; None without a repository."""
    repository = str(extra.get("repository") or "").rstrip("/")
    return f"{repository}/edit/{extra.get('branch', 'main')}/{quote(path)}" if repository else None
