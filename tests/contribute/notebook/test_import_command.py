"""`papernotes import` on notebooks as programs write them, in a repository on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from papernotes.cli import main
from papernotes.commands.findings import findings
from trees import demo

HERE = Path(__file__).parent
BIBLIOGRAPHY = """
@inproceedings{dosovitskiy2021image,
  author = {Dosovitskiy, Alexey},
  title = {An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale},
  booktitle = {ICLR},
  year = {2021},
  eprint = {2010.11929},
}

@inproceedings{he2016deep,
  author = {He, Kaiming},
  title = {Deep Residual Learning for Image Recognition},
  booktitle = {CVPR},
  year = {2016},
  eprint = {1512.03385},
}

@inproceedings{ho2020denoising,
  author = {Ho, Jonathan},
  title = {Denoising Diffusion Probabilistic Models},
  booktitle = {NeurIPS},
  year = {2020},
  eprint = {2006.11239},
}

@inproceedings{kingma2014auto,
  author = {Kingma, Diederik P.},
  title = {Auto-Encoding Variational Bayes},
  booktitle = {ICLR},
  year = {2014},
  eprint = {1312.6114},
}

@inproceedings{vaswani2017attention,
  author = {Vaswani, Ashish},
  title = {Attention Is All You Need},
  booktitle = {NeurIPS},
  year = {2017},
  eprint = {1706.03762},
}
"""
NOTEBOOKS = {
    "typora": ["typora/读论文.md", "--assets", "pictures"],
    "obsidian": ["obsidian/DDPM.md"],
    "notion": ["notion"],
    "clipped": ["clipped"],
    "many": ["many.md"],
    "gbk": ["gbk.md", "--slug", "deep"],
    "utf16": ["utf16.md"],
    "folder": ["folder"],
}
DRAFT_FINDINGS = {
    "N006": "a key that the notebook does not tell: bib, version, pass, tags, tldr",
    "L103": "an image that was not found",
    "L104": "the same, where its path leads out of docs/",
    "S302": "the same, where its path is one of another machine",
    "L106": "an image without alternative text",
    "L202": "a footnote that the notebook refers to and does not define",
    "L203": "a footnote that the notebook defines and does not refer to",
    "M101": "a formula that the site cannot show: it is the author's",
    "M102": "a less-than sign before a letter in a formula: `check --fix` mends it",
    "S107": "an image without a caption",
}
"""What a draft may leave to its author; everything else would be the importer's fault."""


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = demo(tmp_path)
    with (root / "papers/references.bib").open("a") as file:
        file.write(BIBLIOGRAPHY)
    shutil.copytree(HERE / "fixtures", root / "old")
    monkeypatch.chdir(root)
    return root


