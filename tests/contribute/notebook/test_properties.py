"""Whatever a notebook holds: no word and no formula is lost, code stays as it is, and again is the same."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from contribute.notebook.bringing import bring
from contribute.notebook.test_defects import ALBUM, CASES
from corpus.strategies import MILD, PAGES
from papernotes.contribute.notebook.model import Fate, Imported

HEADINGS = ["# 论文笔记", "## ResNet", "# YOLO", "### 摘要", "## Method", "### TODO", "## 1. 实验", "# Deep Residual Learning for Image Recognition", "#### Why?", "##无空格"]  # fmt: skip
PIECES = [case["notebook"] for case in CASES.values()]
NOTEBOOKS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(HEADINGS), MILD), min_size=1, max_size=8
).map("\n\n".join)
_WORD = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]")


def words(text: str) -> Counter[str]:
    """Words and Chinese characters, counted without any of the importer's code; list marks are none."""
    text = re.sub(r"</?[a-z0-9]+\s*/?>|<(?:img|a)\s|\b(?:href|src|alt)=", " ", text)
    text = re.sub(r"(?m)^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+", " ", text)
    return Counter(_WORD.findall(text.casefold()))


def everything(done: Imported) -> str:
    return "\n".join([*(draft.text for draft in done.drafts), *(remark.text for remark in done.report)])


def not_audited(done: Imported) -> list[str]:
    return [remark.text for remark in done.report if remark.text.startswith("not carried over")]


@settings(max_examples=150, deadline=None)
@given(NOTEBOOKS)
def test_every_word_is_in_the_drafts_or_in_the_report(text: str) -> None:
    done = bring(text, album=ALBUM)
    assert not_audited(done) == []


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_any_page_can_be_brought_and_what_is_lost_is_said(text: str) -> None:
    done = bring(text)
    there = words(everything(done))
    assert sum((words(text) - there).values()) == 0


def test_the_audit_counts_what_a_plain_count_counts() -> None:
    for case in CASES.values():
        done = bring(f"# Net\n\n{case['notebook']}", album=ALBUM)
        missing = words(unquote(case["notebook"])) - words(unquote(everything(done)))
        assert not missing, (case["name"], missing)


@settings(max_examples=60, deadline=None)
@given(NOTEBOOKS)
def test_again_is_the_same(text: str) -> None:
    assert bring(text, album=ALBUM) == bring(text, album=ALBUM)


FORMULAS = st.sampled_from([r"x_1", r"\frac{a}{b}", r"\mathcal{L} = \sum_i x_i", r"a < b", r"\{W_i\}", r"1^{obj}_{ij}", "y", r"p(x \mid y)", r"\alpha * \beta * \gamma", "a_b c_d"])  # fmt: skip
INLINE = ["残差 ${}$ 是", "a ${}$, b", "** ${}$ **", "- item ${}$", "> ${}$", "1. a\n   ${}$", "| ${}$ | b |\n|---|---|\n| c | d |", "（$ {} $）", "\t\t段落 ${}$ 好", "＄{}＄", "[^1]: ${}$", "### On ${}$", "为什么 ${}$？"]  # fmt: skip
DISPLAY = ["a\n$$\n{}\n$$\nb", "so $${}$$ and", "- item\n  $${}$$", "> $$\n> {}\n> $$", "$$ {}\n\n$$"]


def formulas(text: str) -> Counter[str]:
    """Formulas between dollars, in any number, spaces aside."""
    return Counter(re.sub(r"[\s>]+", "", latex) for latex in re.findall(r"\$+([^$]+)\$+", text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(INLINE + DISPLAY), FORMULAS), min_size=1, max_size=6))
def test_every_formula_is_in_a_draft(pairs: list[tuple[str, str]]) -> None:
    text = "\n\n".join(form.replace("{}", latex, 1) for form, latex in pairs)
    done = bring(f"# Net\n\nsee[^1]\n\n{text}")
    wanted = Counter(re.sub(r"[\s>]+", "", latex) for _, latex in pairs)
    found = formulas("\n".join(draft.text for draft in done.drafts))
    dropped = formulas("\n".join(remark.text for remark in done.report))  # a footnote defined twice
    assert not wanted - found - dropped


CODE = st.lists(
    st.sampled_from(["x = 1", "    y = x_1 * 2  # 注释", "retrun x", "", "$a$ **b**  ", "# no heading", "- no item", "[TOC]", "<b>", "[^1]: no", "| a |", "\tz", "![a](b.png)", "==x==", ": star:"]),
    min_size=1, max_size=6,
).map("\n".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(CODE, st.sampled_from(["```py", "~~~", "``` c++", "````"])), min_size=1, max_size=3)
)
def test_code_is_word_for_word(blocks: list[tuple[str, str]]) -> None:
    text = "\n\n".join(
        f"text\n{fence}\n{code}\n{re.match(r'[`~]+', fence)[0]}\ntext" for code, fence in blocks
    )
    (draft,) = bring(f"# Net\n\n{text}").drafts
    for code, _ in blocks:
        kept = "\n".join(line if line.strip(" \t") else "" for line in code.split("\n"))
        assert f"\n{kept}\n" in draft.text


def test_nothing_is_left_silently() -> None:
    done = bring("# Net\n\n$$ and ＄5 and [[x]] and ![a](C:\\b.png) and <sos>\n")
    fates = [remark.fate for remark in done.report]
    assert fates.count(Fate.LEFT) == 4
