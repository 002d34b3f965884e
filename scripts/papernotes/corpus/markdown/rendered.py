"""Pages that no CommonMark parser can read rightly: Python-Markdown renders them, and its HTML is read back.

This costs ten times as much as the scanner, and only such pages pay. What was found is put in its place in
the file by marks (:mod:`.marks`); what carries no mark is searched for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from markdown import Markdown
from markdown.inlinepatterns import ReferenceInlineProcessor
from pymdownx import superfences
from pymdownx.arithmatex import InlineArithmatexPattern
from selectolax.lexbor import LexborHTMLParser

from papernotes.corpus.markdown import marks
from papernotes.corpus.markdown.bounds import excess
from papernotes.corpus.slugs import Slugify

EXTENSIONS = (
    "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc",
    "pymdownx.arithmatex", "pymdownx.details", "pymdownx.highlight", "pymdownx.superfences",
    "pymdownx.tabbed",
)  # fmt: skip


def _accept(
    _language: str, given: dict[str, Any], options: dict[str, Any], other: dict[str, Any], _md: Any
) -> bool:
    """Take the options of a fence that highlighting would take."""
    for name, value in given.items():
        form = _FENCE_OPTIONS.get(name)
        (options if form and value is not True and form.match(value) else other)[name] = value
    return True


def _accept_all(
    _language: str, given: dict[str, Any], options: dict[str, Any], _other: dict[str, Any], _md: Any
) -> bool:
    """Take any options: the extensions of a project of others may be older, or more, than those here."""
    options.update(given)
    return True


def _code(*_arguments: Any, id_value: str = "", **_options: Any) -> str:
    """Code, which nothing is read in; it may have an id."""
    return f'<pre id="{escape(id_value)}"></pre>' if id_value else "<pre></pre>"


_ANYTHING = re.compile("")
_FENCE_OPTIONS = {
    "hl_lines": superfences.RE_HL_LINES,
    "linenums": superfences.RE_LINENUMS,
    "title": _ANYTHING,
    "title_mode": _ANYTHING,
}
FENCES = "pymdownx.superfences"
_ANY_FENCE = {"name": "*", "class": "", "format": _code}
_CONFIGS: dict[str, dict[str, Any]] = {
    "codehilite": {"use_pygments": False},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.highlight": {"use_pygments": False},
    FENCES: {"custom_fences": [{**_ANY_FENCE, "validator": _accept}]},
    "pymdownx.tabbed": {"alternate_style": True},
}
_BEFORE = re.compile(f"({marks.ANY})<(a|img)(?=[\\s>])")
_FORMULA = re.compile(f"({marks.ANY})([$]*)<span(?= class=.arithmatex)")
_INSIDE = re.compile(
    r"""(<(?:a|img)(?:\s+[^\s"'<>=/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*?\s+)((?:href|src)\s*=\s*["']?)"""
    f"({marks.ANY})",
    re.IGNORECASE,
)
_LISTS = re.compile(r"[*_)\]`>$]\{:?[ ]*[#.][^\n}]*\}[^\n]*[\[<$][^\n]*\}")
"""Two attribute lists on a line: Python-Markdown takes what lies between for a part of the first."""
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
    tags: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    """Every element's name and attributes, those of generated ones included."""
    formulas: tuple[Formula, ...]


def render(text: str, slug: Slugify) -> Rendered | None:
    """Render a page and read it back.

    Args:
        text: Markdown.

    Returns:
        What the page holds; None where Python-Markdown could need forever (:mod:`.bounds`) or fails.
    """
    if excess(text):
        return None
    marked, offsets = marks.mark(text)
    try:
        html = _converter(slug).reset().convert(marked)
        plain = _converter(slug).reset().convert(text) if _LISTS.search(text) else ""
    except Exception:  # any failure of a library on any text: the scanner's own reading is all there is
        _converter.cache_clear()
        return None
    page = _read(html, offsets)
    return _without(page, _read(plain, [])) if plain else page


def _without(marked: Rendered, plain: Rendered) -> Rendered:
    """A page in which marks changed something: what it holds without them, in the places that they gave."""
    offsets: dict[object, list[int]] = {}
    for element in marked.elements:
        offsets.setdefault((element.target, element.image), []).append(element.offset)
    for formula in marked.formulas:
        offsets.setdefault(formula.latex, []).append(formula.offset)

    def offset(key: object) -> int:
        return offsets[key].pop(0) if offsets.get(key) else -1

    return Rendered(
        tuple(Element(e.target, e.text, e.image, offset((e.target, e.image))) for e in plain.elements),
        plain.titles,
        plain.ids,
        plain.tags,
        tuple(Formula(f.latex, f.display, offset(f.latex)) for f in plain.formulas),
    )


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
    tags = tuple((str(node.tag), tuple(node.attributes.items())) for node in tree.css("*"))
    return Rendered(tuple(elements), tuple(titles), tuple(ids), tags, tuple(formulas))


def _offset(number: str | None, offsets: list[int]) -> int:
    """What a mark's number stands for; -1 for none, or for one that the page made up."""
    if number is None or not number.isdecimal() or len(number) > 6 or int(number) >= len(offsets):
        return -1
    return offsets[int(number)]


@lru_cache(maxsize=4)
def _converter(slug: Slugify) -> Markdown:
    """Python-Markdown as the site sets it up, but for what reads files; its references take marks."""

    def anchor(text: str, _separator: str) -> str:
        return slug(" ".join(marks.MARK.sub("", text).split()))

    configs = {name: json.loads(options) for name, options in slug.extensions}
    names = list(configs) or list(EXTENSIONS)
    configs = {name: {**configs.get(name, {}), **_CONFIGS.get(name, {})} for name in names}
    for name in slug.anchored:
        configs[name]["slugify"] = anchor
    if slug.extensions and FENCES in configs:
        configs[FENCES] |= {"custom_fences": [{**_ANY_FENCE, "validator": _accept_all}]}
    made = Markdown(extensions=names, extension_configs=configs)
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
