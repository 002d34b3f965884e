"""The scanner finds what the site renders: the oracle is Python-Markdown with our mkdocs.yml."""

from __future__ import annotations

import pytest

from corpus.truth import ROOT, misplaced, rendered, scanned
from papernotes.corpus.document import Page
from papernotes.corpus.load import load
from papernotes.corpus.markdown.scan import scan

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
    "footnote that is a formula": "Text[^1].\n\n[^1]: \\[x\\]",
    "footnote that is HTML": "Text[^1].\n\n[^1]: <div>[there](b.md)</div>",
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
    "spaces in the target": "A [link](b c.md) and ![image](d e.svg).",
    "target on the next line": "A [link](\nb.md) and [one](b.md\n'title').",
    "escape in the target": r"A [link](b\_c.md) and [no\](no.md).",
    "brackets in the text": "A [link [x] y](b.md), [a [b](c.md) d](e.md).",
    "reference with a space": "A [link] [r].\n\n[r]: b.md",
    "reference that nothing defines": "A [link][none], [none][], [none].\n\n[r]: b.md",
    "reference defined twice": "A [link][r].\n\n[r]: b.md\n[r]: c.md",
    "addresses in angle brackets": "<https://example.org/a_b> and <me@example.org>.",
    "raw link and image": 'A <a href="b.md">link</a> and <img src="i.svg" alt="x">.',
    "raw link over lines": 'A <a\n  class="x"\n  href="b.md">link</a>.',
    "raw id": 'A <span id="here">place</span> and <a name="there"></a>.',
    "HTML block with blank lines": '<div>\n\n[no](no.md)\n\n<a href="b.md">yes</a>\n\n</div>\n\n[yes](c.md)',
    "HTML block without blank lines": "<p>[no](no.md)</p>\n\n[yes](c.md)",
    "markdown in a span": '<figure markdown="span">![a](b.svg)<figcaption>x [y](z.md)</figcaption></figure>',
    "nested markdown blocks": '<div markdown="1" id="out">\n\n<div markdown>\n\n[a](b.md)\n\n</div>\n\n</div>',
    "details with a summary": "<details>\n<summary>[no](no.md)</summary>\n\n[no](no.md)\n\n</details>",
    "tag in a formula": "$$\nx_{<i}\n$$\n\n<!-- a\n\n[no](no.md) -->\n\n[yes](b.md)",
    "comment in a line": "Text <!-- c --> [yes](b.md).",
    "link in a title": '!!! note "[a](a.md)"\n    Text.\n\n??? tip "[b](b.md)"\n    Text.\n\n=== "[c](c.md)"\n    Text.',
    "admonition without blank line": "Text\n!!! note\n    [a](a.md)\nMore [b](b.md).",
    "definition list": "Term\n:   A [link](b.md).\n\n    [more](c.md)",
    "list nested by two spaces": "- a [x](x.md)\n  - b [y](y.md)\n\n    [z](z.md)\n\n        [no](no.md)",
    "list that interrupts nothing": "Text\n- a [x](x.md)\n- b\n\n    [code or not](y.md)",
    "list with three spaces": "1. a\n\n   [x](x.md)\n\n       [code or not](y.md)",
    "numbers with brackets": "1) a\n\n    [x](x.md)",
    "headings in containers": "> ## Quoted\n\n- ## Listed\n\n!!! note\n    ## Noted\n\n1. a\n\n    ## Inside",
    "heading without a space": "#Heading\n##Other {#own}\ntext",
    "heading inside a paragraph": "Text\n## Heading\nMore [x](x.md)",
    "heading with marks at its end": "## Heading ##\n\n## C#\n\n####### Seven",
    "heading that is empty": "#\n\n## \n\n## !!!",
    "heading with all sorts": '## A [link](b.md) &amp; <b>bold</b> "quote" — ![i](i.svg) snake_case `x_y` \\* $x_1$',
    "heading like another's id": "## Same {#a}\n\n## A\n\n## A",
    "underline below two lines": "One\nTwo\n---\n\nThree\n===",
    "attribute lists": 'A [link](b.md){#l .c} and ![i](i.svg){: #i title="x" }\n\nText\n{: #para .c }\n\n*em*{ #em }',
    "attribute list that is text": "Text {#no} and [x](x.md) {#no2}",
    "code span with a link": "`` [no](no.md) ` `` and `[no](no.md)\n[no](no.md)`",
    "code in a cell": "| a | b |\n|---|---|\n| `a | b` | [l](m.md) |",
    "formula in a cell": "| a | b |\n|---|---|\n| $|x|$ | [l](m.md) |",
    "fence that nothing closes": "```\n[a](b.md)\n\n[c](d.md)",
    "fence with options": '```py hl_lines="1 3-4" title="[no](no.md)" linenums="2"\n[no](no.md)\n```\n\n[yes](b.md)',
    "fence with an unknown option": '```yaml tab="a"\n# Heading\n[a](a.md)\n```\n\n## Code\n\n```\n\n[yes](b.md)',
    "fence with two words": "```sh session\n# Heading\n[a](a.md)\n```\n\n## Code\n\n```\n\n[yes](b.md)",
    "fence with odd options": '```py hl_lines="a"\n# Heading\n```\n\n```py title=a\n# Two\n```\n\n```py linenums\n# Three\n```',
    "fence with attributes": "``` { .py #code .x title='a' }\n# No\n```\n\n```py {.x tab=1}\n# No\n```\n\n[yes](b.md)",
    "fence inside a quote": "> ```\n> [no](no.md)\n> ```\n>\n> [yes](b.md)",
    "tabulators": "-\tA [link](b.md)\n\n\t[in](c.md)\n\n\t\t[no](no.md)",
    "footnotes": "A[^ref-x] and[^none].\n\n[^ref-x]: See [b](b.md).\n\n    And [c](c.md).",
    "white space that is no space": "A [link](b.md)\u00a0and\u3000[c](c.md).\u2028[d](d.md)",
}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct(name: str) -> None:
    text = CONSTRUCTS[name]
    document = scan(text)
    assert scanned(document, text) == rendered(text)
    assert misplaced(document, text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.source.path)
def test_page(page: Page) -> None:
    document = scan(page.body)
    assert scanned(document, page.body) == rendered(page.body)
    assert misplaced(document, page.body) == []
