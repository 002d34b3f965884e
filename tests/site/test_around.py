"""Reading paths and what surrounds a page, from the small repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.pages.around import around, connections
from papernotes.pages.paths import path_pages, paths, trail
from papernotes.render.view import alternates

PATHS = """\
deeper:
  title: {en: Going deeper, zh: 更深}
  intro: {en: "Why add?", zh: "为什么相加？"}
  steps:
    - {page: papers/star, en: "A star.", zh: "一颗星。"}
    - {page: papers/gone, en: "Gone.", zh: "没了。"}
    - {page: concepts/depth, en: "Depth & cost.", zh: "深度。"}
    - {page: papers/resnet, en: "The sum.", zh: "求和。"}
"""
CONCEPT = "---\ntitle: Depth\nshort: Depth\ntldr: More layers.\n---\n\n# Depth\n\nAs [@he2016deep] says.\n"


@pytest.fixture
def walked(small: Path) -> Corpus:
    """The small repository with a path, a concept page, and ResNet building on the other paper."""
    (small / "papers/paths.yml").write_text(PATHS, encoding="utf-8")
    (small / "docs/en/concepts").mkdir()
    (small / "docs/en/concepts/depth.md").write_text(CONCEPT, encoding="utf-8")
    note = small / "docs/en/papers/resnet.md"
    note.write_text(
        note.read_text("utf-8").replace("pass: 3\n", "pass: 3\nbuilds_on: [lee1999one]\n"), "utf-8"
    )
    return load(small)


def shown(corpus: Corpus, key: str, edition: str = "en") -> str:
    page = corpus.page(edition, key)
    assert page is not None
    return around(corpus, page, edition, connections(corpus, edition))


def test_paths_page_lists_the_steps_that_exist(walked: Corpus) -> None:
    assert paths(walked, "en").endswith(
        "## [Going deeper](paths/deeper.md) { #deeper }\n\nWhy add?\n\n"
        '<div class="pn-path" markdown="1">\n\n'
        "1. [Star](papers/star.md){ .pn-name } A star.\n"
        "2. [Depth](concepts/depth.md){ .pn-name } Depth &#38; cost.\n"
        "3. [ResNet](papers/resnet.md){ .pn-name } The sum.\n\n</div>\n"
    )
    assert "## [更深](paths/deeper.md) { #deeper }\n\n为什么相加？\n" in paths(walked, "zh")


def test_every_path_has_a_page_with_its_steps(walked: Corpus) -> None:
    made = path_pages(walked, "en")
    assert list(made) == ["paths/deeper"]
    assert made["paths/deeper"].endswith(
        "# Going deeper\n\nWhy add?\n\n"
        '<div class="pn-path" markdown="1">\n\n'
        "1. [Star](../papers/star.md){ .pn-name } A star.\n"
        "2. [Depth](../concepts/depth.md){ .pn-name } Depth &#38; cost.\n"
        "3. [ResNet](../papers/resnet.md){ .pn-name } The sum.\n\n</div>\n\n"
        "[Reading paths](../paths.md)\n{ .pn-small }\n"
    )
    (other,) = (one for one in alternates(walked, "en", "paths/deeper", "paths/deeper/") if not one.current)
    assert other.href == "../../zh/paths/deeper/"


def test_without_paths_the_page_says_so(corpus: Corpus) -> None:
    assert paths(corpus, "en").endswith("Nothing here yet.\n")


def test_each_step_leads_on_and_back(walked: Corpus) -> None:
    def line(key: str, edition: str = "en") -> str:
        page = walked.page(edition, key)
        assert page is not None
        return trail(walked, page, edition)

    assert line("concepts/depth") == (
        '<div class="pn-trail" markdown="1">\n\n'
        "[Going deeper](../paths/deeper.md), step 2 of 3"
        " · [Previous: Star](../papers/star.md){ rel=prev }"
        " · [Next: ResNet](../papers/resnet.md){ rel=next }\n\n</div>"
    )
    assert "step 1 of 3 · [Next: Depth]" in line("papers/star")
    assert line("papers/resnet", "zh").split("\n")[2] == (
        "[更深](../paths/deeper.md)，第 3 步，共 3 步 · [上一步：Depth](../concepts/depth.md){ rel=prev }"
    )
    assert line("index") == ""


def test_concept_page_is_followed_by_its_path_and_by_who_mentions_it(walked: Corpus) -> None:
    assert shown(walked, "concepts/depth") == (
        "## Around this page { #around }\n\n"
        '<div class="pn-trail" markdown="1">\n\n'
        "[Going deeper](../paths/deeper.md), step 2 of 3"
        " · [Previous: Star](../papers/star.md){ rel=prev }"
        " · [Next: ResNet](../papers/resnet.md){ rel=next }\n\n</div>\n\n"
        "### Read next { #read-next }\n\n"
        "- [ResNet](../papers/resnet.md) (next on the path Going deeper): Adds the input back."
    )


def test_note_has_its_part_of_the_map(walked: Corpus) -> None:
    made = shown(walked, "papers/star")
    assert re.findall(r'(xlink:href|<g) ?=?"?(\.\./[^"]*|class="pn-here")', made) == [
        ("<g", 'class="pn-here"'),
        ("xlink:href", "../resnet/"),
    ]
    assert '<a href="../../map/">The whole map</a>' in made


def test_mentions_are_links_citations_and_what_is_built_on(walked: Corpus) -> None:
    known = {key: [page.key for page in pages] for key, pages in connections(walked, "en").mentions.items()}
    assert known == {"papers/resnet": ["concepts/depth", "papers/star"], "papers/star": ["papers/resnet"]}
    made = shown(walked, "papers/resnet")
    assert made.endswith(
        "### Read next { #read-next }\n\n"
        "- [Star](star.md) (this paper builds on it)\n"
        "- [Depth](../concepts/depth.md) (mentions this page): More layers.\n\n"
        "### Notes that mention this { #mentioned }\n\n"
        "[Depth](../concepts/depth.md), [Star](star.md)"
    )


def test_translated_page_speaks_its_language(walked: Corpus) -> None:
    made = shown(walked, "papers/resnet", "zh")
    assert "## 与本页相关 { #around }" in made
    assert "### 提到本页的笔记 { #mentioned }\n\n[Depth](../concepts/depth.md)、[Star](star.md)" in made
    assert "- [Star](star.md) (本文的基础)" in made


def test_home_page_and_lonely_pages_have_nothing_around(corpus: Corpus) -> None:
    assert shown(corpus, "index") == ""
    (corpus.root / "docs/en/papers/star.md").unlink()
    assert shown(load(corpus.root), "papers/resnet") == ""
