"""What goes into the pipeline and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Fate(StrEnum):
    """What happened to something that is not in a draft as the notebook has it."""

    MENDED = "mended"
    LEFT = "left in place"
    TAKEN_OUT = "taken out"


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One line of the report: what happened on a line of the notebook."""

    line: int
    fate: Fate
    text: str


def quoted(text: str) -> str:
    """What the notebook says, on one line, in quotation marks."""
    return f"“{' '.join(text.split())}”"


Log = list[Remark]
"""The report as it grows; each step of the pipeline adds to it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file that a notebook shows."""

    path: Path
    digest: str
    """SHA-256 of its bytes, so that two files of one name are told apart."""


class Album(Protocol):
    """Where a notebook's images are."""

    def find(self, target: str) -> Picture | str:
        """The file that a target of the notebook means, or why there is none."""
        ...

    def taken(self, path: str) -> str | None:
        """The digest of a repository's file, None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a note that the repository already has."""

    slug: str
    title: str
    short: str
    bib: str
    editions: tuple[str, ...]
    digest: str
    """SHA-256 of its English edition."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of an entry of the bibliography."""

    key: str
    title: str
    doi: str
    arxiv: str


@dataclass(frozen=True, slots=True)
class Library:
    """The repository that a notebook is brought to."""

    works: tuple[Work, ...] = ()
    notes: tuple[Note, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notebook:
    """One file: its name as shown in the report, and its text with ``\\n`` line ends."""

    name: str
    text: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says about a notebook."""

    lang: str = ""
    """Edition of every draft; empty: told from the text."""
    level: int = 0
    """Level of the headings that begin a paper; 0: told from the text."""
    slugs: Mapping[int, str] = field(default_factory=dict)
    """Slug by the line on which a paper begins; line 0 stands for the only paper."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of one paper. ``slug`` is empty when none could be made: then nothing is written."""

    slug: str
    title: str
    line: int
    edition: str
    text: str
    """The page that holds what the notebook says."""
    files: Mapping[str, str]
    """Text by repository path."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """Image files by the repository path to copy them to."""
    proposal: str = ""
    """Where the slug came from, or what to do about its absence."""
    clash: str = ""
    """Why nothing may be written; empty when all is well."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a notebook became."""

    notebook: Notebook
    drafts: tuple[Draft, ...]
    report: tuple[Remark, ...]


def changed(log: Log, line: int, text: str) -> None:
    """Report what was mended so that the draft has it otherwise than the notebook."""
    log.append(Remark(line, Fate.MENDED, text))


def left(log: Log, line: int, text: str) -> None:
    """Report what stays as it is because nothing certain can be made of it."""
    log.append(Remark(line, Fate.LEFT, text))


def removed(log: Log, line: int, text: str) -> None:
    """Report what is in no draft."""
    log.append(Remark(line, Fate.TAKEN_OUT, text))
