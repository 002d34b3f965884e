"""What stands under the questions of a rendered page, as HTML that holds without the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

_LEFT_OUT = "figure, script, svg, .headerlink"
_REFERENCE = re.compile(r"\s*<sup id=\"fnref[^>]*>.*?</sup>", re.DOTALL)


def answers(html: str, anchors: Iterable[str]) -> Mapping[str, str]:
    """The answers by the anchor of their question.

    Args:
        html: the rendered content of a page.
        anchors: the anchors of its questions.

    Returns:
        HTML between a question and the next heading: figures and notes are left out, links become text.
    """
    tree = LexborHTMLParser(_REFERENCE.sub("", html))
    for left_out in tree.css(_LEFT_OUT):
        left_out.decompose()
    found = {}
    for anchor in anchors:
        heading = next((h for h in tree.css("h3[id]") if h.attributes.get("id") == anchor), None)
        parts: list[str] = []
        node: LexborNode | None = heading.next if heading else None
        while node is not None and node.tag not in {"h1", "h2", "h3"}:
            if node.tag != "-text":
                node.unwrap_tags(["a", "span"])
                parts.append(node.html or "")
            node = node.next
        found[anchor] = "".join(parts).strip()
    return found
