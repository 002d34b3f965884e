"""What the search index adds to Material's."""

from __future__ import annotations

import json
from pathlib import Path

from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.pages.search import homes, named
from papernotes.pages.venues import abbreviation
from papernotes.render.search import rewrite


def test_a_page_is_found_by_what_it_is_called_in_any_language(corpus: Corpus) -> None:
    records = [{"location": "papers/resnet/", "title": "", "text": ""}]
    (made,) = named(corpus, "en", records, lambda text: [text[:2], text[2:]])
    assert made["names"] == [
        *("resnet", "ResNet", "Deep Residual Learning"),
        *("深度残差学习", "深度\u200b残差学习"),
        *("Kaiming He", "Xiangyu Zhang", "2016", "Vision Conference", "1512.03385"),
        *(
            "residual connection",
            "skip connection",
            "残差连接",
            "残差\u200b连接",
            "跳跃连接",
            "跳跃\u200b连接",
        ),
    ]
    assert made["also"] == ["vision", "视觉"]


def test_authors_are_found_by_their_names_in_their_own_script(small: Path) -> None:
    bibliography = small / "papers/references.bib"
    entry, rest = bibliography.read_text("utf-8").split("  title = ", 1)
    names = '{1="何恺明"; 2="张祥雨"}'
    bibliography.write_text(f"{entry}  author+an:original = {names},\n  title = {rest}", "utf-8")
    (made,) = named(load(small), "en", [{"location": "papers/resnet/"}], lambda text: [text])
    assert {"Kaiming He", "何恺明", "张祥雨"} <= set(made["names"])


def test_sections_and_generated_pages_stay_as_they_are(corpus: Corpus) -> None:
    records = [{"location": "papers/resnet/#numbers", "text": "x"}, {"location": "glossary/", "text": "y"}]
    assert named(corpus, "en", records, lambda text: [text]) == records


def test_term_is_at_home_where_it_was_introduced_else_where_a_concept_page_explains_it(small: Path) -> None:
    concepts = small / "docs/en/concepts"
    concepts.mkdir()
    (concepts / "scores.md").write_text(
        "---\ntitle: Scores\nshort: Scores\n---\n\n# Scores\n\nBLEU is BLEU.\n"
    )
    (small / "docs/en/papers/star.md").write_text("# Star\n\nBLEU, BLEU, BLEU: see BLEU.\n")
    found = homes(load(small))
    assert {key: [term.id for term in terms] for key, terms in found.items()} == {
        "papers/resnet": ["residual-connection"],
        "concepts/scores": ["bleu"],
    }


def test_note_about_a_term_outweighs_a_concept_page_that_mentions_it(small: Path) -> None:
    concepts = small / "docs/en/concepts"
    concepts.mkdir()
    (concepts / "scores.md").write_text(
        "---\ntitle: Scores\nshort: Scores\n---\n\n# Scores\n\nBLEU is BLEU.\n"
    )
    (small / "docs/en/papers/star.md").write_text(f"# Star\n\n{'BLEU, ' * 21}the end.\n")
    assert [term.id for term in homes(load(small))["papers/star"]] == ["bleu"]


def test_a_single_use_makes_a_concept_page_the_home_where_no_other_page_has_the_term(small: Path) -> None:
    concepts = small / "docs/en/concepts"
    concepts.mkdir()
    scores = concepts / "scores.md"
    scores.write_text("---\ntitle: Scores\nshort: Scores\n---\n\n# Scores\n\nBLEU is one.\n")
    star = small / "docs/en/papers/star.md"
    star.write_text("# Star\n\nNone.\n")
    assert [term.id for term in homes(load(small))["concepts/scores"]] == ["bleu"]
    star.write_text("# Star\n\nBLEU, once.\n")
    assert "concepts/scores" not in homes(load(small))
    scores.write_text("---\ntitle: Scores\nshort: Scores\n---\n\n# Scores\n\nNone.\n")
    assert "papers/star" not in homes(load(small))


def test_plurals_and_hyphens_are_uses_of_a_term_as_well(small: Path) -> None:
    glossary = small / "papers/glossary.yml"
    records = 'anchor-box:\n  en: {term: anchor box, definition: "x"}\n  zh: {term: 锚框, definition: "x"}\n'
    glossary.write_text(f"{glossary.read_text()}\n{records}")
    (small / "docs/en/papers/star.md").write_text("# Star\n\nAnchor boxes, that is anchor-box\npriors.\n")
    assert [term.id for term in homes(load(small))["papers/star"]] == ["anchor-box"]


def test_records_are_moved_out_of_what_every_page_loads(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    index = {"config": {"lang": ["en"]}, "docs": [{"location": "", "title": "Home", "text": ""}]}
    (tmp_path / "search/search_index.json").write_text(json.dumps(index))
    rewrite(corpus, "en", tmp_path)
    assert json.loads((tmp_path / "search/search_index.json").read_text()) == {
        "config": {"lang": ["en"]},
        "docs": [],
    }
    assert json.loads((tmp_path / "search/notes.json").read_text())[0]["names"] == ["index"]


def test_venues_have_the_names_readers_use() -> None:
    assert abbreviation("Advances in Neural Information Processing Systems") == "NeurIPS"
    assert abbreviation("Journal of Stars") == "Journal of Stars"
