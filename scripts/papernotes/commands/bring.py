"""import: an old notebook becomes draft notes."""

from __future__ import annotations

import argparse
from pathlib import Path

from papernotes.commands.usage import UsageError, root_folder
from papernotes.contribute.notebook import pipeline, reading, writing
from papernotes.contribute.notebook.decode import UndecodableError
from papernotes.contribute.notebook.identity import SLUG
from papernotes.contribute.notebook.model import Notebook, Wishes
from papernotes.contribute.notebook.vault import FullError
from papernotes.contribute.notebook.writing import Outcome
from papernotes.corpus.load import load
from papernotes.report.imports import told


def bring(arguments: argparse.Namespace) -> int:
    """Turn notebooks into drafts and say what became of every line that is not in them as it was.

    Returns:
        0 when every draft is written or there already, 1 when one is not.
    """
    root = root_folder(Path.cwd())
    named = [Path(path) for path in arguments.files]
    for path in [*named, *([Path(arguments.assets)] if arguments.assets else [])]:
        if not path.exists():
            raise UsageError(f"no such file or folder: {path}")
    paths = list(dict.fromkeys(file for path in named for file in reading.files(path)))
    if not paths:
        raise UsageError(f"no Markdown files in {', '.join(arguments.files)}")
    slugs = _slugs(arguments.slug)
    if slugs and len(paths) > 1:
        raise UsageError("--slug is for one notebook at a time")
    notebooks = [_read(path) for path in paths]
    sources = [
        *([Path(arguments.assets)] if arguments.assets else []),
        *(path for path in named if path.is_dir()),
    ]
    wishes = Wishes(arguments.lang or "", arguments.level or 0, slugs)
    album = reading.Folders(root, sources, paths)
    try:
        done = pipeline.run(notebooks, wishes, reading.library(load(root)), album)
    except FullError:
        raise UsageError("a notebook is too large: split it") from None
    except RecursionError:
        raise UsageError("a notebook nests quotes or lists too deeply to be read") from None
    missed = False
    for one in done:
        written = [(draft, writing.write(root, draft)) for draft in one.drafts]
        missed |= any(draft.clash for draft, _ in written)
        missed |= any(outcome is Outcome.KEPT for _, outcomes in written for _, outcome in outcomes)
        print("\n".join(told(one, written)), flush=True)
    return int(missed)


def _read(path: Path) -> Notebook:
    try:
        return reading.notebook(path, path.as_posix())
    except UndecodableError as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _slugs(given: list[str]) -> dict[int, str]:
    """Slugs by line; a slug without a line is for the only paper."""
    slugs = {}
    for one in given:
        line, _, name = one.rpartition("=")
        if not SLUG.match(name) or not (line.isdigit() or not line):
            raise UsageError(f"--slug must be NAME or LINE=NAME, NAME lower-case letters and digits: {one!r}")
        slugs[int(line or 0)] = name
    return slugs
