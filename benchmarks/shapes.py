"""Pages of any size that are one thing over and over: what makes a reader of Markdown slow."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, islice
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = (
    "---\ntitle: Shapes\nshort: Shapes\nbib: he2016deep\nversion: v1\nstatus: draft\npass: 1\n"
    "tags: [vision]\ntldr: One thing over and over.\n---\n\n# Shapes\n\n"
)
"""What a body stands under, so that the rules for notes look at it."""

Shape = Callable[[int], str]
"""From a number of bytes to a text of about that many."""


def ordinary(size: int) -> str:
    """The notes of the repository, one after the other."""
    bodies = [
        path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        for path in sorted((ROOT / "docs").glob("*/papers/*.md"))
    ]
    whole = "\n\n".join(bodies)
    return _cut(whole * (size // len(whole.encode()) + 1), size)


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _over(unit: str) -> Shape:
    """The same again and again."""
    return lambda size: unit * max(1, size // len(unit.encode()))


def _numbered(unit: str, after: str = "") -> Shape:
    """The same again and again, with a number that changes in place of each ``#N``."""

    def made(size: int) -> str:
        pieces, total = [], 0
        for number in count():
            piece = unit.replace("#N", str(number))
            total += len(piece.encode())
            if total > size and pieces:
                return "".join(pieces) + after
            pieces.append(piece)
        raise AssertionError

    return made


def _stairs(step: str, unit: str) -> Shape:
    """Every line one step deeper than the one before."""

    def made(size: int) -> str:
        depth = int((2 * size / len(step)) ** 0.5)
        return "\n".join(step * level + unit for level in range(max(1, depth)))

    return made


def _deep(opening: str, middle: str, closing: str) -> Shape:
    """One thing inside another, on one line."""

    def made(size: int) -> str:
        depth = size // len((opening + closing).encode())
        return opening * depth + middle + closing * depth

    return made


def _runs(sign: str) -> Shape:
    """Runs of a sign, each one longer than the one before, so that none closes another."""
    return lambda size: " a ".join(islice((sign * length for length in count(1)), int((2 * size) ** 0.5)))


def _head(unit: str, before: str = "", after: str = "") -> Shape:
    """Front matter of one thing over and over."""
    rows = _numbered(unit)
    return lambda size: f"---\ntitle: Shapes\n{before}{rows(size)}{after}\n---\n\n# Shapes\n"


