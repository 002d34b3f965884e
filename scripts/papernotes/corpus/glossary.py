"""papers/glossary.yml: one record a term, every edition's wording in it."""

from __future__ import annotations

import re

import yaml

from papernotes.corpus import positioned
from papernotes.corpus.fields import REF, TERM_ID, WORDING, WORDING_REQUIRED, names
from papernotes.corpus.model import EDITIONS
from papernotes.corpus.near import suggestion
from papernotes.corpus.reference import Glossary, Term, Wording
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

PATH = "papers/glossary.yml"
_KEYS = (*EDITIONS, REF.name)
_WORDING = names(WORDING)


def parse(source: Source) -> tuple[Glossary, list[Diagnostic]]:
    """Read the glossary.

    Returns:
        The terms by id, in file order, and the faults of form: G001 not readable, G002 a record or wording
        that lacks something, G003 an unknown or repeated key.
    """
    faults: list[Diagnostic] = []
    terms: dict[str, Term] = {}

    def fault(place: Place, code: str, message: str, hint: str = "") -> None:
        faults.append(source.fault(place, code, message, hint))

    def wording(term: str, edition: str, node: yaml.Node) -> Wording | None:
        if not isinstance(node, yaml.MappingNode):
            fault(
                positioned.place(node),
                "G002",
                f"{edition} of {term!r} must be a mapping",
                "write {term: …, definition: …}",
            )
            return None
        found = known(node, _WORDING)
        for key in WORDING_REQUIRED:
            if any(suggestion(name, [key]) for name, _, _ in positioned.items(node) if name not in _WORDING):
                return None  # misspelt: said there
            if not (key in found and positioned.text(found[key])):
                fault(
                    positioned.place(node),
                    "G002",
                    f"{edition} of {term!r} must have {key}",
                    f"add `{key}: …`",
                )
                return None
        aliases = positioned.texts(found["aliases"]) if "aliases" in found else []
        if aliases is None:
            fault(positioned.place(found["aliases"]), "G002", "aliases must be a list", "write [a, b]")
        return Wording(
            positioned.text(found["term"]) or "",
            positioned.text(found["definition"]) or "",
            tuple(value for value, _ in aliases or []),
            positioned.place(found["term"]),
        )

    def known(node: yaml.MappingNode, keys: tuple[str, ...]) -> dict[str, yaml.Node]:
        found: dict[str, yaml.Node] = {}
        for key, key_node, value in positioned.items(node):
            if key in found:
                fault(
                    positioned.place(key_node),
                    "G003",
                    f"key must appear once: {key!r}",
                    "keep one of the two",
                )
            elif key in keys:
                found[key] = value
            else:
                hint = suggestion(key, keys) or f"known keys: {', '.join(keys)}"
                fault(positioned.place(key_node), "G003", f"key must be known: {key!r}", hint)
        return found

    root = positioned.compose(source.text)
    if isinstance(root, positioned.Broken):
        fault(root.place, "G001", f"glossary {root.message}", root.hint)
    elif root is not None and not isinstance(root, yaml.MappingNode):
        fault(
            positioned.place(root),
            "G001",
            "glossary must be a mapping",
            "write `term-id:` and indent the record",
        )
    elif root is not None:
        for name, key_node, node in positioned.items(root):
            place = positioned.place(key_node)
            if name in terms:
                fault(
                    place,
                    "G003",
                    f"term must be defined once: {name!r}",
                    f"first on line {terms[name].place.line}",
                )
                continue
            if not re.fullmatch(TERM_ID, name):
                fault(place, "G002", f"id must be lower-case words joined by hyphens: {name!r}")
            if not isinstance(node, yaml.MappingNode):
                fault(
                    place, "G002", f"record must be a mapping: {name!r}", f"give it {' and '.join(EDITIONS)}"
                )
                continue
            found = known(node, _KEYS)
            wordings = {}
            for edition in EDITIONS:
                if edition not in found:
                    fault(
                        place,
                        "G002",
                        f"{name!r} must have {edition}",
                        f"add `{edition}: {{term: …, definition: …}}`",
                    )
                elif (made := wording(name, edition, found[edition])) is not None:
                    wordings[edition] = made
            ref = found.get(REF.name)
            if ref is not None and not positioned.text(ref):
                fault(
                    positioned.place(ref),
                    "G002",
                    f"ref of {name!r} must be text",
                    "name one key, or leave it out",
                )
            terms[name] = Term(
                name,
                wordings,
                (positioned.text(ref) or "") if ref else "",
                place,
                positioned.place(ref) if ref else place,
            )
    return Glossary(source, terms), faults
