"""From notebooks to drafts and reports, without reading or writing a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from papernotes.contribute.notebook import (
    audit,
    doubled,
    drafts,
    emphasis,
    fences,
    footnotes,
    formulas,
    headings,
    html,
    lines,
    links,
    obsidian,
    papers,
    vocabulary,
)  # fmt: skip
from papernotes.contribute.notebook.blocks import Block, Shape, parse
from papernotes.contribute.notebook.drafts import Known
from papernotes.contribute.notebook.emit import emit
from papernotes.contribute.notebook.footnotes import Definition
from papernotes.contribute.notebook.identity import Paper, Shelf, identify
from papernotes.contribute.notebook.model import (
    Album,
    Draft,
    Imported,
    Library,
    Log,
    Notebook,
    Wishes,
    changed,
    left,
    quoted,
)
from papernotes.contribute.notebook.pages import folded
from papernotes.contribute.notebook.papers import Part
from papernotes.contribute.notebook.pending import Pending
from papernotes.contribute.notebook.properties import Properties, read
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import Vault

CHINESE = 0.3
"""Chinese characters for each word in Latin letters from which on a paper's part is Chinese."""
_LATIN = re.compile(r"[A-Za-z]{2,}")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_UUID = re.compile(r"[ -][0-9a-f]{32}\Z")


@dataclass(slots=True)
class _Read:
    """A notebook as it was read: its papers, and what goes with them."""

    notebook: Notebook
    log: Log
    vault: Vault
    pending: Pending
    properties: Properties
    definitions: tuple[Definition, ...]
    parts: tuple[tuple[Part, Paper], ...]
    outside: tuple[Block, ...]


def run(
    notebooks: Sequence[Notebook], wishes: Wishes, library: Library, album: Album
) -> tuple[Imported, ...]:
    """Turn notebooks into drafts.

    Args:
        notebooks: in order; links between them are resolved.
        wishes: what the command line says.
        library: the repository.
        album: where images are.

    Returns:
        For each notebook its drafts and its report, which together hold every word of it.
    """
    shelf = Shelf(library)
    done = [_read(notebook, wishes, shelf) for notebook in notebooks]
    pages = {
        folded(name): note.slug
        for note in library.notes
        for name in (note.slug, note.short, note.title)
        if name
    }
    for one in done:
        for part, paper in one.parts:
            names = [paper.short, paper.title, *([part.heading.text.text] if part.heading else [])]
            if len(one.parts) == 1:
                names.append(_stem(one.notebook.name))
            pages |= {folded(name): paper.slug for name in names if paper.slug and folded(name)}
    taken: dict[str, str] = {}
    return tuple(_written(one, wishes, Known(library, album, pages), taken) for one in done)


def _stem(name: str) -> str:
    return _UUID.sub("", re.sub(r"\.\w+\Z", "", name.rpartition("/")[2]))


def _read(notebook: Notebook, wishes: Wishes, shelf: Shelf) -> _Read:
    log: Log = []
    vault = Vault(tuple(notebook.text.split("\n")))
    pending: Pending = {}
    if notebook.encoding != "utf-8":
        changed(log, 1, f"read as {notebook.encoding}, written as utf-8")
    properties, text = read(Text.of(notebook.text), shelf.library.tags, log)
    text, definitions = footnotes.extract(mended(text, vault, pending, log))
    blocks = parse(text, vault, log)
    last = notebook.text.count("\n") + 1
    parts, outside = papers.split(blocks, shelf, wishes.level, last, _stem(notebook.name))
    return _Read(
        notebook, log, vault, pending, properties, definitions,
        tuple(
            (part, _paper(part, len(parts) == 1, notebook, properties, definitions, wishes, shelf, vault))
            for part in parts
        ),
        outside,
    )  # fmt: skip


def mended(text: Text, vault: Vault, pending: Pending, log: Log) -> Text:
    """All repairs that need no knowledge of blocks, each family of defects in its module."""
    text = fences.protect_spans(fences.protect_blocks(text, vault, log), vault)
    text = formulas.protect(html.protect(text, vault, log), vault, log)
    text = lines.mend(html.mend(text, vault, log), vault, log)
    chinese = _is_chinese(text.text)
    text = links.mend(
        obsidian.mend(text, vault, pending, log), vault, pending, log, "图片" if chinese else "image"
    )
    return emphasis.mend(doubled.mend(text, vault, log), vault, log)


