"""Linux's Landlock: this process may read some files and change none. https://docs.kernel.org/userspace-api/landlock.html

By system calls of our own: the packages that wrap them are unmaintained, and this is all there is to it.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights over files a version knows; they are the lowest bits. Later versions: as many as 5."""
_TCP, _TCP_SINCE = 0b11, 4
_SCOPES, _SCOPES_SINCE = 0b11, 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def read_only(readable: Iterable[Path]) -> bool:
    """Allow reading these files and folders, and no other access to files; no TCP, no signals to others.

    Args:
        readable: existing paths; one that cannot be opened is left out.

    Returns:
        Whether the kernel does so; false on one older than 5.13 or built without Landlock.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    ruleset = _create(libc, libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION))
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(libc, ruleset, path)
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _create(libc: ctypes.CDLL, version: int) -> int:
    """A ruleset's descriptor; negative without one. Some kernels claim a version they have in part."""
    for known in range(version, 0, -1):
        rules = _Ruleset(
            (1 << _RIGHTS.get(known, _RIGHTS[5])) - 1,
            _TCP if known >= _TCP_SINCE else 0,
            _SCOPES if known >= _SCOPES_SINCE else 0,
        )
        size = 8 * (1 + (known >= _TCP_SINCE) + (known >= _SCOPES_SINCE))
        descriptor: int = libc.syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), 0)
        if descriptor >= 0:
            return descriptor
    return -1


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _Beneath(_READ_FILE | (_READ_DIR if path.is_dir() else 0), opened)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)
