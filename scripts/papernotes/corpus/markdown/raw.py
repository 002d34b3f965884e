"""What HTML in a page holds: its tags, the links and images among them, its ids and comments."""

from __future__ import annotations

import html as entities
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from papernotes.corpus.document import Link, Tag
from papernotes.corpus.markdown import html
from papernotes.corpus.source import Place

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)


@dataclass(slots=True)
class Raw:
    """What was found, in document order."""

    tags: tuple[Tag, ...] = ()
    links: list[Link] = field(default_factory=list)
    ids: dict[str, Place] = field(default_factory=dict)
    comments: list[tuple[str, Place]] = field(default_factory=list)
    doubtful: bool = False


class Lines:
    """Places of character offsets of a text."""

    def __init__(self, text: str, first_line: int) -> None:
        self._first = first_line
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def __call__(self, offset: int, width: int = 1) -> Place:
        """The place of a character."""
        line = bisect_right(self._starts, offset) - 1
        return Place(self._first + line, offset - self._starts[line] + 1, width)

    def offset(self, place: Place) -> int:
        """The offset of a place."""
        return self._starts[place.line - self._first] + place.col - 1


def raw_html(text: str, found: html.Regions, inner: list[tuple[int, int]], first_line: int) -> Raw:
    """Read the HTML of a page.

    Args:
        text: the page.
        found: its HTML blocks.
        inner: character ranges of the HTML outside of them.
        first_line: line of the file on which the text begins.
    """
    out = Raw()
    if not (found or inner):
        return out
    place = Lines(text, first_line)
    tags: list[Tag] = []
    for start, end in found.raw:
        for match in _COMMENT.finditer(text, start, end):
            out.comments.append((match[1], place(match.start(1))))
    for start, end in sorted([*found.raw, *found.tags, *inner]):
        for name, attributes, at in html.tags(text, start, end):
            tag = Tag(name, attributes, place(at, len(name) + 1))
            tags.append(tag)
            for key in ("id", "name") if name == "a" else ("id",):
                if value := tag.get(key):
                    out.ids.setdefault(entities.unescape(value), tag.place)
            if (name, at) and (link := as_link(tag)):
                out.links.append(link)
    out.tags = tuple(tags)
    return out


def as_link(tag: Tag) -> Link | None:
    """The link or image that a tag is."""
    key = {"a": "href", "img": "src"}.get(tag.name)
    target = tag.get(key) if key else None
    if target is None:
        return None
    text = entities.unescape(tag.get("alt") or "") if tag.name == "img" else tag.get("title") or ""
    return Link(entities.unescape(target), text, tag.place, tag.name == "img", raw=True)
