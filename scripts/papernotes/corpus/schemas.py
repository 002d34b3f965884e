"""JSON Schemas of what a contributor writes, for editors: made from the fields that the readers check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from papernotes.corpus.fields import (
    EXEMPTION,
    FRONT_MATTER,
    NUMBER,
    NUMBER_REQUIRED,
    REF,
    REQUIRED,
    TERM_ID,
    WORDING,
    WORDING_REQUIRED,
    Field,
    Kind,
    names,
)
from papernotes.corpus.model import EDITIONS

Schema = dict[str, Any]

FOLDER = ".vscode/schemas"
_DIALECT = "http://json-schema.org/draft-07/schema#"
"""The newest that the YAML and TOML extensions of editors know whole."""
_NAMES = {"papers": "note", "concepts": "concept"}


def schemas() -> Mapping[str, Schema]:
    """The schemas by file name: front matter by kind of page and edition, glossary, pyproject.toml."""
    made = {
        f"{_NAMES[kind]}{'' if edition == EDITIONS[0] else f'.{edition}'}.json": _front_matter(edition, kind)
        for edition, kind in REQUIRED
    }
    return {**made, "glossary.json": _glossary(), "settings.json": _settings()}


def _front_matter(edition: str, kind: str) -> Schema:
    fields = _object(FRONT_MATTER, REQUIRED[edition, kind])
    if edition != EDITIONS[0]:
        ledger = {"type": "object", "additionalProperties": _text()}
        fields["properties"]["numbers"] = {"description": "what each number is, by its id", **ledger}
    return {"$schema": _DIALECT, "title": f"Front matter of docs/{edition}/{kind}/*.md", **fields}


def _glossary() -> Schema:
    wording = _object(WORDING, WORDING_REQUIRED, filled=True)
    record = {
        "type": "object",
        "properties": {**dict.fromkeys(EDITIONS, wording), REF.name: _value(REF, filled=True)},
        "required": list(EDITIONS),
        "additionalProperties": False,
    }
    return {
        "$schema": _DIALECT,
        "title": "papers/glossary.yml",
        "type": ["object", "null"],
        "patternProperties": {f"^{TERM_ID}$": record},
        "additionalProperties": False,
    }


def _settings() -> Schema:
    exemption = _object(EXEMPTION, names(EXEMPTION), filled=True)
    for name in names(EXEMPTION):
        exemption["properties"][name] |= {"type": "string", "pattern": r"\S"}
        del exemption["properties"][name]["minLength"]
    ours = {
        "type": "object",
        "properties": {
            "ignore": {
                "description": "findings that are not reported",
                "type": "array",
                "items": exemption,
            }
        },
        "additionalProperties": False,
    }
    tool = {"type": "object", "properties": {"papernotes": ours}}
    return {
        "$schema": _DIALECT,
        "title": "[tool.papernotes] of pyproject.toml",
        "type": "object",
        "properties": {"tool": tool},
    }


def _object(fields: tuple[Field, ...], required: tuple[str, ...], *, filled: bool = False) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _value(field, filled=filled) for field in fields},
        "required": list(required),
        "additionalProperties": False,
    }


def _value(field: Field, *, filled: bool) -> Schema:
    """The schema of a field's value; ``filled``: text that is not empty."""
    described = {"description": field.what}
    match field.kind:
        case Kind.LEDGER:
            return {**described, "type": "array", "items": _object(NUMBER, NUMBER_REQUIRED)}
        case Kind.LIST:
            return {**described, "type": "array", "items": _text(field)}
    return {**described, **_text(field), **({"minLength": 1} if filled else {})}


def _text(field: Field | None = None) -> Schema:
    """Text as YAML writes it: a number without quotes is text as well."""
    if field and field.choices:
        digits = [int(choice) for choice in field.choices if choice.isdecimal()]
        return {"enum": [*field.choices, *digits]}
    if field and field.pattern:
        return {"type": "string", "pattern": f"^(?:{field.pattern})$"}
    return {"type": ["string", "number", "boolean"]}
