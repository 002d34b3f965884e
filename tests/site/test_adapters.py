"""What the plugin is made of: the view given to templates, the font, the checks on HTML, a build of a small site."""

from __future__ import annotations

import io
import shutil
import warnings
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from browser.built import ROOT
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.render import fonts, rendered
from papernotes.render.site import build
from papernotes.render.view import alternates, edit_address, standing


def test_language_switch_is_relative_and_stays_on_the_page(corpus: Corpus) -> None:
    def links(edition: str, key: str, url: str) -> list[str]:
        return [one.href for one in alternates(corpus, edition, key, url)]

    assert links("en", "papers/resnet", "papers/resnet/") == [
        "../../papers/resnet/",
        "../../zh/papers/resnet/",
    ]
    assert links("zh", "papers/resnet", "papers/resnet/") == [
        "../../../papers/resnet/",
        "../../../zh/papers/resnet/",
    ]
    assert links("en", "index", "") == ["./", "zh/"]
    assert links("zh", "index", "") == ["../", "../zh/"]
    assert links("zh", "glossary", "glossary/") == ["../../glossary/", "../../zh/glossary/"]
    assert links("zh", "papers/gone", "papers/gone/")[0] == "../../../"


def test_untranslated_and_outdated_pages_say_so(corpus: Corpus) -> None:
    untranslated = standing(corpus, "zh", "papers/star")
    assert (untranslated.language, untranslated.notice) == ("en", "本页尚无中文版，以下为英文原文。")
    outdated = standing(corpus, "zh", "papers/resnet")
    assert outdated.language == "zh"
    assert "有过改动" in outdated.notice
    assert standing(corpus, "en", "papers/resnet").notice == ""


def test_up_to_date_translation_says_nothing(small: Path) -> None:
    digest = load(small).pages["en"]["papers/resnet"].source.digest[:12]
    path = small / "docs/zh/papers/resnet.md"
    path.write_text(path.read_text(encoding="utf-8").replace("0" * 12, digest), encoding="utf-8")
    assert standing(load(small), "zh", "papers/resnet").notice == ""


def test_edit_link_needs_a_repository() -> None:
    assert edit_address({"repository": "https://x.org/a/", "branch": "dev"}, "docs/en/a b.md") == (
        "https://x.org/a/edit/dev/docs/en/a%20b.md"
    )
    assert edit_address({}, "docs/en/a.md") is None


def test_font_has_what_formulas_use_with_italics_and_stretching(tmp_path: Path) -> None:
    used = fonts.characters(["<p>no</p><math><mi>x</mi><mo>⨁</mo><mo>&amp;</mo></math>"])
    assert {"𝑥", "⨁", "&"} <= used
    made = fonts.subset(used, tmp_path)
    font = TTFont(io.BytesIO(made))
    assert {ord(c) for c in "𝑥⨁√"} <= set(font.getBestCmap())
    assert "MATH" in font
    assert len(made) < 120_000
    assert fonts.subset(used, tmp_path) == made
    assert len(list(tmp_path.iterdir())) == 1


def test_root_signs_are_of_one_width(tmp_path: Path) -> None:
    font = TTFont(io.BytesIO(fonts.subset(fonts.characters([]), tmp_path)))
    variants = font["MATH"].table.MathVariants
    forms = variants.VertGlyphConstruction[
        variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("√")])
    ]
    widths = {font["hmtx"][record.VariantGlyph][0] for record in forms.MathGlyphVariantRecord}
    assert max(widths) - min(widths) < 60


PAGE = '<html><body><h1 id="top">x</h1>{}</body></html>'


