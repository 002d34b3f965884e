"""links: ask whether the external links still lead somewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.commands.usage import CACHE, UsageError, root_folder
from papernotes.contribute import fix
from papernotes.contribute.write import atomically
from papernotes.corpus.history import HistoryError, before
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.diagnostics import Diagnostic
from papernotes.links.address import Address
from papernotes.links.changed import added
from papernotes.links.places import uses
from papernotes.links.public import is_public_name
from papernotes.links.summary import markdown
from papernotes.report.emit import emit
from papernotes.report.progress import Bar
from papernotes.rules import registry

if TYPE_CHECKING:
    from papernotes.links.run import Outcome, Progress, World

FILE = "links.sqlite"
"""The ledger's name inside the cache folder."""


def links(arguments: argparse.Namespace, world: World | None = None) -> int:
    """Ask, report, and mend what has moved when the arguments say so.

    Returns:
        0: nothing is dead; 1: findings; 2: it could not be done, or was stopped before it was.
    """
    from papernotes.links.ledger import PATIENCE, Ledger  # the client takes a fifth of a second to import
    from papernotes.links.run import NoNetworkError, World, check

    root = root_folder(Path.cwd())
    world = world or World()
    corpus = load(root)
    wanted = _wanted(corpus, arguments)
    bar = Bar(sys.stderr)

    def show(step: Progress) -> None:
        slowest = f"  slowest: {step.slowest} ({step.seconds:.1f} s)" if step.slowest else ""
        bar.show(step.done, step.total, f"{step.troubles} not well{slowest}")

    try:
        with Ledger(root / CACHE / FILE, 0.0 if arguments.now else PATIENCE) as ledger:
            outcome = check(
                wanted,
                ledger,
                world,
                private=arguments.allow_private,
                offline=arguments.offline,
                show=show,
            )
    except NoNetworkError as error:
        raise UsageError(f"{error}; --offline reports what is remembered") from None
    except OSError as error:
        raise UsageError(f"the record of earlier answers cannot be kept: {error}") from None
    finally:
        bar.clear()
    found = _findings(corpus, outcome)
    if arguments.fix:
        changes = fix.fixed(root, found)
        fix.write(root, changes)
        print("".join(f"mended {path}\n" for path in changes), end="", file=sys.stderr)
        corpus = load(root)
        found = _findings(corpus, outcome)
    if arguments.summary:
        text = markdown(uses(corpus), outcome.answers, len(outcome.missing), world.clock.time())
        try:
            atomically(Path(arguments.summary), text.encode())
        except OSError as error:
            raise UsageError(f"--summary cannot be written: {error}") from None
    titles = {code: entry.title for code, entry in registry.RULES.items()}
    code = emit(found, arguments.format, root, sys.stdout, titles)
    print(_closing(wanted, outcome), file=sys.stderr)
    return 2 if outcome.stopped else code


def _wanted(corpus: Corpus, arguments: argparse.Namespace) -> frozenset[Address]:
    """The addresses that the command line asks for."""
    every = frozenset(use.address for use in uses(corpus) if use.address is not None)
    if arguments.changed_from is not None:
        try:
            every = added(corpus, before(corpus.root, arguments.changed_from))
        except HistoryError as error:
            raise UsageError(f"--changed-from {arguments.changed_from}: {error}") from None
    if arguments.allow_private:
        return every
    return frozenset(address for address in every if is_public_name(address.host))


def _findings(corpus: Corpus, outcome: Outcome) -> tuple[Diagnostic, ...]:
    answers = {str(address): answer for address, answer in outcome.answers.items()}
    return registry.check(registry.Given(corpus, answers=answers), ["X"])


def _closing(wanted: frozenset[Address], outcome: Outcome) -> str:
    """What was done, in one line."""
    parts = [f"{len(wanted)} external addresses: {outcome.asked} asked"]
    if known := len(wanted) - outcome.asked - (0 if outcome.asked else len(outcome.missing)):
        parts.append(f"{known} known from earlier runs")
    if outcome.missing:
        parts.append(f"{len(outcome.missing)} without an answer")
    if outcome.stopped:
        parts.append("stopped; the next run goes on from here")
    return ", ".join(parts)
