"""`papernotes links` as it is typed, against the web on loopback."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from links import registry
from links.conftest import Asking
from links.web import MISSING, Answer, Request, to
from papernotes.commands import links, links_options
from papernotes.commands.usage import UsageError
from papernotes.links.ledger import DAY
from papernotes.links.polite import SystemClock
from papernotes.links.run import World
from papernotes.rules.registry import RULES, examples
from trees import change, demo, restamp

LINE = "A [note](papers/demo.md) and a [concept](concepts/idea.md)."
INDEX = "docs/en/index.md"


class Calendar(SystemClock):
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        return 1_795_266_000.0 + self.ahead  # 2026-11-21


@pytest.fixture
def world(ask: Asking) -> World:
    """Hosts of every kind, and registries that know the demonstration's works."""
    registry.serve(
        ask.web,
        {"10.1000/182": "First Things First"},
        frozenset(),
        {"2001.00001": "Demonstrating Everything"},
    )
    soft = Answer(200, "<title>Oops</title><p>Sorry, this page is no longer with us. Try our front page.")
    walls = {
        "alive.example": lambda r: Answer() if r.target == "/page" else MISSING,
        "gone.example": lambda r: MISSING,
        "soft.example": lambda r: soft,
        "moved.example": lambda r: to(f"https://new.example{r.target}") if r.target == "/idea" else MISSING,
        "new.example": lambda r: Answer() if r.target == "/idea" else MISSING,
        "walled.example": lambda r: Answer(403),
        "expired.example": lambda r: Answer(),
    }
    ask.web.hosts |= walls
    return replace(ask.world, clock=Calendar())


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    return root


