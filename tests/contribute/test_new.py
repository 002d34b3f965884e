"""papernotes new: from an identifier to files that the checker accepts as a draft; nothing is overwritten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from papernotes.cli import main
from papernotes.commands.findings import findings
from papernotes.contribute.new import lookup
from papernotes.contribute.new.asked import Arxiv, Asked, Bibtex, Doi, Title, recognise
from papernotes.contribute.new.entry import bibtex, inserted, key
from papernotes.contribute.new.record import (
    Record,
    UnusableError,
    from_arxiv,
    from_bibtex,
    from_crossref,
)
from trees import demo

FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title>arXiv Query</title>
  <link href="https://arxiv.org/api/query" type="application/atom+xml"/>
  {entry}
</feed>"""
PAPER = """<entry>
    <id>http://arxiv.org/abs/2101.00001v3</id>
    <title>A Study of GANs &amp; Their
  ImageNet Scores</title>
    <published>2021-01-04T18:59:00Z</published>
    <author><name>Jan van den Berg</name></author>
    <author><name>\N{LATIN CAPITAL LETTER L WITH STROKE}ukasz Nowak</name></author>
    {doi}
  </entry>"""
MISTAKE = "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title></entry>"
JOURNAL = """{"status": "ok", "message": {"type": "journal-article", "DOI": "10.1000/study",
  "title": ["A Study of <i>GANs</i> &amp;amp; Their ImageNet Scores"], "container-title": ["Journal of Studies"],
  "author": [{"family": "van den Berg", "given": "Jan"}, {"name": "The Study Group"}],
  "volume": "7", "issue": "2", "page": "11-19", "issued": {"date-parts": [[2022, 5]]}}}"""
FOUND = '{"message": {"items": [{"title": ["Something else"], "DOI": "10.1000/else", "type": "book"}]}}'


class Registries(BaseHTTPRequestHandler):
    """arXiv and Crossref, as far as one paper goes."""

    asked: list[str]

    def do_GET(self) -> None:
        path = unquote(self.path)
        self.server.asked.append(path)  # type: ignore[attr-defined]  # the test's own list
        doi = "<arxiv:doi>10.1000/study</arxiv:doi>"
        answers = {
            "/arxiv?id_list=2101.00001": FEED.format(entry=PAPER.format(doi="")),
            "/arxiv?id_list=2101.00002": FEED.format(entry=PAPER.format(doi=doi)),
            "/arxiv?id_list=2101.00003": FEED.format(entry=""),
            "/arxiv?id_list=2101.00004": FEED.format(entry=MISTAKE),
            "/arxiv?id_list=2101.00005": "Rate exceeded.",
            "/crossref/10.1000/study": JOURNAL,
            "/crossref?query.bibliographic=Another+study&rows=5": FOUND,
        }
        body = answers.get(path)
        self.send_response(200 if body else 503 if "2101.00006" in path else 404)
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[tuple[lookup.Registry, list[str]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registries)
    server.asked = []  # type: ignore[attr-defined]  # what was asked, for the test
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    pauses: list[float] = []
    try:
        yield (
            lookup.Registry(tmp_path / "cache", f"{base}/arxiv", f"{base}/crossref", pauses.append),
            server.asked,  # type: ignore[attr-defined]  # as above
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("1512.03385", Arxiv("1512.03385")),
        ("arXiv:1512.03385v2", Arxiv("1512.03385")),
        ("https://arxiv.org/abs/1512.03385v1", Arxiv("1512.03385")),
        ("https://arxiv.org/pdf/1512.03385v1.pdf", Arxiv("1512.03385")),
        ("http://export.arxiv.org/abs/cs/0112017", Arxiv("cs/0112017")),
        ("arxiv.org/abs/1512.03385", Arxiv("1512.03385")),
        ("https://ar5iv.labs.arxiv.org/html/1512.03385", Arxiv("1512.03385")),
        ("https://doi.org/10.48550/arXiv.1512.03385", Arxiv("1512.03385")),
        ("10.1109/CVPR.2016.90", Doi("10.1109/CVPR.2016.90")),
        ("doi: 10.1109/CVPR.2016.90", Doi("10.1109/CVPR.2016.90")),
        ("https://dx.doi.org/10.1016/0304-4149%2882%2990051-5", Doi("10.1016/0304-4149(82)90051-5")),
        ("@misc{a, title={T}}", Bibtex("@misc{a, title={T}}")),
        ("  Deep  Residual Learning ", Title("Deep Residual Learning")),
        ("https://example.org/paper.pdf", None),
        ("https://arxiv.org/list/cs.CV/recent", None),
    ],
)
def test_what_an_argument_names(text: str, asked: Asked | None) -> None:
    assert recognise(text) == asked


