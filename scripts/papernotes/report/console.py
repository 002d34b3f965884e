"""Findings on a terminal: one paragraph each, with the line at fault and a caret under it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from papernotes.diagnostics import Diagnostic, Severity

_BOLD, _RED, _YELLOW, _BLUE, _END = "\033[1m", "\033[31m", "\033[33m", "\033[34m", "\033[0m"
_SEEN = re.compile("[^\t]")
EXCERPT = 100
"""Characters of a source line that are shown."""


def render(found: Iterable[Diagnostic], lines: Mapping[str, list[str]], *, colour: bool) -> str:
    """All findings and a closing line.

    Args:
        found: in the order to show them.
        lines: the lines of each file, by path; a file that is not there is shown without excerpt.
        colour: whether to use terminal colours.

    Returns:
        Text that ends with a newline.
    """

    def paint(text: str, code: str) -> str:
        return f"{code}{text}{_END}" if colour else text

    parts = []
    count = {Severity.ERROR: 0, Severity.WARNING: 0}
    for fault in found:
        count[fault.severity] += 1
        tone = _RED if fault.severity is Severity.ERROR else _YELLOW
        place = paint(f"{fault.path}:{fault.line}:{fault.col}:", _BOLD)
        note = "" if fault.severity is Severity.ERROR else "warning: "
        parts.append(f"{place} {paint(fault.code, tone)} {note}{fault.message}")
        source = lines.get(fault.path, [])
        if 0 < fault.line <= len(source):
            parts += _excerpt(source[fault.line - 1], fault, paint, tone)
        if fault.hint:
            parts.append(f"  {paint('hint:', _BLUE)} {fault.hint}")
        parts.append("")
    parts.append(summary(count[Severity.ERROR], count[Severity.WARNING]))
    return "\n".join(parts) + "\n"


def summary(errors: int, warnings: int) -> str:
    """The closing line: ``2 errors, 1 warning`` or ``no findings``."""
    parts = [
        f"{count} {name}{'s' if count != 1 else ''}"
        for count, name in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return ", ".join(parts) or "no findings"


def _excerpt(text: str, fault: Diagnostic, paint: Callable[[str, str], str], tone: str) -> list[str]:
    start = max(0, fault.col - 1 - EXCERPT // 2) if len(text) > EXCERPT else 0
    shown = text[start : start + EXCERPT]
    before = text[start : fault.col - 1]
    under = max(1, min(fault.width, len(shown) - len(before)))
    marked = text[fault.col - 1 : fault.col - 1 + under]
    gutter = str(fault.line)
    pad = " " * len(gutter)
    return [
        f"  {gutter} | {shown}",
        f"  {pad} | {_blank(before)}{paint('^' * max(1, _columns(marked)), tone)}",
    ]


def _blank(text: str) -> str:
    """White space as wide as a text on a terminal; tabs stay tabs."""
    if text.isascii():
        return _SEEN.sub(" ", text)
    return "".join(char if char == "\t" else " " * _width(char) for char in text)


def _columns(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
