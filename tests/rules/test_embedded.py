"""What a page embeds belongs to it; a fault in it is the fault of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from trees import project

CONFIG = "site_name: X\nmarkdown_extensions: [pymdownx.snippets, pymdownx.superfences]\n"


def test_anchors_and_links_of_an_embedded_page_are_the_pages_own(tmp_path: Path) -> None:
    (tmp_path / "CONTRIBUTING.md").write_text(
        "# How to\n\n## Report\n\nSee [it](#report), [a](a.md), [no](b.md).\n"
    )
    found = project(
        tmp_path, CONFIG,
        docs__about__index='--8<-- "CONTRIBUTING.md"\n\n[here](#report)\n', docs__about__a="# A\n",
        docs__index="# X\n\n[there](about/index.md#report) [gone](about/index.md#none)\n",
    )  # fmt: skip
    assert found == [
        "CONTRIBUTING.md:5:31: L101 link must go to an existing file: 'b.md'",
        "docs/index.md:3:32: L102 anchor must exist in docs/about/index.md: '#none'",
    ]


def test_places_after_and_inside_an_indented_snippet(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("One\n[no](none.md)\n")
    text = '# X\n\n- Item\n\n    --8<-- "part.md"\n\n[gone](gone.md)\n'
    assert project(tmp_path, CONFIG, docs__index=text) == [
        "docs/index.md:7:1: L101 link must go to an existing file: 'gone.md'",
        "part.md:2:1: L101 link must go to an existing file: 'none.md'",
    ]


PARTS = {
    "part.md:two": ["part.md:7:1: L101 link must go to an existing file: 'two.md'"],
    "part.md:1:2": ["part.md:1:1: L101 link must go to an existing file: 'zero.md'"],
    "part.md:-2": ["part.md:9:1: L101 link must go to an existing file: 'last.md'"],
    "part.md:1:1,9:9": [
        "part.md:1:1: L101 link must go to an existing file: 'zero.md'",
        "part.md:9:1: L101 link must go to an existing file: 'last.md'",
    ],
    "part.md:none": ["docs/index.md:3:9: L107 embedded region must exist: 'part.md:none'"],
    "none.md": ["docs/index.md:3:9: L107 embedded file must exist: 'none.md'"],
    "../part.md": ["docs/index.md:3:9: L107 embedded file must exist: '../part.md'"],
    "https://example.org/a.md": [],
}  # fmt: skip


@pytest.mark.parametrize("target", PARTS)
def test_parts_of_files(tmp_path: Path, target: str) -> None:
    (tmp_path / "part.md").write_text(
        "[zero](zero.md)\n\n<!-- --8<-- [start:one] -->\n[one](#x)\n<!-- --8<-- [end:one] -->\n"
        "<!-- --8<-- [start:two] -->\n[two](two.md)\n<!-- --8<-- [end:two] -->\n[last](last.md)\n"
    )
    assert project(tmp_path, CONFIG, docs__index=f'# X\n\n--8<-- "{target}"\n') == PARTS[target]


def test_several_files_in_one_block_and_one_that_is_only_shown(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("[a](no.md)\n")
    (tmp_path / "b.md").write_text("## B\n")
    text = '# X\n\n--8<--\n; b.md\nb.md\n--8<--\n\n[b](#b)\n\n;--8<-- "a.md"\n\n```\n--8<-- "a.md"\n```\n'
    assert project(tmp_path, CONFIG, docs__index=text) == []


def test_cycles_end_and_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text('--8<-- "b.md"\n')
    (tmp_path / "b.md").write_text('--8<-- "a.md"\n')
    assert project(tmp_path, CONFIG, docs__index='# X\n\n--8<-- "a.md"\n') == [
        "b.md:1:9: L107 embedded file must not embed itself: 'a.md'"
    ]


def test_files_that_describe_gigabytes_end(tmp_path: Path) -> None:
    for level in range(40):
        (tmp_path / f"{level}.md").write_text(f'--8<-- "{level + 1}.md"\n' * 10)
    (tmp_path / "40.md").write_text("text\n" * 10)
    assert project(tmp_path, CONFIG, docs__index='# X\n\n--8<-- "0.md"\n') == [
        "31.md:1:9: L107 embedded files must not be more than 32 deep: '32.md'"
    ]


def test_much_is_embedded_once_and_what_is_too_much_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text\n" * 1_000)
    text = "# X\n\n" + '--8<-- "a.md"\n' * 1_000
    assert project(tmp_path, CONFIG, docs__index=text) == [
        "docs/index.md:202:9: L107 embedded files must be at most 2 MiB together: 'a.md'"
    ]


def test_a_chain_of_thousands_of_files_ends(tmp_path: Path) -> None:
    for number in range(2_000):
        (tmp_path / f"{number}.md").write_text(f'--8<-- "{number + 1}.md"\n')
    assert project(tmp_path, CONFIG, docs__index='# X\n\n--8<-- "0.md"\n') == [
        "31.md:1:9: L107 embedded files must not be more than 32 deep: '32.md'"
    ]


def test_lines_asked_for_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text\n" * 1_000)
    many, more = ",".join(["1:"] * 300), ",".join(["1:1"] * 100_000)
    text = f'# X\n\n--8<-- "a.md:{many}"\n\n--8<-- "a.md:{more}"\n'
    assert [line[:60] for line in project(tmp_path, CONFIG, docs__index=text)] == [
        "docs/index.md:3:9: L107 embedded files must be at most 2 MiB",
        "docs/index.md:5:9: L107 embedded file must exist: 'a.md:1:1,",
    ]


def test_what_every_page_ends_with(tmp_path: Path) -> None:
    (tmp_path / "labels.md").write_text("[home]: index.md\n*[X]: a letter\n")
    config = "site_name: X\nmarkdown_extensions: [{pymdownx.snippets: {auto_append: [labels.md]}}]\n"
    assert project(
        tmp_path, config, docs__index="# X\n\n[x][home]\n", docs__a="# A\n\n[x][home] [y][none]\n"
    ) == ["docs/a.md:3:11: L201 label must be defined: 'none'"]


@pytest.mark.parametrize(
    "base", ["parts", "[., parts]", "!relative $docs_dir", "[!relative $config_dir/parts]"]
)
def test_base_paths(tmp_path: Path, base: str) -> None:
    for folder in ("docs", "parts"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.md").write_text("## P\n")
    config = f"site_name: X\nmarkdown_extensions: [{{pymdownx.snippets: {{base_path: {base}}}}}]\n".replace(
        "[{", "\n  - {").replace("}}]", "}}")  # fmt: skip
    assert project(tmp_path, config, docs__index='# X\n\n[p](#p)\n\n--8<-- "p.md"\n') == []
