"""Write files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def atomically(path: Path, data: bytes) -> None:
    """Replace a file's content; an interruption leaves the old content or the new, never a part.

    Args:
        path: the file; its folder exists.
        data: the whole new content.
    """
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def all_new(root: Path, files: Mapping[str, bytes]) -> None:
    """Create files, all of them or none.

    Args:
        root: the repository.
        files: content by repository path; none of them exists.
    """
    made: list[Path] = []
    try:
        for path, data in files.items():
            folder = (root / path).parent
            missing = [f for f in (folder, *folder.parents) if not f.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            made += missing[::-1]
            made.append(root / path)
            atomically(root / path, data)
    except BaseException:
        for done in reversed(made):
            if done.is_dir():
                done.rmdir()
            else:
                done.unlink(missing_ok=True)
        raise
