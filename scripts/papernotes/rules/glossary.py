"""G: the glossary."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.model import EDITIONS
from papernotes.corpus.near import suggestion
from papernotes.corpus.reference import Term
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading, rule


@found_while_loading("G001")
def unreadable(given: Given) -> Iterator[Diagnostic]:
    """The glossary must be a YAML mapping of term ids to records.

    Bad: papers/glossary.yml
        - ratio:
        + ratio: [
    Reports:
        papers/glossary.yml:8:3: G001 glossary must be valid YAML: did not find expected ',' or ']'
    """
    yield from ()


@found_while_loading("G002")
def record(given: Given) -> Iterator[Diagnostic]:
    """A record must have term and definition in every edition's language.

    Why: the tooltip of one edition is made from it, and a reader of the other must find the same term.

    Bad: papers/glossary.yml
        -   zh: {term: 比率, aliases: [], definition: "一个数除以另一个数。"}
    Reports:
        papers/glossary.yml:6:1: G002 'ratio' must have zh
    """
    yield from ()


@found_while_loading("G003")
def key(given: Given) -> Iterator[Diagnostic]:
    """A key of a record must be known, and given once.

    Bad: papers/glossary.yml
        -   ref: roe2019first
        +   reference: roe2019first
    Reports:
        papers/glossary.yml:4:3: G003 key must be known: 'reference'
    """
    yield from ()


@rule("G101")
def one_meaning(given: Given) -> Iterator[Diagnostic]:
    """A word must belong to one term of a language.

    Why: a tooltip cannot choose between two meanings.

    Bad: papers/glossary.yml
        -   en: {term: ratio, aliases: [], definition: "One number divided by another."}
        +   en: {term: ratio, aliases: [Answer], definition: "One number divided by another."}
    Reports:
        papers/glossary.yml:7:14: G101 word must belong to one term: 'Answer' is also of 'answer'
    """
    source = given.corpus.glossary.source
    for edition in EDITIONS:
        owners: dict[str, Term] = {}
        for term in given.corpus.glossary.terms.values():
            wording = term.wordings.get(edition)
            if wording is None:
                continue
            for word in (wording.term, *wording.aliases):
                owner = owners.setdefault(word.casefold(), term)
                if owner is not term:
                    yield source.fault(
                        wording.place,
                        "G101",
                        f"word must belong to one term: {word!r} is also of {owner.id!r}",
                        f"see line {owner.place.line}",
                    )


@rule("G102")
def ref(given: Given) -> Iterator[Diagnostic]:
    """`ref` of a term must be a key of the bibliography.

    Bad: papers/glossary.yml
        -   ref: roe2019first
        +   ref: roe2018first
    Reports:
        papers/glossary.yml:4:8: G102 ref must be a key of papers/references.bib: 'roe2018first'
    """
    works = given.corpus.bibliography
    for term in given.corpus.glossary.terms.values():
        if term.ref and not works.has(term.ref):
            yield given.corpus.glossary.source.fault(
                term.ref_place,
                "G102",
                f"ref must be a key of papers/references.bib: {term.ref!r}",
                suggestion(term.ref, works.entries) or "add the entry to papers/references.bib",
            )
