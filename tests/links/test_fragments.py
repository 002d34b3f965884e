"""Whether a page has the place that an address names."""

from __future__ import annotations

import pytest

from links.conftest import Asking
from links.web import MISSING, Answer
from papernotes.links.address import Address
from papernotes.links.answers import Reply
from papernotes.links.fragments import all_found, checked, missing

TEXT = " ".join(["word"] * 60)


def reply(body: str, *, complete: bool = True, kind: str = "text/html") -> Reply:
    address = Address("https://a.example/page")
    return Reply(address, 200, {"content-type": kind}, body.encode(), complete)


@pytest.mark.parametrize(
    ("fragment", "body"),
    [
        ("one", '<p id="one">'),
        ("one", "<p id=one>"),
        ("one", "<P CLASS=x ID = 'one'>"),
        ("one", '<a name="one"></a>'),
        ("a&b", '<p id="a&amp;b">'),
        ("%E6%95%B0%E5%AD%A6", '<h2 id="数学">'),
        ("%E6%95%B0%E5%AD%A6", '<h2 id="%E6%95%B0%E5%AD%A6">'),
        ("a%20b", '<p id="a b">'),
        ("install", '<h2 id="user-content-install">'),  # GitHub
        ("L10", '<a href="#L10">10</a>'),  # the page's own script knows what to do
        ("one:~:text=word", '<p id="one">'),
    ],
)
def test_a_place_is_found(fragment: str, body: str) -> None:
    assert checked(fragment)
    assert not missing(reply(f"<body>{TEXT}{body}"), fragment)


@pytest.mark.parametrize(
    ("fragment", "body"),
    [
        ("one", '<p id="two">'),
        ("one", '<p id="One">'),
        ("one", '<p data-id="one">'),
        ("one", "<p>id=one"),
        ("one", '<p class="one">'),
        ("o.e", '<p id="one">'),
    ],
)
def test_a_place_is_missing(fragment: str, body: str) -> None:
    assert missing(reply(f"<body>{TEXT}{body}"), fragment)


@pytest.mark.parametrize("fragment", ["", "top", "TOP", "/route", "!route", "!/route", ":~:text=a%20word"])
def test_what_names_no_place_is_not_looked_for(fragment: str) -> None:
    assert not checked(fragment)


@pytest.mark.parametrize(
    "page",
    [
        reply("<p id=two>", complete=False),
        reply("<p id=two>", kind="application/pdf"),
        reply(""),
        reply("<title>App</title><div id=x></div><script src=/app.js></script>"),
        reply(f"<div id=__next>{TEXT}</div><script src=/app.js></script>"),
    ],
)
def test_pages_that_are_not_judged(page: Reply) -> None:
    assert not missing(page, "one")


def test_reading_stops_when_everything_is_found() -> None:
    enough = all_found(["one", "two"])
    assert not enough(b"<p id=one>")
    assert enough(b"<p id=one><p id='two'>")


def test_a_page_is_read_once_for_all_its_places_and_no_further(ask: Asking) -> None:
    body = f"<title>Long</title><h2 id=one>{TEXT}</h2><h2 id=two>" + TEXT * 2_000
    ask.web.hosts["a.example"] = lambda r: Answer(200, body) if r.target == "/page" else MISSING
    assert ask.kinds("http://a.example/page#one", "http://a.example/page", "http://a.example/page#no") == [
        "ok", "ok", "no fragment"
    ]  # fmt: skip
    assert [line for line in ask.web.asked("a.example") if "papernotes" not in line] == ["GET /page"]


def test_a_place_on_a_page_that_has_moved(ask: Asking) -> None:
    from links.web import to

    answers = {"/page": to("/new"), "/new": Answer(), "/other": to("/new#elsewhere")}
    ask.web.hosts["a.example"] = lambda r: answers.get(r.target, MISSING)
    moved, other, missing_there = ask(
        "http://a.example/page#here", "http://a.example/other#here", "http://a.example/page#nowhere"
    )
    assert (moved.kind, moved.target) == ("moved", "http://a.example/new#here")
    assert (other.kind, other.target) == (
        "moved",
        "http://a.example/new#elsewhere",
    )  # the redirect names the place
    assert missing_there.kind == "no fragment"