def test_arxiv_gives_a_preprint_entry() -> None:
    record = from_arxiv(FEED.format(entry=PAPER.format(doi="")).encode())
    assert bibtex(record, key(record, ())) == (
        "@misc{berg2021study,\n"
        "  author = {van den Berg, Jan and Nowak, \N{LATIN CAPITAL LETTER L WITH STROKE}ukasz},\n"
        "  title = {A Study of {GANs} \\& Their {ImageNet} Scores},\n"
        "  year = {2021},\n"
        "  eprint = {2101.00001},\n"
        "  archiveprefix = {arXiv},\n"
        "}\n"
    )


def test_crossref_gives_the_venue() -> None:
    record = from_crossref(JOURNAL.encode())
    assert bibtex(record, "k") == (
        "@article{k,\n"
        "  author = {van den Berg, Jan and {The Study Group}},\n"
        "  title = {A Study of {GANs} \\& Their {ImageNet} Scores},\n"
        "  journal = {Journal of Studies},\n"
        "  volume = {7},\n"
        "  number = {2},\n"
        "  pages = {11--19},\n"
        "  year = {2022},\n"
        "  doi = {10.1000/study},\n"
        "}\n"
    )


def test_bibtex_of_a_reference_manager_is_brought_into_form() -> None:
    record = from_bibtex(
        "@Article{DBLP:journals/corr/abs-2101-00001,\n"
        "  author = {Berg, Jan}, Title = {A {Study}},\n"
        "  journal = {CoRR}, volume = {abs/2101.00001}, year = 2021, eprinttype = {arXiv}, eprint = {2101.00001},\n"
        "  url = {https://arxiv.org/abs/2101.00001}, timestamp = {x}, biburl = {y}, abstract = {z}\n"
        "}"
    )
    assert record == Record(
        "misc",
        {
            "author": "Berg, Jan",
            "title": "A {Study}",
            "year": "2021",
            "eprint": "2101.00001",
            "archiveprefix": "arXiv",
        },
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@misc{a, title = {T}", "line 1, column 1: entry must be readable"),
        ("@misc{a, title={T}}\n@misc{b, title={U}}", "one BibTeX entry is needed, 2 are given"),
        ("", "one BibTeX entry is needed, 0 are given"),
        ("@misc{a, year={2020}}", "the entry has no title"),
    ],
)
def test_bibtex_that_is_not_one_entry(text: str, message: str) -> None:
    with pytest.raises(UnusableError, match=message):
        from_bibtex(text)


@pytest.mark.parametrize(
    ("author", "title", "expected"),
    [
        ("He, Kaiming and Zhang, X.", "Deep Residual Learning", "he2020deep"),
        ("Aaron van den Oord", "The Neural One", "oord2020neural"),
        ("Jégou, Hervé", "80 Million Images", "jegou2020million"),
        ("{The Group}", "An {ImageNet}-Scale", "group2020imagenet"),
        ("Łukasz", "Größe", "ukasz2020grosse"),
    ],
)
def test_keys(author: str, title: str, expected: str) -> None:
    expected = expected.replace("ukasz", "lukasz")
    assert key(Record("misc", {"author": author, "title": title, "year": "2020"}), ()) == expected


def test_a_key_in_use_gets_a_letter() -> None:
    record = Record("misc", {"author": "He, K.", "title": "Deep", "year": "2020"})
    assert key(record, {"he2020deep", "he2020deepb"}) == "he2020deepc"


def test_entries_stay_sorted_and_the_rest_untouched() -> None:
    text = "% head\n\n@misc{a2000a,\n}\n\n@misc{c2000c,\n}\n"
    assert inserted(text, "@misc{b2000b,\n}\n") == text.replace("@misc{c", "@misc{b2000b,\n}\n\n@misc{c")
    assert inserted(text, "@misc{d2000d,\n}\n") == text + "\n@misc{d2000d,\n}\n"


