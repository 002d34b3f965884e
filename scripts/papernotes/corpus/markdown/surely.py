"""HTML tags of a page that the scanner cannot read exactly: rather one too many than a script too few."""

from __future__ import annotations

import re
from collections import Counter

from papernotes.corpus.document import Tag
from papernotes.corpus.markdown import html
from papernotes.corpus.markdown.raw import Lines

_FENCED = re.compile(
    r"^[ >]*(?P<fence>`{3,}|~{3,})[^`\n]*\n(?:(?![ >]*(?P=fence)).*\n)*[ >]*(?P=fence)[`~]*[ ]*$",
    re.MULTILINE,
)
_SPAN = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ ]*\n).){1,2000}?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_SEEN = re.compile(r"[^\n]")
_ACTIVE = {"script", "iframe", "object", "embed", "base", "meta", "link", "form", "frame", "style"}
"""Elements that Markdown never makes."""

Element = tuple[str, tuple[tuple[str, str | None], ...]]
"""A name and attributes."""


def tags(text: str, place: Lines, rendered: tuple[Element, ...] | None) -> tuple[Tag, ...]:
    """The tags of a page.

    Args:
        text: the page.
        place: the places of its characters.
        rendered: names and attributes of the elements of the rendered page, or None when it cannot be
            rendered: then code is looked through as well.

    Returns:
        The tags outside code and comments whose element is in the rendered page, and every active element
        of it, wherever it was written.
    """
    if rendered is None:
        found = html.tags(text, 0, len(text))
        return tuple(Tag(name, given, place(at, len(name) + 1)) for name, given, at in found)
    names = {name for name, _ in rendered}
    shown = text
    for pattern in (_FENCED, _SPAN):
        shown = pattern.sub(lambda match: _SEEN.sub(" ", match[0]), shown)
    made = [
        Tag(name, given, place(at, len(name) + 1))
        for name, given, at in html.tags(shown, 0, len(shown))
        if name in names
    ]
    left = Counter(tag.name for tag in made)
    handlers = Counter(tag.name for tag in made if _handles(tag.attributes))
    at: dict[str, int] = {}
    for name, given in rendered:
        counted = left if name in _ACTIVE else handlers if _handles(given) else None
        if counted is None:
            continue
        counted[name] -= 1
        if counted[name] < 0:
            match = re.compile(rf"<{re.escape(name)}\b", re.IGNORECASE).search(text, at.get(name, 0))
            start = match.start() if match else 0
            at[name] = start + 1
            made.append(Tag(name, given, place(start, len(name) + 1)))
    return tuple(sorted(made, key=lambda tag: tag.place))


def _handles(given: tuple[tuple[str, str | None], ...]) -> bool:
    """Whether an element runs code at an event or when it is followed."""
    return any(
        name.startswith("on") or "".join((value or "").split()).lower().startswith("javascript:")
        for name, value in given
    )
