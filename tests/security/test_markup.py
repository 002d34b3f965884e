"""Whatever text a pull request brings, the site's pages have the elements that harmless text would give them."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from browser.built import ROOT
from papernotes.render import rendered
from papernotes.render.site import build

PLACE = "PLACE"
HARMLESS = "Harmless and plain alertalert"
HOSTILE = '\\"><script>alert(1)</script><img src=x onerror=alert(1)> &lt;b> {: onclick=1 } </code> |'
PAGES = {
    "papers/references.bib": """\
@article{he2016deep,
  author = {PLACE, Ann and {PLACE}},
  title = {PLACE},
  journal = {PLACE},
  year = {2016},
  note = {PLACE},
}
@article{lee1999one, author = {Lee, Ann}, title = {PLACE}, journal = {PLACE}, year = {1999}}
""",
    "papers/glossary.yml": """\
residual:
  en: {term: 'residual PLACE', aliases: ['also PLACE'], definition: 'A PLACE.'}
  zh: {term: '残差 PLACE', definition: '所谓 PLACE。'}
  ref: he2016deep
""",
    "papers/paths.yml": """\
first:
  title: {en: 'PLACE', zh: 'PLACE'}
  intro: {en: 'PLACE', zh: 'PLACE'}
  steps:
    - {page: papers/resnet, en: 'PLACE', zh: 'PLACE'}
    - {page: papers/star, en: 'PLACE', zh: 'PLACE'}
""",
    "papers/resnet/companion.py": "def parameters():\n    return 5\n",
    "docs/en/index.md": "---\ntitle: 'PLACE'\ntldr: 'PLACE'\n---\n\n# Home\n\n<!-- papernotes:notes -->\n",
    "docs/en/papers/resnet.md": """\
---
title: 'PLACE'
short: 'PLACE'
bib: he2016deep
version: 'PLACE'
status: complete
pass: 3
tags: [vision]
builds_on: [lee1999one]
formerly: [former]
tldr: 'PLACE'
numbers:
  - {id: params, what: 'PLACE', value: 'PLACE', from: 'PLACE', check: parameters}
  - {id: guess, what: 'PLACE', value: 'PLACE', unverified: 'PLACE'}
---

# A heading

As in [@lee1999one], [this](#n-params).

## Questions readers ask

### What is next? {.open}

Nobody knows a residual.
""",
    "docs/en/papers/star.md": "---\ntitle: 'PLACE'\nshort: 'PLACE'\nbib: lee1999one\nstatus: draft\n---\n\n# Star\n\n[ResNet](resnet.md).\n",
    "docs/zh/index.md": "# 首页\n",
    "docs/zh/papers/resnet.md": """\
---
title: 'PLACE'
short: 'PLACE'
tldr: 'PLACE'
source_hash: 000000000000
numbers: {params: 'PLACE', guess: 'PLACE'}
---

# 标题

残差。
""",
}  # fmt: skip


def built(root: Path, text: str) -> Path:
    """The site of a small repository in which every text of a contributor is this one."""
    for path, page in PAGES.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page.replace(PLACE, text), encoding="utf-8")
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(ROOT / name, root / name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's packages
        assert build(root, root / "site") == ()
    return root / "site"


def skeleton(page: Path) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page in document order, with the names of their attributes."""
    tree = LexborHTMLParser(page.read_text(encoding="utf-8"))
    nodes = tree.root.traverse() if tree.root else ()
    found = [(node.tag or "", tuple(sorted(node.attributes))) for node in nodes if node.tag != "wbr"]
    # What a citation manager reads is left out where it is not well formed, as a hostile DOI is not.
    return [one for one in found if one != ("meta", ("content", "name"))]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two sites: of harmless texts and of hostile ones."""
    return (
        built(tmp_path_factory.mktemp("harmless"), HARMLESS),
        built(tmp_path_factory.mktemp("hostile"), HOSTILE),
    )


def test_every_page_keeps_its_elements(sites: tuple[Path, Path]) -> None:
    harmless, hostile = sites
    pages = sorted(path.relative_to(harmless) for path in harmless.rglob("*.html"))
    assert len(pages) > 20
    different = {str(page) for page in pages if skeleton(harmless / page) != skeleton(hostile / page)}
    assert different == set()


def test_what_search_finds_holds_no_markup(sites: tuple[Path, Path]) -> None:
    indexes = sorted(sites[1].rglob("search/notes.json"))
    assert len(indexes) == 2
    for index in indexes:
        for found in json.loads(index.read_text("utf-8")):
            assert "<script" not in found["title"] + found["text"]
            assert "<img" not in found["title"] + found["text"]


def test_the_checks_of_built_pages_agree(sites: tuple[Path, Path]) -> None:
    found = rendered.check(rendered.read(sites[1]))
    assert [fault for fault in found if fault.code in {"H107", "H108"}] == []
