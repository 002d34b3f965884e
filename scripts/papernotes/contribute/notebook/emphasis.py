"""Bold and marked text: spaces inside the stars, stars that Chinese text follows, ``==mark==``, and emoji."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from papernotes.contribute.notebook.model import Log, changed, quoted
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import Kind, Vault

_BOLD = re.compile(
    r"(?<![\\*])\*\*(?!\*)"
    r"(?P<inner>(?:(?!\*\*|\n[ \t>]*(?:\n|(?:[-+]|\d+[.)])[ \t]))[^|])+?)(?<!\\)\*\*(?!\*)",
    re.DOTALL,
)
_MARK = re.compile(
    r"(?<![=\w])==(?![=\s])(?P<inner>[^=\n]+?)(?<!\s)==(?![=\w])"
    r"|(?<![=])==(?![=\s])(?P<cjk>[^=\n]*[\u4e00-\u9fff][^=\n]*?)(?<!\s)==(?!=)"
)
_MOVED = "：:，,。.；;、！!？?"
"""Punctuation that may as well stand after the stars."""
_EMOJI = re.compile(r"(?<![A-Za-z0-9_:]):[ ]?(?P<name>[a-z0-9_+-]{2,40})[ ]?:(?![A-Za-z0-9_:])")


def mend(text: Text, vault: Vault, log: Log) -> Text:
    """Mend bold, marked text and emoji."""
    text = text.sub(_BOLD, lambda match, line: _bold(match))
    text = text.sub(
        _MARK,
        lambda match, line: (
            vault.put(Kind.TAG, "<mark>") + (match["inner"] or match["cjk"]) + vault.put(Kind.TAG, "</mark>")
        ),
    )

    def emoji(match: re.Match[str], line: int) -> str | None:
        sign = _signs().get(f":{match['name']}:")
        if not sign:
            return None
        changed(log, line, f"emoji: {quoted(match[0])} → {sign}")
        return sign

    return text.sub(_EMOJI, emoji)


def _bold(match: re.Match[str]) -> str | None:
    """Bold text that every Markdown viewer reads as bold."""
    text, inner = match.string, match["inner"]
    bare = inner.strip()
    if not bare:
        return None
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    spaced = inner[0].isspace() and inner[-1].isspace()
    if spaced and ((_word(before) and _word(after)) or sum(map(str.isalpha, bare)) < 2):
        return None  # a ** 3 ** c: powers, or what lies between two bold texts
    tail = ""
    if _word(after) and _punctuation(bare[-1]):
        while bare and bare[-1] in _MOVED:
            tail, bare = bare[-1] + tail, bare[:-1]
        if not bare:
            return None
    head = " " if _word(before) and (inner[0].isspace() or _punctuation(bare[0])) else ""
    gap = " " if _word(after) and not tail and (inner[-1].isspace() or _punctuation(bare[-1])) else ""
    return f"{head}**{bare}**{tail}{gap}"


def _word(char: str) -> bool:
    """Whether a character is neither space, nor punctuation, nor the end of the text."""
    return bool(char) and not char.isspace() and not _punctuation(char)


def _punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


@cache
def _signs() -> dict[str, str]:
    """Emoji by the names that GitHub and Typora know."""
    from pymdownx import gemoji_db

    codes = {name: entry.get("unicode", "") for name, entry in gemoji_db.emoji.items()}
    codes |= {alias: codes[name] for alias, name in gemoji_db.aliases.items() if name in codes}
    return {
        name: "".join(chr(int(code, 16)) for code in text.split("-")) for name, text in codes.items() if text
    }
