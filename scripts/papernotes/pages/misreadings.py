"""The misreadings page: what readers take from the papers that is not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from papernotes.corpus.document import Page
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.sections import MISREADINGS, SECTIONS
from papernotes.corpus.slugs import ours
from papernotes.pages.bibliography import name
from papernotes.pages.text import front_matter, link, plain
from papernotes.pages.wording import words

_WORDS = 8
"""So many words of a claim are in its anchor."""
_LINK = re.compile(r"(?<=\]\()([^()\s]+)(?=\))")
_CITATION = re.compile(r"\[(@[\w-]+[^\[\]\n]*)\]")
_KEY = re.compile(r"@([\w-]+)")
_CLAIM = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"(`+[^`]+`+|\$[^$\n]+\$)")


def misreadings(corpus: Corpus, edition: str) -> str:
    """The page ``misreadings.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown: under each note its misreadings as the note has them, each with a link to it that can be
        passed on, and a link to where the note has them.
    """
    phrases = words(edition)
    parts = [
        front_matter(phrases.misreadings, exclude=True),
        f"# {phrases.misreadings}\n\n{phrases.misreadings_intro}\n",
    ]
    for note in corpus.notes(edition):
        if found := tuple(of_note(note)):
            anchor = next(h.anchor for h in note.document.headings if _is_section(note, h.text, h.level))
            listed = "\n".join(
                f"- {_moved(corpus, note, text)}\u00a0"
                f'[#](#{own} "{phrases.share}"){{ .pn-share }}\n    {{ #{own} }}'
                for text, own in zip(found, _anchors(corpus, note, found), strict=True)
            )
            where = link(phrases.in_note, f"{note.key}.md#{anchor}")
            parts.append(
                f"## {plain(name(note))} {{ #{note.slug} }}\n\n{listed}\n\n{where}\n{{ .pn-small }}\n"
            )
    if len(parts) == 2:
        parts.append(f"{phrases.nothing_yet}\n")
    return "\n".join(parts)


def of_note(page: Page) -> Iterator[str]:
    """The misreadings of a note: the bullets of their section, each as one line of Markdown."""
    headings = page.document.headings
    for position, heading in enumerate(headings):
        if not _is_section(page, heading.text, heading.level):
            continue
        end = next((h.place.line for h in headings[position + 1 :] if h.level <= 2), None)
        first = heading.place.line - page.body_line + 1
        lines = page.body.split("\n")[first : end - page.body_line if end else None]
        for item in re.split(r"^[-*][ \t]+", "\n".join(lines), flags=re.MULTILINE)[1:]:
            yield " ".join(item.split("\n\n")[0].split())


def _anchors(corpus: Corpus, note: Page, found: tuple[str, ...]) -> Iterator[str]:
    """An anchor for each: the note and what is claimed, in English where both editions have as many."""
    original = tuple(of_note(corpus.page(EDITIONS[0], note.key) or note))
    taken = set[str]()
    for text in original if len(original) == len(found) else found:
        claim = _CLAIM.match(text)
        words_of_claim = ours(claim[1] if claim else text).split("-")
        anchor = wanted = "-".join([note.slug, *words_of_claim[:_WORDS]]).strip("-")
        count = 1
        while anchor in taken:
            count += 1
            anchor = f"{wanted}-{count}"
        taken.add(anchor)
        yield anchor


def _is_section(page: Page, text: str, level: int) -> bool:
    """Whether a heading is that of the section."""
    return level == 2 and text.strip() == SECTIONS[page.edition][MISREADINGS]


def _moved(corpus: Corpus, note: Page, text: str) -> str:
    """A line of a note for a page at the top: its links lead where they led, its citations are links."""

    def target(match: re.Match[str]) -> str:
        address = match[1]
        if re.match(r"[a-z][a-z0-9+.-]*:", address):
            return address
        path, mark, anchor = address.partition("#")
        folder = posixpath.dirname(note.key)
        return (
            f"{posixpath.normpath(posixpath.join(folder, path)) if path else f'{note.key}.md'}{mark}{anchor}"
        )

    def cited(match: re.Match[str]) -> str:
        found = (corpus.bibliography.entries.get(key) for key in _KEY.findall(match[1]))
        links = (
            link(_short(entry.authors, entry.year), f"bibliography.md#{entry.key}")
            for entry in found
            if entry
        )
        return f"({', '.join(links)})"

    pieces = _CODE.split(text)
    return "".join(
        piece if index % 2 else _CITATION.sub(cited, _LINK.sub(target, piece))
        for index, piece in enumerate(pieces)
    )


def _short(authors: tuple[str, ...], year: str) -> str:
    """A work in a sentence: ``He et al. 2016``."""
    first = authors[0].rpartition(" ")[2] if authors else ""
    return " ".join(part for part in (first, "et al." if len(authors) > 1 else "", year) if part)
