"""Footnotes and link references: taken out of the notebook, given to the drafts that use them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from papernotes.contribute.notebook.text import Text, joined

_NOTE = re.compile(r"^(?P<lead>[ ]{0,3}(?:>[ \t]*)*)\[\^(?P<label>[^\]\n]+)\]:[ \t]*(?P<text>.*)$")
_LINK = re.compile(
    r"^(?P<lead>[ ]{0,3}(?:>[ \t]*)*)\[(?P<label>[^\]^\[\n][^\]\n]*)\]:[ \t]*(?P<text>\S.*?)[ \t]*$"
)
_ELSEWHERE = re.compile(r"^(?P<lead>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?=\[[^\]\n]+\]:)")
"""A definition in a list, which CommonMark would take away and Python-Markdown would show."""
_ADDRESS = re.compile(r"<[^>\s]+>|[\U000F0000-\U0010FFFD]|\S*[/.#]\S*")
_TITLE = re.compile(r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?\Z")
REFERENCE = re.compile(r"\[\^([^\]\n]+)\](?!:)")
_LABEL = re.compile(r"\[([^\[\]\n]+)\](?!\()")


@dataclass(frozen=True, slots=True)
class Definition:
    """A footnote (``[^label]: text``) or a link reference (``[label]: address``)."""

    label: str
    text: Text
    note: bool

    @property
    def line(self) -> int:
        """Where the notebook has it."""
        return self.text.first


def extract(text: Text) -> tuple[Text, tuple[Definition, ...]]:
    """Take the definitions out of a text."""
    lines = text.lines()
    rest: list[tuple[int, str]] = []
    found: list[Definition] = []
    at = 0
    while at < len(lines):
        number, line = lines[at]
        note, link = _NOTE.match(line), _LINK.match(line)
        at += 1
        if note:
            body = [(number, note["text"])]
            end = _continued(lines, at)
            body += [(n, re.sub(r"^(?: {1,4}|\t)", "", more)) for n, more in lines[at:end]]
            at = end
            found.append(Definition(note["label"], joined(body), note=True))
            rest.append((number, note["lead"].rstrip()))
        elif link and _is_address(link["text"]):
            found.append(Definition(link["label"], Text(link["text"], (number,)), note=False))
            rest.append((number, link["lead"].rstrip()))
        else:
            rest.append((number, _ELSEWHERE.sub(lambda match: match["lead"] + "\\", line)))
    return _shown(joined(rest), found)


def _shown(text: Text, found: list[Definition]) -> tuple[Text, tuple[Definition, ...]]:
    """Put link references that nothing refers to back into the text, where they can be seen: they are a
    list of sources.
    """
    used = {
        _folded(label)
        for piece in (text, *(one.text for one in found))
        for label in _LABEL.findall(piece.text)
    }
    spare = {one.line: one for one in found if not one.note and _folded(one.label) not in used}
    lines: list[tuple[int, str]] = []
    for number, line in text.lines():
        if one := spare.get(number):
            lines += [(number, ""), (number, f"\\[{one.label}]: {one.text.text}"), (number, "")]
        else:
            lines.append((number, line))
    return joined(lines), tuple(one for one in found if one.line not in spare)


def _is_address(text: str) -> bool:
    found = _ADDRESS.match(text)
    return bool(found and _TITLE.match(text, found.end()))


def _continued(lines: list[tuple[int, str]], start: int) -> int:
    """Where a footnote ends that began on the line before: its further lines, and indented paragraphs."""
    end = at = start
    while at < len(lines):
        line = lines[at][1]
        if not line.strip():
            at += 1
            continue
        if re.match(r" {2,}|\t", line) or (
            at == end
            and not re.match(
                r"[ ]{0,3}(?:\[[^\]]+\]:|#{1,6}\s|>|[-*+]\s|\d+[.)]\s|[\U000F0000-\U0010FFFD]\s*$)", line
            )
        ):
            at += 1
            end = at
        else:
            break
    return end


def used(body: str, definitions: Sequence[Definition], low: int, high: int) -> tuple[Definition, ...]:
    """The definitions that a draft needs, footnotes in the order of use.

    Args:
        body: the draft.
        definitions: those of the notebook.
        low: first line of the draft's part of the notebook; its own definitions are preferred.
        high: last line of it.
    """
    chosen: dict[tuple[bool, str], Definition] = {}
    waiting = [body]
    while waiting:
        piece = waiting.pop(0)
        wanted = [(True, label) for label in REFERENCE.findall(piece)]
        wanted += [(False, label) for label in _LABEL.findall(piece) if not label.startswith("^")]
        for note, label in wanted:
            if any(key == (note, _folded(label)) for key in chosen):
                continue
            definition = _best(definitions, note, label, low, high)
            if definition:
                chosen[note, _folded(label)] = definition
                waiting.append(definition.text.text)
    return tuple(chosen.values())


def _best(
    definitions: Iterable[Definition], note: bool, label: str, low: int, high: int
) -> Definition | None:
    same = [one for one in definitions if one.note is note and _folded(one.label) == _folded(label)]
    own = [one for one in same if low <= one.line <= high]
    return next(iter(own or [one for one in same if one.line > high] or same), None)


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
