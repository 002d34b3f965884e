"""The scanner finds what the site renders: the oracle is Python-Markdown with our mkdocs.yml."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest
from mkdocs.config import load_config
from selectolax.lexbor import LexborHTMLParser

from papernotes.corpus.load import load
from papernotes.corpus.markdown.scan import scan
from papernotes.corpus.model import Page

ROOT = Path(__file__).parents[2]
PAGES = [page for pages in load(ROOT).pages.values() for page in pages.values()]

CONSTRUCTS = {
    "inline link with title": 'A [link](b.md "title") here.',
    "reference link": "A [link][r] and [r].\n\n[r]: b.md#c",
    "angle brackets and spaces": "A [link](<b c.md>) and <https://example.org/>.",
    "parentheses in the target": "A [link](b_(c).md).",
    "percent-encoded Chinese anchor": "A [link](#%E6%AE%8B%E5%B7%AE).",
    "image inside a link": "[![alt](i.svg)](b.md)",
    "code span is not read": "`[no](no.md)` and ``[`no`](no.md)``",
    "fenced code is not read": "```\n[no](no.md)\n## No\n```",
    "indented code is not read": "Text:\n\n    [no](no.md)\n    ## No",
    "math is not read": "$a[i](j)$ and\n\n$$\n[no](no.md)\n$$",
    "comment is not read": "<!-- [no](no.md) -->\n\nText.",
    "admonition": "!!! note\n    A [link](b.md).\n\n    Second [paragraph](c.md).",
    "admonition inside a folded block": '??? success "Answer"\n    Text.\n\n    !!! note\n        A [link](b.md).',
    "content tabs": '=== "One"\n    [a](a.md)\n\n=== "Two"\n    [b](b.md)',
    "fence inside a folded block": '??? note "N"\n    ```python\n    [no](no.md)\n    ```\n\n    [yes](yes.md)',
    "table": "| a | b |\n|---|---|\n| [l](m.md) | `[no](no.md)` |",
    "nested list": "- a [x](x.md)\n    - b [y](y.md)\n\n        c [z](z.md)",
    "list then folded block": '1. Item.\n\n    ??? note "N"\n        [in](in.md)\n\n2. Next [x](x.md).',
    "block quote": "> A [link](b.md)\n>\n> - [item](c.md)",
    "footnote": "Text[^1].\n\n[^1]: See [there](b.md).",
    "HTML block with markdown": '<div markdown class="x">\n\nA [link](b.md).\n\n</div>',
    "repeated headings": "# A\n\n## Same\n\n## Same\n\n### Same",
    "Chinese heading": "## 数学原理 Math",
    "heading with an id": "## Proof {#proof .open}\n\n### 证明 { #zm }",
    "heading with code and emphasis": "## The `x_1` of *all* **things**",
    "heading with punctuation": '## Why "not"? It\'s 50 % & more — 1×1',
    "underlined heading": "Title\n=====\n\nSub\n---",
}


@pytest.fixture(scope="module")
def converter() -> markdown.Markdown:
    config = load_config(str(ROOT / "mkdocs.yml"))
    ours = [name for name in config.markdown_extensions if not name.startswith("papernotes.")]
    return markdown.Markdown(extensions=ours, extension_configs=config.mdx_configs or {})


def rendered(converter: markdown.Markdown, text: str) -> tuple[list[str], list[str], list[str]]:
    """(anchors of headings, link targets, image targets) of the rendered page, each in document order."""
    tree = LexborHTMLParser(converter.reset().convert(text))
    anchors = [node.attributes["id"] or "" for node in tree.css("h1,h2,h3,h4,h5,h6")]
    links = [
        node.attributes["href"] or ""
        for node in tree.css("a[href]")
        if not {"footnote-ref", "footnote-backref", "headerlink"}
        & set((node.attributes.get("class") or "").split())
    ]
    images = [node.attributes["src"] or "" for node in tree.css("img[src]")]
    return anchors, links, images


def scanned(text: str) -> tuple[list[str], list[str], list[str]]:
    document = scan(text)
    return (
        [heading.anchor for heading in document.headings],
        [link.target for link in document.links if not link.image],
        [link.target for link in document.links if link.image],
    )


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct(name: str, converter: markdown.Markdown) -> None:
    text = CONSTRUCTS[name]
    want = rendered(converter, text)
    got = scanned(text)
    assert (got[0], sorted(got[1]), sorted(got[2])) == (want[0], sorted(want[1]), sorted(want[2]))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.source.path)
def test_page(page: Page, converter: markdown.Markdown) -> None:
    want = rendered(converter, page.body)
    got = scanned(page.body)
    assert (got[0], sorted(got[1]), sorted(got[2])) == (want[0], sorted(want[1]), sorted(want[2]))
