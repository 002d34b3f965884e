"""A figure's SVG made fit to stand inside a page."""

from __future__ import annotations

import re
from collections.abc import Container
from xml.etree import ElementTree

_ACTIVE = {"script", "foreignObject", "iframe", "animate", "animateTransform", "set", "image"}
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_FOREIGN = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)


class SvgError(ValueError):
    """An SVG that must not stand in a page; the message says what is wrong."""


def inline_svg(text: str, label: str, taken: Container[str]) -> tuple[str, frozenset[str]]:
    """An SVG as an element of a page, so that it follows the page's colours.

    Args:
        text: the file's text.
        label: the alternative text.
        taken: ids that the page has already.

    Returns:
        The element as HTML, and the ids it brings.

    Raises:
        SvgError: not well-formed, not an SVG, active content or references to elsewhere.
    """
    if re.search(r"<!(?:ENTITY|DOCTYPE[^>]*\[)", text):
        raise SvgError("must not declare entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  entities, the danger of this parser, are refused above
    except ElementTree.ParseError as error:
        raise SvgError(f"must be well-formed XML: {error}") from error
    if _local(root.tag) != "svg":
        raise SvgError(f"must be an <svg>, not <{_local(root.tag)}>")
    for element in root.iter():
        _clean(element)
    ids = _rename(root, taken)
    for name in ("width", "height"):
        if root.get("viewBox"):
            root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("class", "pn-svg")
    root.set("data-search-exclude", "true")  # axis labels are no text to search
    root.tail = None
    try:
        return ElementTree.tostring(root, encoding="unicode"), ids
    except RecursionError as error:
        raise SvgError("must not be nested so deeply") from error


def _local(tag: object) -> str:
    """A tag or attribute without its namespace; comments have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _clean(element: ElementTree.Element) -> None:
    """Drop namespaces and metadata; refuse what runs, styles the page or fetches."""
    element.tag = _local(element.tag)
    if element.tag in _ACTIVE:
        raise SvgError(f"must not contain <{element.tag}>")
    if element.tag == "style":
        raise SvgError("must not contain <style>: it would style the whole page; use style attributes")
    for child in list(element):
        if _local(child.tag) in {"metadata", "title", "desc"}:
            element.remove(child)
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        local = _local(name)
        if local.lower().startswith("on"):
            raise SvgError(f"must not have the attribute {local}")
        if local == "href" and not value.startswith("#"):
            raise SvgError(f"must not refer to {value!r}")
        if _FOREIGN.search(value):
            raise SvgError(f"must not refer to another file in {local}")
        # Material's instant navigation makes every [href] absolute and fails on <use>; xlink:href escapes it.
        element.set("xlink:href" if local == "href" else local, value)


def _rename(root: ElementTree.Element, taken: Container[str]) -> frozenset[str]:
    """Give every id that the page has already a number, in definitions and uses alike."""
    new: dict[str, str] = {}
    for element in root.iter():
        if old := element.get("id"):
            name, number = old, 2
            while name in taken:
                name, number = f"{old}-{number}", number + 1
            new[old] = name
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, new[value])
            elif name == "xlink:href":
                element.set(name, f"#{new.get(value[1:], value[1:])}")
            elif "url(" in value:
                element.set(name, _REFERENCE.sub(lambda m: f"url(#{new.get(m[1], m[1])})", value))
    return frozenset(new.values())
