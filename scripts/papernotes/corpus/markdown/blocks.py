"""The block syntax of Python-Markdown that a CommonMark parser takes for indented code.

Admonitions (``!!!``), folded blocks (``???``) and content tabs (``===``) hold ordinary Markdown. Here
their markers are blanked and their content is moved to the left, line by line, for a CommonMark parser;
what was taken off each line is kept, so that places still fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKER = re.compile(r"(?P<indent> *)(?P<mark>!!!|\?\?\?\+?|===[+!]{0,2})[ ]+(?P<rest>\S.*)$")
FENCE = re.compile(r" *(?:(?:[-*+]|\d+[.)])[ ]+)*(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
ITEM = re.compile(r" *(?:[-*+]|\d+[.)])[ ]+\S")
FOLD = re.compile(r'(?P<kind>[\w -]*+)"(?P<title>.*)"\s*$')

_SOUND = re.compile(
    r'(?:!!! ?[\w-]+(?: +[\w-]+)*(?: +"[^"\[<!`$&*_\\]*")?|={3}[+!]{0,2} +"[^"\[<!`$&*_\\]*"'
    r'|\?{3}\+? ?(?:(?:[\w-]+(?: +[\w-]+)*)?(?: +"[^"\[<!`$&*_\\]*")|[\w-]+(?: +[\w-]+)*)) *'
)
_INFO = re.compile(
    r"[ ]*\.?(?:[\w#.+-]+)?"
    r'(?: +(?:hl_lines="\d+(?:-\d+)?(?: +\d+(?:-\d+)?)*"|linenums="\d+"|title(?:_mode)?="[^"]*"))*[ ]*'
    r"|[ ]*\{[^{}#]*\}[ ]*"
)
"""What may follow a fence: with an option that superfences does not know, it is none; its id is an anchor."""
_PLAIN = frozenset("#|>[<($&@\"'")
"""What begins no list, no fence and no block with a marker, besides letters."""
_BLOCKS_BEGIN = ("!!!", "???", "===")
_MARK = re.compile(r"^( *)(?:[-*+]|\d(?=\d*[.)]))(.*)$", re.DOTALL)

STEP = 4
"""Python-Markdown's tab length: how far the content of such a block is indented."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A block marker: 0-based line and column, the marker, the words after it and the quoted title."""

    line: int
    col: int
    mark: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Flat:
    """Text with as many lines as the original, every block at the left; ``removed`` characters a line."""

    text: str
    parsed: str
    """The text for the CommonMark parser, of the same length: see the role "continued" below."""
    removed: tuple[int, ...]
    markers: tuple[Marker, ...]
    code_lines: frozenset[int]
    """0-based lines inside fenced code, fences included."""
    doubtful: bool
    """Whether Python-Markdown could see other blocks."""


def flatten(text: str) -> Flat:
    """Move the content of Python-Markdown's blocks to the left.

    Args:
        text: Markdown with ``\\n`` line ends.

    Returns:
        The flattened text and, for each line, the number of characters taken off its start.
    """
    lines = text.split("\n")
    out = list(lines)
    removed = [0] * len(lines)
    markers: list[Marker] = []
    code_lines: set[int] = set()
    continued: list[int] = []
    doubts: list[int] = []
    for number, depth, role in _roles(lines, doubts):
        line = lines[number]
        take = min(depth * STEP, len(line) - len(line.lstrip(" ")))
        rest = line[take:]
        if role == "marker" and (match := MARKER.match(rest)):
            words = FOLD.match(match["rest"])
            kind, title = (words["kind"].strip(), words["title"]) if words else (match["rest"].strip(), "")
            markers.append(Marker(number, take + len(match["indent"]), match["mark"], kind, title))
            rest = ""
        elif role == "continued":
            continued.append(number)
        elif role == "code":
            code_lines.add(number)
        out[number] = rest if rest.strip() else ""
        removed[number] = take
    text = parsed = "\n".join(out)
    if continued:
        for number in continued:
            out[number] = _MARK.sub("\\1\x1a\\2", out[number], count=1)
        parsed = "\n".join(out)
    return Flat(text, parsed, tuple(removed), tuple(markers), frozenset(code_lines), bool(doubts))


def _roles(lines: list[str], doubts: list[int]) -> Iterator[tuple[int, int, str]]:
    """Lines with the number of blocks they are inside and their role; doubtful lines are added to ``doubts``.

    A line of text that is in no block and so stays as it is is left out.

    Roles: text, code (fenced), marker, continued (it looks like the first item of a list, but follows a line
    of a paragraph: Python-Markdown lets no list interrupt one).
    """
    contents: list[int] = []  # indent that the content of each open block must have
    fence = ""
    fence_indent = 0
    in_list = paragraph = opened = blank = False
    for number, line in enumerate(lines):
        if not fence:
            if not line:
                if opened:
                    doubts.append(number)
                opened, blank, paragraph = False, True, False
                continue
            first = line[0]
            if not contents and (first.isalpha() or first in _PLAIN or line.startswith("![")):  # most lines
                in_list = in_list and paragraph
                opened, blank, paragraph = False, False, first not in "#|>"
                continue
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        if stripped:
            if contents and indent < contents[-1]:
                if fence or not blank:
                    doubts.append(number)
                while contents and indent < contents[-1]:
                    contents.pop()
                fence = ""
        elif opened:
            doubts.append(number)
        opened, blank = False, not stripped
        depth = len(contents)
        rest = line[min(depth * STEP, indent) :]
        if fence:
            if rest.strip().startswith(fence) and not rest.strip().strip(fence[0]):
                if indent != fence_indent:
                    doubts.append(number)
                fence = ""
            elif stripped and indent < fence_indent:
                doubts.append(number)
            yield number, depth, "code"
            continue
        if match := FENCE.match(rest):
            fence, fence_indent = match["fence"], indent
            if not _INFO.fullmatch(match["info"]):
                doubts.append(number)
            yield number, depth, "code"
            continue
        item = bool(ITEM.match(rest))
        if item and paragraph and not in_list:
            yield number, depth, "continued"
            continue
        if stripped:
            in_list = item or (in_list and (rest.startswith(" ") or paragraph))
        paragraph = bool(stripped) and not stripped.startswith(("#", "|", ">"))
        if (match := MARKER.match(rest)) and (len(match["indent"]) < STEP or in_list):
            if not _SOUND.fullmatch(stripped) or len(match["indent"]) % STEP:
                doubts.append(number)
            yield number, depth, "marker"
            contents.append(indent + STEP)
            opened, paragraph = True, False
        else:
            if stripped.startswith(_BLOCKS_BEGIN) and stripped.strip("= "):
                doubts.append(number)
            if depth or not stripped:
                yield number, depth, "text"
    if fence:
        doubts.append(len(lines))
