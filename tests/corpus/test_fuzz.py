"""No input makes the checker raise or hang: shapes of one thing, texts that once took minutes, broken files.

Nothing here is timed: what is not linear would not end. Speed is measured by ``benchmarks/scan.py``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from benchmarks.shapes import SHAPES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papernotes.commands.findings import findings
from papernotes.corpus import frontmatter
from papernotes.corpus.load import load
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.source import Source
from papernotes.rules.registry import Given
from papernotes.rules.unchecked import unchecked
from trees import demo, project

PROFILE = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=100
)
NOTE = "docs/en/papers/demo.md"


def test_every_shape_is_checked(tmp_path: Path) -> None:
    root = demo(tmp_path)
    for number, make in enumerate(SHAPES.values()):
        (root / f"docs/en/papers/shape{number}.md").write_text(make(1_500), encoding="utf-8")
    found = findings(root, cache=None)
    assert {fault.path for fault in found} >= {
        f"docs/en/papers/shape{number}.md" for number in range(len(SHAPES))
    }


ENDLESS = {
    "an open bracket before many links": "[x " + "[a](b.md) " * 60 + "\n\n[c][d]",
    "an open bracket before many pictures": "[x " + "![a](b.png)" * 60 + "\n\n[c][d]",
    "footnote signs": "[^" * 50_000,
    "pictures in pictures": "![" * 20_000 + "a" + "](b)" * 20_000,
    "attribute lists on a line": "a " + "{b} " * 100_000,
    "attribute lists on lines": "a\n" + "{b}\n" * 50_000,
    "citations on a line of Chinese": "数[@a] " * 40_000,
    "pictures in links on a line of Chinese": "数[![a](b)](c) " * 20_000,
    "formulas that do not end": "\\(a" * 100_000,
    "formulas that end in an escape": "\\(a \\\\) " * 50_000,
    "blanks after a heading's mark": "# " + " " * 100_000 + "a",
    "blanks before a table": "a\n" + " " * 100_000 + "-a|\n",
    "blanks in a title": "!!! a" + " " * 100_000 + "b\n\n    c",
    "blanks in a tag": "- <a" + " " * 100_000 + ">b",
    "blanks in a citation": "[@a, b" + " " * 100_000 + "c @]",
    "headings that count": "## A\n\n## A_1\n\n" * 10_000,
    "classes of a heading": "## A {#" + "a." * 60 + "!}",
    "blank lines": "\n" * 100_000 + "$$",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_once_did_not_end(name: str) -> None:
    scan(ENDLESS[name])


def test_blank_lines_do_not_slow_the_rules(tmp_path: Path) -> None:
    text = "# X\n\n" + "          \n" * 30_000 + "$$\nx\n$$\n"
    assert project(tmp_path, "markdown_extensions: [pymdownx.arithmatex]\n", docs__index=text) == []


def test_long_front_matter_is_refused() -> None:
    text = "---\n" + "title: a\n" * 200_000 + "---\n"
    front, body, line, faults = frontmatter.parse(Source("a.md", text), "en")
    assert (front.present, body, line) == (False, "", 200_003)
    assert [str(fault) for fault in faults] == [
        "a.md:1:1: N002 front matter must be at most 64 KiB: 1,800,000 characters"
    ]


BEYOND = {
    "[" * 5_001: (3, 5_001, "have at most 5,000 `[`: 5,001"),
    "a\n=\n" * 7_600: (15_001, 2, "have at most 15,000 lines: 15,202"),
    "a\n=\n" * 4_000: (3, 1, "have shorter paragraphs where they have many lines, brackets or number signs"),
    "a" * 300_001: (3, 299_998, "have at most 300,000 characters: 300,004"),
    "a\n\n" + "- " * 13 + "a": (5, 1, "not be 12 lists or quotes deep"),
    "".join(" " * 4 * depth + "- a\n" for depth in range(12)): (14, 1, "not be 12 lists or quotes deep"),
    "* a\n??? b\n" * 2_000: (
        3,
        1,
        "have shorter paragraphs where they have many lines, brackets or number signs",
    ),
    "* a\n- - -\n" * 4_000: (
        3,
        1,
        "have shorter paragraphs where they have many lines, brackets or number signs",
    ),
    "* a\n" + "b\n" * 12_000: (3, 1, "have at most 20,000 characters in a paragraph: 24,004"),
    "a[^a]" * 1_001: (3, 5_002, "have at most 1,000 footnotes: 1,001"),
    "a \U000f0000": (3, 3, "hold no private characters: U+F0000"),
}
DOUBTFUL = "\x02\n\n"
"""A page with this character is rendered."""


@pytest.mark.parametrize("text", BEYOND, ids=[must for _, _, must in BEYOND.values()])
def test_what_is_too_much_for_the_renderer_is_said(text: str) -> None:
    document = scan(DOUBTFUL + text)
    assert not document.exact
    assert [(place.line, place.col, must) for must, place in document.unread] == [BEYOND[text]]


NOT_TOO_MUCH = {
    "a drawing": "<div><svg>\n" + '<path d="M0 0L1 1"/>\n' * 2_000 + "</svg></div>",
    "code that is far to the right": "```\n" + " " * 60 + "GET /\n```",
    "a rule across the page": "- " * 20,
    "a list": "## Changes\n" + "* Mend [that](c.md) [#1](d.md)\n" * 700,
    "a numbered list in a list": "* a\n\n" + "    1. Mend [that](c.md) [#1](d.md)\n" * 700,
    "a table": "| a | b |\n|---|--:|\n" + "| [that](c.md) | [it](d.md) |\n" * 900,
}


@pytest.mark.parametrize("name", NOT_TOO_MUCH)
def test_what_is_not_too_much_for_the_renderer(name: str) -> None:
    document = scan(f"{DOUBTFUL}{NOT_TOO_MUCH[name]}\n\n[a](b.md)\n")
    assert not document.unread
    assert document.links[-1].target == "b.md"


def test_in_projects_of_others_it_is_not_a_fault_but_not_checked(tmp_path: Path) -> None:
    text = DOUBTFUL + "- " * 13 + "a\n"
    assert project(tmp_path, "site_name: X\n", docs__index=text) == []
    assert list(unchecked(Given(load(tmp_path)))) == [
        "what Python-Markdown makes of docs/index.md: too large, or too deep, to be rendered here"
    ]


@PROFILE
@given(st.binary(max_size=300), st.sampled_from([b"", b"---\n", b"---\ntitle: "]), st.booleans())
def test_any_front_matter_is_read(data: bytes, before: bytes, closed: bool) -> None:
    text = (before + data + b"\n---\n" * closed).decode(errors="replace")
    front, body, line, faults = frontmatter.parse(Source("a.md", text), "en")
    assert text.endswith(body)
    assert line >= 1
    assert front.present or not front.title
    assert all(fault.line >= 1 and fault.col >= 1 for fault in faults)


FILES = [NOTE, "docs/zh/papers/demo.md", "papers/references.bib", "papers/glossary.yml", "papers/paths.yml"]
CHANGES = st.one_of(
    st.tuples(st.just("flip"), st.integers(0, 10**6), st.integers(0, 255)),
    st.tuples(st.just("cut"), st.integers(0, 10**6), st.just(0)),
    st.tuples(st.just("swap"), st.integers(0, 10**6), st.integers(0, 10**6)),
    st.tuples(st.just("repeat"), st.integers(0, 10**6), st.sampled_from([2, 1_000])),
)


def changed(data: bytes, change: tuple[str, int, int]) -> bytes:
    """A file with one byte another, cut off, with two lines swapped, or one repeated."""
    how, at, other = change
    if how == "flip":
        at %= len(data)
        return data[:at] + bytes([other]) + data[at + 1 :]
    if how == "cut":
        return data[: at % len(data)]
    lines = data.split(b"\n")
    at %= len(lines)
    if how == "swap":
        other %= len(lines)
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at : at + 1] = [lines[at]] * other
    return b"\n".join(lines)


@settings(PROFILE, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(FILES), CHANGES), min_size=1, max_size=4))
def test_a_broken_repository_is_checked(changes: list[tuple[str, tuple[str, int, int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = demo(Path(folder))
        (root / "papers/demo/companion.py").unlink()  # it would be run every time
        for path, change in changes:
            data = (root / path).read_bytes()
            (root / path).write_bytes(changed(data or b"\n", change))
        for fault in findings(root, cache=None):
            assert fault.line >= 1
            assert fault.col >= 1
