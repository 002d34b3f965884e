"""Read one page's Markdown into a :class:`Document`: what stands where, in the file's coordinates.

The parser is pulldown-cmark (``pyromark``), which gives events with byte ranges; what Python-Markdown
reads differently is flattened before (:mod:`.blocks`, :mod:`.html`), and a page in which the two could still
disagree (:mod:`.beyond`) is rendered (:mod:`.rendered`). The site's truth is Python-Markdown: a test
compares the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from papernotes.corpus import slugs
from papernotes.corpus.document import Document, Fold, Snippet
from papernotes.corpus.markdown import beyond, doubts, html
from papernotes.corpus.markdown.blocks import Flat, flatten
from papernotes.corpus.markdown.events import OPTIONS, Walk, run_text
from papernotes.corpus.markdown.formulas import formulas, mask_ranges, plain_formulas
from papernotes.corpus.markdown.notes import footnotes, undefined
from papernotes.corpus.markdown.places import Places
from papernotes.corpus.markdown.raw import raw_html
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.source import Place

SNIPPET = re.compile(r'^(?P<lead>[ \t]*-+8<-+[ \t]+")(?P<target>[^"\n]+)"', re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def scan(text: str, first_line: int = 1, slug: Slugify = slugs.ours) -> Document:
    """Scan Markdown.

    Args:
        text: the page's body, ``\\n`` line ends, without front matter.
        first_line: line of the file on which the body begins.
        slug: from the text of a heading to its anchor.

    Returns:
        What the page holds. Never raises: any text is some Markdown.
    """
    text = _SURROGATE.sub("\ufffd", text) if not text.isascii() else text
    found = html.regions(text)
    flat = flatten(html.blank(text, found) if found else text)
    place = Places(flat.text.encode(), flat.removed, first_line)
    walk = _walk(flat, place, slug)
    inner = list(_in_characters(text, walk.html, place, first_line)) if walk.html else []
    raw = raw_html(text, found, inner, first_line)
    masked = mask_ranges(walk.data, walk.opaque)
    refs, defs = footnotes(masked, place)
    exact = not (
        slug.differs(text)
        or found.beyond
        or flat.doubtful
        or walk.doubtful
        or beyond.characters(text)
        or doubts.left_over(masked, walk.forms)
        or beyond.blocks(flat, walk.text)
        or raw.doubtful
    )
    links = sorted([*walk.links, *raw.links], key=lambda link: link.place) if raw.links else walk.links
    document = Document(
        headings=tuple(walk.headings),
        links=tuple(links),
        citations=tuple(walk.citations),
        math=tuple(walk.math),
        snippets=tuple(_snippets(text, first_line)) if "8<" in text else (),
        folds=tuple(_folds(flat, walk, first_line)),
        comments=tuple(sorted([*walk.comments, *raw.comments], key=lambda comment: comment[1])),
        anchors={**walk.anchors, **{name: at for name, at in raw.ids.items() if name not in walk.anchors}},
        tags=raw.tags,
        footnote_refs=refs,
        footnote_defs=defs,
        undefined=tuple(undefined(masked, place)),
        exact=exact,
    )
    if exact:
        return document
    from papernotes.corpus.markdown.fallback import read  # the renderer is loaded for the pages that need it

    return read(document, text, first_line, slug)


def prose(text: str, first_line: int = 1) -> tuple[tuple[str, Place], ...]:
    """Runs of plain text outside headings, links, code and math, with their places.

    The few rules that need them ask when something on the page gives reason to: most pages are never asked.

    Args:
        text: the page's body, as in :func:`scan`.
        first_line: line of the file on which the body begins.
    """
    text = _SURROGATE.sub("\ufffd", text)
    found = html.regions(text)
    flat = flatten(html.blank(text, found) if found else text)
    place = Places(flat.text.encode(), flat.removed, first_line)
    walk = _walk(flat, place, slugs.ours, runs=True)
    runs = ((run_text(walk.data[start:end]), start, end) for start, end in walk.runs)
    return tuple((run, place(start, end)) for run, start, end in runs if run.strip())


def _walk(flat: Flat, place: Places, slug: Slugify, *, runs: bool = False) -> Walk:
    """What the parser finds, formulas hidden from it."""
    if not flat.doubtful and (found := plain_formulas(flat)) is not None:
        walk = Walk(flat, place, slug, found, runs=runs)
        if not walk.misread:
            return walk
    return Walk(flat, place, slug, formulas(flat, OPTIONS), runs=runs)


def _in_characters(
    text: str, ranges: list[tuple[int, int]], place: Places, first_line: int
) -> Iterator[tuple[int, int]]:
    """Byte ranges of the flattened text as character ranges of the text itself."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for start, end in ranges:
        low, high = place(start), place(end)
        yield starts[low.line - first_line] + low.col - 1, starts[high.line - first_line] + high.col - 1


def _snippets(text: str, first_line: int) -> Iterator[Snippet]:
    line, at = first_line, 0
    for match in SNIPPET.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        path, _, region = match["target"].partition(":")
        yield Snippet(path, region, Place(line, len(match["lead"]) + 1, len(match["target"])))


def _folds(flat: Flat, walk: Walk, first_line: int) -> Iterator[Fold]:
    sections = [heading for heading in walk.headings if heading.level == 2]
    lines = [heading.place.line for heading in sections]
    for marker in flat.markers:
        if marker.mark.startswith("???"):
            line = first_line + marker.line
            index = bisect_right(lines, line) - 1
            section = sections[index].anchor if index >= 0 else ""
            yield Fold(marker.kind, marker.title, section, Place(line, marker.col + 1, 3))
