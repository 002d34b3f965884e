"""check: hold the notes, or a built site, to the rules."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from papernotes.commands.usage import CACHE, UsageError, codes, inside, root_folder
from papernotes.companions.run import recompute
from papernotes.contribute import fix
from papernotes.corpus import disk, project
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.corpus.moves import moves
from papernotes.diagnostics import Diagnostic
from papernotes.report.emit import emit
from papernotes.rules.registry import RULES, Given, check
from papernotes.rules.unchecked import unchecked

OF_MOVED = {"L101", "L103", "L104"}
"""Faults that a moved file gives: git is asked only then."""
FIX_ROUNDS = 5
"""How often --fix looks again at what it has mended."""
WATCH_SECONDS = 0.3
"""How often --watch looks for a change."""


def findings(
    root: Path,
    *,
    cache: Path | None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    corpus: Corpus | None = None,
) -> tuple[Diagnostic, ...]:
    """Load, recompute and check.

    Args:
        root: the repository.
        cache: where companions' results are kept; None runs them all.
        select: code prefixes to run; none means all.
        ignore: code prefixes to leave out.
        corpus: what has been read already; read here otherwise.
    """
    corpus = corpus or load(root)
    companions = any(code.startswith(tuple(select) or ("",)) for code in ("R105", "R202"))
    outcomes = recompute(corpus, cache=cache) if companions else {}
    found = check(Given(corpus, outcomes), select, ignore)
    if any(fault.code in OF_MOVED for fault in found) and (gone := moves(root)):
        found = check(Given(replace(corpus, moves=gone), outcomes), select, ignore)
    return found


def run(arguments: argparse.Namespace) -> int:
    """Check what the arguments name, and mend it or show how, when they say so."""
    root = root_folder(Path.cwd())
    if arguments.site:
        return emit(_site_findings(root, Path(arguments.site)), arguments.format, root, sys.stdout)
    if arguments.watch:
        return _watch(root, arguments)
    corpus = load(root)
    found = _shown(root, arguments, corpus)
    if arguments.fix or arguments.diff:
        changes = _mended(root, arguments, found)
        if arguments.diff:
            sys.stdout.write(fix.diff(changes))
            return int(bool(changes))
        fix.write(root, changes)
        print("".join(f"mended {path}\n" for path in changes), end="")
        corpus = load(root)
        found = _shown(root, arguments, corpus)
    titles = {code: entry.title for code, entry in RULES.items()}
    return emit(found, arguments.format, root, sys.stdout, titles, tuple(unchecked(Given(corpus))))


def _mended(root: Path, arguments: argparse.Namespace, found: Sequence[Diagnostic]) -> fix.Changes:
    """What the files would be with every fix made, and with those that these make possible."""
    changes = fix.fixed(root, found)
    for _ in range(FIX_ROUNDS):
        texts = fix.texts(changes)
        more = fix.fixed(root, _shown(root, arguments, load(root, texts)), changes) if texts else changes
        if more == changes:
            break
        changes = more
    return changes


def _watch(root: Path, arguments: argparse.Namespace) -> int:
    """Check again whenever a file changes, until interrupted."""
    layout, _ = project.read(root)
    while True:
        seen = disk.snapshot(root, layout.tops)
        print("\033[2J\033[H" if sys.stdout.isatty() else "", end="")
        emit(_shown(root, arguments, load(root)), arguments.format, root, sys.stdout)
        while disk.snapshot(root, layout.tops) == seen:
            time.sleep(WATCH_SECONDS)


def _shown(root: Path, arguments: argparse.Namespace, corpus: Corpus) -> list[Diagnostic]:
    """The findings that the command line asks for."""
    select, ignore = codes(arguments.select, RULES), codes(arguments.ignore, RULES)
    cache = None if arguments.no_cache else root / CACHE
    wanted = [inside(root, path) for path in arguments.paths]
    return [
        fault
        for fault in findings(root, cache=cache, select=select, ignore=ignore, corpus=corpus)
        if not wanted or any(f"{fault.path}/".startswith(path) for path in wanted)
    ]


def _site_findings(root: Path, site: Path) -> tuple[Diagnostic, ...]:
    from papernotes.render import rendered

    if not (site / "index.html").is_file():
        raise UsageError(f"no built site in {site}: run `papernotes site`")
    return rendered.check(rendered.read(site, root))
