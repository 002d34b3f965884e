"""Previews: a link to a page, a work, a term or a number of ours gets what it leads to as its title.

A script shows titles when a link is pointed at, focused or tapped (assets/previews.js); else browsers do.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from papernotes.pages.ledger import UNBROKEN

Find = Callable[[str, str], str]
"""The preview of (page key, anchor); empty when there is none."""

_SKIPPED_CLASSES = {
    "footnote-ref",
    "footnote-backref",
    "headerlink",
    "pn-entry-link",
    "pn-ledger",
    "pn-notes",
}
"""Links that show what they lead to, and lists that say it beside them."""
_SIGNS = {"footnote-backref", "headerlink"}
"""Links that are one sign, ¶ or ↩: a name will do where a title would become one more tooltip."""


def _classes(element: ElementTree.Element) -> list[str]:
    """The classes of an element."""
    return element.get("class", "").split()


class PreviewTreeprocessor(Treeprocessor):
    """Gives links their titles."""

    def __init__(self, md: Markdown, find: Find, page: str) -> None:
        super().__init__(md)
        self._find = find
        self._page = page

    def run(self, root: ElementTree.Element) -> None:
        """Change a page's tree in place."""
        for link in root.iter("a"):
            if _SIGNS.intersection(_classes(link)) and (name := link.attrib.pop("title", "")):
                link.set("aria-label", name)
        self._preview(root)

    def _preview(self, root: ElementTree.Element) -> None:
        """Give the links of an element their titles, unless it is of a kind that is left out."""
        if _SKIPPED_CLASSES.intersection(_classes(root)):
            return
        if root.tag == "a" and not root.get("title") and (text := self._text(root.get("href", ""))):
            root.set("title", text)
            if "#n-" in root.get("href", "") and root.text and len(root.text) <= UNBROKEN:
                root.text = root.text.replace(" ", "\u00a0")  # as in its row
        for child in root:
            self._preview(child)

    def _text(self, address: str) -> str:
        """The preview of what an address in Markdown leads to."""
        parts = urlsplit(address)
        if (
            parts.scheme
            or parts.netloc
            or not (parts.path.endswith(".md") or (parts.fragment and not parts.path))
        ):
            return ""
        path = posixpath.join(posixpath.dirname(self._page), unquote(parts.path).removesuffix(".md"))
        key = posixpath.normpath(path) if parts.path else self._page
        return self._find(key, unquote(parts.fragment))


class PreviewExtension(Extension):
    """Registers the treeprocessor after the terms (3), before links are resolved (0)."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "find": ["", "the preview of a page and an anchor; none: the extension does nothing"],
            "page": ["", "key of the page"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Add the treeprocessor."""
        find = self.getConfig("find")
        if callable(find):
            made = PreviewTreeprocessor(md, find, str(self.getConfig("page")))
            md.treeprocessors.register(made, "papernotes-previews", 2)


def makeExtension(**options: Any) -> PreviewExtension:  # noqa: N802  Python-Markdown's name
    """The extension, as Python-Markdown looks it up."""
    return PreviewExtension(**options)
