"""The Markdown that is rendered: the author's text with the generated parts around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papernotes.corpus.document import Page
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.pages.around import Connections, around
from papernotes.pages.citations import citation_edits
from papernotes.pages.edits import Edit, Offsets, apply
from papernotes.pages.header import header
from papernotes.pages.ledger import ledger_table
from papernotes.pages.notes_index import MARKER, notes_index
from papernotes.pages.wording import words

_UNDERLINE = re.compile(r"=+[ ]*(?:\n|$)")
"""The second line of a heading that is written with a line under it."""


def compose(corpus: Corpus, page: Page, edition: str, known: Connections) -> str:
    """The Markdown of a page, ready for mkdocs-bibtex.

    Args:
        corpus: the repository.
        page: the page as the edition shows it: a translation, or the English page in its place.
        edition: the edition that is being built.
        known: how the edition's pages hang together.

    Returns:
        The body with the header card after its first heading, English anchors beside translated ones,
        the index of notes in place of its marker; at the end the ledger, what is around the page and the
        heading of the references.
    """
    edits = [*citation_edits(page), *_card(corpus, page), *_twins(corpus, page)]
    body = apply(page.body, edits)
    if MARKER in body:
        body = body.replace(MARKER, notes_index(corpus, edition))
    parts = [body.rstrip(), ledger_table(corpus, page), around(corpus, page, edition, known)]
    if page.document.citations:
        parts.append(f"## {words(page.edition).references} {{ #references }}\n")
    return "\n\n".join(part for part in parts if part) + "\n"


def _card(corpus: Corpus, page: Page) -> Iterator[Edit]:
    """Insert the card after the first heading, or at the top of a page that has none."""
    if card := header(corpus, page):
        first = next((heading for heading in page.document.headings if heading.level == 1), None)
        offset = Offsets(page).after(first.place) if first else 0
        if underline := _UNDERLINE.match(page.body, offset):
            offset = underline.end()
        yield Edit(offset, offset, f"\n{card}\n")


def _twins(corpus: Corpus, page: Page) -> Iterator[Edit]:
    """Give translated headings their English anchors too, so that a link works in either edition.

    Headings are paired by position when both pages have the same outline, else only the sections are.
    """
    original = corpus.pages.get(EDITIONS[0], {}).get(page.key)
    if original is None or original is page:
        return
    own, twins = page.document.headings, original.document.headings
    if [h.level for h in own] != [h.level for h in twins]:
        own = tuple(h for h in own if h.level == 2)
        twins = tuple(h for h in twins if h.level == 2)
        if len(own) != len(twins):
            return
    taken = set(page.document.anchors) | {heading.anchor for heading in page.document.headings}
    offsets = Offsets(page)
    for heading, twin in zip(own, twins, strict=True):
        if heading.level == 1 or twin.anchor in taken:
            continue
        taken.add(twin.anchor)
        start = offsets.line(heading.place)
        marks = len(page.body) - len(page.body[start:].lstrip("# "))
        yield Edit(marks, marks, f'<span id="{twin.anchor}"></span>')