def arguments(name: str) -> list[str]:
    first, *rest = NOTEBOOKS[name]
    if rest[:1] == ["--assets"]:
        rest = ["--assets", f"old/{rest[1]}"]
    return ["import", f"old/{first}", *rest]


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for top in ("docs", "papers")
        for path in sorted((root / top).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_becomes_these_files_and_this_report(
    name: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(inside)
    assert main(arguments(name)) == 0
    parts = ["REPORT", capsys.readouterr().out]
    for path, data in tree(inside).items():
        if path not in before:
            parts += [f"FILE {path}", "(image)\n" if path.startswith("papers/") else data.decode()]
    after = tree(inside)
    assert {path: after[path] for path in before} == before
    assert "\n".join(parts) == (HERE / f"expected/{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_is_lost(name: str, inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(arguments(name))
    assert "not carried over" not in capsys.readouterr().out


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_draft_has_draft_findings_only(name: str, inside: Path) -> None:
    before = set(tree(inside))
    main(arguments(name))
    new = set(tree(inside)) - before
    found = [fault for fault in findings(inside, cache=None) if fault.path in new]
    assert [str(fault) for fault in found if fault.code not in DRAFT_FINDINGS] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_second_run_writes_nothing_and_says_so(
    name: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(arguments(name))
    capsys.readouterr()
    before = tree(inside)
    assert main(arguments(name)) == 0
    assert tree(inside) == before
    said = capsys.readouterr().out
    assert ": written" not in said
    assert ": already there, the same" in said


def test_the_recipe_shows_what_the_command_prints(
    inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(inside / "old/recipe")
    main(["import", "读论文.md", "--assets", "typora-user-images"])
    recipe = (HERE.parents[2] / "CONTRIBUTING.md").read_text("utf-8")
    assert f"--assets typora-user-images\n{capsys.readouterr().out}```\n" in recipe


def test_a_draft_that_somebody_has_worked_on_is_kept(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", "old/obsidian/DDPM.md"])
    page = inside / "docs/en/papers/ddpm.md"
    page.write_text(page.read_text() + "\nMine.\n")
    before = tree(inside)
    capsys.readouterr()
    assert main(["import", "old/obsidian/DDPM.md"]) == 1
    assert tree(inside) == before
    assert (
        "  docs/en/papers/ddpm.md: already there and different: kept, nothing written\n"
        in capsys.readouterr().out
    )


def test_a_slug_of_another_paper_is_refused(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(inside)
    assert main(["import", "old/obsidian/DDPM.md", "--slug", "demo"]) == 1
    assert tree(inside) == before
    assert (
        "  not written: demo is the note on Demonstrating Everything: choose another slug (--slug 12=NAME)\n"
        in (capsys.readouterr().out)
    )


def test_two_papers_of_one_name_do_not_overwrite_each_other(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inside / "two.md").write_text("# Net\n\n## Method\n\nOne.\n\n# Net\n\n## Method\n\nTwo.\n")
    assert main(["import", "two.md"]) == 1
    assert (
        "  not written: net is taken by two.md:1: choose a slug (--slug 7=NAME)\n" in capsys.readouterr().out
    )
    assert main(["import", "two.md", "--slug", "7=other"]) == 0
    assert "\nTwo.\n" in (inside / "docs/en/papers/other.md").read_text()


def test_a_chinese_title_needs_a_slug(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inside / "笔记.md").write_text("# 深度学习\n\n## 方法\n\n文字。\n", "utf-8")
    before = tree(inside)
    assert main(["import", "笔记.md"]) == 1
    assert tree(inside) == before
    assert capsys.readouterr().out == (
        "笔记.md:1: 深度学习 (no slug)\n"
        "  not written: give it a slug: no name in Latin letters and no known entry (--slug 1=NAME)\n"
        "笔记.md:1: mended: “深度学习” begins a paper: no entry of the bibliography, add one and set bib\n"
        "笔记.md:3: mended: heading “方法” → section “工作原理”\n"
    )
    assert main(["import", "笔记.md", "--slug", "deep"]) == 0


def test_a_chinese_notebook_of_an_english_note_becomes_its_translation(inside: Path) -> None:
    (inside / "演示.md").write_text("# Demonstrating Everything\n\n## 方法\n\n文字。\n", "utf-8")
    (inside / "docs/zh/papers/demo.md").unlink()
    before = tree(inside)
    assert main(["import", "演示.md"]) == 0
    assert set(tree(inside)) - set(before) == {"docs/zh/papers/demo.md"}
    assert [f.code for f in findings(inside, cache=None) if f.path == "docs/zh/papers/demo.md"].count(
        "T103"
    ) == 0


def test_a_notebook_nested_beyond_reason_is_refused(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inside / "deep.md").write_text("# Net\n\n" + "> " * 3000 + "x\n")
    assert main(["import", "deep.md"]) == 2
    assert capsys.readouterr().err == "papernotes: a notebook nests quotes or lists too deeply to be read\n"


def test_an_image_does_not_replace_another_of_its_name(inside: Path) -> None:
    (inside / "n").mkdir()
    (inside / "n/one").mkdir()
    (inside / "n/two").mkdir()
    (inside / "n/one/a.png").write_bytes(b"1")
    (inside / "n/two/a.png").write_bytes(b"2")
    (inside / "n/net.md").write_text("# Net\n\n![x](one/a.png)\n\n![y](two/a.png)\n\n![z](C:\\gone\\a.png)\n")
    assert main(["import", "n"]) == 0
    page = (inside / "docs/en/papers/net.md").read_text()
    assert "![x](../../../papers/net/a.png)\n\n![y](../../../papers/net/a-d4735e3a.png)\n" in page
    assert "![z](C:\\gone\\a.png)" in page  # found twice with different content: not guessed


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["gone.md"], "no such file or folder: gone.md"),
        (["old/many.md", "--assets", "gone"], "no such file or folder: gone"),
        (["papers"], "no Markdown files in papers"),
        (["old/many.md", "--slug", "A b"], "--slug must be NAME or LINE=NAME, NAME lower-case letters and digits: 'A b'"),
        (["old/folder", "--slug", "net"], "--slug is for one notebook at a time"),
        (["old/pictures/1563868448451.PNG"], "old/pictures/1563868448451.PNG cannot be read: "),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    given: list[str], message: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(inside)
    assert main(["import", *given]) == 2
    assert capsys.readouterr().err.startswith(f"papernotes: {message}")
    assert tree(inside) == before
