"""Make a figure that matplotlib saved follow the page: its colours, its font, its size. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

from papernotes.companions.style import PALETTE
from papernotes.corpus.companion import DRAWN

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PATH_TOKEN = re.compile(rf"[A-Za-z]|{_NUMBER.pattern}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_PLACED = re.compile(r"(translate|rotate)\(([^)]*)\)")
_COORDINATES = frozenset(
    ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points")
)
_COLOURS = {colour: f"var(--fig-{index},{colour})" for index, colour in enumerate(PALETTE, 1)} | {
    "#000000": "currentColor",
    "black": "currentColor",
}
_INHERITED = re.compile(r"(fill|stroke|font|text)(-(?!decoration)[a-z-]+)?")
_DROPPED = frozenset({"metadata", "style", "title", "desc"})


def themed(text: str, prefix: str) -> str:
    """Rewrite a saved figure so that it can stand inside a page.

    Args:
        text: an SVG document as matplotlib writes it with ``svg.fonttype: none``.
        prefix: what every id begins with, unique among the figures of a page, e.g. ``resnet-depth``.

    Returns:
        One ``<svg>`` element, an element a line: palette as ``var(--fig-n,…)``, black as ``currentColor``,
        inherited font, no fixed size, no metadata, unused ids gone, coordinates with at most two decimals.

    Errors:
        ``xml.etree.ElementTree.ParseError`` when the text is not XML.
    """
    root = ElementTree.fromstring(text)  # noqa: S314 (our own subprocess wrote it; expat bounds entity growth)
    view = root.get("viewBox", "")
    names = _names(root, prefix)
    for element in root.iter():
        _rewrite(element, names)
    _simplify(root)
    # Matplotlib sets line joins in a style sheet for `*`, which would reach the whole page.
    root.attrib = {
        "xmlns": _SVG[1:-1],
        "viewBox": _rounded(view),
        "style": DRAWN,
    }
    return "".join(_written(root)) + "\n"


def _names(root: ElementTree.Element, prefix: str) -> dict[str, str]:
    """New ids for what something refers to; matplotlib's are hashes of coordinates, which vary."""
    used = {value[1:] for element in root.iter() if (value := element.get(_HREF, "")).startswith("#")}
    for element in root.iter():
        used.update(name for value in element.attrib.values() for name in _REFERENCE.findall(value))
    ids = [identity for element in root.iter() if (identity := element.get("id")) in used and identity]
    return {identity: f"{prefix}-{index}" for index, identity in enumerate(dict.fromkeys(ids), 1)}


def _rewrite(element: ElementTree.Element, names: dict[str, str]) -> None:
    """Give one element its new tag and attributes."""
    element.tag = element.tag.removeprefix(_SVG)
    old = element.attrib
    style = _style(old.get("style", ""))
    new: dict[str, str] = {}
    for key, value in old.items():
        if key == "id":
            if value in names:
                new["id"] = names[value]
        elif key == _HREF:
            if value.startswith("#"):
                new["href"] = f"#{names.get(value[1:], '')}"
            elif value.startswith("data:"):
                new["href"] = value
        elif key in ("fill", "stroke"):
            style.setdefault(key, _COLOURS.get(value.lower(), value))
        elif key == "d":
            new["d"] = _path(value)
        elif key == "transform":
            if moved := _transform(value):
                new["transform"] = moved
        elif key in _COORDINATES:
            new[key] = _rounded(value)
        elif key != "style":
            new[key] = value
    if style:
        new["style"] = ";".join(f"{key}:{value}" for key, value in style.items())
    element.attrib = {key: _REFERENCE.sub(_renamed(names), value) for key, value in new.items()}


