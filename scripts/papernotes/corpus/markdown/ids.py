"""Ids of headings: the second of its name gets ``_1``, the third ``_2``, as Python-Markdown gives them."""

from __future__ import annotations

import re

_COUNTED = re.compile(r"^(.*)_([0-9]{1,9})$", re.DOTALL)


class Ids:
    """The ids that are taken."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._next: dict[str, dict[int, int]] = {}
        """By id without its suffix, from a suffix that is taken to one that may be free."""

    def take(self, identity: str) -> None:
        """Mark an id as taken."""
        self._used.add(identity)

    def free(self, identity: str) -> str:
        """An id that is not taken yet, in place of one that may be.

        Args:
            identity: the slug of a heading; empty when it has no letters.
        """
        if identity and identity not in self._used:
            return identity
        match = _COUNTED.match(identity)
        base, count = (match[1], int(match[2]) + 1) if match else (identity, 1)
        follow = self._next.setdefault(base, {})
        passed = []
        while f"{base}_{count}" in self._used:
            passed.append(count)
            count = follow.get(count, count + 1)
        follow.update(dict.fromkeys(passed, count))
        return f"{base}_{count}"
