r"""`$$` beside other text: reported where it stands, mended by an empty line, left alone where it is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.cli import main
from trees import project

CONFIG = "site_name: X\nmarkdown_extensions: [pymdownx.arithmatex, pymdownx.superfences, admonition]\n"
BEFORE, AFTER = (
    "M103 display formula must have a blank line " + where + " it" for where in ("before", "after")
)

CASES = {
    "Text\n$$\nx\n$$": ([f"docs/index.md:4:1: {BEFORE}"], "Text\n\n$$\nx\n$$"),
    "$$\nx\n$$\ntext": ([f"docs/index.md:5:1: {AFTER}"], "$$\nx\n$$\n\ntext"),
    "Text\n$$ x $$\ntext": (
        [f"docs/index.md:4:1: {BEFORE}", f"docs/index.md:4:6: {AFTER}"], "Text\n\n$$ x $$\n\ntext"),
    "Text\n$$x$$\ntext": (
        [f"docs/index.md:4:1: {BEFORE}", f"docs/index.md:4:4: {AFTER}"], "Text\n\n$$x$$\n\ntext"),
    "Text\n$$\na_1 * b * c\n$$\ntext": (
        [f"docs/index.md:4:1: {BEFORE}", f"docs/index.md:6:1: {AFTER}"], "Text\n\n$$\na_1 * b * c\n$$\n\ntext"),
    "!!! note\n    Text\n    $$\n    x\n    $$": (
        [f"docs/index.md:5:5: {BEFORE}"], "!!! note\n    Text\n\n    $$\n    x\n    $$"),
    "> Text\n> $$\n> x\n> $$": ([f"docs/index.md:4:3: {BEFORE}"], "> Text\n>\n> $$\n> x\n> $$"),
    "Text\n\n$$\nx\n$$\n\ntext": ([], ""),
    "Text $$ and $$ text": ([], ""),
    "```\ntext\n$$\nx\n$$\n```": ([], ""),
    "Text $x$\nand `$$`\n\n    text\n    $$": ([], ""),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_display_formulas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    found, mended = CASES[text]
    assert project(tmp_path, CONFIG, docs__index=f"# X\n\n{text}\n") == found
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--fix"]) == 0
    assert (tmp_path / "docs/index.md").read_text() == f"# X\n\n{mended or text}\n"


def test_a_project_without_formulas_may_write_dollars(tmp_path: Path) -> None:
    assert project(tmp_path, "site_name: X\n", docs__index="# X\n\nText\n$$\nx\n$$\n") == []
