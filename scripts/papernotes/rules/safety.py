"""S3xx: what a page must not do to its readers, and what only works on the author's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from papernotes.corpus.document import Link, Page
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule

_IGNORED = re.compile("^[\x00-\x20]+|[\t\n\r]")
"""What a browser leaves out of an address before it reads it."""
_CODE = re.compile(r"(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_OTHER = re.compile(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_ODD = re.compile(r"[:\\~]|^/|AppData", re.IGNORECASE)
"""What every absolute address, and every path of one machine, holds."""
_LOCAL = re.compile(r"file:|[A-Za-z]:[\\/]|\\\\|~/|.*\bAppData[\\/]", re.IGNORECASE)


def odd(given: Given) -> Sequence[tuple[Page, Link]]:
    """Every link and image whose target may be something else than a relative path."""
    return given.once(_odd)


def _odd(given: Given) -> Sequence[tuple[Page, Link]]:
    pages = tuple(given.corpus.every_page())
    targets = {link.target for page in pages for link in page.document.links}
    found = {target for target in targets if _ODD.search(target)}
    return [(page, link) for page in pages for link in page.document.links if link.target in found]


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

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](vscode://file/etc) and a [concept](concepts/idea.md).
    Reports:
        docs/en/index.md:8:3: S301 link must begin with https:, http: or mailto:, or with neither: 'vscode://file/etc'
    """
    for page, link in odd(given):
        address = _IGNORED.sub("", link.target)
        if _CODE.match(address) and not (link.image and _PICTURE.match(address)):
            message = f"link must not run code: {link.target!r}"
        elif given.corpus.ours and _OTHER.match(address) and not is_local(address):
            message = f"link must begin with https:, http: or mailto:, or with neither: {link.target!r}"
        else:
            continue
        yield page.source.fault(link.place, "S301", message, "link to a page")


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
    for page, link in odd(given):
        if is_local(link.target):
            yield page.source.fault(
                link.place,
                "S302",
                f"target must be in the repository: {link.target!r}",
                "copy the file to papers/<slug>/ and link to it there",
            )


HARMLESS = frozenset(
    """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup
    table tbody td tfoot th thead tr u ul var wbr
    """.split()  # noqa: SIM905  words read better in a line
)
"""Elements that say what their text is, or show a picture: they run nothing, load nothing, cover nothing."""
PLAIN = frozenset(
    """
    align alt cite class colspan datetime height href id lang loading markdown name open reversed rowspan scope
    src start title type value width
    """.split()  # noqa: SIM905  words read better in a line
)
"""Attributes that do not act."""


@rule("S303")
def active_html(given: Given) -> Iterator[Diagnostic]:
    """HTML of a page must be elements and attributes that only say what their text is.

    Why: a pull request must not be able to run code on the site, to send its readers elsewhere or to cover the
    page. Scripts, frames, forms, styles and event handlers are what it would take.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](concepts/idea.md).
        +
        + <p onclick="alert(1)">A word.</p>
        +
        + <script>alert(1)</script>
    Reports:
        docs/en/index.md:10:1: S303 HTML must not act: <p onclick>
        docs/en/index.md:12:1: S303 HTML must not act: <script>
    """
    if not given.corpus.ours:
        return  # other projects may trust whoever writes their pages
    for page in given.corpus.every_page():
        for tag in page.document.tags:
            strange = next((name for name, _ in tag.attributes if name.lower() not in PLAIN), "")
            if tag.name not in HARMLESS or strange:
                shown = tag.name if tag.name not in HARMLESS else f"{tag.name} {strange}"
                hint = "write Markdown; if it is text, put it between backticks"
                yield page.source.fault(tag.place, "S303", f"HTML must not act: <{shown}>", hint)


PAGES = (".md", ".svg", ".png", ".jpg", ".webp")


@rule("S304")
def other_file(given: Given) -> Iterator[Diagnostic]:
    """A file under docs/ must be a page or a picture.

    Why: MkDocs publishes whatever lies there as it is, a page with scripts too, under the site's own address.

    Bad: docs/en/papers/extra.html
        + <script>alert(1)</script>
    Reports:
        docs/en/papers/extra.html:1:1: S304 file must be a page or a picture: '.html'
    """
    for path in sorted(given.corpus.files) if given.corpus.ours else ():
        if path.startswith("docs/") and not path.endswith(PAGES):
            kind = PurePosixPath(path).suffix
            message = f"file must be a page or a picture: {kind or path.rpartition('/')[2]!r}"
            hint = f"one of {', '.join(PAGES)}; data and code belong to papers/<slug>/"
            yield Source(path, "").fault(Place(), "S304", message, hint)
