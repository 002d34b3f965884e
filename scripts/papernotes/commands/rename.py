"""rename: give a note another name."""

from __future__ import annotations

import argparse
from pathlib import Path

from papernotes.commands.usage import UsageError, root_folder
from papernotes.contribute.new.scaffold import usable
from papernotes.contribute.rename import carry_out, plan
from papernotes.corpus.load import load
from papernotes.corpus.model import EDITIONS
from papernotes.corpus.near import suggestion


def rename(arguments: argparse.Namespace) -> int:
    """Rename the note, or say why not; nothing is overwritten."""
    root = root_folder(Path.cwd())
    corpus = load(root)
    old, new = arguments.old, arguments.new
    slugs = [page.slug for page in corpus.pages[EDITIONS[0]].values() if page.kind == "papers"]
    if old not in slugs:
        raise UsageError(f"no note of this name: {old!r}: {suggestion(old, slugs) or 'see docs/en/papers/'}")
    if not usable(new):
        raise UsageError(f"a slug must be lower-case letters and digits and begin with a letter: {new!r}")
    taken = [page.source.path for page in corpus.every_page() if page.slug == new]
    taken += [path for path in (f"papers/{new}", f"tests/companions/test_{new}.py") if (root / path).exists()]
    if taken:
        raise UsageError(f"the name {new!r} is taken by {taken[0]}")
    renaming = plan(corpus, old, new)
    carry_out(root, renaming)
    for path, target in renaming.moves.items():
        print(f"{path} -> {target}")
    others = sorted(set(renaming.texts) - set(renaming.moves.values()))
    print("".join(f"changed {path}\n" for path in others), end="")
    print(
        f"The site will lead from the old address to the new one. `make check` and `papernotes regen {new}`."
    )
    return 0
