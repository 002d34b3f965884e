"""What plugins, hooks and extensions make at build time is not accused, and what they cannot make still is."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.cli import main
from papernotes.commands.findings import findings
from papernotes.corpus.load import load
from papernotes.rules.registry import Given
from papernotes.rules.unchecked import unchecked
from trees import project

FAULTS = "# X\n\n[page](none.md), [anchor](#none), [label][none].\n"
PAGE = "docs/index.md:3:1: L101 link must go to an existing file: 'none.md'"
ANCHOR = "docs/index.md:3:18: L102 anchor must exist in docs/index.md: '#none'"
LABEL = "docs/index.md:3:35: L201 label must be defined: 'none'"

CONFIGS = {
    "plugins: [search, material/tags, redirects]": [PAGE, ANCHOR, LABEL],
    "plugins: [autorefs]": [PAGE, ANCHOR],
    "plugins: [gen-files]": [ANCHOR, LABEL],
    "plugins: [nobody-knows-it]": [],
    "plugins: {blog: {blog_dir: news}}": [PAGE, ANCHOR, LABEL],
    "plugins: {blog: {blog_dir: .}}": [ANCHOR, LABEL],
    "markdown_extensions: [attr_list, pymdownx.keys, markdown.extensions.extra]": [PAGE, ANCHOR, LABEL],
    "markdown_extensions: [their.own]": [PAGE],
    "markdown_extensions:\n  - toc: {slugify: !!python/name:their.own }": [PAGE, LABEL],
    "hooks: [hook.py]": [PAGE],
    "hooks: [quiet.py]": [PAGE, ANCHOR, LABEL],
    "hooks: [late.py]": [ANCHOR, LABEL],
    "hooks: [broken.py]": [],
    "hooks: [gone.py]": [],
    "INHERIT: base.yml": [PAGE, ANCHOR],
    "INHERIT: base.yml\nplugins: {search: {}}": [PAGE, ANCHOR],
    "INHERIT: base.yml\nplugins: [search]": [PAGE, ANCHOR, LABEL],
}  # fmt: skip


@pytest.mark.parametrize("config", CONFIGS)
def test_what_cannot_be_known_is_not_accused(tmp_path: Path, config: str) -> None:
    (tmp_path / "hook.py").write_text("def on_page_markdown(markdown, **kwargs):\n    return markdown\n")
    (tmp_path / "quiet.py").write_text("def on_post_build(**kwargs):\n    pass\n\nHELPER = 1\n")
    (tmp_path / "late.py").write_text("from elsewhere import make as on_pre_build\n")
    (tmp_path / "broken.py").write_text("def on_nav(:\n")
    (tmp_path / "base.yml").write_text("plugins: {autorefs: {}}\n")
    assert project(tmp_path, f"site_name: X\n{config}\n", docs__index=FAULTS) == CONFIGS[config]


def test_files_that_inherit_from_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text("INHERIT: mkdocs.yml\n")
    assert project(tmp_path, "INHERIT: base.yml\n", docs__index="# X\n") == []


def test_what_git_ignores_is_made_before_the_build(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("/docs/api/\n*.gen.png\n")
    text = "# X\n\n[a](api/cli.md#x) ![i](i.gen.png) [b](apis/cli.md)\n"
    assert project(tmp_path, "site_name: X\n", docs__index=text) == [
        "docs/index.md:3:35: L101 link must go to an existing file: 'apis/cli.md'"
    ]
    (note,) = unchecked(Given(load(tmp_path)))
    assert note == "links to files that git ignores: docs/api/cli.md, docs/i.gen.png"


MARKED = {
    "plugins: [mkdocstrings]": "::: package.module",
    "plugins: [macros]": "{{ table() }}",
    "markdown_extensions: [markdown_include.include]": "{!part.md!}",
}


@pytest.mark.parametrize("config", MARKED)
def test_only_the_pages_on_which_something_is_put_are_open(tmp_path: Path, config: str) -> None:
    text = "# X\n\n[a](api.md#package.module) [x](#none)\n"
    found = project(
        tmp_path, f"site_name: X\n{config}\n", docs__index=text, docs__api=f"# A\n\n{MARKED[config]}\n"
    )
    assert found == ["docs/index.md:3:28: L102 anchor must exist in docs/index.md: '#none'"]
    assert any("1 page:" in note for note in unchecked(Given(load(tmp_path))))


def test_an_address_that_a_template_makes(tmp_path: Path) -> None:
    config = "site_name: X\nplugins: [macros]\n"
    text = "# X\n\n[a]({{ page }}.md) [b](none.md)\n"
    assert project(tmp_path, config, docs__index=text) == [
        "docs/index.md:3:20: L101 link must go to an existing file: 'none.md'"
    ]


def test_what_was_not_checked_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path, "site_name: X\nplugins: [gen-files, gen-files]\n", docs__index="# X\n\n[no](none.md)\n")
    monkeypatch.chdir(tmp_path)
    line = "not checked: links to pages and files that do not exist: may be made at build time by plugin gen-files\n"
    assert main(["check"]) == 0
    assert capsys.readouterr().out.count(line) == 1
    assert main(["check", "--format", "json"]) == 0
    said = capsys.readouterr()
    assert said.out == "[]\n"
    assert said.err.count(line) == 1


SYNTAX = {
    "": ["[^1]", "{#a}", "<div markdown>\n\n[no](none.md)\n\n</div>", "!!! note\n\n    [no](none.md)",
         '=== "T"\n\n    [no](none.md)', "??? note\n\n    [no](none.md)", r"$\frac{x$"],
    "markdown_extensions: [extra]": ["!!! note\n\n    [no](none.md)"],
    "markdown_extensions: [footnotes, pymdownx.arithmatex]": [],
}  # fmt: skip


@pytest.mark.parametrize("config", SYNTAX)
def test_syntax_of_extensions_that_a_project_does_not_have_is_text(tmp_path: Path, config: str) -> None:
    for text in SYNTAX[config]:
        assert project(tmp_path, f"site_name: X\n{config}\n", docs__index=f"# X\n\nText.\n\n{text}\n") == []


def test_syntax_of_extensions_that_it_has_is_read(tmp_path: Path) -> None:
    config = "site_name: X\nmarkdown_extensions: [footnotes, pymdownx.arithmatex, admonition]\n"
    text = "# X\n\nA[^1] $\\frac{x$.\n\n!!! note\n\n    [no](none.md)\n"
    assert [line.split()[1] for line in project(tmp_path, config, docs__index=text)] == [
        "L202",
        "M101",
        "L101",
    ]


def test_tabs_with_anchors_and_fences_with_titles_are_read_as_configured(tmp_path: Path) -> None:
    config = (
        "site_name: X\nmarkdown_extensions:\n  - pymdownx.superfences\n  - pymdownx.tabbed:\n"
        "      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}\n"
    )
    text = '# X\n\n[t](#one)\n\n=== "One"\n\n    Text.\n\n``` { .py title="a.py" }\n## no\n```\n\n- [y](#y)\n\n## Y\n'
    assert project(tmp_path, config, docs__index=text) == []


def test_nothing_of_a_project_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "evil.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(tmp_path)
    project(
        tmp_path,
        "site_name: X\nmarkdown_extensions: [evil]\nhooks: [evil.py]\n",
        docs__index="# X\n\n\t[^1]\n",
    )
    assert findings(tmp_path, cache=None) == ()
