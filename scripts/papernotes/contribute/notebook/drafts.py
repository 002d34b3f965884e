"""One paper of a notebook as the files of a draft: front matter, sections, questions, footnotes, images."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from papernotes.contribute.notebook import footnotes, questions, sections, vocabulary
from papernotes.contribute.notebook.blocks import Block, Shape, parse
from papernotes.contribute.notebook.emit import emit
from papernotes.contribute.notebook.footnotes import Definition
from papernotes.contribute.notebook.identity import Paper
from papernotes.contribute.notebook.model import (
    Album,
    Draft,
    Library,
    Log,
    Picture,
    changed,
    left,
    quoted,
)
from papernotes.contribute.notebook.pages import files, folded
from papernotes.contribute.notebook.papers import Part
from papernotes.contribute.notebook.pending import Linked, Pending, Shown
from papernotes.contribute.notebook.vault import HOLD, Vault
from papernotes.corpus.sections import SECTIONS

_PUBLISHED = (".svg", ".png", ".jpg", ".webp")
"""Kinds of images that the site shows."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the whole run knows: the repository, the images, and the drafts by what notebooks call them."""

    library: Library
    album: Album
    pages: Mapping[str, str]
    """Slug of a draft or note by the folded name that a link may use."""


def draft(
    part: Part,
    paper: Paper,
    edition: str,
    properties: Mapping[str, str],
    definitions: Sequence[Definition],
    spare: Sequence[Definition],
    vault: Vault,
    pending: Pending,
    known: Known,
    log: Log,
) -> tuple[Draft, frozenset[int]]:
    """Make the files of one paper.

    Args:
        part: its part of the notebook.
        paper: what is known of it.
        edition: ``en`` or ``zh``.
        properties: what the notebook's front matter says and the draft's may say.
        definitions: footnotes and link references of the notebook.
        spare: those that nothing refers to and that stand in this part.
        vault: what was put away.
        pending: images and links to resolve.
        known: what the whole run knows.
        log: the report.

    Returns:
        The draft, and the lines of the definitions that it uses.
    """
    pictures: dict[str, Picture] = {}
    body = _body(part, paper, edition, vault, log)
    chosen = (*footnotes.used(vault.restore(body), definitions, part.line, part.last), *spare)
    for one in spare:
        left(log, one.line, f"nothing refers to it: {quoted(one.label)}")
    tail = _definitions(chosen, vault, log)
    text = f"{body}\n\n{tail}" if tail else body
    _resolve(text, paper, edition, vault, pending, known, pictures, log)
    text = re.sub(
        r"[ \t]+$", lambda found: "  " if found[0] == "  " else "", vault.restore(text), flags=re.MULTILINE
    )
    pages, clash = files(paper, edition, properties, text, known.library)
    page = list(pages.values())[-1] if pages else text
    made = Draft(paper.slug, paper.title, part.line, edition, page, pages, pictures, paper.origin, clash)
    return made, frozenset(one.line for one in chosen)


def _body(part: Part, paper: Paper, edition: str, vault: Vault, log: Log) -> str:
    """Everything below the title."""
    names = SECTIONS[edition]
    placed = sections.arrange(sections.captioned(part.blocks, vault), log)
    asked: list[questions.Question] = []
    above, more = questions.found(placed.above, paper.short, vault, log)
    asked += more
    if part.heading and re.search(r"\[\^|\]\(|<http", vault.restore(part.heading.text.text)):
        above.insert(0, _paragraph(part.heading, _linked(part.heading.text.text)))
    bodies: list[list[Block]] = []
    for index, entries in enumerate(placed.entries):
        blocks = sections.body(entries, names[index], log)
        if index != vocabulary.QUESTIONS:
            blocks, more = questions.found(blocks, names[index], vault, log)
            asked += more
        bodies.append(blocks)
    todo = any(
        heading and re.search(r"to-?\s?do|待", heading.text.text, re.I)
        for heading, _ in placed.entries[vocabulary.QUESTIONS]
    )
    lead, own = questions.own(bodies[vocabulary.QUESTIONS], vault, todo)
    bodies[vocabulary.QUESTIONS] = [
        *lead,
        *(block for one in (*own, *asked) for block in one.blocks(edition)),
    ]
    parts = [emit(above, vault)] if above else []
    for name, blocks in zip(names, bodies, strict=True):
        parts.append(f"## {name}")
        if made := emit([block for block in blocks if not _loose_rule(block)], vault):
            parts.append(made)
    return "\n\n".join(part for part in parts if part)


