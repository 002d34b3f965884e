"""N: the front matter of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papernotes.corpus.document import Page
from papernotes.corpus.fields import REQUIRED
from papernotes.corpus.markdown.scan import prose
from papernotes.corpus.model import EDITIONS
from papernotes.corpus.near import meant, suggestion
from papernotes.corpus.sections import SLUG
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading, rule

TRANSLATED = ("title", "short", "tldr", "source_hash", "numbers")
"""Keys a translation has; the rest is not language and stays in the English edition."""
TLDR_LENGTH = 200
PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|\?\?\?")


def noted(given: Given) -> Iterator[Page]:
    """Notes and concept pages of every edition whose front matter could be read."""
    for page in given.corpus.every_page() if given.corpus.ours else ():
        if page.kind in {"papers", "concepts"} and page.front.present:
            yield page


def draft(given: Given, page: Page) -> bool:
    """Whether a page is marked as a draft in the authoritative edition."""
    return given.corpus.front(page).status == "draft"


@rule("N001")
def missing(given: Given) -> Iterator[Diagnostic]:
    """A note must have front matter.

    Why: without it nothing about the note can be checked, and it appears in no index.

    Bad: docs/en/concepts/idea.md
        + # An idea
        + It began with [@roe2019first].
    Reports:
        docs/en/concepts/idea.md:1:1: N001 page must begin with front matter
    """
    for page in given.corpus.every_page() if given.corpus.ours else ():
        if page.kind not in {"papers", "concepts"} or page.front.present:
            continue
        if not any(fault.path == page.source.path and fault.code[0] in "NS" for fault in given.corpus.faults):
            yield page.source.fault(
                Place(), "N001", "page must begin with front matter", "begin with `---`, keys, and `---`"
            )


@found_while_loading("N002")
def invalid(given: Given) -> Iterator[Diagnostic]:
    """Front matter must be valid YAML, closed by a line of three dashes.

    Why: MkDocs drops invalid front matter without a word and builds the page without it.

    Bad: docs/en/concepts/idea.md
        - tldr: What the demonstration note builds on.
        + tldr: one: two
    Reports:
        docs/en/concepts/idea.md:6:10: N002 front matter must be valid YAML: mapping values are not allowed in this context
    """
    yield from ()


@found_while_loading("N003")
def not_a_mapping(given: Given) -> Iterator[Diagnostic]:
    """Front matter must be a mapping of keys to values.

    Bad: docs/en/concepts/idea.md
        + ---
        + - title
        + ---
        + # An idea
        + It began with [@roe2019first].
    Reports:
        docs/en/concepts/idea.md:2:1: N003 front matter must be a mapping
    """
    yield from ()


@found_while_loading("N004")
def repeated_key(given: Given) -> Iterator[Diagnostic]:
    """A key must appear once.

    Why: YAML readers disagree about which of the two counts.

    Bad: docs/en/concepts/idea.md
        - short: Idea
        + short: Idea
        + short: Thought
    Reports:
        docs/en/concepts/idea.md:4:1: N004 key must appear once: 'short'
    """
    yield from ()


@found_while_loading("N005")
def unknown_key(given: Given) -> Iterator[Diagnostic]:
    """A key must be one that the knowledge base reads.

    Why: a misspelt key is a value nobody sees.

    Bad: docs/en/concepts/idea.md
        - short: Idea
        + short: Idea
        + tag: [method]
    Reports:
        docs/en/concepts/idea.md:4:1: N005 key must be known: 'tag'
    """
    yield from ()


@rule("N006")
def required_key(given: Given) -> Iterator[Diagnostic]:
    """A page must have the keys of its kind.

    Why: indexes, the map and the ledger are made from them.

    Bad: docs/en/concepts/idea.md
        - short: Idea
    Reports:
        docs/en/concepts/idea.md:1:1: N006 front matter must have short
    """
    yield from (fault for fault in given.corpus.faults if fault.code == "N006")
    misspelt = {(fault.path, fault.hint) for fault in given.corpus.faults if fault.code == "N005"}
    for page in noted(given):
        for key in REQUIRED[page.edition, page.kind]:
            if (page.source.path, meant(key)) in misspelt:
                continue  # said there
            if key not in page.front.keys:
                yield page.source.fault(
                    Place(1, 1, 3), "N006", f"front matter must have {key}", f"add a line `{key}: …`"
                )


@found_while_loading("N007")
def bad_value(given: Given) -> Iterator[Diagnostic]:
    """A value must have the form and be one of the values that its key allows.

    Bad: docs/en/concepts/idea.md
        - status: complete
        + status: completed
    Reports:
        docs/en/concepts/idea.md:4:9: N007 status must be known: 'completed'
    """
    yield from ()


@rule("N101")
def bib_key(given: Given) -> Iterator[Diagnostic]:
    """`bib` must be a key of papers/references.bib.

    Why: authors, year, venue and links of a note come from its entry.

    Bad: docs/en/papers/demo.md
        - bib: doe2020demo
        + bib: doe2020demmo
    Reports:
        docs/en/papers/demo.md:4:6: N101 bib must be a key of papers/references.bib: 'doe2020demmo'
    """
    works = given.corpus.bibliography
    for page in noted(given):
        bib = page.front.bib
        if bib and not works.has(bib):
            hint = suggestion(bib, works.entries) or "add the entry to papers/references.bib"
            yield page.source.fault(
                page.front.at("bib"), "N101", f"bib must be a key of papers/references.bib: {bib!r}", hint
            )


@rule("N102")
def same_title(given: Given) -> Iterator[Diagnostic]:
    """The title of a note must be the title of its bibliography entry.

    Why: search engines and readers look for the title as published.

    Bad: papers/references.bib
        -   title = {Demonstrating Everything},
        +   title = {Demonstrating Nothing},
    Reports:
        docs/en/papers/demo.md:2:8: N102 title must be the published one: 'Demonstrating Everything' ≠ 'Demonstrating Nothing'
    """
    for page in noted(given):
        entry = given.corpus.bibliography.entries.get(page.front.bib)
        if entry and page.front.title and page.front.title.split() != entry.title.split():
            yield page.source.fault(
                page.front.at("title"),
                "N102",
                f"title must be the published one: {page.front.title!r} ≠ {entry.title!r}",
                f"compare {given.corpus.bibliography.source.path}:{entry.place.line}",
            )


@found_while_loading("N103")
def repeated_from_bibliography(given: Given) -> Iterator[Diagnostic]:
    """Author, year, venue and links must not be repeated in the front matter.

    Why: written in two places they drift apart; the bibliography is the one place.

    Bad: docs/en/papers/demo.md
        - pass: 3
        + pass: 3
        + year: 2020
    Reports:
        docs/en/papers/demo.md:8:1: N103 year must not be repeated in the front matter
    """
    yield from ()


@rule("N104")
def placeholder(given: Given) -> Iterator[Diagnostic]:
    """A placeholder must not remain in a page that is not a draft.

    Why: "TODO" on a published page tells a reader only that nobody came back.

    Bad: docs/en/concepts/idea.md
        - tldr: What the demonstration note builds on.
        + tldr: TODO
    Reports:
        docs/en/concepts/idea.md:6:7: N104 placeholder must be replaced: 'TODO'
    """
    for page in noted(given):
        if draft(given, page):
            continue
        found = [
            (text, page.front.at(key))
            for key in ("title", "short", "version", "tldr")
            if (text := getattr(page.front, key))
        ]
        found += page.document.comments
        folds = sum(not fold.place.path for fold in page.document.folds)
        if len(PLACEHOLDER.findall(page.body)) > folds:  # `???` begins each of them
            found += prose(page.body, page.body_line)
        for text, place in found:
            if match := PLACEHOLDER.search(text):
                line = text.count("\n", 0, match.start())
                col = match.start() - (text.rfind("\n", 0, match.start()) + 1)
                at = Place(place.line + line, (1 if line else place.col) + col, len(match[0]))
                yield page.source.fault(
                    at,
                    "N104",
                    f"placeholder must be replaced: {match[0]!r}",
                    "write it, or set `status: draft`",
                )


@rule("N105")
def short_tldr(given: Given) -> Iterator[Diagnostic]:
    """`tldr` must be one sentence of at most 200 characters, without markup.

    Why: it stands in indexes, previews and search results, which show plain text.

    Bad: docs/en/concepts/idea.md
        - tldr: What the demonstration note builds on.
        + tldr: What the [note](demo.md) builds on.
    Reports:
        docs/en/concepts/idea.md:6:7: N105 tldr must be plain text: '[note]('
    """
    for page in noted(given):
        tldr, place = page.front.tldr, page.front.at("tldr")
        if len(tldr) > TLDR_LENGTH:
            yield page.source.fault(
                place, "N105", f"tldr must be at most {TLDR_LENGTH} characters: {len(tldr)}", "cut it"
            )
        elif match := re.search(r"\$[^$]+\$|\[[^\]]*\]\(|`|\*\*", tldr):
            yield page.source.fault(
                place, "N105", f"tldr must be plain text: {match[0]!r}", "say it in words"
            )


@rule("N106")
def builds_on(given: Given) -> Iterator[Diagnostic]:
    """`builds_on` must name keys of the bibliography, each once, and not the note's own.

    Why: they say whose idea a paper continues; a key that names nothing says it to nobody.

    Bad: docs/en/papers/demo.md
        - builds_on: [roe2019first]
        + builds_on: [roe2019frist]
    Reports:
        docs/en/papers/demo.md:9:13: N106 builds_on must name entries of papers/references.bib: 'roe2019frist'
    """
    works = given.corpus.bibliography
    for page in noted(given):
        for index, key in enumerate(page.front.builds_on):
            place = page.front.at(f"builds_on[{index}]")
            if not works.has(key):
                yield page.source.fault(
                    place,
                    "N106",
                    f"builds_on must name entries of papers/references.bib: {key!r}",
                    suggestion(key, works.entries) or "add the entry to papers/references.bib",
                )
            elif key == page.front.bib or key in page.front.builds_on[:index]:
                yield page.source.fault(
                    place, "N106", f"builds_on must name other works, each once: {key!r}", "remove it"
                )


@rule("N107")
def formerly(given: Given) -> Iterator[Diagnostic]:
    """`formerly` must hold former slugs of the note, which no page has now.

    Why: the site leads from each to the note, and a page of that name would be hidden by it.

    Bad: docs/en/papers/demo.md
        - bib: doe2020demo
        + bib: doe2020demo
        + formerly: [old, demo, Older]
    Reports:
        docs/en/papers/demo.md:5:17: N107 formerly must name slugs that are free: 'demo'
        docs/en/papers/demo.md:5:23: N107 formerly must name slugs: 'Older'
    """
    first = given.corpus.pages.get(EDITIONS[0], {})
    claimed: set[str] = set()
    for page in first.values():
        for index, slug in enumerate(page.front.formerly):
            place = page.front.at(f"formerly[{index}]")
            if not SLUG.match(slug):
                yield page.source.fault(
                    place, "N107", f"formerly must name slugs: {slug!r}", "lower-case letters and digits"
                )
            elif f"{page.kind}/{slug}" in first or f"{page.kind}/{slug}" in claimed:
                yield page.source.fault(
                    place, "N107", f"formerly must name slugs that are free: {slug!r}", "remove it"
                )
            claimed.add(f"{page.kind}/{slug}")
