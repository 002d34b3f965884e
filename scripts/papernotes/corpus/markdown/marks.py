"""Marks: characters put into Markdown that come out in the rendered HTML and tell where it came from.

A mark is one private-use character before a link, an image, an autolink or an inline formula, and inside the
address of a raw HTML link or image. Python-Markdown reads it as an ordinary character that is no letter, so
nothing changes but its place in the HTML: directly before the element, or first in its address.
"""

from __future__ import annotations

import re

FIRST = 0xF0000
LIMIT = 0x10FFFF - FIRST
ANY = "[\U000f0000-\U0010ffff]"
MARK = re.compile(ANY)

_SPOT = re.compile(
    r"(?P<round>(?<!\\)\\\()|(?P<escape>\\+)?(?:"
    r"(?P<dollars>\$+)|"
    r"(?P<open>!?\[)(?!\^)"
    r"|(?P<auto><)(?=https?:|ftps?:|[^<> !/a]?[^<> !]*@[^@<> ]+>)"
    r"|(?P<raw><(?:a|img)\s(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*?\b(?:href|src)\s*=\s*[\"']?))",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"\[[^\[\]\n]*\]:")
_LEAD = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+\.)[ \t>]+)*\Z")


def mark(text: str) -> tuple[str, list[int]]:
    """Put the marks into a text.

    Args:
        text: Markdown without marks.

    Returns:
        The marked text, and for each mark the offset in the text of what it stands for; the mark of number n
        is the character ``FIRST + n``.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in _SPOT.finditer(text):
        start = match.end("escape") if match["escape"] else match.start()
        escaped = bool(match["escape"]) and len(match["escape"]) % 2 == 1
        at = start
        if match["round"]:
            pass
        elif match["dollars"]:
            first = _LEAD.match(text, text.rfind("\n", 0, at) + 1, at)
            if escaped or (first and len(match["dollars"]) > 1):
                continue  # two at the start of a line may begin a block: a mark would be in its way
        elif match["raw"]:
            at = match.end()
        elif match["open"]:
            if escaped:
                if match["open"] == "[":
                    continue
                start = at = start + 1  # the exclamation mark is a character, the bracket may open a link
            if match["open"] == "[" and _is_definition(text, at):
                continue
        elif escaped:
            continue
        if len(offsets) >= LIMIT:
            break
        pieces += (text[done:at], chr(FIRST + len(offsets)))
        offsets.append(start)
        done = at
    pieces.append(text[done:])
    return "".join(pieces), offsets


def _is_definition(text: str, at: int) -> bool:
    """Whether the bracket at an offset opens a definition: nothing before it on its line, a colon after."""
    if not _DEFINITION.match(text, at):
        return False
    return bool(_LEAD.match(text, text.rfind("\n", 0, at) + 1, at))
