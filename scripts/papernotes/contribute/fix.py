"""Repair what has one right answer."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from papernotes.contribute.write import atomically
from papernotes.diagnostics import Diagnostic, Fix

BYTE_CODES = {"S002", "S003"}
"""Faults of a file's bytes: a byte-order mark, carriage returns."""


def fixed(root: Path, found: Iterable[Diagnostic]) -> Mapping[str, tuple[bytes, bytes]]:
    """What the files would be with every fix made.

    Args:
        root: the repository.
        found: diagnostics, some with a fix.

    Returns:
        Old and new content by path, for the files that change. A fix whose text has gone is left out.
    """
    by_path: dict[str, list[Diagnostic]] = defaultdict(list)
    for fault in found:
        if fault.fix or fault.code in BYTE_CODES:
            by_path[fault.path].append(fault)
    changes = {}
    for path, faults in sorted(by_path.items()):
        old = (root / path).read_bytes()
        new = _apply(old, faults)
        if new != old:
            changes[path] = (old, new)
    return changes


def _apply(data: bytes, faults: Iterable[Diagnostic]) -> bytes:
    codes = {fault.code for fault in faults}
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    if "S003" in codes:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = data.removeprefix(mark).decode(errors="surrogateescape").split("\n")
    fixes = {fault.fix for fault in faults if fault.fix}
    for fix in sorted(fixes, key=lambda fix: (fix.line, fix.col), reverse=True):
        _replace(lines, fix)
    return (b"" if "S002" in codes else mark) + "\n".join(lines).encode(errors="surrogateescape")


def _replace(lines: list[str], fix: Fix) -> None:
    line, start = lines[fix.line - 1], fix.col - 1
    if line[start : start + len(fix.old)] == fix.old:
        lines[fix.line - 1] = line[:start] + fix.new + line[start + len(fix.old) :]


def diff(changes: Mapping[str, tuple[bytes, bytes]]) -> str:
    """The changes as a unified diff."""
    parts: list[str] = []
    for path, (old, new) in changes.items():
        before, after = (data.decode(errors="replace").splitlines(keepends=True) for data in (old, new))
        parts += difflib.unified_diff(before, after, f"a/{path}", f"b/{path}")
    return "".join(parts)


def write(root: Path, changes: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Make the changes, each file at once or not at all."""
    for path, (_, new) in changes.items():
        atomically(root / path, new)
