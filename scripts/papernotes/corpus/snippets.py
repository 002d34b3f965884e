"""Files that a page embeds (``pymdownx.snippets``): their text in its place, and where each line is from.

The preprocessor of Python-Markdown puts the lines of a file where ``--8<-- "path"`` stands, so its headings,
links and formulas belong to the page that embeds it; a fault in them is a fault of the file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from papernotes.corpus.model import Document, Place, Snippet, Source

MOST_LINES = 200_000
"""Of one page with all that it embeds: files that embed each other could describe gigabytes."""

_LINE = re.compile(r"""^(?P<space>[ \t]*)(?P<lead>-+8<-+[ \t]+)(?P<quote>["'])(?P<target>.+)(?P=quote)$""")
_BLOCK = re.compile(r"^(?P<space>[ \t]*)-+8<-+$")
_PATH = re.compile(r"(?P<space>[ \t]*)(?P<target>[^;\s].*?)[ \t]*$")
_TARGET = re.compile(
    r"(?P<path>.*?)(?::(?P<section>[a-zA-Z][-\w]*)|:(?P<lines>-?\d*(?::-?\d*)?(?:,-?\d*(?::-?\d*)?)*))?\Z"
)
_SECTION = re.compile(
    r"^(?!.*;-+8<).*?-+8<-+[ \t]+\[[ \t]*(?P<edge>start|end)[ \t]*:[ \t]*(?P<name>[a-zA-Z][-\w]*)[ \t]*\]",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})")

Reader = Callable[[str], Source | None]
"""From a path that a page gives to the file it means; None when there is none."""


class Line(Struct, frozen=True, gc=False):
    """A line as the renderer reads it: the file it is from, its number there, its further indent."""

    text: str
    path: str
    number: int
    indent: int = 0


@dataclass(slots=True)
class Expanded:
    """A page with what it embeds."""

    lines: list[Line] = field(default_factory=list)
    snippets: list[Snippet] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that the renderer reads."""
        return "\n".join(line.text for line in self.lines)


def expand(text: str, path: str, first_line: int, read: Reader, append: tuple[str, ...] = ()) -> Expanded:
    """Put embedded files in their places.

    Args:
        text: a page's body.
        path: its file.
        first_line: line of the file on which the body begins.
        read: finds files.
        append: paths of files that every page ends with (``auto_append``).

    Returns:
        The lines, and every snippet with what is wrong with it. Code between fences stays where it is: it
        is shown, not read.
    """
    made = Expanded()
    lines = [Line(line, path, first_line + n) for n, line in enumerate(text.split("\n"))]
    _put(made, lines, "", read, (path,))
    for name in append:
        if (source := read(name)) is not None:
            made.lines.append(Line("", source.path, 1))
            _put(made, _of(source), "", read, (path, source.path))
    return made


def _of(source: Source) -> list[Line]:
    return [Line(line, source.path, n) for n, line in enumerate(source.text.split("\n"), 1)]


def _put(made: Expanded, lines: list[Line], space: str, read: Reader, stack: tuple[str, ...]) -> None:
    fence = ""
    block = False
    for line in lines:
        match = (_PATH.match(line.text) if block else _LINE.match(line.text)) if line.text.strip() else None
        if not fence and _BLOCK.match(line.text):
            block = not block
            continue
        if (mark := _FENCE.match(line.text)) and (not fence or line.text.strip(" \t>").startswith(fence)):
            fence = "" if fence else mark["fence"]
        if match is None or len(made.lines) > MOST_LINES:
            if not block:
                made.lines.append(replace(line, text=space + line.text, indent=line.indent + len(space)))
            continue
        found, source = _resolve(match, line, read, stack)
        made.snippets.append(found)
        if fence or source is None or found.problem:
            made.lines.append(replace(line, text=line.text if fence else ""))
            continue
        chosen = _chosen(_of(source), found)
        _put(made, chosen, space + match["space"], read, (*stack, source.path))


def _resolve(
    match: re.Match[str], line: Line, read: Reader, stack: tuple[str, ...]
) -> tuple[Snippet, Source | None]:
    """The snippet that a line names, with what is wrong with it, and its file."""
    start = match.start("target")
    named = _TARGET.match(match["target"])
    path = (named["path"] if named else match["target"]).strip()
    section = (named["section"] or "") if named else ""
    place = Place(line.number, start + 1, len(match["target"]), line.path)
    if match["target"].startswith(("http://", "https://")):
        return Snippet(match["target"], "", place), None
    source = read(path)
    problem = ""
    if source is None:
        problem = "missing"
    elif source.path in stack:
        problem = "cycle"
    elif section and section not in sections(source.text):
        problem = "section"
    lines = (named["lines"] or "") if named else ""
    return Snippet(path, section, place, problem, source.path if source else "", lines), source


def sections(text: str) -> set[str]:
    """The names of the sections of a file."""
    found = (_SECTION.match(line) for line in text.split("\n") if "8<" in line)
    return {match["name"] for match in found if match and match["edge"].lower() == "start"}


def _chosen(lines: list[Line], snippet: Snippet) -> list[Line]:
    """The lines of a file that a snippet asks for."""
    if snippet.region:
        inside, kept = False, []
        for line in lines:
            match = _SECTION.match(line.text) if "8<" in line.text else None
            if match and match["name"] == snippet.region:
                if inside and match["edge"].lower() == "end":
                    break
                inside = True
            elif inside and not match:
                kept.append(line)
        return kept
    if snippet.lines:
        return [line for span in snippet.lines.split(",") for line in _span(lines, span)]
    return [line for line in lines if "8<" not in line.text or not _SECTION.match(line.text)]


def _span(lines: list[Line], span: str) -> list[Line]:
    first, _, last = span.partition(":")
    start = int(first) - (int(first) > 0) if first.strip("-") else 0
    if ":" not in span:
        return lines[start:] if start >= 0 else lines[len(lines) + start :]
    end = int(last) if last.strip("-") else len(lines)
    return lines[start : end + len(lines) + 1 if end < 0 else end]


def placed(document: Document, made: Expanded, path: str) -> Document:
    """A document whose places are those of the files that its lines are from.

    Args:
        document: the scan of the expanded text, its first line number 1.
        made: the expanded page.
        path: the page's own file.
    """

    def place(at: Place) -> Place:
        if not 0 < at.line <= len(made.lines):
            return at
        line = made.lines[at.line - 1]
        return Place(
            line.number, max(1, at.col - line.indent), at.width, "" if line.path == path else line.path
        )

    def moved(value: Any) -> Any:
        if isinstance(value, Place):
            return place(value)
        if isinstance(value, tuple):
            return tuple(moved(item) for item in value)
        if isinstance(value, dict):
            return {key: moved(item) for key, item in value.items()}
        if isinstance(value, Struct):
            return replace(value, **{name: moved(getattr(value, name)) for name in value.__struct_fields__})
        return value

    snippets = tuple(
        replace(one, place=replace(one.place, path="" if one.place.path == path else one.place.path))
        for one in made.snippets
    )
    result: Document = moved(document)
    return replace(result, snippets=snippets)


def finder(bases: tuple[str, ...], read: Callable[[str], Source | None]) -> Reader:
    """A reader that looks for a path under the extension's base paths, and nowhere above them."""

    def find(path: str) -> Source | None:
        for base in bases:
            full = posixpath.normpath(posixpath.join(base, path))
            inside = (
                full.startswith(f"{base}/") if base not in {"", "."} else not full.startswith(("../", "/"))
            )
            if inside and (source := read(full)) is not None:
                return source
        return None

    return find
