"""The one place that writes drafts: each file at once or not at all, and none over another."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from papernotes.contribute.notebook.model import Draft
from papernotes.contribute.write import atomically


class Outcome(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    THERE = "already there, the same"
    KEPT = "already there and different: kept, nothing written"


def write(root: Path, draft: Draft) -> tuple[tuple[str, Outcome], ...]:
    """Write the files of a draft.

    Args:
        root: the repository.
        draft: what to write; when one of its pages would replace another, nothing of it is written.

    Returns:
        Path and outcome of each page and image, pages first.
    """
    new = {path: text.encode() for path, text in draft.files.items()}
    new |= {path: picture.path.read_bytes() for path, picture in draft.pictures.items()} if new else {}
    outcomes = {path: _outcome(root / path, data) for path, data in new.items()}
    if Outcome.KEPT in outcomes.values():
        return tuple((path, one) for path, one in outcomes.items() if one is not Outcome.WRITTEN)
    for path in reversed(new):  # images first: no page is without what it shows
        if outcomes[path] is Outcome.WRITTEN:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            atomically(root / path, new[path])
    return tuple(outcomes.items())


def _outcome(file: Path, data: bytes) -> Outcome:
    if not (file.exists() or file.is_symlink()):
        return Outcome.WRITTEN
    return Outcome.THERE if file.is_file() and file.read_bytes() == data else Outcome.KEPT
