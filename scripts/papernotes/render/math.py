"""Formulas as MathML, made at build time: no script, nothing fetched, also in print.

``pymdownx.arithmatex`` finds the formulas; this extension replaces its elements by what ``math_core`` makes
of their LaTeX. The source stays with the formula as its ``alttext``.
"""

from __future__ import annotations

import html
import logging
import re
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from math_core import LatexError, LatexToMathML

log = logging.getLogger("mkdocs.plugins.papernotes.math")

_WRAPPED = re.compile(r"^\\(?:\((?P<inline>.*)\\\)|\[(?P<display>.*)\\\])$", re.DOTALL)
_CLOSING = re.compile(r"[-,.;:!?%)\]’”…–、。，；：？！）」』》〉】]+")
"""What may not begin a line after a formula."""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CONVERTER = LatexToMathML(fancy_error=False)


class MathError(ValueError):
    """LaTeX that does not convert; the message is the converter's."""


@lru_cache(maxsize=8192)
def mathml(latex: str, *, display: bool) -> str:
    """A formula as MathML.

    Args:
        latex: LaTeX without its dollar signs.
        display: whether it stands on lines of its own.

    Raises:
        MathError: the LaTeX does not convert.
    """
    try:
        made = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise MathError(" ".join(_ANSI.sub("", str(error)).split())) from error
    source = html.escape(" ".join(latex.split()))
    return made.replace("<math", f'<math alttext="{source}"', 1)


class MathTreeprocessor(Treeprocessor):
    """Replaces arithmatex elements by MathML, which goes past Markdown as raw HTML."""

    def run(self, root: ElementTree.Element) -> None:
        """Convert every formula of a page; one that does not convert is reported and shown as its source."""
        for element in root.iter():
            if element.get("class") != "arithmatex" or not element.text:
                continue
            wrapped = _WRAPPED.match(element.text)
            if wrapped is None:
                continue
            display = wrapped["inline"] is None
            latex = html.unescape(wrapped["display"]).strip() if display else wrapped["inline"]
            try:
                made = mathml(latex, display=display)
            except MathError as error:
                log.warning("formula must convert to MathML: %s in %r", error, latex)
                element.tag = "code"
                element.set("class", "pn-math-error")
                element.text = latex
                continue
            element.set("class", "pn-math-block" if display else "pn-math")
            if display:
                element.set("tabindex", "0")  # it scrolls sideways, so the keyboard must reach it
            element.text = self.md.htmlStash.store(made)
            if not display and (closing := _CLOSING.match(element.tail or "")):
                element.text += closing[0]  # browsers break a line between a formula and a comma
                element.tail = closing.string[closing.end() :]


class MathExtension(Extension):
    """Registers the treeprocessor after inline parsing (20), before links are resolved (0)."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Add the treeprocessor."""
        md.treeprocessors.register(MathTreeprocessor(md), "papernotes-math", 12)


def makeExtension(**options: Any) -> MathExtension:  # noqa: N802  Python-Markdown's name
    """The extension, as Python-Markdown looks it up."""
    return MathExtension(**options)
