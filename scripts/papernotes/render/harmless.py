"""H107, H108: what a built page and its pictures may hold, whichever way it came there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from papernotes.diagnostics import Diagnostic
from papernotes.render.built import Document, Site
from papernotes.render.svg import SvgError, inline_svg
from papernotes.rules.safety import HARMLESS

MATH = frozenset(
    """
    math maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms
    mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics
    """.split()  # noqa: SIM905  words read better in a line
)
DRAWING = frozenset(
    """
    svg circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon polyline
    radialGradient rect stop symbol text textPath title tspan use
    """.split()  # noqa: SIM905
)
MADE = frozenset(["article", "button", "input", "label", "nav", "section"])
"""Elements that only extensions and templates may make; of pages, S303 refuses them."""
_LEADING = ("href", "xlink:href", "src")
_ADDRESS = re.compile(
    r"(?:https?:|mailto:|data:image/(?:png|jpeg|gif|webp)[;,]|(?![\x00-\x20]*[a-z][a-z0-9+.-]*:))", re.I
)
_BLANKS = re.compile("[\t\n\r]")
_ALIGNED = re.compile(r"text-align: (?:left|center|right);")


def active_content(document: Document, site: Site) -> Iterator[Diagnostic]:
    """The text of a built page must be elements and attributes that only say what they are.

    Why: whichever way it came there, by HTML, an attribute list, the bibliography or an extension, a pull
    request must not run code in the browser of a reader, nor lay anything over the page.

    Bad: site/note/index.html
        - <h2>Evidence</h2>
        + <article class="md-content__inner"><h2 onclick="alert(1)">Evidence</h2></article>
    Reports:
        site/note/index.html:6:1: H107 page must not act: <h2 onclick>
    """
    for top in document.tree.css("article.md-content__inner"):
        for node in top.traverse():
            if problem := _problem(node):
                hint = "find in the page's sources what makes it"
                yield document.fault(node, "H107", f"page must not act: {problem}", hint)


def _problem(node: LexborNode) -> str:
    tag = node.tag or ""
    if tag not in HARMLESS and tag not in MATH and tag not in DRAWING and tag not in MADE:
        return f"<{tag}>"
    for name, value in node.attributes.items():
        if name.startswith("on") or name in ("srcdoc", "action", "formaction", "srcset", "ping"):
            return f"<{tag} {name}>"
        if name in _LEADING and not _ADDRESS.match(_BLANKS.sub("", value or "")):
            return f"<{tag} {name}={value!r}>"
        if name == "style" and tag in HARMLESS and not _ALIGNED.fullmatch(value or ""):
            return f"<{tag} style>"
    return ""


def active_picture(path: str, text: str) -> Iterator[Diagnostic]:
    """A published SVG must be a drawing only: no scripts, no references to elsewhere.

    Why: opened by its own address it is a page of the site, and runs what it holds.

    Bad: site/picture.svg
        + <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>
    Reports:
        site/picture.svg:1:1: H108 picture must not contain <script>
    """
    try:
        inline_svg(text, "", ())
    except SvgError as error:
        yield Diagnostic(path, 1, 1, "H108", f"picture {error}", "draw it without")
