"""What is remembered between runs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from papernotes.links.ledger import DAY, PATIENCE, Ledger, believed, remember
from papernotes.links.verdict import ACCUSING, FINE, Answer, Kind, Verdict

STEPS = st.lists(st.tuples(st.sampled_from(Kind), st.floats(0, 10 * DAY)), min_size=1, max_size=12)


@given(STEPS)
def test_an_accusation_is_confirmed_exactly_when_an_earlier_run_has_made_it(
    steps: list[tuple[Kind, float]],
) -> None:
    """The definition, written as a search through the whole history."""
    answer: Answer | None = None
    now, history = 1e9, []
    for kind, pause in steps:
        now += pause
        answer = remember(answer, Verdict(kind), now)
        history.append((kind, now))
        last_fine = max((n for n, (k, _) in enumerate(history) if k in FINE), default=-1)
        accused = [at for k, at in history[last_fine + 1 :] if k in ACCUSING]
        assert answer.confirmed == (kind in ACCUSING and now - accused[0] >= PATIENCE)
        assert answer.fine == (history[last_fine][1] if last_fine >= 0 else None)
        assert answer.failing == (None if kind in FINE else history[last_fine + 1][1])


@given(st.sampled_from(Kind), st.floats(0, 1000 * DAY))
def test_no_error_is_believed_for_a_moment(kind: Kind, age: float) -> None:
    answer = Answer(Verdict(kind), 1e9)
    assert believed(answer, 1e9 + age) == (kind in FINE and 1e9 + age < 1e9 + 6 * DAY)
    assert not believed(answer, 1e9 - 1)  # the clock was put back


def test_what_a_registry_said_is_believed_longer() -> None:
    answer = Answer(Verdict(Kind.OK, title="A Title"), 0.0)
    assert believed(answer, 89 * DAY)
    assert not believed(answer, 91 * DAY)


def test_what_is_recorded_is_known_to_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "folder/links.sqlite"
    with Ledger(file) as ledger:
        first = ledger.record("http://a/", Verdict(Kind.DEAD, "it answers 404"), 0.0)
        ledger.record("http://b/", Verdict(Kind.MOVED, "", "http://c/"), 0.0)
    with Ledger(file) as ledger:
        assert ledger.known(["http://a/", "http://b/", "http://c/"]) == {
            "http://a/": first,
            "http://b/": Answer(Verdict(Kind.MOVED, "", "http://c/"), 0.0, fine=0.0),
        }
        assert ledger.record("http://a/", Verdict(Kind.DEAD, "it answers 404"), DAY).confirmed
    with Ledger(file) as ledger:
        assert ledger.known(["http://a/"])["http://a/"].confirmed


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "links.sqlite"
    program = """
import sys
from pathlib import Path
from papernotes.links.ledger import Ledger
from papernotes.links.verdict import Kind, Verdict
with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(300):
        ledger.record(f"http://{sys.argv[2]}/{number}", Verdict(Kind.OK), 1.0)
        ledger.record("http://shared/", Verdict(Kind.DEAD), float(number))
"""
    runs = [subprocess.Popen([sys.executable, "-c", program, str(file), name]) for name in "ab"]
    assert [run.wait(60) for run in runs] == [0, 0]
    with Ledger(file) as ledger:
        names = [f"http://{name}/{number}" for name in "ab" for number in range(300)]
        assert len(ledger.known(names)) == 600
        assert ledger.known(["http://shared/"])["http://shared/"].accused == 0.0


def test_a_killed_run_keeps_what_it_has_recorded(tmp_path: Path) -> None:
    file = tmp_path / "links.sqlite"
    program = """
import os, signal, sys
from pathlib import Path
from papernotes.links.ledger import Ledger
from papernotes.links.verdict import Kind, Verdict
ledger = Ledger(Path(sys.argv[1]))
ledger.record("http://a/", Verdict(Kind.OK), 1.0)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program, str(file)], check=False).returncode == -9
    with Ledger(file) as ledger:
        assert ledger.known(["http://a/"])["http://a/"].fine == 1.0


def test_a_table_of_another_version_is_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "links.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE answers (something TEXT)")
        db.execute("PRAGMA user_version = 99")
    db.close()
    with Ledger(file) as ledger:
        assert ledger.known(["http://a/"]) == {}
    assert (tmp_path / "links.sqlite.broken").exists()
