"""How long a page takes as it grows: notes, and pages that are one thing over and over (see shapes.py).

    .venv/bin/python benchmarks/scan.py [--to 10000000] [--stop 20] [NAME…]

The time is that of the processor for ``papernotes check --no-cache`` on a repository that holds the page,
the bibliography and the glossary of this one: front matter, scan, every rule, the report. The limit on the
size of a file is lifted for it. The slope is that of time against size, both as logarithms, fitted over the
last decade: 1 where time is linear. A shape ends when it has taken more than --stop seconds. The curves are
drawn in .cache/bench/shapes.svg. ``NAME…`` measures the shapes whose names contain one of these.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import resource
import shutil
import statistics
import struct
import sys
import tempfile
import time
from math import log10
from pathlib import Path

from shapes import ROOT, SHAPES

from papernotes import cli
from papernotes.corpus import disk, reading
from papernotes.corpus.markdown.scan import scan

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
MEMORY = 6 << 30
PLOT = ROOT / ".cache/bench/shapes.svg"
NOTES = 1_000
NOTE = 15_000

Point = tuple[int, float]
"""Bytes of a page and seconds."""


def notes() -> list[str]:
    """Notes of the repository, cut and repeated to a thousand of 15 kB."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs/en/papers").glob("*.md"))]
    bodies = [re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL) for text in texts]
    parts = "\n\n".join(bodies).split("\n## ")
    made: list[str] = []
    note: list[str] = []
    size = number = 0
    while len(made) < NOTES:
        part = parts[number % len(parts)]
        note.append(part)
        size += len(part.encode())
        number += 1
        if size >= NOTE:
            made.append("\n## ".join(note))
            note, size = [], 0
    return made


def repository(folder: Path) -> Path:
    """A repository for one page; where the page is to be put."""
    shutil.copy(ROOT / "mkdocs.yml", folder)
    for name in ("papers/references.bib", "papers/glossary.yml"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    pages = folder / "docs/en/concepts"
    pages.mkdir(parents=True)
    (pages / "part.md").write_text("A word.\n")
    (pages / "long.md").write_text("# --8<-- [start:one]\n" + "A word.\n" * 100 + "# --8<-- [end:one]\n")
    (folder / "docs/en/papers").mkdir()
    return folder / "docs/en/papers/shape.md"


def seconds(page: Path, text: str, stop: float) -> tuple[float, str]:
    """Seconds of processor time that a page takes, in a process of its own, and how it ended if not well."""
    page.write_text(text, encoding="utf-8")
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        _check(page, stop, into)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        said = pipe.read()
    _, status, used = os.wait4(child, 0)
    if len(said) == 8:
        return struct.unpack("d", said)[0], ""
    return used.ru_utime + used.ru_stime, f"signal {status & 127}" if status & 127 else "error"


def _check(page: Path, stop: float, into: int) -> None:
    """Check the repository and say how long it took: the end of this process."""
    code = 1
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nothing:
            os.dup2(nothing.fileno(), 1)
        resource.setrlimit(resource.RLIMIT_CPU, (int(stop) + 5, int(stop) + 6))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        reading.MOST_PROCESSES = 1  # so that all of the time is seen
        disk.MAX_BYTES = 1 << 30
        start = time.process_time()
        cli.main(["check", "--no-cache"])
        os.write(into, struct.pack("d", time.process_time() - start))
        code = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr)
    finally:
        os._exit(code)


def curve(page: Path, name: str, to: int, stop: float) -> tuple[list[Point], str]:
    """The times of a shape at every size, and how it ended if not well."""
    points: list[Point] = []
    for size in SIZES:
        if size > to:
            break
        text = SHAPES[name](size)
        took, ending = seconds(page, text, stop)
        points.append((len(text.encode()), took))
        if ending or took > stop:
            return points, ending
    return points, ""


def slope(points: list[Point], fixed: float) -> float:
    """The exponent of time in size over the last decade, without what every run takes."""
    last = [
        (size, took - fixed) for size, took in points if size * 11 >= points[-1][0] and took > 1.2 * fixed
    ]
    if len(last) < 2 or last[0][0] == last[-1][0]:
        return 0.0
    return statistics.linear_regression([log10(n) for n, _ in last], [log10(t) for _, t in last]).slope


