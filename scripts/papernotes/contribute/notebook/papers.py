"""Where in a notebook each paper begins and ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from papernotes.contribute.notebook import headings
from papernotes.contribute.notebook.blocks import Block, Shape
from papernotes.contribute.notebook.identity import Shelf, stripped

LONG = 12
"""Letters from which on a name is no accident."""


@dataclass(frozen=True, slots=True)
class Part:
    """One paper of a notebook: its heading, and what follows up to the next paper."""

    heading: Block | None
    blocks: tuple[Block, ...]
    line: int
    last: int
    """Last line of the notebook that belongs to it."""


def split(
    blocks: Sequence[Block], shelf: Shelf, level: int, last: int, name: str = ""
) -> tuple[tuple[Part, ...], tuple[Block, ...]]:
    """Split a notebook into papers.

    Args:
        blocks: the notebook.
        shelf: known papers; a heading that names one begins a paper.
        level: level of the headings that begin papers; 0 to find it out.
        last: last line of the notebook.
        name: the file's name without suffix; a heading that says the same is the only paper's.

    Returns:
        The papers, and the blocks that belong to none.
    """
    own = next((block for block in blocks if _named(block, name)), None)
    if own and not level:
        return (Part(own, tuple(block for block in blocks if block is not own), own.line, last),), ()
    level = level or paper_level(blocks, shelf)
    starts = [n for n, block in enumerate(blocks) if _begins(block, level)]
    if not starts:
        return (_whole(blocks, last),), ()
    parts: list[Part] = []
    outside: list[Block] = list(blocks[: starts[0]])
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        stop = next((n for n in range(start + 1, end) if _ends(blocks[n], level)), end)
        outside += blocks[stop:end]
        after = blocks[stop].line - 1 if stop < len(blocks) else last
        parts.append(Part(blocks[start], tuple(blocks[start + 1 : stop]), blocks[start].line, after))
    if len(parts) == 1:
        one = parts[0]
        return (Part(one.heading, (*outside, *one.blocks), one.line, last),), ()
    return tuple(parts), tuple(outside)


def _named(block: Block, name: str) -> bool:
    """Whether a heading says what the file's name says: a long title, or a long beginning of one."""
    if block.shape is not Shape.HEADING:
        return False
    one, two = (re.sub(r"[\W_]", "", stripped(text)).casefold() for text in (block.text.text, name))
    return min(len(one), len(two)) >= LONG and (one.startswith(two) or two.startswith(one))


def paper_level(blocks: Sequence[Block], shelf: Shelf) -> int:
    """The level of the headings that begin papers; 0 when the whole notebook is about one."""
    found = [block for block in blocks if block.shape is Shape.HEADING and block.text.text]
    for level in sorted({block.level for block in found}):
        own = [block for block in found if block.level == level]
        titles = [block for block in own if _is_title(block)]
        if not titles and all(headings.generic(block.text.text) for block in own):
            continue
        sections = sum(headings.section(block.text.text) is not None for block in own)
        if not titles or (sections >= 2 and sections >= 0.4 * len(own)):
            return 0
        if _deeper(found, level, shelf):
            continue
        if len(titles) == 1:
            first = next(block for block in found if not headings.generic(block.text.text))
            return level if titles[0] is first or not sections else 0
        known = sum(shelf.knows(headings.plain(block.text.text)) for block in titles)
        if level == 1 or 2 * known >= len(titles) or _templated(found, level, across=True):
            return level
        return 0
    return 0


def _deeper(found: list[Block], level: int, shelf: Shelf) -> bool:
    """Whether headings below a level begin papers: a template repeats, or they name known ones."""
    below = sorted({block.level for block in found if block.level > level})
    if not below:
        return False
    titles = [block for block in found if block.level == below[0] and _is_title(block)]
    known = [block for block in titles if shelf.knows(headings.plain(block.text.text))]
    if len(titles) < 2:
        return False
    return _templated(found, below[0], across=False) or (len(known) >= 2 and 2 * len(known) >= len(titles))


def _templated(found: list[Block], level: int, *, across: bool) -> bool:
    """Whether a section's heading comes back below several headings of a level.

    Args:
        found: the headings.
        level: the level.
        across: whether the several headings may have different parents.
    """
    groups: list[set[str]] = []
    seen: Counter[str] = Counter()
    mine: set[str] | None = None
    for block in found:
        if block.level < level:
            mine = None
            if not across:
                groups.append({name for name, count in seen.items() if count > 1})
                seen = Counter()
        elif block.level == level:
            mine = set() if _is_title(block) else None
        elif mine is not None and headings.section(block.text.text) is not None:
            name = headings.number(headings.plain(block.text.text))[1].casefold()
            if name not in mine:
                mine.add(name)
                seen[name] += 1
    groups.append({name for name, count in seen.items() if count > 1})
    return any(groups)


def _is_title(block: Block) -> bool:
    return headings.section(block.text.text) is None and not headings.generic(block.text.text)


def _begins(block: Block, level: int) -> bool:
    return block.shape is Shape.HEADING and block.level == level and _is_title(block)


def _ends(block: Block, level: int) -> bool:
    """Whether a heading ends a paper without beginning one: that of a group of papers."""
    return block.shape is Shape.HEADING and block.level < level


def _whole(blocks: Sequence[Block], last: int) -> Part:
    """The notebook as one paper; its first heading is the title unless it is a section's."""
    first = next(
        (one for one in blocks if one.shape is Shape.HEADING and not headings.generic(one.text.text)), None
    )
    if first is None or not _is_title(first) or re.fullmatch(r"\s*", first.text.text):
        return Part(None, tuple(blocks), blocks[0].line if blocks else 1, last)
    same = [block for block in blocks if block.shape is Shape.HEADING and block.level <= first.level]
    if len(same) > 1 and not any(one.level < first.level for one in same) and blocks[0] is not first:
        return Part(None, tuple(blocks), blocks[0].line, last)
    return Part(first, tuple(block for block in blocks if block is not first), first.line, last)
