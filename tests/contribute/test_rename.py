"""papernotes rename: nothing leads to the old name afterwards but the redirection."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.cli import main
from papernotes.commands.findings import findings
from papernotes.corpus.load import load
from papernotes.pages.redirects import redirects
from trees import demo


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    folder = root / "tests" / "companions"
    folder.mkdir(parents=True)
    (folder / "test_demo.py").write_text(
        "from papers.demo import companion\n\nPLACE = 'papers/demo/output.txt'\n"
    )
    (root / "README.md").write_text("See [demo](docs/en/papers/demo.md), `demo` and demo.mdx.\n")
    (root / "pyproject.toml").write_text("")
    return root


def test_everything_follows(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = root / "docs/en/index.md"
    index.write_text(
        index.read_text()
        + '\nBy reference: [note][d]. In HTML: <a href="papers/demo/">demo</a>.\n\n[d]: papers/demo.md#idea\n'
    )
    assert findings(root, cache=None) == ()
    assert main(["rename", "demo", "shown"]) == 0
    assert "docs/en/papers/demo.md -> docs/en/papers/shown.md\n" in capsys.readouterr().out
    assert findings(root, cache=None) == ()
    assert not (root / "papers/demo").exists()
    assert index.read_text().endswith('<a href="papers/shown/">demo</a>.\n\n[d]: papers/shown.md#idea\n')
    assert (root / "tests/companions/test_shown.py").read_text() == (
        "from papers.shown import companion\n\nPLACE = 'papers/shown/output.txt'\n"
    )
    assert (root / "README.md").read_text() == "See [demo](docs/en/papers/shown.md), `demo` and demo.mdx.\n"
    assert "\nformerly: [demo]\n" in (root / "docs/en/papers/shown.md").read_text()


def test_a_second_name_is_added_to_the_first(root: Path) -> None:
    assert main(["rename", "demo", "shown"]) == 0
    assert main(["rename", "shown", "third"]) == 0
    assert "\nformerly: [demo, shown]\n" in (root / "docs/en/papers/third.md").read_text()
    assert findings(root, cache=None) == ()
    made = redirects(load(root), "zh")
    assert list(made) == ["papers/demo/index.html", "papers/shown/index.html"]
    assert '<meta http-equiv="refresh" content="0; url=../third/">' in made["papers/demo/index.html"]


def test_an_old_translation_stays_old(root: Path) -> None:
    page = root / "docs/zh/papers/demo.md"
    stamp = next(line for line in page.read_text().splitlines() if line.startswith("source_hash"))
    page.write_text(page.read_text().replace(stamp, "source_hash: 0123456789ab"))
    assert main(["rename", "demo", "shown"]) == 0
    assert [fault.code for fault in findings(root, cache=None)] == ["T103"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("demmo", "x", "no note of this name: 'demmo': did you mean 'demo'?"),
        ("demo", "Shown", "a slug must be lower-case letters and digits"),
        ("demo", "idea", "the name 'idea' is taken by docs/en/concepts/idea.md"),
        ("demo", "demo", "the name 'demo' is taken by docs/en/papers/demo.md"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    old: str, new: str, message: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert main(["rename", old, new]) == 2
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