def at(points: list[Point], size: int) -> str:
    """The time at a size."""
    return next((f"{took:.2f}" for n, took in points if size * 0.5 < n < size * 2), "")


def drawn(curves: dict[str, list[Point]]) -> str:
    """The curves as an SVG: bytes to the right, seconds upwards, a decade 150 units wide and 100 high."""

    def x(size: float) -> float:
        return 60 + 150 * (log10(size) - 4)

    def y(took: float) -> float:
        return 40 + 100 * (2 - log10(max(took, 1e-3)))

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 600" font-family="sans-serif"'
        ' font-size="11">'
    ]
    parts += ['<rect width="720" height="600" fill="white"/>']
    for power in range(4, 8):
        parts.append(
            f'<path d="M{x(10**power)} 40V540" stroke="#ddd"/>'
            f'<text x="{x(10**power) - 10}" y="556">10^{power} B</text>'
        )
    for power in range(-3, 3):
        parts.append(
            f'<path d="M60 {y(10**power)}H510" stroke="#ddd"/>'
            f'<text x="20" y="{y(10**power) + 4}">10^{power} s</text>'
        )
    parts.append(f'<path d="M{x(1e4)} {y(2e-2)}L{x(1e7)} {y(20)}" stroke="red" stroke-dasharray="4"/>')
    parts.append(f'<text x="{x(1e4) + 12}" y="{y(2e-2) + 4}" fill="red">2 s a MB</text>')
    slowest = sorted(curves, key=lambda name: -curves[name][-1][1] / curves[name][-1][0])[:8]
    for name, points in curves.items():
        path = "M" + "L".join(f"{x(size):.1f} {y(took):.1f}" for size, took in points)
        title = name.replace("&", "&amp;").replace("<", "&lt;")
        colour = "#000" if name == "ordinary notes" else "#06c" if name in slowest else "#9ab"
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}"><title>{title}</title></path>')
    for number, name in enumerate(["ordinary notes", *slowest]):
        if name in curves:
            size, took = curves[name][-1]
            title = name.replace("&", "&amp;").replace("<", "&lt;")
            parts.append(
                f'<text x="530" y="{60 + 16 * number}">{title}: {took:.1f} s at {size / 1e6:.1f} MB</text>'
            )
    return "\n".join([*parts, "</svg>", ""])


def thousand() -> None:
    """Print how long a thousand notes take."""
    texts = notes()
    size = sum(len(text.encode()) for text in texts)
    start = time.process_time()
    exact = sum(scan(text).exact for text in texts)
    took = time.process_time() - start
    print(f"{len(texts)} notes, {size / 1e6:.1f} MB, {exact} of them read without the renderer")
    print(f"{took:.2f} s, {took / size * NOTE * 1e3:.2f} ms for 15 kB")
    print()


def main() -> None:
    """Measure, print the table, draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--to", type=int, default=SIZES[-1])
    parser.add_argument("--stop", type=float, default=20)
    arguments = parser.parse_args()
    if not arguments.names:
        thousand()
    curves = {}
    with tempfile.TemporaryDirectory() as folder:
        page = repository(Path(folder))
        os.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()):
            cli.main(["check", "--no-cache"])  # what is imported is imported once
        fixed = min(seconds(page, "", arguments.stop)[0] for _ in range(3))
        print(f"seconds; {fixed:.2f} of them without a page")
        print(f"{'page':30} {'100 kB':>7} {'1 MB':>7} {'10 MB':>7} {'slope':>6}")
        for name in SHAPES:
            if arguments.names and not any(part in name for part in arguments.names):
                continue
            points, ending = curve(page, name, arguments.to, arguments.stop)
            curves[name] = points
            columns = " ".join(f"{at(points, size):>7}" for size in (100_000, 1_000_000, 10_000_000))
            if points[-1][1] > arguments.stop or ending:
                ending = f"ended at {points[-1][0] / 1e3:.0f} kB after {points[-1][1]:.0f} s {ending}"
            print(f"{name:30} {columns} {slope(points, fixed):6.2f}   {ending}", flush=True)
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(drawn(curves), encoding="utf-8")
    print(f"\ncurves: {PLOT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
