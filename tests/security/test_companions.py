"""What a companion tries beside computing is refused: by a message in Python, and by the kernel without Python."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from papernotes.companions import seccomp
from papernotes.companions.outcome import Failure, Outcome
from papernotes.companions.process import environment, run_python
from papernotes.companions.run import recompute
from papernotes.corpus.load import load
from trees import demo

LAYERS = ["audit", "landlock", "seccomp"]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The kernel's layers: they must be there in Actions, and may be missing on an old or strange machine."""
    text = (
        "from pathlib import Path; from papernotes.companions.confine import confine;"
        "print(*confine(Path('/nowhere')))"
    )
    layers = run_python(["-c", text], tmp_path_factory.mktemp("layers"), environment()).stdout.split()
    if layers != LAYERS and "GITHUB_ACTIONS" not in os.environ:
        pytest.skip(f"this machine has only {', '.join(layers)}")
    assert layers == LAYERS


def outcome(root: Path, text: str) -> Outcome:
    """What becomes of ``answer()`` when the demonstration's companion is this."""
    (root / "papers/demo/companion.py").write_text(text + "\n\ndef ratio():\n    return 1\n")
    return recompute(load(root))["demo", "answer"]


PYTHON = {
    "starts a program": ("import subprocess", "subprocess.run(['id'])", "start processes"),
    "starts a shell": ("import os", "os.system('id')", "start processes"),
    "forks": ("import os", "os.fork()", "start processes"),
    "asks the network": (
        "from urllib.request import urlopen",
        "urlopen('http://127.0.0.1:9/')",
        "use the network",
    ),
    "opens a socket": ("import socket", "socket.socket()", "use the network"),
    "writes into its folder": ("from pathlib import Path", "Path('left').write_text('x')", "change files"),
    "writes into the repository": (
        "from pathlib import Path",
        "Path(ROOT, 'mkdocs.yml').write_text('x')",
        "change files",
    ),
    "removes a file": ("import os", "os.remove(ROOT + '/mkdocs.yml')", "change files"),
    "fills the disk": (
        "",
        "[open(str(n), 'wb').write(bytes(9)) for n in range(9)]",
        "change files",
    ),
    "kills its parent": ("import os", "os.kill(os.getppid(), 9)", "signal other processes"),
    "reads the repository": ("from pathlib import Path", "Path(ROOT, 'mkdocs.yml').read_text()", "read other files"),
    "reads a home": ("import os", "os.listdir('/root')", "read other files"),
}  # fmt: skip


@pytest.mark.parametrize("case", PYTHON)
def test_a_companion_that(case: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    before = sorted(root.rglob("*"))
    imports, act, said = PYTHON[case]
    found = outcome(root, f"{imports}\nROOT = {str(root)!r}\n\ndef answer():\n    {act}\n    return 42")
    assert found.failure is Failure.RAISED
    assert found.detail.startswith((f"PermissionError: a companion must not {said}", "URLError"))
    assert said in found.detail
    assert sorted(root.rglob("*")) == before
    assert (root / "mkdocs.yml").read_text() == "site_name: Demonstration\n"


KERNEL = {
    "socket": "libc.socket(2, 1, 0)",
    "datagrams": "libc.socket(2, 2, 0)",
    "a daemon's socket": "libc.socket(1, 1, 0)",
    "fork": "libc.fork()",
    "run a program": "libc.execv(b'/bin/true', (ctypes.c_char_p * 2)(b'true', None))",
    "write into the repository": "libc.open(ROOT + b'/mkdocs.yml', 1)",
    "make a file": "libc.open(ROOT + b'/left', 0o101, 0o600)",
    "make a file in its folder": "libc.open(b'left', 0o101, 0o600)",
    "make a folder": "libc.mkdir(ROOT + b'/left', 0o700)",
    "remove": "libc.unlink(ROOT + b'/mkdocs.yml')",
    "rename": "libc.rename(ROOT + b'/mkdocs.yml', ROOT + b'/left')",
    "change a mode": "libc.chmod(ROOT + b'/mkdocs.yml', 0)",
    "change a time": "libc.utimensat(-100, ROOT + b'/mkdocs.yml', None, 0)",
    "read the repository": "libc.open(ROOT + b'/mkdocs.yml', 0)",
    "read the parent's environment": "libc.open(b'/proc/%d/environ' % os.getppid(), 0)",
    "kill the parent": "libc.kill(os.getppid(), 9)",
    "kill the group of another": "libc.kill(-os.getppid(), 9)",
    "look into the parent": "libc.ptrace(16, os.getppid(), 0, 0)",
    "raise its limits": "libc.setrlimit(1, (ctypes.c_ulong * 2)(1 << 40, 1 << 40))",
    "become another namespace": "libc.unshare(0x10000000)",
}


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("case", KERNEL)
def test_the_kernel_refuses_a_companion_to(case: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    text = (
        f"import ctypes, os\n\nROOT = {os.fsencode(root)!r}\n\ndef answer():\n    libc = ctypes.CDLL(None)\n"
    )
    assert outcome(root, f"{text}    return {KERNEL[case]}") == Outcome(-1)
    assert (root / "mkdocs.yml").read_text() == "site_name: Demonstration\n"
    assert not (root / "left").exists()


@pytest.mark.usefixtures("kernel")
def test_what_the_kernel_refuses_it_allows_outside(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()
    calls = (
        "socket",
        "a daemon's socket",
        "write into the repository",
        "read the parent's environment",
        "change a mode",
    )
    lines = [f"print({KERNEL[case]} >= 0)" for case in calls]
    text = f"import ctypes, os\nROOT = {os.fsencode(tmp_path)!r}\nlibc = ctypes.CDLL(None)\n" + "\n".join(
        lines
    )
    assert run_python(["-c", text], tmp_path, environment()).stdout.split() == ["True"] * len(calls)


@pytest.mark.usefixtures("kernel")
def test_threads_and_limits_that_may_be_asked_for_stay(tmp_path: Path) -> None:
    text = (
        "import resource, threading\n\ndef answer():\n    done = []\n"
        "    thread = threading.Thread(target=lambda: done.append(42))\n    thread.start()\n    thread.join()\n"
        "    return done[0] if resource.getrlimit(resource.RLIMIT_NOFILE)[0] else 0"
    )
    assert outcome(demo(tmp_path), text) == Outcome(42)


def test_secrets_are_not_in_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    text = "import os\n\ndef answer():\n    return ' '.join(sorted(os.environ))"
    found = outcome(demo(tmp_path), text)
    assert isinstance(found.value, str)
    assert set(found.value.split()) <= {
        "HOME", "LC_ALL", "LD_LIBRARY_PATH", "MKL_NUM_THREADS", "MPLBACKEND", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ", "VECLIB_MAXIMUM_THREADS",
    }  # fmt: skip


HEADERS = (
    Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    Path("/usr/include/asm-generic/unistd.h"),
)


@pytest.mark.parametrize("column", [0, 1], ids=["x86-64", "AArch64"])
def test_the_numbers_of_system_calls_are_the_kernel_s(column: int) -> None:
    if not HEADERS[column].exists():
        pytest.skip("the kernel's headers are not installed")
    words = (line.split() for line in HEADERS[column].read_text().splitlines())
    defined = {w[1].removeprefix("__NR_"): w[2] for w in words if len(w) > 2 and w[0] == "#define"}
    known = {
        name: numbers[column]
        for name, numbers in (seccomp.REFUSED | seccomp.JUDGED).items()
        if name in defined
    }
    assert len(known) > 40
    assert known == {name: int(defined[name]) for name in known}
