"""The one function that prints findings."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

from papernotes.diagnostics import Diagnostic, Severity
from papernotes.report import console, machine, sarif

NONE: Mapping[str, str] = MappingProxyType({})
SUMMARY = 1_000_000
"""Bytes of a job summary: GitHub takes a mebibyte for a step."""
FORMATS = ("console", "json", "github", "sarif")


def emit(
    found: Sequence[Diagnostic],
    form: str,
    root: Path,
    out: TextIO,
    titles: Mapping[str, str] = NONE,
    notes: Sequence[str] = (),
) -> int:
    """Print findings.

    Args:
        found: in order.
        form: one of FORMATS. ``github`` prints the annotations and then the full list, because GitHub
            shows only ten annotations a step.
        root: the repository, for the excerpts.
        out: where to print.
        titles: one line about each code, for SARIF.
        notes: what was not checked and why; beside JSON and SARIF they go to the standard error.

    Returns:
        The exit code: 1 when there is an error among them, else 0.
    """
    if form == "json":
        out.write(machine.as_json(found))
    elif form == "sarif":
        out.write(sarif.as_sarif(found, titles))
    else:
        if form == "github":
            out.write(machine.as_github(found))
            _summarise(found, notes)
        out.write("".join(f"not checked: {note}\n" for note in notes))
        lines = {path: _lines(root / path) for path in {fault.path for fault in found}}
        out.write(console.render(found, lines, colour=form == "console" and coloured(out)))
    if form in {"json", "sarif"}:
        sys.stderr.write("".join(f"not checked: {note}\n" for note in notes))
    out.flush()
    return int(any(fault.severity is Severity.ERROR for fault in found))


def coloured(stream: TextIO) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _summarise(found: Sequence[Diagnostic], notes: Sequence[str]) -> None:
    """Append the full list to the job summary of a GitHub workflow, when there is one.

    GitHub drops a summary that is larger than a mebibyte; then it ends early, and the log has the rest.
    """
    if not (path := os.environ.get("GITHUB_STEP_SUMMARY")):
        return
    said = "".join(f"not checked: {note}\n" for note in notes)
    text = said + console.render(found, {}, colour=False)
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 3)
    file = Path(path)
    room = SUMMARY - (file.stat().st_size if file.exists() else 0)
    if len(text.encode()) > room:
        kept = text.encode()[: max(0, room)].decode(errors="ignore").rpartition("\n")[0]
        text = f"{kept}\nThe log has the full list: {len(found)} findings.\n"
    with file.open("a", encoding="utf-8") as summary:
        summary.write(f"{fence}text\n{text}{fence}\n")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError:
        return []
