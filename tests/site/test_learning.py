"""Misreadings, flashcards, the Anki package and the index of notes, from a small repository."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.pages.cards import Card, cards, cards_json, flashcards
from papernotes.pages.library import library
from papernotes.pages.misreadings import misreadings
from papernotes.render.anki import package
from papernotes.render.answers import answers

TIME = datetime(2026, 1, 2, tzinfo=UTC)
MISREAD = """
## Misreadings

- **"Wide."** It has [5 million](#n-params), see [Star](star.md) and [@lee1999one, Table 2],
  over two lines; `[@x](y)` and $[0](1)$ stay.
- **"Deep."** No.

## Errata and differences

- Not a misreading.
"""


@pytest.fixture
def misread(small: Path) -> Corpus:
    """The small repository with misreadings."""
    note = small / "docs/en/papers/resnet.md"
    note.write_text(note.read_text() + MISREAD)
    return load(small)


def test_misreadings_lead_where_the_note_led_and_back_to_it(misread: Corpus) -> None:
    made = misreadings(misread, "en")
    assert "## ResNet { #resnet }\n\n- **" in made
    assert "[5 million](papers/resnet.md#n-params), see [Star](papers/star.md) and " in made
    assert (
        "([Lee et al. 1999](bibliography.md#lee1999one)), over two lines; `[@x](y)` and $[0](1)$ stay."
        in made
    )
    assert (
        '\n- **"Deep."** No.\u00a0[#](#resnet-deep "Link to this misreading"){ .pn-share }\n    { #resnet-deep }\n\n'
        "[In the note](papers/resnet.md#misreadings)"
    ) in made
    assert "Not a misreading" not in made
    assert "Nothing here yet" in misreadings(misread, "zh").replace("暂无内容", "Nothing here yet")


def test_misreading_has_one_anchor_in_every_edition_and_no_other_has_it(small: Path) -> None:
    listed = (
        '- **"A, `b` and $c$."** No.\n- **A b and c** Nor this.\n- One two three four five six seven eight.\n'
    )
    for edition, section in (("en", "Misreadings"), ("zh", "常见误读")):
        note = small / f"docs/{edition}/papers/resnet.md"
        note.write_text(f"{note.read_text()}\n## {section}\n\n{listed.replace('No.', '不。')}")
    corpus = load(small)
    anchors = [re.findall(r"\{ #(resnet-\S*) \}", misreadings(corpus, edition)) for edition in ("en", "zh")]
    expected = ["resnet-a-b-and-c", "resnet-a-b-and-c-2", "resnet-one-two-three-four-five-six-seven-eight"]
    assert anchors == [expected, expected]


def test_answers_are_what_stands_under_a_question_without_what_needs_the_site() -> None:
    html = (
        '<h3 id="a">A?<a class="headerlink" href="#a">¶</a></h3><p>See <a href="x">x</a> <sup id="fnref:1">1</sup>.</p>'
        '<figure>f</figure><ul><li>l</li></ul><h3 id="b">B?</h3><p>b</p><h2 id="c">C</h2><p>c</p>'
    )
    assert answers(html, ["a", "b", "gone"]) == {
        "a": "<p>See x.</p><ul><li>l</li></ul>",
        "b": "<p>b</p>",
        "gone": "",
    }


def test_cards_are_made_of_answered_questions_terms_and_numbers(corpus: Corpus) -> None:
    made = {
        card.id: card for card in cards(corpus, "en", {("papers/resnet", "does-x2-matter"): "<p>Yes.</p>"})
    }
    assert list(made) == [
        "en:papers/resnet#does-x2-matter",
        "en:term:residual-connection",
        "en:term:bleu",
        "en:papers/resnet#n-params",
        "en:papers/resnet#n-top5",
        "en:papers/resnet#n-guess",
    ]
    assert made["en:papers/resnet#n-top5"] == Card(
        "en:papers/resnet#n-top5",
        "numbers",
        "<p><em>ResNet</em></p><p>top-5 error</p>",
        "<p><strong>3.57 %</strong></p><p><small>quoted from Table 5</small></p>",
        "papers/resnet/#n-top5",
    )


def test_translated_question_keeps_the_id_of_its_original(corpus: Corpus) -> None:
    (card, *_) = cards(corpus, "zh", {("papers/resnet", "x2-重要吗"): "<p>重要。</p>"})
    assert card.id == "zh:papers/resnet#does-x2-matter"
    assert card.page == "papers/resnet/#x2-重要吗"


def test_page_of_cards_offers_the_package_without_scripts(corpus: Corpus) -> None:
    made = flashcards("zh")
    assert '<a href="../data/papernotes.apkg" download>下载 Anki 卡片包</a>' in made
    assert json.loads(cards_json(cards(corpus, "zh", {})))[0]["deck"] == "terms"


def notes_of(data: bytes, folder: Path) -> dict[str, tuple[str, int]]:
    """The notes in a package: fields and time by id."""
    path = folder / "collection"
    path.write_bytes(zipfile.ZipFile(io.BytesIO(data)).read("collection.anki2"))
    database = sqlite3.connect(path)
    found = {
        guid: (fields, time) for guid, fields, time in database.execute("select guid, flds, mod from notes")
    }
    database.close()
    return found


def test_package_is_the_same_bytes_and_a_changed_card_keeps_its_id(tmp_path: Path) -> None:
    card = Card("en:term:x", "terms", "<p>x</p>", "<p>1</p>", "glossary/#x")
    assert package([card], "en", TIME) == package([card], "en", TIME)
    before = notes_of(package([card], "en", TIME), tmp_path)
    later = datetime(2026, 2, 3, tzinfo=UTC)
    after = notes_of(
        package([Card(card.id, card.deck, card.front, "<p>2</p>", card.page)], "en", later), tmp_path
    )
    assert list(before) == list(after)
    (fields, time), (old, earlier) = after[next(iter(after))], before[next(iter(before))]
    assert (old, fields) == ("<p>x</p>\x1f<p>1</p>", "<p>x</p>\x1f<p>2</p>")
    assert time > earlier


def test_library_has_a_row_and_a_place_in_time_for_every_note(corpus: Corpus) -> None:
    made = library(corpus, "en")
    assert (
        "| [Star](papers/star.md) | One &#42; Star | Ann Lee et al. | 1999 | Journal of Stars |  | draft |  |"
        in made
    )
    assert (
        "| [ResNet](papers/resnet.md) | Deep Residual Learning | Kaiming He, Xiangyu Zhang | 2016 "
        "| Vision Conference | vision | complete | 3 |"
    ) in made
    assert made.index("### 1999 { #y1999 }") < made.index("### 2016 { #y2016 }")
    assert "- [ResNet](papers/resnet.md): Adds the input back." in made
    assert "| 完成 | 3 |" in library(corpus, "zh")
