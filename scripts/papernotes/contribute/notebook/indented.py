"""Indented text: code to CommonMark, but often a paragraph that its author indented."""

from __future__ import annotations

import re

from papernotes.contribute.notebook.vault import HOLD

_CODE = re.compile(
    r"[;{}]\s*$|^\s*(?:def|class|import|from \w[\w.]* import|return|elif|else:|print\(|#include"
    r"|for \w+ in|while |if .*:$|\$ |>>> |(?:pip|git|python3?|conda|sudo|cd|npm) )|^\s*[\w.]+\(.*\)\s*$"
    r"|^\s*[\w.\[\]]+ ?[-+*/]?= ?[\w.\[(\"']|^\s*(?://|#) ",
    re.MULTILINE,
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]", re.MULTILINE)
"""The beginning of a list item."""


def is_prose(body: str, tabbed: bool) -> bool:
    """Whether indented text is a paragraph that somebody indented.

    Args:
        body: the text, without its first indentation.
        tabbed: whether that was a tab, which few use for code.
    """
    if not HOLD.sub("", body).strip() or ITEM.match(body):
        return True
    lines = [line for line in body.split("\n") if line.strip()]
    code = sum(bool(_CODE.search(line)) for line in lines)
    if 2 * code >= len(lines):
        return False
    words = re.findall(r"[A-Za-z]{2,}", body)
    if _CJK.search(re.sub(r"(?:#|//).*|\"[^\"\n]*\"|'[^'\n]*'", "", body)):
        return True
    return len(words) >= (3 if tabbed else 6) and bool(tabbed or re.search(r"[.?!:]\s*\Z", body))