@pytest.mark.parametrize(
    ("code", "bad", "good", "says"),
    [
        ("H101", '<a href="gone/">x</a>', '<a href="./">x</a>', "link must lead to a page: gone/"),
        ("H101", '<a href="../">x</a>', '<a href="/project/a/">x</a>', "link must lead to a page: ../"),
        (
            "H101",
            '<svg><a xlink:href="gone/"><text>x</text></a></svg>',
            '<svg><a xlink:href="a/"><text>x</text></a></svg>',
            "link must lead to a page: gone/",
        ),
        ("H102", '<a href="a/#gone">x</a>', '<a href="a/#top">x</a>', "anchor must exist: a/#gone"),
        ("H102", '<a href="#gone">x</a>', '<a href="#top">x</a>', "anchor must exist: #gone"),
        ("H103", '<img src="gone.png">', '<img src="here.png">', "file must exist: gone.png"),
        ("H103", '<script src="gone.js"></script>', '<img src="data:,">', "file must exist: gone.js"),
        ("H104", '<p id="top">y</p>', '<p id="other">y</p>', "id must be given once: top (2 times)"),
        (
            "H105",
            "<math><merror>x</merror></math>",
            "<math><mi>x</mi></math>",
            "formula must convert to MathML: x",
        ),
        (
            "H106",
            '<link rel="stylesheet" href="https://x.org/a.css">',
            '<a href="https://x.org/">x</a>',
            "resource must be local: https://x.org/a.css",
        ),
    ],
)
def test_check_on_built_html(tmp_path: Path, code: str, bad: str, good: str, says: str) -> None:
    site = tmp_path / "site"
    (site / "a").mkdir(parents=True)
    (site / "here.png").write_bytes(b"")
    (site / "a/index.html").write_text(PAGE.format(""))
    (site / "index.html").write_text(PAGE.format(good))
    assert rendered.check(rendered.read(site, tmp_path, "/project/")) == ()
    (site / "index.html").write_text(PAGE.format(f"\n{bad}"))
    (found,) = rendered.check(rendered.read(site, tmp_path, "/project/"))
    assert (found.path, found.code, found.message) == ("site/index.html", code, says)
    assert found.line in {1, 2}


def test_every_check_is_documented() -> None:
    for code, check in rendered.CHECKS.items():
        assert (check.__doc__ or "").split("\n")[0].endswith("."), code
        assert "Why:" in (check.__doc__ or ""), code


def build_quietly(root: Path, site: Path) -> tuple[str, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build(root, site)


@pytest.fixture
def repository(small: Path) -> Path:
    """The small repository with the real configuration."""
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(ROOT / name, small / name)
    return small


def test_small_site_builds_without_a_warning(repository: Path) -> None:
    assert build_quietly(repository, repository / "site") == ()
    assert rendered.check(rendered.read(repository / "site", repository)) == ()
    note = (repository / "site/papers/resnet/index.html").read_text(encoding="utf-8")
    assert "<code>a[@lee1999one]</code>, x@y" in note
    assert "[0, 1)" in note
    assert '<span id="n-top5"></span>' in note
    assert "Ann Lee et al" in note


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        ("docs/en/papers/star.md", "resnet.md", "gone.md", "gone.md"),
        ("docs/en/papers/star.md", "resnet.md", "resnet.md#gone", "#gone"),
        ("docs/en/papers/star.md", "resnet.md", "../../../papers/resnet/gone.svg", "gone.svg"),
        ("docs/en/papers/star.md", "See", r"$\nosuch$", "nosuch"),
        ("docs/en/papers/star.md", "See", "[@nobody2000none]", "nobody2000none"),
        ("docs/en/papers/star.md", "See", '\n--8<-- "papers/resnet/gone.py"\n', "gone.py"),
        ("papers/references.bib", "  year = {2016},", "  year = {2016", ""),
    ],
)
def test_what_mkdocs_complains_about_is_a_failure(
    repository: Path, path: str, old: str, new: str, says: str
) -> None:
    target = repository / path
    target.write_text(target.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    failures = build_quietly(repository, repository / "site")
    assert failures
    assert any(says in line for line in failures)


@pytest.mark.parametrize(
    "front",
    [
        "",
        "---\n- a\n---\n",
        "---\ntitle: [\n---\n",
        "---\n\ttitle: x\n---\n",
        "---\ntitle: {a: 1}\nnumbers: 3\n---\n",
    ],
)
def test_broken_front_matter_does_not_stop_the_build(repository: Path, front: str) -> None:
    (repository / "docs/en/papers/star.md").write_text(f"{front}\nNo heading.\n", encoding="utf-8")
    build_quietly(repository, repository / "site")
    assert "No heading." in (repository / "site/papers/star/index.html").read_text(encoding="utf-8")


def test_page_that_is_not_text_does_not_stop_the_build(repository: Path) -> None:
    (repository / "docs/en/papers/star.md").write_bytes(b"\xff\xfe# x\r\n")
    build_quietly(repository, repository / "site")
    assert (repository / "site/papers/resnet/index.html").exists()