def test_a_preprint_that_was_published_gets_its_venue(registry: tuple[lookup.Registry, list[str]]) -> None:
    record = lookup.look_up(Arxiv("2101.00002"), registry[0])
    assert (record.kind, record.fields["journal"], record.fields["year"], record.fields["eprint"]) == (
        "article",
        "Journal of Studies",
        "2022",
        "2101.00001",
    )


def test_a_question_is_asked_once(registry: tuple[lookup.Registry, list[str]]) -> None:
    first = lookup.look_up(Arxiv("2101.00001"), registry[0])
    again = lookup.Registry(registry[0].cache, registry[0].arxiv, registry[0].crossref, reachable=False)
    assert lookup.look_up(Arxiv("2101.00001"), again) == first
    assert registry[1] == ["/arxiv?id_list=2101.00001"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Arxiv("2101.00003"), "arXiv has no such paper"),
        (Arxiv("2101.00004"), "arXiv has no such paper"),
        (Arxiv("2101.00005"), "did not answer with a feed: 'Rate exceeded.'"),
        (Doi("10.1000/none"), "knows no such work"),
        (Title("Another study"), "nearest are:\n  Something else"),
    ],
)
def test_what_nobody_knows_is_not_kept(
    asked: Asked, message: str, registry: tuple[lookup.Registry, list[str]]
) -> None:
    for _ in range(2):
        with pytest.raises(UnusableError, match=message):
            lookup.look_up(asked, registry[0])
    if not isinstance(asked, Title):
        assert len(registry[1]) == 2


def test_a_registry_in_trouble_is_not_an_unknown_work(registry: tuple[lookup.Registry, list[str]]) -> None:
    with pytest.raises(lookup.OfflineError, match="answered 503"):
        lookup.look_up(Arxiv("2101.00006"), registry[0])


def test_from_bibtex_to_a_draft_without_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    (root / "paper.bib").write_text(
        "@misc{x, author={Poe, E.}, title={Raven: A Bird}, year={2020}, doi={10.1000/5}}"
    )
    assert main(["new", "paper.bib"]) == 0
    assert capsys.readouterr().out.startswith(
        "papers/references.bib: poe2020raven\n"
        "wrote docs/en/papers/raven.md\nwrote papers/raven/companion.py\nwrote papers/raven/output.txt\n"
    )
    assert findings(root, cache=None) == ()
    note = root / "docs/en/papers/raven.md"
    note.write_text(note.read_text().replace("status: draft", "status: complete"))
    codes = [fault.code for fault in findings(root, cache=None)]
    assert codes.count("N104") == 13
    assert set(codes) == {"N104", "R108", "R203", "S106", "S108"}


def test_a_title_alone_works_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    assert main(["new", "--offline", "Raven"]) == 0
    (fault,) = findings(root, cache=None)
    assert fault.message == "entry must have author and year and doi, eprint or url: 'anonymous0000raven'"
    capsys.readouterr()
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert main(["new", "--offline", "Raven"]) == 2
    assert capsys.readouterr().err == ("papernotes: there is a note on this work: docs/en/papers/raven.md\n")
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--offline", "1512.03385"], "--offline was given\ngive the work's BibTeX instead"),
        (["--offline", "--slug", "Big-Name", "Raven"], "a slug must be lower-case letters and digits"),
        (["--offline", "--slug", "class", "Raven"], "a slug must be lower-case letters and digits"),
        (["--offline", "--slug", "idea", "Raven"], "'idea' is taken by docs/en/concepts/idea.md"),
        (["--offline", "--slug", "demo", "Raven"], "'demo' is taken by docs/en/papers/demo.md"),
        (["--offline", " "], "say which work"),
        (["none.bib"], "no such file: none.bib"),
        (["https://example.org/x.pdf"], "an address must be one of arxiv.org or doi.org"),
        (["--edition", "zh", "none"], "no English page of this name: none"),
        (["--edition", "zh", "demo"], "docs/zh/papers/demo.md exists"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert main(["new", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_translation_begins_with_the_english_skeleton(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = demo(tmp_path)
    monkeypatch.chdir(root)
    (root / "docs/zh/papers/demo.md").unlink()
    assert main(["new", "--edition", "zh", "demo"]) == 0
    codes = {fault.code for fault in findings(root, cache=None)}
    assert codes == {"N104", "S106", "S108"}  # what has to be written; headings, ledger and hash are right