def _linked(heading: str) -> str:
    """What of a paper's heading no title can hold: its footnotes; with a link in it, all of it."""
    marks = "".join(f"[^{mark}]" for mark in footnotes.REFERENCE.findall(heading))
    bare = footnotes.REFERENCE.sub("", heading)
    return heading if HOLD.search(bare) else marks


def _loose_rule(block: Block) -> bool:
    """A line that only separated papers or sections."""
    return block.shape is Shape.RULE


def _paragraph(block: Block, text: str) -> Block:
    return Block(Shape.PARAGRAPH, type(block.text)(text, block.text.numbers[:1]))


def _definitions(chosen: Sequence[Definition], vault: Vault, log: Log) -> str:
    """Footnotes, then link references."""
    notes = []
    for one in chosen:
        if one.note:
            lines = emit(parse(one.text, vault, log), vault).split("\n")
            rest = [f"    {line}" if line else "" for line in lines[1:]]
            notes.append("\n".join([f"[^{one.label}]: {lines[0]}", *rest]))
    links = []
    for one in chosen:
        if not one.note:
            address = vault.restore(one.text.text).removeprefix("<").removesuffix(">")
            links.append(f"[{one.label}]: {address}")
    return "\n\n".join([*notes, *(["\n".join(links)] if links else [])])


def _resolve(
    text: str, paper: Paper, edition: str, vault: Vault, pending: Pending, known: Known,
    pictures: dict[str, Picture], log: Log,
) -> None:  # fmt: skip
    """Put the final Markdown of images and links to notes in the vault, for those that a draft holds."""
    waiting = HOLD.findall(text)
    for hold in waiting:  # grows by what they hold themselves
        waiting += HOLD.findall(vault.text(hold))
        match pending.get(hold):
            case Shown() as shown:
                new = _image(shown, paper.slug, edition, known.album, pictures, vault, log)
            case Linked() as linked:
                new = _link(linked, known, vault, log)
            case _:
                continue
        vault.items[ord(hold) - 0xF0000] = (vault.kind(hold), new)


def _image(
    shown: Shown, slug: str, edition: str, album: Album, pictures: dict[str, Picture], vault: Vault, log: Log
) -> str:
    found = album.find(shown.target)
    if isinstance(found, str):
        left(log, shown.line, f"image, {found}: {shown.target}")
        target = f"<{shown.target}>" if re.search(r"[\s()]", shown.target) else shown.target
        return f"![{shown.alt}]({target})"
    name = _file_name(found)
    path = f"papers/{slug or 'slug'}/{name}"
    if _other(path, found, pictures, album):
        stem, suffix = posixpath.splitext(path)
        path = f"{stem}-{found.digest[:8]}{suffix}"
    if not path.endswith(_PUBLISHED):
        left(log, shown.line, f"image of a kind that the site does not show, copied as it is: {shown.target}")
    pictures[path] = found
    changed(log, shown.line, f"image copied: {shown.target} → {path}")
    return f"![{shown.alt}]({posixpath.relpath(path, f'docs/{edition}/papers')})"


def _other(path: str, picture: Picture, pictures: Mapping[str, Picture], album: Album) -> bool:
    """Whether a path belongs to another image."""
    there = pictures[path].digest if path in pictures else album.taken(path)
    return there is not None and there != picture.digest


def _file_name(picture: Picture) -> str:
    """A name that needs no escapes in Markdown or an address."""
    stem, suffix = posixpath.splitext(unicodedata.normalize("NFC", picture.path.name))
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "image"
    return stem + {".jpeg": ".jpg"}.get(suffix.lower(), suffix.lower())


def _link(linked: Linked, known: Known, vault: Vault, log: Log) -> str:
    if not linked.name and folded(linked.anchor) not in known.pages:  # sections have changed its own anchors
        left(log, linked.line, f"link within the notebook, its text kept: {linked.source}")
        return linked.text
    slug = known.pages.get(folded(linked.name or linked.anchor))
    if slug is None:
        left(log, linked.line, f"link to what is not here, its text kept: {linked.source}")
        return linked.text
    changed(log, linked.line, f"link to a note: {linked.source}")
    return f"[{linked.text}]({slug}.md)"


def outside(blocks: Sequence[Block], vault: Vault, log: Log) -> None:
    """Report the blocks of a notebook that belong to none of its papers."""
    for block in blocks:
        text = vault.restore(emit([block], vault))
        if block.shape is Shape.RULE or not text.strip():
            continue
        left(log, block.line, f"belongs to no paper: {quoted(text)}")