def _renamed(names: dict[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda match: f"url(#{names.get(match[1], match[1])})"


def _style(text: str) -> dict[str, str]:
    """The declarations of a style attribute, themed; the font is the page's."""
    style: dict[str, str] = {}
    for declaration in text.split(";"):
        key, colon, value = (part.strip() for part in declaration.partition(":"))
        if not colon or key == "font-family":
            continue
        value = _COLOURS.get(value.lower(), value)
        if (key, value) != ("fill", "currentColor"):  # the root says so
            style[key] = value
    return style


def _short(number: str) -> str:
    """A number with at most two decimals and no trailing zeros."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda match: _short(match[0]), text)


def _path(text: str) -> str:
    """Path data without spare blanks: ``M0 3L4 5Z``."""
    tokens = [token if token.isalpha() else _short(token) for token in _PATH_TOKEN.findall(text)]
    if not tokens:
        return ""
    glued = [tokens[0]]
    for before, token in pairwise(tokens):
        glued.append(f" {token}" if not before.isalpha() and not token.isalpha() else token)
    return "".join(glued)


def _transform(text: str) -> str:
    """A transform with rounded shifts; turns by nothing go, scales keep their digits."""

    def place(match: re.Match[str]) -> str:
        values = [_short(number) for number in _NUMBER.findall(match[2])]
        return "" if match[1] == "rotate" and values[0] == "0" else f"{match[1]}({' '.join(values)})"

    return " ".join(_PLACED.sub(place, text).split())


def _simplify(element: ElementTree.Element) -> None:
    """Drop what shows nothing, unwrap groups that say nothing, say shared things once."""
    kept: list[ElementTree.Element] = []
    for child in list(element):
        _simplify(child)
        bare_group = child.tag == "g" and not child.attrib
        empty = child.tag in ("g", "defs") and not len(child)
        invisible = child.get("style") == "fill:none" and "id" not in child.attrib
        if child.tag in _DROPPED or empty or invisible:
            continue
        if bare_group:
            kept.extend(child)
        elif kept and child.tag == "g" and set(child.attrib) == {"clip-path"} and _same_clip(kept[-1], child):
            kept[-1].extend(child)
        else:
            kept.append(child)
    if element.tag == "text":
        kept = _words(kept)
    element[:] = kept
    if element.tag == "g":
        _hoist(element)


def _same_clip(before: ElementTree.Element, group: ElementTree.Element) -> bool:
    return before.tag == "g" and before.attrib == group.attrib


def _hoist(group: ElementTree.Element) -> None:
    """Move a style that all children share to their group, if it is one that children inherit."""
    styles = {child.get("style", "") for child in group}
    if len(group) < 2 or len(styles) != 1 or "style" in group.attrib:
        return
    style = styles.pop()
    if style and all(_INHERITED.fullmatch(part.partition(":")[0]) for part in style.split(";")):
        group.set("style", style)
        for child in group:
            del child.attrib["style"]


def _words(spans: list[ElementTree.Element]) -> list[ElementTree.Element]:
    """Join the letters of words, which mathtext places one by one, so that they keep the page font's spacing.

    Slanted letters are variables and stay where they are.
    """
    places = sorted(float(span.get("x", "0")) for span in spans)
    joined: list[ElementTree.Element] = []
    last = 0.0
    for span in spans:
        here = float(span.get("x", "0"))
        before = joined[-1] if joined else None
        adjoining = here > last and not any(last < place < here for place in places)
        if before is not None and adjoining and _one_word(before, span):
            before.text = f"{before.text}{span.text}"
        else:
            joined.append(span)
        last = here
    return [span for span in joined if (span.text or "").strip()]


def _one_word(before: ElementTree.Element, span: ElementTree.Element) -> bool:
    """Whether two pieces look alike, upright, and neither is a blank."""
    alike = all(before.get(key) == span.get(key) for key in ("y", "style"))
    upright = "oblique" not in span.get("style", "") and "italic" not in span.get("style", "")
    return alike and upright and bool((before.text or "").strip()) and bool((span.text or "").strip())


def _written(element: ElementTree.Element) -> list[str]:
    """The element as text, each on its own line except inside running text."""
    attributes = "".join(f' {key}="{_escaped(value)}"' for key, value in element.attrib.items())
    text = _escaped((element.text or "") if element.tag in ("text", "tspan") else "")
    line = "\n" if len(element) and element.tag != "text" else ""
    if not len(element) and not text:
        return [f"<{element.tag}{attributes}/>"]
    parts = [f"<{element.tag}{attributes}>{text.strip() if len(element) else text}{line}"]
    for child in element:
        parts += [*_written(child), line]
    return [*parts, f"</{element.tag}>"]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
