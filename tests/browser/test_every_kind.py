"""Every kind of page, in both editions: no barrier in either theme, and nothing breaks when it is narrow or enlarged.

A page is loaded once for all of it, since loading takes longest.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from browser.conftest import Visit

pytestmark = pytest.mark.browser

KINDS = (
    "",
    "papers/resnet/",
    "concepts/fitting/",
    "map/",
    "paths/",
    "paths/residual/",
    "library/",
    "bibliography/",
    "glossary/",
    "numbers/",
    "questions/",
    "misreadings/",
    "flashcards/",
    "data/",
    "tags/",
    "guide/contributing/",
    "guide/rules/",
)
SHORTEN = """async () => {
  const cut = (all, first, last) => [...all].slice(first, all.length - last).forEach(one => one.remove());
  document.querySelectorAll("article, .pn-group").forEach(one => cut(one.children, 16, 8));
  cut(document.querySelectorAll(".pn-group"), 2, 1);
  document.querySelectorAll("tbody").forEach(body => cut(body.rows, 10, 5));
  for (const code of document.querySelectorAll("pre > code")) { // Material prepares what is seen
    code.scrollIntoView();
    await new Promise(then => requestAnimationFrame(() => setTimeout(then)));
  }
  scrollTo(0, 0);
}"""
"""Long pages repeat themselves, and axe takes half a minute for the bibliography: their middle is left out."""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
"""What a theme can change; all else is the same in both."""

ENLARGE = "() => { document.documentElement.style.fontSize = '250%'; }"
"""Text alone at 200 %, while Material's own size is 125 % and media queries know of nothing."""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
CUT_OFF = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode());) {
    const host = text.parentElement;
    if (!text.data.trim() || host.closest("svg, script, style, .md-search, .md-sidebar")) continue;
    if (!host.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) if (box.width > 1 && box.height > 1) texts.push([host, text.data, box]);
  }
  const clips = (style) => style.textOverflow !== "ellipsis" && /hidden|clip/.test(style.overflow);
  return texts.filter(([host, , box]) => {
    for (let up = host; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.textOverflow === "ellipsis" || /auto|scroll/.test(style.overflowX)) return false;
      const edge = up.getBoundingClientRect();
      if (clips(style) && edge.width > 1 && (box.right > edge.right + 2 || box.bottom > edge.bottom + 4)) return true;
    }
    return box.right > innerWidth + 1;
  }).map(([, data]) => data.trim().slice(0, 60));
}"""
"""Texts of which a part cannot be seen: cut by a box that does not scroll, or beyond the edge of the window."""
COVERED = """() => {
  const lines = [];
  const blocks = "p, li, h1, h2, h3, h4, td, th, dt, dd, summary, figcaption, button, label, pre, .md-tabs__link";
  for (const block of document.querySelectorAll(blocks)) {
    if (block.closest("svg, .md-search, .md-sidebar, .md-header, .pn-ledger, .md-typeset__scrollwrap")) continue;
    if (block.querySelector(blocks) || !block.checkVisibility({ opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(block);
    const box = range.getBoundingClientRect();
    if (box.width > 1 && box.height > 1) lines.push([block, box]);
  }
  lines.sort(([, a], [, b]) => a.top - b.top);
  const found = [];
  lines.forEach(([one, a], at) => {
    for (let next = at + 1; next < lines.length && lines[next][1].top < a.bottom - 6; next++) {
      const [other, b] = lines[next];
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 6) {
        found.push([one.textContent.trim().slice(0, 40), other.textContent.trim().slice(0, 40)]);
      }
    }
  });
  return found;
}"""
"""Pairs of blocks of text that lie on one another."""

UNREACHED = """() => {
  const found = [];
  const ring = (node) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  for (const one of document.querySelectorAll("a[href], area[href], button, summary, select, [type=radio], [type=checkbox]")) {
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (one.disabled || one.type === "hidden" || one.closest(".md-toggle, .md-search__options, [inert]")) continue;
    const name = one.outerHTML.slice(0, 100);
    if (one.tabIndex < 0) found.push(["not in the order of tabs", name]);
    one.focus({ preventScroll: true });
    if (document.activeElement !== one) found.push(["takes no focus", name]);
    else if (one instanceof SVGElement ? getComputedStyle(one.querySelector("rect")).strokeWidth !== "2.5px" : !ring(one)) {
      found.push(["shows no focus", name]);
    }
  }
  for (const one of document.querySelectorAll("[tabindex]")) {
    if (one.tabIndex > 0) found.push(["changes the order", one.outerHTML.slice(0, 100)]);
  }
  document.activeElement.blur();
  return found;
}"""
"""Links and controls that the keyboard cannot reach or that do not show that it has."""


def enlarged(page: Page) -> dict[str, object]:
    """What breaks on a page that is narrow, zoomed, or has its text enlarged."""
    found: dict[str, object] = {}
    page.set_viewport_size({"width": 320, "height": 640})
    found["320 px: scrolls sideways"] = page.evaluate(SIDEWAYS)
    found["320 px: cut off"] = page.evaluate(CUT_OFF)
    page.set_viewport_size({"width": 640, "height": 450})
    found["zoomed to 200 %: scrolls sideways"] = page.evaluate(SIDEWAYS)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(ENLARGE)
    found["text at 200 %: scrolls sideways"] = page.evaluate(SIDEWAYS)
    found["text at 200 %: cut off"] = page.evaluate(CUT_OFF)
    found["text at 200 %: covered"] = page.evaluate(COVERED)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def barriers(page: Page) -> dict[str, object]:
    """What axe-core finds on a page in both themes."""
    axe = Axe()
    found = {}
    for theme, scheme, options in (("light", "default", None), ("dark", "slate", COLOURS)):
        page.emulate_media(color_scheme=theme)
        page.wait_for_selector(f"body[data-md-color-scheme={scheme}]")  # the first theme is the system's
        for violation in axe.run(page, options=options).response["violations"]:
            found[f"{theme}: {violation['id']}"] = [node["html"] for node in violation["nodes"]][:3]
    return found


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_pages_have_no_barrier_bear_enlarging_and_are_reached_by_keyboard(
    visit: Callable[..., Visit], edition: str
) -> None:
    seen = visit(color_scheme="light", reduced_motion="reduce")  # what moves is not where it will be
    found = {}
    for kind in KINDS:
        if edition and kind.startswith("guide/"):
            continue  # English in both: one page that has no translation is enough
        page = seen.open(f"{edition}{kind}")
        page.evaluate(SHORTEN)
        page.keyboard.press("Tab")  # from now on the browser shows focus
        everything = {**enlarged(page), "keyboard": page.evaluate(UNREACHED), **barriers(page)}
        found |= {(kind or "home", what): places for what, places in everything.items() if places}
    assert found == {}
