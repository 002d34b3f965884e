"""S0xx: the bytes and names of files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from papernotes.corpus.sections import SLUG
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading, rule


@found_while_loading("S001")
def not_utf8(given: Given) -> Iterator[Diagnostic]:
    r"""A text file must be UTF-8.

    Why: everything that reads the repository would guess differently.

    Bad: docs/en/index.md
        + \xe9
    Reports:
        docs/en/index.md:1:1: S001 file must be UTF-8: byte 0xe9
    """
    yield from ()


@found_while_loading("S002")
def byte_order_mark(given: Given) -> Iterator[Diagnostic]:
    r"""A text file must not begin with a byte-order mark.

    Why: MkDocs then sees no front matter and says nothing.

    Bad: docs/en/index.md
        - ---
        - title: Demonstration
        + \xef\xbb\xbf---
        + title: Demonstration
    Reports:
        docs/en/index.md:1:1: S002 file must not begin with a byte-order mark
    """
    yield from ()


@found_while_loading("S003")
def carriage_return(given: Given) -> Iterator[Diagnostic]:
    r"""Lines must end with LF.

    Why: a mixed file shows every line as changed in the next pull request.

    Bad: docs/en/index.md
        - # Demonstration
        + # Demonstration\r
    Reports:
        docs/en/index.md:6:16: S003 lines must end with LF: CR found
    """
    yield from ()


_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ue000-\uf8ff\U000e0000-\U0010ffff]+"
)
"""Runs of controls, invisible and private characters, and those that change the direction of text."""
_WORD = re.compile(r"\w+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ALIKE = re.compile(
    "[\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f\u13a0-\u13ff\u0391\u0392\u0395-\u0397\u0399\u039a"
    "\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf]"
)
"""Cyrillic and Cherokee letters, and the Greek ones that look exactly like Latin letters."""


def _texts(given: Given) -> Iterator[Source]:
    """Every text that a reviewer reads."""
    corpus = given.corpus
    yield from (page.source for page in corpus.every_page())
    yield from (corpus.bibliography.source, corpus.glossary.source, corpus.paths.source)
    yield from (companion.source for companion in corpus.companions.values())


@rule("S004")
def unseen(given: Given) -> Iterator[Diagnostic]:
    r"""A text must not hold characters that hide or disguise what it says.

    Why: a reviewer sees other text, other code or another address than readers and programs do. Invisible
    characters, those that turn the direction of text, and words that mix Latin letters with letters of other
    scripts that look the same.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](concepts/idea.md), not a \xe2\x80\xaetpecnoc.
    Reports:
        docs/en/index.md:8:67: S004 text must not hold unseen characters: U+202E RIGHT-TO-LEFT OVERRIDE

    Bad: papers/demo/companion.py
        - def answer() -> int:
        + answеr = 1
        + def answer() -> int:
    Reports:
        papers/demo/companion.py:5:1: S004 word must be of one script: 'answеr' has U+0435 CYRILLIC SMALL LETTER IE
    """
    for source in _texts(given) if given.corpus.ours else ():
        if source.text.isascii() and source.text.isprintable():
            continue
        for number, line in enumerate(source.text.split("\n"), 1):
            if line.isascii() and line.isprintable():
                continue
            for match in _UNSEEN.finditer(line):
                message = f"text must not hold unseen characters: {_named(match[0][0])}"
                place = Place(number, match.start() + 1, len(match[0]))
                yield source.fault(place, "S004", message, "delete it" if place.width == 1 else "delete them")
            for match in _WORD.finditer(line) if _ALIKE.search(line) else ():
                if (alike := _ALIKE.search(match[0])) and _LATIN.search(match[0]):
                    message = f"word must be of one script: {match[0]!r} has {_named(alike[0])}"
                    place = Place(number, match.start() + 1, len(match[0]))
                    yield source.fault(place, "S004", message, "type the word anew")


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


@found_while_loading("S005")
def unreadable(given: Given) -> Iterator[Diagnostic]:
    """A file must be readable and at most 2 MiB, all files together at most 512 MiB.

    Why: no note needs more, and a pull request must not be able to exhaust the checker or the site's host.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + (a × 9,000,000)
    Reports:
        docs/en/index.md:1:1: S005 file must be at most 2 MiB: 9,000,102 bytes
    """
    yield from ()


@found_while_loading("S008")
def strange(given: Given) -> Iterator[Diagnostic]:
    """Everything under docs/ and papers/ must be an ordinary file: no link, pipe or device.

    Why: a link can lead out of the repository, and what it leads to would be read and published.

    Bad: papers/demo/more
        + (a link to /etc)
    Reports:
        papers/demo/more:1:1: S008 file must be an ordinary file
    """
    yield from ()


@rule("S009")
def unread(given: Given) -> Iterator[Diagnostic]:
    """A page must be one that can be read in a time that fits its length.

    Why: what CommonMark and Python-Markdown read differently is rendered to be sure, and Python-Markdown needs
    minutes for some pages that nobody writes by hand. Such a page is read by CommonMark alone, and what is found
    on it may be wrong; building the site may take as long.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        +
        + > > > > > > > > > > > > > ## Deep
    Reports:
        docs/en/concepts/idea.md:13:1: S009 page must not be 12 lists or quotes deep
    """
    for page in given.corpus.every_page() if given.corpus.ours else ():
        for must, place in page.document.unread:
            hint = "split the page, or write this more plainly"
            yield page.source.fault(place, "S009", f"page must {must}", hint)


@rule("S006")
def slug(given: Given) -> Iterator[Diagnostic]:
    """The file name of a note must be a slug: lower-case letters and digits, beginning with a letter.

    Why: it is the note's address, the folder of its companion and a Python module name: one spelling.

    Bad: docs/en/concepts/New-Idea.md
        + ---
        + title: New idea
        + short: New
        + status: complete
        + tags: [method]
        + tldr: A new idea.
        + ---
        + # New idea
    Reports:
        docs/en/concepts/New-Idea.md:1:1: S006 file name must be a slug: 'New-Idea.md'
    """
    for page in given.corpus.every_page():
        if given.corpus.ours and page.kind in {"papers", "concepts"} and not SLUG.match(page.slug):
            near = re.sub(r"[^a-z0-9]", "", page.slug.lower()).lstrip("0123456789")
            yield page.source.fault(
                Place(),
                "S006",
                f"file name must be a slug: {page.slug + '.md'!r}",
                f"rename it to {near}.md" if near else "use lower-case letters and digits",
            )


@found_while_loading("S201")
def unused_exemption(given: Given) -> Iterator[Diagnostic]:
    """An exemption in pyproject.toml must be needed.

    Why: what it excused has been mended, and the next such fault would pass unseen.

    Bad: pyproject.toml
        + [[tool.papernotes.ignore]]
        + code = "L101"
        + path = "docs/en/*"
        + reason = "the page is being written"
    Reports:
        pyproject.toml:1:1: S201 exemption must be needed: L101 in 'docs/en/*'
    """
    yield from ()


@found_while_loading("S202")
def exemption_form(given: Given) -> Iterator[Diagnostic]:
    """An exemption in pyproject.toml must have a code, a path and a reason.

    Why: an exception without a reason is never removed.

    Bad: pyproject.toml
        + [[tool.papernotes.ignore]]
        + code = "L101"
        + path = "docs/en/*"
    Reports:
        pyproject.toml:1:1: S202 an exemption must have code, path, reason: reason is missing
    """
    yield from ()


@rule("S007")
def empty(given: Given) -> Iterator[Diagnostic]:
    """A repository must have a home page.

    Why: without docs/en/index.md there is no site to check or to build; most likely the folder is wrong.

    Bad: docs/en/index.md
        - (the whole file)
    Reports:
        docs/en/index.md:1:1: S007 the repository must have a home page: docs/en/index.md is missing
    """
    home = f"{given.corpus.folders['en']}/index.md"
    if not given.corpus.pages["en"] or (given.corpus.ours and home not in given.corpus.files):
        yield Source(home, "").fault(
            Place(),
            "S007",
            f"the repository must have a home page: {home} is missing",
            "run this in the repository's folder, or create the page",
        )
