"""Recompute the ledger: run the companions' check functions within bounds, and remember what they gave."""

from __future__ import annotations

import json
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from papernotes.companions.memory import Memory
from papernotes.companions.outcome import Failure, Outcome, decoded
from papernotes.companions.process import Finished, Limits, environment, run_python
from papernotes.corpus.model import EDITIONS, Companion, Corpus

__all__ = ["Failure", "Outcome", "recompute"]

AT_A_TIME = 2
GRACE = 1.0
"""Seconds that the child has to notice its own alarm before it is killed."""


def recompute(
    corpus: Corpus, timeout: float = 60.0, cache: Path | None = None
) -> Mapping[tuple[str, str], Outcome]:
    """Run every function that a ledger's ``check`` names.

    Args:
        corpus: the repository as read; what it holds is what is run, not what the disk has now.
        timeout: seconds for each function, and for importing each companion: a minute, since on a busy
            machine what takes one second alone has taken twenty.
        cache: directory of remembered values; none are remembered when absent.

    Returns:
        The outcome of every function, by slug and function name, in the order of slugs and ledgers.

    Errors:
        OSError when no process can be started or no file written. Nothing that a companion does raises.
    """
    wanted = _wanted(corpus)
    memory = Memory(cache)

    def results(slug: str) -> dict[str, Outcome]:
        companion = corpus.companions.get(slug)
        if companion is None:
            missing = Outcome(failure=Failure.MISSING, detail=f"there is no papers/{slug}/companion.py")
            return dict.fromkeys(wanted[slug], missing)
        text = companion.source.text
        known = {name: found for name in wanted[slug] if (found := memory.recall(text, name)) is not None}
        for name in wanted[slug]:
            if not name.isidentifier():  # it could not even be handed over
                known[name] = Outcome(failure=Failure.MISSING, detail=f"{name!r} is no function name")
        fresh = _run(companion, [name for name in wanted[slug] if name not in known], timeout)
        for name, outcome in fresh.items():
            memory.keep(text, name, outcome)
        return {name: known.get(name) or fresh[name] for name in wanted[slug]}

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = list(zip(wanted, pool.map(results, wanted), strict=True))
    return {(slug, name): outcome for slug, outcomes in found for name, outcome in outcomes.items()}


def _wanted(corpus: Corpus) -> dict[str, list[str]]:
    """The functions that the ledgers name, by slug."""
    wanted: dict[str, dict[str, None]] = {}
    for page in corpus.pages.get(EDITIONS[0], {}).values():
        for number in page.front.numbers:
            if number.check:
                wanted.setdefault(page.slug, {})[number.check] = None
    return {slug: list(wanted[slug]) for slug in sorted(wanted)}


def _run(companion: Companion, names: Sequence[str], timeout: float) -> dict[str, Outcome]:
    """Run functions of one companion, in as many processes as it takes to give each its turn."""
    found: dict[str, Outcome] = {}
    left = list(names)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        # surrogates cannot be in a file that was read as UTF-8, but a corpus can be made in other ways
        (place / "companion.py").write_text(companion.source.text, "utf-8", "replace", newline="\n")
        while left:
            new = _turn(place, left, timeout)
            found |= new
            left = [name for name in left if name not in new]
    return found


@dataclass(slots=True)
class _Journal:
    """What the child has written so far, and when it last wrote."""

    path: Path
    size: int = 0
    moved: float = 0.0

    def stalled(self, patience: float) -> bool:
        """Whether nothing has been written for too long."""
        size, now = self.path.stat().st_size, time.monotonic()
        if size != self.size or not self.moved:
            self.size, self.moved = size, now
        return now - self.moved > patience

    def events(self) -> Iterator[Mapping[str, object]]:
        """The lines that are whole, their outcomes decoded."""
        for line in self.path.read_text("utf-8", "replace").splitlines():
            try:
                event = json.loads(line)
                if isinstance(event, dict):
                    yield event | ({"outcome": decoded(event["outcome"])} if "outcome" in event else {})
            except ValueError:
                continue  # the process died while writing it


def _turn(place: Path, names: Sequence[str], timeout: float) -> dict[str, Outcome]:
    """Run functions in one process.

    Returns:
        An outcome for each function that had its turn: at least one.
    """
    journal = _Journal(place / "journal")
    journal.path.write_bytes(b"")
    with tempfile.TemporaryDirectory(dir=place) as work:
        whole = (timeout + GRACE) * (len(names) + 1)
        run = run_python(
            ["-m", "papernotes.companions.checking", *_arguments(place, journal.path, timeout), *names],
            Path(work),
            environment(home=work),
            Limits(wall=whole, cpu=ceil(whole)),
            lambda: journal.stalled(timeout + GRACE),
        )
    found: dict[str, Outcome] = {}
    imported, running, before = False, names[0], ""
    for event in journal.events():
        name, outcome = str(event.get("name")), event.get("outcome")
        match event.get("event"):
            case "import failed" if isinstance(outcome, Outcome):
                return dict.fromkeys(names, outcome)
            case "imported":
                imported, before = True, str(event.get("printed"))
            case "begun" if name in names:
                running = name
            case "done" if name in names and isinstance(outcome, Outcome):
                found[name] = outcome
    if not imported:
        return dict.fromkeys(names, _cut_short(run, timeout, "importing it", Failure.IMPORT, run.stdout))
    if running not in found:
        found[running] = _cut_short(run, timeout, "it", Failure.KILLED, before)
    return found


def _arguments(place: Path, journal: Path, timeout: float) -> tuple[str, str, str]:
    return str(place / "companion.py"), str(journal), repr(timeout)


def _cut_short(run: Finished, timeout: float, subject: str, failure: Failure, printed: str) -> Outcome:
    """The outcome of what was under way when the process ended."""
    printed = printed[:400]
    if run.timed_out:
        detail = f"{subject} took longer than {timeout:g} s and did not react to its alarm"
        return Outcome(failure=Failure.TIMED_OUT, detail=detail, printed=printed)
    if run.code < 0:
        detail = f"{subject} was ended by {signal.Signals(-run.code).name}"
    else:
        detail = f"{subject} ended the process with code {run.code}"
    return Outcome(failure=failure, detail=detail, printed=printed)
