"""What a companion may do beside computing: nothing. Called in its process, before it is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import papernotes
from papernotes.companions import landlock, seccomp

SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/nix/store", "/System", "/Library",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/mime.types",
    "/etc/passwd", "/etc/fonts", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system",
)  # fmt: skip
"""Where the system keeps libraries and what they ask about the machine; no user's files."""

_REFUSED = {
    "start processes": (
        "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system",
        "pty.spawn", "subprocess.Popen",
    ),
    "use the network": ("socket.",),
    "change files": (
        "os.chflags", "os.chmod", "os.chown", "os.link", "os.lockf", "os.mkdir", "os.remove",
        "os.removexattr", "os.rename", "os.rmdir", "os.setxattr", "os.symlink", "os.truncate", "os.utime",
        "shutil.", "sqlite3.", "tempfile.", "winreg.",
    ),
}  # fmt: skip
"""Audit events of Python, by what they are; one that ends in a dot stands for its family."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


def confine(companion: Path) -> tuple[str, ...]:
    """Take from this process, for good, what a companion does not need.

    Afterwards it can start no process, open no socket, signal no other process, write no file, and read only
    libraries and the companion; what is open stays open.

    Args:
        companion: the one file of the repository that may be read.

    Returns:
        The layers in force. ``audit`` (everywhere) is Python's own and contains accidents: code that means to
        can get round it. ``landlock`` and ``seccomp`` are the Linux kernel's and hold against malice.
    """
    readable = [path for path in _readable(companion) if path.exists()]
    layers = ["audit"]
    if sys.platform == "linux":
        seccomp.no_new_privileges()
        layers += ["landlock"] if landlock.read_only(readable) else []
        layers += ["seccomp"] if seccomp.compute_only() else []
    sys.addaudithook(_guard(tuple(os.path.realpath(path) for path in readable)))
    return tuple(layers)


def _readable(companion: Path) -> Iterable[Path]:
    yield companion
    yield Path(papernotes.__file__).parent
    yield from (Path(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path)
    named = (os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep), [os.environ.get("SYSTEMROOT", "")])
    yield from (Path(path) for paths in named for path in paths if path)
    yield from map(Path, SYSTEM)


def _guard(readable: tuple[str, ...]) -> Callable[[str, tuple[object, ...]], None]:
    """An audit hook that refuses with a message; a companion may change modules, not what it holds."""
    refused = {event: what for what, events in _REFUSED.items() for event in events if event[-1] != "."}
    families = {event: what for what, events in _REFUSED.items() for event in events if event[-1] == "."}
    own, real, starts, error = os.getpid(), os.path.realpath, str.startswith, PermissionError
    null, separator, writing = os.devnull, os.sep, _WRITING

    def guard(event: str, arguments: tuple[object, ...]) -> None:
        what = refused.get(event) or families.get(event.partition(".")[0] + ".")
        if what:
            raise error(f"a companion must not {what}")
        if event in ("os.kill", "os.killpg") and arguments[0] != own:
            raise error("a companion must not signal other processes")
        if event in ("open", "os.listdir", "os.scandir") and not isinstance(arguments[0], int):
            path = arguments[0] if isinstance(arguments[0], str | bytes) else "."
            if event == "open" and path != null and isinstance(arguments[2], int) and arguments[2] & writing:
                raise error("a companion must not change files")
            found = real(path) if isinstance(path, str) else real(path).decode("utf-8", "surrogateescape")
            if not any(found == root or starts(found, root + separator) for root in readable):
                raise error(f"a companion must not read other files: {path!r}")

    return guard
