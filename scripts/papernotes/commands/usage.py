"""What every command needs: the repository, and a way to say that it cannot be done."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from papernotes.corpus.near import suggestion

CACHE = ".cache/papernotes"


class UsageError(Exception):
    """A command that cannot be carried out as given; the message says what to do."""


def root_folder(start: Path) -> Path:
    """The repository: the nearest folder upwards that holds mkdocs.yml.

    Raises:
        UsageError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise UsageError(f"no mkdocs.yml in {start} or above: run this inside the repository")


def inside(root: Path, path: str) -> str:
    """A path of the command line as the start of repository paths."""
    full = (Path.cwd() / path).resolve()
    if not full.exists():
        raise UsageError(f"no such file or folder: {path}")
    if not full.is_relative_to(root.resolve()):
        raise UsageError(f"not in the repository: {path}")
    relative = full.relative_to(root.resolve()).as_posix()
    return "" if relative == "." else f"{relative}/"


def codes(text: str, known_codes: Iterable[str]) -> list[str]:
    """Codes and families of the command line, in upper case; each must be the start of a known code."""
    found = [code.strip().upper() for code in text.split(",") if code.strip()]
    for code in found:
        if not any(known.startswith(code) for known in known_codes):
            near = suggestion(code, known_codes) or "`papernotes explain` lists them"
            raise UsageError(f"no code begins with {code!r}: {near}")
    return found
