"""Glossary terms: the first use of each on a page becomes a link with its definition as a tooltip.

Text in headings, links, code, formulas and the list of references is left alone.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from papernotes.render.lexicon import Lexicon

_PROSE = {"p", "li", "td", "dd", "figcaption"}
_SKIPPED = {
    "a",
    "abbr",
    "button",
    "code",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "kbd",
    "math",
    "pre",
    "script",
    "style",
    "summary",
    "sup",
    "svg",
    "th",
}
_SKIPPED_CLASSES = {"footnote", "pn-card", "pn-ledger", "pn-notes", "pn-math", "pn-math-block", "pn-figure"}


class TermTreeprocessor(Treeprocessor):
    """Links the first use of each term on a page."""

    def __init__(self, md: Markdown, lexicon: Lexicon, glossary: str) -> None:
        super().__init__(md)
        self._lexicon = lexicon
        self._glossary = glossary
        self._seen: set[str] = set()

    def run(self, root: ElementTree.Element) -> None:
        """Change a page's tree in place."""
        self._walk(root, in_prose=False)

    def _walk(self, element: ElementTree.Element, *, in_prose: bool) -> None:
        if element.tag in _SKIPPED or _SKIPPED_CLASSES.intersection(element.get("class", "").split()):
            return
        in_prose = in_prose or element.tag in _PROSE
        children = list(element)
        new: list[ElementTree.Element] = []
        if in_prose and element.text:
            element.text, links = self._split(element.text)
            new += links
        for child in children:
            self._walk(child, in_prose=in_prose)
            new.append(child)
            if in_prose and child.tail:
                child.tail, links = self._split(child.tail)
                new += links
        if len(new) != len(children):
            element[:] = new

    def _split(self, text: str) -> tuple[str, list[ElementTree.Element]]:
        """Text up to the first term, and the links with the text after each."""
        links: list[ElementTree.Element] = []
        lead, done = text, 0
        for start, end, term, definition in self._lexicon.find(text):
            if term in self._seen:
                continue
            self._seen.add(term)
            _append(links, text[done:start])
            if not links:
                lead = text[:start]
            attributes = {"class": "pn-term", "href": f"{self._glossary}#{term}", "title": definition}
            link = ElementTree.Element("a", attributes)
            link.text = text[start:end]
            links.append(link)
            done = end
        if links:
            _append(links, text[done:])
        return lead, links


def _append(links: list[ElementTree.Element], text: str) -> None:
    """Text after the last link."""
    if links:
        links[-1].tail = text


class TermExtension(Extension):
    """Registers the treeprocessor after all others that make links (toc: 5), before they are resolved (0)."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "lexicon": ["", "the terms to look for; none: the extension does nothing"],
            "glossary": ["glossary.md", "the glossary page, as seen from the page"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Add the treeprocessor."""
        lexicon = self.getConfig("lexicon")
        if isinstance(lexicon, Lexicon):
            made = TermTreeprocessor(md, lexicon, str(self.getConfig("glossary")))
            md.treeprocessors.register(made, "papernotes-terms", 3)


def makeExtension(**options: Any) -> TermExtension:  # noqa: N802  Python-Markdown's name
    """The extension, as Python-Markdown looks it up."""
    return TermExtension(**options)
