"""What a host does, what is said of it, and what it was asked for that."""

from __future__ import annotations

import asyncio
import resource
import socket
import struct
import zlib
from dataclasses import replace

import pytest

from links.conftest import Asking
from links.web import MISSING, Answer, Request, Web, to
from papernotes.links.run import NoNetworkError

PAGE = "http://a.example/page"
PROBE = "GET /papernotes-"


def honest(behaviour):
    """A host that answers ``/page`` in some way, and a made-up address with 404."""

    def answer(request: Request):
        return behaviour(request) if not request.target.startswith("/papernotes-") else MISSING

    return answer


def asked(web: Web, host: str = "a.example") -> list[str]:
    """What a host was asked, without the made-up address."""
    return [line for line in web.asked(host) if not line.startswith(PROBE)]


def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> asyncio.Future[None]:
    """Close the connection with a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return asyncio.sleep(0)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        writer.write(b"X-%d: x\r\n" % number)
        await writer.drain()
        await asyncio.sleep(0.05)


async def drip_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"<p>")
        await writer.drain()
        await asyncio.sleep(0.05)


async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01\x02 this is no HTTP\r\n\r\n")
    await writer.drain()


def only_get(status: int):
    return lambda request: Answer(status) if request.method == "HEAD" else Answer()


CASES = {
    "all is well": (lambda r: Answer(), "ok", ["HEAD /page"]),
    "an empty success": (lambda r: Answer(204, ""), "ok", ["HEAD /page"]),
    "gone": (lambda r: MISSING, "dead", ["HEAD /page", "GET /page"]),
    "gone for ever": (lambda r: Answer(410), "dead", ["HEAD /page", "GET /page"]),
    "HEAD is not allowed": (only_get(405), "ok", ["HEAD /page", "GET /page"]),
    "HEAD is forbidden": (only_get(403), "ok", ["HEAD /page", "GET /page"]),
    "HEAD is not implemented": (only_get(501), "ok", ["HEAD /page", "GET /page"]),
    "HEAD is told a wrong 404": (only_get(404), "ok", ["HEAD /page", "GET /page"]),
    "HEAD is told a wrong 500": (only_get(500), "ok", ["HEAD /page", "GET /page"]),
    "HEAD hangs": (lambda r: hang if r.method == "HEAD" else Answer(), "ok", ["HEAD /page", "GET /page"]),
    "HEAD is reset": (lambda r: reset if r.method == "HEAD" else Answer(), "ok", ["HEAD /page", "GET /page"]),
    "a login is asked for": (lambda r: Answer(401), "unverifiable", ["HEAD /page"]),
    "robots are refused": (lambda r: Answer(403), "unverifiable", ["HEAD /page", "GET /page"]),
    "LinkedIn": (lambda r: Answer(999), "unverifiable", ["HEAD /page"]),
    "a legal block": (lambda r: Answer(451), "unverifiable", ["HEAD /page"]),
    "a teapot": (lambda r: Answer(418), "unverifiable", ["HEAD /page", "GET /page"]),
    "busy once": (lambda r: Answer(503 if not r.before else 200), "ok", ["HEAD /page", "GET /page"]),
    "busy twice": (lambda r: Answer(502 if r.before < 2 else 200), "ok", ["HEAD /page", "GET /page", "GET /page"]),
    "broken for today": (lambda r: Answer(500), "unverifiable", ["HEAD /page", "GET /page", "GET /page"]),
    "429 once": (lambda r: Answer(429 if not r.before else 200), "ok", ["HEAD /page", "GET /page"]),
    "429 for ever": (lambda r: Answer(429), "unverifiable", ["HEAD /page", "GET /page", "GET /page"]),
    "429 with a long wait": (
        lambda r: Answer(429, "", {"Retry-After": "3600"}), "unverifiable", ["HEAD /page", "GET /page"]
    ),
    "the first connection is dropped": (lambda r: Answer() if r.before else reset, "ok", ["HEAD /page", "GET /page"]),
    "always reset": (lambda r: reset, "unverifiable", ["HEAD /page", "GET /page", "GET /page"]),
    "no answer": (lambda r: hang, "unverifiable", ["HEAD /page", "GET /page", "GET /page"]),
    "headers drip": (lambda r: drip_headers, "unverifiable", ["HEAD /page", "GET /page", "GET /page"]),
    "no HTTP": (lambda r: nonsense, "unverifiable", ["HEAD /page", "GET /page", "GET /page"]),
    "huge headers": (
        lambda r: Answer(200, "", {"X": "x" * 500_000}), "unverifiable", ["HEAD /page", "GET /page", "GET /page"]
    ),
    "a redirect without address": (lambda r: Answer(302, ""), "unverifiable", ["HEAD /page", "GET /page"]),
    "a redirect to a file": (lambda r: to("file:///etc/passwd"), "unverifiable", ["HEAD /page"]),
    "a redirect to itself": (lambda r: to("/page"), "unverifiable", ["HEAD /page"]),
}  # fmt: skip
IMPATIENT = {"HEAD hangs", "no answer", "headers drip"}


@pytest.mark.parametrize("name", CASES)
def test_a_page_that(name: str, ask: Asking) -> None:
    behaviour, kind, requests = CASES[name]
    if name in IMPATIENT:
        ask = ask.with_policy(answer=0.3)
    ask.web.hosts["a.example"] = honest(behaviour)
    assert ask.kinds(PAGE) == [kind]
    assert asked(ask.web) == requests


def test_a_host_that_is_asked_twice_is_asked_for_a_made_up_address_once(ask: Asking) -> None:
    ask.web.hosts["a.example"] = honest(lambda r: Answer())
    assert ask.kinds(PAGE, "http://a.example/other") == ["ok", "ok"]
    assert len([line for line in ask.web.asked("a.example") if line.startswith(PROBE)]) == 1
    assert ask.kinds("http://a.example/third") == ["ok"]
    assert ask.web.asked("a.example")[-1] == "HEAD /third"  # the ledger knows that the host is honest


def test_one_address_in_many_spellings_is_asked_once(ask: Asking) -> None:
    ask.web.hosts["a.example"] = honest(lambda r: Answer())
    assert ask.kinds(PAGE, "HTTP://A.EXAMPLE:80/x/../page", f"{PAGE}#here") == ["ok"] * 3
    assert asked(ask.web) == ["GET /page"]


def test_a_host_that_lies_to_head_is_no_longer_asked_so(ask: Asking) -> None:
    ask.web.hosts["a.example"] = honest(only_get(403))
    first = ask.with_policy(per_host=1)
    assert first.kinds(*(f"http://a.example/{n}" for n in range(4))) == ["ok"] * 4
    assert asked(ask.web) == ["HEAD /0", "GET /0", "GET /1", "GET /2", "GET /3"]


def test_a_host_that_does_not_exist(ask: Asking) -> None:
    (verdict,) = ask("https://nowhere.example/page")
    assert (verdict.kind, verdict.reason) == ("dead", "the host nowhere.example does not exist")
    assert (
        ask.web.lookups.count("nowhere.example") == 2
    )  # it is asked for a second time before it is believed


def test_without_a_network_nothing_is_asked_and_no_host_is_dead(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer()
    del ask.web.hosts["doi.org"]
    with pytest.raises(NoNetworkError, match=r"the Internet cannot be reached: doi\.org has no address here"):
        ask("https://nowhere.example/page", PAGE)
    assert ask.web.log == []


def test_when_the_network_goes_away_in_the_middle_no_host_is_dead(ask: Asking) -> None:
    def answer(request: Request) -> Answer:
        ask.web.hosts.pop("doi.org", None)
        return to("http://nowhere.example/", 302)

    ask.web.hosts["a.example"] = answer
    (verdict,) = ask(PAGE)
    assert (verdict.kind, verdict.reason) == ("unverifiable", "the name servers gave no answer")


def test_a_host_that_never_answers_is_given_up(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: hang
    quick = ask.with_policy(per_host=1, answer=0.05)
    assert quick.kinds(*(f"http://a.example/{n}" for n in range(20))) == ["unverifiable"] * 20
    assert len(ask.web.asked("a.example")) <= 12  # three addresses, three times, and who had begun meanwhile


def test_permanent_redirects_give_the_new_address(ask: Asking) -> None:
    answers = {"/page": to("/b"), "/b": to("https://b.example/c", 308), "/c": Answer()}
    ask.web.hosts["a.example"] = ask.web.hosts["b.example"] = lambda r: answers.get(r.target, MISSING)
    (verdict,) = ask(PAGE)
    assert (verdict.kind, verdict.target) == ("moved", "https://b.example/c")


def test_a_temporary_redirect_is_no_move(ask: Asking) -> None:
    answers = {"/page": to("/b", 302), "/b": to("/c", 301), "/c": Answer()}
    ask.web.hosts["a.example"] = lambda r: answers.get(r.target, MISSING)
    assert ask.kinds(PAGE) == ["ok"]


def test_what_moved_first_and_redirects_then_has_moved_to_the_first_stop(ask: Asking) -> None:
    answers = {"/page": to("/b", 301), "/b": to("/c", 303), "/c": Answer()}
    ask.web.hosts["a.example"] = lambda r: answers.get(r.target, MISSING)
    (verdict,) = ask(PAGE)
    assert (verdict.kind, verdict.target) == ("moved", "http://a.example/b")


def test_a_redirect_to_a_missing_page_is_dead(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: to("/gone", 302) if r.target == "/page" else MISSING
    (verdict,) = ask(PAGE)
    assert (verdict.kind, verdict.reason) == ("dead", "it answers 404 at http://a.example/gone")


def test_a_redirect_that_only_head_is_given_is_not_believed(ask: Asking) -> None:
    def answer(request: Request) -> Answer:
        if request.target == "/page":
            return to("/error", 302) if request.method == "HEAD" else Answer()
        return MISSING

    ask.web.hosts["a.example"] = answer
    assert ask.kinds(PAGE) == ["ok"]


def test_an_endless_redirect_ends(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: to(f"{r.target}x", 302)
    (verdict,) = ask(PAGE)
    assert (verdict.kind, verdict.reason) == ("unverifiable", "it redirects without end")
    assert len(ask.web.asked("a.example")) == 11


def test_a_redirect_that_sets_a_cookie_and_comes_back_is_followed(ask: Asking) -> None:
    def answer(request: Request) -> Answer:
        if request.headers.get("cookie") == "seen=1":
            return Answer()
        return to("/page", 302, **{"Set-Cookie": "seen=1; Path=/; HttpOnly"})

    ask.web.hosts["a.example"] = honest(answer)
    assert ask.kinds(PAGE) == ["ok"]


def test_a_cookie_is_given_back_to_its_host_only(ask: Asking) -> None:
    ask.web.hosts["a.example"] = honest(
        lambda r: to("http://b.example/page", 302, **{"Set-Cookie": "secret=1"})
    )
    ask.web.hosts["b.example"] = lambda r: Answer()
    assert ask.kinds(PAGE) == ["ok"]
    assert all("cookie" not in request.headers for request in ask.web.seen)


def test_credentials_of_an_address_are_not_sent(ask: Asking) -> None:
    ask.web.hosts["a.example"] = honest(lambda r: Answer())
    assert ask.kinds("http://me:secret@a.example/page") == ["ok"]
    sent = [value for request in ask.web.seen for value in (request.target, *request.headers.values())]
    assert not any("secret" in value or "authorization" in value for value in sent)


def test_international_names_and_paths(ask: Asking) -> None:
    ask.web.hosts["xn--mnchen-3ya.example"] = honest(lambda r: Answer())
    assert ask.kinds("http://München.example/Überblick?q=ä b") == ["ok"]
    assert ask.web.log[0] == ("HEAD", "xn--mnchen-3ya.example", "/%C3%9Cberblick?q=%C3%A4%20b")


def test_a_redirect_to_an_unencoded_path_is_followed(ask: Asking) -> None:
    answers = {"/page": to("/é"), "/%C3%A9": Answer()}
    ask.web.hosts["a.example"] = lambda r: answers.get(r.target, MISSING)
    # written to the connection in Latin-1 by some servers and in UTF-8 by others; this one writes UTF-8
    assert ask(PAGE)[0].target == "http://a.example/%C3%A9"


def test_ipv6(ask: Asking) -> None:
    port = ask.web.ports["http"]
    ask.web.addresses["::1"] = ["::1"]
    ask.web.hosts["a.example"] = lambda r: Answer()
    ask.web.addresses["a.example"] = ["2001:db8::1", "127.0.0.1"]  # the first leads nowhere
    both = Asking(ask.web, ask.folder, ask.world, private=True)
    assert both.kinds(f"http://[::1]:{port}/", "http://a.example/") == ["ok", "ok"]


@pytest.mark.parametrize(
    ("host", "kind", "reason"),
    [
        ("good.example", "ok", ""),
        ("h2.example", "ok", ""),
        ("expired.example", "certificate", "of expired.example (certificate has expired)"),
        ("wrongname.example", "certificate", "of wrongname.example (Hostname mismatch, certificate is not valid for 'wrongname.example'.)"),
        ("selfsigned.example", "certificate", "of selfsigned.example (self-signed certificate)"),
        ("stranger.example", "unverifiable", "no secure connection could be made (unable to get local issuer certificate)"),
    ],
)  # fmt: skip
def test_certificates(host: str, kind: str, reason: str, ask: Asking) -> None:
    ask.web.hosts[host] = honest(lambda r: Answer())
    (verdict,) = ask(f"https://{host}/page")
    assert (verdict.kind, verdict.reason) == (kind, reason)


def test_http2_is_spoken_where_it_is_offered(ask: Asking) -> None:
    ask.web.hosts["h2.example"] = honest(lambda r: Answer(404) if r.target == "/gone" else Answer())
    assert ask.kinds("https://h2.example/page", "https://h2.example/gone", "https://h2.example/page#no") == [
        "ok", "dead", "no fragment"
    ]  # fmt: skip
    assert {request.protocol for request in ask.web.seen} == {"HTTP/2"}


def test_plain_http_where_tls_is_expected(ask: Asking) -> None:
    async def elsewhere(host: str, port: int) -> list[tuple[str, int]]:
        return [("127.0.0.1", ask.web.ports["http"])]

    ask.web.hosts["a.example"] = lambda r: Answer()
    ask.world = replace(ask.world, resolver=elsewhere)
    assert ask.with_policy(connect=0.3).kinds("https://a.example/page") == ["unverifiable"]


def test_a_refused_connection(ask: Asking) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]

        async def elsewhere(host: str, port: int) -> list[tuple[str, int]]:
            return [("127.0.0.1", closed)]

        ask.world = replace(ask.world, resolver=elsewhere)
        (verdict,) = ask("http://a.example/page")
    assert (verdict.kind, verdict.reason) == ("unverifiable", "the connection was refused")


def test_a_huge_body_is_not_read(ask: Asking) -> None:
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    ask.web.hosts["a.example"] = honest(lambda r: Answer(405) if r.method == "HEAD" else endless)
    assert ask.kinds(PAGE) == ["ok"]
    assert sent < 8_000_000  # what fits into the buffers of the sockets
    sent = 0
    assert ask.kinds(f"{PAGE}#nowhere") == ["ok"]  # it was not read to its end, so nobody knows
    assert sent < 16_000_000


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """200 MB in 200 KB, made in small pieces."""
    zipper = zlib.compressobj(6, wbits=31)
    return b"".join([*(zipper.compress(bytes(1_000_000)) for _ in range(200)), zipper.flush()])


@pytest.mark.parametrize("fragment", ["", "#nowhere"])
def test_a_decompression_bomb_does_not_unfold(fragment: str, bomb: bytes, ask: Asking) -> None:
    answer = Answer(200, bomb, {"Content-Encoding": "gzip"})
    ask.web.hosts["a.example"] = honest(lambda r: Answer(405) if r.method == "HEAD" else answer)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert ask.kinds(f"{PAGE}{fragment}") == ["ok"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_a_body_that_drips_is_left_after_a_while(ask: Asking) -> None:
    ask.web.hosts["a.example"] = honest(lambda r: Answer(405) if r.method == "HEAD" else drip_body)
    assert ask.with_policy(answer=0.3).kinds(PAGE) == ["unverifiable"]


def test_misbehaviour_combined(ask: Asking) -> None:
    def first(request: Request):
        if request.method == "HEAD":
            return reset
        if request.before < 2:
            return Answer(429, "", {"Retry-After": "0"})
        return to("https://h2.example/b", 308)

    def second(request: Request) -> Answer:
        if request.target != "/b":
            return MISSING
        return Answer(405) if request.method == "HEAD" else Answer(503 if request.before < 2 else 200)

    ask.web.hosts["a.example"] = honest(first)
    ask.web.hosts["h2.example"] = second
    (verdict,) = ask(PAGE)
    assert (verdict.kind, verdict.target) == ("moved", "https://h2.example/b")


def test_the_run_ends_when_its_time_is_over(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: hang
    ask.web.hosts["b.example"] = honest(lambda r: Answer())
    short = ask.with_policy(answer=30.0, deadline=0.5)
    with pytest.raises(KeyError):
        short(PAGE, "http://b.example/page")
    (outcome,) = short.outcomes
    assert [str(address) for address in outcome.answers] == ["http://b.example/page"]
    assert [str(address) for address in outcome.missing] == [PAGE]
