"""What a note must be: one family of rules a module, each rule a generator of diagnostics."""

from papernotes.rules import (
    citations,
    companions,
    frontmatter,
    glossary,
    ledger,
    links,
    math,
    references,
    safety,
    structure,
    text,
    translation,
)

__all__ = [
    "citations",
    "companions",
    "frontmatter",
    "glossary",
    "ledger",
    "links",
    "math",
    "references",
    "safety",
    "structure",
    "text",
    "translation",
]
