"""Draw a companion's figures in our style, in a process of its own: ``-m papernotes.companions.drawing``."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from papernotes.companions.child import complaint, load, takes_nothing
from papernotes.companions.confine import confine
from papernotes.companions.style import PALETTE, SETTINGS
from papernotes.companions.svg import themed

PREFIX = "figure_"


def apply_style() -> None:
    """Set matplotlib to our style and nothing else: the user's own settings do not count."""
    import matplotlib
    from cycler import cycler

    matplotlib.rcdefaults()
    style: Mapping[Any, object] = {**SETTINGS, "axes.prop_cycle": cycler(color=PALETTE)}
    matplotlib.rcParams.update(style)


def figure_functions(module: ModuleType) -> dict[str, Callable[[], object]]:
    """The module's own functions ``figure_<name>()``, by name, in the order of their definition."""
    return {
        name.removeprefix(PREFIX): function
        for name, function in vars(module).items()
        if name.startswith(PREFIX) and len(name) > len(PREFIX) and takes_nothing(function)
    }


def drawn(function: Callable[[], object], prefix: str) -> str:
    """Call a figure function under our style.

    Args:
        function: takes nothing, returns a ``matplotlib.figure.Figure``.
        prefix: what the ids of the SVG begin with.

    Returns:
        The text of the SVG, themed.

    Errors:
        TypeError when it returns anything else; whatever the function raises.
    """
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    apply_style()
    try:
        figure = function()
        if not isinstance(figure, Figure):
            raise TypeError(f"a figure function must return a matplotlib Figure, not {type(figure).__name__}")
        saved = io.BytesIO()
        figure.savefig(saved, format="svg", metadata={"Date": None})
    finally:
        pyplot.close("all")
    return themed(saved.getvalue().decode(), prefix)


def main(companion: str, slug: str, target: str) -> int:
    """Draw every figure of a companion.

    Args:
        companion: path of companion.py.
        slug: the companion's slug.
        target: an existing file for the report, as JSON: name → ``svg`` or ``error``.

    Returns:
        0; what went wrong is in the report.
    """
    path = Path(companion)
    with Path(target).open("w", encoding="utf-8") as out:  # opened before writing is given up
        find_fonts(path)
        confine(path)
        json.dump(_report(path, slug), out)
    return 0


def find_fonts(companion: Path) -> None:
    """Before confinement: if figures are to come, let matplotlib note the fonts in the user's cache."""
    if PREFIX in companion.read_text("utf-8", "replace"):
        import matplotlib.font_manager  # noqa: F401


def pictures(module: ModuleType, path: Path, slug: str) -> dict[str, dict[str, str]]:
    """Draw a module's figures.

    Args:
        module: the companion, loaded.
        path: companion.py, for the places of errors.
        slug: the companion's slug.

    Returns:
        What became of each: name → ``svg`` or ``error``.
    """
    report = {}
    for name, function in figure_functions(module).items():
        try:
            report[name] = {"svg": drawn(function, f"{slug}-{name}")}
        except BaseException as error:  # SystemExit too: it is the companion's and not ours
            report[name] = {"error": complaint(error, path)}
    return report


def _report(path: Path, slug: str) -> dict[str, dict[str, str]]:
    """What became of each figure, or why there are none."""
    try:
        module = load(path)
    except BaseException as error:
        return {"": {"error": complaint(error, path)}}
    return pictures(module, path, slug)


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # threads or exit handlers that the companion left behind must not hold us
