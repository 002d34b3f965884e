"""Fixtures: the real site, built once; a small repository of two notes to make pages from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from browser.built import MOUNT, Built, build_once
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.render import rendered

SMALL: Mapping[str, str] = {
    "papers/references.bib": """\
@inproceedings{he2016deep,
  author = {He, Kaiming and Zhang, Xiangyu},
  title = {Deep Residual Learning},
  booktitle = {Vision Conference},
  year = {2016},
  doi = {10.1109/CVPR.2016.90},
  eprint = {1512.03385}
}

@article{lee1999one,
  author = {Lee, Ann and others},
  title = {One * Star},
  journal = {Journal of Stars},
  year = {1999},
  url = {https://example.org/one.pdf}
}
""",
    "papers/glossary.yml": """\
residual-connection:
  en: {term: residual connection, aliases: [skip connection], definition: "Adds a block's input to its output."}
  zh: {term: 残差连接, aliases: [跳跃连接], definition: "把输入加到输出上。"}
  ref: he2016deep
bleu:
  en: {term: BLEU, definition: "A score of translations."}
  zh: {term: BLEU, definition: "翻译的评分。"}
""",
    "papers/resnet/companion.py": "def parameters():\n    return 5\n",
    "papers/resnet/block.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>',
    "docs/en/index.md": "# Home\n\n<!-- papernotes:notes -->\n",
    "docs/en/papers/resnet.md": """\
---
title: Deep Residual Learning
short: ResNet
bib: he2016deep
version: arXiv v1
status: complete
pass: 3
tags: [vision]
tldr: Adds the input back.
numbers:
  - {id: params, what: "parameters | all", value: "5 million", from: "Table 1", check: parameters}
  - {id: top5, what: "top-5 error", value: "3.57 %", from: "Table 5"}
  - {id: guess, what: "speed", value: "2", unverified: "no source"}
---

# Deep Residual Learning

As in [@lee1999one, Table 2] and [0, 1) and `a[@lee1999one]`, x@y: a skip connection has [5 million](#n-params).

## Questions readers ask

### Does $x^2$ matter?

Yes.

### What is next? {.open}

Nobody knows.
""",
    "docs/en/papers/star.md": """\
---
title: One * Star
short: Star
bib: lee1999one
status: draft
---

# One * Star

See [ResNet](resnet.md).
""",
    "docs/zh/index.md": "# 首页\n",
    "docs/zh/papers/resnet.md": """\
---
title: 深度残差学习
short: ResNet
source_hash: 000000000000
tldr: 把输入加回来。
numbers: {top5: 前五错误率}
---

# 深度残差学习

残差连接很有用。

## 读者的问题

### $x^2$ 重要吗？

### 下一步是什么？ {.open}
""",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small repository on disk."""
    for path, text in SMALL.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def corpus(small: Path) -> Corpus:
    """The small repository, read."""
    return load(small)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The real site."""
    return build_once(tmp_path_factory)


@pytest.fixture(scope="session")
def site(built: Built) -> rendered.Site:
    """The real site, read back."""
    return rendered.read(built.site, mount=MOUNT)
