"""What the site gives away: data, feed, metadata of pages, sitemap."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import xml.etree.ElementTree as Tree
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import jsonschema
import pytest

from browser.built import HOST, MOUNT, Built
from papernotes.corpus.dates import changed, standstill
from papernotes.corpus.load import load
from papernotes.corpus.model import Corpus
from papernotes.pages import metadata, records
from papernotes.pages.data import data, files
from papernotes.pages.feed import feed

SITE = "https://example.org/notes/"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("edition", ["en", "zh"])
def test_notes_are_as_their_schema_says(built: Built, edition: str) -> None:
    folder = built.site / ("" if edition == "en" else edition) / "data"
    schema = json.loads((folder / "notes.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    made = json.loads((folder / "notes.json").read_text())
    jsonschema.validate(made, schema)
    assert len(made["notes"]) > 20
    assert made["edition"] == edition


def test_notes_schema_describes_what_it_must(corpus: Corpus) -> None:
    made = json.loads(records.notes_json(corpus, "en"))
    validator = jsonschema.Draft202012Validator(records.SCHEMA)
    assert validator.is_valid(made)
    del made["notes"][1]["work"]["doi"]
    assert not validator.is_valid(made)


def test_a_note_as_data(corpus: Corpus) -> None:
    star, resnet = json.loads(records.notes_json(corpus, "zh"))["notes"]
    assert star["status"] == "draft"
    assert resnet["language"] == "zh"
    assert resnet["title"] == "深度残差学习"
    assert resnet["work"]["authors"] == ["Kaiming He", "Xiangyu Zhang"]
    assert resnet["numbers"][1] == {"id": "top5", "what": "前五错误率", "value": "3.57 %", "from": "Table 5"}


def test_ledger_as_csv_and_json_say_the_same(corpus: Corpus) -> None:
    rows = records.ledger_rows(corpus, corpus.notes("en"))
    read = list(csv.DictReader(io.StringIO(records.ledger_csv(rows), newline="")))
    assert read == [dict(row) for row in rows]
    assert read[0]["what"] == "parameters | all"
    assert [row["id"] for row in json.loads(records.ledger_json(rows))] == ["params", "top5", "guess"]
    assert records.ledger_csv(()) == "note,id,what,value,from,check,unverified\r\n"


def test_every_note_is_there_as_markdown_with_its_numbers(corpus: Corpus) -> None:
    made = files(corpus, "en", SITE, {}, NEVER)
    assert made["papers/resnet/note.md"].startswith("---\ntitle: Deep Residual Learning\n")
    assert "params,parameters | all,5 million" in made["papers/resnet/ledger.csv"]
    assert "papers/star/ledger.csv" not in made
    assert made["data/references.bib"].startswith("@inproceedings{he2016deep")
    page = data(corpus, "en")
    assert '<a href="../papers/star/note.md" download>star.md</a> |  |' in page


def test_feed_is_atom_and_the_last_changed_comes_first(corpus: Corpus) -> None:
    made = feed(corpus, "zh", SITE, {"docs/zh/papers/resnet.md": LATER}, NEVER)
    read = feedparser.parse(made)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.language == "zh"
    assert [entry.title for entry in read.entries] == ["ResNet：深度残差学习", "Star：One * Star"]
    assert [entry.updated for entry in read.entries] == ["2026-05-04T03:02:01Z", "2000-01-01T00:00:00Z"]
    assert read.feed.updated == "2026-05-04T03:02:01Z"
    assert read.entries[0].link == f"{SITE}papers/resnet/"
    assert read.entries[0].tags[0].label == "视觉"
    identities = {read.feed.id, *(entry.id for entry in read.entries)}
    assert len(identities) == 3
    assert all(one.startswith("urn:uuid:") for one in identities)


def test_feed_identifies_notes_wherever_the_site_stands(corpus: Corpus) -> None:
    here, there = (
        feedparser.parse(feed(corpus, "en", site, {}, NEVER)) for site in (SITE, "https://else.org/")
    )
    assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries]


def test_built_feeds_are_read_without_complaint(built: Built) -> None:
    for edition, top in (("en", ""), ("zh", "zh/")):
        read = feedparser.parse((built.site / top / "feed.xml").read_bytes())
        assert not read.bozo
        assert read.feed.language == edition
        assert read.entries[0].link.startswith(f"{HOST}{MOUNT}{top}papers/")


def test_the_picture_of_a_card_is_there(built: Built) -> None:
    for page in ("index.html", "papers/resnet/index.html", "zh/papers/resnet/index.html"):
        html = (built.site / page).read_text(encoding="utf-8")
        (address,) = re.findall(r'<meta property="og:image" content="([^"]+)">', html)
        picture = built.site / address.removeprefix(f"{HOST}{MOUNT}")
        assert picture.read_bytes()[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")


def test_times_are_those_of_the_last_commit(small: Path) -> None:
    def git(*arguments: str, date: str = "2026-01-02T00:00:00+00:00") -> None:
        names = {"GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "e", "GIT_COMMITTER_DATE": date}
        command = ["git", "-C", str(small), "-c", "user.name=n", "-c", "user.email=e", *arguments]
        subprocess.run(
            command, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "HOME": "/", **names}
        )

    assert changed(small) == {}
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "all")
    (small / "docs/en/papers/star.md").write_text("# Star\n")
    git("commit", "-qam", "star", date="2026-03-04T00:00:00+00:00")
    found = changed(small)
    assert found["docs/en/papers/star.md"] == datetime(2026, 3, 4, tzinfo=UTC)
    assert found["docs/zh/papers/resnet.md"] == datetime(2026, 1, 2, tzinfo=UTC)
    shallow = small.parent / f"{small.name}-shallow"
    git("clone", "-q", "--depth", "1", f"file://{small}", str(shallow))
    assert set(changed(shallow).values()) == {datetime(2026, 3, 4, tzinfo=UTC)}


def test_without_git_the_time_is_a_stated_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert standstill() == NEVER
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert standstill() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_citation_manager_gets_the_paper_and_a_card_the_note(small: Path) -> None:
    corpus = load(small)
    note = corpus.page("zh", "papers/resnet")
    assert note
    made = metadata.tags(corpus, note, "zh", f"{SITE}zh/papers/resnet/")
    assert [(name, value) for _, name, value in made if name.startswith("citation_")] == [
        ("citation_title", "Deep Residual Learning"),
        ("citation_author", "Kaiming He"),
        ("citation_author", "Xiangyu Zhang"),
        ("citation_publication_date", "2016"),
        ("citation_conference_title", "Vision Conference"),
        ("citation_doi", "10.1109/CVPR.2016.90"),
        ("citation_arxiv_id", "1512.03385"),
        ("citation_pdf_url", "https://arxiv.org/pdf/1512.03385"),
    ]
    assert ("property", "og:title", "深度残差学习") in made
    assert ("property", "og:locale", "zh_CN") in made
    assert ("name", "twitter:card", "summary") in made
    assert "og:image" not in {name for _, name, _ in made}
    pictured = metadata.tags(corpus, note, "zh", SITE, card=f"{SITE}card.png")
    assert ("property", "og:image", f"{SITE}card.png") in pictured
    assert ("name", "twitter:card", "summary_large_image") in pictured
    assert ("name", "DC.relation", "https://doi.org/10.1109/CVPR.2016.90") in made
    linked = json.loads(metadata.json_ld(corpus, note, "zh", SITE))
    assert linked["@type"] == "TechArticle"
    assert linked["about"]["@type"] == "ScholarlyArticle"
    home = corpus.page("en", "index")
    assert home
    assert metadata.json_ld(corpus, home, "en", SITE) == ""
    assert not [name for _, name, _ in metadata.tags(corpus, home, "en", SITE) if "citation" in name]


def test_metadata_stays_inside_its_element(small: Path) -> None:
    note = small / "docs/en/papers/star.md"
    note.write_text(note.read_text().replace("title: One * Star", 'title: "</script><b> & x"'))
    corpus = load(small)
    page = corpus.page("en", "papers/star")
    assert page
    made = metadata.json_ld(corpus, page, "en", "")
    assert "</" not in made
    assert json.loads(made)["headline"] == "</script><b> & x"


def test_sitemap_names_both_editions_of_every_page(built: Built) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tops = {"en": f"{HOST}{MOUNT}", "zh": f"{HOST}{MOUNT}zh/"}
    for edition, top in tops.items():
        folder = built.site / ("" if edition == "en" else edition)
        urls = Tree.parse(folder / "sitemap.xml").getroot().findall("s:url", space)  # noqa: S314 - we built it
        assert len(urls) > 40
        for url in urls:
            place = url.findtext("s:loc", "", space)
            assert place.startswith(top)
            links = {one.get("hreflang"): one.get("href") for one in url.findall("x:link", space)}
            key = place.removeprefix(top)
            assert links == {other: f"{tops[other]}{key}" for other in tops}
