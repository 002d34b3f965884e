"""Run one Python process that is sure to end: time, memory and output bounded, its children gone with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""One thread each: two companions run at a time, and sums of one thread are the same on every machine."""

PATIENCE = 0.1
"""Seconds between two looks at a running process."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use: seconds of wall clock and of CPU, bytes of address space and of one file."""

    wall: float = 120.0
    cpu: int = 120
    memory: int = 4 << 30
    file: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended. ``code`` is negative for a signal, as in ``subprocess``."""

    code: int
    stdout: str
    stderr: str
    timed_out: bool


def environment(home: str | None = None) -> Mapping[str, str]:
    """The few variables that a companion gets.

    Args:
        home: directory to use as the home; the user's own when absent, where matplotlib keeps its font cache.

    Returns:
        A new environment without anything of the caller's that could change a result.
    """
    kept: tuple[str, ...] = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
    if home is None:
        kept += ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "USERPROFILE", "MPLCONFIGDIR")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= dict.fromkeys(THREAD_VARIABLES, "1") | {"MPLBACKEND": "agg", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if home is not None:
        env["HOME"] = home
    return env


def run_python(
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    limits: Limits | None = None,
    stalled: Callable[[], bool] | None = None,
) -> Finished:
    """Run this interpreter, isolated, and wait for its end or make it end.

    Args:
        arguments: what follows the interpreter's own options, e.g. ``["-m", "module", "argument"]``.
        cwd: working directory.
        env: the whole environment.
        limits: what it may use.
        stalled: asked every so often whether to give it up before its time is over.

    Returns:
        How it ended and what it wrote.

    Errors:
        None of the process's own; OSError when no process can be started.
    """
    limits = limits or Limits()
    command = [sys.executable, "-I", "-B", "-X", "utf8", *arguments]
    # Files and not pipes: a grandchild that outlives the process would hold a pipe open for ever.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=cwd,
            env=dict(env),
            start_new_session=True,
        )
        _restrict(process.pid, limits)
        try:
            timed_out = not _ended(process, time.monotonic() + limits.wall, stalled)
        finally:
            _end_group(process)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Finished(process.returncode, texts[0], texts[1], timed_out)


def _ended(process: subprocess.Popen[bytes], deadline: float, stalled: Callable[[], bool] | None) -> bool:
    """Wait for the end of a process; False when it must be given up."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            process.wait(min(left, PATIENCE))
        except subprocess.TimeoutExpired:
            if stalled is not None and stalled():
                return False
        else:
            return True
    return False


def _restrict(pid: int, limits: Limits) -> None:
    """Set the limits from outside: code between fork and exec is not safe in a program with threads."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    if not hasattr(resource, "prlimit"):  # macOS has none: the wall clock alone bounds it there
        return
    wanted = {
        resource.RLIMIT_CPU: limits.cpu,
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in wanted.items():
        try:
            hard = resource.prlimit(pid, kind)[1]
            cap = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.prlimit(pid, kind, (cap, cap))
        except (OSError, ValueError):
            continue  # it ended already, or the machine's own limit is stricter


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the process and the children it made, and reap it."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
