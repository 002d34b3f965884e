"""The page on security names tests and codes that exist."""

from __future__ import annotations

import re
from pathlib import Path

from papernotes.render.catalogue import texts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/en/guide/security.md").read_text()


def test_every_line_names_a_test_that_exists() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    rows = [
        line
        for line in PAGE.split("\n")
        if line.startswith("| ") and not line.startswith(("| ---", "| threat"))
    ]
    assert len(rows) > 20
    for row in rows:
        proof = row.rsplit("|", 2)[1]
        for file, name in re.findall(r"`(?:([\w/]+\.py)::)?(test_\w+)`", proof):
            assert f"def {name}(" in tests, row
            assert not file or (ROOT / file).exists() or (ROOT / "tests/security" / file).exists(), row
        assert "test_" in proof or proof.strip() in {"the same", "the same two", "read `pages.yml`"}, row


def test_every_code_exists() -> None:
    codes = set(re.findall(r"`([A-Z]\d{3})`", PAGE))
    assert len(codes) > 10
    assert codes <= set(texts())
