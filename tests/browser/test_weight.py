"""What a first visit costs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import pytest

from browser.built import Built
from browser.conftest import Visit

pytestmark = pytest.mark.browser

MOST = 350 * 1024
"""Bytes of a note's first load, compressed, without figures."""


@pytest.mark.parametrize("path", ["papers/resnet/", "papers/yolov5/", "zh/papers/transformer/"])
def test_first_load_of_a_note_is_light_still_and_silent(
    visit: Callable[..., Visit], built: Built, url: str, path: str
) -> None:
    seen = visit(whole=False)
    said: list[str] = []
    seen.page.on("console", lambda message: said.append(message.text))
    page = seen.open(path)
    page.wait_for_load_state("networkidle")
    total = 0
    for address in {one.partition("?")[0] for one in seen.requests if one.startswith(url)}:
        file = built.site / unquote(urlsplit(address).path).partition("/project/")[2]
        file = file / "index.html" if file.is_dir() else file
        if file.suffix not in {".png", ".svg"}:
            data = file.read_bytes()
            total += len(data) if file.suffix == ".woff2" else len(gzip.compress(data))
    assert 50_000 < total < MOST
    assert said == []
    shift = page.evaluate(
        """() => new Promise((resolve) => new PerformanceObserver((list) => resolve(
          list.getEntries().reduce((sum, one) => sum + one.value, 0))).observe({ type: "layout-shift", buffered: true })
          || setTimeout(() => resolve(0), 200))"""
    )
    assert shift < 0.01
