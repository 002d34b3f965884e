"""The navigation of an edition."""

from __future__ import annotations

from html import escape

from papernotes.corpus.document import Page
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.sections import INDEXES
from papernotes.pages.bibliography import name
from papernotes.pages.wording import Words, words

Item = dict[str, "str | list[Item]"]
"""A navigation entry as mkdocs.yml writes it: a title with a path, or with a list of entries."""


def navigation(corpus: Corpus, edition: str) -> list[Item]:
    """The navigation: home, notes by year, concepts, the generated pages, the guide.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        What MkDocs expects under ``nav``; sections without a page are left out.
    """
    phrases = words(edition)
    sections: list[tuple[str, list[Item]]] = [
        (phrases.notes, [{_label(page): f"{page.key}.md"} for page in corpus.notes(edition)]),
        (phrases.concepts, _pages(corpus, edition, "concepts/")),
        (phrases.reference, [{_title(phrases, key): f"{key}.md"} for key in INDEXES]),
        (phrases.guide, [*_pages(corpus, edition, "guide/"), {phrases.rules: "guide/rules.md"}]),
    ]
    home: list[Item] = [{phrases.home: "index.md"}] if corpus.page(edition, "index") else []
    filled: list[Item] = [{title: items} for title, items in sections if items]
    return home + filled


def _pages(corpus: Corpus, edition: str, prefix: str) -> list[Item]:
    """The pages of a folder, untranslated ones included, by key."""
    keys = {k for e in (edition, EDITIONS[0]) for k in corpus.pages.get(e, {}) if k.startswith(prefix)}
    pages = (page for key in sorted(keys) if (page := corpus.page(edition, key)) is not None)
    return [{_label(page): f"{page.key}.md"} for page in pages]


def _label(page: Page) -> str:
    """What a page is called, for templates that put it into HTML as it is."""
    return escape(name(page), quote=False)


def _title(phrases: Words, key: str) -> str:
    """The title of a generated page."""
    return str(getattr(phrases, key))