def _paper(
    part: Part,
    alone: bool,
    notebook: Notebook,
    properties: Properties,
    definitions: Sequence[Definition],
    wishes: Wishes,
    shelf: Shelf,
    vault: Vault,
) -> Paper:
    heading = (
        headings.plain(footnotes.REFERENCE.sub("", vault.restore(part.heading.text.text)))
        if part.heading
        else ""
    )
    stem = _stem(notebook.name) if alone else ""
    slug = wishes.slugs.get(part.line) or (wishes.slugs.get(0, "") if alone else "")
    return identify(
        heading, _opening(part, definitions, vault), dict(properties.said) if alone else {}, stem, shelf, slug
    )


def _opening(part: Part, definitions: Sequence[Definition], vault: Vault) -> str:
    """What is said before the first section, in sections about the paper itself, and in footnotes of its
    heading.
    """
    marks = footnotes.REFERENCE.findall(part.heading.text.text) if part.heading else []
    said = [
        vault.restore(one.text.text)
        for mark in marks
        for one in definitions
        if one.note and one.label == mark
    ]
    about = True
    for block in part.blocks:
        if block.shape is Shape.HEADING:
            section = headings.section(block.text.text)
            about = section == vocabulary.ABOUT
            if about:
                said.append(f"{headings.plain(block.text.text)}:")
        elif about:
            text = vault.restore(emit([block], vault))
            said.append(text if not said or not said[-1].endswith(":") else said.pop() + " " + text)
    return "\n".join(said)


def _is_chinese(text: str) -> bool:
    return len(_CJK.findall(text)) > CHINESE * len(_LATIN.findall(text))


def _identified(one: _Read, part: Part, paper: Paper) -> None:
    """Report which paper a part is taken for, and why."""
    called = part.heading.text.text if part.heading else paper.title
    said = f"; {paper.evidence}" if paper.evidence else ""
    known = f"entry {paper.bib}" if paper.bib else "no entry of the bibliography, add one and set bib"
    changed(one.log, part.line, f"{quoted(one.vault.restore(called))} begins a paper: {known}{said}")


def _spare(one: _Read) -> list[Definition]:
    """The definitions that nothing in the notebook refers to."""
    texts = [emit(part.blocks, one.vault) for part, _ in one.parts]
    texts += [part.heading.text.text for part, _ in one.parts if part.heading]
    texts += [emit(one.outside, one.vault), *(definition.text.text for definition in one.definitions)]
    everything = one.vault.restore("\n\n".join(texts)).casefold()
    return [
        definition
        for definition in one.definitions
        if f"[{'^' if definition.note else ''}{definition.label.casefold()}]" not in everything
    ]


def _stands_in(definition: Definition, part: Part, one: _Read) -> bool:
    return len(one.parts) == 1 or part.line <= definition.line <= part.last


def _written(one: _Read, wishes: Wishes, known: Known, taken: dict[str, str]) -> Imported:
    """The drafts of a notebook, and its report."""
    made: list[Draft] = []
    used: set[int] = set()
    spare = _spare(one)
    for part, paper in one.parts:
        text = one.vault.restore(emit(part.blocks, one.vault))
        edition = wishes.lang or ("zh" if _is_chinese(text or paper.title) else "en")
        _identified(one, part, paper)
        extra = [definition for definition in spare if _stands_in(definition, part, one)]
        front = one.properties.front if len(one.parts) == 1 else {}
        found, lines_used = drafts.draft(
            part, paper, edition, front, one.definitions, extra, one.vault, one.pending, known, one.log
        )
        used |= lines_used
        where = f"{one.notebook.name}:{part.line}"
        if found.slug and found.slug in taken and not found.clash:
            found = replace(
                found,
                files={},
                pictures={},
                clash=f"{found.slug} is taken by {taken[found.slug]}: choose a slug",
            )
        taken.setdefault(found.slug, where)
        made.append(found)
    drafts.outside(one.outside, one.vault, one.log)
    for definition in one.definitions:
        if definition.line not in used:
            mark = "^" if definition.note else ""
            text = one.vault.restore(definition.text.text)
            others = [other for other in one.definitions if other.label == definition.label]
            what = "defined again" if len(others) > 1 else "nothing in a draft refers to it"
            left(one.log, definition.line, f"{what}: {quoted(f'[{mark}{definition.label}]: {text}')}")
    one.log[:] = [replace(remark, text=one.vault.restore(remark.text)) for remark in one.log]
    one.log += audit.lost(one.notebook.text, [draft.text for draft in made], one.log)
    return Imported(one.notebook, tuple(made), tuple(sorted(one.log)))
