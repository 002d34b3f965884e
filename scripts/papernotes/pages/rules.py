"""The rules page: every code of the checker, from the docstring of its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from papernotes.pages.text import front_matter

FAMILIES = {
    "C": "Citations and bibliography",
    "G": "Glossary",
    "H": "Rendered pages",
    "L": "Links, images and embedded code",
    "M": "Formulas",
    "N": "Front matter",
    "P": "Reading paths",
    "R": "Numbers and companions",
    "S": "Structure and files",
    "T": "Translation",
    "X": "External links",
}
_CHANGE = re.compile(r"^(Bad|Good): (\S+)\n((?:    .*\n?)+)", re.MULTILINE)
_WHY = re.compile(r"^Why: (\w)", re.MULTILINE)
_REPORT = re.compile(r"^Reports:\n((?:    .*\n?)+)", re.MULTILINE)


def rules(texts: Mapping[str, str]) -> str:
    """The page ``guide/rules.md``.

    Args:
        texts: the documentation of each code: a first line, why, an example.

    Returns:
        Markdown, a heading per family and per code. It is in English in both editions, as the messages are.
    """
    parts = [
        front_matter("Rules", boost=0.2),
        "# Rules\n",
        "What the checker holds every page to. A finding names its code; `.venv/bin/papernotes explain CODE` "
        "prints the same text. Each example is a change to a small demonstration repository, or to a site "
        "built from one: lines with a minus are good, lines with a plus that take their place are at fault, "
        "and below are the findings. The test suite executes both: the good lines must give none.\n",
    ]
    for family, codes in groupby(sorted(texts), key=lambda code: code[0]):
        parts.append(f"## {FAMILIES[family]}\n")
        for code in codes:
            title, _, rest = texts[code].partition("\n")
            parts.append(f"### {code} {{ #{code.lower()} }}\n\n**{title}**\n")
            parts.append(_formatted(rest.strip()))
    return "\n".join(parts)


def _formatted(text: str) -> str:
    """The body of a docstring with its examples as fenced code."""
    text = _CHANGE.sub(lambda m: f"{m[1]}, `{m[2]}`:\n\n````diff\n{_dedent(m[3])}\n````\n", text + "\n")
    text = _REPORT.sub(lambda m: f"\nReports:\n\n````text\n{_dedent(m[1])}\n````\n", text)
    text = _WHY.sub(lambda m: m[1].upper(), text)
    return text.replace("--8<--", ";--8<--")  # shown, not embedded


def _dedent(block: str) -> str:
    return "\n".join(line[4:] for line in block.rstrip("\n").split("\n"))
