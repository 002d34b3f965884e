"""HTML blocks, as Python-Markdown takes them out of a page before it reads Markdown.

A block begins with a block-level tag at the start of a line and ends with the tag that closes it, blank lines
or not; a CommonMark parser ends it at the first blank line. With the attribute ``markdown`` its content is
Markdown. What is not written in one of the plain ways is "beyond": then the page is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown.util import BLOCK_LEVEL_ELEMENTS

BLOCK = frozenset(BLOCK_LEVEL_ELEMENTS)
SPAN = frozenset(
    ["address", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "li", "p", "summary", "td", "th"]
)
"""Block-level tags whose content, with ``markdown="1"``, is inline Markdown."""
RAW = frozenset({"canvas", "math", "option", "pre", "script", "style", "textarea", "hr"})
"""Tags in which the attribute ``markdown`` does nothing."""

ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)"
    r"(?P<attributes>(?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*)\s*/?>"
)
_START = re.compile(r"^(?: *(?P<fence>`{3,}|~{3,})[^\n]*| {0,3}(?P<html><[a-zA-Z!?/]))", re.MULTILINE)
_PIECE = re.compile(r"<!--|<[a-zA-Z/]")
_INDENTED = re.compile(r"[ ]*\n(?:[ ]*\n)*[ ]+\S")
"""What follows a block is indented: to what it belongs is uncertain."""
_NOT_NEWLINE = re.compile(r"[^\n]")
_FENCE = re.compile(r"```|~~~")


@dataclass(slots=True)
class Regions:
    """What of a text belongs to HTML blocks, as character ranges."""

    raw: list[tuple[int, int]] = field(default_factory=list)
    """Blocks that hold no Markdown, comments included."""
    tags: list[tuple[int, int]] = field(default_factory=list)
    """Lines with a tag around Markdown."""
    beyond: bool = False

    def __bool__(self) -> bool:
        return bool(self.raw or self.tags)


def attributes(text: str) -> tuple[tuple[str, str | None], ...]:
    """The attributes of a tag, names in lower case."""
    return tuple(
        (name.lower(), next((value for value in values if value), "" if "=" in whole else None))
        for whole, name, values in ((m[0], m[1], m.groups()[1:]) for m in ATTRIBUTE.finditer(text))
    )


def regions(text: str) -> Regions:
    """Find the HTML blocks of a page.

    Args:
        text: Markdown.
    """
    found = Regions()
    if "<" not in text:
        return found
    opened: list[str] = []
    at = 0
    while not found.beyond and (match := _START.search(text, at)):
        line_end = _line_end(text, match.end())
        if match["fence"]:
            at = _after_fence(text, match["fence"], line_end)
            continue
        start = match.start("html")
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
            at = end + 3
            found.beyond = end < 0 or not _take(text, start, at, found)
            continue
        tag = TAG.match(text, start)
        if tag is None:
            found.beyond = not text.startswith(("<http", "<ftp"), start) and "@" not in text[start:line_end]
            at = line_end
        elif tag["name"].lower() not in BLOCK:
            alone = not text[tag.end() : line_end].strip()
            after = text[line_end + 1 : _line_end(text, line_end + 1)]
            found.beyond = alone and bool(after.strip())
            at = line_end
        else:
            at = _block(text, tag, opened, found)
    found.beyond = found.beyond or bool(opened)
    return found


def _block(text: str, tag: re.Match[str], opened: list[str], found: Regions) -> int:
    """Take in the block that a tag opens or closes; where to go on."""
    name = tag["name"].lower()
    line_end = _line_end(text, tag.end())
    alone = not text[tag.end() : line_end].strip() and text[tag.start() - 1 : tag.start()] in {"", "\n"}
    given = dict(attributes(tag["attributes"]))
    if tag["close"]:
        found.beyond = not (alone and opened and opened.pop() == name)
    elif "markdown" in given and name not in RAW:
        plain = given["markdown"] in {None, "", "1", "block", "markdown"} and name not in SPAN
        found.beyond = not (alone and plain)
        opened.append(name)
    else:
        end = 0 if opened else _closing(text, tag)
        found.beyond = end <= 0 or not _take(text, tag.start(), end, found)
        return end
    found.beyond = found.beyond or bool(_INDENTED.match(text, line_end))
    found.tags.append((tag.start(), tag.end()))
    return line_end


def _closing(text: str, tag: re.Match[str]) -> int:
    """End of the tag that closes a block; 0 when there is none, or when the block is beyond."""
    stack = [tag["name"].lower()]
    at = tag.end()
    if stack[0] in {"hr", "br"} or tag[0].endswith("/>"):
        return at
    while match := _PIECE.search(text, at):
        cdata = stack[-1] if stack[-1] in {"script", "style"} else ""
        if cdata and text[match.start() : match.start() + len(cdata) + 2].lower() != f"</{cdata}":
            at = match.end()
            continue
        if match[0] == "<!--":
            at = text.find("-->", match.end()) + 3
            if at < 3:
                return 0
            continue
        inner = TAG.match(text, match.start())
        if inner is None:
            return 0
        name, at = inner["name"].lower(), inner.end()
        if inner["close"] and name in stack:
            while stack.pop() != name:
                pass
            if not stack:
                return at
        elif not inner["close"] and not inner[0].endswith("/>") and name != "hr":
            stack.append(name)
    return 0


def _take(text: str, start: int, end: int, found: Regions) -> bool:
    """Add a block that holds no Markdown, unless something follows on its last line, or code is in it."""
    follows = text[end : _line_end(text, end)].strip() or _INDENTED.match(text, end)
    if follows or _FENCE.search(text, start, end):
        return False
    found.raw.append((start, end))
    return True


def _after_fence(text: str, fence: str, at: int) -> int:
    close = re.compile(rf"^[ >]*{fence[0]}{{{len(fence)},}} *$", re.MULTILINE).search(text, at)
    return close.end() if close else len(text)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def blank(text: str, found: Regions) -> str:
    """The text with its HTML blocks replaced by spaces, line by line."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(found.raw + found.tags):
        pieces += (text[done:start], _NOT_NEWLINE.sub(" ", text[start:end]))
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def tags(text: str, start: int, end: int) -> Iterator[tuple[str, tuple[tuple[str, str | None], ...], int]]:
    """The tags that open an element in a stretch of HTML: name, attributes, offset; none from comments."""
    at = start
    last = text.rfind("-->", start, end)
    open_ended: set[str] = set()
    while match := _PIECE.search(text, at, end):
        at = match.end()
        if match[0] == "<!--":
            if at <= last:  # without an end it is no comment
                at = text.find("-->", at, end) + 3
        elif (tag := TAG.match(text, match.start(), end)) is not None:
            at = tag.end()
            name = tag["name"].lower()
            if not tag["close"]:
                yield name, attributes(tag["attributes"]), tag.start()
                if name in {"script", "style"} and name not in open_ended:
                    closing = re.compile(f"</{name}", re.IGNORECASE).search(text, at, end)
                    if closing:
                        at = closing.start()
                    else:
                        open_ended.add(name)