def run(world: World, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    links_options.add_to(parser)
    return links.links(parser.parse_args(arguments), world)


def found(text: str) -> list[str]:
    """The findings in the console's text, with their places."""
    lines = [line.replace(": warning: ", " ").replace(" warning:", "") for line in text.splitlines()]
    return [line for line in lines if line.startswith(("docs/", "papers/"))]


def link(root: Path, *targets: str) -> None:
    """Let the front page link to these."""
    line = " ".join(f"[link]({target})" for target in targets)
    change(root, INDEX, (LINE, f"{LINE} {line}"))


CASES = [
    pytest.param(code, example, id=code)
    for code, entry in sorted(RULES.items())
    if entry.asks
    for example in examples(entry.text)
]


@pytest.mark.parametrize(("code", "example"), CASES)
def test_documented_example(
    code: str, example, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "--now") == 0
    capsys.readouterr()
    change(root, example.path, *example.hunks)
    restamp(root)
    warns = code in {"X204", "X205", "X206", "X207"}
    assert run(world, *([] if code == "X206" else ["--now"])) == (0 if warns else 1)
    assert found(capsys.readouterr().out) == list(example.reports)


def test_the_demonstration_is_clean_and_asked_in_two_requests(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world) == 0
    output = capsys.readouterr()
    assert output.out == "no findings\n"
    assert output.err == "2 external addresses: 2 asked\n"
    assert [line.partition("?")[0] for _, *line in ask.web.log for line in [" ".join(line)]] == [
        "export.arxiv.org /api/query",
        "api.crossref.org /works",
    ]
    assert run(world) == 0
    assert capsys.readouterr().err == "2 external addresses: 0 asked, 2 known from earlier runs\n"


def test_dead_after_two_runs_a_day_apart(
    root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    link(root, "https://gone.example/a")
    codes = []
    for hours in (0, 1, 25):
        world.clock.ahead = hours * 3600
        codes.append(run(world))
        assert ("X201" if hours == 25 else "X206") in capsys.readouterr().out
    assert codes == [0, 0, 1]


def test_what_has_come_back_must_fail_twice_again(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    link(root, "https://gone.example/a")
    assert run(world) == 0
    ask.web.hosts["gone.example"] = lambda r: Answer() if r.target == "/a" else MISSING
    world.clock.ahead = DAY
    assert run(world) == 0
    ask.web.hosts["gone.example"] = lambda r: MISSING
    world.clock.ahead = 8 * DAY
    assert run(world) == 0
    world.clock.ahead = 9 * DAY
    assert run(world) == 1
    assert "since 2026-11-29" in capsys.readouterr().out


def test_a_timeout_does_not_confirm_a_404(ask: Asking, root: Path, world: World) -> None:
    link(root, "https://gone.example/a")
    ask.web.hosts["gone.example"] = lambda r: Answer(503)
    assert run(world) == 0
    ask.web.hosts["gone.example"] = lambda r: MISSING
    world.clock.ahead = 2 * DAY
    assert run(world) == 0
    world.clock.ahead = 3 * DAY
    assert run(world) == 1


def test_offline_asks_nothing(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    link(root, "https://gone.example/a")
    run(world, "--now")
    ask.web.log.clear()
    world.clock.ahead = 400 * DAY
    link_again = "https://gone.example/b"
    text = (root / INDEX).read_text().replace(LINE, f"{LINE} <{link_again}>")
    (root / INDEX).write_text(text)
    capsys.readouterr()
    assert run(world, "--offline", "--now") == 1
    output = capsys.readouterr()
    assert ask.web.log == []
    assert "X201" in output.out
    assert "b" not in [line[-2:] for line in found(output.out)]
    assert output.err.endswith(
        "4 external addresses: 0 asked, 3 known from earlier runs, 1 without an answer\n"
    )


def test_a_change_answers_for_what_it_adds(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)

    link(root, "https://gone.example/old", "https://gone.example/edited")
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "before")
    git("checkout", "-b", "note")
    (root / "docs/en/concepts/new.md").write_text("# New\n\n<https://gone.example/new>\n")
    text = (root / INDEX).read_text().replace("/edited", "/edition")
    (root / INDEX).write_text(text)
    git("mv", "docs/en/concepts/idea.md", "docs/en/concepts/thought.md")
    git("commit", "-am", "a note")
    (root / "docs/en/concepts/more.md").write_text(
        "# More\n\n<https://alive.example/page>\n"
    )  # not even added

    assert run(world, "--changed-from", "main", "--now") == 1
    output = capsys.readouterr()
    assert [line.partition(":")[0] for line in found(output.out)] == ["docs/en/concepts/new.md", INDEX]
    assert output.err == "3 external addresses: 3 asked\n"
    assert not any("export.arxiv.org" in line for line in ask.web.log)

    bib = (root / "papers/references.bib").read_text()
    (root / "papers/references.bib").write_text(bib.replace("First Things First", "Something Else"))
    assert run(world, "--changed-from", "main", "--now") == 1
    assert "X302 title must be that of DOI 10.1000/182" in capsys.readouterr().out


def test_changed_from_needs_a_reference(root: Path, world: World) -> None:
    with pytest.raises(UsageError, match="--changed-from nowhere: "):
        run(world, "--changed-from", "nowhere")


def test_fix_replaces_what_has_moved_everywhere(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(request: Request) -> Answer:
        return to(f"https://new.example{request.target}") if "papernotes" not in request.target else MISSING

    ask.web.hosts["moved.example"] = answer
    ask.web.hosts["new.example"] = lambda r: MISSING if "papernotes" in r.target else Answer()
    page = root / "docs/en/concepts/new.md"
    page.write_text(
        "---\ncode: https://moved.example/code\n---\n\n# New\n\n"
        "[https://moved.example/a](https://moved.example/a) and [b][label] and <https://moved.example/c>,\n"
        "a [second\nlink](https://moved.example/a#here 'Title') and [longer](https://moved.example/ab).\n\n"
        "`https://moved.example/a` stays, and <a href='https://moved.example/d'>d</a> goes.\n\n"
        "[label]: https://moved.example/b\n"
    )
    bib = root / "papers/references.bib"
    bib.write_text(bib.read_text().replace("  doi = {10.1000/182},", "  url = {https://moved.example/e},"))
    assert run(world, "--fix") == 0
    output = capsys.readouterr()
    assert output.out == "no findings\n"
    assert output.err.startswith("mended docs/en/concepts/new.md\nmended papers/references.bib\n")
    assert page.read_text() == (
        "---\ncode: https://new.example/code\n---\n\n# New\n\n"
        "[https://moved.example/a](https://new.example/a) and [b][label] and <https://new.example/c>,\n"
        "a [second\nlink](https://new.example/a#here 'Title') and [longer](https://new.example/ab).\n\n"
        "`https://moved.example/a` stays, and <a href='https://new.example/d'>d</a> goes.\n\n"
        "[label]: https://new.example/b\n"
    )
    assert "  url = {https://new.example/e}," in bib.read_text()


def test_what_a_host_redirects_to_cannot_break_the_page(ask: Asking, root: Path, world: World) -> None:
    ask.web.hosts["new.example"] = lambda r: MISSING if "papernotes" in r.target else Answer()
    evil = "https://new.example/a)![x](javascript:alert(1))|<script>`{{ }}"
    ask.web.hosts["moved.example"] = lambda r: MISSING if "papernotes" in r.target else to(evil)
    link(root, "https://moved.example/idea")
    run(world, "--fix")
    new = "https://new.example/a%29!%5Bx%5D%28javascript:alert%281%29%29%7C%3Cscript%3E%60%7B%7B%20%7D%7D"
    assert f"[link]({new})" in (root / INDEX).read_text()


def test_private_hosts_are_asked_only_when_allowed(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    link(root, "http://wiki.local/page", "http://[::1]/x", "http://10.0.0.1/", "https://inside.example/")
    ask.web.hosts |= dict.fromkeys(["wiki.local", "::1", "10.0.0.1", "inside.example"], lambda r: Answer(404))
    ask.web.addresses["inside.example"] = ["10.0.0.2"]
    assert run(world, "--now") == 1
    assert [line.split(" ", 1)[1] for line in found(capsys.readouterr().out)] == [
        "X103 address must be public: 'wiki.local'",
        "X103 address must be public: '::1'",
        "X103 address must be public: '10.0.0.1'",
        "X207 page cannot be verified: 'https://inside.example/': it leads to an address that is not public",
    ]
    assert {name for _, name, _ in ask.web.log} == {"api.crossref.org", "export.arxiv.org"}
    ask.web.addresses["inside.example"] = ["127.0.0.1"]
    for name in ("::1", "10.0.0.1"):
        ask.web.addresses[name] = ["127.0.0.1"]
    assert run(world, "--now", "--allow-private") == 1
    assert "X201 page must be there: 'http://wiki.local/page'" in capsys.readouterr().out


def test_the_summary_is_for_an_issue(root: Path, world: World, tmp_path: Path) -> None:
    link(
        root,
        "https://gone.example/a",
        "https://walled.example/x",
        "https://moved.example/idea",
        "https://alive.example/page#no",
    )
    file = tmp_path / "summary.md"
    assert run(world, "--summary", str(file)) == 0
    assert (
        file.read_text()
        == """\
# External links, 2026-11-21

3 of 6 are well.

## Failed for the first time (2)

- <https://alive.example/page#no>: the page has no place called 'no', since 2026-11-21
    - in `docs/en/index.md:8`
- <https://gone.example/a>: it answers 404, since 2026-11-21
    - in `docs/en/index.md:8`
    - perhaps in the archive: <https://web.archive.org/web/20261121/https://gone.example/a>

## Moved: `papernotes links --fix` replaces them (1)

- <https://moved.example/idea> → <https://new.example/idea>
    - in `docs/en/index.md:8`

## Not verifiable by a program (1)

- <https://walled.example/x>: it answers 403, since 2026-11-21
    - in `docs/en/index.md:8`
"""
    )
    world.clock.ahead = 2 * DAY
    assert run(world, "--summary", str(file)) == 1
    assert "## Dead (2)" in file.read_text()
    bib = root / "papers/references.bib"
    bib.write_text(bib.read_text().replace("First Things First", "Last *Things* Last"))
    change(root, INDEX, ("", "\n".join(f"<https://gone.example/{number}>\n" for number in range(70))))
    assert run(world, "--summary", str(file)) == 1
    text = file.read_text()
    assert (
        "## Another title at the registry (1)\n\n"
        "- `papers/references.bib:15`: “Last \\*Things\\* Last” here, “First Things First” there\n"
    ) in text
    assert "\n- and 10 more\n" in text
    with pytest.raises(UsageError, match="--summary cannot be written"):
        run(world, "--summary", str(tmp_path / "no/folder/summary.md"))


def test_machines_get_json_and_nothing_else(
    root: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    link(root, "https://gone.example/a")
    assert run(world, "--now", "--format", "json") == 1
    (record,) = json.loads(capsys.readouterr().out)
    assert (record["code"], record["path"], record["line"], record["severity"]) == ("X201", INDEX, 8, "error")
    assert run(world, "--now", "--format", "sarif") == 1
    rules = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    assert rules == [{"id": "X201", "shortDescription": {"text": "An external page must be there."}}]
    assert run(world, "--now", "--format", "github") == 1
    assert capsys.readouterr().out.startswith("::error file=docs/en/index.md,line=8,")


def test_every_place_is_reported(root: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    link(root, "https://gone.example/a")
    page = root / "docs/en/concepts/idea.md"
    page.write_text(page.read_text() + "\nSee [it](https://GONE.example:443/a).\n")
    assert run(world, "--now") == 1
    assert [line.split(" ")[0] for line in found(capsys.readouterr().out)] == [
        f"docs/en/concepts/idea.md:{page.read_text().count(chr(10))}:5:", "docs/en/index.md:8:61:"
    ]  # fmt: skip


def test_an_exemption_holds_and_is_not_called_unused_by_check(root: Path, world: World) -> None:
    from papernotes.cli import main

    link(root, "https://gone.example/a")
    (root / "pyproject.toml").write_text(
        '[[tool.papernotes.ignore]]\ncode = "X201"\npath = "docs/en/index.md"\nreason = "it is an example"\n'
    )
    assert run(world, "--now") == 0
    assert main(["check"]) == 0


def test_a_ledger_that_is_none_is_put_aside(root: Path, world: World) -> None:
    file = root / ".cache/papernotes/links.sqlite"
    file.parent.mkdir(parents=True)
    file.write_text("this is no database, whatever its name says")
    assert run(world) == 0
    assert (file.parent / "links.sqlite.broken").read_text().startswith("this is no database")


def test_a_ledger_that_cannot_be_written_is_a_usage_error(root: Path, world: World) -> None:
    (root / ".cache").write_text("a file where a folder should be")
    with pytest.raises(UsageError, match="the record of earlier answers cannot be kept"):
        run(world)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_leaves_a_report_and_what_was_found(
    ask: Asking, root: Path, world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    link(root, "https://gone.example/a", "https://hanging.example/b")
    asked = threading.Event()

    async def hang(reader: object, writer: object) -> None:
        asked.set()
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        import asyncio

        await asyncio.sleep(30)

    ask.web.hosts["hanging.example"] = lambda r: hang
    patient = replace(world, policy=replace(world.policy, answer=20.0))
    file = tmp_path / "summary.md"
    assert run(patient, "--now", "--summary", str(file)) == 2
    assert asked.is_set()
    output = capsys.readouterr()
    assert "X201" in output.out
    assert output.err == (
        "4 external addresses: 4 asked, 1 without an answer, stopped; the next run goes on from here\n"
    )
    assert "2 of 4 are well, 1 not reached." in file.read_text()
    ask.web.hosts["hanging.example"] = lambda r: Answer() if r.target == "/b" else MISSING
    ask.web.log.clear()
    assert run(world) == 0
    assert {name for _, name, _ in ask.web.log} == {"gone.example", "hanging.example"}  # the rest is known
