"""From a key to its results: the built site searched in a browser, the tests' queries typed letter by letter.

    .venv/bin/papernotes site && .venv/bin/python benchmarks/search.py

A key is one that the browser itself sends. Measured is from the time stamp of its keydown event to the frame
in which the first result for the query so far is painted. Prints median, 95th and 99th percentile in
milliseconds and the share of keys below 50 ms for both editions, and how long the index took to be read.
"""

from __future__ import annotations

import functools
import os
import statistics
import sys
import threading
from collections.abc import Iterable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
BAR = 50
"""Milliseconds within which a key should be answered."""
sys.path[:0] = [str(ROOT / "tests")]

from browser import chromium  # noqa: E402 the tests' browser and queries are used here too
from browser.queries import CHINESE, ENGLISH  # noqa: E402

WATCH = """() => {
  const box = document.querySelector(".md-search__input");
  const list = document.querySelector(".md-search-result__list");
  window.times = [];
  window.answers = 0;
  let pressed = 0;
  const press = (event) => { pressed ||= event.timeStamp; };
  box.addEventListener("keydown", press, true);
  box.addEventListener("beforeinput", press, true); // the only event of a Chinese character
  const watch = new MutationObserver(() => {
    if (!pressed) return;
    const since = pressed;
    pressed = 0;
    // What a frame's callback finds is painted after it, and a message sent from there arrives after that.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        window.answers++;
        if (list.children.length) window.times.push(performance.now() - since);
      };
      port2.postMessage(null);
    });
  });
  watch.observe(document.querySelector(".md-search-result__meta"), { childList: true });
}"""
"""The line above the results is written anew with every answer, just before the results."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


def measure(page: Page, queries: Iterable[str]) -> tuple[float, list[float]]:
    """Type queries letter by letter.

    Returns:
        Milliseconds from the first key to the first result, and those of every key that brought results.
    """
    box = page.locator(".md-search__input")
    box.click()
    start = page.evaluate("performance.now()")
    page.keyboard.type("vae")
    page.wait_for_selector(".md-search-result__item", timeout=60_000)
    read = page.evaluate("performance.now()") - start
    page.wait_for_timeout(1000)
    page.evaluate(WATCH)
    for query in queries:
        box.fill("")
        page.wait_for_function("!document.querySelector('.md-search-result__item')")
        page.wait_for_timeout(100)
        for letter in query:
            before = page.evaluate("answers")
            if letter.isascii():
                page.keyboard.down(letter)
            else:
                page.keyboard.insert_text(letter)
            # A blank, too, is answered; not waited for, that would pass for the answer to the next letter.
            page.wait_for_function("before => answers > before", arg=before, timeout=10_000)
            if letter.isascii():
                page.keyboard.up(letter)
    return read, page.evaluate("times")


def main() -> None:
    """Serve the built site and type."""
    site = ROOT / "site"
    if not (site / "search").is_dir():
        sys.exit("no site: make it with `make site`")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        path = chromium.find(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        for edition, queries in (("", ENGLISH), ("zh/", CHINESE)):
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/{edition}")
            read, times = measure(page, queries)
            shares = statistics.quantiles(times, n=100)
            below = sum(time < BAR for time in times) / len(times)
            print(
                f"search {edition or 'en/':4} {len(times)} keys: median {statistics.median(times):.0f} ms, "
                f"95 % below {shares[94]:.0f} ms, 99 % below {shares[98]:.0f} ms, "
                f"longest {max(times):.0f} ms, {below:.1%} below {BAR} ms; index read in {read:.0f} ms; "
                f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
            )
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
