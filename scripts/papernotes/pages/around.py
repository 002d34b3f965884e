"""What surrounds a page: its part of the map, its paths, what to read next, and who mentions it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.drawing import Box, svg
from papernotes.pages.graph import UNKNOWN, Work, full_name, graph
from papernotes.pages.layout import layout, stacked
from papernotes.pages.paths import following, trail
from papernotes.pages.routing import Grid
from papernotes.pages.text import address, link, plain, relative
from papernotes.pages.wording import words
from papernotes.rules.targets import resolve, target_page

GRID = Grid(columns=3, box=138, gutter=16, gap=28, axis=0, height=30, letters=15)
"""The local map: 478 units wide, as a figure."""
_MOST = 15
"""Works that the local map shows before a paper and after it; the whole map has the others."""
_NEXT = 3
"""Pages that are proposed to be read next."""
_KINDS = ("papers", "concepts")
"""Folders whose pages have surroundings and mention others."""


@dataclass(frozen=True, slots=True)
class Connections:
    """How the pages of an edition hang together: the works of the map, and who mentions each page."""

    works: Mapping[str, Work]
    mentions: Mapping[str, tuple[Page, ...]]
    """By the key of the mentioned page, in the order of keys."""


def connections(corpus: Corpus, edition: str) -> Connections:
    """How the pages of an edition hang together.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        The works, and for each page those pages that link to it, cite its paper or build on it.
    """
    about = {corpus.front(note).bib: note.key for note in reversed(corpus.notes(edition))}
    about.pop("", None)
    found: dict[str, list[Page]] = defaultdict(list)
    for key in sorted({key for pages in corpus.pages.values() for key in pages}):
        page = corpus.page(edition, key)
        if page is None or page.kind not in _KINDS:
            continue
        for other in sorted({*_linked(corpus, page), *_cited(corpus, page, about)} - {key}):
            found[other].append(page)
    return Connections(graph(corpus, edition), {key: tuple(pages) for key, pages in found.items()})


def around(corpus: Corpus, page: Page, edition: str, known: Connections) -> str:
    """The section that leads on from a page.

    Args:
        corpus: the repository.
        page: a note or concept page, in whichever language it is shown.
        edition: the edition that shows it.
        known: how the edition's pages hang together.

    Returns:
        Markdown from its heading on; empty for other pages and where nothing is around.
    """
    if page.kind not in _KINDS:
        return ""
    phrases = words(page.edition)
    further = _further(corpus, page, edition, known)
    mentions = known.mentions.get(page.key, ())
    listed = phrases.comma.join(link(name(other), _to(page, other)) for other in mentions)
    parts = [
        _local_map(corpus, page, known),
        trail(corpus, page, edition),
        f"### {phrases.read_next} {{ #read-next }}\n\n{further}" if further else "",
        f"### {phrases.mentioned} {{ #mentioned }}\n\n{listed}" if listed else "",
    ]
    shown = "\n\n".join(part for part in parts if part)
    return f"## {phrases.around} {{ #around }}\n\n{shown}" if shown else ""


def _linked(corpus: Corpus, page: Page) -> Iterator[str]:
    """Keys of the pages that a page links to."""
    for one in page.document.links:
        target = None if one.image else resolve(corpus, page, one)
        if target is not None and (other := target_page(corpus, page, target)) is not None:
            yield other.key


def _cited(corpus: Corpus, page: Page, about: Mapping[str, str]) -> Iterator[str]:
    """Keys of the notes whose papers a page cites or builds on."""
    for key in (*(citation.key for citation in page.document.citations), *corpus.front(page).builds_on):
        if key in about:
            yield about[key]


def _further(corpus: Corpus, page: Page, edition: str, known: Connections) -> str:
    """What to read next and why: along the paths, what builds on this, its base, who mentions it."""
    phrases = words(page.edition)
    reasons: dict[str, tuple[Page, str]] = {}
    for other, path in following(corpus, page, edition):
        reasons.setdefault(other.key, (other, phrases.next_on_path.format(plain(path.title[page.edition]))))
    work = _work(page, known)
    for keys, reason in (
        ((work.children, phrases.next_builds), (work.parents, phrases.next_base)) if work else ()
    ):
        for key in keys:
            if note := corpus.page(edition, known.works[key].page):
                reasons.setdefault(note.key, (note, reason))
    for other in known.mentions.get(page.key, ()):
        reasons.setdefault(other.key, (other, phrases.next_mentions))
    lines = []
    for other, reason in list(reasons.values())[:_NEXT]:
        summary = other.front.tldr or corpus.front(other).tldr
        told = f"{phrases.colon}{plain(summary)}" if summary else ""
        lines.append(f"- {link(name(other), _to(page, other))} ({reason}){told}")
    return "\n".join(lines)


def _local_map(corpus: Corpus, page: Page, known: Connections) -> str:
    """A note's part of the map, in HTML: what it builds on above it, what builds on it below."""
    work = _work(page, known)
    if work is None or not (work.parents or work.children):
        return ""
    works, phrases = known.works, words(page.edition)
    parents = sorted(work.parents, key=lambda key: (works[key].year, key))[-_MOST:]
    children = sorted(work.children, key=lambda key: (works[key].year, key))[:_MOST]
    children = [key for key in children if key not in parents]
    edges = [*((key, work.key) for key in parents), *((work.key, key) for key in children)]
    layers = [(0, parents), (1, [work.key]), (2, children)]
    rows = [keys for _, keys in stacked(layers, [], GRID.columns)]

    def box(key: str) -> Box:
        shown = works[key]
        year = f" {shown.year}" if shown.year != UNKNOWN else ""
        label = shown.label if shown.page else f"{shown.label}{year}"
        if key == work.key:
            return Box(label, label)
        target = (shown.page, "") if shown.page else ("bibliography", key)
        where = address(page.key, *target, directory_urls=corpus.directory_urls)
        return Box(label, full_name(shown, page.edition), where, hollow=not shown.page)

    drawn = svg(layout(rows, edges, GRID), GRID, box, phrases.local_map, kind="pn-map-local")
    whole = address(page.key, "map", directory_urls=corpus.directory_urls)
    caption = phrases.local_caption.format(f'<a href="{whole}">{phrases.more_on_map}</a>')
    return f'<figure class="pn-local">\n{drawn}\n<figcaption>{caption}</figcaption>\n</figure>'


def _work(page: Page, known: Connections) -> Work | None:
    """The work that a page is about."""
    return next((work for work in known.works.values() if work.page == page.key), None)


def _to(page: Page, other: Page) -> str:
    """The link from one page to another."""
    return relative(page.key, f"{other.key}.md")
