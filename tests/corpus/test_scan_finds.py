"""What the scanner finds beyond links: HTML tags, footnotes, labels that nothing defines."""

from __future__ import annotations

import pytest

from corpus.truth import html
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.source import Place


def test_tags_have_their_attributes_and_places() -> None:
    document = scan(
        "Text <A HREF='b.md' onclick=\"x()\"\n  hidden>l</A>.\n\n<div>\n\n<iframe src=x.html></iframe>\n\n</div>"
    )
    found = [(tag.name, tag.attributes, tag.place.line, tag.place.col) for tag in document.tags]
    assert found == [
        ("a", (("href", "b.md"), ("onclick", "x()"), ("hidden", None)), 1, 6),
        ("div", (), 4, 1),
        ("iframe", (("src", "x.html"),), 6, 1),
    ]
    assert [(link.target, link.raw) for link in document.links] == [("b.md", True)]


@pytest.mark.parametrize("text", ["`<script>`", "```\n<script>\n```", "<!-- <script> -->", "$x <script>$"])
def test_tags_in_code_comments_and_math_are_none(text: str) -> None:
    assert scan(text).tags == ()


def test_footnotes() -> None:
    document = scan("One[^1], two[^ref-x], `[^no]` and $a[^no]$.\n\n[^1]: Text.\n[^unused]: Text.")
    assert [(note.label, note.place) for note in document.footnote_refs] == [
        ("1", Place(1, 4, 4)),
        ("ref-x", Place(1, 13, 8)),
    ]
    assert [(note.label, note.place.line) for note in document.footnote_defs] == [("1", 3), ("unused", 4)]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("A [text][none] here.", ["none"]),
        ("A [text][] and ![image][gone].", ["text", "gone"]),
        ("A [text][R x].\n\n[r  X]: b.md", []),
        ("A [text] and [x] and [a] [b].", []),
        ("- [ ] [text][r]\n- [x] done\n\n[r]: b.md", []),
        ("Cited [@a][@b], noted [^1][^2], a[i][j], `[a][b]`, $[a][b]$.", []),
    ],
)
def test_undefined_labels(text: str, labels: list[str]) -> None:
    assert [label for label, _ in scan(text).undefined] == labels


def test_a_label_is_reported_where_its_link_begins() -> None:
    assert scan("!!! note\n    A [text][none] here.", 5).undefined == (("none", Place(6, 7, 12)),)


@pytest.mark.parametrize(
    "text",
    [
        "<script>x()</script>",
        "Text <script>x()</script>",
        "`\n<script>x()</script>\n`",
        "[x](b c.md)\n\n`\n<script>x()</script>\n`",
        "<div>\n<p>\n\n<script>x()</script>",
        "`a\n\n<script\n>x()</script>",
        "[x](b c.md) <!-- a <script>x()</script>",
        "<!-- -->text <script>x()</script>",
        "<p markdown='span'>a <script>x()</script></p>",
        "```\n<script>x()</script>",
        "[x](b c.md)\n\n- a\n\n     <script>x()</script>",
        "!!! note\n    <script>x()</script>",
        "> <script>x()</script>",
    ],
)
def test_no_script_is_overlooked(text: str) -> None:
    assert "<script" in html(text)
    assert [tag.name for tag in scan(text).tags].count("script") == 1
