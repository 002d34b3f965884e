"""Whether a registry's title and the bibliography's are of the same work."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

ALIKE = 0.75
"""Likeness of two titles, 0 to 1, from which on they differ by an edition's hand and not by the work."""
_TAG = re.compile(r"<[^>]*>")
_ENTITY = re.compile(r"&(?:#?\w+);")
_TEX = re.compile(r"\\[a-zA-Z]+|[${}\\^_]")


def agree(one: str, other: str) -> bool:
    """Whether two titles are of one work.

    Case, accents, punctuation, markup and a missing subtitle do not count; small differences are let pass.
    """
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return True  # nothing to compare: a title in signs only
    short, long = sorted((first, second), key=len)
    return f"{long} ".startswith(f"{short} ") or SequenceMatcher(None, first, second).ratio() >= ALIKE


def _plain(title: str) -> str:
    text = _TEX.sub(" ", _ENTITY.sub(" ", _TAG.sub(" ", title)))
    text = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c))))
