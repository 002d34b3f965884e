"""Put a finished site where the old one was."""

from __future__ import annotations

import shutil
from pathlib import Path

MARK = "sitemap.xml"
"""A file that every built site has: a folder without it is somebody's and is not replaced."""


def replaceable(target: Path) -> bool:
    """Whether a folder may be replaced by a site: it is missing, empty, or a site already."""
    return not target.exists() or (
        target.is_dir() and ((target / MARK).is_file() or not any(target.iterdir()))
    )


def publish(built: Path, target: Path) -> None:
    """Move a built site into place; the old one stays until the new one stands beside it.

    Args:
        built: the new site, on the same file system.
        target: where it goes; see :func:`replaceable`.
    """
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    built.rename(target)
    shutil.rmtree(old, ignore_errors=True)
