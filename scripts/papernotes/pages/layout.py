"""Where the boxes and lines of a map stand: years downwards, boxes in columns, lines only between boxes.

A layered drawing after Sugiyama, Tagawa and Toda (1981): layers are years, the order inside a layer comes
from the barycentres of the neighbours. Unlike the layouts of igraph or Graphviz it has a fixed number of
columns, so that it is as wide as a page however many works there are, and its lines keep to the gaps between
boxes (see ``routing``), so that none ever crosses a label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from papernotes.pages.routing import Grid, Line, lines

_SWEEPS = 12
"""Rounds of barycentre ordering; more change nothing on maps of 300 works."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished map: rows in order, the (row, column) of each box, and a line for each (parent, child)."""

    rows: tuple[tuple[str, ...], ...]
    cells: Mapping[str, tuple[int, int]]
    lines: Mapping[tuple[str, str], Line]


def layout(layers: Sequence[Sequence[str]], edges: Sequence[tuple[str, str]], grid: Grid) -> Layout:
    """Place boxes and lines.

    Args:
        layers: the boxes of each layer, from top to bottom, no more than the grid has columns.
        edges: (parent, child) pairs of boxes, in any direction.
        grid: measures.

    Returns:
        Every box in a cell of its own, and lines of horizontal and vertical pieces that cross no box.
    """
    columns = _columns(layers, edges, grid.columns)
    rows = tuple(tuple(sorted(layer, key=lambda key: columns[key])) for layer in layers)
    cells = {key: (row, columns[key]) for row, layer in enumerate(rows) for key in layer}
    return Layout(rows, cells, lines(cells, edges, grid))


def stacked(
    layers: Iterable[tuple[int, Sequence[str]]], edges: Sequence[tuple[str, str]], columns: int
) -> list[tuple[int, tuple[str, ...]]]:
    """Cut layers into rows that fit, with whatever builds on a work of its own layer in a later row.

    Args:
        layers: (name, boxes in order of preference).
        edges: (parent, child) pairs.
        columns: the most boxes that a row takes.

    Returns:
        (name of the layer, boxes) for every row.
    """
    parents = defaultdict(set)
    for parent, child in edges:
        parents[child].add(parent)
    made = []
    for name, keys in layers:
        inside = set(keys)
        level: dict[str, int] = {}
        for key in keys:
            _level(key, parents, inside, level, ())
        room = ceil(len(keys) / ceil(len(keys) / columns)) if keys else columns
        rows: list[list[str]] = []
        at: dict[str, int] = {}
        for key in sorted(keys, key=lambda key: level[key]):
            row = max((at[parent] + 1 for parent in parents[key] if parent in at), default=0)
            while row < len(rows) and len(rows[row]) >= room:
                row += 1
            rows += [[] for _ in range(row + 1 - len(rows))]
            rows[row].append(key)
            at[key] = row
        made += [(name, tuple(row)) for row in rows if row]
    return made


def _level(
    key: str, parents: Mapping[str, set[str]], inside: set[str], level: dict[str, int], path: tuple[str, ...]
) -> int:
    """Length of the longest chain of parents inside the layer; a circle is cut where it closes."""
    if key in path:
        return 0
    if key not in level:
        above = [p for p in parents[key] if p in inside] if key in parents else []
        level[key] = max((_level(p, parents, inside, level, (*path, key)) + 1 for p in above), default=0)
    return level[key]


def _columns(
    layers: Sequence[Sequence[str]], edges: Sequence[tuple[str, str]], columns: int
) -> dict[str, int]:
    """The column of each box: sweeps down and up, the arrangement with the shortest lines wins."""
    near: dict[str, list[str]] = defaultdict(list)
    for parent, child in edges:
        near[parent].append(child)
        near[child].append(parent)
    at = {
        key: column
        for layer in layers
        for key, column in zip(layer, _slots([(columns - 1) / 2] * len(layer), columns), strict=True)
    }

    def length() -> int:
        return sum(abs(at[parent] - at[child]) for parent, child in edges)

    best, shortest = dict(at), length()
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wish = {key: _mean([at[other] for other in near[key]], at[key]) for key in layer}
            order = sorted(layer, key=lambda key: (wish[key], at[key], key))
            at.update(zip(order, _slots([wish[key] for key in order], columns), strict=True))
        if length() < shortest:
            best, shortest = dict(at), length()
    return best


def _mean(values: Sequence[int], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _slots(wishes: Sequence[float], columns: int) -> list[int]:
    """Ascending columns as near to the wished ones as can be: least squares, by dynamic programming."""
    count = len(wishes)
    cost = [[0.0] * (columns + 1) for _ in range(count + 1)]
    for i in range(1, count + 1):
        cost[i][:i] = [float("inf")] * i
        for c in range(i, columns + 1):
            cost[i][c] = min(
                cost[i][c - 1] if c > i else float("inf"), cost[i - 1][c - 1] + (c - 1 - wishes[i - 1]) ** 2
            )
    found = []
    c = columns
    for i in range(count, 0, -1):
        while c > i and cost[i][c] == cost[i][c - 1]:
            c -= 1
        c -= 1
        found.append(c)
    return found[::-1]
