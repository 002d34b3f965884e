"""Files that a page embeds (``pymdownx.snippets``): their text in its place, and where each line is from.

The preprocessor of Python-Markdown puts the lines of a file where ``--8<-- "path"`` stands, so its headings,
links and formulas belong to the page that embeds it; a fault in them is a fault of the file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from papernotes.corpus.document import Document, Snippet
from papernotes.corpus.source import Place, Source

MOST_LINES = 200_000
"""Of one page with all that it embeds: files that embed each other could describe gigabytes."""
MOST_CHARACTERS = 2 * 1024 * 1024
"""Of all that a page embeds: as many as a page may have."""
LONGEST_TARGET = 1_000
"""Characters of a path with what follows it."""
DEEPEST = 32
"""Files that embed one another."""

_LINE = re.compile(
    r"""^(?P<space>[ \t]*)(?P<escape>;*)-+8<-+(?:[ \t]+(?P<quote>["'])(?P<target>[^\n]+)(?P=quote))?$"""
)
_PATH = re.compile(r"(?P<space>[ \t]*)(?P<target>.*?)[ \t]*$")
_TARGET = re.compile(
    r"(?P<path>.*?)(?::(?P<section>[a-zA-Z][-\w]*)|:(?P<lines>-?\d*(?::-?\d*)?(?:,-?\d*(?::-?\d*)?)*))?\Z"
)
_SECTION = re.compile(
    r"(?<!;)(?!(?<=-)-)(?P<escape>;*)-+8<-+[ \t]+"
    r"\[[ \t]*(?P<edge>start|end)[ \t]*:[ \t]*(?P<name>[a-z][-_0-9a-z]*)[ \t]*\]",
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
    left: int = MOST_CHARACTERS
    """Characters that may still be embedded; a snippet counts as one more, so that all of them end."""

    def room(self, source: Source, snippet: Snippet, indent: str, depth: int) -> tuple[str, list[Line]]:
        """The lines that a snippet asks for, or why they are not embedded: then nothing more is."""
        if self.left < 0:
            return "", []
        if depth >= DEEPEST:
            self.left = -1
            return "deep", []
        chosen = _chosen(source, snippet.region, snippet.lines)
        self.left -= 1 + sum(len(line.text) for line in chosen) + len(indent) * len(chosen)
        if self.left < 0 or len(self.lines) + len(chosen) > MOST_LINES:
            self.left = -1
            return "large", []
        return "", chosen

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
    read = cache(read)  # a page may name the same file again and again
    lines = [Line(line, path, first_line + n) for n, line in enumerate(text.split("\n"))]
    _put(made, lines, "", read, ())
    for name in append:
        if (source := read(name)) is not None:
            made.lines.append(Line("", source.path, 1))
            _put(made, _of(source), "", read, (source.path,))
    return made


@lru_cache(maxsize=16)
def _of(source: Source) -> list[Line]:
    """The lines of a file."""
    return [Line(line, source.path, n) for n, line in enumerate(source.text.split("\n"), 1)]


def _put(
    made: Expanded, lines: list[Line], space: str, read: Reader, stack: tuple[str, ...], *, part: bool = False
) -> None:
    """Add lines, and for every snippet the lines of its file; ``part``: they are a section of a file."""
    fence = ""
    block = False
    for line in lines:
        match = _LINE.match(line.text) if "8<" in line.text else None
        if match and match["escape"]:
            made.lines.append(_shown(line, space, match.start("escape")))
        elif match and not match["target"]:
            block = not block
        elif match and block:
            continue
        elif match is None and not block:
            if (mark := _FENCE.match(line.text)) and (not fence or line.text.strip(" \t>").startswith(fence)):
                fence = "" if fence else mark["fence"]
            section = _SECTION.search(line.text) if "8<" in line.text and not part else None
            if section is None or section["escape"]:
                made.lines.append(_shown(line, space, section.start("escape") if section else -1))
        else:
            match = match or _PATH.match(line.text)
            if match and match["target"].strip() and not match["target"].startswith(";"):
                found, source = _resolve(match, line, read, stack)
                made.snippets.append(found)
                if fence:
                    made.lines.append(_shown(line, space, -1))
                elif source and not found.problem:
                    inner = space + match["space"].expandtabs(4)
                    problem, chosen = made.room(source, found, inner, len(stack))
                    made.snippets[-1] = replace(found, problem=problem)
                    _put(made, chosen, inner, read, (*stack, source.path), part=bool(found.region))


def _shown(line: Line, space: str, escape: int) -> Line:
    """A line as it is read: indented, and without the sign that keeps a snippet from being one."""
    text = line.text if escape < 0 else line.text[:escape] + line.text[escape + 1 :]
    return replace(
        line, text=space + text if text or space else "", indent=line.indent + len(space) - (escape >= 0)
    )


def _resolve(
    match: re.Match[str], line: Line, read: Reader, stack: tuple[str, ...]
) -> tuple[Snippet, Source | None]:
    """The snippet that a line names, with what is wrong with it, and its file."""
    start = match.start("target")
    named = _TARGET.match(match["target"]) if len(match["target"]) <= LONGEST_TARGET else None
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


@lru_cache(maxsize=16)
def sections(text: str) -> set[str]:
    """The names of the sections of a file."""
    found = (_SECTION.search(line) for line in text.split("\n") if "8<" in line)
    return {
        match["name"] for match in found if match and match["edge"].lower() == "start" and not match["escape"]
    }


@lru_cache(maxsize=64)
def _chosen(source: Source, region: str, spans: str) -> list[Line]:
    """The lines of a file that a snippet asks for."""
    lines = _of(source)
    if region:
        inside, kept = False, []
        for line in lines:
            match = _SECTION.search(line.text) if "8<" in line.text else None
            if match and match["escape"]:
                line, match = _shown(line, "", match.start("escape")), None
            if match and match["name"] == region:
                if match["edge"].lower() == "end":
                    break
                inside = True
            elif inside and not match:
                kept.append(line)
        return kept
    if spans:
        every = (line for span in spans.split(",") for line in _span(lines, span))
        return list(islice(every, MOST_LINES + 1))
    return lines


def _span(lines: list[Line], span: str) -> list[Line]:
    """Lines ``3``, ``3:5``, ``:5`` or ``-2:`` of a file: numbered from 1, or backwards from the end."""
    first, _, last = span.partition(":")
    start = _number(first, 0)
    end = _number(last, len(lines))
    start = max(0, len(lines) + start) if start < 0 else max(0, start - 1)
    return lines[start : max(0, len(lines) + 1 + end) if end < 0 else end]


def _number(text: str, absent: int) -> int:
    """A line number; no file has one of more than nine digits."""
    digits = text.strip("-")
    return int(text[:10]) if digits else absent


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
