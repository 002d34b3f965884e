"""The map of papers: its geometry on random maps, its text on the small repository."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.pages.drawing import fitted
from papernotes.pages.graph import Work, full_name, graph
from papernotes.pages.layout import Layout, layout, stacked
from papernotes.pages.map import NARROW, WIDE, drawn, paper_map
from papernotes.pages.routing import Grid
from papernotes.pages.text import address
from site_library import library

Rectangle = tuple[float, float, float, float]


def rectangle(made: Layout, grid: Grid, key: str) -> Rectangle:
    row, column = made.cells[key]
    x, y = grid.left(column), grid.top(row)
    return x, y, x + grid.box, y + grid.height


def overlap(a: Rectangle, b: Rectangle) -> bool:
    """Whether two rectangles, of which one may be a line, share an inner point."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def assert_drawn_well(layers: list[list[str]], edges: list[tuple[str, str]], grid: Grid) -> None:
    made = layout(layers, edges, grid)
    assert [sorted(row) for row in made.rows] == [sorted(layer) for layer in layers]
    boxes = {key: rectangle(made, grid, key) for key in made.cells}
    assert not any(overlap(a, b) for a, b in combinations(boxes.values(), 2))
    bottom = grid.top(len(layers))
    assert all(
        grid.axis <= x1 and x2 <= grid.width and y1 >= 0 and y2 <= bottom for x1, y1, x2, y2 in boxes.values()
    )
    assert set(made.lines) == set(edges)
    for (parent, child), corners in made.lines.items():
        assert corners[0] == ((boxes[parent][0] + boxes[parent][2]) / 2, boxes[parent][3])
        assert corners[-1] == ((boxes[child][0] + boxes[child][2]) / 2, boxes[child][1])
        for (x1, y1), (x2, y2) in pairwise(corners):
            assert x1 == x2 or y1 == y2
            piece = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
            assert grid.axis <= piece[0]
            assert piece[2] <= grid.width
            assert piece[1] >= 0
            assert piece[3] <= bottom
            assert not any(overlap(piece, box) for box in boxes.values())


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[list[str]], list[tuple[str, str]], Grid]:
    grid = draw(st.sampled_from([WIDE, NARROW]))
    sizes = draw(st.lists(st.integers(1, grid.columns), min_size=1, max_size=8))
    layers = [[f"{row}-{i}" for i in range(size)] for row, size in enumerate(sizes)]
    keys = [key for layer in layers for key in layer]
    pair = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda edge: edge[0] != edge[1])
    return layers, draw(st.lists(pair, max_size=30, unique=True)), grid


@given(drawings())
@settings(max_examples=150, deadline=None)
def test_no_box_and_no_line_touches_a_box_whatever_builds_on_what(
    drawing: tuple[list[list[str]], list[tuple[str, str]], Grid],
) -> None:
    assert_drawn_well(*drawing)


@pytest.mark.parametrize("count", [30, 300])
@pytest.mark.parametrize("grid", [WIDE, NARROW], ids=["wide", "narrow"])
def test_maps_of_30_and_of_300_works_are_drawn_well(count: int, grid: Grid) -> None:
    works = library(count)
    edges = [(parent, work.key) for work in works.values() for parent in work.parents]
    years = sorted({work.year for work in works.values()})
    by_year = [(year, [w.key for w in works.values() if w.year == year]) for year in years]
    rows = stacked(by_year, edges, grid.columns)
    assert [year for year, _ in rows] == sorted(year for year, _ in rows)
    assert all(len(keys) <= grid.columns for _, keys in rows)
    assert_drawn_well([list(keys) for _, keys in rows], edges, grid)


@pytest.mark.parametrize(("count", "size"), [(30, 40_000), (300, 400_000)])
def test_a_map_is_no_larger_than_it_must_be(count: int, size: int) -> None:
    assert len(drawn(library(count), WIDE, "en", "")) < size


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25), st.integers(1, 8))
def test_rows_hold_every_work_once_and_put_it_below_what_it_builds_on(
    pairs: list[tuple[int, int]], columns: int
) -> None:
    keys = [f"w{i}" for i in range(12)]
    edges = [(f"w{a}", f"w{b}") for a, b in pairs if a < b]  # without circles
    rows = stacked([(2000, keys)], edges, columns)
    assert sorted(key for _, row in rows for key in row) == sorted(keys)
    assert all(len(row) <= columns for _, row in rows)
    at = {key: i for i, (_, row) in enumerate(rows) for key in row}
    assert all(at[parent] < at[child] for parent, child in edges)


