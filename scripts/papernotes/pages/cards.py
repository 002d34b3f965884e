"""Flashcards: the answered questions, the terms of the glossary and the numbers of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from html import escape

from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.data import ANKI
from papernotes.pages.questions import of_note
from papernotes.pages.text import front_matter
from papernotes.pages.wording import words

DECKS = ("questions", "terms", "numbers")
"""The decks, in the order in which they are offered."""
PATH = "data/cards.json"
"""Where the site's script finds the cards."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card: a permanent id, its deck, both sides as HTML, and where on the site to read more."""

    id: str
    deck: str
    front: str
    back: str
    page: str


def cards(corpus: Corpus, edition: str, answers: Mapping[tuple[str, str], str]) -> tuple[Card, ...]:
    """The cards of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.
        answers: what stands under a question, as HTML, by key of the page and anchor of the question.
    """
    made = (*_questions(corpus, edition, answers), *_terms(corpus, edition), *_numbers(corpus, edition))
    return tuple(card for card in made if card.back)


def cards_json(made: Iterable[Card]) -> str:
    """Cards as the site's script reads them."""
    return json.dumps([asdict(card) for card in made], ensure_ascii=False, separators=(",", ":"))


def flashcards(edition: str) -> str:
    """The page ``flashcards.md`` of an edition: without scripts, where to get the cards for Anki."""
    phrases = words(edition)
    names = {deck: getattr(phrases, f"deck_{deck}") for deck in DECKS}
    decks = "".join(
        f'<button type="button" class="md-button" data-deck="{deck}">{text}</button>'
        for deck, text in names.items()
    )
    texts = {
        "show": phrases.card_show,
        "again": phrases.card_again,
        "good": phrases.card_good,
        "left": phrases.card_left,
        "done": phrases.card_done,
        "read": phrases.card_read,
    }
    labels = " ".join(f'data-{key}="{escape(text)}"' for key, text in texts.items())
    head = front_matter(phrases.flashcards, hide=("toc",), exclude=True)
    return (
        f"{head}# {phrases.flashcards}\n\n"
        f"{phrases.flashcards_intro}\n\n"
        f'<p><a href="../{ANKI}" download>{phrases.flashcards_anki}</a></p>\n\n'
        f'<div class="pn-cards" data-cards="../{PATH}" {labels} hidden>'
        f'<div class="pn-decks" role="group" aria-label="{phrases.flashcards}">{decks}</div>'
        f'<div class="pn-card-stage" aria-live="polite"></div></div>\n'
    )


def _questions(corpus: Corpus, edition: str, answers: Mapping[tuple[str, str], str]) -> Iterator[Card]:
    """A card for every question that is answered."""
    for note in corpus.notes(edition):
        originals = of_note(corpus.page(EDITIONS[0], note.key) or note)
        own = of_note(note)
        for index, question in enumerate(own):
            if "open" in question.classes:
                continue
            # The English anchor where both editions ask the same, so that a translation keeps the card.
            twin = originals[index] if len(originals) == len(own) else question
            front = f"<p><em>{escape(name(note))}</em></p><p>{escape(question.text)}</p>"
            back = answers.get((note.key, question.anchor), "")
            page = f"{note.key}/#{question.anchor}"
            yield Card(f"{edition}:{note.key}#{twin.anchor}", "questions", front, back, page)


def _terms(corpus: Corpus, edition: str) -> Iterator[Card]:
    """A card for every term: its name in all languages, then what it means."""
    for term in corpus.glossary.terms.values():
        if own := term.wordings.get(edition):
            others = [
                w.term for language, w in term.wordings.items() if language != edition and w.term != own.term
            ]
            small = f"<p><small>{escape(', '.join(others))}</small></p>" if others else ""
            back = f"<p>{escape(own.definition)}</p>{small}"
            yield Card(
                f"{edition}:term:{term.id}",
                "terms",
                f"<p>{escape(own.term)}</p>",
                back,
                f"glossary/#{term.id}",
            )


def _numbers(corpus: Corpus, edition: str) -> Iterator[Card]:
    """A card for every number of a ledger."""
    phrases = words(edition)
    for note in corpus.notes(edition):
        for number in corpus.front(note).numbers:
            what = note.front.number_names.get(number.id, "") or number.what
            where = phrases.quoted.format(number.source) if number.source else ""
            small = f"<p><small>{escape(where)}</small></p>" if where else ""
            front = f"<p><em>{escape(name(note))}</em></p><p>{escape(what)}</p>"
            back = f"<p><strong>{escape(number.value)}</strong></p>{small}"
            yield Card(
                f"{edition}:{note.key}#n-{number.id}", "numbers", front, back, f"{note.key}/#n-{number.id}"
            )
