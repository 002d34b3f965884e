"""S0xx: the bytes and names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papernotes.corpus.model import Place, Source
from papernotes.corpus.sections import SLUG
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


@found_while_loading("S005")
def unreadable(given: Given) -> Iterator[Diagnostic]:
    """A text file must be readable and at most 8 MiB.

    Why: no note needs more, and a pull request must not be able to exhaust the checker.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + (a × 9,000,000)
    Reports:
        docs/en/index.md:1:1: S005 file must be at most 8 MiB: 9,000,102 bytes
    """
    yield from ()


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
