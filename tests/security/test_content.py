"""A hostile text, link or file is one clear finding, soon, whatever it would have done."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from markdown import Markdown
from pymdownx.snippets import SnippetMissingError

from papernotes.commands.findings import findings
from papernotes.corpus.disk import MAX_TOTAL
from papernotes.render.svg import SvgError, inline_svg
from trees import change, demo, restamp

HOME, NOTE, COMPANION = "docs/en/index.md", "docs/en/papers/demo.md", "papers/demo/companion.py"
LINE = "A [note](papers/demo.md) and a [concept](concepts/idea.md)."
LARGE = 200 * 1024 * 1024

MARKUP = {
    "script": ("<script>alert(1)</script>", "S303 HTML must not act: <script>"),
    "script in capitals": ("<ScRiPt src=//x.org></ScRiPt>", "S303 HTML must not act: <script>"),
    "event handler": ("<p onclick=alert(1)>x</p>", "S303 HTML must not act: <p onclick>"),
    "frame": ("<iframe src='https://x.org'></iframe>", "S303 HTML must not act: <iframe>"),
    "form": ("<form action='https://x.org'>x</form>", "S303 HTML must not act: <form>"),
    "button": ("<button formaction='javascript:x'>x</button>", "S303 HTML must not act: <button>"),
    "style sheet": ("<style>body { display: none }</style>", "S303 HTML must not act: <style>"),
    "covering the page": ("<p style='position: fixed'>x</p>", "S303 HTML must not act: <p style>"),
    "drawing with a script": ("<svg onload=alert(1)></svg>", "S303 HTML must not act: <svg>"),
    "formula with a link": ("<math href='javascript:x'>x</math>", "S303 HTML must not act: <math>"),
    "script that only some see": ("<noscript><p>x</p></noscript>", "S303 HTML must not act: <noscript>"),
    "base": ("<base href='//x.org'>", "S303 HTML must not act: <base>"),
    "address that runs": ("[x](JaVaScRiPt:alert(1))", "S301 link must not run code: 'JaVaScRiPt:alert(1)'"),
    "address in entities": ("[x](java&#115;cript:alert(1))", "S301 link must not run code: 'javascript:alert(1)'"),
    "page in an address": ("[x](data:text/html,x)", "S301 link must not run code: 'data:text/html,x'"),
    "drawing in an address": (
        "![x](data:image/svg+xml,x)",
        "S301 link must not run code: 'data:image/svg+xml,x'",
    ),
    "another program": (
        "[x](ms-word:x)",
        "S301 link must begin with https:, http: or mailto:, or with neither: 'ms-word:x'",
    ),
    "formula that links": (r"$\href{javascript:x}{y}$", r'M101 formula must convert: Unknown command "\href"'),
    "path upwards": (
        "[x](../../../../etc/passwd)",
        "L104 link must stay inside docs/en/: '../../../../etc/passwd'",
    ),
    "encoded path upwards": (
        "[x](..%2f..%2f..%2fetc/passwd)",
        "L104 link must stay inside docs/en/: '..%2f..%2f..%2fetc/passwd'",
    ),
    "embedded file of the system": (
        '--8<-- "/etc/passwd"',
        "L107 embedded file must exist: '/etc/passwd'",
    ),
    "embedded file above": (
        "--8<-- '../../../etc/passwd'",
        "L107 embedded file must exist: '../../../etc/passwd'",
    ),
    "embedded configuration": (
        "--8<--\n.git/config\n--8<--",
        "L107 embedded file must be code or output under papers/: '.git/config'",
    ),
    "embedded address": (
        '--8<-- "https://x.org/a.md"',
        "L107 embedded file must be code or output under papers/: 'https://x.org/a.md'",
    ),
    "turned text": ("\u202etxet", "S004 text must not hold unseen characters: U+202E RIGHT-TO-LEFT OVERRIDE"),
    "isolated text": ("\u2067x\u2069", "S004 text must not hold unseen characters: U+2067 RIGHT-TO-LEFT ISOLATE"),
    "invisible text": ("a\U000e0041b", "S004 text must not hold unseen characters: U+E0041 TAG LATIN CAPITAL LETTER A"),
    "terminal control": ("a\x1b[2Jb", "S004 text must not hold unseen characters: U+001B"),
    "look-alike letters": ("[p\u0430ypal](https://x.org)", "S004 word must be of one script: 'p\u0430ypal' has U+0430 CYRILLIC SMALL LETTER A"),
}  # fmt: skip


@pytest.mark.parametrize("case", MARKUP)
def test_text_of_a_page(case: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / ".git").mkdir()
    (root / ".git/config").write_text("token = secret\n")
    text, expected = MARKUP[case]
    change(root, HOME, (LINE, f"{LINE}\n\n{text}"))
    found = [str(fault) for fault in findings(root, cache=None) if fault.path == HOME]
    assert any(one.endswith(f": {expected}") for one in found), found
    assert "secret" not in "".join(found)


@pytest.mark.parametrize(
    "path", ["mkdocs.yml", ".git/config", "papers/references.bib", "docs/en/index.md", "papers/demo/out.txt"]
)
@pytest.mark.parametrize(
    "text",
    ['--8<-- "{}"', "```\n--8<--\n{}\n--8<--\n```", '--8<-- "papers/demo/companion.py:answer"'],
    ids=["line", "block between fences", "by a companion"],
)
def test_the_site_embeds_what_is_published_and_nothing_else(text: str, path: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / ".git").mkdir()
    (root / ".git/config").write_text("token = secret\n")
    (root / "papers/demo/out.txt").symlink_to(root / "mkdocs.yml")
    change(root, COMPANION, ('    """The answer."""', f'    """The answer.\n--8<-- "{path}"\n    """'))
    options = {
        "pymdownx.snippets": {"base_path": [str(root)], "check_paths": True},
        "papernotes.render.embeds": {"root": str(root)},
    }
    page = Markdown(extensions=list(options), extension_configs=options)
    with pytest.raises(SnippetMissingError):
        page.convert(text.format(path))


@pytest.mark.parametrize(
    "path",
    [
        NOTE,
        "docs/en/papers/new.md",
        "docs/en/picture.png",
        COMPANION,
        "papers/references.bib",
        "papers/glossary.yml",
        "papers/paths.yml",
        "papers/demo/output.txt",
        "papers/demo/picture.svg",
        "mkdocs.yml",
        "pyproject.toml",
    ],
)
def test_a_file_of_200_megabytes_is_refused_without_being_read(path: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    with (root / path).open("ab") as file:
        file.truncate(LARGE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = [str(fault) for fault in findings(root, cache=None)]
    assert f"{path}:1:1: S005 file must be at most 2 MiB: {LARGE:,} bytes" in found
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_all_files_together_are_bounded(tmp_path: Path) -> None:
    root = demo(tmp_path)
    size = 2 * 1024 * 1024
    for number in range(MAX_TOTAL // size + 1):
        with (root / f"papers/demo/{number:04}.png").open("wb") as file:
            file.truncate(size)
    found = [str(fault) for fault in findings(root, cache=None, select=["S005"])]
    assert [one.partition(": ")[2] for one in found] == ["S005 all files together must be at most 512 MiB"]


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "/dev/zero", "/etc", "..", "link", "gone", "../../mkdocs.yml"]
)
@pytest.mark.parametrize("path", ["docs/en/papers/link.md", "papers/demo/link.svg", "papers/link", COMPANION])
def test_a_link_is_refused_and_not_followed(path: str, target: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / path).unlink(missing_ok=True)
    (root / path).symlink_to(target)
    found = [str(fault) for fault in findings(root, cache=None)]
    assert f"{path}:1:1: S008 file must be an ordinary file" in found
    assert "root:" not in "".join(found)


@pytest.mark.parametrize("path", ["mkdocs.yml", "pyproject.toml"])
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/null"])
def test_a_device_in_place_of_the_settings_is_refused(path: str, target: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / path).unlink(missing_ok=True)
    (root / path).symlink_to(target)
    found = [str(fault) for fault in findings(root, cache=None)]
    is_file = path == "mkdocs.yml"  # a pyproject.toml that is no file is none
    assert (f"{path}:1:1: S008 file must be an ordinary file" in found) == is_file


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    root = demo(tmp_path)
    os.mkfifo(root / "docs/en/papers/pipe.md")
    assert [str(fault) for fault in findings(root, cache=None)] == [
        "docs/en/papers/pipe.md:1:1: S008 file must be an ordinary file"
    ]


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
YAML = {
    "aliases": (f"---\n{BOMB}---\n", "N002 front matter must not use anchors or aliases"),
    "object": ("---\ntitle: !!python/object/apply:os.system [id]\n---\n", "N007 title must be text"),
    "depth": (f"---\ntitle: {'[' * 10_000}\n---\n", "N002 front matter must not be more than 32 levels deep"),
    "depth by dashes": (f"---\n{'- ' * 10_000}\n---\n", "N002 front matter must not be more than 32 levels deep"),
}  # fmt: skip


@pytest.mark.parametrize("case", YAML)
def test_front_matter(case: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    text, expected = YAML[case]
    (root / "docs/en/concepts/idea.md").write_text(f"{text}\n# An idea\n")
    assert any(str(fault).endswith(expected) for fault in findings(root, cache=None))


@pytest.mark.parametrize("path", ["papers/glossary.yml", "papers/paths.yml"])
@pytest.mark.parametrize("text", [BOMB, "{a: " * 100_000], ids=["aliases", "depth"])
def test_yaml_under_papers(path: str, text: str, tmp_path: Path) -> None:
    root = demo(tmp_path)
    (root / path).write_text(text)
    found = [str(fault) for fault in findings(root, cache=None) if fault.path == path]
    assert len(found) == 1
    assert re.search("must not (use anchors or aliases|be more than 32 levels deep)", found[0])


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
DRAWINGS = {
    "script": "<script>alert(1)</script>",
    "event handler": '<path onload="alert(1)" d="M0 0"/>',
    "page inside": "<foreignObject><p>x</p></foreignObject>",
    "address that runs": '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    "old address that runs": '<a xlink:href="javascript:alert(1)"><path d="M0 0"/></a>',
    "picture of elsewhere": '<image href="https://x.org/a.png"/>',
    "use of elsewhere": '<use href="https://x.org/a.svg#b"/>',
    "paint of elsewhere": '<path style="fill: url(https://x.org/a.svg#b)" d="M0 0"/>',
    "style sheet": "<style>@import 'https://x.org/a.css';</style>",
    "set": '<set attributeName="href" to="javascript:alert(1)"/>',
    "depth": "<g>" * 5000 + "</g>" * 5000,
}


@pytest.mark.parametrize("case", DRAWINGS)
def test_a_drawing(case: str) -> None:
    with pytest.raises(SvgError):
        inline_svg(SVG.format(DRAWINGS[case]), "", ())


@pytest.mark.parametrize(
    "entities",
    ['<!DOCTYPE svg [<!ENTITY a "aaaa">]>', '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
)
def test_a_drawing_with_entities(entities: str) -> None:
    with pytest.raises(SvgError, match="entities"):
        inline_svg(entities + SVG.format("<text>&a;</text>"), "", ())


def test_an_address_of_the_bibliography_is_one_of_the_web(tmp_path: Path) -> None:
    root = demo(tmp_path)
    change(root, "papers/references.bib", ("  title = {Demonstrating Everything},", "  title = {Demonstrating Everything},\n  url = {javascript:alert(1)},"))  # fmt: skip
    restamp(root)
    assert [fault.code for fault in findings(root, cache=None)] == ["C105"]


def test_the_address_of_the_official_code_is_one_of_the_web(tmp_path: Path) -> None:
    root = demo(tmp_path)
    change(root, NOTE, ("builds_on: [roe2019first]", "builds_on: [roe2019first]\ncode: javascript:alert(1)"))
    restamp(root)
    assert [str(fault) for fault in findings(root, cache=None)] == [
        f"{NOTE}:10:7: N007 code must be an address that begins with https:// or http://: 'javascript:alert(1)'"
    ]


WORKFLOWS = Path(__file__).parents[2] / ".github"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  pull_request:\n", "  pull_request_target:\n"),
        ("permissions: {}\n", "permissions: write-all\n"),
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"),
        ('run: make "$TARGET"', "run: make ${{ github.event.pull_request.title }}"),
        ("        with:\n          persist-credentials: false\n", ""),
    ],
)
def test_a_workflow_that_opens_the_gate_fails_make_lint(old: str, new: str, tmp_path: Path) -> None:
    text = (WORKFLOWS / "workflows/check.yml").read_text()
    assert old in text
    path = tmp_path / ".github/workflows/check.yml"
    path.parent.mkdir(parents=True)
    zizmor = [Path(sys.executable).with_name("zizmor"), "--quiet", "--offline", "--no-progress"]
    options = ["--strict-collection", "--persona", "pedantic", tmp_path / ".github"]
    for content, clean in ((text, True), (text.replace(old, new, 1), False)):
        path.write_text(content)
        code = subprocess.run([*zizmor, *options], capture_output=True, check=False).returncode
        assert (code == 0) == clean
