"""The parts of one paper, each where its heading says: above the sections, or in one of the nine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from papernotes.contribute.notebook import headings, vocabulary
from papernotes.contribute.notebook.blocks import Block, Shape
from papernotes.contribute.notebook.links import CAPTION
from papernotes.contribute.notebook.model import Log, changed, quoted, removed
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import HOLD, Kind, Vault

Entry = tuple[Block | None, tuple[Block, ...]]
"""A heading and what stands below it."""


@dataclass(slots=True)
class Placed:
    """What stands above the sections, and in each."""

    above: list[Block] = field(default_factory=list)
    entries: list[list[Entry]] = field(default_factory=lambda: [[] for _ in range(9)])


def arrange(blocks: Sequence[Block], log: Log) -> Placed:
    """Place the blocks of a paper.

    Args:
        blocks: what follows the paper's heading.
        log: the report; empty sections are listed there.
    """
    placed = Placed()
    lead, units = _units(blocks)
    placed.above += lead
    for heading, body in units:
        _place(placed, heading, body, log)
    return placed


def _units(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[tuple[Block, tuple[Block, ...]]]]:
    """What comes before the first heading of the highest level, and those headings with what follows them."""
    levels = [block.level for block in blocks if block.shape is Shape.HEADING]
    first = next((n for n, block in enumerate(blocks) if block.shape is Shape.HEADING), len(blocks))
    if not levels:
        return tuple(blocks), []
    # a deeper heading before the first of the highest level begins a unit of its own
    starts = [
        n
        for n, block in enumerate(blocks)
        if block.shape is Shape.HEADING and (block.level == min(levels) or n == first)
    ]
    ends = [*starts[1:], len(blocks)]
    units = [(blocks[a], tuple(blocks[a + 1 : b])) for a, b in zip(starts, ends, strict=True)]
    return tuple(blocks[:first]), units


def _place(placed: Placed, heading: Block, body: tuple[Block, ...], log: Log) -> None:
    if headings.generic(heading.text.text):
        removed(log, heading.line, f"heading of the notebook: {quoted(heading.text.text)}")
        lead, units = _units(body)
        placed.above += lead
        for inner, rest in units:
            _place(placed, inner, rest, log)
        return
    section = headings.section(heading.text.text)
    if section is None:
        lead, units = _units(body)
        if any(headings.section(inner.text.text) is not None for inner, _ in units):
            kept: list[Block] = list(lead)
            for inner, rest in units:
                if headings.section(inner.text.text) is None:
                    kept += [inner, *rest]
                else:
                    _place(placed, inner, rest, log)
            if kept:
                placed.entries[vocabulary.HOW].append((heading, tuple(kept)))
            else:
                removed(
                    log, heading.line, f"heading of parts that are sections now: {quoted(heading.text.text)}"
                )
            return
        section = vocabulary.HOW
    if not any(_says_something(block) for block in body):
        removed(log, heading.line, f"empty section: {quoted(heading.text.text)}")
        return
    if section == vocabulary.ABOUT:
        placed.above += [
            _label(heading),
            *(_label(one) if one.shape is Shape.HEADING else one for one in body),
        ]
    else:
        placed.entries[section].append((heading, body))


def _says_something(block: Block) -> bool:
    return block.shape is not Shape.RULE and bool(block.text.text.strip() or block.children)


def _label(heading: Block) -> Block:
    """A heading as a line in bold."""
    text = headings.number(heading.text.text)
    return Block(
        Shape.PARAGRAPH, Text(f"**{' '.join(part for part in text if part)}**", heading.text.numbers)
    )


def body(entries: list[Entry], name: str, log: Log) -> list[Block]:
    """The blocks of one section: headings of level 3 and deeper.

    Args:
        entries: what was placed there.
        name: the section's heading.
        log: the report; a heading that the section's own replaces is listed there.
    """
    out: list[Block] = []
    alone = len(entries) == 1 or all(heading is None for heading, _ in entries)
    for heading, blocks in entries:
        if heading is None or (alone and headings.exact(heading.text.text)):
            if heading and heading.text.text != name:
                changed(log, heading.line, f"heading {quoted(heading.text.text)} → section {quoted(name)}")
            out += _lowered(blocks, 3, log)
        else:
            out += [_numberless(replace(heading, level=3), log), *_lowered(blocks, 4, log)]
    return out


def _lowered(blocks: Sequence[Block], level: int, log: Log) -> list[Block]:
    """Blocks whose highest heading has a level."""
    highest = min((block.level for block in blocks if block.shape is Shape.HEADING), default=level)
    return [
        _numberless(replace(block, level=min(6, block.level - highest + level)), log)
        if block.shape is Shape.HEADING
        else block
        for block in blocks
    ]


def _numberless(heading: Block, log: Log) -> Block:
    """A heading without the number that was written by hand: sections have been moved, so it counts wrong."""
    number, text = headings.number(heading.text.text)
    if number:
        changed(log, heading.line, f"number of a heading taken out: {quoted(heading.text.text)}")
    return replace(heading, text=Text(text, heading.text.numbers))


def captioned(blocks: Sequence[Block], vault: Vault) -> tuple[Block, ...]:
    """Blocks with the caption below an image in the image's paragraph, as the site needs it."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if (
            last
            and block.shape is Shape.PARAGRAPH
            and last.shape is Shape.PARAGRAPH
            and _is_image(last.text.text, vault)
            and CAPTION.match(HOLD.sub("", block.text.text))
        ):
            text = Text(f"{last.text.text}\n{block.text.text}", (*last.text.numbers, *block.text.numbers))
            out[-1] = replace(last, text=text)
        else:
            out.append(block)
    return tuple(out)


def _is_image(text: str, vault: Vault) -> bool:
    hold = text.strip()
    return bool(HOLD.fullmatch(hold)) and vault.kind(hold) is Kind.IMAGE
