"""What the site gives away as files, and the page that lists it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from papernotes.corpus.model import Corpus
from papernotes.pages import records
from papernotes.pages.bibliography import name
from papernotes.pages.feed import PATH as FEED
from papernotes.pages.feed import feed
from papernotes.pages.text import front_matter, link
from papernotes.pages.wording import words

ANKI = "data/papernotes.apkg"
"""The flashcards as an Anki package."""


def files(
    corpus: Corpus, edition: str, site: str, times: Mapping[str, datetime], otherwise: datetime
) -> Mapping[str, str]:
    """The files of an edition, by their path in the site.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.
        site: address of the edition's top, or empty when unknown.
        times: when files changed, by path.
        otherwise: the time of a file that has none.
    """
    notes = corpus.notes(edition)
    rows = records.ledger_rows(corpus, notes)
    made = {
        FEED: feed(corpus, edition, site, times, otherwise),
        "data/notes.json": records.notes_json(corpus, edition),
        "data/notes.schema.json": records.schema_json(),
        "data/ledger.csv": records.ledger_csv(rows),
        "data/ledger.json": records.ledger_json(rows),
        "data/references.bib": corpus.bibliography.source.text,
    }
    for note in notes:
        own = records.ledger_rows(corpus, (note,))
        made[f"{note.key}/note.md"] = note.source.text
        if own:
            made[f"{note.key}/ledger.csv"] = records.ledger_csv(own)
            made[f"{note.key}/ledger.json"] = records.ledger_json(own)
    return made


def data(corpus: Corpus, edition: str) -> str:
    """The page ``data.md`` of an edition: every file with what it holds.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown. Links to files are HTML, since MkDocs would look for the files among the pages.
    """
    phrases = words(edition)
    whole = (
        ("notes.json", phrases.data_notes),
        ("notes.schema.json", phrases.data_schema),
        ("ledger.csv", phrases.data_ledger),
        ("ledger.json", phrases.data_ledger),
        ("references.bib", phrases.data_references),
        ("papernotes.apkg", phrases.data_cards),
        (f"../{FEED}", phrases.data_feed),
    )
    listed = "\n".join(
        f'- <a href="{path}" download>{path.rpartition("/")[2]}</a>{phrases.colon}{text}'
        for path, text in whole
    )
    rows = [f"| {phrases.note} | Markdown | {phrases.numbers} |", "| --- | --- | --- |"]
    for note in corpus.notes(edition):
        top = f"../{note.key}"
        numbers = " · ".join(
            f'<a href="{top}/ledger.{kind}" download>{kind.upper()}</a>' for kind in ("csv", "json")
        )
        markdown = f'<a href="{top}/note.md" download>{note.slug}.md</a>'
        has = numbers if corpus.front(note).numbers else ""
        rows.append(f"| {link(name(note), f'{note.key}.md')} | {markdown} | {has} |")
    table = "\n".join(rows)
    return (
        f"{front_matter(phrases.data, exclude=True)}# {phrases.data}\n\n{phrases.data_intro}\n\n{listed}\n\n"
        f"## {phrases.data_by_note} {{ #notes }}\n\n{table}\n"
    )
