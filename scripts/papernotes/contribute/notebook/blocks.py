"""The blocks of a notebook, as the author's editor read them: CommonMark, with tables."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import accumulate
from textwrap import dedent
from typing import Any

import pyromark

from papernotes.contribute.notebook.indented import ITEM, is_prose
from papernotes.contribute.notebook.model import Log, left, quoted
from papernotes.contribute.notebook.text import Text, joined
from papernotes.contribute.notebook.vault import HOLD, Kind, Vault

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_LEAVES = {"Paragraph", "Heading", "Table", "CodeBlock", "HtmlBlock"}
_CONTAINERS = {"List", "Item", "BlockQuote"}


class Shape(Enum):
    """Kinds of blocks."""

    HEADING = auto()
    PARAGRAPH = auto()
    CODE = auto()
    TABLE = auto()
    RULE = auto()
    LIST = auto()
    ITEM = auto()
    QUOTE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its text without the marks of what it stands in, or the blocks it holds."""

    shape: Shape
    text: Text
    level: int = 0
    """Of a heading."""
    start: int | None = None
    """First number of an ordered list."""
    column: int = 0
    """Where the first mark of a list stands."""
    loose: bool = False
    """Whether blank lines stand between the items of a list."""
    children: tuple[Block, ...] = ()

    @property
    def line(self) -> int:
        """The line of the notebook on which it begins."""
        return self.text.first


@dataclass(slots=True)
class _Open:
    shape: Shape
    low: int
    high: int
    start: int | None = None
    children: list[Block] = field(default_factory=list)
    run: tuple[int, int] | None = None
    paragraphs: bool = False


def parse(text: Text, vault: Vault, log: Log) -> tuple[Block, ...]:
    """The blocks of a text.

    Args:
        text: Markdown; code, formulas, HTML and links put away.
        vault: what they were put away in; indented code joins them.
        log: the report.
    """
    return _Parser(text, vault, log).blocks()