def test_works_that_build_on_each_other_are_drawn_all_the_same() -> None:
    rows = stacked([(2000, ["a", "b", "c"])], [("a", "b"), ("b", "c"), ("c", "a")], 2)
    assert sorted(key for _, row in rows for key in row) == ["a", "b", "c"]


def test_box_keeps_to_the_column_of_what_it_builds_on() -> None:
    made = layout([["a", "b"], ["c", "d"]], [("a", "c"), ("b", "d")], NARROW)
    assert made.cells["a"][1] == made.cells["c"][1]
    assert made.cells["b"][1] == made.cells["d"][1]


def test_label_that_does_not_fit_is_cut() -> None:
    assert fitted("ResNet", 60, 13) == "ResNet"
    assert fitted("Shattered gradients", 60, 13) == "Shatter…"
    assert fitted("自动微分综述", 60, 13) == "自动微…"


def test_address_is_that_of_the_built_page() -> None:
    assert address("map", "papers/resnet") == "../papers/resnet/"
    assert address("papers/resnet", "papers/vae", "n-x") == "../vae/#n-x"
    assert address("papers/resnet", "index") == "../../"
    assert address("index", "map") == "map/"
    assert address("papers/resnet", "map", directory_urls=False) == "../map.html"


def linked(corpus: Corpus) -> Corpus:
    """The small repository, in which ResNet builds on the other paper."""
    path = corpus.root / "docs/en/papers/resnet.md"
    text = path.read_text(encoding="utf-8").replace(
        "pass: 3\n", "pass: 3\nbuilds_on: [roe2020none, lee1999one]\n"
    )
    path.write_text(text, encoding="utf-8")
    (corpus.root / "docs/en/papers/star.md").unlink()
    return load(corpus.root)


def test_graph_has_notes_and_what_they_build_on(corpus: Corpus) -> None:
    assert graph(linked(corpus), "en") == {
        "he2016deep": Work(
            key="he2016deep",
            label="ResNet",
            title="Deep Residual Learning",
            authors="Kaiming He, Xiangyu Zhang",
            year=2016,
            page="papers/resnet",
            parents=("lee1999one",),
            children=(),
        ),
        "lee1999one": Work(
            key="lee1999one",
            label="Lee",
            title="One * Star",
            authors="Ann Lee et al.",
            year=1999,
            page="",
            parents=(),
            children=("he2016deep",),
        ),
    }


def test_full_name_says_what_the_place_on_the_map_says(corpus: Corpus) -> None:
    works = graph(linked(corpus), "zh")
    assert (
        full_name(works["he2016deep"], "zh")
        == "ResNet：Deep Residual Learning。Kaiming He、Xiangyu Zhang、2016"
    )
    assert full_name(works["lee1999one"], "en") == "Lee: One * Star. Ann Lee 等, 1999. No note yet"


def test_map_page_links_every_box_in_the_order_of_years(corpus: Corpus) -> None:
    made = paper_map(linked(corpus), "en")
    wide = made[made.index("pn-map-wide") : made.index("pn-map-narrow")]
    assert re.findall(r'xlink:href="([^"]*)" aria-label="([^"]*)"', wide) == [
        ("../bibliography/#lee1999one", "Lee: One * Star. Ann Lee et al., 1999. No note yet"),
        ("../papers/resnet/", "ResNet: Deep Residual Learning. Kaiming He, Xiangyu Zhang, 2016"),
    ]
    assert re.findall(r'class="pn-year"[^>]*>([^<]*)<', wide) == ["1999", "2016"]
    assert '<path class="pn-in" d="M530 56L530 86"/><path class="pn-out" d=""/>' in wide
    assert made.endswith(
        "## The map as a list { #list }\n\n"
        "- **[ResNet](papers/resnet.md)** 2016  \n"
        "    Builds on: [Lee 1999](bibliography.md#lee1999one)\n\n"
        "## Works without a note { #wanted }\n\n"
        "Notes build on these works, and nobody has written one about them; those that most notes build on "
        "come first.\n\n"
        "- [Lee 1999](bibliography.md#lee1999one): One &#42; Star ([ResNet](papers/resnet.md))\n"
    )


def test_map_of_nothing_says_so(corpus: Corpus) -> None:
    for path in (corpus.root / "docs").rglob("papers/*.md"):
        path.unlink()
    assert paper_map(load(corpus.root), "zh").endswith("# 论文地图\n\n暂无内容。\n")
