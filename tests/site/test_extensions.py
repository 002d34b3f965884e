"""The Markdown extensions, each by itself."""

from __future__ import annotations

import logging
from pathlib import Path

import markdown
import pytest

from papernotes.corpus.model import Corpus
from papernotes.render.lexicon import lexicon
from papernotes.render.math import MathError, mathml
from papernotes.render.svg import SvgError, inline_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9">{}</svg>'


def math(text: str) -> str:
    extensions = ["pymdownx.arithmatex", "papernotes.render.math"]
    options = {"pymdownx.arithmatex": {"generic": True}}
    return markdown.markdown(text, extensions=extensions, extension_configs=options)


def test_inline_formula_becomes_mathml_with_its_source() -> None:
    made = math("Take $x_1 < 2$ now.")
    assert '<span class="pn-math"><math alttext="x_1 &lt; 2"><msub>' in made
    assert "arithmatex" not in made


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("$x$, then", ",</span> then"),
        ("$x$）。再", "）。</span>再"),
        ("$k$-th", "-</span>th"),
        ("$x$ (y)", "</span> (y)"),
    ],
)
def test_no_line_begins_with_what_closes_after_a_formula(written: str, after: str) -> None:
    assert f"</math>{after}" in math(written)


def test_display_formula_stands_in_a_block_that_scrolls() -> None:
    made = math("$$\n\\frac{a}{b}\n\\quad a & b\n$$".replace(" & b", ""))
    assert (
        '<div class="pn-math-block" tabindex="0"><math alttext="\\frac{a}{b} \\quad a" display="block">'
        in made
    )


def test_formula_in_code_is_left_alone() -> None:
    assert math("`$x$`") == "<p><code>$x$</code></p>"


def test_formula_that_does_not_convert_is_a_warning_and_shows_its_source(caplog) -> None:
    with caplog.at_level(logging.WARNING):
        made = math(r"$\nosuch{x}$")
    assert '<code class="pn-math-error">\\nosuch{x}</code>' in made
    assert "nosuch" in caplog.text
    with pytest.raises(MathError, match="nosuch"):
        mathml(r"\nosuch{x}", display=False)


def figures(text: str, root: Path) -> str:
    return markdown.markdown(
        text,
        extensions=["papernotes.render.figures"],
        extension_configs={"papernotes.render.figures": {"root": str(root)}},
    )


def test_image_with_caption_becomes_a_figure_with_the_svg_inline(small: Path) -> None:
    made = figures('![A "line".](../../../papers/resnet/block.svg)\n**Figure 1.** A *line*.', small)
    assert made.startswith('<figure><span class="pn-figure"><svg viewBox="0 0 9 9" role="img"')
    assert 'aria-label="A &quot;line&quot;."' in made
    assert "<figcaption><strong>Figure 1.</strong> A <em>line</em>.</figcaption>\n</figure>" in made


def test_links_to_papers_are_brought_to_where_the_site_has_them(small: Path) -> None:
    made = figures(
        "[c](../../../papers/resnet/companion.py) [n](../papers/resnet.md) ![p](../../papers/a/b.png) x",
        small,
    )
    assert 'href="../papers/resnet/companion.py"' in made
    assert 'href="../papers/resnet.md"' in made
    assert 'src="papers/a/b.png"' in made
    assert "<figure>" not in made


def test_svg_that_must_not_be_inlined_is_a_warning_and_stays_an_image(small: Path, caplog) -> None:
    (small / "papers/resnet/block.svg").write_text(SVG.format("<script/>"))
    with caplog.at_level(logging.WARNING):
        made = figures("![x](../../../papers/resnet/block.svg)", small)
    assert '<img alt="x" src="../papers/resnet/block.svg"' in made
    assert "papers/resnet/block.svg must not contain <script>" in caplog.text


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<script/>", "script"),
        ("<foreignObject/>", "foreignObject"),
        ("<style>*{color:red}</style>", "style"),
        ('<g onclick="x()"/>', "onclick"),
        ('<use href="other.svg#a"/>', "other.svg"),
        ('<g style="fill:url(http://x/y)"/>', "another file"),
        ("<g>", "well-formed"),
    ],
)
def test_svg_with_active_or_foreign_content_is_refused(inside: str, says: str) -> None:
    with pytest.raises(SvgError, match=says):
        inline_svg(SVG.format(inside), "", ())


def test_svg_ids_are_made_unique_with_their_uses() -> None:
    text = SVG.format('<defs><path id="a"/></defs><use href="#a"/><g style="clip-path:url(#a)"/>')
    made, ids = inline_svg(text, "", {"a"})
    assert ids == {"a-2"}
    assert 'id="a-2"' in made
    assert 'xlink:href="#a-2"' in made  # a plain href would break Material's instant navigation
    assert "url(#a-2)" in made
    assert "width" not in made


def terms(text: str, corpus: Corpus, language: str = "en") -> str:
    return markdown.markdown(
        text,
        extensions=["papernotes.render.terms", "tables", "footnotes"],
        extension_configs={
            "papernotes.render.terms": {
                "lexicon": lexicon(corpus.glossary, language),
                "glossary": "../glossary.md",
            }
        },
    )


def test_first_use_of_a_term_is_linked_with_its_definition(corpus: Corpus) -> None:
    made = terms("A skip connection, a residual connection.", corpus)
    assert made == (
        '<p>A <a class="pn-term" href="../glossary.md#residual-connection" '
        'title="Adds a block\'s input to its output.">skip connection</a>, a residual connection.</p>'
    )


@pytest.mark.parametrize("text", ["Residual connections", "skip\nconnection", "Skip-connections"])
def test_plural_line_break_hyphen_and_capital_are_the_same_term(corpus: Corpus, text: str) -> None:
    assert f'output.">{text}</a>' in terms(f"{text} help.", corpus)


@pytest.mark.parametrize(
    "text",
    [
        "# BLEU",
        "[BLEU](x.md)",
        "`BLEU`",
        "    BLEU",
        "BLEUish bleu x-BLEU BLEU/Daily Mail",
        "| BLEU |\n| --- |\n| x |",
        "See[^1].\n\n[^1]: BLEU",
    ],
)
def test_headings_links_code_parts_of_words_and_notes_are_left_alone(corpus: Corpus, text: str) -> None:
    assert "pn-term" not in terms(text, corpus)


def test_chinese_terms_are_found_inside_sentences(corpus: Corpus) -> None:
    made = terms("这里的残差连接与BLEU分数。", corpus, "zh")
    assert ">残差连接</a>与<a" in made
    assert ">BLEU</a>分数。" in made


def test_without_a_lexicon_nothing_happens() -> None:
    assert markdown.markdown("BLEU", extensions=["papernotes.render.terms"]) == "<p>BLEU</p>"


def test_head_cells_of_tables_are_empty_or_named() -> None:
    html = markdown.markdown(
        "| | $j$ | at $k$ |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
        extensions=["tables", "pymdownx.arithmatex", "papernotes.render.math", "papernotes.render.tables"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    assert '<tr>\n<td></td>\n<th><span class="pn-math"><math aria-label="j">' in html
    assert '<th>at <span class="pn-math"><math alttext="k">' in html