class _Parser:
    def __init__(self, text: Text, vault: Vault, log: Log) -> None:
        self.source, self.vault, self.log = text, vault, log
        self.bytes = [0, *accumulate(len(char.encode()) for char in text.text)]
        self.stack = [_Open(Shape.QUOTE, 0, len(text.text))]

    def blocks(self) -> tuple[Block, ...]:
        leaf = ""
        info: Any = None
        code: list[str] = []
        event: Any
        for event, span in pyromark.events_with_range(self.source.text, options=_OPTIONS):
            low, high = (bisect_right(self.bytes, span[end]) - 1 for end in ("start", "end"))
            kind, name, value = _read(event)
            if kind == "Start" and name in _LEAVES:
                self.end_run()
                leaf, info, code = name, value, []
            elif kind == "End" and name in _LEAVES:
                self.leaf(name, info, low, high, "".join(code))
                leaf = ""
            elif kind == "Start" and name in _CONTAINERS:
                self.end_run()
                shape = {"List": Shape.LIST, "Item": Shape.ITEM}.get(name, Shape.QUOTE)
                self.stack.append(_Open(shape, low, high, value if name == "List" else None))
            elif kind == "End" and name in _CONTAINERS:
                self.end_run()
                self.close()
            elif name == "Rule":
                self.end_run()
                self.add(Block(Shape.RULE, self.source.cut(low, low)))
            elif leaf == "CodeBlock" and name == "Text":
                code.append(value)
            elif not leaf:
                run = self.stack[-1].run
                self.stack[-1].run = (run[0] if run else low, high)
        self.end_run()
        return _nested(self.stack[0].children)

    def add(self, block: Block) -> None:
        self.stack[-1].children.append(block)

    def end_run(self) -> None:
        """The text of a tight item is no paragraph to the parser; make it one."""
        if run := self.stack[-1].run:
            self.add(Block(Shape.PARAGRAPH, self.inner(*run)))
            self.stack[-1].run = None

    def close(self) -> None:
        done = self.stack.pop()
        children = tuple(_nested(done.children))
        text = self.source.cut(done.low, done.high)
        if done.shape is Shape.LIST:
            line = self.source.text[self.source.text.rfind("\n", 0, done.low + 1) + 1 :]
            column = len(line) - len(line.lstrip(" \t"))
            loose = any(child.loose for child in children)
            self.add(Block(Shape.LIST, text, start=done.start, column=column, loose=loose, children=children))
        else:
            self.add(Block(done.shape, text, loose=done.paragraphs, children=children))

    def inner(self, low: int, high: int) -> Text:
        """A stretch of the source without the marks of the quotes and lists around it."""
        depth = sum(open_.shape is Shape.QUOTE for open_ in self.stack[1:])
        lines = self.source.cut(low, high).lines()
        out = [(lines[0][0], lines[0][1].lstrip(" \t"))]
        for number, line in lines[1:]:
            for _ in range(depth):
                line = re.sub(r"^[ \t]*>", "", line)
            out.append((number, line.lstrip(" \t")))
        while len(out) > 1 and not out[-1][1].strip():
            out.pop()
        return joined(out)

    def leaf(self, name: str, info: Any, low: int, high: int, code: str) -> None:
        if name in {"Paragraph", "HtmlBlock"}:
            self.add(Block(Shape.PARAGRAPH, self.inner(low, high)))
            self.stack[-1].paragraphs = True
        elif name == "Table":
            self.table(self.inner(low, high))
        elif name == "Heading":
            self.heading(int(str(info["level"])[1:]), self.inner(low, high))
        elif info == "Indented":
            self.indented(code, low, high)
        else:
            self.add(Block(Shape.CODE, Text(code.rstrip("\n"), self.numbers(low, code.rstrip("\n")))))

    def table(self, text: Text) -> None:
        """A table; the text right below it, which CommonMark takes for a row, is a paragraph."""
        lines = text.lines()
        end = len(lines)
        while end > 2 and "|" not in lines[end - 1][1]:
            end -= 1
        self.add(Block(Shape.TABLE, joined(lines[:end])))
        if end < len(lines):
            self.add(Block(Shape.PARAGRAPH, joined(lines[end:])))

    def numbers(self, low: int, text: str) -> tuple[int, ...]:
        first = self.source.text.count("\n", 0, low)
        return self.source.numbers[first : first + text.count("\n") + 1]

    def heading(self, level: int, text: Text) -> None:
        if atx := re.match(r"#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z", text.text):
            self.add(Block(Shape.HEADING, Text((atx[1] or "").strip(), text.numbers[:1]), level))
            return
        lines = text.lines()
        above = joined(lines[:-1])
        if lines[-1][1].startswith("-") and (
            len(lines) > 2 or len(above.text) > 80 or above.text.endswith(("。", "."))
        ):
            self.add(Block(Shape.PARAGRAPH, above))
            self.add(Block(Shape.RULE, Text("", (lines[-1][0],))))
        else:
            self.add(Block(Shape.HEADING, Text(" ".join(above.text.split()), above.numbers[:1]), level))

    def indented(self, code: str, low: int, high: int) -> None:
        """What CommonMark takes for code because it is indented: paragraphs, unless they look like code."""
        source = self.source.text[self.source.text.rfind("\n", 0, low) + 1 : high]
        tabbed = "\t" in source[: len(source) - len(source.lstrip())]
        body = code.strip("\n")
        groups: list[tuple[bool, list[tuple[int, str]]]] = []
        for line in zip(self.numbers(low, body), body.split("\n"), strict=True):
            if not line[1].strip():
                if groups:
                    groups[-1][1].append(line)
            elif groups and groups[-1][1][-1][1].strip():
                groups[-1][1].append(line)
            else:
                groups.append((False, [line]))
        merged: list[tuple[bool, list[tuple[int, str]]]] = []
        for _, lines in groups:
            body = "\n".join(text for _, text in lines)
            prose = is_prose(body, tabbed) or any(map(self.vault.is_block, HOLD.findall(body)))
            if merged and merged[-1][0] == prose:
                merged[-1][1].extend(lines)
            else:
                merged.append((prose, lines))
        for prose, lines in merged:
            self.dedented(lines) if prose else self.kept(lines)

    def kept(self, lines: list[tuple[int, str]]) -> None:
        """Indented code, as a fenced block: so it is code for everybody."""
        low, high = lines[0][0], lines[-1][0]
        source = [
            re.sub(r"^[ \t]*(?:>[ ]?)+", "", line).expandtabs(4) for line in self.vault.source[low - 1 : high]
        ]
        shown = dedent("\n".join(source)).rstrip()
        first = shown.split("\n")[0].strip()
        left(self.log, lines[0][0], f"indented text, kept as code: {quoted(first)}")
        hold = self.vault.put(Kind.FENCE, f"```\n{shown}\n```")
        self.add(Block(Shape.PARAGRAPH, Text(hold, (lines[0][0],))))

    def dedented(self, lines: list[tuple[int, str]]) -> None:
        """Paragraphs and lists that somebody indented."""
        lines = [(number, line.expandtabs(4)) for number, line in lines]
        width = min(len(line) - len(line.lstrip()) for _, line in lines if line.strip())
        listed = any(ITEM.match(line) for _, line in lines)
        cut = [(number, line[width:] if listed else line.lstrip()) for number, line in lines]
        for block in _Parser(joined(cut), self.vault, self.log).blocks():
            self.add(block)


def _read(event: Any) -> tuple[str, str, Any]:
    """An event as (Start, End or empty; name; value)."""
    if not isinstance(event, dict):
        return "", event, None
    (kind, inner), *_ = event.items()
    if kind not in {"Start", "End"}:
        return "", kind, inner
    if isinstance(inner, dict):
        (name, value), *_ = inner.items()
        return kind, name, value
    return kind, inner, None


def _nested(blocks: list[Block] | tuple[Block, ...]) -> tuple[Block, ...]:
    """Lists indented by too little to be nested for CommonMark, nested as they were meant."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if (
            last
            and block.shape is Shape.LIST
            and last.shape is Shape.LIST
            and block.column > last.column
            and last.children
            and (block.start is None) != (last.start is None)
        ):
            item = last.children[-1]
            inner = replace(item, children=_nested([*item.children, block]))
            out[-1] = replace(last, children=(*last.children[:-1], inner))
        else:
            out.append(block)
    return tuple(out)
