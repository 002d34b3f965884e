"""Give a note another name: every file that carries it, and every place that leads to it."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from papernotes.contribute.write import all_new, atomically
from papernotes.corpus import paths
from papernotes.corpus.model import EDITIONS, Corpus

HASH = 12
"""Digits of the English file's SHA-256 that a translation names as its source."""
_ADDRESS = r"(?<![\w.%-])[\w./%-]*"
_OUTSIDE = ("README.md", "CONTRIBUTING.md", "pyproject.toml")
"""Files beside docs/ and papers/ that name notes by their path."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A renaming: ``moves`` of files, old path to new; ``texts`` of files that change, by their new path."""

    moves: Mapping[str, str]
    texts: Mapping[str, str]


def plan(corpus: Corpus, old: str, new: str) -> Plan:
    """What renaming a note changes.

    Args:
        corpus: the repository.
        old: slug of a paper note.
        new: a slug that nothing has.

    Returns:
        The files of all editions, the companion's folder and its test move; links, embedded code, imports
        and exemptions follow; translations that were up to date stay so; the English front matter says
        what the note was called, from which the site makes a redirection.
    """
    moves = dict(_moves(corpus, old, new))
    texts = {}
    for path in sorted({*_texts(corpus), *moves}):
        before = _text(corpus.root, path)
        after = None if before is None else _renamed(before, path, corpus, old, new)
        if path == f"docs/{EDITIONS[0]}/papers/{old}.md" and after is not None:
            after = _with_former_name(after, old)
        if after is not None and after != before:
            texts[moves.get(path, path)] = after
    return Plan(moves, {**texts, **dict(_restamped(corpus, moves, texts))})


def carry_out(root: Path, plan: Plan) -> None:
    """Write the new files, then change the others, then remove the old: interrupted, nothing is lost."""
    there = set(plan.moves.values())
    data = {
        target: plan.texts[target].encode() if target in plan.texts else (root / path).read_bytes()
        for path, target in plan.moves.items()
    }
    all_new(root, data)
    for path, text in plan.texts.items():
        if path not in there:
            atomically(root / path, text.encode())
    for path in plan.moves:
        (root / path).unlink()
    for folder in {(root / path).parent for path in plan.moves}:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _moves(corpus: Corpus, old: str, new: str) -> Iterator[tuple[str, str]]:
    for edition in EDITIONS:
        if page := corpus.pages.get(edition, {}).get(f"papers/{old}"):
            folder = posixpath.dirname(page.source.path)
            yield page.source.path, f"{folder}/{new}.md"
    for path in sorted(corpus.files):
        if path.startswith(f"papers/{old}/"):
            yield path, f"papers/{new}/{path.removeprefix(f'papers/{old}/')}"
    test = f"tests/companions/test_{old}.py"
    if (corpus.root / test).is_file():
        yield test, f"tests/companions/test_{new}.py"


def _texts(corpus: Corpus) -> Iterator[str]:
    """Files in which the note may be named."""
    yield from (page.source.path for page in corpus.every_page())
    yield from (
        path for path in corpus.files if path.startswith("papers/") and path.endswith((".py", ".yml"))
    )
    tests = corpus.root / "tests" / "companions"
    yield from (f"tests/companions/{path.name}" for path in tests.glob("test_*.py"))
    yield from (path for path in _OUTSIDE if (corpus.root / path).is_file())


def _text(root: Path, path: str) -> str | None:
    """A file's text; None for what is not text."""
    try:
        return (root / path).read_bytes().decode()
    except UnicodeDecodeError:
        return None


def _renamed(text: str, path: str, corpus: Corpus, old: str, new: str) -> str:
    """A text in which the note's addresses and its companion's module have the new name.

    An address is replaced where it leads to the note's page or into its folder, counted from the file's
    own place or from the top of the repository, and nowhere else: another folder may hold the same name.
    """
    folder = posixpath.dirname(path)
    pages = {f"docs/{edition}/papers/{old}.md" for edition in EDITIONS}

    def leads(address: str, targets: set[str]) -> bool:
        here = posixpath.normpath(posixpath.join(folder, address))
        return bool({here, posixpath.normpath(address)} & targets)

    def page(match: re.Match[str]) -> str:
        return f"{match[1]}{new}.md" if leads(match[0], pages) else match[0]

    def inside(match: re.Match[str]) -> str:
        return f"{match[1]}{new}/" if leads(match[0], {f"papers/{old}"}) else match[0]

    text = re.sub(rf"({_ADDRESS}?)(?<![\w-]){old}\.md(?![\w.])", page, text)
    text = re.sub(rf"({_ADDRESS}papers/){old}/", inside, text)
    if path == paths.PATH:  # its steps name pages by their keys
        text = re.sub(rf"(?<![\w/.-])papers/{old}(?![\w/.-])", f"papers/{new}", text)
    if path.endswith(".py"):
        text = re.sub(rf"\bpapers\.{old}\b", f"papers.{new}", text)
    return text


def _with_former_name(text: str, old: str) -> str:
    """The English note with one more of its former names."""
    head, mark, body = text.partition("\n---")
    if match := re.search(r"^formerly:[ ]*\[([^\]\n]*)\]", head, re.MULTILINE):
        names = ", ".join([*(name.strip() for name in match[1].split(",") if name.strip()), old])
        head = f"{head[: match.start()]}formerly: [{names}]{head[match.end() :]}"
    else:
        head = re.sub(r"^(bib:.*)$", rf"\1\nformerly: [{old}]", head, count=1, flags=re.MULTILINE)
    return f"{head}{mark}{body}"


def _restamped(
    corpus: Corpus, moves: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Translations that followed their English page, with the hash that it has now."""
    first, *others = EDITIONS
    for edition in others:
        for key, page in corpus.pages.get(edition, {}).items():
            english = corpus.pages[first].get(key)
            if english is None or page.front.source_hash != english.source.digest[:HASH]:
                continue
            after = texts.get(moves.get(english.source.path, english.source.path))
            if after is None:
                continue
            path = moves.get(page.source.path, page.source.path)
            text = texts.get(path) or _text(corpus.root, page.source.path) or ""
            digest = hashlib.sha256(after.encode()).hexdigest()[:HASH]
            yield path, text.replace(f"source_hash: {page.front.source_hash}", f"source_hash: {digest}", 1)
