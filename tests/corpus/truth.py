"""The site's truth: what Python-Markdown with our mkdocs.yml makes of a page, beside what the scanner finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import markdown
from mkdocs.config import load_config
from selectolax.lexbor import LexborHTMLParser

from papernotes.corpus.document import Document

ROOT = Path(__file__).parents[2]
MADE = {"footnote-ref", "footnote-backref", "headerlink"}
"""Classes of links that extensions make."""
MADE_IDS = re.compile(r"(?:fn|fnref\d*):|__")


@dataclass(frozen=True)
class Found:
    """What a page holds: headings' ids in order, all ids, targets of links and images, formulas in order."""

    headings: list[str]
    ids: set[str]
    links: list[str]
    images: list[str]
    formulas: list[str]


@cache
def converter() -> markdown.Markdown:
    config = load_config(str(ROOT / "mkdocs.yml"))
    ours = [name for name in config.markdown_extensions if not name.startswith("papernotes.")]
    return markdown.Markdown(extensions=ours, extension_configs=config.mdx_configs or {})


def html(text: str) -> str:
    return converter().reset().convert(text)


def rendered(text: str) -> Found:
    tree = LexborHTMLParser(html(text))

    def values(selector: str, name: str) -> list[str]:
        return [
            node.attributes[name] or ""
            for node in tree.css(selector)
            if not MADE & set((node.attributes.get("class") or "").split())
        ]

    return Found(
        [node.attributes.get("id") or "" for node in tree.css("h1,h2,h3,h4,h5,h6")],
        {name for name in values("[id]", "id") + values("a[name]", "name") if not MADE_IDS.match(name)}
        - {""},
        sorted(values("a[href]", "href")),
        sorted(values("img[src]", "src")),
        _ordered([node.text()[2:-2].strip() for node in tree.css(".arithmatex")], text),
    )


def _ordered(formulas: list[str], text: str) -> list[str]:
    """Formulas in order; in any order when there are footnotes, which the site moves to the end."""
    return sorted(formulas) if "[^" in text else formulas


def scanned(document: Document, text: str) -> Found:
    return Found(
        [heading.anchor for heading in document.headings],
        set(document.anchors),
        sorted(link.target for link in document.links if not link.image),
        sorted(link.target for link in document.links if link.image),
        _ordered([formula.latex.strip() for formula in document.math], text),
    )


def misplaced(document: Document, text: str) -> list[str]:
    """Links that do not begin, and headings and formulas that do not stand, where the scanner says."""
    lines = text.split("\n")
    wrong = []
    for link in document.links:
        at = lines[link.place.line - 1][link.place.col - 1 :] if link.place.line <= len(lines) else ""
        if not at.startswith("<" if link.raw else "![" if link.image else ("[", "<")):
            wrong.append(f"{link} stands at {at[:20]!r}")
    for formula in document.math:
        at = lines[formula.place.line - 1][formula.place.col - 1 :]
        if not at.lstrip().startswith(formula.latex.split("\n")[0].strip()[:5]):
            wrong.append(f"{formula} stands at {at[:20]!r}")
    for heading in document.headings:
        word = re.match(r"\w*", heading.text)
        at = lines[heading.place.line - 1][heading.place.col - 1 :]
        if word and word[0] and document.exact and not re.match(r"\W*" + re.escape(word[0][0]), at):
            wrong.append(f"{heading} stands at {at[:20]!r}")
    return wrong
