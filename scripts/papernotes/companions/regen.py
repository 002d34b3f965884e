"""Companions' outputs and figures: rewrite them, or say which of the committed ones are stale."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from papernotes.companions.likeness import same_output, same_picture
from papernotes.companions.process import Finished, environment, run_python
from papernotes.diagnostics import Diagnostic, in_order

CODE = "R107"
OUTPUT = "output.txt"
AT_A_TIME = 2


class CompanionError(Exception):
    """Companions that did not run to their end; the message names them."""


@dataclass(frozen=True, slots=True)
class Product:
    """What one run made: a file of the companion's folder and its text, or why there is none."""

    slug: str
    name: str
    text: str = ""
    error: str = ""

    @property
    def path(self) -> str:
        """Repository-relative path of the file; of the companion when it made none."""
        return f"papers/{self.slug}/{self.name}"


def slugs_of(root: Path) -> tuple[str, ...]:
    """The folders of papers/ that have a companion, sorted."""
    return tuple(sorted(path.parent.name for path in root.glob("papers/*/companion.py")))


def regenerate(root: Path, slugs: Iterable[str] | None = None) -> Iterator[str]:
    """Run companions and write what they print and draw.

    Args:
        root: the repository.
        slugs: whose; all when absent.

    Yields:
        One line per file: written, unchanged, or why it could not be made.

    Errors:
        CompanionError at the end when anything could not be made; everything else has been written by then.
    """
    failed: list[str] = []
    for product in _products(root, slugs):
        path = root / product.path
        if product.error:
            failed.append(product.path)
            yield f"{product.path}: failed: {product.error}"
        elif path.is_file() and path.read_bytes() == product.text.encode():
            yield f"{product.path}: unchanged"
        else:
            _replace(path, product.text)
            yield f"{product.path}: written, {len(product.text.encode()) / 1000:.1f} kB"
    if failed:
        raise CompanionError(f"could not make {', '.join(failed)}")


def stale(root: Path, slugs: Iterable[str] | None = None) -> tuple[Diagnostic, ...]:
    """Run companions, write nothing, compare with the committed files.

    Args:
        root: the repository.
        slugs: whose; all when absent.

    Returns:
        One R107 per file that differs by more than another machine's rounding, or that could not be made.
    """
    found = []
    for product in _products(root, slugs):
        hint = f"papernotes regen {product.slug}"
        if product.error:
            message = f"{product.path.rpartition('/')[2]} must run to its end: {product.error}"
            if product.name != "companion.py":
                message = f"{product.name} must be made anew by its companion: {product.error}"
            found.append(Diagnostic(product.path, 1, 1, CODE, message, "mend the companion"))
            continue
        path = root / product.path
        if product.name == OUTPUT:
            alike, message = same_output, "output.txt must be what the companion prints"
        else:
            alike, message = same_picture, "figure must be what the companion draws"
        if not path.is_file() or not alike(path.read_text("utf-8", "replace"), product.text):
            found.append(Diagnostic(product.path, 1, 1, CODE, message, hint))
    return in_order(found)


def _products(root: Path, slugs: Iterable[str] | None) -> Iterator[Product]:
    """Everything that the companions make, in the order of the slugs."""
    wanted = slugs_of(root) if slugs is None else tuple(dict.fromkeys(slugs))
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for products in pool.map(lambda slug: _products_of(root, slug), wanted):
            yield from products


def _products_of(root: Path, slug: str) -> tuple[Product, ...]:
    companion = (root / "papers" / slug / "companion.py").resolve()
    if not companion.is_file():
        return (Product(slug, "companion.py", error="there is no such file"),)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        report = place / "report.json"
        arguments = [str(companion), slug, str(report)]
        run = drawing = run_python(["-m", "papernotes.companions.running", *arguments], place, environment())
        if not report.is_file() or not report.stat().st_size:  # it did not come as far as its figures
            drawing = run_python(["-m", "papernotes.companions.drawing", *arguments], place, environment())
        return (_output(slug, run), *_figures(slug, report, drawing))


def _output(slug: str, run: Finished) -> Product:
    if run.timed_out or run.code:
        return Product(slug, OUTPUT, error=_ending(run))
    return Product(slug, OUTPUT, run.stdout)


def _figures(slug: str, report: Path, run: Finished) -> Iterator[Product]:
    try:
        made: dict[str, dict[str, str]] = json.loads(report.read_text("utf-8"))
    except (OSError, ValueError):
        yield Product(slug, "companion.py", error=_ending(run))
        return
    for name, figure in made.items():
        file = f"{name}.svg" if name else "companion.py"
        yield Product(slug, file, figure.get("svg", ""), figure.get("error", ""))


def _ending(run: Finished) -> str:
    """One line about how a process ended."""
    if run.timed_out:
        return "it ran out of time"
    said = run.stderr.strip().splitlines()
    return said[-1] if said else f"it ended with code {run.code}"


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
