"""Is anything lost? Every word of the notebook is in the drafts or in the report, or it is reported here."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote

from papernotes.contribute.notebook.html import ACTING, KEPT, LAYOUT
from papernotes.contribute.notebook.model import Fate, Remark, quoted

_WORD = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff]+|[\u3400-\u9fff\uf900-\ufaff]")
_MARKUP = KEPT | LAYOUT | ACTING | {"pre", "script", "style", "h[1-6]", "hr", "font", "a", "img"}
_TAGS = re.compile(
    rf"</?(?:{'|'.join(sorted(_MARKUP))})\s*/?>",
    re.IGNORECASE,
)
_NAMES = re.compile(r"<(?:a|img)(?=\s)|\s(?:href|src|alt)\s*=\s*(?=[\"'])", re.IGNORECASE)
_MARKER = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+", re.MULTILINE)


def words(text: str) -> Counter[str]:
    """The words of a text: runs of letters and digits, and single Chinese characters. List marks and
    bare HTML tags are none, nor the names of attributes that Markdown has signs for."""
    return Counter(
        _WORD.findall(
            html.unescape(unquote(_NAMES.sub(" ", _TAGS.sub(" ", _MARKER.sub(" ", text))))).casefold()
        )
    )


def lost(source: str, made: Iterable[str], report: Iterable[Remark]) -> list[Remark]:
    """A remark for each line of a notebook of which a word is in no draft and in no remark.

    Args:
        source: the notebook.
        made: everything that the drafts hold.
        report: what was said so far.
    """
    there: Counter[str] = Counter()
    for text in made:
        there.update(words(text))
    for remark in report:
        there.update(words(remark.text))
    missing = words(source) - there
    out = []
    for number, line in enumerate(source.split("\n"), 1):
        gone = words(line) & missing
        if gone:
            missing -= gone
            out.append(
                Remark(number, Fate.LEFT, f"not carried over ({', '.join(sorted(gone))}): {quoted(line)}")
            )
    return out
