"""The index of notes on the home page."""

from __future__ import annotations

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.text import link, plain
from papernotes.pages.wording import tag_name, words
from papernotes.pages.works import authors

MARKER = "<!-- papernotes:notes -->"
"""The line of a page that the index replaces."""


def notes_index(corpus: Corpus, edition: str) -> str:
    """All notes of an edition, oldest paper first, each with its one-sentence summary.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown: a list in which every item is one note.
    """
    notes = corpus.notes(edition)
    if not notes:
        return words(edition).nothing_yet
    items = "\n\n".join(_note(corpus, note, edition) for note in notes)
    return f'<div class="pn-notes" markdown="1">\n\n{items}\n\n</div>'


def _note(corpus: Corpus, note: Page, edition: str) -> str:
    """One item of the index."""
    front = corpus.front(note)
    entry = corpus.entry(note)
    title = note.front.title or front.title or note.slug
    year = corpus.year(note) if entry else ""
    about = " · ".join(
        part
        for part in (
            authors(entry, edition, limit=3) if entry else "",
            plain(year),
            ", ".join(plain(tag_name(tag, edition)) for tag in front.tags),
        )
        if part
    )
    lines = [
        f"- {link(name(note), f'{note.key}.md')}{{ .pn-name }} *{plain(title)}*",
        f"    {about}\n    {{ .pn-small }}" if about else "",
        f"    {plain(note.front.tldr or front.tldr)}" if (note.front.tldr or front.tldr) else "",
    ]
    return "\n\n".join(line for line in lines if line)
