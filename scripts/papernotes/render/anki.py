"""Flashcards as an Anki package that is the same, byte for byte, as long as the cards and the time are."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import genanki

from papernotes.pages.cards import DECKS, Card
from papernotes.pages.wording import words

_CSS = """.card { font: 1.1rem/1.6 sans-serif; max-width: 40rem; margin: auto; text-align: left }
math { font-family: "STIX Two Math", math } small { color: gray }"""


def package(cards: Iterable[Card], edition: str, time: datetime) -> bytes:
    """An ``.apkg`` file.

    A card keeps its id, so that Anki updates it when a newer package is imported; which one is newer, Anki
    takes from the time of the package.

    Args:
        cards: the cards.
        edition: whose language the decks have.
        time: when the cards last changed.
    """
    phrases = words(edition)
    model = genanki.Model(
        _number(f"{edition}:model"),
        phrases.site,
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "1", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
        css=_CSS,
    )
    decks = {
        deck: genanki.Deck(
            _number(f"{edition}:{deck}"), f"{phrases.site}::{getattr(phrases, f'deck_{deck}')}"
        )
        for deck in DECKS
    }
    for card in cards:
        fields = [card.front, card.back]
        decks[card.deck].add_note(genanki.Note(model, fields, guid=genanki.guid_for(card.id)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.apkg"
        genanki.Package(list(decks.values())).write_to_file(str(path), timestamp=time.timestamp())
        return _settled(path, time)


def _number(text: str) -> int:
    """An id for Anki, below 2³¹, that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def _settled(path: Path, time: datetime) -> bytes:
    """The archive packed anew: compressed, and with the given time for its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, time.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
