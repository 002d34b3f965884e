"""Which addresses a change adds: a pull request answers for these and for no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from papernotes.corpus import bibliography, disk, project
from papernotes.corpus.load import read_page
from papernotes.corpus.model import Corpus
from papernotes.corpus.project import Project
from papernotes.corpus.reference import WORKS
from papernotes.links.address import Address
from papernotes.links.places import Use, of_bibliography, of_page, uses


def added(corpus: Corpus, before: Mapping[str, bytes]) -> frozenset[Address]:
    """The addresses that are used now and were not before.

    Args:
        corpus: the repository as it is.
        before: the former content of the files that have changed, by path.

    Returns:
        Addresses that no file had, and identifiers whose work has another title than it had.
    """
    every = list(uses(corpus))
    known = {_what(use) for use in every if use.source.path not in before}
    layout, _ = project.read(corpus.root)
    known |= {_what(use) for path, data in before.items() for use in _uses(layout, path, data)}
    return frozenset(use.address for use in every if use.address is not None and _what(use) not in known)


def _what(use: Use) -> tuple[Address | None, str]:
    return use.address, use.entry.title if use.entry else ""


def _uses(layout: Project, path: str, data: bytes) -> Iterator[Use]:
    """The uses in the former text of a file."""
    source, _ = disk.decode(path, data)
    if path == WORKS:
        yield from of_bibliography(bibliography.parse(source)[0])
        return
    for edition, folder in layout.folders.items():
        if path.startswith(f"{folder}/") and path.endswith(".md"):
            key = path.removeprefix(f"{folder}/").removesuffix(".md")
            yield from of_page(read_page(source, edition, key, layout))
