"""When the files of the repository last changed, as git knows it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

_MARK = "\x01"


def changed(root: Path) -> Mapping[str, datetime]:
    """The time of the last commit that touched each file under docs/ and papers/.

    Args:
        root: the repository.

    Returns:
        By repository-relative path, in UTC. Empty outside git and where git is missing; in a shallow clone no
        time lies before the oldest commit that is there.
    """
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", "log", f"--format={_MARK}%ct"]
    command += ["--name-only", "--relative", "--no-renames", "--", "docs", "papers"]
    try:
        log = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return {}
    found: dict[str, datetime] = {}
    for commit in log.split(_MARK)[1:]:
        when, _, names = commit.partition("\n")
        time = datetime.fromtimestamp(int(when), UTC)
        for name in filter(None, names.split("\n")):
            found.setdefault(name, time)
    return found


def standstill() -> datetime:
    """The time for what has none: ``SOURCE_DATE_EPOCH`` (seconds since 1970, UTC), else the year 2000.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(stated) if stated.isdecimal() else 946_684_800, UTC)
