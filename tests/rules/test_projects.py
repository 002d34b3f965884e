"""Any MkDocs project is checked by its mkdocs.yml alone; what needs our front matter is silent there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.corpus import frontmatter
from trees import project


def test_a_project_without_faults(tmp_path: Path) -> None:
    assert (
        project(tmp_path, "site_name: X\n", docs__index="# X\n\n[a](a.md#b)\n", docs__a="# A\n\n## B\n") == []
    )


def test_its_pages_may_have_any_front_matter_and_name(tmp_path: Path) -> None:
    text = "---\ntitle: x\ntags: &a [{b: *a}]\n---\n\nText without a heading.\n"
    assert project(tmp_path, "site_name: X\n", docs__index="# X\n", **{"docs__papers__My Page": text}) == []


def test_front_matter_that_mkdocs_would_show_as_text(tmp_path: Path) -> None:
    found = project(tmp_path, "site_name: X\n", docs__index="---\ntitle: a: b\n---\n\n# X\n")
    assert found == [
        "docs/index.md:2:9: N002 front matter must be valid YAML: mapping values are not allowed in this context"
    ]
    assert project(tmp_path, "site_name: X\n", docs__index="---\n\nA rule: above: this\n\n# X\n") == []


@settings(derandomize=True, database=None, max_examples=300)
@given(st.from_regex(frontmatter.PLAIN, fullmatch=True))
def test_what_is_taken_for_yaml_at_sight_is_yaml(head: str) -> None:
    assert isinstance(yaml.safe_load(head), dict)


def test_an_anchor_that_a_ledger_row_could_have(tmp_path: Path) -> None:
    text = "# N\n\n## N-grams\n\n[there](#n-grams) and [not there](#n-gram)\n"
    assert project(tmp_path, "site_name: X\n", docs__index=text) == [
        "docs/index.md:5:23: L102 anchor must exist in docs/index.md: '#n-gram'"
    ]


def test_docs_dir_is_followed(tmp_path: Path) -> None:
    found = project(tmp_path, "docs_dir: ./manual/\n", manual__index="# X\n\n[a](b.md)\n")
    assert found == ["manual/index.md:3:1: L101 link must go to an existing file: 'b.md'"]


def test_a_page_that_a_plugin_takes_out(tmp_path: Path) -> None:
    config = "site_name: X\nplugins: [search, exclude: {glob: ['**/part-*.md', drafts/*]}]\n"
    pages = {
        "docs__part-a": "# K\n",
        "docs__drafts__deep__a": "[no](none.md)",
        "docs__b__part-a": "[no](none.md)",
    }
    assert project(tmp_path, config, docs__index="# X\n\n[b](b/part-a.md) [a](part-a.md)\n", **pages) == [
        "docs/index.md:3:1: L108 link must go to a published page: 'b/part-a.md'"
    ]


@pytest.mark.parametrize("key", ["exclude_docs", "draft_docs"])
def test_a_page_that_is_not_published(tmp_path: Path, key: str) -> None:
    config = f"site_name: X\n{key}: |\n  drafts/\n  !drafts/kept.md\n"
    found = project(
        tmp_path, config,
        docs__index="# X\n\n[a](drafts/a.md) and [k](drafts/kept.md)\n",
        docs__drafts__a="[no](missing.md)", docs__drafts__kept="# K\n",
    )  # fmt: skip
    assert found == ["docs/index.md:3:1: L108 link must go to a published page: 'drafts/a.md'"]


@pytest.mark.parametrize("index", ["docs__part__index", "docs__part__none"])
def test_a_readme_beside_an_index_is_not_published(tmp_path: Path, index: str) -> None:
    pages = {
        "docs__index": "# X\n\n[a](part/README.md)\n",
        "docs__part__README": "[no](none.md)",
        index: "# I\n",
    }
    found = project(tmp_path, "site_name: X\nnav: [index.md, part/index.md, part/none.md]\n", **pages)
    hidden = ["docs/index.md:3:1: L108 link must go to a published page: 'part/README.md'"]
    assert found == (hidden if index.endswith("index") else [])


ABSOLUTE = {
    "[a](/part/a.md#one) [self](/index.md) ![i](/i.png)": [],
    "[a](/part/a.md#two)": ["docs/index.md:3:1: L102 anchor must exist in docs/part/a.md: '#two'"],
    "[a](/a.md)": ["docs/index.md:3:1: L101 link must go to an existing file: '/a.md'"],
    "![i](/part/i.png)": ["docs/index.md:3:1: L103 image must exist: '/part/i.png'"],
    "[a](//part/a.md)": ["docs/index.md:3:1: L105 link must be relative: '//part/a.md'"],
    '<a href="/part/a.md">a</a>': ["docs/index.md:3:1: L105 link must be relative: '/part/a.md'"],
}  # fmt: skip


@pytest.mark.parametrize("text", ABSOLUTE)
@pytest.mark.parametrize(
    "where", ["{links: {absolute_links: relative_to_docs}}", "{absolute_links: relative_to_docs}"]
)
def test_absolute_links_that_count_from_the_folder(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/i.png").touch()
    pages = {"docs__index": f"# X\n\n{text}\n", "docs__part__a": "# A\n\n## One\n\n[up](/index.md)\n"}
    assert project(tmp_path, f"site_name: X\nvalidation: {where}\n", **pages) == ABSOLUTE[text]


def test_absolute_links_as_a_rule(tmp_path: Path) -> None:
    config = "site_name: X\nvalidation: {links: {absolute_links: ignore}, nav: {absolute_links: relative_to_docs}}\n"
    assert project(tmp_path, config, docs__index="# X\n\n[a](/index.md)\n") == [
        "docs/index.md:3:1: L105 link must be relative: '/index.md'"
    ]


def test_tags_of_mkdocs_yml_are_no_obstacle(tmp_path: Path) -> None:
    config = "site_url: !ENV [URL, x]\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/name:a.b\n"
    assert project(tmp_path, config, docs__index="# X\n") == []


HTML_LINKS = {
    '<a href="../b/">b</a>': [],
    '<a href="../b/#part">b</a>': [],
    '<img src="../i.png" alt="i">': [],
    '<a href="b.md">b</a>': ["docs/a.md:3:1: L101 link must go to an existing file: 'b.md'"],
    '<a href="../b/#none">b</a>': ["docs/a.md:3:1: L102 anchor must exist in docs/b.md: '#none'"],
    '<img src="i.png" alt="i">': ["docs/a.md:3:1: L103 image must exist: 'i.png'"],
    '<img src="../i.png">': ["docs/a.md:3:1: L106 image must have alternative text: '../i.png'"],
    '<div>\n\n[not Markdown](here.md)\n\n</div>': [],
    "[a](?q=search) [b](b.md?x=1#part) [c](b.md#:~:text=words)": [],
}  # fmt: skip


@pytest.mark.parametrize("html", HTML_LINKS)
def test_html_is_read_as_the_browser_reads_it(tmp_path: Path, html: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/i.png").touch()
    pages = {"docs__index": "# X\n", "docs__a": f"# A\n\n{html}\n", "docs__b": "# B\n\n## Part\n"}
    assert project(tmp_path, "site_name: X\n", **pages) == HTML_LINKS[html]


SLUGS = {
    "": "#upgrade-downgrade",
    "markdown_extensions: [toc]": "#upgrade-downgrade",
    "markdown_extensions: [{toc: {separator: _}}]": "#upgrade_downgrade",
    "markdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}":
        "#upgrade--downgrade",
    "markdown_extensions:\n  toc:\n    slugify: !!python/name:my.own.function": "#anything",
}  # fmt: skip


@pytest.mark.parametrize("config", SLUGS)
def test_anchors_are_made_as_mkdocs_yml_says(tmp_path: Path, config: str) -> None:
    text = f"# X\n\n[a]({SLUGS[config]})\n\n## Upgrade / Downgrade\n"
    assert project(tmp_path, f"site_name: X\n{config}\n", docs__index=text) == []


@pytest.mark.parametrize(
    ("plugins", "count"), [("[search]", 1), ("[search, autorefs]", 0), ("{mkdocstrings: {}}", 0)]
)
def test_labels_that_a_plugin_defines_elsewhere(tmp_path: Path, plugins: str, count: int) -> None:
    found = project(tmp_path, f"site_name: X\nplugins: {plugins}\n", docs__index="# X\n\n[a][b.c]\n")
    assert len(found) == count


INCLUDED = {
    "A notice.\n\n- [a](b.md)\n": True,
    "---\n\n!!! note\n\n    Text.\n": True,
    "## Part\n": False,
    "- # Part\n": False,
    "Part\n----\n": False,
    "Text { #part }\n": False,
    '<a id="part"></a>\n': False,
    "```\n": False,
    "[a]: b.md\n": False,
    '{% include-markdown "./other.md" %}\n': False,
}
WAYS = {
    '# X\n\n{% include-markdown "part.txt" %}\n\n## Y\n': True,
    '# X\n\n{% include-markdown "./part.txt" %}\n': True,
    '{% include-markdown "part.txt" %}\n': True,
    '# X\n\n{% include-markdown "none.txt" %}\n': False,
    '# X\n\n{% include-markdown "../part.txt" %}\n': False,
    '# X\n\n{% include-markdown "../../part.txt" %}\n': False,
    '# X\n\n{% include-markdown "*.txt" %}\n': False,
    '# X\n\n{% include-markdown "part.txt" heading-offset=1 %}\n': False,
    '# X\n\nText\n{% include-markdown "part.txt" %}\n': False,
    '# X\n\n{% include "part.txt" %}\n': False,
}


@pytest.mark.parametrize(
    ("page", "part", "known"),
    [
        *(('# X\n\n{% include-markdown "part.txt" %}\n', part, known) for part, known in INCLUDED.items()),
        *((page, "A notice.\n", known) for page, known in WAYS.items()),
    ],
)
def test_what_is_included_and_brings_no_anchor(tmp_path: Path, page: str, part: str, known: bool) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/part.txt").write_text(part)
    config = "site_name: X\nplugins: [search, include-markdown]\n"
    found = project(tmp_path, config, docs__index="# I\n\n[x](x.md#part)\n", docs__x=page)
    assert found == ["docs/index.md:3:1: L102 anchor must exist in docs/x.md: '#part'"] * known


@pytest.mark.parametrize(
    "info", ['yaml tab="a"', 'py title="a" test="skip"', "sh session", "py linenums", "{.py a=b}"]
)
def test_fences_of_others_have_any_options(tmp_path: Path, info: str) -> None:
    config = "site_name: X\nmarkdown_extensions: [pymdownx.superfences, pymdownx.highlight]\n"
    text = f"# X\n\n[y](#yes) [n](#no)\n\n```{info}\n# No\n[no](no.md)\n```\n\n## Yes\n\n```\nx\n```\n"
    assert project(tmp_path, config, docs__index=text) == [
        "docs/index.md:3:11: L102 anchor must exist in docs/index.md: '#no'"
    ]


def test_files_of_the_theme_are_on_the_site(tmp_path: Path) -> None:
    (tmp_path / "look/img").mkdir(parents=True)
    (tmp_path / "look/img/logo.svg").touch()
    text = "# X\n\n[icon](img/favicon.ico) ![logo](img/logo.svg) ![no](img/none.svg)\n"
    config = "site_name: X\ntheme: {name: mkdocs, custom_dir: look/}\n"
    assert project(tmp_path, config, docs__index=text) == [
        "docs/index.md:3:47: L103 image must exist: 'img/none.svg'"
    ]


def test_footnotes_have_anchors(tmp_path: Path) -> None:
    config = "site_name: X\nmarkdown_extensions: [footnotes]\n"
    text = "# X\n\nA[^1] [note](#fn:1) [back](#fnref:1) [none](#fn:2)\n\n[^1]: Text.\n"
    assert project(tmp_path, config, docs__index=text) == [
        "docs/index.md:3:38: L102 anchor must exist in docs/index.md: '#fn:2'"
    ]
