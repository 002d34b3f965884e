"""The map of papers: who builds on whom over the years, as a drawing and as a list."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from papernotes.corpus.model import Corpus
from papernotes.pages.drawing import Box, svg
from papernotes.pages.graph import UNKNOWN, Work, full_name, graph
from papernotes.pages.layout import layout, stacked
from papernotes.pages.routing import Grid
from papernotes.pages.text import address, front_matter, link, plain
from papernotes.pages.wording import words

WIDE = Grid(columns=8, box=116, gutter=20, gap=30, axis=44)
"""The map on a screen that is wide enough for it."""
NARROW = Grid(columns=3, box=94, gutter=14, gap=30, axis=36)
"""The map on a phone, and in a narrow window."""


def paper_map(corpus: Corpus, edition: str) -> str:
    """The page ``map.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown: the map twice, for wide and for narrow screens, of which the style sheet shows one; the same
        as a list; the works that have no note, those first that most notes build on.
    """
    phrases = words(edition)
    works = graph(corpus, edition)
    head = f"{front_matter(phrases.map, hide=('navigation', 'toc'), boost=0.3, bare=True)}# {phrases.map}\n\n"
    if not works:
        return f"{head}{phrases.nothing_yet}\n"
    drawings = "\n".join(
        drawn(works, grid, edition, kind, directory_urls=corpus.directory_urls)
        for grid, kind in ((WIDE, "pn-map-wide"), (NARROW, "pn-map-narrow"))
    )
    guide = "guide/contributing"
    add = f" {link(phrases.add_note, f'{guide}.md')}" if corpus.page(edition, guide) else ""
    return (
        f"{head}{phrases.map_intro}\n\n"
        f'<div class="pn-map-frame">\n{drawings}\n</div>\n\n'
        f"## {phrases.map_list} {{ #list }}\n\n{_listed(works, edition)}\n"
        f"## {phrases.map_wanted} {{ #wanted }}\n\n{phrases.map_invite}{add}\n\n{_wanted(works, edition)}"
    )


def drawn(
    works: Mapping[str, Work], grid: Grid, edition: str, kind: str, *, directory_urls: bool = True
) -> str:
    """All works on a grid, as HTML.

    Args:
        works: the works by key.
        grid: measures of the map.
        edition: whose language to use.
        kind: class of the element.
        directory_urls: whether a page's address is a folder.
    """
    edges = [(parent, work.key) for work in works.values() for parent in work.parents]
    order = sorted(works.values(), key=lambda work: (work.year, bool(work.page), work.key))
    layers = [(year, [w.key for w in group]) for year, group in groupby(order, key=lambda work: work.year)]
    rows = stacked(layers, edges, grid.columns)

    def box(key: str) -> Box:
        work = works[key]
        target = (work.page, "") if work.page else ("bibliography", work.key)
        where = address("map", *target, directory_urls=directory_urls)
        return Box(work.label, full_name(work, edition), where, hollow=not work.page)

    made = layout([keys for _, keys in rows], edges, grid)
    years = [str(year) if year != UNKNOWN else "?" for year, _ in rows]
    return svg(made, grid, box, words(edition).map, years=years, kind=kind)


def to_work(work: Work) -> str:
    """A Markdown link to a work's note, or to its entry in the bibliography."""
    return link(work.label, f"{work.page}.md") if work.page else entry_link(work)


def entry_link(work: Work) -> str:
    """A Markdown link to a work's entry, named by author and year."""
    year = f" {work.year}" if work.year != UNKNOWN else ""
    return link(f"{work.label}{year}", f"bibliography.md#{work.key}")


def _listed(works: Mapping[str, Work], edition: str) -> str:
    """The notes by year, each with the works before and after it."""
    phrases = words(edition)
    lines = []
    for work in sorted((w for w in works.values() if w.page), key=lambda w: (w.year, w.key)):
        before = phrases.comma.join(to_work(works[key]) for key in work.parents)
        after = phrases.comma.join(to_work(works[key]) for key in work.children)
        parts = (
            f"{phrases.builds_on}{phrases.colon}{before}" if before else "",
            f"{phrases.continued_by}{phrases.colon}{after}" if after else "",
        )
        year = f" {work.year}" if work.year != UNKNOWN else ""
        told = "\n    ".join(f"{part}  " for part in parts if part)
        lines.append(f"- **{link(work.label, f'{work.page}.md')}**{year}  \n    {told}".rstrip())
    return "\n".join(lines) + "\n"


def _wanted(works: Mapping[str, Work], edition: str) -> str:
    """The works without a note, by how many notes build on them."""
    phrases = words(edition)
    wanted = sorted(
        (w for w in works.values() if not w.page), key=lambda w: (-len(w.children), w.year, w.key)
    )
    lines = [
        f"- {entry_link(work)}{phrases.colon}{plain(work.title)} "
        f"({phrases.comma.join(to_work(works[key]) for key in work.children)})"
        for work in wanted
    ]
    return "\n".join(lines) + "\n" if lines else f"{phrases.nothing_yet}\n"
