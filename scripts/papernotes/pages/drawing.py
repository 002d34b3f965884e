"""A map of works as an SVG that stands in the page: its boxes are links, its colours are the theme's."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from papernotes.pages.layout import Layout
from papernotes.pages.routing import Grid

_CORNER = 5
_LATIN, _CHINESE = 0.57, 1.03
"""Width of a character of a label (semi-bold), on the wide side, in sizes of the label."""


@dataclass(frozen=True, slots=True)
class Box:
    """What a box shows and where it leads; without an address it is the page itself."""

    label: str
    name: str
    """The full accessible name: it begins with the label."""
    address: str = ""
    hollow: bool = False


def svg(
    drawn: Layout,
    grid: Grid,
    box: Callable[[str], Box],
    label: str,
    *,
    years: Sequence[str] = (),
    kind: str,
) -> str:
    """The map.

    Args:
        drawn: where everything stands.
        grid: its measures.
        box: what to show for a key.
        label: name of the whole for those who do not see it.
        years: the name of each row's layer, shown at the left where it changes.
        kind: class of the element, by which the style sheet knows the map.

    Returns:
        HTML without blank lines. Boxes stand in the order of the rows, which is that of the keyboard. With
        each stand the lines that come into it and, once more, to be shown with it only, those that leave it.
    """
    height = grid.top(len(drawn.rows))
    into: dict[str, list[str]] = defaultdict(list)
    out: dict[str, list[str]] = defaultdict(list)
    for (parent, child), corners in drawn.lines.items():
        path = _path(corners)
        into[child].append(path)
        out[parent].append(path)
    parts = [
        f'<svg class="pn-map {kind}" viewBox="0 0 {grid.width} {height}" role="group" '
        f'font-size="{grid.letters}" aria-label="{text(label)}" data-search-exclude="true">',
        *_bands(years, grid),
    ]
    for row in drawn.rows:
        for key in row:
            shown, place = box(key), drawn.cells[key]
            parts.append(
                f'<g class="pn-node"><path class="pn-in" d="{"".join(into[key])}"/>'
                f'<path class="pn-out" d="{"".join(out[key])}"/>{_box(shown, place, grid)}</g>'
            )
    return "\n".join((*parts, "</svg>"))


def fitted(label: str, width: float, size: int) -> str:
    """A label of a size that fits into a width, its end cut off where it does not."""
    if _wide(label) * size <= width:
        return label
    kept = label
    while kept and _wide(f"{kept}…") * size > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def text(plain: str) -> str:
    """Plain text as HTML in which mkdocs-bibtex finds no citation."""
    return escape(" ".join(plain.split())).replace("@", "&#64;").replace("[", "&#91;")


def _wide(label: str) -> float:
    """About how wide a label is, in sizes; Chinese characters are as wide as they are high."""
    return sum(_CHINESE if unicodedata.east_asian_width(c) in "WF" else _LATIN for c in label)


def _bands(years: Sequence[str], grid: Grid) -> list[str]:
    """The years at the left, every other one on a tinted band."""
    parts = []
    row = 0
    for number, (year, rows) in enumerate(groupby(years)):
        count = len(list(rows))
        top, bottom = grid.top(row) - grid.gap / 2, grid.top(row + count) - grid.gap / 2
        if number % 2 == 0:
            parts.append(
                f'<rect class="pn-band" y="{top:g}" width="{grid.width}" height="{bottom - top:g}"/>'
            )
        middle = grid.top(row) + grid.height / 2
        parts.append(f'<text class="pn-year" x="4" y="{middle:g}" dy=".35em">{text(year)}</text>')
        row += count
    return parts


def _box(shown: Box, place: tuple[int, int], grid: Grid) -> str:
    """A box with its label: a link, or the page itself."""
    row, column = place
    x, y = grid.left(column), grid.top(row)
    look = "pn-hollow" if shown.hollow else "pn-full"
    inside = (
        f'<rect class="{look}" x="{x}" y="{y}" width="{grid.box}" height="{grid.height}" rx="4"/>'
        f'<text x="{x + grid.box / 2:g}" y="{y + grid.height / 2:g}" dy=".35em">'
        f"{text(fitted(shown.label, grid.box - 8, grid.letters))}</text>"
    )
    if not shown.address:
        return f'<g class="pn-here">{inside}</g>'
    # Not href: Material's instant navigation would assign to it, which fails on elements of SVG.
    return (
        f'<a role="link" xlink:href="{text(shown.address)}" aria-label="{text(shown.name)}">'
        f"<title>{text(shown.name)}</title>{inside}</a>"
    )


def _path(corners: Sequence[tuple[float, float]]) -> str:
    """A line with rounded corners, as SVG path data."""
    points = [corners[0]]
    for point in corners[1:]:
        if len(points) > 1 and any(len({p[axis] for p in (*points[-2:], point)}) == 1 for axis in (0, 1)):
            points.pop()  # straight on: no corner
        if point != points[-1]:
            points.append(point)
    made = f"M{_point(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        made += f"L{_point(_toward(corner, before))}Q{_point(corner)} {_point(_toward(corner, after))}"
    return f"{made}L{_point(points[-1])}"


def _toward(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """The point at which the rounding of a corner begins."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(dx), abs(dy))
    share = min(_CORNER, length / 2) / length
    return corner[0] + dx * share, corner[1] + dy * share


def _point(point: tuple[float, float]) -> str:
    return f"{point[0]:.5g} {point[1]:.5g}"
