"""Pages as people write them, and as they should not: inline constructs in blocks in containers."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = [
    "a",
    "word",
    "Two words",
    "数学原理",
    "snake_case",
    "x < y",
    "50 %",
    "it's",
    '"so"',
    "A & B",
    "C#",
    "e.g. this,",
    "5 * 3",
    "[ ]",
    "(b)",
    "a_b_c",
    "!",
    "&amp;",
    "1. one",
    "é",
    "🙂",
    "\\[x\\]",
]
TARGETS = [
    "b.md", "b.md#c", "#c", "../x/b.md", "i.svg", "b_(c).md", "<b c.md>", "#%E6%AE%8B", "https://example.org/a?b=1&c=2",
    'b.md "title"', "b.md 'title'", "<b.md> \"t\"", "b c.md", "", "b\\_c.md", "b.md (title)", "\nb.md", "b(c.md", "mailto:a@b.org", 'b.md "a (b) [c](d)"',
]  # fmt: skip
MATH = [
    "$x_1$",
    "$a[i](j)$",
    r"\(a [b](c)\)",
    r"$\frac{a}{b$",
    "$5 and $6",
    "$$y$$",
    "$a<b$",
    "$x_{<i}$",
    "$a|b$",
]
ATOMS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.sampled_from(MATH),
    st.sampled_from(
        [
            "`code`",
            "`[no](no.md)`",
            "``a`b``",
            "`a",
            "`$x$`",
            '`<a href="n.md"></a>`',
            "<https://example.org/>",
            "<me@example.org>",
            "<!-- [no](no.md) -->",
            "<!-- c -->",
            "<br>",
            "[^1]",
            "[^n]",
            "[^ref-x]",
            "[@key]",
            "[@key, Table 2]",
            "[r]",
            "[r][]",
            "[undefined][]",
            r"\[no](no.md)",
            r"\`",
            r"\*",
            '<a href="raw.md">raw</a>',
            "<img src='raw.png' alt=\"x\">",
            '<a id="here"></a>',
            '<span id="there">x</span>',
            '<a\nhref="two.md">two</a>',
            "<b>[in](b.md)</b>",
            '<kbd title="[t](t.md)">',
            "https://bare.org",
            "[x]",
            "[a] [r]",
            "{#no}",
            "--",
        ]
    ),
)


def _link(text: str, target: str) -> str:
    return f"[{text}]({target})"


def _image(text: str, target: str) -> str:
    return f"![{text}]({target})"


def _wrap(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    targets = st.sampled_from(TARGETS)
    return st.one_of(
        st.builds(_link, children, targets),
        st.builds(_image, children, targets),
        st.builds(
            lambda text, label: f"[{text}][{label}]", children, st.sampled_from(["r", "R", "undefined", ""])
        ),
        st.builds(lambda text: f"*{text}*", children),
        st.builds(lambda text: f"**{text}**", children),
        st.builds(lambda text: f"_{text}_", children),
        st.builds(
            lambda link, name: f"{link}{{{name}}}",
            st.builds(_link, children, targets),
            st.sampled_from(["#l1", ": #l2 .c ", " .c ", '#l3 title="x"']),
        ),
        st.builds(lambda one, two: f"{one} {two}", children, children),
        st.builds(lambda one, two: f"{one}{two}", children, children),
    )


INLINE = st.recursive(ATOMS, _wrap, max_leaves=5)
LINE = INLINE.map(lambda text: " ".join(text.split()))
SIMPLE = st.one_of(
    st.sampled_from(
        ["word", "A [link](b.md) here.", "![i](i.svg)", "$x$ and *this*", "`code`", "[t](b.md#c) [^1]"]
    ),
    LINE,
)


def _indent(text: str, width: int = 4) -> str:
    return "\n".join(" " * width + line if line else line for line in text.split("\n"))


def _heading(level: int, text: str, tail: str) -> str:
    return "#" * level + f" {text}{tail}"


HEADINGS = st.one_of(
    st.builds(
        _heading,
        st.integers(1, 6),
        st.one_of(st.sampled_from(WORDS), LINE),
        st.sampled_from(["", "", " #", " {#own}", " { #own .open }", " {: .c #two }", " ##", " {.c}"]),
    ),
    st.builds(lambda text, line: f"{text}\n{line}", LINE, st.sampled_from(["===", "---", "-", "= "])),
    st.builds(lambda text: f"#{text}", LINE),
    st.builds(lambda text: f"#{text}\nnext line", SIMPLE),
    st.builds(lambda text, more: f"{text}\n## {more}\n{text}", LINE, LINE),
)
LEAVES = st.one_of(
    INLINE,
    INLINE,
    st.builds(lambda one, two: f"{one}\n{two}", LINE, LINE),
    HEADINGS,
    HEADINGS,
    st.builds(lambda text: f"```\n{text}\n```", LINE),
    st.builds(
        lambda info, text: f"```{info}\n{text}\n```",
        st.sampled_from(
            ['py title="a"', "py a", 'py a="b"', 'py hl_lines="1"', "{.py a=b}", "py {.a}", ".py"]
        ),
        LINE,
    ),
    st.builds(lambda text: f"~~~ python\n{text}\n\n## no\n~~~", LINE),
    st.builds(lambda text: f"```\n{text}", LINE),
    st.builds(lambda text: f"    {text}", LINE),
    st.builds(
        lambda text: f"$$\n{text}\n$$",
        st.sampled_from(["x_1", "a\n- b\n+ c", "[no](no.md)", r"\frac{a}{b", "x_{<i}"]),
    ),
    st.builds(lambda one, two: f"| a | b |\n|---|---|\n| {one} | {two} |", SIMPLE, SIMPLE),
    st.builds(lambda one, two: f"a | b\n--|:-:\n{one} | {two}\n", SIMPLE, SIMPLE),
    st.builds(lambda text: f"{text}\n{{: #para .c }}", SIMPLE),
    st.builds(lambda text: f"Term\n:   {text}", SIMPLE),
    st.builds(lambda text: f"<div>\n{text}\n\n{text}\n</div>", SIMPLE),
    st.builds(lambda text: f"<p>{text}</p>", SIMPLE),
    st.builds(lambda text: f"<!--\n{text}\n\n{text}\n-->", SIMPLE),
    st.builds(lambda text: f"<!-- {text} --> {text}", SIMPLE),
    st.builds(
        lambda text, label: f"{text}\n\n[{label}]: ref.md#x 'title'",
        SIMPLE,
        st.sampled_from(["r", "R", "other"]),
    ),
    st.builds(lambda text: f"[^1]: {text}", SIMPLE),
    st.builds(lambda text: f"[^n]: {text}\n\n    More {text}", SIMPLE),
    st.sampled_from(
        [
            "***",
            "---",
            "- - -",
            "[r]: r.md",
            "* * *",
            "<hr>",
            "<br>",
            "[r]: <r s.md>\n[r]: other.md",
            "## Same",
            "# ",
            "####### seven",
            "<div>",
            "</div>",
            "<https://example.org>",
            "    code\n\n    [no](no.md)",
            "  ## indented",
            "- \n- x",
            '<iframe src="x.html"></iframe>',
            "<script>\nlet a = '[x](y.md)'\n</script>",
            "<details>\n<summary>[a](b.md)</summary>\n\n[c](d.md)\n\n</details>",
            '<figure markdown="span">![a](b.svg)<figcaption>x [y](z.md)</figcaption></figure>',
        ]
    ),
)


def _items(marks: tuple[str, ...], parts: list[str], width: int, gap: str) -> str:
    made = []
    for number, part in enumerate(parts):
        first, _, rest = part.partition("\n")
        mark = marks[number % len(marks)]
        made.append(f"{mark} {first}" + (f"\n{_indent(rest, width)}" if rest else ""))
    return gap.join(made)


def _contain(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    many = st.lists(children, min_size=1, max_size=3)
    body = many.map("\n\n".join)
    return st.one_of(
        body,
        st.builds(
            _items,
            st.sampled_from([("-",), ("*",), ("1.", "2."), ("1)",), ("-  ",), ("-   ",), ("10.",)]),
            many,
            st.sampled_from([4, 4, 4, 2, 3]),
            st.sampled_from(["\n", "\n", "\n\n"]),
        ),
        st.builds(lambda text, child: f"- {text}\n\n{_indent(child)}", SIMPLE, children),
        st.builds(lambda text, child: f"{text}\n- {child}", SIMPLE, SIMPLE),
        st.builds(lambda text, child: f"- {text}\n    - {child}\n        - {text}", SIMPLE, SIMPLE),
        st.builds(lambda text, child: f"- {text}\n  - {child}\n    - {text}", SIMPLE, SIMPLE),
        body.map(lambda text: "\n".join(f"> {line}".rstrip() for line in text.split("\n"))),
        st.builds(
            lambda mark, text: f"{mark}\n{_indent(text)}",
            st.sampled_from(
                [
                    "!!! note",
                    '!!! tip "A title"',
                    "??? note",
                    '???+ success "T [l](t.md)"',
                    '=== "Tab"',
                    "!!! danger bad",
                    '!!! note "[t](t.md)"',
                    "!!!note",
                    '=== "T `c`"',
                ]
            ),
            body,
        ),
        st.builds(
            lambda mark, text: f"{mark}\n\n{_indent(text)}", st.sampled_from(["!!! note", '=== "Tab"']), body
        ),
        st.builds(
            lambda one, two: f'=== "One"\n\n{_indent(one)}\n\n=== "Two"\n\n{_indent(two)}', children, children
        ),
        body.map(lambda text: f'<div markdown class="x">\n\n{text}\n\n</div>'),
        body.map(lambda text: f'<div markdown="1" id="box">\n{text}\n</div>'),
        body.map(
            lambda text: f'<section markdown="block">\n\n<div markdown>\n\n{text}\n\n</div>\n\n</section>'
        ),
        st.builds(lambda text: f'<p markdown="span">{text}</p>', SIMPLE),
        st.builds(lambda text, child: f"{text}\n\n{_indent(child, 3)}", SIMPLE, children),
        st.builds(lambda text, child: f"[^1]: {text}\n\n{_indent(child)}", SIMPLE, children),
    )


BLOCKS = st.recursive(LEAVES, _contain, max_leaves=6)
PAGES = st.builds(
    lambda parts, gap, tail: gap.join(parts) + tail,
    st.lists(BLOCKS, min_size=1, max_size=4),
    st.sampled_from(["\n\n", "\n\n", "\n\n", "\n"]),
    st.sampled_from(["", "\n", "\n\n[r]: r.md\n", "\n\n[^1]: note [l](foot.md)\n\n[^n]: n\n"]),
)

PLAIN = st.sampled_from(
    [
        "Some words",
        "数学原理 and 残差",
        "a [link](b.md)",
        "[one](b.md#c) and [two](../x/b.md)",
        "![alt](i.svg)",
        "[![alt](i.svg)](b.md)",
        "`code` and `[no](no.md)`",
        "*em* and **strong [l](m.md)**",
        "$x_1$ and $a[i](j)$",
        "a [ref][r] and [r]",
        "cited [@key, Table 2]",
        "note[^1]",
        "<https://example.org/>",
        '<a href="raw.md">raw</a>',
        '<span id="there">x</span>',
        "it costs $5",
        "[x](b_(c).md 'title')",
        "[l](m.md){ .c #l1 }",
        "50 % & more",
        "[text](<b c.md>)",
        r"escaped \\[no](no.md)",
        "two\nlines [l](m.md)",
        "snake_case_word",
        "a < b > c",
    ]
)
TEXT = st.lists(PLAIN, min_size=1, max_size=4).map(" ".join)
ONE = TEXT.map(lambda text: " ".join(text.split()))
MILD_LEAVES = st.one_of(
    TEXT,
    TEXT,
    st.builds(
        _heading,
        st.integers(1, 4),
        st.sampled_from(
            ["Same", "数学原理", "The `x` of *it*", "Why?", "A & B", "A [link](b.md)", "The norm $x_1$"]
        ),
        st.sampled_from(["", "", " {#own}", " { .open }"]),
    ),
    ONE.map(lambda text: f"```python\n{text}\n\n## no\n```"),
    st.sampled_from(
        [
            "$$\nx_1 + [no](no.md)\n$$",
            "$$ y $$",
            "***",
            "<!-- [no](no.md) -->",
            "[r]: r.md",
            "<div>\n\n[no](no.md)\n\n</div>",
            "    [no](no.md)",
        ]
    ),
    st.lists(ONE, min_size=1, max_size=3).map(
        lambda rows: "| a | b |\n|---|---|\n" + "\n".join(f"| {row} | x |" for row in rows)
    ),
    st.lists(TEXT, min_size=1, max_size=3).map(lambda parts: _items(("-",), parts, 4, "\n")),
    ONE.map(lambda text: f"{text}\n{{: #para .c }}"),
    st.builds(lambda one, two: f"- {one}\n    - {two}\n\n        {one}\n- {two}", ONE, ONE),
)


def _contain_mildly(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(children, min_size=1, max_size=3).map("\n\n".join)
    return st.one_of(
        body,
        st.builds(
            lambda mark, text: f"{mark}\n{_indent(text)}",
            st.sampled_from(["!!! note", '!!! tip "A title"', '??? success "Answer"', '=== "Tab"']),
            body,
        ),
        body.map(lambda text: "\n".join(f"> {line}".rstrip() for line in text.split("\n"))),
        st.builds(lambda text, child: f"1. {text}\n\n{_indent(child)}", ONE, children),
        body.map(lambda text: f'<div markdown class="x">\n\n{text}\n\n</div>'),
    )


MILD = st.builds(
    lambda parts, tail: "\n\n".join(parts) + tail,
    st.lists(st.recursive(MILD_LEAVES, _contain_mildly, max_leaves=4), min_size=1, max_size=6),
    st.sampled_from(["", "\n", "\n\n[r]: r.md\n\n[^1]: note [l](foot.md)\n"]),
)
"""Pages as people write them."""
