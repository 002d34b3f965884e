"""Seeing and following, in a real browser: previews, the map, reading paths."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from browser.conftest import Visit
from papernotes.pages.map import NARROW, WIDE, drawn
from site_library import library

pytestmark = pytest.mark.browser

Visits = Callable[..., Visit]

NOTE = "papers/resnet/"
TIP = ".pn-preview"
LINKS = {
    "note": ("article > p a[href$='/transformer/']", "Attention Is All You Need (Ashish Vaswani et al., 2017)."),
    "number": ("article > p a[href*='#n-plain34']", "top-1 error, plain 34 layers"),
    "term": ("article > p a.pn-term", ""),
    "citation": (".footnote-ref", ""),
}  # fmt: skip
"""Links of the note that have a preview: where the first of each stands, and what it says."""


def link_of(page: Page, kind: str) -> tuple[Locator, str]:
    """A link with a preview, in view, and the beginning of what it shows."""
    selector, says = LINKS[kind]
    link = page.locator(selector).first
    link.scroll_into_view_if_needed()
    return link, says or (link.get_attribute("title") or "")[:20]


@pytest.mark.parametrize("kind", LINKS)
def test_pointing_at_a_link_shows_what_it_leads_to(visit: Visits, kind: str) -> None:
    page = visit().open(NOTE)
    link, says = link_of(page, kind)
    link.hover()
    expect(page.locator(TIP).filter(has_text=says)).to_be_visible()
    page.mouse.move(0, 0)
    expect(page.locator(TIP)).to_have_count(0)


@pytest.mark.parametrize("kind", LINKS)
def test_focus_shows_the_same_and_enter_follows(visit: Visits, kind: str) -> None:
    page = visit().open(NOTE)
    link, says = link_of(page, kind)
    target = (link.get_attribute("href") or "").split("/project")[-1]
    link.focus()
    expect(page.locator(TIP).filter(has_text=says)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(target.rpartition("#")[2] or target)))


@pytest.mark.parametrize("kind", LINKS)
def test_first_tap_shows_the_preview_and_the_second_follows(visit: Visits, kind: str) -> None:
    page = visit(viewport={"width": 390, "height": 800}, is_mobile=True, has_touch=True).open(NOTE)
    before = page.url
    link, says = link_of(page, kind)
    link.tap()
    tip = page.locator(TIP).filter(has_text=says)
    expect(tip).to_be_visible()
    box = tip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.url == before
    link.tap()
    expect(page).not_to_have_url(before)


@pytest.mark.parametrize(
    ("path", "leads", "says"),
    [
        ("misreadings/", "#n-", "AlexNet: "),
        ("misreadings/", "bibliography/#", "Sergey Ioffe"),
        ("questions/", "papers/resnet/#", "Deep Residual Learning"),
        ("glossary/", "bibliography/#he2016deep", "Kaiming He"),
    ],
)
def test_collected_pages_preview_as_notes_do(visit: Visits, path: str, leads: str, says: str) -> None:
    page = visit().open(path)
    link = page.locator(f"article :is(li, p) a[href*='{leads}']").first
    link.scroll_into_view_if_needed()
    link.hover()
    expect(page.locator(TIP).filter(has_text=says)).to_be_visible()


def test_a_tap_elsewhere_takes_the_preview_away_and_links_without_one_are_followed_at_once(
    visit: Visits,
) -> None:
    page = visit(viewport={"width": 390, "height": 800}, is_mobile=True, has_touch=True).open(NOTE)
    link, says = link_of(page, "number")
    link.tap()
    expect(page.locator(TIP).filter(has_text=says)).to_be_visible()
    page.locator("article h2").first.tap()
    expect(page.locator(TIP)).to_have_count(0)
    page.locator(".pn-local a", has_text="The whole map").tap()
    expect(page).to_have_url(re.compile("/map/$"))


@pytest.mark.parametrize("kind", LINKS)
def test_preview_stays_while_it_is_pointed_at_and_goes_with_escape(visit: Visits, kind: str) -> None:
    page = visit().open(NOTE)
    link, says = link_of(page, kind)
    tip = page.locator(TIP).filter(has_text=says)
    link.hover()
    expect(tip).to_be_visible()
    box = tip.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(600)  # more than the quarter of a second after which it goes
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(TIP)).to_have_count(0)
    page.mouse.move(0, 0)
    page.reload()
    link.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(TIP)).to_have_count(0)
    assert link.evaluate("link => document.activeElement === link"), "the reader stays where he is"


def test_boxes_of_the_map_preview_their_papers(visit: Visits) -> None:
    page = visit().open("map/")
    box = page.locator(".pn-map-wide a[aria-label^='ResNet:']")
    told = box.locator("> title").text_content() or ""
    assert len(told) > 30
    shown = page.locator(TIP, has_text=told)
    page.keyboard.press("Tab")  # the browser shows focus to those who use the keyboard
    box.focus()
    expect(shown).to_be_in_viewport()
    expect(box.locator("> title")).to_have_count(0)  # or the browser would show it as well
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(box.locator("> title")).to_have_text(told)
    page.locator(".pn-map-wide a").first.hover()
    expect(page.locator(TIP)).to_be_visible()
    box.scroll_into_view_if_needed()
    box.hover()
    expect(shown).to_be_visible()
    expect(page.locator(TIP)).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_previews_are_no_barrier(visit: Visits, scheme: str) -> None:
    page = visit(color_scheme=scheme).open(NOTE)
    for kind in LINKS:
        link, says = link_of(page, kind)
        link.focus()
        expect(page.locator(TIP).filter(has_text=says)).to_be_visible()
        shown = Axe().run(page, {"include": [[TIP]]}, {"resultTypes": ["violations"]})
        assert shown.violations_count == 0, shown.generate_report()


def test_bibliography_previews_the_notes_that_cite(visit: Visits) -> None:
    page = visit().open("bibliography/#he2016deep")
    page.locator("#he2016deep ~ p a[href*='/resnetv2/']").first.hover()
    expect(page.locator(TIP)).to_contain_text("Identity Mappings in Deep Residual Networks (Kaiming He")


@pytest.mark.parametrize("width", [320, 1280])
def test_preview_is_wholly_in_sight_wherever_its_link_stands(visit: Visits, width: int) -> None:
    page = visit(viewport={"width": width, "height": 700}, reduced_motion="reduce").open(NOTE)
    page.keyboard.press("Tab")
    links = page.locator("article p > a[title], article .footnote-ref").element_handles()
    assert len(links) > 50
    for place in (0.02, 0.5, 0.95):
        for link in links[::17]:
            link.evaluate(
                "(link, place) => scrollBy(0, link.getBoundingClientRect().top - place * innerHeight)", place
            )
            link.evaluate("link => link.focus({ preventScroll: true })")
            box = page.locator(TIP).bounding_box()
            host = link.evaluate(
                "link => [...link.getClientRects()].map(({ top, bottom }) => [top, bottom])[0]"
            )
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 700
            assert box["y"] + box["height"] <= host[0] or box["y"] >= host[1]


def test_bibtex_of_a_work_is_unfolded_and_copied(visit: Visits) -> None:
    seen = visit(permissions=["clipboard-read", "clipboard-write"])
    page = seen.open("bibliography/#he2016deep")
    entry = page.locator("#he2016deep ~ details").first
    entry.locator("summary").click()
    entry.locator("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@inproceedings{he2016deep,\n")
    assert copied.rstrip().endswith("}")


def test_after_instant_navigation_taps_still_preview(visit: Visits) -> None:
    page = visit(viewport={"width": 390, "height": 800}, is_mobile=True, has_touch=True).open()
    page.evaluate("window.stayed = true")
    page.locator(".pn-notes").get_by_role("link", name="ResNet", exact=True).tap()
    expect(page).to_have_url(re.compile(NOTE))
    link, says = link_of(page, "number")
    link.tap()
    expect(page.locator(TIP).filter(has_text=says)).to_be_visible()
    assert page.evaluate("window.stayed")


def test_without_javascript_links_have_titles_and_lead_on(visit: Visits) -> None:
    seen = visit(java_script_enabled=False)
    page = seen.open(NOTE)
    link, says = link_of(page, "note")
    assert (link.get_attribute("title") or "").startswith(says)
    link.click()
    expect(page).to_have_url(re.compile("papers/transformer/"))
    seen.open("map/")
    page.locator(".pn-map-wide a[aria-label^='ResNet:']").click()
    expect(page).to_have_url(re.compile(NOTE))


def test_tab_goes_through_the_map_by_year(visit: Visits) -> None:
    page = visit().open("map/")
    names = page.locator(".pn-map-wide a").evaluate_all("all => all.map(a => a.getAttribute('aria-label'))")
    years = [int(re.findall(r"\b(?:19|20)\d\d\b", name)[-1]) for name in names]
    assert len(years) > 50
    assert years == sorted(years)
    page.locator(".pn-map-wide a").first.focus()
    reached = [page.evaluate("document.activeElement.getAttribute('aria-label')")]
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert reached == names[:7]
    page.locator(".pn-map-wide a[aria-label^='ResNet:']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(NOTE))


def test_focus_on_a_box_shows_its_lines(visit: Visits) -> None:
    page = visit().open("map/")
    node = page.locator(".pn-map-wide .pn-node:has(a[aria-label^='ResNet:'])")
    out = node.locator(".pn-out")
    expect(out).to_have_css("visibility", "hidden")
    page.keyboard.press("Tab")  # the browser shows focus to those who use the keyboard
    node.locator("a").focus()
    expect(out).to_have_css("visibility", "visible")
    accent = page.evaluate("getComputedStyle(document.body).getPropertyValue('--pn-accent')")
    assert out.evaluate("e => getComputedStyle(e).strokeWidth") == "2.2px"
    assert accent


def test_boxes_lead_on_without_loading_the_site_anew(visit: Visits) -> None:
    page = visit().open("map/")
    page.evaluate("window.stayed = true")
    hollow = page.locator(".pn-map-wide a:has(.pn-hollow)").first
    key = hollow.evaluate("link => link.href.baseVal").partition("#")[2]
    hollow.scroll_into_view_if_needed()
    page.wait_for_timeout(
        300
    )  # Material notes the place and would take an earlier click for a way back to it
    hollow.click()
    expect(page).to_have_url(re.compile(rf"/bibliography/#{key}$"))
    expect(page.locator(f"#{key}")).to_be_in_viewport()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/map/$"))
    page.locator(".pn-map-wide a[aria-label^='ResNet:']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(NOTE))
    expect(page.locator("article h1")).to_contain_text("Residual")
    assert page.evaluate("window.stayed")
    with page.context.expect_page() as opened:
        page.locator(".pn-local a").first.click(modifiers=["ControlOrMeta"])
    opened.value.close()


def test_a_phone_has_the_map_with_years_downwards(visit: Visits) -> None:
    page = visit(viewport={"width": 320, "height": 800}, is_mobile=True).open("map/")
    expect(page.locator(".pn-map-wide")).to_be_hidden()
    expect(page.locator(".pn-map-narrow")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".pn-map-narrow text").first.evaluate(
        "e => e.getBoundingClientRect().height * parseFloat(getComputedStyle(e).fontSize) > 0"
    )


OUTSIDE = """svgs => svgs.flatMap(svg => [...svg.querySelectorAll('.pn-node')].filter(node => {
  const box = node.querySelector('rect').getBBox(), text = node.querySelector('text').getBBox();
  return text.x < box.x || text.x + text.width > box.x + box.width || text.y < box.y;
}).map(node => node.textContent))"""


def test_no_label_is_wider_than_its_box(visit: Visits) -> None:
    seen = visit()
    for path in ("map/", "zh/map/", NOTE, "zh/papers/vqvae/"):
        page = seen.open(path)
        assert page.locator(".pn-map:visible").evaluate_all(OUTSIDE) == []
    maps = "".join(drawn(library(count), grid, "zh", "") for count in (30, 300) for grid in (WIDE, NARROW))
    page.evaluate("html => { document.querySelector('article').innerHTML = html }", maps)
    assert page.locator(".pn-map").count() == 4
    assert page.locator(".pn-map").evaluate_all(OUTSIDE) == []


def test_the_theme_colours_the_map(visit: Visits) -> None:
    fill = "e => getComputedStyle(e).fill"
    light = visit(color_scheme="light").open("map/").locator(".pn-map-wide .pn-full").first.evaluate(fill)
    dark = visit(color_scheme="dark").open("map/").locator(".pn-map-wide .pn-full").first.evaluate(fill)
    assert light != dark


def test_printed_map_is_on_one_sheet(visit: Visits) -> None:
    page = visit().open("map/")
    page.emulate_media(media="print")
    box = page.locator(".pn-map-wide").bounding_box()
    assert box
    assert box["height"] <= 1000


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_a_path_can_be_walked_on_and_back(visit: Visits, edition: str) -> None:
    page = visit().open(f"{edition}paths/")
    steps = page.locator(".pn-path").first.locator("a").evaluate_all("all => all.map(a => a.href)")
    page.locator(".pn-path a").first.click()
    for address in steps[1:]:
        page.locator(".pn-trail a[rel=next]").first.click()
        expect(page).to_have_url(address)
    expect(page.locator(".pn-trail a[rel=prev]").first).to_be_attached()
    page.locator(".pn-trail a[rel=prev]").first.click()
    expect(page).to_have_url(steps[-2])


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_every_path_has_a_page_that_its_notes_lead_to(visit: Visits, edition: str) -> None:
    page = visit().open(f"{edition}paths/")
    own = page.locator("article h2 > a:not(.headerlink)").evaluate_all("all => all.map(a => a.href)")
    assert len(own) == page.locator(".pn-path").count() >= 6
    steps = page.locator(".pn-path").first.locator("a").evaluate_all("all => all.map(a => a.href)")
    page.locator(".pn-path a").nth(1).click()
    page.locator(f".pn-trail a[href='{own[0]}']").first.click()
    expect(page).to_have_url(own[0])
    expect(page.locator(".pn-path")).to_have_count(1)
    assert page.locator(".pn-path a").evaluate_all("all => all.map(a => a.href)") == steps


def test_every_note_says_who_mentions_it(visit: Visits) -> None:
    page = visit().open(NOTE)
    names = page.locator("#mentioned + p a").all_text_contents()
    assert {"Transformer", "ResNet v2"} <= set(names)
    page.locator("#mentioned + p a", has_text="ResNet v2").click()
    expect(page).to_have_url(re.compile("papers/resnetv2/"))
