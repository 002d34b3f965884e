"""The numbers page: the ledgers of all notes in one table."""

from __future__ import annotations

from papernotes.corpus.model import Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.ledger import shown, source, what
from papernotes.pages.text import front_matter, link
from papernotes.pages.wording import words


def numbers(corpus: Corpus, edition: str) -> str:
    """The page ``numbers.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown with one table, which the site's script makes sortable.
    """
    phrases = words(edition)
    rows = [
        f"| {link(name(note), f'{note.key}.md')} | {what(note, number)} "
        f"| [{shown(number)}]({note.key}.md#n-{number.id}) "
        f"| {source(corpus, note, number, edition, at='numbers')} |"
        for note in corpus.notes(edition)
        for number in corpus.front(note).numbers
    ]
    head = f"{front_matter(phrases.numbers, hide=('toc',), exclude=True)}# {phrases.numbers}\n\n"
    if not rows:
        return f"{head}{phrases.nothing_yet}\n"
    titles = f"| {phrases.note} | {phrases.what} | {phrases.value} | {phrases.source} |"
    table = "\n".join((titles, "| --- | --- | ---: | --- |", *rows))
    return (
        f"{head}{phrases.numbers_intro}\n\n"
        f'<div class="pn-ledger pn-sortable" markdown="1">\n\n{table}\n\n</div>\n'
    )
