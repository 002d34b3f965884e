"""The three reports of the same findings, to the letter."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from papernotes.diagnostics import Diagnostic, Severity, in_order
from papernotes.report.console import render
from papernotes.report.emit import emit

WRONG = Diagnostic(
    "docs/zh/papers/demo.md", 2, 8, "R101", "link text must be the ledger's value: '43' ≠ '42'",
    "correct one of the two", 4,
)  # fmt: skip
STALE = Diagnostic("docs/en/a.md", 1, 1, "T103", "50 % must follow", severity=Severity.WARNING)
LINES = {"docs/zh/papers/demo.md": ["---", "答案是\t[43](#n)。"], "docs/en/a.md": []}


def test_console_puts_the_caret_under_wide_characters_and_tabs() -> None:
    fault = Diagnostic("docs/zh/papers/demo.md", 2, 5, "R101", "wrong", width=8)
    assert render([fault], LINES, colour=False).splitlines()[1:3] == [
        "  2 | 答案是\t[43](#n)。",
        "    |       \t^^^^^^^^",
    ]


def test_console_in_full() -> None:
    assert render([STALE, WRONG], LINES, colour=False) == (
        "docs/en/a.md:1:1: T103 warning: 50 % must follow\n"
        "\n"
        "docs/zh/papers/demo.md:2:8: R101 link text must be the ledger's value: '43' ≠ '42'\n"
        "  2 | 答案是\t[43](#n)。\n"
        "    |       \t   ^^^^\n"
        "  hint: correct one of the two\n"
        "\n"
        "1 error, 1 warning\n"
    )


def test_console_colours_only_when_asked() -> None:
    assert "\033[" in render([WRONG], LINES, colour=True)
    assert "\033[" not in render([WRONG], LINES, colour=False)


def test_console_shows_the_part_of_a_long_line_that_holds_the_fault() -> None:
    line = "x" * 500 + "HERE" + "y" * 500
    text = render([Diagnostic("a.md", 1, 501, "L101", "m", width=4)], {"a.md": [line]}, colour=False)
    excerpt, caret = text.splitlines()[1:3]
    assert len(excerpt) < 120
    assert excerpt[caret.index("^") : caret.rindex("^") + 1] == "HERE"


def test_no_findings() -> None:
    assert render([], {}, colour=False) == "no findings\n"


def test_json_holds_every_field() -> None:
    out = io.StringIO()
    assert emit([WRONG], "json", Path(), out) == 1
    assert json.loads(out.getvalue()) == [
        {
            "path": "docs/zh/papers/demo.md", "line": 2, "col": 8, "width": 4, "code": "R101",
            "severity": "error", "message": "link text must be the ledger's value: '43' ≠ '42'",
            "hint": "correct one of the two",
        }
    ]  # fmt: skip


def test_github_annotations_are_escaped_and_followed_by_the_full_list() -> None:
    fault = Diagnostic("docs/a,b.md", 3, 2, "N105", "100 % of it", "line one\nline two", 5, Severity.WARNING)
    out = io.StringIO()
    assert emit([fault], "github", Path("/nowhere"), out) == 0
    assert out.getvalue() == (
        "::warning file=docs/a%2Cb.md,line=3,col=2,endColumn=7,title=N105::100 %25 of it%0Aline one%0Aline two\n"
        "docs/a,b.md:3:2: N105 warning: 100 % of it\n"
        "  hint: line one\nline two\n"
        "\n"
        "1 warning\n"
    )


@pytest.mark.parametrize(("found", "code"), [([], 0), ([STALE], 0), ([WRONG], 1), ([STALE, WRONG], 1)])
def test_exit_code_counts_errors_only(found: list[Diagnostic], code: int) -> None:
    assert emit(found, "console", Path("/nowhere"), io.StringIO()) == code


def test_order_is_total_and_repetitions_are_dropped() -> None:
    a = Diagnostic("a.md", 2, 1, "L101", "x")
    b = Diagnostic("a.md", 10, 1, "L101", "x")
    c = Diagnostic("a.md", 2, 1, "C101", "x")
    assert in_order([b, a, c, a]) == (c, a, b)


def test_github_writes_the_full_list_to_the_job_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    emit([WRONG] * 12, "github", Path("/nowhere"), io.StringIO())
    assert summary.read_text().count("R101") == 12


def test_the_job_summary_stays_within_what_github_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    faults = [
        Diagnostic("docs/a.md", line, 1, "N105", "````` 数" + "学" * 40, "") for line in range(1, 20_000)
    ]
    out = io.StringIO()
    emit(faults, "github", Path("/nowhere"), out, notes=["pages of others"])
    text = summary.read_text()
    assert len(text.encode()) < 2**20
    assert text.startswith("before\n````````text\nnot checked: pages of others\ndocs/a.md:1:1: N105")
    assert text.endswith("\nThe log has the full list: 19999 findings.\n````````\n")
    assert out.getvalue().count("docs/a.md:") == 19_999  # the annotations name the file as a property
    assert out.getvalue().endswith("19999 errors\n")


def test_sarif_names_the_rule_and_the_region() -> None:
    out = io.StringIO()
    assert emit([WRONG], "sarif", Path(), out, {"R101": "The text must be the value."}) == 1
    log = json.loads(out.getvalue())
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [
        {"id": "R101", "shortDescription": {"text": "The text must be the value."}}
    ]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("R101", "error")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "docs/zh/papers/demo.md"},
        "region": {"startLine": 2, "startColumn": 8, "endColumn": 12},
    }
