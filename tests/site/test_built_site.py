"""The real site: built without a warning, and complete in both editions."""

from __future__ import annotations

import json
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from browser.built import ROOT, Built
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.corpus.sections import GENERATED
from papernotes.render import fonts, rendered


@pytest.fixture(scope="module")
def real() -> Corpus:
    return load(ROOT)


def html(built: Built, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((built.site / path / "index.html").read_text(encoding="utf-8"))


def test_mkdocs_complains_about_nothing(built: Built) -> None:
    assert built.failures == ()


def test_rendered_checks_find_nothing(site: rendered.Site) -> None:
    assert rendered.check(site) == ()


def test_both_editions_have_the_same_pages(site: rendered.Site) -> None:
    pages = {path for path in site.documents if not path.startswith("zh/")}
    assert {f"zh/{path}" for path in pages} == {path for path in site.documents if path.startswith("zh/")}


def test_generated_pages_exist_and_are_not_committed(built: Built) -> None:
    for key in GENERATED:
        assert (built.site / key / "index.html").is_file()
        assert (built.site / "zh" / key / "index.html").is_file()
        assert not (ROOT / "docs/en" / f"{key}.md").exists()


def test_every_work_and_term_has_its_anchor(site: rendered.Site, real: Corpus) -> None:
    for edition in ("", "zh/"):
        assert set(real.bibliography.entries) <= set(site.documents[f"{edition}bibliography/index.html"].ids)
        assert set(real.glossary.terms) <= set(site.documents[f"{edition}glossary/index.html"].ids)


def test_every_number_has_its_row_in_both_editions(site: rendered.Site, real: Corpus) -> None:
    for note in real.notes("en"):
        rows = {f"n-{number.id}" for number in note.front.numbers}
        for edition in ("", "zh/"):
            assert rows <= set(site.documents[f"{edition}{note.key}/index.html"].ids)


def test_scanned_anchors_are_the_rendered_ones(site: rendered.Site, real: Corpus) -> None:
    for edition, pages in real.pages.items():
        lead = "" if edition == "en" else f"{edition}/"
        for key, page in pages.items():
            path = "index.html" if key == "index" else f"{key}/index.html"
            headings = {heading.anchor for heading in page.document.headings}
            assert headings <= set(site.documents[lead + path].ids), (edition, key)


def test_every_formula_is_mathml(built: Built, real: Corpus) -> None:
    for note in real.notes("en"):
        tree = html(built, note.key)
        formulas = sum(1 for node in tree.css("article math"))
        assert formulas >= len(note.document.math)
        assert "arithmatex" not in (tree.html or "")


def test_font_and_licence_are_shipped(built: Built) -> None:
    for edition in ("", "zh"):
        folder = built.site / edition / "assets/papernotes/fonts"
        assert 20_000 < (folder / fonts.NAME).stat().st_size < 150_000
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text()


def test_untranslated_pages_are_shown_in_english_with_a_notice(built: Built, real: Corpus) -> None:
    missing = set(real.pages["en"]) - set(real.pages["zh"])
    for key in missing:
        tree = html(built, f"zh/{key}")
        article = tree.css_first("article")
        assert article
        assert article.attributes["lang"] == "en"
        notice = tree.css_first(".pn-banner")
        assert notice
        assert "本页尚无中文版" in notice.text()


def test_pages_name_their_other_edition(built: Built) -> None:
    head = html(built, "zh/papers/resnet").head
    assert head is not None
    found = {
        node.attributes["hreflang"]: node.attributes["href"]
        for node in head.css("link[rel~=alternate][hreflang]")
    }
    assert found == {"en": "../../../papers/resnet/", "zh": "../../../zh/papers/resnet/"}


def test_authored_pages_can_be_edited_and_generated_ones_not(built: Built, real: Corpus) -> None:
    def edit(path: str) -> str:
        found = html(built, path).css_first("a[rel=edit]")
        return (found.attributes["href"] or "") if found else ""

    assert edit("papers/resnet").endswith("/edit/main/docs/en/papers/resnet.md")
    assert edit("zh/papers/resnet").endswith("/edit/main/docs/zh/papers/resnet.md")
    for key in set(real.pages["en"]) - set(real.pages["zh"]):
        assert edit(f"zh/{key}").endswith(f"/edit/main/docs/en/{key}.md")
    assert edit("glossary") == ""


def test_search_index_has_notes_but_no_axis_labels(built: Built) -> None:
    docs = json.loads((built.site / "search/notes.json").read_text(encoding="utf-8"))
    text = " ".join(entry["text"] for entry in docs if entry["location"].startswith("papers/resnet/"))
    assert "residual" in text
    assert "data-search-exclude" not in (built.site / "papers/resnet/index.html").read_text(encoding="utf-8")


def test_nothing_is_styled_or_run_from_elsewhere(built: Built) -> None:
    for path in built.site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", text), path
