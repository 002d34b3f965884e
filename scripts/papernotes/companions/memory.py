"""Remember what check functions returned, as long as nothing that decides it has changed."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from papernotes.companions.outcome import Outcome, decoded, encoded
from papernotes.corpus.cache import replace

PROTOCOL = 2
"""Raise it when the same function could now have another outcome by our doing."""

PACKAGES = ("numpy", "scipy", "autograd")


@cache
def _ground() -> str:
    """What decides a result besides the companion's text."""
    found = [f"protocol {PROTOCOL}", platform.python_implementation(), sys.version, platform.machine()]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return "\0".join(found)


@dataclass(frozen=True, slots=True)
class Memory:
    """A directory of values; with no directory, nothing is remembered. Failures never are."""

    folder: Path | None

    def recall(self, text: str, name: str) -> Outcome | None:
        """What a function of a companion returned, or None when it is not known or the record is damaged."""
        if self.folder is None:
            return None
        path = self._path(self.folder, text, name)
        try:
            outcome = decoded(json.loads(path.read_bytes()))
        except (OSError, ValueError, RecursionError):
            return None
        return outcome if outcome == Outcome(outcome.value) and outcome.value is not None else None

    def keep(self, text: str, name: str, outcome: Outcome) -> None:
        """Remember an outcome if it is a plain value; a directory that cannot be written is no error."""
        if self.folder is None or outcome.failure is not None or outcome.value is None:
            return
        path = self._path(self.folder, text, name)
        replace(path, json.dumps(encoded(outcome)).encode())

    @staticmethod
    def _path(folder: Path, text: str, name: str) -> Path:
        key = "\0".join((_ground(), name, text)).encode("utf-8", "replace")
        return folder / f"{hashlib.sha256(key).hexdigest()}.json"
