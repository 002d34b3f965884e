"""What is wrong with a repository: found anew, or as it was found when nothing has changed since."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from papernotes.corpus import cache as kept_files
from papernotes.corpus import disk
from papernotes.corpus.model import Corpus
from papernotes.diagnostics import Diagnostic

FILE = "findings"
OF_MOVED = {"L101", "L103", "L104"}
"""Faults that a moved file gives: git is asked only then."""


class _Kept(msgspec.Struct, array_like=True):
    """Findings, and every question to the disk that they depend on, with its answer."""

    select: list[str]
    ignore: list[str]
    asked: list[disk.Asked]
    found: tuple[Diagnostic, ...]
    notes: tuple[str, ...]


def findings(
    root: Path,
    *,
    cache: Path | None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    corpus: Corpus | None = None,
) -> tuple[Diagnostic, ...]:
    """What the rules find: see :func:`checked`."""
    return checked(root, cache=cache, select=select, ignore=ignore, corpus=corpus)[0]


def checked(
    root: Path,
    *,
    cache: Path | None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    corpus: Corpus | None = None,
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Load, recompute and check.

    Args:
        root: the repository.
        cache: where results are kept; None reads every page and runs every companion.
        select: code prefixes to run; none means all.
        ignore: code prefixes to leave out.
        corpus: what has been read already; read here otherwise.

    Returns:
        The findings, and a line about each thing that the rules are silent about.
    """
    if cache is None or corpus is not None:
        return _checked(root, cache, select, ignore, corpus)[:2]
    kept = kept_files.load(cache / FILE, _Kept)
    if (
        kept
        and (kept.select, kept.ignore) == (list(select), list(ignore))
        and disk.unchanged(root, kept.asked)
    ):
        return kept.found, kept.notes
    with disk.noted() as asked:
        found, notes, sure = _checked(root, cache, select, ignore)
    if sure:
        once = list(dict.fromkeys(asked))
        kept_files.keep(cache / FILE, _Kept(list(select), list(ignore), once, found, notes))
    return found, notes


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: records do not point back, and the search takes a tenth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@_uncollected()
def _checked(
    root: Path, cache: Path | None, select: Sequence[str], ignore: Sequence[str], corpus: Corpus | None = None
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...], bool]:
    """Findings, notes, and whether the next run must find the same: a companion may fail for want of time."""
    from papernotes.corpus.load import load  # a fifth of a second to import: not when nothing has changed
    from papernotes.rules.registry import Given, check
    from papernotes.rules.unchecked import unchecked

    corpus = corpus or load(root, cache=cache)
    outcomes = {}
    if any(code.startswith(tuple(select) or ("",)) for code in ("R105", "R202")):
        from papernotes.companions.run import recompute

        outcomes = dict(recompute(corpus, cache=cache))
    given = Given(corpus, outcomes)
    found = check(given, select, ignore)
    sure = all(outcome.failure is None for outcome in outcomes.values())
    if any(fault.code in OF_MOVED for fault in found):
        from papernotes.corpus.moves import moves

        sure = False  # git may know another history the next time
        if gone := moves(root):
            found = check(Given(dataclasses.replace(corpus, moves=gone), outcomes), select, ignore)
    return found, tuple(unchecked(given)), sure
