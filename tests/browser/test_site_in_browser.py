"""What a reader does with the site, in a real browser, served from a sub-path."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.built import ROOT, Built
from browser.conftest import Visit
from papernotes.corpus.load import load

pytestmark = pytest.mark.browser

Visits = Callable[..., Visit]

NOTE = "papers/resnet/"


def search(page: Page, words: str, wanted: str) -> None:
    """Type into the search box and open the wanted page, which must be among the first three results."""
    page.locator(".md-search__input").click()
    page.keyboard.type(words)
    results = page.locator(".md-search-result__item")
    expect(results.first).to_be_visible()
    settle(page)  # the answers to the first letters give way to those to the whole
    found = [results.nth(i).locator("a").first for i in range(min(3, results.count()))]
    links = [link for link in found if f"/project/{wanted}" in (link.get_attribute("href") or "")]
    assert links, [link.get_attribute("href") for link in found]
    links[0].click()
    expect(page).to_have_url(re.compile(wanted))


def settle(page: Page) -> None:
    """Let the page come to rest: Material notes the scroll position a tenth of a second after scrolling ends, and
    would take a click before that for a way back."""
    page.wait_for_timeout(300)


@pytest.mark.parametrize("path", ["", "zh/"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_home_shows_every_way_in_on_one_screen(visit: Visits, path: str, width: int, height: int) -> None:
    page = visit(viewport={"width": width, "height": height}).open(path)
    ways = page.locator(".pn-start > ul > li")
    assert ways.count() == 4
    last = ways.last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= height


def test_no_page_of_the_site_scrolls_sideways_on_a_phone(visit: Visits, built: Built) -> None:
    """Without scripts, which is several times faster: what they change is looked at on every kind of page."""
    seen = visit(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    wide = []
    for path in sorted(built.site.rglob("index.html")):
        where = path.parent.relative_to(built.site).as_posix()
        if (
            where.startswith("zh/")
            and '<article class="md-content__inner md-typeset" lang="en">' in path.read_text()
        ):
            continue  # the English text again
        page = seen.open(f"{where}/".removeprefix("./"))
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(page.url)
    assert wide == []


CUT = """() => [...document.querySelectorAll(".md-content__inner > *")].flatMap((block) => {
  const { left, right } = block.getBoundingClientRect();
  return [...block.querySelectorAll("svg, img, table, pre")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && !one.closest("svg *, .md-typeset__scrollwrap *") && (box.left < left || box.right > right);
  }).map((one) => one.outerHTML.slice(0, 80));
})"""
"""What stands out of a block that is laid out only when it comes near, and would be cut off at its edges."""


@pytest.mark.parametrize("width", [320, 390, 560, 1280])
def test_no_figure_stands_out_of_its_block(visit: Visits, width: int) -> None:
    page = visit(whole=False, viewport={"width": width, "height": 800}).open("papers/ldm/")
    assert page.locator("figure svg").count() > 3
    assert page.evaluate(CUT) == []


def test_a_page_is_laid_out_once_its_reader_does_something(visit: Visits) -> None:
    height = "document.documentElement.scrollHeight"
    whole = visit().open("papers/ldm/").evaluate(height)
    page = visit(whole=False).open("papers/ldm/")
    page.wait_for_timeout(500)
    assert page.evaluate(height) != whole
    page.keyboard.press("Shift")
    page.wait_for_selector("html[data-settled]", state="attached")
    assert page.evaluate(height) == whole


MOVES = """() => [...document.querySelectorAll("*")].flatMap((one) => ["", "::before", "::after"].filter((part) => {
  const { animationName, scrollBehavior, transitionDuration } = getComputedStyle(one, part);
  return animationName !== "none" || scrollBehavior === "smooth" || !/^0s(, 0s)*$/.test(transitionDuration);
}).map((part) => one.tagName + "." + one.className + part))"""


def test_nothing_moves_for_those_who_ask_for_it(visit: Visits) -> None:
    page = visit().open()
    assert page.evaluate(MOVES) != []
    page.emulate_media(reduced_motion="reduce")
    for path in ("", NOTE, "flashcards/"):
        page = visit(reduced_motion="reduce").open(path)
        assert page.evaluate(MOVES) == [], path


def test_the_system_decides_the_first_theme_and_is_followed(visit: Visits) -> None:
    page = visit(color_scheme="dark").open(NOTE)
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(color_scheme="light")
    expect(body).to_have_attribute("data-md-color-scheme", "default")


def test_english_search_finds_the_note_and_opens_it(visit: Visits) -> None:
    page = visit().open()
    search(page, "residual", NOTE)
    expect(page.locator(".md-content h1")).to_contain_text("Residual")


def test_chinese_search_finds_the_note_and_opens_it(visit: Visits) -> None:
    page = visit(locale="zh-CN").open("zh/")
    search(page, "残差", f"zh/{NOTE}")
    expect(page.locator(".md-content h1")).to_contain_text("残差")


def test_citation_previews_its_reference_and_leads_to_the_bibliography(visit: Visits) -> None:
    page = visit().open(NOTE)
    citation = page.locator(".footnote-ref").first
    key = (citation.get_attribute("href") or "").partition("#fn:ref-")[2]
    citation.hover()
    preview = page.locator(".pn-preview")
    expect(preview).to_be_visible()
    citation.click()
    page.mouse.move(0, 0)
    expect(preview).to_have_count(0)  # the preview gives the reference back to the list
    settle(page)
    page.locator(f"li[id='fn:ref-{key}'] .pn-entry-link").click()
    expect(page).to_have_url(re.compile(f"bibliography/#{key}$"))
    heading = page.locator(f"h3#{key}")
    expect(heading).to_be_in_viewport()
    cited = page.locator(f"h3#{key} ~ p a[href*='papers/resnet']").first
    expect(cited).to_be_attached()


def test_term_shows_its_definition_and_leads_to_the_glossary(visit: Visits) -> None:
    page = visit().open(NOTE)
    term = page.locator("a.pn-term").first
    definition = term.get_attribute("title") or ""
    assert len(definition) > 20
    term.scroll_into_view_if_needed()
    term.hover()
    expect(page.get_by_role("tooltip").filter(has_text=definition[:20])).to_be_visible()
    target = (term.get_attribute("href") or "").partition("#")[2]
    term.click()
    expect(page).to_have_url(re.compile(f"glossary/#{target}$"))
    expect(page.locator(f"h3#{target}")).to_be_in_viewport()


def test_language_switch_stays_on_the_page(visit: Visits) -> None:
    page = visit().open(NOTE)
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page).to_have_url(re.compile(f"/project/zh/{NOTE}$"))
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.get_by_role("link", name="English", exact=True).click()
    expect(page).to_have_url(re.compile(f"/project/{NOTE}$"))


def test_language_switch_of_an_untranslated_page_shows_the_english_text(visit: Visits) -> None:
    pages = load(ROOT).pages
    missing = sorted(key for key in set(pages["en"]) - set(pages["zh"]) if "/" in key)
    if not missing:
        pytest.skip("every page is translated")
    page = visit().open(f"{missing[0]}/")
    title = page.locator(".md-content h1").inner_text()
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page).to_have_url(re.compile(f"/project/zh/{missing[0]}/$"))
    expect(page.locator(".md-content h1")).to_have_text(title)
    expect(page.locator(".md-content article")).to_have_attribute("lang", "en")
    expect(page.locator(".pn-banner")).to_contain_text("本页尚无中文版，以下为英文原文")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_instant_navigation_keeps_everything_working(visit: Visits) -> None:
    seen = visit()
    page = seen.open()
    page.evaluate("window.stayed = true")
    page.locator(".pn-notes").get_by_role("link", name="ResNet", exact=True).click()
    expect(page).to_have_url(re.compile(NOTE))
    expect(page.locator("article math").first).to_be_visible()
    assert page.evaluate("window.stayed"), "the page was loaded anew: navigation was not instant"
    term = page.locator("a.pn-term").first
    term.scroll_into_view_if_needed()
    term.hover()
    expect(page.get_by_role("tooltip").first).to_be_visible()
    page.locator(".md-tabs__link", has_text="Reference").click()
    expect(page).to_have_url(re.compile("/library/$"))
    page.locator(".md-nav__link", has_text="Numbers").first.click()
    expect(page).to_have_url(re.compile("/numbers/$"))
    expect(page.locator(".pn-ledger .pn-sort").first).to_be_visible()
    assert page.evaluate("window.stayed")
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page).to_have_url(re.compile("/project/zh/numbers/$"))


def test_theme_switch_changes_page_and_figures(visit: Visits) -> None:
    page = visit(color_scheme="light").open(NOTE)
    figure = page.locator("figure svg.pn-svg").first
    colour = "node => [getComputedStyle(node).color, getComputedStyle(node).getPropertyValue('--fig-1')]"
    light = figure.evaluate(colour)
    for _ in range(2):  # automatic, light, dark
        page.locator("label[for^=__palette]:visible").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    dark = figure.evaluate(colour)
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_numbers_can_be_sorted_by_keyboard(visit: Visits) -> None:
    page = visit().open("numbers/")
    button = page.locator("th .pn-sort").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("th").nth(1)).to_have_attribute("aria-sort", "ascending")
    cells = page.locator("tbody td:nth-child(2)").all_inner_texts()
    page.keyboard.press("Enter")
    expect(page.locator("th").nth(1)).to_have_attribute("aria-sort", "descending")
    again = page.locator("tbody td:nth-child(2)").all_inner_texts()
    assert cells != again
    assert sorted(cells) == sorted(again)


def test_ledger_link_leads_to_its_row(visit: Visits) -> None:
    page = visit().open(NOTE)
    link = page.locator("article p a[href*='#n-']").first
    anchor = (link.get_attribute("href") or "").partition("#")[2]  # Material makes the links absolute
    row = page.locator(f"tr:has(#{anchor})")
    value = link.inner_text()
    link.click()
    expect(row).to_be_in_viewport()
    assert " ".join(value.split()) in " ".join(row.inner_text().split())


CHARACTERS_A_LINE = """() => [...document.querySelectorAll("article > p")].flatMap(p => {
  const lines = Math.round(p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight));
  return lines < 4 || p.querySelector("math") ? [] : [p.textContent.length / (lines - 0.5)];
})"""


@pytest.mark.parametrize(("path", "fewest", "most"), [(NOTE, 62, 76), (f"zh/{NOTE}", 28, 42)])
def test_lines_are_of_a_length_that_reads_well(visit: Visits, path: str, fewest: int, most: int) -> None:
    lengths = sorted(visit().open(path).evaluate(CHARACTERS_A_LINE))
    assert len(lengths) > 5
    assert fewest <= lengths[len(lengths) // 2] <= most


def test_formulas_use_the_math_font(visit: Visits) -> None:
    page = visit().open(NOTE)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].some(f => f.family.includes('STIX') && f.status === 'loaded')")
    # With the font's MATH table a fraction is taller than its numerator by more than the rule between them.
    assert page.locator("math mfrac").first.bounding_box()["height"] > 20


def test_without_javascript_text_math_links_and_titles_work(visit: Visits) -> None:
    seen = visit(java_script_enabled=False)
    page = seen.open(NOTE)
    expect(page.locator(".md-content h1")).to_be_visible()
    expect(page.locator("article math").first).to_be_visible()
    expect(page.locator("figure svg").first).to_be_visible()
    assert page.locator("a.pn-term").first.get_attribute("title")
    page.locator(".footnote-ref").first.click()
    expect(page).to_have_url(re.compile("#fn:ref-"))
    page.locator(".footnote .pn-entry-link").first.click()
    expect(page).to_have_url(re.compile("bibliography/#"))
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page).to_have_url(re.compile("/project/zh/bibliography/"))
    seen.open("numbers/")
    expect(page.locator("tbody tr").first).to_be_visible()


def test_printed_page_opens_answers_and_hides_navigation(visit: Visits) -> None:
    page = visit().open(NOTE)
    page.emulate_media(media="print")
    expect(page.locator(".md-header")).to_be_hidden()
    answer = page.locator("article details p:not(.admonition-title)").first
    assert answer.bounding_box()["height"] > 10
    expect(page.locator("article math").first).to_be_visible()
