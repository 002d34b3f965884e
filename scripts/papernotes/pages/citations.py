"""Citations as mkdocs-bibtex can take them, and its references as we want them.

The plugin takes everything in square brackets with an ``@`` for a citation, in code and formulas as well, and
knows no locators. So all brackets and at-signs outside genuine citations are masked while it works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from papernotes.corpus.document import Page
from papernotes.pages.edits import Edit, Offsets
from papernotes.pages.text import plain, relative
from papernotes.pages.wording import words

_BLOCK = re.compile(r"\[[^\[\]\n]*@[^\[\]\n]*\]")
_ONE = re.compile(r"@([\w-]+)\s*(?:,\s*(.*?))?\s*$")
_MASKS = {"@": "\ue0f0", "[": "\ue0f1"}
"""Private-use characters that stand in for what mkdocs-bibtex must not see."""
_DEFINITION = re.compile(r"^\[\^ref-([\w-]+)\]: (.*)$", re.MULTILINE)


def citation_edits(page: Page) -> Iterator[Edit]:
    """The edits that leave only genuine citations for mkdocs-bibtex to see, without their locators.

    Args:
        page: a page; its scan says which ``[@key]`` are citations.

    Yields:
        ``[@a, Table 2; @b]`` becomes ``[@a; @b] (Table 2)``; every other ``@`` and ``[`` is masked.
    """
    offsets = Offsets(page)
    cited = [offsets.of(citation.place) for citation in page.document.citations]
    blocks = [
        block for block in _BLOCK.finditer(page.body) if any(block.start() <= c < block.end() for c in cited)
    ]
    inside = set[int]()
    for block in blocks:
        inside.update(range(block.start(), block.end()))
        if "," in block[0]:
            yield Edit(block.start(), block.end(), _without_locators(block[0]))
    for index, character in enumerate(page.body):
        if character in _MASKS and index not in inside:
            yield Edit(index, index + 1, _MASKS[character])


def mask(markdown: str) -> str:
    """A generated page, which cites nothing, with all masked that mkdocs-bibtex could take for a citation."""
    for character, stand_in in _MASKS.items():
        markdown = markdown.replace(character, stand_in)
    return markdown


def unmask(markdown: str) -> str:
    """Put back what was masked."""
    for character, stand_in in _MASKS.items():
        markdown = markdown.replace(stand_in, character)
    return markdown


def references(markdown: str, page: Page) -> str:
    """Give every reference that mkdocs-bibtex appended a link to its entry in the bibliography.

    Args:
        markdown: the page after mkdocs-bibtex.
        page: the page.

    Returns:
        The Markdown with ``[^ref-key]: …`` lines completed.
    """
    label = words(page.edition).in_bibliography

    def complete(match: re.Match[str]) -> str:
        target = relative(page.key, f"bibliography.md#{match[1]}")
        return f"[^ref-{match[1]}]: {tidy(match[2])} [{label}]({target}){{ .pn-entry-link }}"

    return _DEFINITION.sub(complete, markdown)


def tidy(reference: str) -> str:
    """A reference without what pybtex leaves of LaTeX and of Markdown escapes."""
    text = re.sub(r"\\([-.()\[\]{}_#!+*`&%$])", r"\1", reference)
    text = re.sub(r",? and others\b", " et al", text.replace("--", "–"))
    return re.sub(r"(?<!\\)[{}]", "", text)


def _without_locators(block: str) -> str:
    """``[@a, Table 2; @b]`` as ``[@a; @b] (Table 2)``."""
    parts = [_ONE.search(part) for part in block[1:-1].split(";")]
    found = [part for part in parts if part]
    locators = [part[2] for part in found if part[2]]
    keys = "; ".join(f"@{part[1]}" for part in found)
    return f"[{keys}] ({plain('; '.join(locators))})" if locators else f"[{keys}]"
