"""C: the bibliography and the citations of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papernotes.corpus.markdown.scan import prose
from papernotes.corpus.near import suggestion
from papernotes.corpus.reference import Entry
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading, rule

VENUE = {
    "article": "journal",
    "inproceedings": "booktitle",
    "phdthesis": "school",
    "techreport": "institution",
    "book": "publisher",
}
"""The field that says where a work of a kind appeared."""
DOI = re.compile(r"10\.\d{4,9}/\S+\Z")
ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\Z")
YEAR = re.compile(r"(?:19|20)\d\d\Z")
_KEY = re.compile(r"@[A-Za-z0-9_]")
_LOOSE = re.compile(r"\[(?=[^\[\]]*\])[^\[\]]*?@([A-Za-z0-9_][\w-]*)[^\[\]]*\]")


@found_while_loading("C001")
def broken_entry(given: Given) -> Iterator[Diagnostic]:
    """An entry of the bibliography must be readable BibTeX.

    Why: one lost brace hides every work after it from most readers of BibTeX.

    Bad: papers/references.bib
        -   title = {First Things First},
        +   title = {First {Things First},
    Reports:
        papers/references.bib:10:1: C001 entry must be readable: a brace, quote or comma is missing in it
    """
    yield from ()


@found_while_loading("C002")
def repeated_entry(given: Given) -> Iterator[Diagnostic]:
    """A key must be used once in the bibliography.

    Bad: papers/references.bib
        - @article{roe2019first,
        + @article{doe2020demo,
        +   title = {Another},
        + }
        +
        + @article{roe2019first,
    Reports:
        papers/references.bib:10:10: C002 key must be used once: 'doe2020demo'
    """
    yield from ()


@found_while_loading("C003")
def repeated_field(given: Given) -> Iterator[Diagnostic]:
    """A field must be given once in an entry.

    Bad: papers/references.bib
        -   doi = {10.1000/182},
        +   doi = {10.1000/182},
        +   doi = {10.1000/183},
    Reports:
        papers/references.bib:16:3: C003 field must be given once: 'doi'
    """
    yield from ()


@found_while_loading("C004")
def key_pattern(given: Given) -> Iterator[Diagnostic]:
    """A key must be first author, year and first word of the title, in lower case.

    Why: two contributors who add the same work then choose the same key.

    Bad: papers/references.bib
        - @article{roe2019first,
        + @article{Lee2019,
        +   author = {Lee, Ann},
        +   title = {Another},
        +   journal = {Journal of Firsts},
        +   year = {2019},
        +   doi = {10.1000/181},
        + }
        +
        + @article{roe2019first,
    Reports:
        papers/references.bib:10:10: C004 key must be author, year, word in lower case: 'Lee2019'
        papers/references.bib:10:10: C102 entry must be cited: 'Lee2019'
    """
    yield from ()


@rule("C101")
def unknown_citation(given: Given) -> Iterator[Diagnostic]:
    """A citation must be a key of the bibliography.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019frist]; the [note](../papers/demo.md#how-it-works) goes on.
    Reports:
        docs/en/concepts/idea.md:11:16: C101 citation must be a key of papers/references.bib: 'roe2019frist'
    """
    works = given.corpus.bibliography
    for page in given.corpus.every_page():
        for cited in page.document.citations:
            if not works.has(cited.key):
                yield page.source.fault(
                    cited.place,
                    "C101",
                    f"citation must be a key of papers/references.bib: {cited.key!r}",
                    suggestion(cited.key, works.entries) or "add the entry to papers/references.bib",
                )


@rule("C102")
def uncited(given: Given) -> Iterator[Diagnostic]:
    """An entry must be used: cited on a page, named by a note, or the source of a term.

    Why: a bibliography that only grows is one that nobody has read.

    Bad: papers/references.bib
        - @article{roe2019first,
        + @article{lee2019another,
        +   author = {Lee, Ann},
        +   title = {Another},
        +   journal = {Journal of Firsts},
        +   year = {2019},
        +   doi = {10.1000/181},
        + }
        +
        + @article{roe2019first,
    Reports:
        papers/references.bib:10:10: C102 entry must be cited: 'lee2019another'
    """
    corpus = given.corpus
    used = {term.ref for term in corpus.glossary.terms.values()}
    for pages in corpus.pages.values():
        for page in pages.values():
            used.update(cited.key for cited in page.document.citations)
            used.update(page.front.builds_on)
            used.add(page.front.bib)
    for entry in corpus.bibliography.entries.values():
        if entry.key not in used:
            # a key misspelt where it is cited is reported there
            yield corpus.bibliography.source.fault(
                entry.place, "C102", f"entry must be cited: {entry.key!r}", "cite it, or remove it"
            )


@rule("C103")
def complete(given: Given) -> Iterator[Diagnostic]:
    """An entry must have author, title, year, its venue, and a DOI, arXiv identifier or address.

    Why: the bibliography page is where a reader goes to find the work itself.

    Bad: papers/references.bib
        -   doi = {10.1000/182},
    Reports:
        papers/references.bib:10:10: C103 entry must have doi, eprint or url: 'roe2019first'
    """
    source = given.corpus.bibliography.source
    for entry in given.corpus.bibliography.entries.values():
        needed = ["author", "title", "year"]
        if entry.kind in VENUE:
            needed.append(VENUE[entry.kind])
        missing = [name for name in needed if not entry.fields.get(name)]
        if not entry.url:
            missing.append("doi, eprint or url")
        if missing:
            yield source.fault(
                entry.place,
                "C103",
                f"entry must have {' and '.join(missing)}: {entry.key!r}",
                "look it up and add it",
            )


@rule("C104")
def same_work(given: Given) -> Iterator[Diagnostic]:
    """A work must have one entry.

    Why: two entries split its "cited by" list, and their years drift apart.

    Bad: papers/references.bib
        - @article{roe2019first,
        + @misc{roe2018first,
        +   author = {Roe, Richard},
        +   title = {{First} things first},
        +   year = {2018},
        +   url = {https://example.org/first},
        + }
        +
        + @article{roe2019first,
    Reports:
        papers/references.bib:10:7: C102 entry must be cited: 'roe2018first'
        papers/references.bib:17:10: C104 work must have one entry: 'roe2019first' is 'roe2018first' again
    """
    source = given.corpus.bibliography.source
    seen: dict[tuple[str, str], Entry] = {}
    for entry in given.corpus.bibliography.entries.values():
        marks = [
            ("doi", entry.doi.lower()),
            ("arxiv", re.sub(r"v\d+\Z", "", entry.arxiv)),
            ("title", re.sub(r"\W+", "", entry.title.lower())),
        ]
        first = next((seen[mark] for mark in marks if mark[1] and mark in seen), None)
        if first:
            yield source.fault(
                entry.place,
                "C104",
                f"work must have one entry: {entry.key!r} is {first.key!r} again",
                f"merge it with line {first.place.line} and cite that key",
            )
        for mark in marks:
            seen.setdefault(mark, entry)


@rule("C105")
def field_form(given: Given) -> Iterator[Diagnostic]:
    """Year, DOI, arXiv identifier and address must be well formed.

    Why: a link is made from each of them.

    Bad: papers/references.bib
        -   doi = {10.1000/182},
        +   doi = {https://doi.org/10.1000/182},
    Reports:
        papers/references.bib:15:3: C105 doi must be a bare DOI: 'https://doi.org/10.1000/182'
    """
    source = given.corpus.bibliography.source
    forms = {
        "year": (YEAR, "year must be four digits", "the year of the venue"),
        "doi": (DOI, "doi must be a bare DOI", "e.g. `10.1109/CVPR.2016.90`"),
        "eprint": (ARXIV, "eprint must be an arXiv identifier", "e.g. `1512.03385`"),
        "url": (re.compile(r"https?://\S+\Z"), "url must be an address", "begin with https://"),
    }
    for entry in given.corpus.bibliography.entries.values():
        for name, (pattern, message, hint) in forms.items():
            value = entry.fields.get(name, "")
            if value and not pattern.match(value):
                place = entry.field_places.get(name, entry.place)
                bare = re.sub(
                    r"^(?:https?://)?(?:dx\.)?(?:doi\.org|arxiv\.org/abs)/|^doi:\s*", "", value, flags=re.I
                )
                change = (value, bare) if name in {"doi", "eprint"} and pattern.match(bare) else None
                yield source.fault(place, "C105", f"{message}: {value!r}", hint, change=change)


@rule("C106")
def citation_form(given: Given) -> Iterator[Diagnostic]:
    """A citation must have the form `[@key]`, `[@a; @b]` or `[@key, Table 2]`.

    Why: anything else is shown as it stands, brackets and all.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [see @roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
    Reports:
        docs/en/concepts/idea.md:11:20: C106 citation must have the form [@key]: '[see @roe2019first]'
    """
    entries = given.corpus.bibliography.entries
    for page in given.corpus.every_page() if entries else ():
        read = {cited.place for cited in page.document.citations if not cited.place.path}
        if len(_KEY.findall(page.body)) <= len(read):
            continue
        for text, place in prose(page.body, page.body_line):
            first = text.find("\n") if "\n" in text else len(text)
            for match in _LOOSE.finditer(text):
                if match.start(1) > first:
                    break  # on a later line of its run: its columns are unknown
                at = Place(place.line, place.col + match.start(1) - 1, len(match[1]) + 1)
                if match[1] in entries and at not in read:
                    yield page.source.fault(
                        at,
                        "C106",
                        f"citation must have the form [@key]: {match[0]!r}",
                        f"write [@{match[1]}]",
                    )
