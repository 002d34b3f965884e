"""The lines of a map: horizontal and vertical pieces that run only in the gaps between boxes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Line = tuple[tuple[float, float], ...]
"""Corners, from the lower side of the parent to the upper side of the child."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Measures of a map in its own units, of which one is about a CSS pixel."""

    columns: int
    box: int
    """Width of a box."""
    gutter: int
    """Width of the space between two columns, where lines go down."""
    gap: int
    """Height of the space between two rows, where lines go sideways."""
    axis: int
    """Width of the years at the left."""
    height: int = 26
    """Height of a box."""
    letters: int = 13
    """Size of the labels."""

    @property
    def width(self) -> int:
        """Width of the whole map."""
        return self.axis + self.columns * (self.box + self.gutter) + self.gutter

    def left(self, column: int) -> int:
        """Left side of a column's boxes."""
        return self.axis + self.gutter + column * (self.box + self.gutter)

    def top(self, row: int) -> int:
        """Upper side of a row's boxes."""
        return self.gap + row * (self.height + self.gap)


@dataclass(slots=True)
class _Tracks:
    """Parallel lines in the gaps: each parent has at most one in a gap, and shares it where none overlaps."""

    spans: dict[int, dict[str, tuple[float, float]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, gap: int, parent: str, start: float, end: float) -> None:
        """A parent's line runs in a gap from one coordinate to another."""
        low, high = min(start, end), max(start, end)
        old = self.spans[gap].get(parent, (low, high))
        self.spans[gap][parent] = (min(low, old[0]), max(high, old[1]))

    def offsets(self, gap: int, room: float) -> dict[str, float]:
        """Distance of each parent's line from the middle of a gap in which there is so much room."""
        ends: list[float] = []
        track: dict[str, int] = {}
        for parent, (low, high) in sorted(self.spans[gap].items(), key=lambda item: (item[1], item[0])):
            free = next((i for i, end in enumerate(ends) if end < low), len(ends))
            ends[free : free + 1] = [high]
            track[parent] = free
        step = min(4.0, room / max(1, len(ends) - 1))
        return {parent: (i - (len(ends) - 1) / 2) * step for parent, i in track.items()}


def lines(
    cells: Mapping[str, tuple[int, int]], edges: Sequence[tuple[str, str]], grid: Grid
) -> dict[tuple[str, str], Line]:
    """The corners of every line: out of the parent, along the gap, down a gutter, along to the child.

    Args:
        cells: (row, column) of each box.
        edges: (parent, child) pairs of boxes, in any direction.
        grid: measures.
    """
    pitch = grid.box + grid.gutter
    middle = {key: grid.left(column) + grid.box / 2 for key, (_, column) in cells.items()}
    gutters = _gutters(cells, edges, grid)
    across, down = _Tracks(), _Tracks()
    for parent, child in edges:
        first, last = cells[parent][0] + 1, cells[child][0]
        gutter = gutters.get((parent, child))
        if gutter is None:
            across.add(first, parent, middle[parent], middle[child])
            continue
        x = grid.left(0) - grid.gutter / 2 + gutter * pitch
        down.add(gutter, parent, first, last)
        across.add(first, parent, middle[parent], x)
        across.add(last, parent, x, middle[child])
    sideways = {gap: across.offsets(gap, grid.gap - 12) for gap in across.spans}
    vertical = {gutter: down.offsets(gutter, grid.gutter - 6) for gutter in down.spans}

    def y(gap: int, parent: str) -> float:
        return grid.top(gap) - grid.gap / 2 + sideways[gap][parent]

    made = {}
    for parent, child in edges:
        (r1, _), (r2, _) = cells[parent], cells[child]
        start, end = (middle[parent], grid.top(r1) + grid.height), (middle[child], grid.top(r2))
        out = y(r1 + 1, parent)
        gutter = gutters.get((parent, child))
        if gutter is None:
            corners = [start, (start[0], out), (end[0], out), end]
        else:
            x = grid.left(0) - grid.gutter / 2 + gutter * pitch + vertical[gutter][parent]
            into = y(r2, parent)
            corners = [start, (start[0], out), (x, out), (x, into), (end[0], into), end]
        made[parent, child] = tuple((round(a, 1), round(b, 1)) for a, b in corners)
    return made


def _gutters(
    cells: Mapping[str, tuple[int, int]], edges: Sequence[tuple[str, str]], grid: Grid
) -> dict[tuple[str, str], int]:
    """The gutter of every line that passes a row: the shortest way, one its parent uses, the emptiest."""
    load: Counter[tuple[int, int]] = Counter()
    used: dict[str, set[int]] = defaultdict(set)
    chosen = {}
    for parent, child in sorted(edges, key=lambda edge: (cells[edge[0]], cells[edge[1]])):
        (r1, c1), (r2, c2) = cells[parent], cells[child]
        if r2 == r1 + 1:
            continue
        passed = range(min(r1 + 1, r2), max(r1 + 1, r2) + 1)

        def price(gutter: int) -> tuple[float, ...]:
            way = abs(c1 + 0.5 - gutter) + abs(gutter - c2 - 0.5)  # noqa: B023  called before the loop goes on
            busy = sum(load[gutter, row] for row in passed)  # noqa: B023
            return (way, gutter not in used[parent], busy, gutter)  # noqa: B023

        best = min(range(grid.columns + 1), key=price)
        chosen[parent, child] = best
        used[parent].add(best)
        load.update((best, row) for row in passed)
    return chosen
