"""Pages that no CommonMark parser can read rightly: Python-Markdown renders them, and its HTML is read back.

This costs ten times as much as the scanner, and only such pages pay. What was found is put in its place in
the file by marks (:mod:`.marks`); what carries no mark is searched for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown import Markdown
from markdown.inlinepatterns import ReferenceInlineProcessor
from pymdownx.arithmatex import InlineArithmatexPattern
from pymdownx.slugs import slugify
from selectolax.lexbor import LexborHTMLParser

from papernotes.corpus.markdown import marks

LARGEST = 400_000
"""Characters of the longest page that is rendered: Python-Markdown is not linear in everything."""
MOST_BRACKETS = 6_000
DEEPEST = 12
"""Of containers inside each other: Python-Markdown recurses."""

EXTENSIONS = (
    "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc",
    "pymdownx.arithmatex", "pymdownx.details", "pymdownx.highlight", "pymdownx.superfences",
    "pymdownx.tabbed",
)  # fmt: skip
_made_slug = slugify(case="lower")


def _slug(text: str, separator: str) -> str:
    """The id of a heading, without the marks in it."""
    return str(_made_slug(marks.MARK.sub("", text).strip(), separator))


_CONFIGS: dict[str, dict[str, Any]] = {
    "toc": {"slugify": _slug},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.highlight": {"use_pygments": False},
    "pymdownx.tabbed": {"alternate_style": True},
}
_BEFORE = re.compile(f"({marks.ANY})<(a|img)(?=[\\s>])")
_FORMULA = re.compile(f"({marks.ANY})([$]*)<span(?= class=.arithmatex)")
_INSIDE = re.compile(
    r"""(<(?:a|img)(?:\s+[^\s"'<>=/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*?\s+)((?:href|src)\s*=\s*["']?)"""
    f"({marks.ANY})",
    re.IGNORECASE,
)
_NESTED = re.compile(
    rf"^(?:[ \t]*(?:>|[-*+][ \t]|\d+[.)][ \t])){{{DEEPEST}}}|^(?: {{4}}|\t){{{DEEPEST}}}", re.MULTILINE
)
GENERATED = {"footnote-ref", "footnote-backref", "headerlink"}
"""Classes of the links that Python-Markdown's extensions make."""


@dataclass(frozen=True, slots=True)
class Element:
    """A link or image of the rendered page; ``offset`` is where it stands in the text, or -1."""

    target: str
    text: str
    image: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Title:
    """A heading of the rendered page."""

    level: int
    anchor: str
    text: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of the rendered page; ``offset`` is where it stands with its delimiters, or -1."""

    latex: str
    display: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a rendered page holds, in its order."""

    elements: tuple[Element, ...]
    titles: tuple[Title, ...]
    ids: tuple[str, ...]
    formulas: tuple[Formula, ...]


def render(text: str) -> Rendered | None:
    """Render a page and read it back.

    Args:
        text: Markdown.

    Returns:
        What the page holds, or None where Python-Markdown could need forever or fails.
    """
    if len(text) > LARGEST or text.count("[") > MOST_BRACKETS:
        return None
    if _NESTED.search(text) or marks.MARK.search(text):
        return None
    marked, offsets = marks.mark(text)
    try:
        html = _converter().reset().convert(marked)
    except Exception:  # any failure of a library on any text: the scanner's own reading is all there is
        _converter.cache_clear()
        return None
    return _read(html, offsets)


def _read(html: str, offsets: list[int]) -> Rendered:
    html = _BEFORE.sub(lambda m: f'<{m[2]} data-at="{ord(m[1]) - marks.FIRST}"', html)
    html = _FORMULA.sub(lambda m: f'{m[2]}<span data-at="{ord(m[1]) - marks.FIRST}"', html)
    html = _INSIDE.sub(lambda m: f'{m[1]}data-at="{ord(m[3]) - marks.FIRST}" {m[2]}', html)
    tree = LexborHTMLParser(marks.MARK.sub("", html))
    elements = []
    for node in tree.css("a[href], img[src]"):
        given = node.attributes
        if GENERATED.intersection((given.get("class") or "").split()):
            continue
        image = node.tag == "img"
        offset = _offset(given.get("data-at"), offsets)
        text = (given.get("alt") or "") if image else " ".join(node.text().split())
        elements.append(Element(given.get("src" if image else "href") or "", text, image, offset))
    titles = [
        Title(
            int(str(node.tag)[1]),
            node.attributes.get("id") or "",
            " ".join(node.text().split()),
            tuple((node.attributes.get("class") or "").split()),
        )
        for node in tree.css("h1,h2,h3,h4,h5,h6")
    ]
    ids = [node.attributes.get("id") or "" for node in tree.css("[id]")]
    ids += [node.attributes.get("name") or "" for node in tree.css("a[name]")]
    formulas = [
        Formula(
            node.text()[2:-2].strip(), node.tag == "div", _offset(node.attributes.get("data-at"), offsets)
        )
        for node in tree.css(".arithmatex")
    ]
    return Rendered(tuple(elements), tuple(titles), tuple(ids), tuple(formulas))


def _offset(number: str | None, offsets: list[int]) -> int:
    """What a mark's number stands for; -1 for none, or for one that the page made up."""
    if number is None or not number.isdecimal() or len(number) > 6 or int(number) >= len(offsets):
        return -1
    return offsets[int(number)]


@cache
def _converter() -> Markdown:
    """Python-Markdown as the site sets it up, but for what reads files; its references take marks."""
    made = Markdown(extensions=list(EXTENSIONS), extension_configs=_CONFIGS)
    for pattern in made.inlinePatterns:
        if isinstance(pattern, ReferenceInlineProcessor):
            _take_marks(pattern)
        elif isinstance(pattern, InlineArithmatexPattern):
            closing = rf"(?<!\s)(?<!\s{marks.ANY}){marks.ANY}?(?:\$)"
            behind = pattern.pattern.replace(r"(?<!\s)(?:\$)", closing)
            pattern.compiled_re = re.compile(behind, re.DOTALL | re.UNICODE)
    return made


def _take_marks(pattern: ReferenceInlineProcessor) -> None:
    """Let a mark stand between the brackets of a reference link, and in its label."""
    read = pattern.evalId

    def eval_id(data: str, index: int, text: str) -> tuple[str | None, int, bool]:
        label, end, handled = read(data, index, text)
        return (marks.MARK.sub("", label) if label else label), end, handled

    vars(pattern)["RE_LINK"] = re.compile(rf"\s?{marks.ANY}?\[([^\]]*)\]", re.DOTALL | re.UNICODE)
    vars(pattern)["evalId"] = eval_id
