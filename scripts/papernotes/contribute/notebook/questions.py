"""What the author of a notebook did not know becomes open questions: TODO, lone questions, unticked boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from papernotes.contribute.notebook import headings
from papernotes.contribute.notebook.blocks import Block, Shape
from papernotes.contribute.notebook.model import Log, left, quoted
from papernotes.contribute.notebook.text import Text, joined
from papernotes.contribute.notebook.vault import HOLD, Kind, Vault

LONGEST = 200
"""Characters of the longest paragraph that can be a question's heading."""
_TASK = re.compile(r"\[ \][ \t]+")
_DONE = re.compile(r"\[[xX]\][ \t]+")
_DOUBT = re.compile(r"(?:[?？]\s*){2,}|\b(?:TODO|FIXME|TBD)\b|待补充|待完善")
_TODO = re.compile(r"\W{0,4}(?:todo|fixme|tbd|待办|待补充|待完善|待续|疑问|疑惑)(?![a-z])", re.IGNORECASE)
_ASKED = re.compile(r"[?？][*_\s）)”\"]*\Z")
_DOUBTED = re.compile(r"(?:\s*[?？]){2,}\s*\Z|\A\s*(?:[?？]|&#63;)")
_SENTENCE = re.compile(r"[。！!?？；;]|\.(?=\s|\Z)")
_FROM = {"en": "Asked under “{}”.", "zh": "原在“{}”一节。"}
_MARK = {"en": "?", "zh": "？"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what the notebook says to it; open when that is nothing."""

    text: Text
    answer: tuple[Block, ...] = ()
    where: str = ""
    todo: bool = False
    """Whether it is open even with something said below it."""

    def blocks(self, edition: str) -> list[Block]:
        """The question as a heading with its answer below."""
        text = " ".join(self.text.text.split())
        if not re.search(r"[?？]\W*\Z", text):
            text += _MARK[edition]
        mark = " {.open}" if self.todo or not self.answer else ""
        out = [Block(Shape.HEADING, Text(text + mark, self.text.numbers[:1]), 3)]
        if self.where and not self.answer:
            out.append(Block(Shape.PARAGRAPH, Text(_FROM[edition].format(self.where), self.text.numbers[:1])))
        return [*out, *self.answer]


def found(
    blocks: Sequence[Block], section: str, vault: Vault, log: Log
) -> tuple[list[Block], list[Question]]:
    """Take the open questions out of a section.

    Args:
        blocks: the section.
        section: its name: where the question was asked.
        vault: what was put away.
        log: the report; questions that stay are listed there.

    Returns:
        What stays, and the questions.
    """
    kept: list[Block] = []
    asked: list[Question] = []
    where = section
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.shape is Shape.HEADING:
            where = vault.restore(headings.plain(block.text.text)) or section
            kept.append(block)
        elif block.shape is Shape.PARAGRAPH and _question(block.text.text, vault):
            last = after is None or after.shape in {Shape.HEADING, Shape.RULE} or _is_question(after, vault)
            if last or _TODO.match(block.text.text) or _DOUBTED.search(block.text.text):
                asked.append(Question(_clean(block.text), where=where))
            else:
                _stays(block, log)
                kept.append(block)
        elif block.shape is Shape.LIST:
            rest, more = _of_list(block, where, vault, log)
            kept += [rest] if rest.children else []
            asked += more
        else:
            if _DOUBT.search(HOLD.sub("", block.text.text)):
                _stays(block, log)
            kept.append(block)
    return kept, asked


def _of_list(block: Block, where: str, vault: Vault, log: Log) -> tuple[Block, list[Question]]:
    """A list without its open questions: items with an empty box, and questions that nothing follows."""
    kept: list[Block] = []
    asked: list[Question] = []
    items = block.children
    for index, item in enumerate(items):
        text = item.children[0].text if item.children and item.children[0].shape is Shape.PARAGRAPH else None
        nothing_follows = index + 1 == len(items) or _item_asks(items[index + 1], vault)
        if text is None or not (_TASK.match(text.text) or _question(text.text, vault)):
            kept.append(item)
        elif len(item.children) == 1 and (
            nothing_follows or _TASK.match(text.text) or _TODO.match(text.text) or _DOUBTED.search(text.text)
        ):
            asked.append(Question(_clean(text), where=where))
        else:
            _stays(item, log)
            kept.append(item)
    return replace(block, children=tuple(kept)), asked


def own(blocks: Sequence[Block], vault: Vault, todo: bool) -> tuple[list[Block], list[Question]]:
    """The section of questions itself: each question with what follows it as its answer.

    Args:
        blocks: the section.
        vault: what was put away.
        todo: whether the section is a list of things to do, each of which is open.

    Returns:
        What stands above the first question, and the questions.
    """
    above: list[Block] = []
    asked: list[Question] = []
    for block, asking in _items_apart(blocks, vault):
        if question := _asks(block, vault, todo=todo or asking):
            asked.append(question)
        elif block.shape is Shape.ITEM and _DONE.match(block.children[0].text.text):
            above.append(_listed(block))
        else:
            shown = _listed(block) if block.shape is Shape.ITEM else block
            if shown.shape is Shape.HEADING:
                shown = replace(shown, level=max(4, shown.level))
            if asked:
                asked[-1] = replace(asked[-1], answer=_merged((*asked[-1].answer, shown)))
            else:
                above.append(shown)
    return list(_merged(above)), asked


def _asks(block: Block, vault: Vault, *, todo: bool) -> Question | None:
    """The question that a block is; ``todo`` takes whatever can be a heading for one."""
    first, rest = (block.children[0], block.children[1:]) if block.shape is Shape.ITEM else (block, ())
    if first.shape not in {Shape.PARAGRAPH, Shape.HEADING} or _DONE.match(first.text.text):
        return None
    lines = first.text.lines()
    if len(lines) > 1 and _question(lines[0][1], vault):
        answer = Block(Shape.PARAGRAPH, joined(lines[1:]))
        return Question(_clean(joined(lines[:1])), (answer, *rest))
    todo = todo and first.shape is Shape.PARAGRAPH and _movable(first.text.text, vault)
    if todo or _TASK.match(first.text.text) or _question(first.text.text, vault):
        return Question(_clean(first.text), rest, todo=bool(_TASK.match(first.text.text)))
    return None


def _listed(item: Block) -> Block:
    return Block(Shape.LIST, item.text, start=item.start, children=(item,))


def _items_apart(blocks: Sequence[Block], vault: Vault) -> list[tuple[Block, bool]]:
    """Blocks with each list taken apart into its items; whether another item of the list asks."""
    out: list[tuple[Block, bool]] = []
    for block in blocks:
        if block.shape is not Shape.LIST:
            out.append((block, False))
            continue
        items = [item for item in block.children if item.children]
        asking = any(_asks(item, vault, todo=False) for item in items)
        for offset, item in enumerate(items):
            out.append((replace(item, start=None if block.start is None else block.start + offset), asking))
    return out


def _merged(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks with the items of a list that was taken apart together again."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        one_list = (
            last and last.shape is block.shape is Shape.LIST and (last.start is None) == (block.start is None)
        )
        if last and one_list:
            out[-1] = replace(last, children=(*last.children, *block.children))
        else:
            out.append(block)
    return tuple(out)


def _question(text: str, vault: Vault) -> bool:
    """Whether a paragraph is one question, or something to be done."""
    if not _movable(text, vault):
        return False
    plain = HOLD.sub("x", text).strip()
    if _TODO.match(plain) or _DOUBTED.search(plain):
        return True
    return bool(_ASKED.search(plain)) and not _SENTENCE.search(_ASKED.sub("", plain))


def _movable(text: str, vault: Vault) -> bool:
    """Whether a paragraph can be a heading: short, without a picture or a block in it."""
    return (
        len(text) <= LONGEST
        and bool(text.strip())
        and not any(vault.is_block(hold) or vault.kind(hold) is Kind.IMAGE for hold in HOLD.findall(text))
    )


def _is_question(block: Block, vault: Vault) -> bool:
    return block.shape is Shape.PARAGRAPH and _question(block.text.text, vault)


def _item_asks(item: Block, vault: Vault) -> bool:
    return bool(item.children) and _is_question(item.children[0], vault)


def _clean(text: Text) -> Text:
    return Text(_TASK.sub("", text.text, count=1), text.numbers)


def _stays(block: Block, log: Log) -> None:
    text = block.children[0].text.text if block.children else block.text.text
    left(
        log,
        block.line,
        f"a question or something to be done, inside other text: {quoted(HOLD.sub('…', text))}",
    )
