"""What git knows of the files: how they were before a change."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path


class HistoryError(Exception):
    """Git cannot say; the message is its own."""


def before(root: Path, reference: str) -> Mapping[str, bytes]:
    """The files that differ from where this branch left another one, as they were there.

    Args:
        root: the repository.
        reference: a branch, tag or commit, e.g. ``origin/main``.

    Returns:
        By path relative to the root, the former content of every file that has changed, been added (empty) or
        been removed since, committed or not.

    Raises:
        HistoryError: there is no git, no repository or no such reference.
    """
    base = _git(root, "merge-base", "--end-of-options", reference, "HEAD").decode().strip()
    changed = _git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", base, "--")
    added = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    old = _git(root, "ls-tree", "-r", "--name-only", "-z", base)
    there = set(_names(old))
    return {
        path: _git(root, "show", f"{base}:./{path}") if path in there else b""
        for path in sorted({*_names(changed), *_names(added)})
    }


def _names(output: bytes) -> list[str]:
    return [name.decode("utf-8", "surrogateescape") for name in output.split(b"\0") if name]


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise HistoryError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        raise HistoryError(done.stderr.decode("utf-8", "replace").strip().partition("\n")[0])
    return done.stdout
