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
    "formula with a brace too few": r"So $\frac{a}{b$ and [x](x.md).\n\n$$\n\sqrt{x\n$$".replace("\\n", "\n"),
    "display formula with lines like a list": "Text:\n\n$$\na\n- b\n+ c\n$$\n\nMore $x_1$ and *y* $z_2$.",
    "display formula in a list": "- Item:\n\n    $$\n    a_i [b](c)\n    $$\n\n    Then $d$.",
    "display formula in a folded block": '??? success "Answer"\n    So\n\n    $$\n    a = b\n    $$',
    "dollars that are money": "It costs $5 and $6, or 7$.",
    "escaped dollar": r"It costs \$5 and $x$.",
    "dollar in code": "`$a$` and $b$ and `$`",
    "formula with emphasis marks": "$a_1 * b_1$ and $c_2 * d_2$ *e*",
    "formula in a table": "| a | b |\n|---|---|\n| $x_1$ | [l](m.md) $y$ |",
    "formula in a heading": "## The norm $x_1$ of *it*",
    "formula over two lines": "So $a\n+ b$ holds.",
    "round brackets": r"So \(a [b](c)\) holds.",
    "environment": "\\begin{align}\na &= b\n\\end{align}",
    "bold formula": "**$x$** and [a $y$](b.md)",
    "underlined heading": "Title\n=====\n\nSub\n---",
}


@pytest.fixture(scope="module")
def converter() -> markdown.Markdown:
    config = load_config(str(ROOT / "mkdocs.yml"))
    ours = [name for name in config.markdown_extensions if not name.startswith("papernotes.")]
    return markdown.Markdown(extensions=ours, extension_configs=config.mdx_configs or {})


Found = tuple[list[str], list[str], list[str], list[str]]


def rendered(converter: markdown.Markdown, text: str) -> Found:
    """Anchors of headings, link targets, image targets and formulas of the rendered page."""
    tree = LexborHTMLParser(converter.reset().convert(text))
    anchors = [node.attributes["id"] or "" for node in tree.css("h1,h2,h3,h4,h5,h6")]
    links = [
        node.attributes["href"] or ""
        for node in tree.css("a[href]")
        if not {"footnote-ref", "footnote-backref", "headerlink"}
        & set((node.attributes.get("class") or "").split())
    ]
    images = [node.attributes["src"] or "" for node in tree.css("img[src]")]
    formulas = [node.text()[2:-2].strip() for node in tree.css(".arithmatex")]
    return anchors, sorted(links), sorted(images), formulas


def scanned(text: str) -> Found:
    document = scan(text)
    return (
        [heading.anchor for heading in document.headings],
        sorted(link.target for link in document.links if not link.image),
        sorted(link.target for link in document.links if link.image),
        [formula.latex.strip() for formula in document.math],
    )


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct(name: str, converter: markdown.Markdown) -> None:
    text = CONSTRUCTS[name]
    assert scanned(text) == rendered(converter, text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.source.path)
def test_page(page: Page, converter: markdown.Markdown) -> None:
    assert scanned(page.body) == rendered(converter, page.body)
