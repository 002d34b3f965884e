"""The commands as a contributor types them."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from browser.built import ROOT
from papernotes.cli import main
from papernotes.rules.registry import RULES
from trees import change, demo, restamp


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    return root


def test_check_is_clean_from_any_folder_inside(
    inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(inside / "docs/en")
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "no findings\n"


def test_select_and_ignore_take_families(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(inside, "docs/en/concepts/idea.md", ("short: Idea", "shrt: Idea"))
    assert main(["check", "--select", "L,C"]) == 0
    assert main(["check", "--ignore", "n005"]) == 0
    assert main(["check", "--select", "N"]) == 1
    assert "did you mean 'short'?" in capsys.readouterr().out


def test_an_unknown_code_is_a_usage_error(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--select", "L999"]) == 2
    assert capsys.readouterr().err.startswith("papernotes: no code begins with 'L999'")


def test_explain_prints_a_rule_with_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "r101"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("R101  The text of a link to a ledger row must be the row's value.\n")
    assert "    + The answer is [43](#n-answer), the ratio [3.57 %](#n-ratio)." in text


def test_explain_lists_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert set(RULES) <= set(listed)
    assert listed == sorted(listed)


def test_regen_names_a_missing_companion(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regen", "nothing"]) == 2
    assert capsys.readouterr().err == "papernotes: no companion: papers/nothing/companion.py\n"


def test_site_does_not_replace_a_folder_that_is_no_site(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["site", "--out", "docs"]) == 2
    assert "must be a new or empty folder" in capsys.readouterr().err
    assert (inside / "docs/en/index.md").exists()


def test_site_stops_at_a_finding_and_leaves_the_old_site(inside: Path) -> None:
    (inside / "site").mkdir()
    (inside / "site/sitemap.xml").write_text("old")
    change(inside, "docs/en/concepts/idea.md", ("short: Idea", "shrt: Idea"))
    assert main(["site"]) == 1
    assert (inside / "site/sitemap.xml").read_text() == "old"


def test_page_of_a_reading_path_is_one_to_link_to(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = inside / "docs/en/concepts/idea.md"
    page.write_text(
        f"{page.read_text()}\nOn [a path](../paths/demonstration.md), on [none](../paths/nowhere.md).\n"
    )
    main(["check"])
    found = capsys.readouterr().out
    assert "nowhere.md" in found
    assert "demonstration.md" not in found.replace(page.read_text().strip().rpartition("\n")[2], "")


@pytest.mark.parametrize("address", ["", "https://example.org/project/", "https://example.org"])
def test_site_is_built_for_wherever_it_will_stand(
    inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(ROOT / name, inside / name)
    monkeypatch.setenv("PAPERNOTES_SITE_URL", address)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's packages
        assert main(["site"]) == 0, capsys.readouterr()
    mount = address.removeprefix("https://example.org").rstrip("/")
    assert f'href="{mount}/assets/papernotes/site.css"' in (inside / "site/404.html").read_text()


def test_an_exemption_silences_its_code_in_its_files_only(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exemption = (
        '[[tool.papernotes.ignore]]\ncode = "L106"\npath = "docs/en/papers/*"\nreason = "decorative"\n'
    )
    (inside / "pyproject.toml").write_text(exemption)
    picture = "![A falling line.](../../../papers/demo/chart.svg)"
    change(inside, "docs/en/papers/demo.md", (picture, picture.replace("A falling line.", "")))
    change(inside, "docs/zh/papers/demo.md", (picture.replace("A falling line.", "下降的线。"), picture))
    restamp(inside)
    assert main(["check"]) == 0
    change(inside, "docs/en/index.md", ("# Demonstration", "# Demonstration\n\n![](papers/x.svg)"))
    assert main(["check"]) == 1
    assert "docs/en/index.md:8:1: L103" in capsys.readouterr().out


def test_paths_limit_what_is_shown_not_what_is_read(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(inside, "docs/en/concepts/idea.md", ("short: Idea", "shrt: Idea"))
    assert main(["check", "docs/en/papers", "papers"]) == 0
    assert main(["check", "docs/en/concepts/idea.md"]) == 1
    assert main(["check", "docs/en/none.md"]) == 2
    assert capsys.readouterr().err == "papernotes: no such file or folder: docs/en/none.md\n"


@pytest.mark.usefixtures("interruptible")
def test_watch_checks_again_after_a_change(inside: Path) -> None:
    command = [sys.executable, "-u", "-m", "papernotes", "check", "--watch"]
    with subprocess.Popen(command, cwd=inside, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "no findings\n"
        change(inside, "docs/en/concepts/idea.md", ("short: Idea", "shrt: Idea"))
        assert "N005" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 2
