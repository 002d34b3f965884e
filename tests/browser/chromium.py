"""A Chromium to test with: the system's, else one that is installed now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def arguments() -> list[str]:
    """Command-line arguments: nothing that talks to the outside; no sandbox where root has none."""
    quiet = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    return [*quiet, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else quiet


def find(own: str) -> str | None:
    """Path of a browser.

    Args:
        own: where Playwright would have its own.

    Returns:
        The system's browser, Playwright's, or one that could be installed: by Playwright where its download
        works, by apt-get for root on Debian. None when there is no way.
    """
    return _present(own) or _downloaded(own) or _packaged()


def _present(own: str) -> str | None:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (own if Path(own).exists() else None)


def _downloaded(own: str) -> str | None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, capture_output=True, timeout=600, check=False)
    return own if Path(own).exists() else None


def _packaged() -> str | None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]):
        subprocess.run(command, capture_output=True, timeout=900, check=False)
    return shutil.which("chromium")
