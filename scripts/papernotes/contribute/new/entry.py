"""An entry for papers/references.bib: its key, its text, its place in the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from papernotes.contribute.new.record import FIELDS, Record, same_title
from papernotes.corpus.bibliography import plain
from papernotes.corpus.reference import Bibliography, Entry

UNKNOWN = "anonymous0000"
"""What a key begins with while author and year are not known."""
_ARTICLES = ("a", "an", "the")
_LETTERS = str.maketrans("łøđı", "lodi")
_HEAD = re.compile(r"^@\w+\s*\{\s*([^,\s]+)", re.MULTILINE)


def known(works: Bibliography, record: Record) -> Entry | None:
    """The entry that the bibliography has of a work already: the same DOI, arXiv identifier or title."""
    fields = record.fields
    for entry in works.entries.values():
        if (
            (entry.doi and entry.doi.lower() == fields.get("doi", "").lower())
            or (entry.arxiv and _unversioned(entry.arxiv) == _unversioned(fields.get("eprint", "")))
            or same_title(entry.title, fields["title"])
        ):
            return entry
    return None


def _unversioned(identifier: str) -> str:
    return re.sub(r"v\d+\Z", "", identifier)


def key(record: Record, taken: Container[str]) -> str:
    """First author, year, first word of the title: ``he2016deep``.

    Args:
        record: the work; an unknown author is ``anonymous``, an unknown year ``0000``.
        taken: keys of other works; a letter is appended to tell this one from them.
    """
    first = plain(record.fields.get("author", "")).split(" and ")[0]
    family = first.split(",")[0] if "," in first else (first.split() or [""])[-1]
    words = [_ascii(word) for word in re.split(r"[^\w]+", plain(record.fields["title"]))]
    word = next((w for w in words if w and w not in _ARTICLES and not w.isdigit()), "untitled")
    author = re.sub(r"[^a-z]", "", _ascii((family.split() or [""])[-1])) or UNKNOWN[:-4]
    base = f"{author}{record.fields.get('year', '')[:4] or UNKNOWN[-4:]}{word}"
    suffixes = (chr(code) for code in range(ord("b"), ord("z") + 1))
    return base if base not in taken else next(base + s for s in suffixes if base + s not in taken)


def _ascii(text: str) -> str:
    """Lower-case ASCII letters and digits: accents dropped, ``Łukasz`` → ``lukasz``."""
    text = text.casefold().translate(_LETTERS)
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text))


def bibtex(record: Record, name: str) -> str:
    """The entry as the bibliography writes it."""
    lines = [f"  {field} = {{{record.fields[field]}}}," for field in FIELDS if field in record.fields]
    return "\n".join([f"@{record.kind}{{{name},", *lines, "}", ""])


def inserted(text: str, entry: str) -> str:
    """The bibliography with an entry before the first one of a greater key; the rest is left as it is."""
    head = _HEAD.match(entry)
    name = head[1] if head else ""
    for match in _HEAD.finditer(text):
        if match[1] > name:
            return f"{text[: match.start()]}{entry}\n{text[match.start() :]}"
    return f"{text.rstrip()}\n\n{entry}" if text.strip() else entry
