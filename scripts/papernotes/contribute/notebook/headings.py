"""Headings: numbers written by hand, bold, escaped dots; and which of the nine sections a heading means."""

from __future__ import annotations

import re

from papernotes.contribute.notebook.vocabulary import GENERIC, PART, WORDS

_NUMBER = re.compile(
    r"(?P<number>\d{1,2}(?:\\?[.．]\d{1,2})*[ ]*(?:\\?[.．]|[、)）:：])(?!\d)"
    r"|\d{1,2}(?:\\?[.．]\d{1,2})+(?=\s)|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|[一二三四五六七八九十]{1,3}[ ]*(?:[、.．,，]|(?=\s))"
    r"|第[一二三四五六七八九十\d]{1,3}[章节部分步]+[、:：]?"
    r"|[①-⑳]|[IVX]{1,4}\.(?=\s))[ \t]*(?=\S)"
)
_BARE = re.compile(r"(?P<number>\d{1,2})[ \t]+(?=\S)")


def plain(heading: str) -> str:
    """A heading without bold, marks and escapes."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*\)", r"\1", heading)
    text = re.sub(r"\*\*|__|</?mark>|</?u>|==|[\U000F0000-\U0010FFFD]", "", text)
    return re.sub(r"\\([.()\[\]#*_-])", r"\1", text).strip().rstrip(":：").strip()


def number(heading: str) -> tuple[str, str]:
    """A heading's number and the rest: ``("1.2", "方法")``; without a number, ``("", heading)``."""
    text = heading.strip()
    bold = re.fullmatch(r"\*\*(?P<inner>[^*]+)\*\*", text)
    inner = bold["inner"].strip() if bold else text
    found = _NUMBER.match(inner)
    if not found and (bare := _BARE.match(inner)) and section(inner[bare.end() :]) is not None:
        found = bare
    if found:
        return found["number"].strip(), inner[found.end() :].strip()
    return "", inner


def section(heading: str) -> int | None:
    """The section that a heading means, or None.

    Args:
        heading: its text; a number is looked past.
    """
    text = plain(heading)
    found = _NUMBER.match(text)
    text = text[found.end() :] if found else text
    for candidate in _readings(text):
        if candidate in WORDS:
            return WORDS[candidate]
    short = _readings(text)[0]
    if (
        not short
        or len(short) > 40
        or len(short.split()) > 5
        or len(re.findall(r"[\u4e00-\u9fff]", short)) > 9
    ):
        return None
    for word, index in sorted(PART.items(), key=lambda pair: -len(pair[0])):
        if re.search(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word), short):
            return index
    return None


def exact(heading: str) -> bool:
    """Whether a heading is no more than the name of a section."""
    return any(reading in WORDS for reading in _readings(number(plain(heading))[1]))


_GENERIC = re.compile(
    r"(?=.*(?:笔记|记录|汇总|整理|合集|论文|文献|阅读|notes?\b|notebook|reading|papers?\b))(?:我的|my|the)?\W*(?:(?:论文|文献|阅读|读书|学习|精读|paper|papers|reading|research)\W*)*"
    r"(?:笔记|记录|汇总|整理|合集|notes?|notebook|logs?|list|collection)?[\W\d年月日]*",
    re.IGNORECASE,
)


def generic(heading: str) -> bool:
    """Whether a heading names neither a paper nor a section: that of the notebook itself."""
    text = number(plain(heading))[1].casefold()
    return text in GENERIC or bool(_GENERIC.fullmatch(text))


def _readings(text: str) -> list[str]:
    """A heading in lower case, whole, without what is in brackets, and that alone."""
    folded = text.casefold().strip(" :：.。!！?？-—~")
    found = re.fullmatch(r"(.*?)[ ]*[(（\[【]([^)）\]】]*)[)）\]】]", folded)
    slash = re.split(r"\s*[/|｜]\s*", folded)
    return [
        folded,
        *([found[1].strip(), found[2].strip()] if found else []),
        *(slash if len(slash) > 1 else []),
    ]
