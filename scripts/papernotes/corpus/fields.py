"""What front matter, glossary and settings may hold, said once: for the readers and for the schemas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

ID = r"[a-z][a-z0-9]*"
"""Of a row of the ledger."""
TERM_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class Kind(StrEnum):
    """What a value is."""

    TEXT = "text"
    LIST = "list"
    LEDGER = "ledger"
    """A list of numbers; in a translation a mapping from their ids to what they are."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key.

    Args:
        name: the key.
        what: what its value says, for people.
        kind: text, a list of texts, or the ledger.
        choices: the only values of it, or of its items; all when empty.
        pattern: a regular expression for the whole value; any value when empty.
        form: what a value that does not match must be.
        item: what an item of a list is called in a finding.
    """

    name: str
    what: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = ""
    item: str = ""

    def refuses(self, value: str) -> str:
        """What a value, or an item of it, must be; empty when it is that."""
        if self.choices and value not in self.choices:
            return "be known"
        return f"be {self.form}" if self.pattern and not re.fullmatch(self.pattern, value) else ""


STATUSES = ("draft", "complete")
TAGS = (
    "vision", "language", "detection", "generative", "architecture",
    "training", "attention", "diffusion", "optimisation", "method",
)  # fmt: skip
PASSES = ("1", "2", "3")

FRONT_MATTER = (
    Field("title", "the published title; in a translation, the translated one"),
    Field("short", "the name used in lists and in the navigation"),
    Field("bib", "the key of the paper in papers/references.bib"),
    Field("formerly", "slugs the note had before; papernotes rename writes them", Kind.LIST),
    Field("version", "which text was read, such as: arXiv v1, CVPR 2016"),
    Field(
        "status", "draft while something is missing, complete when the note has all of it", choices=STATUSES
    ),
    Field("pass", "the deepest of the three reading passes", choices=PASSES),
    Field("tags", "what the page is about", Kind.LIST, choices=TAGS, item="tag"),
    Field("builds_on", "keys in papers/references.bib of the works whose idea it continues", Kind.LIST),
    Field(
        "code",
        "the address of the official code",
        pattern=r"https?://[^\s<>\"]+",
        form="an address that begins with https:// or http://",
    ),
    Field("tldr", "one sentence of plain text, at most 200 characters"),
    Field("source_hash", "the first twelve digits of the SHA-256 of the English file"),
    Field("numbers", "the ledger: each number that matters, with its source", Kind.LEDGER),
)
NUMBER = (
    Field("id", "its name in links: #n-id", pattern=ID, form="lower-case letters and digits"),
    Field("what", "what the number is"),
    Field("value", "the number as readers see it, with its unit"),
    Field("from", "the table, figure, section or page that states it"),
    Field("check", "the companion's function without arguments that recomputes it"),
    Field("unverified", "why there is neither a place nor a function"),
)
NUMBER_REQUIRED = ("id", "what", "value")
REQUIRED = {
    ("en", "papers"): ("title", "short", "bib", "version", "status", "pass", "tags", "tldr", "numbers"),
    ("en", "concepts"): ("title", "short", "status", "tags", "tldr"),
    ("zh", "papers"): ("title", "short", "tldr", "source_hash", "numbers"),
    ("zh", "concepts"): ("title", "short", "tldr", "source_hash"),
}
"""The keys that a page must have, by edition and folder."""

WORDING = (
    Field("term", "the term"),
    Field("aliases", "other names of it, which get the same tooltip", Kind.LIST),
    Field("definition", "one or two sentences of plain text"),
)
WORDING_REQUIRED = ("term", "definition")
REF = Field("ref", "the key in papers/references.bib of the work that introduced the term")

EXEMPTION = (
    Field("code", "the code that is not reported, such as L101"),
    Field("path", "a glob of the files in which it is not"),
    Field("reason", "why"),
)


def names(fields: tuple[Field, ...]) -> tuple[str, ...]:
    """The keys of some fields."""
    return tuple(field.name for field in fields)


def named(fields: tuple[Field, ...], kind: Kind) -> tuple[Field, ...]:
    """Those of a kind."""
    return tuple(field for field in fields if field.kind is kind)
