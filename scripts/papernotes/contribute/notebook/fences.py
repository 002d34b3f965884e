"""Code: fenced blocks, indented ones and spans are put away word for word; only what stops them from being
read as code is mended: a fence that is not closed, a language that is none.
"""

from __future__ import annotations

import re

from papernotes.contribute.notebook.model import Log, changed, quoted
from papernotes.contribute.notebook.text import Text, joined
from papernotes.contribute.notebook.vault import Kind, Vault

_OPEN = re.compile(
    r"(?P<lead>(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*)"
    r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<info>.*?)[ \t]*$"
)
_LANGUAGE = re.compile(r"[A-Za-z][\w#.+-]*\Z")
_SPAN = re.compile(
    r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t>]*(?:\n|(?:[-*+]|\d+[.)])[ \t]|#)).)+?)(?<!`)\1(?!`)", re.DOTALL
)


def protect_blocks(text: Text, vault: Vault, log: Log) -> Text:
    """Put fenced code away."""
    lines = text.lines()
    out: list[tuple[int, str]] = []
    at = 0
    while at < len(lines):
        number, line = lines[at]
        found = _OPEN.match(line)
        if not found:
            out.append(lines[at])
            at += 1
            continue
        end = _closing(lines, at, found["fence"])
        if end == len(lines):
            changed(log, number, "code block closed at the end of the file: it had no end")
        body = [_unprefixed(code, found["lead"]) for _, code in lines[at + 1 : end]]
        head = found["fence"] + _language(found["info"], number, log)
        while body and end == len(lines) and not body[-1].strip():
            body.pop()
        hold = vault.put(Kind.FENCE, "\n".join([head, *body, found["fence"]]))
        out += _apart(number, found["lead"], hold, out)
        at = end + 1
    return joined(out)


def _closing(lines: list[tuple[int, str]], start: int, fence: str) -> int:
    close = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\Z")
    return next((n for n in range(start + 1, len(lines)) if close.match(lines[n][1])), len(lines))


def _apart(number: int, lead: str, hold: str, before: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The line of a block, with a blank line after it, and before it unless it begins a list item."""
    blank = lead.rstrip() if lead.strip(" \t>") == "" else ""
    item = bool(re.search(r"[-*+.)]", lead))
    gap = [] if item or not before else [(number, blank)]
    return [*gap, (number, lead + hold), (number, blank)]


def _unprefixed(line: str, lead: str) -> str:
    """A line of code without the quote marks and the indentation of what it stands in."""
    for _ in range(lead.count(">")):
        line = re.sub(r"^[ \t]{0,3}>[ ]?", "", line)
    width = len(lead.rpartition(">")[2].expandtabs(4).lstrip(" ") if ">" in lead else lead.expandtabs(4))
    taken = 0
    while line[:1] in {" ", "\t"} and taken < width:
        taken += 4 - taken % 4 if line[0] == "\t" else 1
        line = line[1:]
    return line


def _language(info: str, number: int, log: Log) -> str:
    """The info string as Python-Markdown accepts it: one word; the rest is reported."""
    if not info or _LANGUAGE.match(info):
        return info
    first = re.split(r"[\s{:=,]", info.strip("{}. "), maxsplit=1)[0]
    kept = first if _LANGUAGE.match(first) else ""
    changed(log, number, f"language of the code block: {quoted(info)} → {quoted(kept)}")
    return kept


def protect_spans(text: Text, vault: Vault) -> Text:
    """Put code spans away; a span over two lines becomes one line, as it is shown."""
    return text.sub(
        _SPAN, lambda match, line: vault.put(Kind.CODE, re.sub(r"[ \t]*\n[ \t>]*", " ", match[0]))
    )
