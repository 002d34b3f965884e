"""The generated pages, from a small repository."""

from __future__ import annotations

from pathlib import Path

from papernotes.corpus.document import Number
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.pages.around import connections
from papernotes.pages.bibliography import bibliography
from papernotes.pages.citations import references, tidy, unmask
from papernotes.pages.compose import compose
from papernotes.pages.edits import Edit, apply
from papernotes.pages.glossary import glossary
from papernotes.pages.header import header
from papernotes.pages.ledger import ledger_table, shown
from papernotes.pages.navigation import navigation
from papernotes.pages.notes_index import notes_index
from papernotes.pages.numbers import numbers
from papernotes.pages.questions import questions
from papernotes.pages.text import plain, relative
from papernotes.pages.wording import WORDING, tag_name

GROUP = '<div class="pn-group" markdown>\n\n'


def page(corpus: Corpus, key: str, edition: str = "en"):
    found = corpus.page(edition, key)
    assert found is not None
    return found


def test_plain_text_is_neither_markdown_nor_html() -> None:
    assert plain("a * b_c [d] <e> & $f$ @g | h") == (
        "a &#42; b&#95;c &#91;d&#93; &#60;e&#62; &#38; &#36;f&#36; &#64;g &#124; h"
    )
    assert plain("1. a\nb") == "&#49;. a b"
    assert plain("- a") == "&#45; a"


def test_links_are_relative_to_their_page() -> None:
    assert relative("papers/resnet", "glossary.md#x") == "../glossary.md#x"
    assert relative("papers/resnet", "papers/resnet/companion.py") == "resnet/companion.py"
    assert relative("index", "papers/resnet.md") == "papers/resnet.md"


def test_edits_are_made_together_and_an_overlapping_one_is_left_out() -> None:
    assert apply("abcdef", [Edit(4, 5, "E"), Edit(0, 0, ">"), Edit(1, 3, "_"), Edit(2, 4, "!")]) == ">a_dEf"


def test_bibliography_lists_newest_first_with_sources_citers_and_bibtex(corpus: Corpus) -> None:
    made = bibliography(corpus, "en")
    assert made.index("## 2016") < made.index("## 1999")
    assert "### Deep Residual Learning { #he2016deep .pn-work }\n\nKaiming He, Xiangyu Zhang\n\n" in made
    assert "*Vision Conference*, 2016" in made
    assert "[DOI](https://doi.org/10.1109/CVPR.2016.90)" in made
    assert "**[Our note](papers/resnet.md)**" in made
    assert "### One &#42; Star { #lee1999one .pn-work }\n\nAnn Lee et al.\n" in made
    assert "[PDF](https://example.org/one.pdf) · Cited by: [ResNet](papers/resnet.md)" in made
    assert "    ```text\n    @article{lee1999one,\n" in made


def test_glossary_has_both_languages_own_first(corpus: Corpus) -> None:
    english, chinese = glossary(corpus, "en"), glossary(corpus, "zh")
    assert f"## B {{ #letter-b }}\n\n{GROUP}### BLEU {{ #bleu .pn-entry }}" in english
    assert (
        f"## R {{ #letter-r }}\n\n{GROUP}### residual connection {{ #residual-connection .pn-entry }}"
        in english
    )
    assert "Adds a block's input to its output. *Also: skip connection.*" in english
    assert "**残差连接**：把输入加到输出上。*又称跳跃连接。*{ .pn-also }\n{ lang=zh .pn-other }" in english
    assert "Introduced in [Deep Residual Learning (2016)](bibliography.md#he2016deep)" in english
    assert f"## C {{ #letter-c }}\n\n{GROUP}### 残差连接 {{ #residual-connection .pn-entry }}" in chinese


def test_ledger_says_where_each_number_comes_from(corpus: Corpus) -> None:
    made = ledger_table(corpus, page(corpus, "papers/resnet"))
    assert "## Numbers { #numbers }" in made
    assert (
        '| <span id="n-params"></span>parameters &#124; all | 5\u00a0million '
        "| quoted from Table 1 and recomputed by [`parameters`](resnet/companion.py) |"
    ) in made
    assert '| <span id="n-top5"></span>top-5 error | 3.57\u00a0% | quoted from Table 5 |' in made
    assert "| not verified (no source) |" in made


def test_long_value_may_break_but_not_before_a_unit() -> None:
    assert shown(Number("a", "", "39.0 % and 18.3 %")) == "39.0\u00a0% and 18.3\u00a0%"
    assert shown(Number("a", "", "7 × 7 × 30")) == "7\u00a0×\u00a07\u00a0×\u00a030"


def test_chinese_ledger_uses_chinese_names_where_there_are_some(corpus: Corpus) -> None:
    made = ledger_table(corpus, page(corpus, "papers/resnet", "zh"))
    assert "## 数字 { #numbers }" in made
    assert "</span>前五错误率 | 3.57\u00a0% | 引自 Table 5 |" in made
    assert "</span>speed |" in made


