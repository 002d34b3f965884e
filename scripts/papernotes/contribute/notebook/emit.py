"""Blocks back to Markdown, indented and spaced as Python-Markdown and every other reader need it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from papernotes.contribute.notebook.blocks import Block, Shape
from papernotes.contribute.notebook.vault import HOLD, Kind, Vault

_CALLOUT = re.compile(
    r"\[!(?P<kind>[\w-]+)(?:\|[^\]]*)?\](?P<fold>[-+]?)[ \t]*(?P<title>[^\n]*)(?:\n(?P<rest>[\s\S]*))?\Z"
)
_GAP = "<!-- -->"


def emit(blocks: Sequence[Block], vault: Vault) -> str:
    """Markdown of some blocks; what was put away stays so, but for blocks."""
    return "\n".join(_blocks(blocks, vault))


def _blocks(blocks: Sequence[Block], vault: Vault) -> list[str]:
    out: list[str] = []
    for index, block in enumerate(blocks):
        lines = _lines(block, vault)
        if not lines:
            continue
        before = blocks[index - 1] if index else None
        if before and before.shape is Shape.LIST and block.shape is Shape.LIST:
            lines = [_GAP, "", *lines]
        out += ["", *lines] if out else lines
    return out


def _lines(block: Block, vault: Vault) -> list[str]:
    match block.shape:
        case Shape.HEADING:
            return [f"{'#' * min(block.level, 6)} {block.text.text}"]
        case Shape.PARAGRAPH:
            return paragraph(block.text.text, vault)
        case Shape.TABLE:
            return [line.rstrip() for line in block.text.text.split("\n")]
        case Shape.CODE:
            return ["```", *block.text.text.split("\n"), "```"]
        case Shape.RULE:
            return ["---"]
        case Shape.LIST:
            return _list(block, vault)
        case _:
            return _quote(block, vault)


def paragraph(text: str, vault: Vault) -> list[str]:
    """A paragraph, cut where a block stands in it."""
    out: list[str] = []
    for piece in re.split(f"({HOLD.pattern})", text):
        if HOLD.fullmatch(piece) and vault.is_block(piece):
            out += ["\0", *vault.text(piece).split("\n"), "\0"]
        elif out and out[-1] != "\0":
            out[-1] += piece
        else:
            out.append(piece)
    lines: list[str] = []
    block = False
    for part in out:
        if part == "\0":
            block = not block
            if lines and lines[-1]:
                lines.append("")
        elif block:
            lines.append(part)
        elif part.strip():
            lines += [_line(line.lstrip()) for line in part.strip().split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _line(line: str) -> str:
    """A line of a paragraph, with a break and without a heading that only Python-Markdown would see."""
    return re.sub(r"(?<!\\)\\\Z", "  ", re.sub(r"\A(?=#)", r"\\", line))


def _list(block: Block, vault: Vault) -> list[str]:
    out: list[str] = []
    number = block.start
    bodies = []
    for item in block.children:
        children = [_bold(child) for child in item.children]
        bodies.append(_item(children, vault))
    loose = block.loose or any("" in body for body in bodies)
    for body in bodies:
        mark = "-" if number is None else f"{number}."
        number = None if number is None else number + 1
        if not body:
            continue
        if out and loose:
            out.append("")
        out.append(f"{mark} {body[0]}")
        out += [f"    {line}" if line else "" for line in body[1:]]
    return out


def _item(children: list[Block], vault: Vault) -> list[str]:
    """The lines of a list item, a nested list right below its text."""
    if not children:
        return []
    out: list[str] = []
    for child in children:
        if child.shape is Shape.PARAGRAPH and not out:
            text = HOLD.sub(
                lambda m: (
                    vault.restore(m[0]) if m.start() == 0 and vault.kind(m[0]) is Kind.DISPLAY else m[0]
                ),
                child.text.text,
            )
            lines = paragraph(text, vault)
            first = HOLD.match(text.lstrip())
            if first and vault.is_block(first[0]):
                lines = [_GAP, "", *lines]
        else:
            lines = _lines(child, vault)
            if not out and child.shape is not Shape.PARAGRAPH:
                lines = [_GAP, "", *lines]
        # Python-Markdown sees a nested list without a blank line only right below the item's own line
        gap = bool(out) and not (child.shape is Shape.LIST and not child.loose and child is children[1])
        out += ["", *lines] if gap else lines
    return out


def _bold(block: Block) -> Block:
    """A heading inside a list or quote becomes a line in bold: it is no part of the page's outline."""
    if block.shape is not Shape.HEADING:
        return block
    text = block.text.text.replace("**", "")
    return Block(Shape.PARAGRAPH, type(block.text)(f"**{text}**" if text else "", block.text.numbers))


def _quote(block: Block, vault: Vault) -> list[str]:
    children = [_bold(child) for child in block.children]
    first = children[0] if children else None
    found = _CALLOUT.match(first.text.text) if first and first.shape is Shape.PARAGRAPH else None
    if found is None:
        return [f"> {line}".rstrip() for line in _blocks(children, vault)]
    title = found["title"].strip().replace('"', "'")
    mark = {"-": "???", "+": "???+"}.get(found["fold"], "!!!")
    body = paragraph(found["rest"] or "", vault)
    rest = _blocks(children[1:], vault)
    body = [*body, *([""] if body and rest else []), *rest]
    head = f"{mark} {found['kind'].lower()}" + (f' "{title}"' if title else "")
    return [head, *(f"    {line}" if line else "" for line in body or [_GAP])]
