"""check: hold the notes, or a built site, to the rules."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.commands.findings import checked
from papernotes.commands.usage import CACHE, UsageError, codes, inside, root_folder
from papernotes.corpus.model import Corpus
from papernotes.diagnostics import Diagnostic
from papernotes.report.emit import emit

if TYPE_CHECKING:
    from papernotes.contribute import fix

FIX_ROUNDS = 5
"""How often --fix looks again at what it has mended."""
WATCH_SECONDS = 0.3
"""How often --watch looks for a change."""


def check(arguments: argparse.Namespace) -> int:
    """Check what the arguments name, and mend it or show how, when they say so."""
    root = root_folder(Path.cwd())
    if arguments.site:
        return emit(_site_findings(root, Path(arguments.site)), arguments.format, root, sys.stdout)
    if arguments.watch:
        return _watch(root, arguments)
    found, notes = _shown(root, arguments)
    if arguments.fix or arguments.diff:
        from papernotes.contribute import fix

        changes = _mended(root, arguments, found)
        if arguments.diff:
            sys.stdout.write(fix.diff(changes))
            return int(bool(changes))
        fix.write(root, changes)
        print("".join(f"mended {path}\n" for path in changes), end="")
        found, notes = _shown(root, arguments)
    titles = _titles() if arguments.format == "sarif" else {}
    return emit(found, arguments.format, root, sys.stdout, titles, notes)


def _titles() -> dict[str, str]:
    """A line about each code."""
    from papernotes.rules.registry import RULES  # all rules: not for a run that has nothing new to find

    return {code: entry.title for code, entry in RULES.items()}


def _mended(root: Path, arguments: argparse.Namespace, found: Sequence[Diagnostic]) -> fix.Changes:
    """What the files would be with every fix made, and with those that these make possible."""
    from papernotes.contribute import fix
    from papernotes.corpus.load import load

    changes = fix.fixed(root, found)
    for _ in range(FIX_ROUNDS):
        texts = fix.texts(changes)
        more = fix.fixed(root, _shown(root, arguments, load(root, texts))[0], changes) if texts else changes
        if more == changes:
            break
        changes = more
    return changes


def _watch(root: Path, arguments: argparse.Namespace) -> int:
    """Check again whenever a file changes, until interrupted."""
    from papernotes.corpus import disk, project

    layout, _ = project.read(root)
    while True:
        seen = disk.snapshot(root, layout.tops)
        print("\033[2J\033[H" if sys.stdout.isatty() else "", end="")
        found, notes = _shown(root, arguments)
        emit(found, arguments.format, root, sys.stdout, notes=notes)
        while disk.snapshot(root, layout.tops) == seen:
            time.sleep(WATCH_SECONDS)


def _shown(
    root: Path, arguments: argparse.Namespace, corpus: Corpus | None = None
) -> tuple[list[Diagnostic], tuple[str, ...]]:
    """The findings that the command line asks for, and what was not looked for."""
    select, ignore = (codes(text, _titles()) if text else [] for text in (arguments.select, arguments.ignore))
    cache = None if arguments.no_cache else root / CACHE
    wanted = [inside(root, path) for path in arguments.paths]
    found, notes = checked(root, cache=cache, select=select, ignore=ignore, corpus=corpus)
    return [
        fault for fault in found if not wanted or any(f"{fault.path}/".startswith(path) for path in wanted)
    ], notes


def _site_findings(root: Path, site: Path) -> tuple[Diagnostic, ...]:
    from papernotes.render import rendered

    if not (site / "index.html").is_file():
        raise UsageError(f"no built site in {site}: run `papernotes site`")
    return rendered.check(rendered.read(site, root))
