"""Repair what has one right answer."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from papernotes.contribute.write import atomically
from papernotes.diagnostics import Diagnostic

BYTE_CODES = {"S002", "S003"}
"""Faults of a file's bytes: a byte-order mark, carriage returns."""


Changes = Mapping[str, tuple[bytes, bytes]]
"""Old and new content by path, for the files that change."""
NONE: Changes = MappingProxyType({})


def fixed(root: Path, found: Iterable[Diagnostic], earlier: Changes = NONE) -> Changes:
    """What the files would be with every fix made.

    Args:
        root: the repository.
        found: diagnostics, some with a fix.
        earlier: changes that have been made before, in memory: the diagnostics are of what they make.

    Returns:
        The changes, the earlier ones included. A fix whose text has gone is left out.
    """
    by_path: dict[str, list[Diagnostic]] = defaultdict(list)
    for fault in found:
        if fault.fix or fault.code in BYTE_CODES:
            by_path[fault.path].append(fault)
    changes = dict(earlier)
    for path, faults in sorted(by_path.items()):
        old, now = changes[path] if path in changes else ((root / path).read_bytes(),) * 2
        new = _apply(now, faults)
        if new != old:
            changes[path] = (old, new)
    return changes


def texts(changes: Changes) -> Mapping[str, str]:
    """The new contents that are text, by path."""
    return {path: new.decode() for path, (_, new) in changes.items() if _is_text(new)}


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _apply(data: bytes, faults: Iterable[Diagnostic]) -> bytes:
    codes = {fault.code for fault in faults}
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    if "S003" in codes:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = data.removeprefix(mark).decode(errors="surrogateescape")
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    fixes = {fault.fix for fault in faults if fault.fix and fault.fix.line <= len(starts)}
    done = len(text)
    for fix in sorted(fixes, key=lambda fix: (fix.line, fix.col), reverse=True):
        at = starts[fix.line - 1] + fix.col - 1
        end = at + len(fix.old)
        if text[at:end] == fix.old and end <= done:  # none overlaps another: the next round makes the other
            text, done = text[:at] + fix.new + text[end:], at
    return (b"" if "S002" in codes else mark) + text.encode(errors="surrogateescape")


def diff(changes: Changes) -> str:
    """The changes as a unified diff."""
    parts: list[str] = []
    for path, (old, new) in changes.items():
        before, after = (data.decode(errors="replace").splitlines(keepends=True) for data in (old, new))
        parts += difflib.unified_diff(before, after, f"a/{path}", f"b/{path}")
    return "".join(parts)


def write(root: Path, changes: Changes) -> None:
    """Make the changes, each file at once or not at all."""
    for path, (_, new) in changes.items():
        atomically(root / path, new)