BODIES: dict[str, Shape] = {
    "ordinary notes": ordinary,
    "paragraphs": _over("A [link](b.md) and *words* with `code`, $x_1$ and [@key].\n\n"),
    "one long line": _over("word "),
    "one long line of links": _over("A [link](#shapes) 数学 "),
    "one long paragraph": _over("A [link](#shapes) and `code`, $x$, **bold** in words.\n"),
    "quotes in quotes": _over(">"),
    "quotes": _over("> a\n"),
    "quotes, ever deeper": _stairs("> ", "a"),
    "lists in lists": _stairs("    ", "- a"),
    "lists on one line": _over("- "),
    "items": _over("- a [b](#shapes)\n"),
    "numbered items": _numbered("#N. a\n"),
    "items apart": _over("- a\n\n"),
    "[": _over("["),
    "]": _over("]"),
    "![": _over("!["),
    "[a](": _over("[a]("),
    "[a](<": _over("[a](<b"),
    "][": _over("]["),
    "[ ]( ) in each other": _deep("[", "a", "](b)"),
    "images in images": _deep("![", "a", "](b)"),
    "brackets in brackets": _deep("[", "a", "]"),
    "parentheses": lambda size: "[a](" + _deep("(", "b", ")")(size) + ")",
    "*": _over("*"),
    "*a": _over("*a "),
    "a*": _over("a* "),
    "*a_": _over("*a _b "),
    "a**b": _over("a**b"),
    "***": _deep("*a **b ", "c", "** d*"),
    "_ in words": _over("_a"),
    "~~": _over("~~a "),
    "runs of *": _runs("*"),
    "runs of _": _runs("_"),
    "`": _over("`"),
    "` a": _over("` a "),
    "runs of `": _runs("`"),
    "code spans": _over("`a` "),
    "$": _over("$"),
    "$a": _over("$a "),
    "$a$": _over("$a_1$ "),
    "$a$, each another": _numbered("$a_{#N}$ "),
    "\\$": _over("\\$"),
    "\\": _over("\\"),
    "\\(": _over("\\("),
    "\\(a": _over("\\(a "),
    "\\(a in paragraphs": _over("\\(a\n\n"),
    "\\(a\\)": _over("\\(a_1\\) "),
    "\\[": _over("\\[\n\n"),
    "$$": _over("$$\n\n"),
    "$$ a": _over("$$ a\n"),
    "$$, one open": lambda size: "$$\n" + _over("a\n")(size),
    "$$ in lists": _over("- a\n\n    $$\n    x\n    $$\n\n"),
    "display formulas": _over("$$\nx^2 < y\n$$\n\n"),
    "\\begin": _over("\\begin{a}\n"),
    "\\begin apart": _over("\\begin{align}\n\n"),
    "<": _over("<"),
    "<a": _over("<a "),
    "<a>": _over("<a>"),
    "<a href": _over('<a href="b.md" '),
    "<a href='": _over("<a href='"),
    "<a href>": _numbered('<a href="b#N.md">c</a> '),
    "<img>": _numbered('<img src="b#N.png">\n\n'),
    "<b> open": _over("<b>a "),
    "<div>": _over("<div>\n"),
    "<div> on a line": _over("<div>"),
    "<div>, closed at the end": _deep("<div>\n", "a", "</div>\n"),
    "<div>, each closed": _over("<div>\n\n</div>\n\n"),
    "<div markdown>": _deep('<div markdown="1">\n', "a\n", "</div>\n"),
    "<div markdown> open": _over('<div markdown="1">\n\n'),
    "<div markdown>, each closed": _over('<div markdown="1">\n\na\n\n</div>\n\n'),
    "</div>": _over("</div>\n"),
    "<script>": _over("<script>\n"),
    "<p>": _over("<p>a\n\n"),
    "<!--": _over("\n<!--\n"),
    "<!-- in words": _over("a <!-- b "),
    "<!-- -->": _over("<!-- a -->\n\n"),
    "<?": _over("<?a "),
    "<?, apart": _over("<?a\n\n"),
    "<!A": _over("<!A "),
    "<![CDATA[": _over("<![CDATA["),
    "<http://": _over("<http://a.b "),
    "<http://a>": _numbered("<https://example.org/#N> "),
    "&": _over("&"),
    "&amp": _over("&amp;"),
    "&#": _over("&#"),
    "{": _over("{"),
    "{ }": _over("{a} "),
    "{#": _over("{#a "),
    "{#a}": _numbered("*a*{#b#N} "),
    "{.a} after paragraphs": _numbered("a\n{#b#N}\n\n"),
    "{.a} after headings": _numbered("## A {#b#N}\n\n"),
    "@": _over("@"),
    "[@": _over("[@"),
    "[@a;": lambda size: "[" + _over("@a; ")(size) + "@a]",
    "citations": _over("[@he2016deep] "),
    "citations, none known": _numbered("[@key#N] "),
    "|": _over("|"),
    "| on lines": _over("|\n"),
    "tables": _over("| a | b |\n|---|---|\n| c | d |\n\n"),
    "one long table": lambda size: "| a | b |\n|---|---|\n" + _over("| c | d |\n")(size),
    "one wide table": lambda size: "\n".join(
        _over(cell)(size // 3) + "|" for cell in ("| a ", "|---", "| b ")
    ),
    "|- ": _over("|-"),
    "rules of tables": _over("|---|---|\n"),
    "headings of one name": _over("## Same\n\n"),
    "headings": _numbered("## Name #N\n\n"),
    "headings, name_1": _over("## Same\n\n## Same_1\n\n"),
    "#": _over("#"),
    "# ": _over("# \n"),
    "underlines =": _over("a\n=\n"),
    "underlines -": _over("a\n---\n\n"),
    "one long heading": lambda size: "## " + _over("word ")(size),
    "=": _over("=\n"),
    "-": _over("-\n"),
    "definitions": _numbered("[a#N]: b.md\n"),
    "definitions of one name": _over("[a]: b.md\n"),
    "definitions, used": _numbered("[a#N][]\n\n[a#N]: b.md\n\n"),
    "[a][b]": _numbered("[a][b#N] "),
    "[a]:": _over("[a]:"),
    "footnotes": _numbered("a[^b#N]\n\n[^b#N]: c\n\n"),
    "footnotes, none defined": _numbered("a[^b#N] "),
    "footnotes of one name": _over("a[^b]\n\n[^b]: c\n\n"),
    "[^": _over("[^"),
    "definition lists": _over("a\n:   b\n\n"),
    "admonitions": _over("!!! note\n    [a](#shapes)\n\n"),
    "admonitions in each other": _stairs("    ", "!!! note\n"),
    "!!!": _over("!!! note\n"),
    "tabs": _over('=== "A"\n\n    a\n\n'),
    "details": _over('??? note "A"\n\n    a\n\n'),
    "snippets, none there": _numbered('--8<-- "none#N.md"\n'),
    "snippets of one file": _over('--8<-- "docs/en/concepts/part.md"\n'),
    "snippets of itself": _over('--8<-- "docs/en/concepts/shape.md"\n'),
    "snippets of a long file": _over('--8<-- "docs/en/concepts/long.md:one"\n'),
    "--8<--": _over("--8<--\n"),
    "fences, none closed": lambda size: "```\n" + _over("a\n")(size),
    "fences": _over("```python\na = 1\n```\n\n"),
    "fences, ever longer": lambda size: "\n".join(
        islice(("`" * n for n in count(3)), int((2 * size) ** 0.5))
    ),
    "fences on lines": _over("```\n~~~\n"),
    "code, indented": _over("    a\n\n"),
    "blank lines": _over("\n"),
    "spaces": _over(" "),
    "spaces at the ends of lines": _over("a                    \n"),
    "lines of spaces": _over("          \n"),
    "tabs at the start": _over("\ta\n"),
    "Chinese": _over("残差连接让深层网络容易优化，批归一化也一样。"),
    "terms": _over("残差块 批归一化 residual block batch normalization "),
    "letters of many scripts": _over("aа "),
    "unseen characters": _over("a\u200b"),
    "control characters": _over("a\x01\x1a"),
    "other line ends": _over("a\u2028"),
    "NUL": _over("\0"),
    "links to one missing page": _over("[a](none.md) "),
    "links to missing pages": _numbered("[a](none#N.md) "),
    "links to missing anchors": _numbered("[a](#none#N) "),
    "links in the wrong case": _over("[a](../concepts/PART.md) "),
    "pictures without words": _over("![](../../../papers/a.png)\n\n"),
    "numbers quoted": _numbered("[#N](#n-a#N) "),
    "links out": _numbered("[a](https://example.org/#N) "),
    "raw addresses": _numbered("https://example.org/#N "),
    "links that run code": _over("[a](javascript:a) "),
    "questions": _numbered("### Is it #N?\n\na\n\n"),
    "exercises": _numbered('**#N.** A?\n\n??? success "Answer"\n    b\n\n'),
}
"""What a page of a note may hold, by its name."""

HEADS: dict[str, Shape] = {
    "YAML: keys": _head("key#N: a\n"),
    "YAML: one key": _head("title: a\n"),
    "YAML: one list": _head("a#N, ", "tags: [", "a]"),
    "YAML: numbers": _head('  - {id: a#N, what: "b", value: "1", from: "Table 1"}\n', "numbers:\n"),
    "YAML: numbers of one id": _head('  - {id: a, what: "b", value: "1", from: "Table 1"}\n', "numbers:\n"),
    "YAML: [": _head("[", "tags: "),
    "YAML: {": _head("{a: ", "tags: "),
    "YAML: - ": _head("- ", "tags:\n  "),
    "YAML: ?": _head("? ", ""),
    "YAML: ever deeper": lambda size: "---\n" + _stairs(" ", "a:")(size) + "\n---\n\n# Shapes\n",
    "YAML: one long text": _head("a ", "tldr: "),
    "YAML: one long quote": _head("a ", 'tldr: "', '"'),
    "YAML: quote not closed": _head("a\n  ", 'tldr: "'),
    "YAML: aliases": _head("a#N: &b#N c\n"),
    "YAML: long key": _head("a", "", ": b"),
    "YAML: comments": _head("# a\n"),
    "YAML: tags": _head("a#N: !!x b\n"),
    "YAML: colons": _head("a: b: c\n"),
    "not closed": lambda size: "---\n" + _over("a: b\n")(size),
    "not closed, ---": lambda size: "---\n" + _over("--- a\n")(size),
    "front matter over and over": _over("---\na: b\n---\n"),
}
"""Whole files whose front matter is the shape."""

SHAPES: dict[str, Shape] = {
    **{name: (lambda size, made=made: HEAD + made(size)) for name, made in BODIES.items()},
    **HEADS,
}
