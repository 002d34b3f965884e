"""Heads of tables: an empty cell heads nothing; one with a formula alone needs a name that is read aloud."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_STASHED = re.compile(r"\x02wzxhzdk:(\d+)\x03")


class TableTreeprocessor(Treeprocessor):
    """Makes empty head cells ordinary ones; names those that hold a formula only by its LaTeX."""

    def run(self, root: ElementTree.Element) -> None:
        """Change a page's tree in place."""
        for cell in root.iter("th"):
            if not len(cell) and not (cell.text or "").strip():
                cell.tag = "td"
            else:
                self._name_formula(cell)

    def _name_formula(self, cell: ElementTree.Element) -> None:
        """Give the formula of a cell that holds nothing else its LaTeX as a name."""
        if len(cell) != 1 or (cell.text or "").strip() or (cell[0].tail or "").strip():
            return
        if stashed := _STASHED.fullmatch((cell[0].text or "").strip()):
            blocks, index = self.md.htmlStash.rawHtmlBlocks, int(stashed[1])
            blocks[index] = str(blocks[index]).replace("<math alttext=", "<math aria-label=", 1)


class TableExtension(Extension):
    """Registers the treeprocessor after the formulas (12), before links are resolved (0)."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Add the treeprocessor."""
        md.treeprocessors.register(TableTreeprocessor(md), "papernotes-tables", 1)


def makeExtension(**options: Any) -> TableExtension:  # noqa: N802  Python-Markdown's name
    """The extension, as Python-Markdown looks it up."""
    return TableExtension(**options)
