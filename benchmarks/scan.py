"""How long the scanner takes: a note, a thousand notes, and one page as it grows.

Run ``.venv/bin/python benchmarks/scan.py``. The last column of the second table is the time against that of
half the size: about 2 where time is linear.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from papernotes.corpus.markdown.scan import scan

ROOT = Path(__file__).parents[1]
NOTES = 1_000
NOTE = 15_000

GROWING: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "A [link](b.md) and *words* with `code`, $x_1$ and [@key].\n\n" * (n // 60),
    "equal headings": lambda n: "## Same\n\n" * (n // 9),
    "one line": lambda n: "A [link](b.md) 数学 " * (n // 20),
    "open brackets": lambda n: "[" * n,
    "open formulas": lambda n: "\\(a" * (n // 3),
    "quotes in quotes": lambda n: ">" * n + " a",
    "lists in lists": lambda n: "\n".join("    " * depth + "- a" for depth in range(int((n / 2) ** 0.5))),
    "open comments": lambda n: "\n<!--\n" * (n // 6),
    "HTML blocks": lambda n: "<div>\n\n</div>\n\n" * (n // 15),
    "tables": lambda n: "| a | b |\n|---|---|\n| c | d |\n\n" * (n // 31),
    "admonitions": lambda n: "!!! note\n    [a](b.md)\n\n" * (n // 23),
}


def seconds(text: str) -> float:
    """The shortest of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        scan(text)
        times.append(time.perf_counter() - start)
    return min(times)


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


def main() -> None:
    """Print both tables."""
    texts = notes()
    size = sum(len(text.encode()) for text in texts)
    start = time.perf_counter()
    exact = sum(scan(text).exact for text in texts)
    took = time.perf_counter() - start
    print(f"{len(texts)} notes, {size / 1e6:.1f} MB, {exact} of them read without the renderer")
    print(f"{took:.2f} s, {took / size * NOTE * 1e3:.2f} ms for 15 kB")
    print()
    print(f"{'page':20} {'100 kB':>9} {'200 kB':>9} {'ratio':>6}")
    for name, make in GROWING.items():
        one, two = seconds(make(100_000)), seconds(make(200_000))
        print(f"{name:20} {one * 1e3:6.0f} ms {two * 1e3:6.0f} ms {two / one:6.1f}")


if __name__ == "__main__":
    main()
