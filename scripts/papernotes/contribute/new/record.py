"""The record of a work, from what a registry or a contributor says about it."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from papernotes.corpus import bibliography
from papernotes.corpus.source import Source

FIELDS = (
    "author", "title", "journal", "booktitle", "school", "institution", "publisher",
    "volume", "number", "pages", "year", "doi", "eprint", "archiveprefix", "url",
)  # fmt: skip
"""The fields that an entry keeps, in the order in which it has them."""
AUTHORS = 10
"""Authors named before "and others"."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_KINDS = {
    "journal-article": ("article", "journal"),
    "proceedings-article": ("inproceedings", "booktitle"),
    "book-chapter": ("inproceedings", "booktitle"),
    "book": ("book", ""),
    "monograph": ("book", ""),
    "dissertation": ("phdthesis", ""),
    "report": ("techreport", ""),
}
"""Crossref's types: the kind of entry, and the field that holds the container's title."""
_PUBLISHED_BY = {"book": "publisher", "phdthesis": "school", "techreport": "institution"}
_SPECIAL = re.compile(r"(?<!\\)([&%#_])")
_NAME_LIKE = re.compile(r"[A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*|[A-Z]{2,}[A-Za-z0-9]*")


class UnusableError(ValueError):
    """What a registry answered, or what a contributor gave, is not the record of one work."""


@dataclass(frozen=True, slots=True)
class Record:
    """A work as BibTeX has it: the kind of entry and its fields, values in LaTeX without outer braces."""

    kind: str
    fields: Mapping[str, str]


