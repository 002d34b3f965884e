"""Break any one thing in a copy of this repository: exactly one finding, at the line that was broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.companions.run import recompute
from papernotes.corpus.load import load
from papernotes.rules.registry import Given, check

ROOT = Path(__file__).parents[2]
RESNET, ZH = "docs/en/papers/resnet.md", "docs/zh/papers/resnet.md"
YOLO, DDPM, ALEXNET = (f"docs/en/papers/{slug}.md" for slug in ("yolo", "ddpm", "alexnet"))
READING, HOME = "docs/en/concepts/reading.md", "docs/en/index.md"
BIB, TERMS = "papers/references.bib", "papers/glossary.yml"

BREAKAGES: dict[str, tuple[str, str, str, str]] = {
    "a ledger value changed": (RESNET, 'value: "21,797,672"', 'value: "21,797,673"', "R105"),
    "a quoted number changed in prose": (RESNET, "[27.94 %](#n-plain18); on", "[27.49 %](#n-plain18); on", "R101"),
    "a row misspelt": (DDPM, "](#n-", "](#n-x", "R102"),
    "a check misspelt": (RESNET, "check: coco_relative_gain", "check: coco_relative_gian", "R104"),
    "a locator removed": (RESNET, ', from: "Table 4"}', "}", "R103"),
    "a citation misspelt": (RESNET, "[@srivastava2015highway], $y", "[@srivastava2015higway], $y", "C101"),
    "a citation with words": (RESNET, "[@szegedy2015going]", "[see @szegedy2015going]", "C106"),
    "a link to a missing page": (READING, "](../papers/resnet.md", "](../papers/restnet.md", "L101"),
    "a link with the wrong case": (HOME, "](papers/resnet.md)", "](papers/ResNet.md)", "L101"),
    "a missing anchor": (RESNET, "](#limits-and-legacy)", "](#limit-and-legacy)", "L102"),
    "a missing figure": (RESNET, "papers/resnet/block.svg", "papers/resnet/blok.svg", "L103"),
    "a link out of docs/": (HOME, "](papers/resnet.md)", "](../../README.md)", "L104"),
    "an absolute link": (HOME, "](papers/resnet.md)", "](/papers/resnet/)", "L105"),
    "a missing region": (RESNET, "companion.py:forward", "companion.py:foreward", "L107"),
    "a formula with an unknown command": (RESNET, r"\mathrm{BN}", r"\mahtrm{BN}", "M101"),
    "a formula with an open brace": (DDPM, r"\frac{", r"\frac{{", "M101"),
    "a key misspelt in front matter": (YOLO, "short: YOLO", "shrot: YOLO", "N005"),
    "a status misspelt": (YOLO, "status: complete", "status: compelte", "N007"),
    "a year in front matter": (YOLO, "short: YOLO", "short: YOLO\nyear: 2016", "N103"),
    "a title that is not the published one": (YOLO, 'title: "You Only', 'title: "You only', "N102"),
    "a section renamed": (ALEXNET, "## Misreadings", "## Misreading", "S102"),
    "a question that asks nothing": (RESNET, "### Why does training converge sooner?", "### Training converges sooner", "S105"),
    "a caption removed": (RESNET, "\n**Figure 2.** The three", "\n\nThe three", "S107"),
    "a heading that is not the title": (ALEXNET, "\n# ImageNet", "\n# Image Net", "S101"),
    "an unclosed brace in the bibliography": (BIB, "{Deep Residual Learning", "{{Deep Residual Learning", "C001"),
    "a DOI with its host": (BIB, "doi = {10.1109/CVPR.2016.90}", "doi = {https://doi.org/10.1109/CVPR.2016.90}", "C105"),
    "a term without its Chinese": (TERMS, "\n  zh: {term: 残差连接", "\n  zh: {trem: 残差连接", "G003"),
    "a translation that names no such row": (ZH, "\n  ensemble:", "\n  ensembel:", "T104"),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes():
    return recompute(load(ROOT), cache=ROOT / ".cache/papernotes")


@pytest.mark.parametrize("name", BREAKAGES)
def test_breakage(name: str, outcomes) -> None:
    path, old, new, code = BREAKAGES[name]
    text = (ROOT / path).read_text()
    assert old in text, f"{path} no longer holds {old!r}"
    broken = text.replace(old, new, 1)
    found = check(Given(load(ROOT, {path: broken}), outcomes))
    assert [(fault.path, fault.code) for fault in found] == [(path, code)]
    lines = zip(text.split("\n"), broken.split("\n"), strict=False)
    first = next(number for number, (a, b) in enumerate(lines, 1) if a != b)
    above = 4 if code == "C001" else 1  # a broken entry is reported at its first line, a formula at its first
    assert first - above <= found[0].line <= first
