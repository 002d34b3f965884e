"""R109: figures that no companion draws any more."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.near import suggestion
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule

PREFIX = "figure_"


@rule("R109")
def leftover(given: Given) -> Iterator[Diagnostic]:
    """A figure that a companion drew must still have its function.

    Why: when `figure_…` is renamed or removed, `papernotes regen` leaves the old picture where it was, and a
    note goes on showing what nothing computes. Pictures drawn by hand are not meant.

    Bad: papers/demo/decay.svg
        + <svg style="fill:currentColor;font-family:inherit;stroke-linejoin:round;stroke-linecap:butt"/>
    Reports:
        papers/demo/decay.svg:1:1: R109 figure must be drawn by its companion: figure_decay() is missing
    """
    unreadable = {fault.path for fault in given.corpus.faults}
    for path in sorted(given.corpus.drawn):
        folder, _, name = path.removesuffix(".svg").rpartition("/")
        companion = given.corpus.companions.get(folder.removeprefix("papers/"))
        if companion and (PREFIX + name in companion.functions or companion.source.path in unreadable):
            continue
        figures = [one for one in (companion.functions if companion else ()) if one.startswith(PREFIX)]
        yield Source(path, "").fault(
            Place(),
            "R109",
            f"figure must be drawn by its companion: {PREFIX}{name}() is missing",
            suggestion(PREFIX + name, figures) or "remove the file, or bring the function back",
        )
