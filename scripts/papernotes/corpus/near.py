"""Did you mean …?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

MOST = 200_000
"""Comparisons with one list of known words, half a second's work: nobody reads more hints than that gives."""
_WORD = 50
"""What a word costs before it is compared, in comparisons."""
_CUTOFF = 0.75


class _Known:
    """Known words, and the nearest of them to each word that was asked for."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = sorted(words)
        self._folded = {name.casefold(): name for name in self._words}
        self._left = MOST
        self._nearest: dict[str, str] = {}

    def nearest(self, word: str) -> str:
        """The word that differs in case only, or the one that is most like it; empty for none."""
        if meant := self._folded.get(word.casefold()):
            return meant
        if word not in self._nearest:
            self._left -= len(self._words) + _WORD
            if self._left < 0:
                return ""
            most = len(word) * (2 - _CUTOFF) / _CUTOFF  # no longer word can be as like
            least = len(word) * _CUTOFF / (2 - _CUTOFF)
            alike = [name for name in self._words if least <= len(name) <= most]
            self._nearest[word] = next(iter(difflib.get_close_matches(word, alike, n=1, cutoff=_CUTOFF)), "")
        return self._nearest[word]


_known = lru_cache(maxsize=32)(_Known)
"""Lists are asked many times."""


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a hint, ``did you mean 'x'?``; empty when none is near.

    After many words that are in none of them a list is looked through for a difference in case only.
    """
    near = _known(frozenset(known)).nearest(word)
    return meant(near) if near else ""


def meant(word: str) -> str:
    """The hint that suggests a word."""
    return f"did you mean {word!r}?"
