"""Bad input: one clear finding at the right place, nothing lost, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.cli import main
from papernotes.commands.findings import findings
from papernotes.companions.run import recompute
from papernotes.corpus.load import load
from papernotes.rules.registry import Given, check
from trees import change, demo, restamp

NOTE, BIB, GLOSSARY = "docs/en/papers/demo.md", "papers/references.bib", "papers/glossary.yml"
COMPANION = "papers/demo/companion.py"
Edit = tuple[bytes, bytes]

CASES: dict[str, tuple[str, Edit, str]] = {
    "front matter missing": (
        "docs/en/concepts/idea.md",
        (b"---\ntitle: An idea\nshort: Idea\nstatus: complete\ntags: [method]\n"
         b"tldr: What the demonstration note builds on.\n---\n", b""),
        "docs/en/concepts/idea.md:1:1: N001 page must begin with front matter",
    ),
    "front matter not closed": (
        "docs/en/concepts/idea.md",
        (b"builds on.\n---\n", b"builds on.\n"),
        "docs/en/concepts/idea.md:1:1: N002 front matter must be closed",
    ),
    "front matter not YAML": (
        NOTE, (b"tags: [method]", b"tags: [method"),
        f"{NOTE}:9:10: N002 front matter must be valid YAML: did not find expected ',' or ']'",
    ),
    "front matter not a mapping": (
        "docs/en/concepts/idea.md",
        (b"title: An idea\nshort: Idea\nstatus: complete\ntags: [method]\ntldr: What the demonstration note builds on.\n", b"Just words\n"),
        "docs/en/concepts/idea.md:2:1: N003 front matter must be a mapping",
    ),
    "duplicate key": (NOTE, (b"pass: 3\n", b"pass: 3\npass: 2\n"), f"{NOTE}:8:1: N004 key must appear once: 'pass'"),
    "tab in front matter": (
        NOTE, (b"numbers:\n  - {id: answer", b"numbers:\n\t- {id: answer"),
        f"{NOTE}:12:1: N002 front matter must be valid YAML: a tab",
    ),
    "YAML bomb": (
        NOTE, (b"tags: [method]", b"tags: &a [method]\nshort2: *a"),
        f"{NOTE}:8:7: N002 front matter must not use anchors or aliases",
    ),
    "YAML tag": (
        NOTE, (b"version: arXiv v1", b"version: !!python/object/apply:os.system [x]"),
        f"{NOTE}:5:10: N007 version must be text",
    ),
    "byte-order mark": (NOTE, (b"---\ntitle", b"\xef\xbb\xbf---\ntitle"), f"{NOTE}:1:1: S002 file must not begin with a byte-order mark"),
    "CRLF": (NOTE, (b"\n", b"\r\n"), f"{NOTE}:1:4: S003 lines must end with LF: CR found"),
    "not UTF-8": (NOTE, (b"Nobody knew", b"Nob\xf6dy knew"), f"{NOTE}:26:4: S001 file must be UTF-8: byte 0xf6"),
    "a note with no heading": (
        "docs/en/concepts/idea.md", (b"# An idea\n", b""),
        "docs/en/concepts/idea.md:10:1: S101 page must begin with its title: '# An idea'",
    ),
    "unclosed brace in the bibliography": (
        BIB, (b"{First Things First}", b"{First {Things First}"),
        f"{BIB}:10:1: C001 entry must be readable: a brace, quote or comma is missing in it",
    ),
    "missing comma in the bibliography": (
        BIB, (b"{Journal of Firsts},", b"{Journal of Firsts}"),
        f"{BIB}:13:3: C001 field must end in a comma: 'journal'",
    ),
    "stray text in the bibliography": (
        BIB, (b"@article{roe", b"see also\n@article{roe"),
        f"{BIB}:10:1: C001 text must be part of an entry",
    ),
    "glossary record without one language": (
        GLOSSARY, ('  zh: {term: 比率, aliases: [], definition: "一个数除以另一个数。"}\n'.encode(), b""),
        f"{GLOSSARY}:6:1: G002 'ratio' must have zh",
    ),
    "glossary record that is no mapping": (
        GLOSSARY, (b"ratio:\n", b"mean: average\n\nratio:\n"),
        f"{GLOSSARY}:6:1: G002 record must be a mapping: 'mean'",
    ),
    "companion that raises": (
        COMPANION, (b"return 100 / 28", b'raise ValueError("no data")'),
        f"{COMPANION}:13:1: R202 ratio() must return a number: ValueError: no data",
    ),
    "companion that prints": (
        COMPANION, (b"return 100 / 28", b'print("hello")\n    return 100 / 28'),
        f"{COMPANION}:11:1: R202 ratio() must return a number: it printed 'hello'",
    ),
    "companion that returns NaN": (
        COMPANION, (b"return 100 / 28", b'return float("nan")'),
        f"{COMPANION}:11:1: R202 ratio() must return a number: it returned nan",
    ),
    "companion that raises at import": (
        COMPANION, (b"# --8<-- [start:answer]", b"import nothing_of_this_name\n# --8<-- [start:answer]"),
        f"{COMPANION}:4:1: R202 answer() must return a number: ModuleNotFoundError: No module named 'nothing_of_this_name'",
    ),
    "companion with a region left open": (
        COMPANION, (b"# --8<-- [end:answer]\n", b""),
        f"{COMPANION}:4:1: R201 region must be closed: 'answer'",
    ),
    "link that leaves docs/": (
        "docs/en/index.md", (b"papers/demo.md", b"../../pyproject.toml"),
        "docs/en/index.md:8:3: L104 link must stay inside docs/en/: '../../pyproject.toml'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_clear_finding(name: str, tmp_path: Path) -> None:
    path, (old, new), expected = CASES[name]
    root = demo(tmp_path)
    data = (root / path).read_bytes()
    assert old in data
    (root / path).write_bytes(data.replace(old, new))
    restamp(root)
    assert [str(fault) for fault in findings(root, cache=None)] == [expected]


def test_a_companion_that_never_ends_is_stopped(tmp_path: Path) -> None:
    root = demo(tmp_path)
    change(root, COMPANION, ("    return 100 / 28", "    while True:\n        pass"))
    corpus = load(root)
    found = check(Given(corpus, recompute(corpus, timeout=0.5)))
    assert [str(fault) for fault in found] == [
        f"{COMPANION}:13:1: R202 ratio() must return a number: it took longer than 0.5 s"
    ]


def test_the_entries_after_a_broken_one_are_still_read(tmp_path: Path) -> None:
    root = demo(tmp_path)
    change(root, BIB, ("  title = {Demonstrating Everything},", "  title = {Demonstrating {Everything},"))
    assert set(load(root).bibliography.entries) == {"roe2019first"}


def test_a_file_name_that_is_no_slug(tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / "docs/en/concepts/idea.md").rename(root / "docs/en/concepts/My Idea.md")
    assert [str(fault) for fault in findings(root, cache=None) if fault.code == "S006"] == [
        "docs/en/concepts/My Idea.md:1:1: S006 file name must be a slug: 'My Idea.md'"
    ]


def test_an_empty_repository(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("plugins: [papernotes]\n")
    assert [str(fault) for fault in findings(tmp_path, cache=None)] == [
        "docs/en/index.md:1:1: S007 the repository must have a home page: docs/en/index.md is missing"
    ]


def test_an_mkdocs_project_without_pages(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()
    assert [str(fault) for fault in findings(tmp_path, cache=None)] == [
        "docs/index.md:1:1: S007 the repository must have a home page: docs/index.md is missing"
    ]


def test_an_mkdocs_file_that_is_no_yaml(tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / "mkdocs.yml").write_text("site_name: [x\n")
    assert [str(fault) for fault in findings(root, cache=None)] == [
        "mkdocs.yml:2:1: N002 mkdocs.yml must be valid YAML: did not find expected ',' or ']'"
    ]


def test_a_file_too_large_to_be_a_note(tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / "docs/en/concepts/idea.md").write_bytes(b"x" * (2 * 1024 * 1024 + 1))
    codes = [fault.code for fault in findings(root, cache=None) if fault.path == "docs/en/concepts/idea.md"]
    assert codes == ["S005"]


def test_outside_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    assert capsys.readouterr().err == (
        f"papernotes: no mkdocs.yml in {tmp_path} or above: run this inside the repository\n"
    )
