"""check --fix mends what has one right answer, once, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.cli import main
from papernotes.commands.findings import findings
from trees import demo, restamp

CASES: dict[str, tuple[str, tuple[bytes, bytes]]] = {
    "letter case of a page": ("docs/en/index.md", (b"papers/demo.md", b"papers/Demo.md")),
    "letter case of an image": ("docs/en/papers/demo.md", (b"demo/picture.svg", b"demo/Picture.SVG")),
    "letter case of an anchor": ("docs/en/concepts/idea.md", (b"#how-it-works", b"#How-It-Works")),
    "order of keys": (
        "docs/en/concepts/idea.md",
        (b"short: Idea\nstatus: complete\n", b"status: complete\nshort: Idea\n"),
    ),
    "order of keys with lists": (
        "docs/en/papers/demo.md",
        (
            b"pass: 3\ntags: [method]\nbuilds_on: [roe2019first]\n",
            b"builds_on: [roe2019first]\npass: 3\ntags: [method]\n",
        ),
    ),
    "display formula": ("docs/en/papers/demo.md", (b"and\n\n$$\ny", b"and\n$$\ny")),
    "less-than before a letter": ("docs/en/papers/demo.md", (rb"\sum_i x_i$", rb"\sum_{i\lt n} x_i$")),
    "DOI with its host": ("papers/references.bib", (b"{10.1000/182}", b"{https://doi.org/10.1000/182}")),
    "byte-order mark": ("docs/en/index.md", (b"---\ntitle", b"\xef\xbb\xbf---\ntitle")),
    "carriage returns": ("docs/en/index.md", (b"\n", b"\r\n")),
}


@pytest.mark.parametrize("name", CASES)
def test_fix_restores_the_file_and_is_idempotent(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, (right, wrong) = CASES[name]
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    data = (root / path).read_bytes()
    assert right in data or b"\\lt " in wrong
    if b"\\lt " in wrong:  # the page as mended, then broken
        data = data.replace(right, wrong)
        (root / path).write_bytes(data)
        broken = data.replace(b"\\lt ", b"<")
    else:
        broken = data.replace(right, wrong)
    (root / path).write_bytes(broken)
    restamp(root)
    assert len(findings(root, cache=None)) == 1
    assert main(["check", "--diff"]) == 1
    assert (root / path).read_bytes() == broken
    main(["check", "--fix"])
    assert (root / path).read_bytes() == data
    restamp(root)
    capsys.readouterr()
    assert main(["check", "--fix"]) == 0
    assert capsys.readouterr().out == "no findings\n"


def test_what_has_no_single_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    page = root / "docs/en/index.md"
    page.write_text(page.read_text().replace("papers/demo.md", "papers/demmo.md"))
    before = page.read_bytes()
    assert main(["check", "--fix"]) == 1
    assert page.read_bytes() == before


def test_a_repeated_heading_counted_with_a_hyphen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    page = root / "docs/en/index.md"
    page.write_text(page.read_text() + "\n## Same\n\nA [link](#same-1).\n\n## Same\n\nText.\n")
    assert main(["check", "--fix"]) == 0
    assert "(#same_1)" in page.read_text()
