"""S3xx: what a page must not do to its readers, and what only works on the author's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papernotes.corpus.model import Link, Page
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule

_CODE = re.compile(r"\s*(?:javascript|vbscript|data\s*:\s*text/html)", re.IGNORECASE)
_LOCAL = re.compile(r"file:|[A-Za-z]:[\\/]|\\\\|~/|.*\bAppData[\\/]", re.IGNORECASE)


def links(given: Given) -> Iterator[tuple[Page, Link]]:
    """Every link and image of every page."""
    for page in given.corpus.every_page():
        for link in page.document.links:
            yield page, link


def is_local(target: str) -> bool:
    """Whether a target is a path of the author's machine."""
    return bool(_LOCAL.match(target))


@rule("S301")
def runs_code(given: Given) -> Iterator[Diagnostic]:
    """A link must not run code.

    Why: a pull request must not be able to run code in the browser of the site's readers.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](javascript:alert(1)) and a [concept](concepts/idea.md).
    Reports:
        docs/en/index.md:8:3: S301 link must not run code: 'javascript:alert(1)'
    """
    for page, link in links(given):
        if _CODE.match(link.target):
            yield page.source.fault(
                link.place, "S301", f"link must not run code: {link.target!r}", "link to a page"
            )


@rule("S302")
def local_path(given: Given) -> Iterator[Diagnostic]:
    r"""A link or image must not be a path of one machine.

    Why: note-taking programs write `C:\Users\…` or `file:///…`; nobody else has that file.

    Bad: docs/en/papers/demo.md
        - ![A falling line.](../../../papers/demo/chart.svg)
        + ![A falling line.](C:/Users/me/AppData/Roaming/chart.svg)
    Reports:
        docs/en/papers/demo.md:49:1: S302 target must be in the repository: 'C:/Users/me/AppData/Roaming/chart.svg'
    """
    for page, link in links(given):
        if is_local(link.target):
            yield page.source.fault(
                link.place,
                "S302",
                f"target must be in the repository: {link.target!r}",
                "copy the file to papers/<slug>/ and link to it there",
            )


ACTIVE = ("script", "iframe", "object", "embed", "applet", "form", "base", "meta", "link")
"""Elements that run code, load another site's page or change where links go."""


@rule("S303")
def active_html(given: Given) -> Iterator[Diagnostic]:
    """A page must not hold HTML that acts: scripts, frames, forms, event handlers.

    Why: a pull request must not be able to run code on the site or to send its readers elsewhere.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](concepts/idea.md).
        +
        + <img src="x.png" alt="x" onerror="alert(1)">
    Reports:
        docs/en/index.md:10:1: L103 image must exist: 'x.png'
        docs/en/index.md:10:1: S303 HTML must not act: onerror
    """
    if not given.corpus.ours:
        return  # other projects may trust whoever writes their pages
    for page in given.corpus.every_page():
        for tag in page.document.tags:
            name = tag.name if tag.name in ACTIVE else ""
            handler = next((key for key, _ in tag.attributes if key.lower().startswith("on")), "")
            if name or handler:
                yield page.source.fault(
                    tag.place,
                    "S303",
                    f"HTML must not act: {'<' + name + '>' if name else handler}",
                    "write Markdown, or ask for what the page needs in an issue",
                )
