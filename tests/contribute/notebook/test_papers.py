"""Where papers begin, which paper each is, and what it is called."""

from __future__ import annotations

import pytest

from contribute.notebook.bringing import bring, report
from papernotes.contribute.notebook.identity import slug_of
from papernotes.contribute.notebook.model import Wishes

SPLITS = {
    "one title": ("# ResNet\n\n## Method\n\na", [(1, "ResNet")]),
    "several titles": ("# ResNet\n\na\n\n# VGG\n\nb", [(1, "ResNet"), (5, "VGG")]),
    "sections of one paper at the top": ("# 摘要\n\na\n\n# 方法\n\nb\n\n# Blocks\n\nc", [(1, "net")]),
    "papers below the notebook's title": (
        "# 论文笔记\n\n## ResNet\n\n### 摘要\n\na\n\n## VGG\n\n### 摘要\n\nb",
        [(3, "ResNet"), (9, "VGG")],
    ),
    "one paper below the notebook's title": ("# 论文笔记\n\n## ResNet\n\n### 摘要\n\na", [(3, "ResNet")]),
    "papers below groups": (
        "# Vision\n\n## ResNet\n\n### Idea\n\na\n\n## VGG\n\n### Idea\n\nb\n\n# Text\n\n## BERT\n\n### Idea\n\nc\n\n## GPT\n\n### Idea\n\nd",
        [(3, "ResNet"), (9, "VGG"), (17, "BERT"), (23, "GPT")],
    ),
    "known papers without sections": (
        "# Read\n\n## Deep Residual Learning for Image Recognition\n\na\n\n## VAE\n\nb\n\n## DDPM: Denoising Diffusion Probabilistic Models\n\nc",
        [(3, "Deep Residual Learning for Image Recognition"), (7, "VAE"), (11, "Denoising Diffusion Probabilistic Models")],
    ),
    "a last section beside papers": ("# ResNet\n\na\n\n# VGG\n\nb\n\n# TODO\n\nread", [(1, "ResNet"), (5, "VGG")]),
    "no heading": ("Just text.", [(1, "net")]),
    "nothing": ("", [(1, "net")]),
}  # fmt: skip


@pytest.mark.parametrize("name", SPLITS)
def test_papers_begin_here(name: str) -> None:
    text, expected = SPLITS[name]
    assert [(draft.line, draft.title) for draft in bring(text).drafts] == expected


def test_the_file_named_after_its_paper_holds_one_paper() -> None:
    text = "# Deep Things for Everyone\n\na\n\n# Speech\n\nb\n\n# Vision\n\nc"
    assert len(bring(text, "notes.md").drafts) == 3
    assert [draft.title for draft in bring(text, "Deep Things for Everyone 阅读笔记.md").drafts] == [
        "Deep Things for Everyone"
    ]


def test_the_level_of_papers_can_be_given() -> None:
    text = "# A\n\n## ResNet\n\na\n\n## VGG\n\nb"
    assert [draft.title for draft in bring(text).drafts] == ["A"]
    done = bring(text, wishes=Wishes(level=2))
    assert [draft.title for draft in done.drafts] == ["ResNet", "VGG"]
    assert "1: left in place: belongs to no paper: “# A”" in report(done)


KNOWN = {
    "title": ("# Deep residual learning for image recognition", "he2016deep", "he2016deep"),
    "name and title": ("# ResNet: Deep Residual Learning for Image Recognition", "he2016deep", "resnet"),
    "title in brackets": ("# 残差网络（Deep Residual Learning for Image Recognition）", "he2016deep", "he2016deep"),
    "arXiv in the opening": ("# 残差\n\n论文：https://arxiv.org/abs/1512.03385v1\n\n## 方法\n\na", "he2016deep", "he2016deep"),
    "DOI in the opening": ("# Net\n\ndoi:10.1109/CVPR.2016.90.", "he2016deep", "net"),
    "labelled title": ("# Net\n\n**论文标题：** Denoising Diffusion Probabilistic Models", "ho2020denoising", "net"),
    "section of the title": ("# 扩散\n\n## 题目\n\nDenoising Diffusion Probabilistic Models", "ho2020denoising", "ho2020denoising"),
    "two identifiers": ("# Net\n\narXiv:1512.03385, arXiv:2006.11239", "", "net"),
    "identifier in another section": ("# Net\n\n## Method\n\nas in arXiv:1512.03385", "", "net"),
    "a note's name": ("# VAE", "", "vae"),
    "unknown": ("# Something about Other Things in a Very Long Title", "", "somethingaboutother"),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_a_paper_is_known_by_what_the_notebook_says(name: str) -> None:
    text, bib, slug = KNOWN[name]
    (draft,) = bring(text, "notes.md").drafts
    page = next((text for path, text in draft.files.items() if "/en/" in path), draft.text)
    assert (f"\nbib: {bib}\n" in page) if bib else ("\nbib: " not in page)
    assert draft.slug == slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [("YOLO v1", "yolov1"), ("R-Drop", "rdrop"), ("DALL·E 2", "dalle2"), ("GPT-3", "gpt3"), ("残差网络", ""), ("3D", ""), ("é", "e")],
)  # fmt: skip
def test_a_slug_is_the_name_in_letters_and_digits(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_english_and_chinese_are_told_apart() -> None:
    text = "# A1\n\n## Method\n\nWords of English prose, and more of them.\n\n# B1\n\n## Method\n\n这里用中文写 batch norm 的想法。"
    assert [draft.edition for draft in bring(text).drafts] == ["en", "zh"]
    assert [draft.edition for draft in bring(text, wishes=Wishes(lang="en")).drafts] == ["en", "en"]
