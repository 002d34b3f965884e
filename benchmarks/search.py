"""From a key to its results: the built site searched in a browser, the tests' queries typed letter by letter.

    .venv/bin/papernotes site && .venv/bin/python benchmarks/search.py

Prints milliseconds from the key event to the change of the list of results, for both editions, and how long
the index took to be read.
"""

from __future__ import annotations

import functools
import statistics
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from browser import chromium  # noqa: E402 the tests' browser and queries are used here too
from browser.queries import CHINESE, ENGLISH  # noqa: E402

TYPE = """async (queries) => {
  const box = document.querySelector(".md-search__input");
  const list = document.querySelector(".md-search-result__list");
  const key = (text) => new Promise((resolve) => {
    const start = performance.now();
    const watch = new MutationObserver(() => { watch.disconnect(); resolve(performance.now() - start); });
    watch.observe(list, { childList: true });
    box.value = text;
    box.dispatchEvent(new KeyboardEvent("keyup", { key: text.at(-1) }));
    setTimeout(() => { watch.disconnect(); resolve(null); }, 2000);
  });
  box.focus();
  const reading = performance.now();
  for (let other = false; !list.children.length; other = !other) await key(other ? "resnet" : "vae");
  const read = performance.now() - reading;
  const times = [];
  for (const query of queries) {
    for (let end = 1; end <= query.length; end++) times.push(await key(query.slice(0, end)));
  }
  return [read, times.filter((time) => time !== null)];
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


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
            read, times = page.evaluate(TYPE, list(queries))
            tail = statistics.quantiles(times, n=20)[-1]
            print(
                f"search {edition or 'en/':4} {len(times)} keys: median {statistics.median(times):.0f} ms, "
                f"95 % below {tail:.0f} ms, longest {max(times):.0f} ms; index read in {read:.0f} ms"
            )
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
