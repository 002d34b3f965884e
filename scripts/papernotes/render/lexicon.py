"""All terms of one language in one regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papernotes.corpus.reference import Glossary, Term

_ASCII_WORD = r"[A-Za-z0-9_-]"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The terms of a language: a pattern that finds any of them, and what each spelling means."""

    pattern: re.Pattern[str]
    meaning: dict[str, tuple[str, str]]
    """Spelling, as ``_folded`` writes it, to (term id, definition)."""

    def find(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """The terms in a text, as (start, end, term id, definition)."""
        for match in self.pattern.finditer(text):
            for spelling in _spellings(match[0]):
                if spelling in self.meaning:
                    yield (match.start(), match.end(), *self.meaning[spelling])
                    break


def lexicon(glossary: Glossary, language: str) -> Lexicon | None:
    """The lexicon of a language, or None when it has no terms.

    Args:
        glossary: the glossary.
        language: ``en`` or ``zh``.
    """
    meaning: dict[str, tuple[str, str]] = {}
    names: list[str] = []
    for term in glossary.terms.values():
        for name, definition in _names(term, language):
            if name and _folded(name) not in meaning:
                meaning[_folded(name)] = (term.id, definition)
                names.append(name)
    if not names:
        return None
    names.sort(key=len, reverse=True)
    return Lexicon(re.compile("|".join(_expression(name) for name in names)), meaning)


def _names(term: Term, language: str) -> Iterator[tuple[str, str]]:
    """A term and its aliases, each with the definition."""
    if wording := term.wordings.get(language):
        for name in (wording.term, *wording.aliases):
            yield " ".join(name.split()), wording.definition


def _expression(name: str) -> str:
    """The pattern of one name: whole words where it is Latin, the first letter in either case or plural."""
    body = r"[\s-]".join(re.escape(part) for part in re.split(r"[ -]", name))
    first = name[0]
    if first.isascii() and first.islower():
        body = f"[{first}{first.upper()}]{body[1:]}"
    before = f"(?<!{_ASCII_WORD})" if first.isascii() else ""
    last = name[-1]
    after = f"(?:e?s)?(?!{_ASCII_WORD})" if last.isascii() and last.isalpha() else ""
    if last.isascii() and not after:
        after = f"(?!{_ASCII_WORD})"
    if name.isascii() and name.isupper():
        after += "(?!/[A-Z])"  # CNN/Daily Mail is no convolutional network
    return f"{before}{body}{after}"


def _folded(name: str) -> str:
    """A spelling for comparison: hyphens as spaces, a capital first letter of an ordinary word made small."""
    words = re.sub(r"[\s-]+", " ", name)
    return words[:1].lower() + words[1:] if words[1:2].islower() or not words[1:2].isalpha() else words


def _spellings(found: str) -> Iterator[str]:
    """What a found text may be the form of: itself, or the singular of a plural."""
    folded = _folded(found)
    yield folded
    yield folded.removesuffix("s")
    yield folded.removesuffix("es")
