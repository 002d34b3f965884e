"""axe-core finds no barrier on any kind of page, in either edition and theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.conftest import Visit

pytestmark = pytest.mark.browser

KINDS = (
    "",
    "papers/resnet/",
    "papers/transformer/",
    "concepts/fitting/",
    "concepts/reading/",
    "map/",
    "paths/",
    "bibliography/",
    "glossary/",
    "numbers/",
    "questions/",
    "tags/",
    "guide/contributing/",
    "guide/rules/",
)
SHORTEN = """() => {
  const cut = (all, first, last) => [...all].slice(first, all.length - last).forEach(one => one.remove());
  cut(document.querySelector("article").children, 60, 30);
  document.querySelectorAll("tbody").forEach(body => cut(body.rows, 20, 5));
}"""
"""Long pages repeat themselves, and axe takes half a minute for the bibliography: their middle is left out."""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
"""What a theme can change; all else is the same in both."""


@pytest.mark.parametrize("edition", ["", "zh/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(visit: Callable[..., Visit], scheme: str, edition: str) -> None:
    seen = visit(color_scheme=scheme)
    axe = Axe()
    found = {}
    for kind in KINDS:
        page = seen.open(f"{edition}{kind}")
        page.evaluate(SHORTEN)
        result = axe.run(page, options=COLOURS) if scheme == "dark" else axe.run(page)
        for violation in result.response["violations"]:
            found[kind, violation["id"]] = [node["html"] for node in violation["nodes"]][:3]
    assert found == {}
