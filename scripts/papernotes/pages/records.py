"""The notes as data: ``notes.json`` with its schema, and the ledger as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from papernotes.corpus.document import Number, Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Entry
from papernotes.pages.venues import abbreviation

COLUMNS = ("note", "id", "what", "value", "from", "check", "unverified")
"""The columns of the ledger."""


def notes_json(corpus: Corpus, edition: str) -> str:
    """All notes of an edition, as ``notes.schema.json`` describes them.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.
    """
    notes = [_note(corpus, note) for note in corpus.notes(edition)]
    return _json({"$schema": "notes.schema.json", "edition": edition, "notes": notes})


def ledger_rows(corpus: Corpus, notes: Iterable[Page]) -> tuple[Mapping[str, str], ...]:
    """The numbers of notes, a mapping of :data:`COLUMNS` each; what is absent is empty."""
    return tuple(_row(note, number) for note in notes for number in corpus.front(note).numbers)


def ledger_json(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of the ledger as a JSON array; what is absent is left out."""
    return _json([{name: value for name, value in row.items() if value} for row in rows])


def ledger_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of the ledger as CSV (RFC 4180) with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _note(corpus: Corpus, note: Page) -> dict[str, Any]:
    """One note."""
    front, entry = corpus.front(note), corpus.entry(note)
    cited = sorted({citation.key for citation in note.document.citations})
    return {
        "slug": note.slug,
        "page": f"{note.key}/",
        "language": note.edition,
        "title": note.front.title or front.title,
        "short": note.front.short or front.short,
        "tldr": note.front.tldr or front.tldr,
        "status": front.status,
        "pass": front.reading_pass,
        "version": front.version,
        "tags": list(front.tags),
        "builds_on": list(front.builds_on),
        "cites": cited,
        "code": front.code,
        "work": _work(entry) if entry else None,
        "numbers": [
            {key: value for key, value in _row(note, number).items() if value and key != "note"}
            for number in front.numbers
        ],
    }


def _work(entry: Entry) -> dict[str, Any]:
    """The work that a note is about."""
    return {
        "key": entry.key,
        "title": entry.title,
        "authors": [name for name in entry.authors if name != "others"],
        "year": entry.year,
        "venue": entry.venue,
        "venue_short": abbreviation(entry.venue),
        "doi": entry.doi,
        "arxiv": entry.arxiv,
        "url": entry.url,
    }


def _row(note: Page, number: Number) -> dict[str, str]:
    """One row of the ledger."""
    what = note.front.number_names.get(number.id, "") or number.what
    values = (note.slug, number.id, what, number.value, number.source, number.check, number.unverified)
    return dict(zip(COLUMNS, values, strict=True))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}


def _object(properties: Mapping[str, Any], required: Iterable[str] | None = None) -> dict[str, Any]:
    """The schema of an object that has these properties and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _described(schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {**schema, "description": description}


SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Paper Notes",
    "description": "The notes of one edition of the site. Strings that are unknown are empty.",
    **_object(
        {
            "$schema": _TEXT,
            "edition": _described({"enum": ["en", "zh"]}, "the edition of the site"),
            "notes": {
                "type": "array",
                "items": _object(
                    {
                        "slug": {"type": "string", "pattern": "^[a-z][a-z0-9]*$"},
                        "page": _described(_TEXT, "address below the top of the edition"),
                        "language": _described(
                            {"enum": ["en", "zh"]},
                            "language of title, summary and numbers: an edition shows "
                            "what is not translated in English",
                        ),
                        "title": _TEXT,
                        "short": _described(_TEXT, "the name readers use"),
                        "tldr": _described(_TEXT, "one sentence"),
                        "status": {"enum": ["draft", "complete", ""]},
                        "pass": _described(
                            {"type": "integer", "minimum": 0, "maximum": 3},
                            "deepest reading pass, 0 when unstated",
                        ),
                        "version": _described(_TEXT, "which text of the paper was read"),
                        "tags": _TEXTS,
                        "builds_on": _described(_TEXTS, "keys of the bibliography"),
                        "cites": _described(_TEXTS, "keys of the bibliography"),
                        "code": _described(_TEXT, "address of the official code"),
                        "work": _described(
                            {
                                "oneOf": [
                                    {"type": "null"},
                                    _object(
                                        {
                                            "key": _described(_TEXT, "key of the bibliography"),
                                            "title": _TEXT,
                                            "authors": _described(_TEXTS, "as First Last"),
                                            "year": _TEXT,
                                            "venue": _TEXT,
                                            "venue_short": _TEXT,
                                            "doi": _TEXT,
                                            "arxiv": _TEXT,
                                            "url": _TEXT,
                                        }
                                    ),
                                ]
                            },
                            "the work that the note is about, null when the bibliography lacks it",
                        ),
                        "numbers": _described(
                            {
                                "type": "array",
                                "items": _object(
                                    {
                                        "id": _described(_TEXT, "its row is page#n-id"),
                                        "what": _TEXT,
                                        "value": _described(_TEXT, "as written, with its unit"),
                                        "from": _described(_TEXT, "place in the paper it was taken from"),
                                        "check": _described(
                                            _TEXT, "function of the companion that recomputes it"
                                        ),
                                        "unverified": _described(_TEXT, "why neither was possible"),
                                    },
                                    ("id", "what", "value"),
                                ),
                            },
                            "the ledger",
                        ),
                    }
                ),
            },
        }
    ),
}
"""JSON Schema (draft 2020-12) of :func:`notes_json`, published beside it."""


def schema_json() -> str:
    """The schema as text."""
    return _json(SCHEMA)
