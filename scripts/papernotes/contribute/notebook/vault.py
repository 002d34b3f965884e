"""Code, formulas and HTML are put away while the text around them is mended, and taken out unchanged.

Each is one private-use character meanwhile, which no Markdown construct is made of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

FIRST, LAST = 0xF0000, 0x10FFFD
HOLD = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
"""One thing that is put away."""


class Kind(Enum):
    """What is put away; a block stands between blank lines of its own."""

    CODE = auto()
    MATH = auto()
    TAG = auto()
    TARGET = auto()
    IMAGE = auto()
    OTHER = auto()
    DISPLAY = auto()
    FENCE = auto()
    RAW = auto()


BLOCKS = {Kind.DISPLAY, Kind.FENCE, Kind.RAW}


class FullError(Exception):
    """A notebook holds more than can be put away: 131,000 pieces of code, formulas, links and tags."""


@dataclass(slots=True)
class Vault:
    """What has been put away, in order."""

    source: tuple[str, ...] = ()
    """The lines of the notebook, for what turns out to be code after text around it has been mended."""
    items: list[tuple[Kind, str]] = field(default_factory=list)

    def put(self, kind: Kind, text: str) -> str:
        """Put a text away; returns the character that stands for it."""
        if FIRST + len(self.items) > LAST:
            raise FullError
        self.items.append((kind, text))
        return chr(FIRST + len(self.items) - 1)

    def kind(self, hold: str) -> Kind:
        """What a character stands for."""
        return self.items[ord(hold) - FIRST][0]

    def text(self, hold: str) -> str:
        """What was put away under a character, as it was put away."""
        return self.items[ord(hold) - FIRST][1]

    def is_block(self, hold: str) -> bool:
        """Whether a character stands for a block."""
        return self.kind(hold) in BLOCKS

    def restore(self, text: str) -> str:
        """The text with everything taken out again; formulas that were blocks are inline in it."""

        def out(match: re.Match[str]) -> str:
            kind, kept = self.items[ord(match[0]) - FIRST]
            if kind is Kind.DISPLAY and kept.startswith("$$"):
                kept = "$" + " ".join(kept.strip("$").split()) + "$"
            return self.restore(kept)

        return HOLD.sub(out, text)
