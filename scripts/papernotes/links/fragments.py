"""Whether a page has the place that a fragment names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from papernotes.links import pages
from papernotes.links.answers import Reply

_DIRECTIVE = ":~:"
"""Begins instructions to the browser (text fragments), which are no part of the fragment."""
_ROUTE = ("/", "!")
"""Begins an address inside a single-page application."""


def checked(fragment: str) -> bool:
    """Whether a fragment names a place in the HTML: no text directive, no route, not the top."""
    name = fragment.partition(_DIRECTIVE)[0]
    return bool(name) and not name.startswith(_ROUTE) and unquote(name).lower() != "top"


def all_found(wanted: Iterable[str]) -> Callable[[bytes], bool]:
    """A test for the part of a page read so far: whether it has every place already."""
    patterns = [_attribute(name) for fragment in wanted for name in (_names(fragment),)]
    return lambda body: all(pattern.search(body) for pattern in patterns)


def missing(reply: Reply, fragment: str) -> bool:
    """Whether a page surely lacks a place.

    Args:
        reply: the answer with its body.
        fragment: one that is :func:`checked`.

    Returns:
        False where it has the place, where the body is no complete HTML page, where scripts build the page,
        and where the page itself links to the place, because then its scripts know what to do.
    """
    if not (reply.html and reply.body) or _attribute(_names(fragment)).search(reply.body):
        return False
    if not reply.complete:
        return False
    names = _names(fragment)
    tree = LexborHTMLParser(reply.body)
    there = {node.attributes.get("id") for node in tree.css("[id]")}
    there |= {node.attributes.get("name") for node in tree.css("[name]")}
    linked = {(node.attributes.get("href") or "").partition("#")[2] for node in tree.css('a[href*="#"]')}
    if there & set(names) or linked & set(names):
        return False
    page = pages.read(reply)
    return not (page.shell or (page.scripts and page.root))


def _names(fragment: str) -> tuple[str, ...]:
    """The ids that a fragment may stand for: as written, decoded, and with GitHub's prefix."""
    name = fragment.partition(_DIRECTIVE)[0]
    plain = unquote(name)
    return tuple(dict.fromkeys((name, plain, f"user-content-{plain}")))


def _attribute(names: tuple[str, ...]) -> re.Pattern[bytes]:
    one_of = b"|".join(re.escape(name.encode()) for name in names)
    value = rb"(?:\"(?:%b)\"|'(?:%b)'|(?:%b)[\s>])" % (one_of, one_of, one_of)
    return re.compile(rb"\s(?i:id|name)\s*=\s*" + value)
