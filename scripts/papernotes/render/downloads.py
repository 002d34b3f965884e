"""Write what the site gives away as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from papernotes.corpus.dates import changed, standstill
from papernotes.corpus.model import Corpus
from papernotes.pages import cards, data
from papernotes.pages.questions import of_note
from papernotes.render.anki import package
from papernotes.render.answers import answers


def write(corpus: Corpus, edition: str, site_dir: Path, site: str, contents: Mapping[str, str]) -> None:
    """Write the files of an edition into its folder.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.
        site_dir: the edition's folder.
        site: address of the edition's top, or empty when unknown.
        contents: the rendered content of each page by its key.
    """
    times, otherwise = changed(corpus.root), standstill()
    found = {
        (note.key, anchor): html
        for note in corpus.notes(edition)
        for anchor, html in answers(
            contents.get(note.key, ""), [question.anchor for question in of_note(note)]
        ).items()
    }
    made = cards.cards(corpus, edition, found)
    files: dict[str, str | bytes] = {
        **data.files(corpus, edition, site, times, otherwise),
        cards.PATH: cards.cards_json(made),
        data.ANKI: package(made, edition, max(times.values(), default=otherwise)),
    }
    for path, content in files.items():
        target = site_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
