"""new: begin a note, or the translation of one."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from papernotes.commands.usage import CACHE, UsageError, root_folder
from papernotes.contribute.new import entry as entries
from papernotes.contribute.new import lookup, scaffold
from papernotes.contribute.new.asked import Asked, Bibtex, Title, recognise
from papernotes.contribute.new.record import Record, UnusableError, from_title
from papernotes.contribute.new.translation import translation
from papernotes.contribute.write import all_new, atomically
from papernotes.corpus import bibliography
from papernotes.corpus.load import load
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.reference import WORKS, Entry
from papernotes.corpus.source import Source

MANUAL = (
    "give the work's BibTeX instead, from its publisher's page or a reference manager:\n"
    "  papernotes new paper.bib\n"
    "or its title alone; the checker then asks for what is missing in papers/references.bib:\n"
    '  papernotes new --offline "Title of the paper"'
)
LARGEST = 1 << 20
"""Bytes of a BibTeX file that are read; one entry has a few hundred."""


def new(arguments: argparse.Namespace) -> int:
    """Write the files that a note begins with; nothing that is there is overwritten."""
    root = root_folder(Path.cwd())
    corpus = load(root)
    if not corpus.ours:
        raise UsageError("this is no knowledge base: papers/references.bib is missing")
    if arguments.edition != EDITIONS[0]:
        return _translate(root, corpus, arguments.work, arguments.edition)
    asked = _asked(arguments.work)
    record = _record(asked, lookup.Registry(root / CACHE / "records", reachable=not arguments.offline))
    return _begin(root, corpus, record, arguments.slug)


def _asked(text: str) -> Asked:
    path = Path(text)
    if text.endswith(".bib") or (len(text) < 255 and path.is_file()):
        if not path.is_file():
            raise UsageError(f"no such file: {text}")
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{text} is too large for one BibTeX entry")
        text = path.read_text(encoding="utf-8-sig", errors="replace").strip()
        start = text.find("@")
        return Bibtex(text[start:] if start >= 0 else text)
    asked = recognise(text)
    if asked is None:
        raise UsageError(f"an address must be one of arxiv.org or doi.org: {text}\n{MANUAL}")
    if isinstance(asked, Title) and not asked.title:
        raise UsageError(f"say which work: an arXiv identifier, a DOI, BibTeX or a title\n{MANUAL}")
    return asked


def _record(asked: Asked, registry: lookup.Registry) -> Record:
    try:
        return lookup.look_up(asked, registry)
    except lookup.OfflineError as error:
        if isinstance(asked, Title) and not registry.reachable:
            return from_title(asked.title)
        raise UsageError(f"{error}\n{MANUAL}") from error
    except UnusableError as error:
        raise UsageError(f"{error}\n{MANUAL}") from error


def _begin(root: Path, corpus: Corpus, record: Record, wanted: str) -> int:
    works = corpus.bibliography
    entry = entries.known(works, record)
    text = works.source.text
    if entry is None:
        key = entries.key(record, {*works.entries, *works.broken})
        text = entries.inserted(text, entries.bibtex(record, key))
        read, faults = bibliography.parse(Source(WORKS, text))
        entry = read.entries.get(key)
        if entry is None:
            raise UsageError(f"the record is no BibTeX: {faults[0].message if faults else key}")
    for page in corpus.notes(EDITIONS[0]):
        if page.front.bib == entry.key:
            raise UsageError(f"there is a note on this work: {page.source.path}")
    slug = wanted or scaffold.slug_of(entry)
    if not scaffold.usable(slug):
        raise UsageError(f"a slug must be lower-case letters and digits and begin with a letter: {slug!r}")
    taken = [page.source.path for page in corpus.every_page() if page.slug == slug]
    if taken or (root / "papers" / slug).exists():
        raise UsageError(
            f"the name {slug!r} is taken by {(taken or [f'papers/{slug}/'])[0]}: give another with --slug"
        )
    program, output = scaffold.companion(entry, slug)
    files = {
        f"docs/en/papers/{slug}.md": scaffold.note(entry, slug),
        f"papers/{slug}/companion.py": program,
        f"papers/{slug}/output.txt": output,
    }
    _create(root, files)
    if text != works.source.text:
        atomically(root / WORKS, text.encode())
    _tell(files, entry, known=text == works.source.text, slug=slug)
    return 0


def _translate(root: Path, corpus: Corpus, slug: str, edition: str) -> int:
    pages = corpus.pages[EDITIONS[0]]
    page = next((pages[key] for key in (f"papers/{slug}", f"concepts/{slug}", slug) if key in pages), None)
    if page is None:
        raise UsageError(f"no English page of this name: {slug}")
    path = f"docs/{edition}/{page.key}.md"
    _create(root, {path: translation(page, edition)})
    print(
        f"wrote {path}\n\n"
        f"1. Write {path} beside {page.source.path}; each comment names the line it stands for.\n"
        "2. Terms follow papers/glossary.yml.\n"
        "3. make check says what is still to be done; make serve shows the page."
    )
    return 0


def _create(root: Path, files: Mapping[str, str]) -> None:
    """Write new files, all of them or none."""
    there = [path for path in files if (root / path).exists()]
    if there:
        raise UsageError(f"nothing is overwritten, and {there[0]} exists")
    all_new(root, {path: text.encode() for path, text in files.items()})


def _tell(files: Mapping[str, str], entry: Entry, *, known: bool, slug: str) -> None:
    entry_said = f"{entry.key} is in {WORKS} already" if known else f"{WORKS}: {entry.key}"
    print(f"{entry_said}\n" + "".join(f"wrote {path}\n" for path in files))
    print(
        f"1. Hold {entry.key} in {WORKS} against the paper: registries abbreviate, and err.\n"
        f"2. Write docs/en/papers/{slug}.md, papers/{slug}/companion.py and its test,\n"
        f"   tests/companions/test_{slug}.py; `.venv/bin/papernotes regen {slug}` records what it prints.\n"
        "3. `make check` says what is missing. With nothing left, set `status: complete` and send it."
    )
