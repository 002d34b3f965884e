"""A page that the scanner cannot read exactly: what it holds is what Python-Markdown renders."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from msgspec.structs import replace

from papernotes.corpus.document import Document, Heading, Link, Math
from papernotes.corpus.markdown import surely
from papernotes.corpus.markdown.bounds import excess
from papernotes.corpus.markdown.raw import Lines
from papernotes.corpus.markdown.rendered import Element, Rendered, Title, render
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.source import Place

_FENCE = re.compile(r"^[ >]*(`{3,}|~{3,})", re.MULTILINE)
_GIVEN = re.compile(r"""(?:#|=\s?["']?)([\w:.-]+)""")
"""What looks like an id that is given."""
_OURS = re.compile(r"(?:fn|fnref\d*):|__")
"""Ids that extensions make."""


def read(document: Document, text: str, first_line: int, slug: Slugify) -> Document:
    """Put what Python-Markdown renders in place of what the scanner found.

    Args:
        document: what the scanner found.
        text: the page.
        first_line: line of the file on which the text begins.
        slug: from the text of a heading to its anchor.

    Returns:
        The document, ``exact`` false; as it was, and ``unread``, when the page cannot be rendered.
    """
    page = render(text, slug)
    place = Lines(text, first_line)
    tags = surely.tags(text, place, page.tags if page else None) if "<" in text else ()
    if page is None:
        at, must = excess(text) or (0, "be one that Python-Markdown can read")
        return replace(document, tags=tags, exact=False, unread=((must, place(at)),))
    headings = tuple(_headings(page.titles, document, text, place))
    links = tuple(_links(page, document, text, place, headings))
    anchors: dict[str, Place] = {heading.anchor: heading.place for heading in headings}
    given: dict[str, int] = {}
    for match in _GIVEN.finditer(text):
        given.setdefault(match[1], match.start())
    for name in page.ids:
        if name and name not in anchors and not _OURS.match(name):
            anchors[name] = document.anchors.get(name) or place(given.get(name, 0), len(name))
    return replace(
        document,
        headings=headings,
        links=links,
        anchors=anchors,
        tags=tags,
        math=tuple(_math(page, document, text, place)),
        exact=False,
    )


def _headings(titles: tuple[Title, ...], document: Document, text: str, place: Lines) -> list[Heading]:
    """Headings in their order, each where the scanner found it, or else where its words stand."""
    found: list[Heading] = []
    named: dict[tuple[str, int], list[Heading]] = {}
    said: dict[str, list[Heading]] = {}
    for heading in reversed(document.headings):  # the first is the last of its list
        named.setdefault((heading.anchor, heading.level), []).append(heading)
        said.setdefault(heading.text, []).append(heading)
    used: set[Place] = set()
    at = 0
    for title in titles:
        words = title.text.rstrip("¶").strip()
        twin = _next(named.get((title.anchor, title.level), []), used, place, 0)
        twin = twin or _next(said.get(words, []), used, place, at)
        if twin is not None:
            where = twin.place
            used.add(where)
        else:
            first = words.split()[0] if words.split() else "#"
            index = text.find(words, at) if words else -1
            index = text.find(first, at) if index < 0 else index
            where = place(max(index, 0) if index >= 0 else at, max(1, len(words)))
        at = max(at, place.offset(where))
        found.append(Heading(title.level, words, title.anchor, where, title.classes))
    return found


def _next(left: list[Heading], used: set[Place], place: Lines, at: int) -> Heading | None:
    """The last of some headings, dropping those that are used or before an offset, which only grows."""
    while left and (left[-1].place in used or place.offset(left[-1].place) < at):
        left.pop()
    return left[-1] if left else None


def _links(
    page: Rendered, document: Document, text: str, place: Lines, headings: tuple[Heading, ...]
) -> list[Link]:
    twins: dict[Place, Link] = {link.place: link for link in document.links}
    by_start = {(link.place.line, link.place.col, link.image): link for link in twins.values()}
    sections = [h for h in headings if h.level == 2]
    lines = list(accumulate((h.place.line for h in sections), max))  # headings may be found out of order
    found: list[Link] = []
    used: dict[str, int] = {}
    for element in page.elements:
        offset = element.offset if element.offset >= 0 else _find(element, text, used)
        at = place(offset)
        twin = by_start.get((at.line, at.col, element.image))
        end = text.find(")", offset)
        line_end = text.find("\n", offset)
        stop = min(end + 1 if end >= 0 else len(text), line_end if line_end >= 0 else len(text))
        width = twin.place.width if twin else max(1, stop - offset)
        index = bisect_right(lines, at.line) - 1
        section = sections[index].anchor if index >= 0 else ""
        found.append(
            Link(
                element.target,
                element.text,
                Place(at.line, at.col, width),
                element.image,
                section,
                caption=twin.caption if twin else False,
                raw=text[offset : offset + 1] == "<"
                and text[offset + 1 : offset + 2].lower() in {"a", "i"}
                and "://" not in text[offset : offset + len(element.target) + 1],
            )
        )
    return sorted(found, key=lambda link: link.place)


def _find(element: Element, text: str, used: dict[str, int]) -> int:
    """Where an element without a mark stands: at the next place where its address does."""
    target = element.target.removeprefix("mailto:")
    at = text.find(f"]({target}", used.get(target, 0)) if target else -1
    at = at + 2 if at >= 0 else text.find(target, used.get(target, 0)) if target else -1
    if at < 0:
        return 0
    used[target] = at + 1
    start = max(text.rfind("[", 0, at), text.rfind("<", 0, at), 0)
    return start - 1 if element.image and start and text[start - 1] == "!" else start


def _math(page: Rendered, document: Document, text: str, place: Lines) -> list[Math]:
    """The rendered formulas: where their marks say, or at the next place where their LaTeX stands."""
    known = {formula.place: formula for formula in document.math}
    found: list[Math] = []
    at = 0
    for formula in page.formulas:
        first = formula.latex.split("\n", 1)[0]
        if formula.offset >= 0:
            opening = text[formula.offset : formula.offset + 64]
            start = formula.offset + (len(opening) - len(opening.lstrip("$")) or 2)
        else:
            pattern = re.compile(rf"(?:\$|\\\(|\\\[|\n[ >]*)\s*({re.escape(first)})")
            there = first in text
            match = (pattern.search(text, at) or pattern.search(text)) if there else None
            start = match.start(1) if match else max(0, text.find(first))
        at = start + len(first)
        where = place(start, max(1, len(first)))
        indent = known[where].indent if where in known else where.col - 1 if "\n" in formula.latex else 0
        found.append(Math(formula.latex, formula.display, where, indent))
    return sorted(found, key=lambda formula: formula.place)
