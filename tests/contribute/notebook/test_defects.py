"""Each defect of real notebooks, with exactly what becomes of it: the specification is defects.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contribute.notebook.bringing import Pictures, bring, report, said

_CASE = re.compile(
    r"^## (?P<name>.+)\n\n`````notebook\n(?P<notebook>[\s\S]*?)\n`````\n\n`````draft\n(?P<draft>[\s\S]*?)\n`````\n"
    r"(?:\n`````report\n(?P<report>[\s\S]*?)\n`````\n)?",
    re.MULTILINE,
)
CASES = {
    case["name"]: case for case in _CASE.finditer((Path(__file__).parent / "defects.md").read_text("utf-8"))
}
ALBUM = Pictures({"a.png": "aa", "残差 块(1).png": "bb"})


def test_every_section_of_the_specification_is_read() -> None:
    text = (Path(__file__).parent / "defects.md").read_text("utf-8")
    assert len(CASES) == text.count("\n`````notebook\n") > 60


@pytest.mark.parametrize("name", CASES)
def test_a_defect_becomes_what_the_specification_says(name: str) -> None:
    case = CASES[name]
    done = bring(f"# Net\n\n{case['notebook']}", album=ALBUM)
    assert "\n=====\n".join(said(draft) for draft in done.drafts) == case["draft"]
    remarks = [line for line in report(done) if not line.startswith("1: mended: “Net” begins")]
    assert "\n".join(remarks) == (case["report"] or "")
