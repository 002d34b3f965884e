"""One spelling for each address."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.links.address import Address, MalformedError, is_web, joined, parse, written

HOSTS = st.sampled_from(
    ["example.org", "EXAMPLE.org.", "münchen.de", "例え.jp", "[2001:DB8::1]", "192.0.2.1"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://example.org/a/./b/../c", "http://example.org/a/c"),
        ("http://example.org/../..", "http://example.org/"),
        ("http://example.org/a b?c d#e f", "http://example.org/a%20b?c%20d#e%20f"),
        ("http://example.org/100%", "http://example.org/100%25"),
        ("http://example.org/%7Euser/%C3%A9", "http://example.org/%7Euser/%C3%A9"),
        ("http://example.org/é?q=é", "http://example.org/%C3%A9?q=%C3%A9"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://faß.de/", "http://xn--fa-hia.de/"),
        ("http://日本語。jp/", "http://xn--wgv71a119e.jp/"),
        ("http://[2001:DB8:0:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://user:secret@example.org/", "http://example.org/"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("http://example.org/?a=1&b=[2]", "http://example.org/?a=1&b=%5B2%5D"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert str(parse(text)) == normal


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://", "it has no host"),
        ("https:///path", "it has no host"),
        ("https://example..org/", "no host can be called 'example..org'"),
        ("https://-a.org/", "no host can be called '-a.org'"),
        ("https://exa mple.org/", "no host can be called 'exa mple.org'"),
        ("https://example.org:99999/", "Port out of range 0-65535"),
        ("https://example.org:0/", "no server listens on port 0"),
        ("https://1.2.3/", "no host can be called '1.2.3'"),
        ("http://[1::2::3]/", "'1::2::3' does not appear to be an IPv4 or IPv6 address"),
        (f"http://{'a' * 64}.org/", f"no host can be called '{'a' * 64}.org'"),
        ("http://a\u2028b.org/", "no host can be called 'a\\u2028b.org'"),
    ],
)
def test_impossible(text: str, why: str) -> None:
    assert is_web(text)
    with pytest.raises(MalformedError) as error:
        parse(text)
    assert str(error.value) == why


def test_other_schemes_are_no_web_addresses() -> None:
    assert not any(
        map(is_web, ["file:///etc/passwd", "ftp://example.org/", "mailto:a@b.c", "data:,x", "a/b.md"])
    )
    for location in ("file:///etc/passwd", "ftp://example.org/", "gopher://x/", "javascript:alert(1)"):
        with pytest.raises(MalformedError, match="only http and https are asked"):
            joined(Address("https://example.org/"), location)


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/b", "https://a.org/b#f"),
        ("b", "https://a.org/x/b#f"),
        ("//b.org/c", "https://b.org/c#f"),
        ("?q", "https://a.org/x/y?q#f"),
        ("#g", "https://a.org/x/y#g"),
        ("https://b.org#g", "https://b.org/#g"),
        ("", "https://a.org/x/y#f"),
    ],
)
def test_redirects_are_relative_and_inherit_the_fragment(location: str, there: str) -> None:
    assert str(joined(Address("https://a.org/x/y", "f"), location)) == there


@given(HOSTS, TEXTS, TEXTS, TEXTS)
def test_the_normal_form_is_its_own(host: str, path: str, query: str, fragment: str) -> None:
    try:
        once = parse(f"http://{host}/{path}?{query}#{fragment}")
    except MalformedError:
        return
    assert parse(str(once)) == once
    assert str(once).isascii()
    assert not set(str(once)) & set(' \t\r\n<>"`{}|\\')


@given(st.text(), st.sampled_from(["http://", "http://a.org/", "http://a.org:"]))
def test_any_text_is_an_address_or_malformed(text: str, lead: str) -> None:
    with contextlib.suppress(MalformedError):
        assert parse(lead + text).host


@given(TEXTS)
def test_a_written_address_is_the_same_address_to_a_server(text: str) -> None:
    from urllib.parse import unquote

    address = str(parse(f"http://a.org/{text}"))
    assert unquote(written(address)) == unquote(address)
