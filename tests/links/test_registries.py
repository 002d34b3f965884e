"""DOIs and arXiv identifiers, at registries that answer, and that do not."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from links import registry
from links.conftest import Asking
from links.web import Answer
from papernotes.links.address import parse
from papernotes.links.identifiers import Identifier, identifier, of_arxiv, of_doi, well_formed
from papernotes.links.titles import agree

SICI = "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://doi.org/10.1000/182", Identifier("DOI", "10.1000/182")),
        ("http://dx.doi.org/10.1000/ABC", Identifier("DOI", "10.1000/abc")),
        ("https://www.doi.org/10.1000/182", Identifier("DOI", "10.1000/182")),
        ("https://doi.org/10.48550/arXiv.1706.03762", Identifier("arXiv", "1706.03762")),
        ("https://arxiv.org/abs/1706.03762v7", Identifier("arXiv", "1706.03762")),
        ("https://arxiv.org/pdf/1706.03762.pdf", Identifier("arXiv", "1706.03762")),
        ("http://www.arxiv.org/pdf/math/0211159v1", Identifier("arXiv", "math/0211159")),
        ("https://arxiv.org/abs/math.GT/0309136", Identifier("arXiv", "math.GT/0309136")),
        ("https://doi.org/", None),
        ("https://arxiv.org/list/cs.LG/recent", None),
        ("https://example.org/10.1000/182", None),
    ],
)
def test_what_an_address_stands_for(address: str, found: Identifier | None) -> None:
    assert identifier(parse(address)) == found


@pytest.mark.parametrize("doi", ["10.1000/182", SICI, "10.1016/0304-4149(82)90051-5", "10.1000/a#b?c%d"])
def test_a_doi_and_its_address(doi: str) -> None:
    assert identifier(of_doi(doi)) == Identifier("DOI", doi)


@pytest.mark.parametrize("eprint", ["1706.03762", "math/0211159", "0704.0001"])
def test_an_arxiv_identifier_and_its_address(eprint: str) -> None:
    assert identifier(of_arxiv(f"{eprint}v2")) == Identifier("arXiv", eprint)


def test_syntax() -> None:
    good = [("DOI", "10.1000/182"), ("DOI", SICI), ("arXiv", "1706.03762"), ("arXiv", "hep-th/9901001")]
    bad = [
        ("DOI", "10.1000"),
        ("DOI", "10.1/x"),
        ("arXiv", "1706.037"),
        ("arXiv", "17060.3762"),
        ("arXiv", "x"),
    ]
    assert [well_formed(Identifier(*one)) for one in (*good, *bad)] == [True] * 4 + [False] * 5


def test_many_identifiers_are_few_requests(ask: Asking) -> None:
    dois = {f"10.1000/{number}": f"Title {number}" for number in range(60)}
    papers = {f"2001.{number:05}": f"Paper {number}" for number in range(60)}
    registry.serve(ask.web, dois, frozenset({"10.5281/zenodo.1"}), papers)
    verdicts = ask(
        *(f"https://doi.org/{doi}" for doi in dois),
        *(f"https://arxiv.org/abs/{paper}" for paper in papers),
        "https://doi.org/10.5281/zenodo.1",
        "https://doi.org/10.1000/no",
        "https://arxiv.org/abs/2001.99999",
        "https://arxiv.org/abs/2001.9",
    )
    assert [verdict.title for verdict in verdicts[:120]] == [*dois.values(), *papers.values()]
    assert [(verdict.kind, verdict.reason) for verdict in verdicts[120:]] == [
        ("ok", ""),
        ("not registered", "DOI 10.1000/no: the handle system does not know it"),
        ("not registered", "arXiv 2001.99999: arXiv does not know it"),
        ("not registered", "arXiv 2001.9: it cannot be one"),
    ]
    hosts = [name for _, name, _ in ask.web.log]
    assert {name: hosts.count(name) for name in set(hosts)} == {
        "api.crossref.org": 2, "export.arxiv.org": 1, "doi.org": 2
    }  # fmt: skip
    assert all(method == "GET" for method, _, _ in ask.web.log)  # nothing is ever asked of a landing page


def test_two_addresses_of_one_work_are_asked_once(ask: Asking) -> None:
    registry.serve(ask.web, {}, frozenset(), {"1706.03762": "Attention"})
    assert ask.kinds(
        "https://arxiv.org/abs/1706.03762", "https://arxiv.org/pdf/1706.03762v5", "https://doi.org/10.48550/arXiv.1706.03762"
    ) == ["ok"] * 3  # fmt: skip
    assert len(ask.web.log) == 1


@pytest.mark.parametrize(
    "broken", [Answer(503), Answer(403), Answer(200, "<html>Maintenance</html>"), Answer(200, "{")]
)
def test_a_registry_that_is_down_accuses_nobody(broken: Answer, ask: Asking) -> None:
    ask.web.hosts |= dict.fromkeys(["api.crossref.org", "doi.org", "export.arxiv.org"], lambda r: broken)
    assert (
        ask.kinds("https://doi.org/10.1000/182", "https://arxiv.org/abs/1706.03762") == ["unverifiable"] * 2
    )


def test_without_crossref_the_handle_system_knows(ask: Asking) -> None:
    registry.serve(ask.web, {"10.1000/182": "First"}, frozenset(), {})
    ask.web.hosts["api.crossref.org"] = lambda r: Answer(500)
    assert ask.kinds("https://doi.org/10.1000/182", "https://doi.org/10.1000/183") == ["ok", "not registered"]


def test_a_feed_that_declares_entities_is_not_read(ask: Asking) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>'
    ask.web.hosts["export.arxiv.org"] = lambda r: Answer(200, bomb)
    assert ask.kinds("https://arxiv.org/abs/1706.03762") == ["unverifiable"]


def test_a_doi_is_sent_whole(ask: Asking) -> None:
    registry.serve(ask.web, {}, frozenset({SICI}), {})
    assert ask.kinds(str(of_doi(SICI))) == ["ok"]
    assert unquote(ask.web.asked("doi.org")[0]) == f"GET /api/handles/{SICI}?type=URL"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deep Residual Learning for Image Recognition", "Deep residual learning for image recognition."),
        ("Layer Normalization", "Layer&nbsp;Normalization"),
        ("BERT: Pre-training of Deep Bidirectional Transformers", "BERT"),
        ("The Gödel Machine", "The Godel machine"),
        ("An $n$-gram Model", "An n-gram model"),
        ("Learning CO<sub>2</sub> Maps", "Learning CO 2 maps"),
        ("Auto-Encoding Variational Bayes", "Auto-encoding variational Bayes"),
        ("Attention Is All You Need", "Attention is all you need"),
        ("Neural Machine Translation by Jointly Learning to Align and Translate", "Neural Machine Translation by Jointly Learning To Align And Translate"),
        ("A Simple Way to Initialize Networks", "A Simple Way to Initialise Networks"),
        ("∗", "anything"),
    ],
)  # fmt: skip
def test_titles_of_one_work(one: str, other: str) -> None:
    assert agree(one, other)
    assert agree(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("First Things First", "Last Things Last"),
        ("Attention Is All You Need", "Deep Residual Learning for Image Recognition"),
        ("Deep", "Deepfool"),
        ("Layer Normalization", "Batch Normalization: Accelerating Deep Network Training"),
        ("Identity Mappings in Deep Residual Networks", "Residual Networks Behave Like Ensembles"),
    ],
)
def test_titles_of_two_works(one: str, other: str) -> None:
    assert not agree(one, other)
