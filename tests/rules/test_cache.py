"""What is kept from one run to the next never changes what is found."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from papernotes.commands.findings import findings
from papernotes.corpus import cache, reading
from papernotes.corpus.load import load
from trees import demo

SELECT = ("C", "G", "L", "M", "N", "S", "T")  # what needs no companion to run
CACHE = ".cache/papernotes"
PATHS = (
    "docs/en/index.md", "docs/en/concepts/idea.md", "docs/en/concepts/other.md", "docs/en/papers/demo.md",
    "docs/zh/papers/demo.md", "docs/en/picture.svg", "docs/a.md", )  # fmt: skip
TEXTS = (
    "", "# Title\n\n## How it works\n", "A [link](other.md#how-it-works) and [one](../concepts/idea.md).\n",
    "# X\n\n![](picture.svg) and $\\frac{a}$ TODO [see @roe2019first]\n", "---\ntitle: [\n---\n\n# X\n",
    "???\n\n<div>\n[x](y.md)\n", '[[tool.papernotes.ignore]]\ncode = "L101"\npath = "docs/*"\nreason = "x"\n',
)  # fmt: skip
CONFIGS = (
    "site_name: Demonstration\n",
    "site_name: X\nplugins: [search]\n",
    "site_name: X\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/name:markdown.extensions.toc.slugify\n",
    "site_name: X\nexclude_docs: en/concepts/\n",
    "site_name: [\n",
)


class Runs(RuleBasedStateMachine):
    """Files are written, removed and renamed, what is kept is damaged: warm and cold runs agree."""

    @initialize(knowledge_base=st.booleans())
    def start(self, knowledge_base: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.root = demo(self.folder)
        if not knowledge_base:
            shutil.rmtree(self.root / "docs/en")

    @rule(path=st.sampled_from(PATHS), text=st.sampled_from(TEXTS))
    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    @rule(text=st.sampled_from(CONFIGS))
    def configure(self, text: str) -> None:
        (self.root / "mkdocs.yml").write_text(text)

    @rule(path=st.sampled_from(("docs/*", "docs/en/concepts/*")))
    def exempt(self, path: str) -> None:
        text = f'[[tool.papernotes.ignore]]\ncode = "L101"\npath = "{path}"\nreason = "x"\n'
        (self.root / "pyproject.toml").write_text(text)

    @rule(path=st.sampled_from(PATHS))
    def remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    @rule(path=st.sampled_from(PATHS), to=st.sampled_from(PATHS))
    def rename(self, path: str, to: str) -> None:
        if (self.root / path).is_file() and (self.root / to).parent.is_dir():
            (self.root / path).replace(self.root / to)

    @rule(path=st.sampled_from(PATHS))
    def touch(self, path: str) -> None:
        if (self.root / path).is_file():
            os.utime(self.root / path)

    @rule(name=st.sampled_from(["pages", "findings"]), data=st.data())
    def damage(self, name: str, data: st.DataObject) -> None:
        file = self.root / CACHE / name
        if file.is_file() and (old := file.read_bytes()):
            at = data.draw(st.integers(0, len(old) - 1))
            change = data.draw(st.sampled_from(["flip", "cut", "add"]))
            new = {
                "flip": old[:at] + bytes([old[at] ^ 1]) + old[at + 1 :],
                "cut": old[:at],
                "add": old + b"\0",
            }
            file.write_bytes(new[change])

    @invariant()
    def warm_is_cold(self) -> None:
        if not hasattr(self, "root"):
            return
        warm = findings(self.root, cache=self.root / CACHE, select=SELECT)
        assert warm == findings(self.root, cache=None, select=SELECT)
        assert warm == findings(self.root, cache=self.root / CACHE, select=SELECT)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)


TestRuns = Runs.TestCase
TestRuns.settings = settings(
    max_examples=25,
    stateful_step_count=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def big(root: Path) -> Path:
    """A project whose pages are worth two processes, with a fault on each of them."""
    words = "Some words, a [link](n1.md#part) and $x_1$.\n\n" * 3
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text("site_name: X\n")
    assert 2 * reading.WORTH_A_PROCESS <= 100
    for number in range(100):
        (root / f"docs/n{number}.md").write_text(f"# N{number}\n\n## Part\n\n[no](#none{number})\n\n{words}")
    (root / "docs/index.md").write_text("# X\n")
    return root


def test_many_processes_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = big(tmp_path)
    command = [sys.executable, "-m", "papernotes", "check", "--format", "json", "--no-cache"]
    many = subprocess.run(command, cwd=root, capture_output=True, check=False)
    monkeypatch.setattr(reading, "_processors", lambda: 1)
    assert len(findings(root, cache=None)) == 100
    assert many.stdout.count(b'"L102"') == 100
    assert many.stderr == b""


def test_the_work_of_a_process_that_dies_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = big(tmp_path)
    monkeypatch.setattr(reading, "_processors", lambda: 1)
    alone = load(root).pages
    monkeypatch.setattr(reading, "_processors", lambda: 2)

    def dies(queue: int, *_: object) -> tuple[int, int]:
        os.read(queue, 2)  # it has begun two tasks
        return os.posix_spawn("/bin/false", ["false"], {}), os.memfd_create("empty")

    monkeypatch.setattr(reading, "_helper", dies)
    assert load(root).pages == alone


def test_two_runs_at_once(tmp_path: Path) -> None:
    root = big(tmp_path)
    command = [sys.executable, "-m", "papernotes", "check", "--format", "json"]
    for number in range(2):  # with nothing kept, then with what the first kept
        (root / f"docs/n{number}.md").write_text("# N\n\n## Part\n\n[no](#gone)\n")
        runs = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) for _ in range(3)]
        found = {run.communicate()[0] for run in runs}
        assert len(found) == 1
        assert found.pop().count(b'"L102"') == 100
    assert sorted(path.name for path in (root / CACHE).iterdir()) == ["findings", "pages"]


def test_what_another_version_kept_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(tmp_path / "x", ["kept"])
    assert cache.load(tmp_path / "x", list[str]) == ["kept"]
    assert cache.load(tmp_path / "x", list[int]) is None
    other = hashlib.sha256(b"another version").digest()
    monkeypatch.setattr(cache, "ground", lambda: other)
    assert cache.load(tmp_path / "x", list[str]) is None


def test_an_unwritable_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache.keep(tmp_path / "file/x", ["kept"])
    assert cache.load(tmp_path / "file/x", list[str]) is None


def test_findings_are_not_found_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = demo(tmp_path)
    (root / "docs/en/index.md").write_text("# X\n\n[no](#none)\n")
    first = findings(root, cache=root / CACHE, select=SELECT)
    monkeypatch.setattr("papernotes.commands.findings._checked", lambda *_: pytest.fail("found anew"))
    assert findings(root, cache=root / CACHE, select=SELECT) == first
