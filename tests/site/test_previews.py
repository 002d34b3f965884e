"""Previews of links, from the small repository."""

from __future__ import annotations

import markdown
import pytest

from papernotes.corpus.model import Corpus
from papernotes.pages.previews import preview


@pytest.mark.parametrize(
    ("edition", "key", "anchor", "expected"),
    [
        (
            "en",
            "papers/resnet",
            "",
            "Deep Residual Learning (Kaiming He, Xiangyu Zhang, 2016). Adds the input back.",
        ),
        ("zh", "papers/resnet", "", "深度残差学习 (Kaiming He、Xiangyu Zhang、2016)。把输入加回来。"),
        ("en", "papers/star", "", "One * Star (Ann Lee et al., 1999)."),
        (
            "en",
            "papers/resnet",
            "what-is-next",
            "What is next? Deep Residual Learning (Kaiming He, Xiangyu Zhang, 2016). Adds the input back.",
        ),
        ("en", "papers/resnet", "n-top5", "ResNet: top-5 error · quoted from Table 5"),
        ("zh", "papers/resnet", "n-top5", "ResNet：前五错误率 · 引自 Table 5"),
        ("en", "papers/resnet", "n-params", "ResNet: parameters | all · quoted from Table 1 and recomputed"),
        ("en", "papers/resnet", "n-guess", "ResNet: speed · not verified (no source)"),
        ("en", "papers/resnet", "n-gone", ""),
        ("en", "bibliography", "lee1999one", "Ann Lee et al. One * Star. Journal of Stars, 1999."),
        ("en", "glossary", "bleu", "BLEU: A score of translations."),
        ("zh", "glossary", "bleu", "BLEU：翻译的评分。"),
        ("en", "glossary", "", ""),
        ("en", "papers/gone", "", ""),
    ],
)
def test_preview(corpus: Corpus, edition: str, key: str, anchor: str, expected: str) -> None:
    assert preview(corpus, edition, key, anchor) == expected


def test_place_on_the_same_page_has_none_but_a_number_is_told_without_its_note(corpus: Corpus) -> None:
    assert preview(corpus, "en", "papers/resnet", "what-is-next", here="papers/resnet") == ""
    told = preview(corpus, "en", "papers/resnet", "n-top5", here="papers/resnet")
    assert told == "top-5 error · quoted from Table 5"


def test_links_get_their_previews_as_titles() -> None:
    found = {("papers/vae", ""): "A & B", ("papers/resnet", "n-x"): "number"}
    options = {"find": lambda key, anchor: found.get((key, anchor), ""), "page": "papers/resnet"}
    made = markdown.markdown(
        "[a](vae.md) [b %](#n-x) [c](vae.md 'own') [d](https://x.org/vae.md) [e](vae.svg) [f](../index.md)\n\n"
        '<div class="pn-notes" markdown="1">\n\n[g](vae.md)\n\n</div>',
        extensions=["md_in_html", "papernotes.render.previews"],
        extension_configs={"papernotes.render.previews": options},
    )
    assert made == (
        '<p><a href="vae.md" title="A &amp; B">a</a> <a href="#n-x" title="number">b\u00a0%</a> '
        '<a href="vae.md" title="own">c</a> <a href="https://x.org/vae.md">d</a> <a href="vae.svg">e</a> '
        '<a href="../index.md">f</a></p>\n<div class="pn-notes">\n<p><a href="vae.md">g</a></p>\n</div>'
    )


def test_links_that_are_one_sign_have_a_name_and_no_title() -> None:
    made = markdown.markdown(
        '<div class="pn-group" markdown="1">\n\n## A\n\n[g](vae.md)\n\n</div>',
        extensions=["md_in_html", "toc", "papernotes.render.previews"],
        extension_configs={
            "toc": {"permalink": True, "permalink_title": "Link"},
            "papernotes.render.previews": {"find": lambda key, anchor: "VAE", "page": "bibliography"},
        },
    )
    assert '<a aria-label="Link" class="headerlink" href="#a">&para;</a></h2>' in made
    assert '<p><a href="vae.md" title="VAE">g</a></p>' in made
