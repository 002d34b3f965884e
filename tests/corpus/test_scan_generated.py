"""The scanner finds on generated pages what the site renders, in the right places, and takes any text."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.strategies import MILD, PAGES
from corpus.truth import misplaced, rendered, scanned
from papernotes.corpus.markdown.scan import scan

PROFILE = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def agree(text: str) -> None:
    document = scan(text)
    assert scanned(document, text) == rendered(text)
    assert misplaced(document, text) == []


@PROFILE
@given(PAGES)
def test_wild_pages(text: str) -> None:
    agree(text)


@PROFILE
@given(MILD)
def test_pages_as_people_write_them(text: str) -> None:
    agree(text)


@PROFILE
@given(st.text(st.sampled_from(list("ab[]()<>!`$*_#-=|:{}^&\\\\\"' \t\n\n0.é数\x00\x1a")), max_size=120))
def test_any_text_is_scanned(text: str) -> None:
    places = [link.place for link in scan(text).links]
    assert all(place.line >= 1 and place.col >= 1 for place in places)


@PROFILE
@given(st.binary(max_size=200))
def test_any_bytes_are_scanned(data: bytes) -> None:
    scan(data.decode(errors="replace"))


@PROFILE
@given(PAGES, st.integers(0, 400))
def test_a_page_that_breaks_off_is_scanned(text: str, length: int) -> None:
    scan(text[:length])
