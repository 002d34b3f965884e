"""Files that have been moved, as git sees it: in the working tree, and since the branch left its upstream."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

SECONDS = 20
"""How long git may take."""


def moves(root: Path) -> Mapping[str, str]:
    """Old paths of files that are gone, each with the one path at which its content is now.

    Args:
        root: a folder of a working tree; paths are relative to it.

    Returns:
        Nothing where git is not there or sees no move. What was copied, or moved to two places, is left out.
    """
    found: dict[str, set[str]] = {}
    for old, new in (*_in_the_tree(root), *_on_the_branch(root)):
        found.setdefault(old, set()).add(new)
    moved = {old: next(iter(new)) for old, new in found.items() if len(new) == 1}
    ends: dict[str, str] = {}
    for old, new in moved.items():
        seen = {old}
        while new in moved and new not in seen and not (root / new).is_file():
            seen.add(new)
            new = moved[new]
        if (root / new).is_file() and not (root / old).is_file():
            ends[old] = new
    return ends


def _in_the_tree(root: Path) -> Iterator[tuple[str, str]]:
    """Moves that are not committed, also those that git has not been told of."""
    index = _git(root, "rev-parse", "--git-path", "index").strip()
    if not index or not (root / index).is_file():
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "index"
        shutil.copyfile(root / index, copy)
        _git(root, "add", "--intent-to-add", "--", ".", index=copy)
        yield from _renames(_git(root, "diff", *_DETECT, "HEAD", "--", ".", index=copy))


def _on_the_branch(root: Path) -> Iterator[tuple[str, str]]:
    """Moves in the commits since the upstream branch."""
    for upstream in ("@{upstream}", "origin/HEAD"):
        if base := _git(root, "merge-base", "HEAD", upstream).strip():
            yield from _renames(_git(root, "diff", *_DETECT, base, "HEAD", "--", "."))
            return


_DETECT = ("--find-renames", "--diff-filter=R", "--name-status", "--relative", "-z")


def _renames(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of what ``git diff --name-status -z`` says: ``R097``, old path, new path, each ended by a NUL."""
    parts = text.split("\0")
    yield from zip(parts[1::3], parts[2::3], strict=False)


def _git(root: Path, *arguments: str, index: Path | None = None) -> str:
    """What a git command prints; nothing when it fails or there is no git."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    if index:
        environment["GIT_INDEX_FILE"] = str(index)
    try:
        run = subprocess.run(
            ["git", *arguments],
            cwd=root, env=environment, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.decode(errors="replace") if run.returncode == 0 else ""
