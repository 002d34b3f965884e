"""What a note must be: one family of rules a module, each rule a generator of diagnostics."""

from papernotes.rules import (
    citations,
    companions,
    drawn,
    embedded,
    frontmatter,
    glossary,
    images,
    ledger,
    links,
    math,
    reachable,
    references,
    safety,
    structure,
    text,
    translation,
)

__all__ = [
    "citations",
    "companions",
    "drawn",
    "embedded",
    "frontmatter",
    "glossary",
    "images",
    "ledger",
    "links",
    "math",
    "reachable",
    "references",
    "safety",
    "structure",
    "text",
    "translation",
]
