"""Where a notebook is read from disk: its files, and the images near it."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from papernotes.contribute.notebook.decode import decode
from papernotes.contribute.notebook.model import Library, Note, Notebook, Picture, Work
from papernotes.corpus.fields import TAGS
from papernotes.corpus.model import Corpus

SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic")
BESIDE = (
    "assets",
    "images",
    "image",
    "img",
    "imgs",
    "figures",
    "figs",
    "pics",
    "attachments",
    "media",
    "附件",
    "图片",
)
"""Folders beside a notebook in which programs keep its images."""


def files(path: Path) -> list[Path]:
    """The notebooks that a path of the command line means: the file, or all Markdown in the folder."""
    if path.is_dir():
        return [found for found in _walk(path) if found.suffix.lower() in SUFFIXES]
    return [path]


def notebook(path: Path, name: str) -> Notebook:
    """Read a notebook.

    Raises:
        UndecodableError: its bytes are no text.
        OSError: it cannot be read.
    """
    text, encoding = decode(path.read_bytes())
    return Notebook(name, text, encoding)


def library(corpus: Corpus) -> Library:
    """What of a repository matters to a notebook."""
    works = tuple(
        Work(entry.key, entry.title, entry.doi, entry.arxiv) for entry in corpus.bibliography.entries.values()
    )
    notes = []
    for slug in sorted({page.slug for page in corpus.every_page() if page.kind == "papers"}):
        pages = {name: found for name in corpus.pages if (found := corpus.pages[name].get(f"papers/{slug}"))}
        own = pages.get("en") or next(iter(pages.values()))
        digest = pages["en"].source.digest if "en" in pages else ""
        notes.append(Note(slug, own.front.title, own.front.short, own.front.bib, tuple(pages), digest))
    return Library(works, tuple(notes), TAGS)


class Folders:
    """The images of some notebooks, by name: a path of the author's machine has no other meaning here."""

    def __init__(self, root: Path, sources: Iterable[Path], notebooks: Sequence[Path]) -> None:
        self._root = root
        self._beside = sorted({path.parent for path in notebooks})
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        searched = [*sources, *(near for path in notebooks for near in _near(path))]
        for path in dict.fromkeys(image for folder in searched for image in _walk(folder)):
            if path.suffix.lower() in IMAGES:
                self._by_name[_folded(path.name)].append(path)

    def find(self, target: str) -> Picture | str:
        """See :class:`papernotes.contribute.notebook.model.Album`."""
        if target.lower().startswith("data:"):
            return "written into the notebook"
        plain = re.sub(r"[?#].*\Z", "", target) if not self._by_name.get(_folded(_name(target))) else target
        path = plain.replace("\\", "/")
        if not re.match(r"[A-Za-z]:|/|file:", path):
            for folder in self._beside:
                for written in (path, unquote(path)):
                    found = folder / written
                    if found.suffix.lower() in IMAGES and found.is_file():
                        return _picture(found)
        same = self._by_name.get(_folded(_name(plain)), [])
        if not same:
            return "not found; if you have it, name its folder with --assets"
        parts = [_folded(part) for part in PurePosixPath(unquote(path)).parts]
        scored = [(_common([_folded(part) for part in one.parts], parts), one) for one in same]
        best = [one for score, one in scored if score == max(scored)[0]]
        pictures = [_picture(one) for one in best]
        if len({picture.digest for picture in pictures}) > 1:
            return "found more than once with different content"
        return pictures[0]

    def taken(self, path: str) -> str | None:
        """See :class:`papernotes.contribute.notebook.model.Album`."""
        file = self._root / path
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def _near(path: Path) -> list[Path]:
    names = (f"{path.stem}.assets", path.stem, f"{path.stem}_files", f"{path.stem}.asset", *BESIDE)
    return [path.parent / name for name in names if (path.parent / name).is_dir()]


def _walk(folder: Path) -> list[Path]:
    found = []
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(top) / name for name in sorted(names) if not name.startswith(".")]
    return found


def _picture(path: Path) -> Picture:
    return Picture(path, hashlib.sha256(path.read_bytes()).hexdigest())


def _name(target: str) -> str:
    return PurePosixPath(unquote(target).replace("\\", "/")).name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    """How many parts two paths share at their ends."""
    count = 0
    for left, right in zip(reversed(one), reversed(two), strict=False):
        if left != right:
            break
        count += 1
    return count
