"""A link to a file that git saw move is mended, also when the page itself has moved; nothing is guessed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from papernotes.cli import main

LONG = "".join(f"Line {number} of a page that is long enough to be known again.\n" for number in range(20))


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose mkdocs.yml is in a folder of it."""
    root = tmp_path / "manual"
    write(root, "mkdocs.yml", "site_name: X\n")
    write(root, "docs/index.md", "# X\n\n[a](part/a.md#one) and ![i](img/i.svg)\n")
    write(
        root, "docs/part/a.md", f"# A\n\n## One\n\n[b](b.md) ![i](../img/i.svg) [up](../index.md)\n\n{LONG}"
    )
    write(root, "docs/part/b.md", f"# B\n\n{LONG[::-1]}")
    write(root, "docs/img/i.svg", "<svg/>\n" * 9)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    monkeypatch.chdir(root)
    return root


def move(root: Path, old: str, new: str) -> None:
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    (root / old).rename(root / new)


def mended(root: Path, *pages: str) -> list[str]:
    assert main(["check"]) == 1
    assert main(["check", "--fix"]) == 0
    return [(root / page).read_text().split("\n")[2 if page.endswith("index.md") else 4] for page in pages]


def test_a_page_and_a_picture_that_were_moved_without_telling_git(site: Path) -> None:
    move(site, "docs/part/a.md", "docs/other/deep/a.md")
    move(site, "docs/img/i.svg", "docs/pictures/i.svg")
    assert mended(site, "docs/index.md", "docs/other/deep/a.md") == [
        "[a](other/deep/a.md#one) and ![i](pictures/i.svg)",
        "[b](../../part/b.md) ![i](../../pictures/i.svg) [up](../../index.md)",
    ]
    assert subprocess.run(["git", "diff", "--cached", "--quiet"], cwd=site, check=False).returncode == 0


def test_a_page_that_was_renamed_and_edited(site: Path) -> None:
    write(site, "docs/part/a.md", (site / "docs/part/a.md").read_text() + "More.\n")
    git(site, "mv", "docs/part/a.md", "docs/part/c.md")
    assert mended(site, "docs/index.md") == ["[a](part/c.md#one) and ![i](img/i.svg)"]


def test_a_move_that_the_branch_has_committed(site: Path) -> None:
    git(site, "branch", "upstream")
    git(site, "branch", "--set-upstream-to", "upstream")
    git(site, "mv", "docs/part/a.md", "docs/c.md")
    git(site, "commit", "-qm", "two")
    git(site, "mv", "docs/c.md", "docs/d.md")
    assert mended(site, "docs/index.md", "docs/d.md") == [
        "[a](d.md#one) and ![i](img/i.svg)",
        "[b](part/b.md) ![i](img/i.svg) [up](index.md)",
    ]


def test_a_file_that_is_gone_is_not_guessed(site: Path) -> None:
    (site / "docs/img/i.svg").unlink()
    assert main(["check", "--fix"]) == 1
    assert (site / "docs/index.md").read_text().endswith("![i](img/i.svg)\n")


def test_without_git_nothing_is_known(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move(site, "docs/part/a.md", "docs/a.md")
    monkeypatch.setenv("PATH", "")
    assert main(["check", "--fix"]) == 1
