"""Links to folders, and pages that nothing leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.cli import main
from trees import project

FOLDERS = {
    "[a](b/)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: 'b/'", "[a](b/index.md)"],
    "[a](b)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: 'b'", "[a](b/index.md)"],
    "[a](b/#c)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: 'b/#c'", "[a](b/index.md#c)"],
    "[a.](.)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: '.'", "[a.](index.md)"],
    "[a](../a/)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: '../a/'", "[a](a.md)"],
    "[a](../b/#c)": [
        "docs/a.md:3:1: L110 link must go to a file, not to a folder: '../b/#c'",
        "[a](b/index.md#c)",
    ],
    "[a](../e/)": ["docs/a.md:3:1: L104 link must stay inside docs/: '../e/'", "[a](../e/)"],
    "[a](../d.md)": ["docs/a.md:3:1: L104 link must stay inside docs/: '../d.md'", "[a](../d.md)"],
    "[a](c/)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: 'c/'", "[a](c/)"],
    "[a](d/)": ["docs/a.md:3:1: L110 link must go to a file, not to a folder: 'd/'", "[a](d.md)"],
    "[a](e/)": ["docs/a.md:3:1: L101 link must go to an existing file: 'e/'", "[a](e/)"],
    '<a href="../b/">a</a>': ["", '<a href="../b/">a</a>'],
}


@pytest.mark.parametrize("link", FOLDERS)
def test_a_link_to_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str) -> None:
    message, mended = FOLDERS[link]
    pages = {
        "docs__index": "# X\n",
        "docs__b__index": "# B\n\n## C\n",
        "docs__c__x": "# C\n",
        "docs__d": "# D\n",
    }
    found = project(tmp_path, "site_name: X\n", docs__a=f"# A\n\n{link}\n", **pages)
    assert found == ([message] if message else [])
    monkeypatch.chdir(tmp_path)
    main(["check", "--fix"])
    assert (tmp_path / "docs/a.md").read_text() == f"# A\n\n{mended}\n"


ARRIVING = {
    "b/": "warning",
    "b/#c": "warning",
    "b/?q#c": "warning",
    "d/e/": "warning",
    "b/#d": "error",
    "d/": "error",
}


@pytest.mark.parametrize("link", ARRIVING)
def test_a_link_to_a_folder_that_works_on_the_site_is_a_warning(tmp_path: Path, link: str) -> None:
    found = project(
        tmp_path, "site_name: X\n", docs__index=f"# X\n\n[b]({link})\n[e](d/e.md)\n", severities=True,
        docs__b__index="# B\n\n## C\n", docs__d__e="# E\n",
    )  # fmt: skip
    assert found == [
        f"{ARRIVING[link]} docs/index.md:3:1: L110 link must go to a file, not to a folder: '{link}'"
    ]


NAVIGATIONS = {
    "": [],
    "nav: [index.md, {B: b.md}]": ["c"],
    "nav: [index.md, {Part: [b.md, c.md]}]": [],
    "nav: [index.md, b.md]\nnot_in_nav: |\n  c.md": [],
    "nav: [index.md, b.md]\nplugins: [awesome-pages]": [],
    "nav: [index.md, b.md]\nexclude_docs: c.md": [],
    "nav: [index.md, b.md]\nplugins: [{exclude: {glob: '[!a-b].*'}}]": [],
    "nav: [index.md, b.md]\nplugins: {exclude: {glob: ['x', '*/c.md']}}": ["c"],
}


@pytest.mark.parametrize("config", NAVIGATIONS)
def test_a_page_that_nothing_leads_to(tmp_path: Path, config: str) -> None:
    pages = {"docs__index": "# X\n\n[l](linked.md)\n", "docs__b": "# B\n", "docs__c": "# C\n\n[self](c.md)\n"}
    found = project(tmp_path, f"site_name: X\n{config}\n", docs__linked="# L\n", severities=True, **pages)
    assert found == [
        f"warning docs/{name}.md:1:1: L109 page must be in the navigation, or be linked from another page"
        for name in NAVIGATIONS[config]
    ]
