"""Images and links to other notes: found in the text, resolved when it is known which draft they are in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """An image of the notebook's machine: ``target`` as written, its alternative text and title."""

    target: str
    alt: str
    line: int
    source: str
    """As the notebook has it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link to another page: ``name`` without folder and suffix, ``anchor`` within it, the text shown."""

    name: str
    anchor: str
    text: str
    line: int
    source: str


Pending = dict[str, Shown | Linked]
"""By the character that stands for it."""
