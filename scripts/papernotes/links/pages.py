"""What a web page is: its words, whether it is a wall, a shell for a program, the same page as another."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from papernotes.links.answers import Reply

ALIKE = 0.95
"""So much of two pages' word pairs must be the same for one page."""
SHELL_WORDS = 25
"""A page with scripts and fewer words is filled in by its scripts."""
WALL_WORDS = 200
"""A longer page that mentions a captcha is a page, with a form somewhere."""

_WALL_TITLE = re.compile(
    r"just a moment|attention required|access denied|access to this page|are you (?:a robot|human)"
    r"|robot check|security check|verify(?:ing)? (?:that )?you are|captcha|pardon our interruption"
    r"|checking your browser|ddos-guard|making sure you're not a bot|one more step"
    r"|human verification|unusual traffic",
    re.IGNORECASE,
)
_WALL_BODY = re.compile(
    r"/cdn-cgi/challenge-platform|cf[-_]challenge|g-recaptcha|hcaptcha\.com|h-captcha|px-captcha|datadome"
    r"|_Incapsula_Resource|awswafcaptcha|challenges\.cloudflare\.com|enable cookies to continue",
    re.IGNORECASE,
)
_WALL_HEADERS = ("cf-mitigated", "x-amzn-waf-action")
_LOGIN = re.compile(
    r"/(?:[\w.-]*(?:log[_-]?in|sign[_-]?in|sso|authenticate|oauth2?|consent|captcha|challenge)[\w.-]*)(?:/|$)",
    re.IGNORECASE,
)
_ROOTS = (
    "#root,#app,#__next,#__nuxt,#___gatsby,#q-app,#svelte,[data-reactroot],[ng-version],app-root,react-app"
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Page:
    """The text of a page, read once."""

    title: str
    words: tuple[str, ...]
    scripts: bool
    password: bool
    root: bool
    """Whether it has the element in which one of the usual frameworks builds its page."""
    markup: str

    @property
    def shell(self) -> bool:
        """Whether what a reader sees is made by scripts."""
        return self.scripts and len(self.words) < SHELL_WORDS


def read(reply: Reply) -> Page:
    """Read the body of an answer as a web page."""
    markup = reply.body.decode("utf-8", "replace")
    tree = LexborHTMLParser(reply.body)
    title = tree.css_first("title")
    name = title.text(strip=True) if title else ""
    scripts = tree.css_first("script") is not None
    password = tree.css_first("input[type=password]") is not None
    root = tree.css_first(_ROOTS) is not None
    tree.strip_tags(["script", "style", "noscript", "template", "head"])
    text = tree.body.text(separator=" ") if tree.body else ""
    return Page(name, tuple(_WORD.findall(text.lower())), scripts, password, root, markup)


def wall(reply: Reply, *, redirected: bool) -> str:
    """What stands between a robot and the page, or empty.

    Args:
        reply: the answer at the end of the redirects, its body read or not.
        redirected: whether it stands at another path than was asked for.
    """
    if any(name in reply.headers for name in _WALL_HEADERS):
        return "it asks robots to prove themselves"
    if redirected and _LOGIN.search(reply.address.path):
        return "it asks for a login or for consent"
    if reply.html and reply.body:
        page = read(reply)
        if len(page.words) < WALL_WORDS and (
            _WALL_TITLE.search(page.title) or _WALL_BODY.search(page.markup)
        ):
            return "it asks robots to prove themselves"
        if page.password and redirected:
            return "it asks for a login or for consent"
    return ""


def same(one: Reply, other: Reply) -> bool:
    """Whether two answers show the same page, whatever address, time or number they echo."""
    if one.html != other.html:
        return False
    if not one.html:
        return one.body == other.body
    first, second = read(one), read(other)
    echoed = _parts(one) | _parts(other)
    return _strip(first.title, echoed) == _strip(second.title, echoed) and _likeness(
        [word for word in first.words if word not in echoed],
        [word for word in second.words if word not in echoed],
    )


def _parts(reply: Reply) -> set[str]:
    """Words of an address, which a page for any address may repeat."""
    parts = urlsplit(reply.address.url)
    return set(_WORD.findall(unquote(f"{parts.path} {parts.query}").lower()))


def _strip(title: str, echoed: set[str]) -> list[str]:
    return [word for word in _WORD.findall(title.lower()) if word not in echoed]


def _likeness(one: list[str], other: list[str]) -> bool:
    first = Counter(pairwise([*one, ""]))
    second = Counter(pairwise([*other, ""]))
    union = (first | second).total()
    return union == 0 or (first & second).total() / union >= ALIKE