def from_arxiv(data: bytes) -> Record:
    """Read arXiv's answer (https://info.arxiv.org/help/api/user-manual.html).

    Raises:
        UnusableError: no such paper, or no feed. A mistake is answered like a paper with the title "Error".
    """
    try:
        feed = ElementTree.fromstring(data)  # noqa: S314 - of bounded size, and expat bounds entities
    except ElementTree.ParseError as error:
        text = " ".join(data[:80].decode("utf-8", "replace").split())
        raise UnusableError(f"arXiv did not answer with a feed: {text!r}") from error
    entry = feed.find(f"{_ATOM}entry")
    title = _text(entry, f"{_ATOM}title")
    if entry is None or not title or title == "Error":
        raise UnusableError("arXiv has no such paper")
    names = [_text(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")]
    identifier = re.sub(r"\A.*/abs/|v\d+\Z", "", _text(entry, f"{_ATOM}id"))
    fields = {
        "author": _authors([_split(name) for name in names if name]),
        "title": _title(title),
        "year": _text(entry, f"{_ATOM}published")[:4],
        "doi": _text(entry, f"{_ARXIV}doi"),
        "eprint": identifier,
        "archiveprefix": "arXiv",
    }
    return Record("misc", _kept(fields))


def from_crossref(data: bytes) -> Record:
    """Read Crossref's answer about one DOI (https://api.crossref.org).

    Raises:
        UnusableError: it is not the record of a work.
    """
    try:
        work: dict[str, Any] = json.loads(data)["message"]
        title = work["title"][0]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise UnusableError("Crossref has no usable record of this DOI") from error
    return _crossref_work(work, title)


def candidates(data: bytes) -> list[Record]:
    """Read Crossref's answer to a search: the works found, best first."""
    try:
        items: list[dict[str, Any]] = json.loads(data)["message"]["items"]
        return [_crossref_work(item, item["title"][0]) for item in items if item.get("title")]
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableError("Crossref did not answer with a list of works") from error


def _crossref_work(work: Mapping[str, Any], title: str) -> Record:
    kind, container = _KINDS.get(str(work.get("type")), ("misc", ""))
    subtitle = next(iter(work.get("subtitle") or ()), "")
    if subtitle and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    people = [
        (str(person.get("family") or person.get("name") or ""), str(person.get("given") or ""))
        for person in work.get("author") or ()
    ]
    fields = {
        "author": _authors(people),
        "title": _title(_plain(title)),
        "volume": str(work.get("volume") or ""),
        "number": str(work.get("issue") or ""),
        "pages": re.sub(r"\s*[-\N{EN DASH}]+\s*", "--", str(work.get("page") or "")),
        "year": _year(work),
        "doi": str(work.get("DOI") or ""),
    }
    if container:
        fields[container] = _latex(_plain(next(iter(work.get("container-title") or ()), "")))
    elif kind in _PUBLISHED_BY:
        fields[_PUBLISHED_BY[kind]] = _latex(_plain(str(work.get("publisher") or "")))
    return Record(kind, _kept(fields))


def from_bibtex(text: str) -> Record:
    """Read one entry that a contributor gave; fields that the bibliography does not keep are left out.

    Raises:
        UnusableError: none, several, or one that cannot be read; the message says where.
    """
    read, faults = bibliography.parse(Source("the entry", text if text.endswith("\n") else text + "\n"))
    broken = [fault for fault in faults if fault.code in {"C001", "C002", "C003"}]
    if broken:
        fault = broken[0]
        raise UnusableError(f"line {fault.line}, column {fault.col}: {fault.message} ({fault.hint})")
    if len(read.entries) != 1:
        raise UnusableError(f"one BibTeX entry is needed, {len(read.entries)} are given")
    (entry,) = read.entries.values()
    fields = dict(entry.fields)
    if not entry.title:
        raise UnusableError("the entry has no title")
    for name in ("journal", "booktitle"):  # where reference managers put the name of a preprint server
        if re.match(r"(?:arxiv|corr\b)", fields.get(name, ""), re.IGNORECASE):
            found = re.search(r"\d{4}\.\d{4,5}", f"{fields.pop(name)} {fields.pop('volume', '')}")
            if found:
                fields.setdefault("eprint", found[0])
    fields["doi"] = re.sub(r"\A(?:https?://)?(?:dx\.)?doi\.org/", "", fields.get("doi", ""))
    if fields.get("eprint"):
        fields["archiveprefix"] = "arXiv"
    if fields["doi"] or fields.get("eprint"):
        fields.pop("url", None)  # both are addresses already
    names = re.split(r"\s+and\s+", fields.get("author", ""))
    if len(names) > AUTHORS:
        fields["author"] = " and ".join([*names[:AUTHORS], "others"])
    fields["pages"] = re.sub(r"(?<=\w)[-\N{EN DASH}](?=\w)", "--", fields.get("pages", ""))
    kind = {"conference": "inproceedings", "unpublished": "misc", "online": "misc"}.get(
        entry.kind, entry.kind
    )
    if kind == "article" and "journal" not in fields:
        kind = "misc"
    return Record(kind, _kept(fields))


def from_title(title: str) -> Record:
    """All that is known of a work of which only the title is: the checker asks for the rest."""
    return Record("misc", {"title": _title(title)})


def same_title(first: str, second: str) -> bool:
    """Whether two titles are one: letter case, punctuation, accents and braces aside."""
    return _folded(first) == _folded(second)


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", bibliography.plain(text)).casefold()
    return "".join(char for char in parts if char.isalnum())


def _kept(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(fields[name].split()) for name in FIELDS if fields.get(name)}


def _text(parent: ElementTree.Element | None, tag: str) -> str:
    """The text of a child element, its hard wraps undone; empty when there is none."""
    found = parent.find(tag) if parent is not None else None
    return " ".join((found.text or "").split()) if found is not None else ""


def _split(name: str) -> tuple[str, str]:
    """Family and given name of "Given Family"; particles such as "van den" belong to the family."""
    words = name.split()
    start = next((n for n, word in enumerate(words[1:-1], 1) if word[:1].islower()), len(words) - 1)
    return " ".join(words[start:]), " ".join(words[:start])


def _authors(people: Sequence[tuple[str, str]]) -> str:
    """``Last, First and …``; an organisation is braced, since it has no given name."""
    named = [
        _latex(f"{family}, {given}") if given else f"{{{_latex(family)}}}"
        for family, given in people
        if family
    ]
    return " and ".join([*named[:AUTHORS], "others"] if len(named) > AUTHORS else named)


def _title(title: str) -> str:
    """A title in LaTeX; words with capitals inside are braced, since styles write others in lower case."""
    return " ".join(
        word if word.isupper() and len(word) == 1 else _NAME_LIKE.sub(lambda m: f"{{{m[0]}}}", word)
        for word in _latex(title).split()
    )


def _latex(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _plain(markup: str) -> str:
    """Crossref writes titles in a mixture of HTML and JATS."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", "", html.unescape(markup))).split())


def _year(work: Mapping[str, Any]) -> str:
    """The year in print, else the first year known."""
    for name in ("published-print", "published", "issued", "published-online"):
        parts = (work.get(name) or {}).get("date-parts") or [[None]]
        if parts[0] and parts[0][0]:
            return str(parts[0][0])
    return ""
