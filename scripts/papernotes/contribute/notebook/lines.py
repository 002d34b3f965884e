"""What is written on a line of its own: tables of contents, headings in HTML or without a space, tags, lines
that Python-Markdown would take for something else.
"""

from __future__ import annotations

import re

from papernotes.contribute.notebook.model import Log, left, quoted, removed
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import Kind, Vault

_TOC = re.compile(
    r"^[ \t>]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\[toc\]|@\[TOC\](?:\([^)\n]*\))?|\{\{TOC\}\})[ \t]*$", re.M | re.I
)
_NO_SPACE = re.compile(r"^(?P<hashes>#{2,6})(?P<text>[^#\s][^\n]*)$", re.M)
_TAGS = re.compile(r"^(?P<tags>#[^\s#!]\S*(?:[ \t]+#[^\s#]\S*)*)[ \t]*$", re.M)
_DEFINITION = re.compile(r"\n[ ]{0,3}:(?=[ \t])")
_ADMONITION = re.compile(
    r"^(?P<lead>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<mark>\?\?\?\+?|!!!|===)(?=[ \t]+[\w\"])", re.M
)
_SNIPPET = re.compile(r"^(?P<lead>[ \t>]*)(?P<mark>;*-+8<-+)", re.M)
_NUMBERED = re.compile(
    r"(?<=[^\n])\n(?=[ \t\u3000]*(?:\d{1,2}[、．）]|[（(]\d{1,2}[）)]|[①-⑳]|[一二三四五六七八九十]{1,3}、))"
)
_INDENT = re.compile(r"^[ \t]*[\u3000\u2003]+(?=\S)", re.M)


def mend(text: Text, vault: Vault, log: Log) -> Text:
    """Mend lines; only what loses a word is reported."""

    def toc(match: re.Match[str], line: int) -> str:
        removed(log, line, f"table of contents, which the site makes: {quoted(match[0].strip())}")
        return ""

    def tags(match: re.Match[str], line: int) -> str:
        left(log, line, f"taken for tags and not for a heading: {quoted(match['tags'])}")
        return re.sub(r"(^|[ \t])#", lambda found: found[1] + vault.put(Kind.OTHER, "\\#"), match["tags"])

    def protected(match: re.Match[str], line: int) -> str:
        mark = match["mark"]
        return match["lead"] + vault.put(Kind.OTHER, f"&#{ord(mark[0])};{mark[1:]}")

    text = text.sub(_TOC, toc)
    text = text.sub(_NO_SPACE, lambda match, line: f"{match['hashes']} {match['text']}")
    text = text.sub(_TAGS, tags)
    text = text.sub(_ADMONITION, protected)
    text = text.sub(
        _SNIPPET, lambda match, line: match["lead"] + vault.put(Kind.OTHER, f"<code>{match['mark']}</code>")
    )
    text = text.sub(_INDENT, lambda match, line: "")
    text = text.sub(_DEFINITION, lambda match, line: " :")
    return text.sub(_NUMBERED, lambda match, line: "\n\n")