def test_a_page_without_numbers_has_no_ledger(corpus: Corpus) -> None:
    assert ledger_table(corpus, page(corpus, "papers/star")) == ""


def test_numbers_page_links_every_row(corpus: Corpus) -> None:
    made = numbers(corpus, "en")
    assert "| [ResNet](papers/resnet.md) | top-5 error | [3.57\u00a0%](papers/resnet.md#n-top5) |" in made
    assert "[`parameters`](papers/resnet/companion.py)" in made
    assert 'class="pn-ledger pn-sortable"' in made


def test_open_questions_come_first(corpus: Corpus) -> None:
    made = questions(corpus, "en")
    assert made.index("- [What is next?](papers/resnet.md#what-is-next)") < made.index("## Answered")
    assert made.index("## Answered") < made.index("- [Does $x^2$ matter?](papers/resnet.md#does-x2-matter)")
    assert "下一步是什么？](papers/resnet.md#下一步是什么)" in questions(corpus, "zh")


def test_header_names_authors_venue_links_and_reading(corpus: Corpus) -> None:
    made = header(corpus, page(corpus, "papers/resnet"))
    assert "Kaiming He, Xiangyu Zhang\n{ .pn-authors }" in made
    assert "Vision Conference, 2016\u00a0· [DOI]" in made
    assert (
        "[Companion code](resnet/companion.py)\u00a0· Read: arXiv v1\u00a0· Pass 3 of 3\n{ .pn-facts }"
        in made
    )
    assert "Adds the input back.\n{ .pn-tldr }" in made
    assert "pn-banner" not in made


def test_draft_has_a_banner(corpus: Corpus) -> None:
    assert '<p class="pn-banner">This note is a draft' in header(corpus, page(corpus, "papers/star"))


def test_chinese_header_speaks_chinese(corpus: Corpus) -> None:
    made = header(corpus, page(corpus, "papers/resnet", "zh"))
    assert "所读版本：arXiv v1\u00a0· 已读 3 遍（共 3 遍）" in made
    assert "把输入加回来。\n{ .pn-tldr }" in made


def test_index_lists_notes_by_year(corpus: Corpus) -> None:
    made = notes_index(corpus, "en")
    assert made.index("[Star](papers/star.md){ .pn-name } *One &#42; Star*") < made.index("[ResNet]")
    assert "Kaiming He, Xiangyu Zhang · 2016 · vision" in made
    assert "· 视觉" in notes_index(corpus, "zh")


def test_navigation_has_untranslated_notes_too(corpus: Corpus) -> None:
    home, notes, reference, guide = navigation(corpus, "zh")
    assert home == {"首页": "index.md"}
    assert notes == {"论文": [{"Star": "papers/star.md"}, {"ResNet": "papers/resnet.md"}]}
    assert {"术语表": "glossary.md"} in reference["索引"]
    assert guide == {"指南": [{"检查规则": "guide/rules.md"}]}


def test_only_genuine_citations_reach_the_citation_plugin(corpus: Corpus) -> None:
    ours = page(corpus, "papers/resnet")
    made = compose(corpus, ours, "en", connections(corpus, "en"))
    assert "[@lee1999one] (Table 2)" in made
    assert made.count("@") == 1
    assert "[0, 1)" not in made
    assert "`a[@lee1999one]`, x@y" in unmask(made)
    assert made.rstrip().endswith("## References { #references }")


def test_card_comes_after_a_heading_with_a_line_under_it(small: Path) -> None:
    path = small / "docs/en/papers/star.md"
    path.write_text(path.read_text().replace("# One * Star", "One Star\n===="))
    corpus = load(small)
    assert "One Star\n====\n\n<p class" in compose(
        corpus, page(corpus, "papers/star"), "en", connections(corpus, "en")
    )


def test_references_get_a_link_to_the_bibliography(corpus: Corpus) -> None:
    made = references("[^ref-lee1999one]: A\\. One, and others. 1–2.", page(corpus, "papers/resnet"))
    assert made == (
        "[^ref-lee1999one]: A. One et al. 1–2. [Entry](../bibliography.md#lee1999one){ .pn-entry-link }"
    )


def test_tidy_reference_has_no_litter() -> None:
    assert tidy("{ResNet}\\_x, pages 1--2. a\\-b") == "ResNet_x, pages 1–2. a-b"


def test_translated_headings_keep_their_english_anchors(corpus: Corpus) -> None:
    made = unmask(compose(corpus, page(corpus, "papers/resnet", "zh"), "zh", connections(corpus, "zh")))
    assert '## <span id="questions-readers-ask"></span>读者的问题' in made
    assert '### <span id="what-is-next"></span>下一步是什么？ {.open}' in made


def test_both_editions_have_every_phrase() -> None:
    banners = {"untranslated", "outdated", "english_page"}
    for edition, phrases in WORDING.items():
        for name in phrases.__slots__:
            assert getattr(phrases, name) or (edition == "en" and name in banners), (edition, name)
    assert tag_name("vision", "zh") == "视觉"
    assert tag_name("unheard-of", "zh") == "unheard-of"
