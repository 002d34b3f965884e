"""The search answers what readers type with the right page first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.queries import CHINESE, ENGLISH

pytestmark = pytest.mark.browser

PATIENCE = 30_000
"""Milliseconds in which a busy machine has read the index."""

Visits = Callable[..., Visit]


def ask(page: Page, query: str) -> None:
    """Put a query into the empty search box."""
    box = page.locator(".md-search__input")
    box.fill("")
    expect(page.locator(".md-search-result__item")).to_have_count(0)
    box.fill(query)


def first(page: Page) -> str:
    """Address of the first result's page, below the top of the edition."""
    link = page.locator(".md-search-result__item").first.locator("a").first
    return (link.get_attribute("href") or "").partition("?")[0]


def unmet(page: Page, top: str, queries: Mapping[str, str]) -> dict[str, str]:
    """The queries whose first result is another page, with that page."""
    found = {}
    for query, wanted in queries.items():
        ask(page, query)
        results = page.locator(".md-search-result__item")
        expect(results.first.or_(page.locator(".md-search-result__meta:has-text('No match')"))).to_be_visible(
            timeout=PATIENCE
        )
        if (address := first(page) if results.count() else "") != f"{top}{wanted}":
            found[query] = address
    return found


@pytest.mark.parametrize(("edition", "queries"), [("", ENGLISH), ("zh/", CHINESE)])
def test_every_query_is_answered_with_the_right_page_first(
    visit: Visits, url: str, edition: str, queries: Mapping[str, str]
) -> None:
    page = visit().open(edition)
    page.locator(".md-search__input").click()
    assert unmet(page, f"{url}{edition}", queries) == {}


def test_a_misspelt_word_is_shown_as_missing(visit: Visits) -> None:
    page = visit().open()
    page.locator(".md-search__input").click()
    ask(page, "transfomer attention")
    expect(page.locator(".md-search-result__terms del").first).to_have_text("transfomer", timeout=PATIENCE)


def test_a_word_just_begun_is_completed_from_a_title(visit: Visits) -> None:
    page = visit().open()
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("residual netw")
    expect(page.locator(".md-search__suggest")).to_have_text("residual networks", timeout=PATIENCE)


@pytest.mark.parametrize(("edition", "query"), [("", "learning"), ("zh/", "网络")])
def test_results_are_short_and_show_what_was_asked(visit: Visits, edition: str, query: str) -> None:
    page = visit().open(edition)
    page.locator(".md-search__input").click()
    ask(page, query)
    results = page.locator(".md-search-result__item")
    expect(results.first).to_be_visible(timeout=PATIENCE)
    texts = page.locator(".md-search-result__article > :not(h1, h2, nav, .md-icon)").all_text_contents()
    assert max(map(len, texts)) < 600
    assert max(result.locator("article").count() for result in results.all()) in {4, 5}
    assert results.first.locator("article > :not(h1, h2) mark, article > mark").count() > 0


def test_index_is_read_when_somebody_is_about_to_search(visit: Visits) -> None:
    seen = visit()
    page = seen.open("papers/resnet/")
    page.wait_for_load_state("networkidle")
    assert not [one for one in seen.requests if one.endswith("search/notes.json")]
    with page.expect_request("**/search/notes.json"):
        page.locator(".md-search__input").focus()


def test_search_works_after_instant_navigation(visit: Visits) -> None:
    seen = visit()
    page = seen.open()
    page.locator(".pn-notes a[href*='papers/vae']").first.click()
    expect(page.locator(".md-content h1")).to_contain_text("Variational")
    page.wait_for_timeout(500)  # at the end of a navigation Material closes the search
    page.keyboard.press("/")
    page.keyboard.type("resnet")
    expect(page.locator(".md-search-result__item a").first).to_have_attribute(
        "href", re.compile("papers/resnet/"), timeout=PATIENCE
    )
    page.wait_for_timeout(500)  # the answers to the first letters give way to those to the whole
    page.keyboard.press("Enter")
    expect(page.locator(".md-content h1")).to_contain_text("Residual")
    assert sum(one.endswith("search/notes.json") for one in seen.requests) == 1
