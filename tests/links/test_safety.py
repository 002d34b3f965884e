"""No request leaves the public Internet, whatever names resolve to and redirects say."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.conftest import Asking
from links.web import MISSING, Answer, to
from papernotes.links.public import is_public, is_public_name

REFUSED = "it leads to an address that is not public"


@pytest.mark.parametrize(
    "address",
    [
        "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.8", "192.0.2.1", "192.168.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
        "2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)
    assert not is_public_name(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_itself(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    sixtofour = ipaddress.IPv6Address((0x2002 << 112) | (number << 80))
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    assert {is_public(str(outer)) for outer in (mapped, sixtofour, nat64)} == {is_public(str(inner))}


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST".lower(), "a.localhost", "nas", "nas.local", "x.internal", "r.home.arpa"]
)
def test_local_names(name: str) -> None:
    assert not is_public_name(name)


@pytest.mark.parametrize("inside", ["10.0.0.1", "169.254.169.254", "127.0.0.2", "::ffff:10.0.0.1"])
def test_a_name_that_resolves_to_a_private_address(inside: str, ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer()
    ask.web.addresses["a.example"] = [inside]
    assert ask("http://a.example/")[0].reason == REFUSED
    assert ask.web.log == []


def test_one_private_address_among_public_ones_is_enough(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer()
    ask.web.addresses["a.example"] = ["127.0.0.1", "10.0.0.1"]
    assert ask("http://a.example/")[0].reason == REFUSED
    assert ask.web.log == []


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://localhost/", "http://inside.example/"]
)  # fmt: skip
def test_a_redirect_inside(target: str, ask: Asking) -> None:
    ask.web.hosts |= {"a.example": lambda r: to(target), "inside.example": lambda r: Answer()}
    ask.web.addresses |= {name: [name] for name in ("10.0.0.1", "::ffff:a00:1", "169.254.169.254")}
    ask.web.addresses["inside.example"] = ["192.168.0.1"]
    assert ask("http://a.example/")[0].reason == REFUSED
    assert {name for _, name, _ in ask.web.log} == {"a.example"}


def test_a_name_that_changes_its_mind_is_judged_again_for_each_connection(ask: Asking) -> None:
    """DNS rebinding: the answer that is judged is the one that is connected to."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def rebind(host: str, port: int):
        return [(address, ask.web.ports["http"]) for address in next(answers)]

    ask.web.hosts["a.example"] = lambda r: Answer(405, "", {"Connection": "close"})
    ask.world = replace(ask.world, resolver=rebind)
    assert ask("http://a.example/")[0].reason in {REFUSED, "it answers 405"}
    assert (
        next(answers, "none left") == "none left" or len(ask.web.log) == 2
    )  # one connection for both requests


def test_other_ports_are_asked_like_a_browser_would(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer() if r.target == "/x" else MISSING
    assert ask.kinds("http://a.example:8080/x") == ["ok"]
