"""Every code's documentation is executed: its bad example gives exactly the findings it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.commands.findings import findings
from papernotes.companions.regen import stale
from papernotes.diagnostics import Diagnostic
from papernotes.render import rendered
from papernotes.render.catalogue import texts
from papernotes.rules.registry import RULES, examples
from trees import change, demo, restamp

CASES = [
    pytest.param(code, example, id=f"{code}-{'good' if example.good else 'bad'}{index or ''}")
    for code, text in texts().items()
    if not (code in RULES and RULES[code].asks)  # links/test_command.py has a network for these
    for index, example in enumerate(examples(text))
]


def found_by(code: str, root: Path) -> tuple[Diagnostic, ...]:
    """What finds a code: the check of a built site, `papernotes regen --check`, or the rules."""
    if code.startswith("H"):
        return rendered.check(rendered.read(root / "site", root))
    return stale(root) if code == "R107" else findings(root, cache=None)


@pytest.mark.parametrize("code", ["H101", "R107", "L101"])
def test_the_demonstration_has_no_findings(code: str, tmp_path: Path) -> None:
    assert found_by(code, demo(tmp_path, built=True)) == ()


@pytest.mark.parametrize(("code", "example"), CASES)
def test_example(code: str, example, tmp_path: Path) -> None:
    root = demo(tmp_path, built=code.startswith("H"))
    change(root, example.path, *example.hunks)
    if not example.path.startswith("docs/zh"):
        restamp(root)
    found = [str(fault) for fault in found_by(code, root)]
    assert found == list(example.reports)
    assert example.good or any(f": {code} " in line for line in found)


def test_every_code_has_a_bad_example_and_says_what_must_be() -> None:
    assert set(RULES) < set(texts())
    for code, text in texts().items():
        title = text.split("\n", 1)[0]
        assert title.endswith("."), code
        assert "must" in title, code
        assert any(not example.good and example.reports for example in examples(text)), code
