"""Figures: an image and its caption in one paragraph become a figure; our SVGs stand in the page itself.

Notes link figures as they lie in the repository, ``../../../papers/<slug>/<name>.svg``, so that any Markdown
viewer shows them. The site keeps the folder ``papers/`` beside the pages, two levels nearer.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from papernotes.render.svg import SvgError, inline_svg

log = logging.getLogger("mkdocs.plugins.papernotes.figures")

_OURS = re.compile(r"^(?:\.\./)*\.\./\.\./(?P<path>papers/[^/]+/[^/?#]+\.[^/?#]+)(?P<rest>[?#].*)?$")


class FigureTreeprocessor(Treeprocessor):
    """Rewrites links to the folder papers/, makes figures of paragraphs and puts SVGs inline."""

    def __init__(self, md: Markdown, root: Path) -> None:
        super().__init__(md)
        self._root = root
        self._ids: set[str] = set()

    def run(self, root: ElementTree.Element) -> None:
        """Change a page's tree in place."""
        for paragraph in [element for element in root.iter("p") if _is_figure(element)]:
            _to_figure(paragraph)
        for parent in list(root.iter()):
            for position, element in enumerate(list(parent)):
                if element.tag == "img":
                    self._image(parent, position, element)
                elif element.tag == "a" and (ours := _OURS.match(element.get("href", ""))):
                    element.set("href", element.get("href", "").replace("../../", "", 1))
                    if ours["path"].endswith((".py", ".txt")):
                        element.set("type", "text/plain")

    def _image(self, parent: ElementTree.Element, position: int, image: ElementTree.Element) -> None:
        """Put one of our SVGs inline; point any other image to where the site has it."""
        source = image.get("src", "")
        ours = _OURS.match(source)
        if ours is None:
            return
        image.set("src", source.replace("../../", "", 1))
        if not ours["path"].endswith(".svg"):
            image.set("loading", "lazy")
            return
        try:
            text = (self._root / ours["path"]).read_text(encoding="utf-8")
            made, ids = inline_svg(text, image.get("alt", ""), self._ids)
        except OSError:
            return  # MkDocs says that the link has no target
        except (SvgError, UnicodeDecodeError) as error:
            log.warning("%s %s", ours["path"], error)
            return
        self._ids |= ids
        frame = ElementTree.Element("span", {"class": "pn-figure"})
        frame.text = self.md.htmlStash.store(made)
        frame.tail = image.tail
        parent[position] = frame


def _is_figure(paragraph: ElementTree.Element) -> bool:
    """Whether a paragraph begins with an image and holds one image only."""
    return (
        len(paragraph) > 0
        and paragraph[0].tag == "img"
        and not (paragraph.text or "").strip()
        and len(paragraph.findall("img")) == 1
    )


def _to_figure(paragraph: ElementTree.Element) -> None:
    """Make the paragraph a figure; all that follows the image becomes its caption."""
    image, *rest = list(paragraph)
    paragraph.tag = "figure"
    paragraph.text = None
    text = (image.tail or "").strip()
    image.tail = None
    if not text and not rest:
        return
    caption = ElementTree.Element("figcaption")
    caption.text = text
    caption.extend(rest)
    for element in rest:
        paragraph.remove(element)
    paragraph.append(caption)


class FigureExtension(Extension):
    """Registers the treeprocessor after inline parsing (20), before links are resolved (0)."""

    def __init__(self, **options: Any) -> None:
        self.config = {"root": [".", "the repository, which holds papers/"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Add the treeprocessor."""
        root = Path(str(self.getConfig("root")))
        md.treeprocessors.register(FigureTreeprocessor(md, root), "papernotes-figures", 11)


def makeExtension(**options: Any) -> FigureExtension:  # noqa: N802  Python-Markdown's name
    """The extension, as Python-Markdown looks it up."""
    return FigureExtension(**options)
