"""Plain text that stays plain inside Markdown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|$~^=@&#!\"]")
_LEADING = re.compile(r"^(?:[-+:]|\d+(?=[.)]\s))")

_ENDS = (".", "?", "!", "。", "？", "！")


def plain(text: str) -> str:
    """Text in which no character is Markdown or HTML: special ones become numeric entities.

    Args:
        text: any text; line breaks become spaces.

    Returns:
        Markdown on one line that renders as exactly this text.
    """
    escaped = _SPECIAL.sub(_entity, " ".join(text.split()))
    return _LEADING.sub(_entity, escaped)


def _entity(match: re.Match[str]) -> str:
    """The matched characters as numeric entities."""
    return "".join(f"&#{ord(character)};" for character in match[0])


def sentences(*parts: str, stop: str) -> str:
    """Phrases as sentences: each non-empty one ends with a stop, unless it has an end already.

    Args:
        parts: the phrases.
        stop: the full stop of the language, with the blank after it where there is one.
    """
    ended = (part if part.endswith(_ENDS) else f"{part}{stop.strip()}" for part in parts if part)
    return (" " if stop.endswith(" ") else "").join(ended)


def link(text: str, target: str) -> str:
    """A Markdown link whose text is plain text."""
    return f"[{plain(text)}]({target})"


def relative(key: str, target: str) -> str:
    """The relative link from one page to another.

    Args:
        key: the page that holds the link, without suffix: ``papers/resnet``.
        target: what it points to, seen from the top of the edition: ``glossary.md#term``.
    """
    path, mark, anchor = target.partition("#")
    here = posixpath.dirname(key) or "."
    return f"{posixpath.relpath(path, here)}{mark}{anchor}" if path else target


def address(key: str, target: str, anchor: str = "", *, directory_urls: bool = True) -> str:
    """The relative address of a built page, for HTML that MkDocs does not look into.

    Args:
        key: the page that holds the link: ``papers/resnet``.
        target: the page it leads to.
        anchor: an id on that page.
        directory_urls: whether a page's address is a folder.
    """
    if not directory_urls:
        path = posixpath.relpath(f"{target}.html", posixpath.dirname(key) or ".")
    elif target == "index":
        path = posixpath.relpath(".", key) + "/"
    else:
        path = posixpath.relpath(target, key if key != "index" else ".") + "/"
    return f"{path}#{anchor}" if anchor else path


def grouped(parts: Iterable[str]) -> tuple[str, ...]:
    """Markdown in an element of its own: a browser passes over a group that is not in sight as a whole."""
    return ('<div class="pn-group" markdown>\n', *parts, "</div>\n")


def front_matter(
    title: str,
    *,
    hide: tuple[str, ...] = (),
    boost: float = 0.5,
    exclude: bool = False,
    bare: bool = False,
) -> str:
    """The YAML head of a generated page: it ranks below the notes in a search, or is not in it at all.

    Args:
        title: the page's name.
        hide: parts of the frame that it does without: ``toc``, ``navigation``.
        boost: what it counts in a search, where a note counts 1 or more.
        exclude: it is not searched.
        bare: it holds so much that Material's scripts had better leave it alone.
    """
    hidden = f"hide: [{', '.join(hide)}]\n" if hide else ""
    search = "exclude: true" if exclude else f"boost: {boost}"
    left = "bare: true\n" if bare else ""
    return f"---\ntitle: {title}\n{hidden}{left}search:\n  {search}\n---\n\n"
