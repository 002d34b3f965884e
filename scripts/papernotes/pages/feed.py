"""The Atom feed of an edition: its notes, the last changed first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree as Tree

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.wording import tag_name, words

PATH = "feed.xml"
"""Where the feed is, below the top of the edition."""
_ATOM = "http://www.w3.org/2005/Atom"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/paper-notes/paper-notes")
"""Identifiers are made from the note, not from where the site stands, so that it can move."""


def feed(corpus: Corpus, edition: str, site: str, times: Mapping[str, datetime], otherwise: datetime) -> str:
    """The feed as XML.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.
        site: address of the edition's top, ending in a slash; empty when unknown: links are then relative.
        times: when files changed, by path.
        otherwise: the time of a file that has none.

    Source: RFC 4287.
    """
    phrases = words(edition)
    dated = [(times.get(note.source.path, otherwise), note) for note in corpus.notes(edition)]
    dated.sort(key=lambda one: (-one[0].timestamp(), one[1].slug))
    root = Tree.Element("feed", {"xmlns": _ATOM, "xml:lang": edition})
    _add(root, "title", phrases.site)
    _add(root, "subtitle", phrases.feed_subtitle)
    _add(root, "id", _identity(edition))
    _add(root, "updated", _stamp(dated[0][0] if dated else otherwise))
    _add(_add(root, "author"), "name", phrases.site)
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{site}{PATH}")
    _add(root, "link", rel="alternate", type="text/html", href=site or "./")
    _add(root, "rights", "CC BY 4.0")
    for time, note in dated:
        _entry(corpus, root, note, edition, site, time)
    Tree.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Tree.tostring(root, encoding="unicode")}\n'


def _entry(corpus: Corpus, root: Tree.Element, note: Page, edition: str, site: str, time: datetime) -> None:
    """One note."""
    front = corpus.front(note)
    entry = _add(root, "entry")
    _add(entry, "title", f"{name(note)}{words(edition).colon}{note.front.title or front.title or note.slug}")
    _add(entry, "id", _identity(f"{edition}/{note.key}"))
    _add(entry, "updated", _stamp(time))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{site}{note.key}/")
    if summary := note.front.tldr or front.tldr:
        _add(entry, "summary", summary)
    for tag in front.tags:
        _add(entry, "category", term=tag, label=tag_name(tag, edition))


def _add(parent: Tree.Element, tag: str, text: str = "", **attributes: str) -> Tree.Element:
    """A new element at the end of another."""
    made = Tree.SubElement(parent, tag, attributes)
    made.text = text or None
    return made


def _identity(what: str) -> str:
    """A permanent identifier."""
    return uuid.uuid5(_SPACE, what).urn


def _stamp(time: datetime) -> str:
    """A time as RFC 3339 has it."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")
