"""Learning on the site: exercises, flashcards, the index of notes; and a note on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from browser.conftest import Visit

pytestmark = pytest.mark.browser

Visits = Callable[..., Visit]

NOTE = "papers/resnet/"
PRINTED = 700
"""Width in CSS pixels of what is printed on A4 between margins of 12 mm."""


def test_exercises_unfold_and_fold_by_keyboard(visit: Visits) -> None:
    page = visit().open(NOTE)
    answer = page.locator("details.success").first
    summary = answer.locator("summary")
    expect(answer).not_to_have_attribute("open", re.compile(".*"))
    summary.focus()
    page.keyboard.press("Enter")
    expect(answer.locator("p").last).to_be_visible()
    page.keyboard.press("Space")
    expect(answer.locator("p").last).to_be_hidden()


def deal(page: Page, deck: str) -> None:
    """Choose a deck by keyboard."""
    expect(page.locator(".pn-cards")).to_be_visible()
    page.locator(f"[data-deck={deck}]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pn-card-front")).to_be_visible()


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_cards_are_studied_by_keyboard_and_remembered_in_the_browser(visit: Visits, edition: str) -> None:
    page = visit().open(f"{edition}flashcards/")
    deal(page, "questions")
    first = page.locator(".pn-card-front").inner_text()
    expect(page.locator(".pn-card-back")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.locator(".pn-card-back")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".pn-card-front")).not_to_have_text(first)
    second = page.locator(".pn-card-front").inner_text()
    page.keyboard.press("Space")
    page.keyboard.press("1")
    page.reload()
    deal(page, "questions")
    assert page.locator(".pn-card-front").inner_text() == second, "what was not known comes first"
    kept = page.evaluate("Object.values(JSON.parse(localStorage['papernotes.cards'])).map(([box]) => box)")
    assert sorted(kept) == [0, 1]


def test_card_leads_to_where_it_comes_from(visit: Visits) -> None:
    page = visit().open("flashcards/")
    deal(page, "numbers")
    page.keyboard.press("Space")
    page.get_by_role("link", name="Read more").click()
    expect(page).to_have_url(re.compile(r"/papers/\w+/#n-"))


def test_boxes_wait_longer_and_longer(visit: Visits) -> None:
    page = visit().open("flashcards/")
    got = page.evaluate(
        """async () => {
          const { after, due } = await import(new URL("../assets/papernotes/flashcards.js", location.href));
          const steps = [];
          for (let at, i = 0; i < 7; i++) steps.push(at = after(at, true, 100));
          const cards = [{ id: "new" }, { id: "old" }, { id: "later" }];
          return [steps, after([3, 90], false, 100), due(cards, { old: [0, 100], later: [1, 101] }, 100).map((c) => c.id)];
        }"""
    )
    steps = [[1, 101], [2, 103], [3, 107], [4, 121], [5, 160], [5, 160], [5, 160]]
    assert got == [steps, [0, 100], ["old", "new"]]


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_every_misreading_has_a_link_to_pass_on(visit: Visits, edition: str) -> None:
    page = visit().open(f"{edition}misreadings/")
    claims = page.locator("article li:has(> strong:first-child)")
    assert claims.count() > 50
    assert page.locator("article li > .pn-share").count() == claims.count()
    wanted = claims.nth(40)
    wanted.locator(".pn-share").click()
    expect(page).to_have_url(re.compile("#[a-z0-9]+-.+"))
    other = visit()
    other.open(page.url.removeprefix(other.home))
    shown = other.page.locator("li:target")
    expect(shown).to_have_text(wanted.inner_text())
    expect(shown).to_be_in_viewport()
    header, box = other.page.locator(".md-header").bounding_box(), shown.bounding_box()
    assert header
    assert box
    assert box["y"] >= header["y"] + header["height"]


def choice(page: Page, column: str) -> Locator:
    """The choice of values of a column."""
    return page.locator(".pn-filters label", has_text=column).locator("select")


def test_notes_are_filtered_by_year_and_tag(visit: Visits) -> None:
    seen = visit()
    page = seen.open("library/")
    rows = page.locator(".pn-filterable tbody tr:visible")
    everything = rows.count()
    choice(page, "Year").select_option("2016")
    expect(page.locator(".pn-filters output")).to_have_text(re.compile(rf"\d+ / {everything}"))
    in_2016 = rows.count()
    assert 1 < in_2016 < everything
    choice(page, "Tags").select_option("detection")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("YOLO")
    choice(page, "Year").select_option("")
    page.locator("th .pn-sort").nth(3).click()
    assert page.locator(".pn-filterable tbody tr:visible td:nth-child(4)").all_inner_texts() == sorted(
        page.locator(".pn-filterable tbody tr:visible td:nth-child(4)").all_inner_texts()
    )


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_what_is_chosen_is_in_the_address_and_can_be_passed_on_and_taken_back(
    visit: Visits, edition: str
) -> None:
    page = visit().open(f"{edition}library/")
    rows = page.locator(".pn-filterable tbody tr:visible")
    everything = rows.count()
    choices = page.locator(".pn-filters select")
    values = {}
    for key, index in (("year", 0), ("venue", 1), ("tag", 2), ("status", 3), ("pass", 4)):
        # A value of the first note: the five together must leave it.
        cell = page.locator(".pn-filterable tbody tr").first.locator("td").nth(3 + index)
        values[key] = re.split("[,，]", cell.inner_text())[0].strip()
        choices.nth(index).select_option(values[key])
    assert parse_qs(urlsplit(page.url).query) == {key: [value] for key, value in values.items()}
    left = rows.all_inner_texts()
    assert 0 < len(left) < everything
    other = visit()
    other.open(page.url.removeprefix(other.home))
    assert other.page.locator(".pn-filterable tbody tr:visible").all_inner_texts() == left
    for _ in range(4):
        page.go_back()
    expect(choices.nth(0)).to_have_value(values["year"])
    expect(choices.nth(4)).to_have_value("")
    in_year = rows.count()
    assert len(left) <= in_year < everything
    rows.first.locator("a").first.click()
    expect(page.locator(".pn-filters")).to_have_count(0)
    page.go_back()
    expect(rows).to_have_count(in_year)
    page.go_back()
    expect(rows).to_have_count(everything)


def test_choice_that_no_note_answers_to_shows_everything(visit: Visits) -> None:
    page = visit().open("library/?year=1066&tag=%3Cb%3E")
    expect(page.locator(".pn-filters output")).to_have_text(re.compile(r"^(\d+) / \1$"))


def test_filters_and_cards_work_after_instant_navigation(visit: Visits) -> None:
    page = visit().open("data/")
    page.evaluate("window.stayed = true")
    page.locator(".md-nav__link[href$='library/']").first.click()
    expect(page.locator(".pn-filters")).to_have_count(1)
    page.locator(".md-nav__link[href$='flashcards/']").first.click()
    deal(page, "terms")
    assert page.evaluate("window.stayed")


def test_library_is_whole_without_scripts(visit: Visits) -> None:
    page = visit(java_script_enabled=False).open("library/")
    expect(page.locator(".pn-filterable tbody tr").first).to_be_visible()
    expect(page.locator(".pn-filters")).to_have_count(0)


@pytest.mark.parametrize("path", [NOTE, f"zh/{NOTE}", "papers/vae/"])
def test_nothing_is_cut_off_on_paper(visit: Visits, path: str) -> None:
    page = visit(viewport={"width": PRINTED, "height": 1000}).open(path)
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll("article *")].filter((one) => {
          const box = one.getBoundingClientRect();
          const hidden = ["hidden", "auto", "scroll"].includes(getComputedStyle(one).overflowX);
          return box.width > 1 && box.height > 1 && !one.closest("svg *") &&
            (box.right > innerWidth + 1 || (hidden && one.scrollWidth > one.clientWidth + 1));
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []


@pytest.mark.parametrize("path", ["papers/vae/", "zh/papers/transformer/"])
def test_no_sheet_ends_with_a_heading(visit: Visits, path: str) -> None:
    page = visit().open(path)
    headings = page.locator("article :is(h2, h3)").evaluate_all(
        "all => all.map(one => one.firstChild.textContent.replace(/\\s/g, ''))"
    )
    assert len(headings) > 10
    for number, sheet in enumerate(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages, 1):
        last = re.sub(r"\s", "", sheet.extract_text().strip().rpartition("\n")[2])
        assert last not in headings, number


def test_answers_are_open_on_paper_and_formulas_whole(visit: Visits) -> None:
    page = visit().open(NOTE)
    beginnings = page.evaluate(
        """() => [...document.querySelectorAll("details.success p:not(.admonition-title)")].map((answer) => {
          const range = document.createRange();
          range.selectNodeContents(answer);
          const formula = answer.querySelector("math");
          if (formula) range.setEndBefore(formula);
          return `${range}`;
        })"""
    )
    assert len(beginnings) > 2
    reader = PdfReader(io.BytesIO(page.pdf(format="A4", margin=dict.fromkeys(("left", "right"), "12mm"))))
    printed = re.sub(r"[^A-Za-z]", "", "".join(sheet.extract_text() for sheet in reader.pages))
    for beginning in beginnings:
        assert re.sub(r"[^A-Za-z]", "", beginning)[:40] in printed, beginning
    assert "Skiptocontent" not in printed
