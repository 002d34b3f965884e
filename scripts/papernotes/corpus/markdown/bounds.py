"""Where a page becomes more than Python-Markdown renders in a time that fits its length.

Its time is the square of some lengths: of a paragraph with many brackets, of a block that something else
interrupts again and again. Nothing that people write comes near; a page that was made to hang a check does.
"""

from __future__ import annotations

import re

from papernotes.corpus.markdown import html, marks

LARGEST = 300_000
"""Characters of the longest page that is rendered: Python-Markdown is not linear in everything."""
LONGEST = 20_000
"""Characters of the longest paragraph."""
MOST = 5_000
"""How often each of the characters that open something may occur."""
MOST_LINES = 15_000
MOST_TABS = MOST_NOTES = 1_000
MOST_LOOKS = 20_000_000
"""Lines and signs of a paragraph, times its characters: from each of them it may be looked through anew."""
SHORT = 2_000
"""Characters of a block that is looked at as a whole."""
LOOKING = "\n[<#"
OPENERS = "[<`$*_!\\"
DEEPEST = 12
"""Of containers inside each other: Python-Markdown recurses."""

_OPENING = re.compile(
    r"^(?P<indent>[ \t]*)(?!(?:-[ ]{0,2}){3,}$|(?:\*[ ]{0,2}){3,}$)"
    r"(?:(?P<marks>(?:(?:>|[-*+][ \t]|\d+[.)][ \t])[ \t]*)+)|!!!|\?\?\?|===|:[ \t]|\[\^)",
    re.MULTILINE,
)
"""A line that opens a container, and is not a rule across the page."""
_WORDS = r"[ \t][-*_ \t]*[^-*_\s]"
_ITEM = re.compile(rf"(?P<indent>[ ]*)(?:(?P<bullet>[-*+])|\d+\.){_WORDS}")
_ROW = re.compile(r"[|\w`*][^\n]*\|")
_RULED = re.compile(r"[|: -]*-[|: -]*")


def excess(text: str) -> tuple[int, str] | None:
    """Where a page becomes more than is rendered in a time that fits its length, and what it must be or have.

    None for a page that Python-Markdown renders in two seconds or so at most.
    """
    if len(text) > LARGEST:
        return LARGEST, f"have at most {LARGEST:,} characters: {len(text):,}"
    if mark := marks.MARK.search(text):
        return mark.start(), f"hold no private characters: U+{ord(mark[0]):04X}"
    if (nested := _nested(text)) is not None:
        return nested, f"not be {DEEPEST} lists or quotes deep"
    many = [("\n", MOST_LINES, "lines"), ("\n===", MOST_TABS, "tabs"), ("[^", MOST_NOTES, "footnotes")]
    for sign, most, name in many + [(opener, MOST, f"`{opener}`") for opener in OPENERS]:
        if (count := text.count(sign)) > most:
            return _nth(text, sign, most), f"have at most {most:,} {name}: {count:,}"
    return _long(_without_html(text))


def _long(text: str) -> tuple[int, str] | None:
    """Where a paragraph is too long, or where paragraphs have become too much to look through."""
    start = looks = 0
    for block in text.split("\n\n"):
        parts, loose = _parts(block) if len(block) > SHORT else ([block], 0)
        looks += len(block) * loose
        at = start
        for part in parts:
            looks += len(part) * sum(map(part.count, LOOKING))
            if len(part) > LONGEST:
                return at, f"have at most {LONGEST:,} characters in a paragraph: {len(part):,}"
            if looks > MOST_LOOKS:
                return at, "have shorter paragraphs where they have many lines, brackets or number signs"
            at += len(part) + 1
        start += len(block) + 2
    return None


def _parts(block: str) -> tuple[list[str], int]:
    """What of a block is read by itself: headings, the items of a list, the rows of a table, paragraphs.

    Returns:
        The parts, and how many lines could interrupt the block, so that the rest of it is looked at anew; 0
        for a block of one part.
    """
    parts: list[list[str]] = []
    apart: re.Pattern[str] | None = None
    loose = 0
    after_heading = True
    lines = block.split("\n")
    inside = block[: len(block) - len(block.lstrip(" "))] + "    "
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        heading = line.startswith("#")
        if after_heading and line and not heading:
            apart = _apart(line, below)
        alone = apart is not None and apart.match(line) is not None
        if heading or alone or after_heading:
            parts.append([line])
        else:
            parts[-1].append(line)
        loose += not alone and not line.startswith(inside)
        after_heading = heading or (after_heading and not line)
    return ["\n".join(part) for part in parts], loose if len(parts) > 1 else 0


def _apart(line: str, below: str) -> re.Pattern[str] | None:
    """What the lines begin with that are read by themselves, by the first two lines of a list or table."""
    if item := _ITEM.match(line):
        return re.compile(item["indent"] + (r"[-*+]" if item["bullet"] else r"\d+\.") + _WORDS)
    inner = [text.strip(" ").removeprefix("|").removesuffix("|") for text in (line, below)]
    columns = {text.count("|") for text in inner}
    plain = len(columns) == 1 and columns != {0} and not set("`\\") & set(line)
    return _ROW if plain and _RULED.fullmatch(below.strip(" ")) else None


def _nested(text: str) -> int | None:
    """Where a page has so many containers on a line, or on lines of so many indentations; code has few."""
    indents: set[int] = set()
    for line in _OPENING.finditer(text):
        indents.add(len(line["indent"].expandtabs(4)) // 4)
        if len(indents) >= DEEPEST or len((line["marks"] or "").replace(">", "> ").split()) >= DEEPEST:
            return line.start()
    return None


def _without_html(text: str) -> str:
    """The text with line ends in place of its blocks of HTML, which are no paragraphs."""
    found = html.regions(text)
    pieces: list[str] = []
    done = 0
    for start, end in [] if found.beyond else found.raw:
        pieces += (text[done:start], "\n" * (end - start))
        done = end
    return "".join([*pieces, text[done:]])


def _nth(text: str, sign: str, number: int) -> int:
    """Where a sign stands for the time after so many."""
    at = -1
    for _ in range(number + 1):
        at = text.find(sign, at + 1)
    return at
