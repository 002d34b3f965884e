"""Linux's seccomp: system calls that computing needs none of are refused. https://docs.kernel.org/userspace-api/seccomp_filter.html

A filter of our own, for libseccomp is a system library that may not be there. What it lists is refused and
everything else allowed: a list of what NumPy needs would break with the next C library.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

Calls = dict[str, tuple[int | None, int | None]]

REFUSED: Calls = {
    # programs and processes
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    # the network, and every other socket: a path of the file system may lead to a daemon's
    "socket": (41, 198), "io_uring_setup": (425, 425),
    # other processes
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "setpriority": (141, 140), "setrlimit": (160, 164),
    # what Landlock does not cover: owners, modes, times and attributes of files
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    # what outlives the process, and what only an administrator needs
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "mount": (165, 40), "umount2": (166, 39), "unshare": (272, 97),
    "setns": (308, 268),
}  # fmt: skip
"""Numbers on x86-64 and on AArch64; None where there is no such call."""
JUDGED: Calls = {
    "clone": (56, 220), "clone3": (435, 435), "kill": (62, 129), "tgkill": (234, 131),
    "prlimit64": (302, 261),
}  # fmt: skip
"""Calls whose arguments decide."""

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x40000000
_THREAD = 0x00010000  # CLONE_THREAD
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2

Step = tuple[int, int, int, int]
"""Code, jump when true, jump when false, operand."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def no_new_privileges() -> None:
    """Give up for good what a program could gain by being run; both filters ask for it."""
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)


def compute_only() -> bool:
    """Install the filter.

    Returns:
        Whether it is in force; false on an architecture without a list, or where the kernel forbids it.
    """
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    packed = b"".join(struct.pack("=HBBI", *step) for step in _filter(*known, os.getpid()))
    program = _Program(len(packed) // 8, packed)
    return bool(ctypes.CDLL(None).prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(column: int, architecture: int, own: int) -> list[Step]:
    refuse: Step = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    allow: Step = (_RETURN, 0, 0, _ALLOW)
    number = {name: calls[column] for name, calls in (REFUSED | JUDGED).items()}
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if column == 0:
        steps += [(_AT_LEAST, 0, 1, _X32), refuse]
    for name in REFUSED:
        if (call := number[name]) is not None:
            steps += [(_EQUAL, 0, 1, call), refuse]
    # glibc takes clone, whose flags can be read here, when there is no clone3
    steps += [(_EQUAL, 0, 1, number["clone3"] or 0), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    steps += [(_EQUAL, 0, 4, number["clone"] or 0), (_LOAD, 0, 0, _argument(0)), (_ANY_BIT, 1, 0, _THREAD)]
    steps += [refuse, allow]
    for name in ("kill", "tgkill"):
        steps += [(_EQUAL, 0, 4, number[name] or 0), (_LOAD, 0, 0, _argument(0)), (_EQUAL, 1, 0, own)]
        steps += [refuse, allow]
    # limits may be asked for, by a null pointer in place of new ones
    steps += [(_EQUAL, 0, 6, number["prlimit64"] or 0)]
    steps += [
        (_LOAD, 0, 0, _argument(2)),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, _argument(2) + 4),
        (_EQUAL, 1, 0, 0),
    ]
    return [*steps, refuse, allow, allow]


def _argument(index: int) -> int:
    """Where the lower half of an argument is; both architectures are little-endian."""
    return 16 + 8 * index
