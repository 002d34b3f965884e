"""papers/references.bib: entries with places; a broken entry is reported and the rest still read."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ImplicitComment,
    ParsingFailedBlock,
)
from bibtexparser.model import Entry as Block
from bibtexparser.splitter import Splitter
from pylatexenc.latex2text import LatexNodes2Text

from papernotes.corpus.reference import Bibliography, Entry
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

VENUES = ("journal", "booktitle", "school", "institution", "publisher", "howpublished", "archiveprefix")
KEY = re.compile(r"[a-z]+[0-9]{4}[a-z0-9]+\Z")

_NAMED = re.compile(r"\s*@\w+\s*\{\s*([\w-]+)")

_latex = LatexNodes2Text(math_mode="verbatim", keep_comments=True)


def parse(source: Source) -> tuple[Bibliography, list[Diagnostic]]:
    """Read a BibTeX file.

    Args:
        source: its text.

    Returns:
        The entries by key, in file order, and what is wrong with the file's form: C001 an entry that cannot
        be read, C002 a key used twice, C003 a field given twice, C004 a key that breaks the pattern.
    """
    lines = source.text.split("\n")
    entries: dict[str, Entry] = {}
    faults: list[Diagnostic] = []
    broken_keys: set[str] = set()
    with _quiet():
        blocks = Splitter(source.text).split().blocks
    for block in blocks:
        line = int(block.start_line or 0)
        raw = block.raw or ""
        if isinstance(block, Block):
            entry, broken = _entry(source, lines, block)
            faults += broken
            if broken:
                broken_keys.add(entry.key)
            else:
                entries[entry.key] = entry
                if not KEY.match(entry.key):
                    faults.append(
                        source.fault(
                            entry.place,
                            "C004",
                            f"key must be author, year, word in lower case: {entry.key!r}",
                            "e.g. `he2016deep`",
                        )
                    )
        elif isinstance(block, DuplicateBlockKeyBlock):
            place = _find(lines, line, str(block.key))
            first = entries.get(str(block.key))
            where = f"first on line {first.place.line}" if first else ""
            faults.append(
                source.fault(
                    place, "C002", f"key must be used once: {block.key!r}", where or "keep one of the two"
                )
            )
        elif isinstance(block, DuplicateFieldKeyBlock):
            name = str(next(iter(sorted(block.duplicate_keys)), ""))
            at = [n for n in range(line, line + raw.count("\n") + 1) if _field(lines[n]) == name]
            place = _find(lines, at[1] if len(at) > 1 else line, name)
            faults.append(
                source.fault(place, "C003", f"field must be given once: {name!r}", "keep one of the two")
            )
            if isinstance(block.ignore_error_block, Block):
                entry, broken = _entry(source, lines, block.ignore_error_block)
                if not broken:
                    entries[entry.key] = entry
        elif isinstance(block, ParsingFailedBlock):
            text = lines[line] if line < len(lines) else ""
            if named := _NAMED.match(text):
                broken_keys.add(named[1])
            place = Place(line + 1, len(text) - len(text.lstrip()) + 1, max(1, len(text.strip())))
            faults.append(
                source.fault(
                    place,
                    "C001",
                    "entry must be readable: a brace, quote or comma is missing in it",
                    "compare with its neighbours: every `{` needs its `}`, every field ends in a comma",
                )
            )
        elif isinstance(block, ImplicitComment) and not all(
            not text.strip() or text.lstrip().startswith("%") for text in raw.split("\n")
        ):
            place = next(
                Place(line + n + 1, 1, len(text))
                for n, text in enumerate(raw.split("\n"))
                if text.strip() and not text.lstrip().startswith("%")
            )
            faults.append(
                source.fault(place, "C001", "text must be part of an entry", "begin a comment line with %")
            )
    return Bibliography(source, entries, frozenset(broken_keys)), faults


def _entry(source: Source, lines: list[str], block: Block) -> tuple[Entry, list[Diagnostic]]:
    start = int(block.start_line or 0)
    place = _find(lines, start, block.key)
    fields: dict[str, str] = {}
    places: dict[str, Place] = {}
    faults: list[Diagnostic] = []
    for item in block.fields:
        name = item.key.lower()
        line = int(item.start_line if item.start_line is not None else start)
        places[name] = _find(lines, line, item.key)
        value = _unbraced(str(item.value))
        if value is None:
            faults.append(
                source.fault(
                    places[name],
                    "C001",
                    f"field must end in a comma: {name!r}",
                    "put a comma after its value",
                )
            )
            value = ""
        fields[name] = " ".join(value.split())
    names = [_name(name) for name in re.split(r"\s+and\s+", fields.get("author", "")) if name.strip()]
    venue = next((fields[name] for name in VENUES if fields.get(name)), "")
    entry = Entry(
        key=block.key,
        kind=block.entry_type.lower(),
        fields=fields,
        authors=tuple(names),
        title=plain(fields.get("title", "")),
        year=fields.get("year", ""),
        venue=plain(venue),
        raw=(block.raw or "").strip(),
        place=place,
        field_places=places,
    )
    return entry, faults


def plain(latex: str) -> str:
    """BibTeX text as Unicode, without braces: ``{\\L}ukasz`` → ``Łukasz``."""
    if not any(mark in latex for mark in "\\{}~$-%"):
        return latex
    return str(_latex.latex_to_text(latex)).replace("\xa0", " ").replace("~", " ")


def _name(name: str) -> str:
    """``Last, First`` or ``First Last`` as "First Last"."""
    parts = [part.strip() for part in plain(name).split(",")]
    if len(parts) == 1:
        return " ".join(parts[0].split())
    return " ".join([*parts[1:][::-1], parts[0]]).strip()


def _unbraced(value: str) -> str | None:
    """A field's value without its delimiters; None when more follows the closing one."""
    value = value.strip()
    if value.startswith("{"):
        depth = 0
        for index, char in enumerate(value):
            depth += (char == "{") - (char == "}")
            if depth == 0:
                return value[1:index] if index == len(value) - 1 else None
        return None
    if value.startswith('"'):
        return value[1:-1] if value.endswith('"') and len(value) > 1 and '"' not in value[1:-1] else None
    return value


def _find(lines: list[str], line: int, word: str) -> Place:
    """Where a word stands on a 0-based line."""
    text = lines[line] if line < len(lines) else ""
    at = text.lower().find(word.lower())
    return Place(line + 1, max(at, 0) + 1, len(word) or 1)


def _field(line: str) -> str:
    return line.partition("=")[0].strip().lower()


@contextmanager
def _quiet() -> Iterator[None]:
    """The parser logs every fault that we report; keep its log off the terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
