"""Files that mkdocs-include-markdown puts into pages, as far as they change nothing that is checked.

A notice that many pages include brings neither headings nor labels: then the anchors and labels of these
pages are known, and only then; any other inclusion leaves its page open (:mod:`.unknown`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from papernotes.corpus.source import Source

NAME = "plugin include-markdown"
_PLAIN = re.compile(r'(?<=\n\n){%[ ]include-markdown[ ]"(?P<path>[^"\n*?\[\]{}|:]+)"[ ]%}(?=\n\n|\n?\Z)')
_BRINGS = re.compile(
    r"^[ \t>*+-]*#"  # a heading
    r"|[^\s].*\n[ \t>]*(?:=+|-+)[ \t]*$"  # or one that is underlined
    r"|[{<]|```|~~~"  # attributes, HTML, templates; a fence, which need not end in the file
    r"|\]:|\[\^|^[ \t]*:::",  # definitions, footnotes, objects of mkdocstrings
    re.MULTILINE,
)


def without_plain(text: str, path: str, docs: str, read: Callable[[str], Source | None]) -> str:
    """A page without the inclusions, between blank lines, of files that bring no anchors and no labels.

    Args:
        text: the page's body.
        path: its file.
        docs: folder of the pages.
        read: finds a file of the repository.
    """

    def left(match: re.Match[str]) -> str:
        named = match["path"]
        folder = posixpath.dirname(path) if named.startswith(("./", "../")) else docs
        meant = posixpath.normpath(posixpath.join(folder, named))
        source = read(meant) if not meant.startswith(("/", "../")) else None
        return match[0] if source is None or _BRINGS.search(source.text) else ""

    return _PLAIN.sub(left, f"\n\n{text}")
