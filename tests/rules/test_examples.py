"""Every code's documentation is executed: its bad example gives exactly the findings it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.commands.findings import findings
from papernotes.rules.registry import RULES, examples
from trees import change, demo, restamp

CASES = [
    pytest.param(code, example, id=f"{code}-{'good' if example.good else 'bad'}{index or ''}")
    for code, entry in sorted(RULES.items())
    for index, example in enumerate(examples(entry.text))
]
WITHOUT_EXAMPLE = {"L108", "R107", "S005", "S007"}
"""Their faults are no change to one text; test_bad_input.py, test_projects.py and test_regen.py have them."""


def test_the_demonstration_repository_has_no_findings(tmp_path: Path) -> None:
    assert findings(demo(tmp_path), cache=None) == ()


@pytest.mark.parametrize(("code", "example"), CASES)
def test_example(code: str, example, tmp_path: Path) -> None:
    root = demo(tmp_path)
    change(root, example.path, *example.hunks)
    if not example.path.startswith("docs/zh"):
        restamp(root)
    found = [str(fault) for fault in findings(root, cache=None)]
    assert found == list(example.reports)
    assert example.good or any(f": {code} " in line for line in found)


def test_every_code_has_a_bad_example() -> None:
    documented = {code for code, entry in RULES.items() if any(not e.good for e in examples(entry.text))}
    assert set(RULES) - documented == WITHOUT_EXAMPLE


def test_every_code_says_why_or_shows_it() -> None:
    for entry in RULES.values():
        assert entry.title.endswith("."), entry.code
        assert "must" in entry.title, entry.code
