"""Did you mean …?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a hint, ``did you mean 'x'?``; empty when none is near."""
    candidates = sorted(set(known))
    folded = {name.casefold(): name for name in candidates}
    if word.casefold() in folded:
        return meant(folded[word.casefold()])
    close = difflib.get_close_matches(word, candidates, n=1, cutoff=0.75)
    return meant(close[0]) if close else ""


def meant(word: str) -> str:
    """The hint that suggests a word."""
    return f"did you mean {word!r}?"
