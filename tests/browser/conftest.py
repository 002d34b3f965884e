"""Fixtures of the browser tests: the served site, the browser, and pages that note what goes wrong in them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser import chromium
from browser.built import HOST, MOUNT, Built, build_once

PARTS = ".pn-filterable, .pn-cards"
"""The parts of a page that have a script of their own."""
WHOLE = "addEventListener('DOMContentLoaded', () => document.documentElement.classList.add('pn-whole'))"


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open, which makes the suite much faster

    def translate_path(self, path: str) -> str:
        if not path.startswith(MOUNT):
            return str(Path(self.directory) / "outside-the-project")
        return super().translate_path(path.removeprefix(MOUNT.rstrip("/")))

    def do_GET(self) -> None:
        """Answer; the sitemap names this host, as it would if the site had been built for it."""
        if not self.path.endswith("/sitemap.xml"):
            return super().do_GET()
        text = Path(self.translate_path(self.path)).read_text(encoding="utf-8")
        data = text.replace(HOST, "http://{}:{}".format(*self.server.server_address[:2])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The built site."""
    return build_once(tmp_path_factory)


@pytest.fixture(scope="session")
def url(built: Built) -> Iterator[str]:
    """Address of the served site's home page."""
    handler = functools.partial(_Handler, directory=str(built.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{MOUNT}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        path = chromium.find(playwright.chromium.executable_path)
        if path is None:
            pytest.fail(
                "no Chromium found, and none could be installed: install chromium or google-chrome, "
                "or run `playwright install chromium`"
            )
        browser = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page in a context of its own, with all that it asked for and complained about."""

    page: Page
    context: BrowserContext
    home: str
    scripted: bool = True
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """Go to a page of the site and wait until its scripts have run."""
        self.page.goto(self.home + path)
        self.page.wait_for_load_state("load")
        for part in self.page.locator(PARTS).all() if self.scripted else ():
            # Its script is fetched when a page has it, so it may begin after the page was loaded.
            expect(part).to_have_attribute("data-begun", "", timeout=10_000)
        return self.page

    @property
    def foreign(self) -> list[str]:
        """Requests to anywhere but the site itself."""
        return [one for one in self.requests if not one.startswith((self.home, "data:", "blob:"))]


@pytest.fixture
def visit(chrome: Browser, url: str) -> Iterator[Callable[..., Visit]]:
    """Makes visits; options are those of a browser context. At the end nothing may have gone wrong in any.

    A long page is laid out at once, so that nothing moves under the mouse, unless `whole` is false: then bit by
    bit as for a reader.
    """
    visits: list[Visit] = []

    def make(*, whole: bool = True, **options: Any) -> Visit:
        context = chrome.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(10_000)
        page = context.new_page()
        if whole:
            page.add_init_script(WHOLE)
        made = Visit(page, context, url, options.get("java_script_enabled", True))
        page.on("request", lambda request: made.requests.append(request.url))
        page.on("pageerror", lambda error: made.complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda request: made.complaints.append(_failure(request)))
        page.on(
            "console",
            lambda message: (
                made.complaints.append(f"console: {message.text}") if message.type == "error" else None
            ),
        )
        visits.append(made)
        return made

    yield make
    complaints = [c for one in visits for c in one.complaints if c]
    foreign = [f for one in visits for f in one.foreign]
    for one in visits:
        one.context.close()
    assert complaints == []
    assert foreign == []


def _failure(request: Any) -> str:
    """A failed request, unless leaving the page cut it off."""
    return "" if "ERR_ABORTED" in (request.failure or "") else f"failed: {request.url} {request.failure}"
