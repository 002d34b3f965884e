"""L: links and anchors inside the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from papernotes.corpus.document import Link, Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.near import suggestion
from papernotes.corpus.unknown import ANCHORS
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule
from papernotes.rules.safety import odd
from papernotes.rules.targets import (
    ROW,
    Target,
    generated,
    hidden,
    is_absolute,
    leaves,
    missing,
    moved,
    near_file,
    on_the_site,
    readdressed,
    right_case,
    strays,
    target_page,
    to_anchors,
    written,
)

ASSETS = (".svg", ".png", ".jpg", ".webp", ".py", ".txt")


@rule("L101")
def missing_page(given: Given) -> Iterator[Diagnostic]:
    """A link must go to a page or file that exists.

    Why: a dead link is the reader's end of the road.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019first]; the [note](../papers/demmo.md) goes on.
    Reports:
        docs/en/concepts/idea.md:11:36: L101 link must go to an existing file: '../papers/demmo.md'
    """
    for page, link, target in strays(given):
        if link.image or not missing(given.corpus, page, target):
            continue
        if _in_folder(given, page, link, target) is not None:
            continue  # L110 says so
        gone = moved(given.corpus, page, link, target)
        yield page.source.fault(
            link.place,
            "L101",
            f"link must go to an existing file: {link.target!r}",
            f"it has been moved: {gone[0]}" if gone else near_file(given, page, target.path),
            change=gone[1] if gone else right_case(given, page, link, target),
        )


@rule("L102")
def missing_anchor(given: Given) -> Iterator[Diagnostic]:
    """A link's anchor must exist on the page it goes to.

    Why: the browser shows the top of a long page and the reader searches.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019first]; the [note](../papers/demo.md#how-it-work) goes on.
    Reports:
        docs/en/concepts/idea.md:11:36: L102 anchor must exist in docs/en/papers/demo.md: '#how-it-work'
    """
    known: dict[tuple[str, str], tuple[frozenset[str], str] | None] = {}
    for page, link, target in to_anchors(given) if ANCHORS not in given.corpus.unknown else ():
        if given.corpus.ours and target.fragment.startswith(ROW):
            continue  # ledger rows are R102's
        at = (page.edition, target.path or page.source.path)
        if at not in known:
            known[at] = _anchors(given, page, target)
        if (found := known[at]) is None or target.fragment in found[0]:
            continue
        anchors, where = found
        yield page.source.fault(
            link.place,
            "L102",
            f"anchor must exist in {where}: {'#' + target.fragment!r}",
            suggestion(target.fragment, anchors),
            change=_right_anchor(link, target, anchors),
        )


@rule("L104")
def outside(given: Given) -> Iterator[Diagnostic]:
    """A link must stay in its edition's folder, or go to a file of papers/.

    Why: nothing else is published; the other edition is reached by the language switch.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019first]; the [note](../../../README.md) goes on.
    Reports:
        docs/en/concepts/idea.md:11:36: L104 link must stay inside docs/en/: '../../../README.md'
    """
    for page, link, target in strays(given):
        if leaves(given.corpus, page, target):
            if _by_address(given.corpus, page, link):
                continue  # L110 says so
            gone = moved(given.corpus, page, link, target)
            yield page.source.fault(
                link.place,
                "L104",
                f"link must stay inside {given.corpus.folders[page.edition]}/: {link.target!r}",
                f"the page has been moved: {gone[0]}" if gone else _published_only(given.corpus),
                change=gone[1] if gone else None,
            )
        elif (
            target.path.startswith("papers/")
            and target.path in given.corpus.files
            and not target.path.endswith(ASSETS)
        ):
            yield page.source.fault(
                link.place,
                "L104",
                f"link must go to a published file: {link.target!r}",
                f"of papers/ only {', '.join(ASSETS)} are published",
            )


@rule("L105")
def absolute(given: Given) -> Iterator[Diagnostic]:
    """A link must be relative.

    Why: the site may live under a sub-path, and a Markdown viewer knows no site root.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019first]; the [note](/papers/demo/) goes on.
    Reports:
        docs/en/concepts/idea.md:11:36: L105 link must be relative: '/papers/demo/'
    """
    for page, link in odd(given):
        if is_absolute(given.corpus, link):
            yield page.source.fault(
                link.place,
                "L105",
                f"link must be relative: {link.target!r}",
                "e.g. `../papers/resnet.md`",
            )


@rule("L108")
def unpublished(given: Given) -> Iterator[Diagnostic]:
    """A link must go to a page that is published.

    Why: a page under `exclude_docs` or `draft_docs` of mkdocs.yml exists in the repository and not on the site.

    Bad: mkdocs.yml
        - site_name: Demonstration
        + site_name: Demonstration
        + exclude_docs: concepts/
    Reports:
        docs/en/index.md:8:32: L108 link must go to a published page: 'concepts/idea.md'
        docs/en/papers/demo.md:60:16: L108 link must go to a published page: '../concepts/idea.md'
        docs/zh/papers/demo.md:39:3: L108 link must go to a published page: '../concepts/idea.md'
        papers/paths.yml:5:14: P101 page must exist: 'concepts/idea'
    """
    for page, link, target in strays(given):
        if hidden(given.corpus, page, target):
            yield page.source.fault(
                link.place,
                "L108",
                f"link must go to a published page: {link.target!r}",
                "remove the link, or publish the page",
            )


@rule("L110")
def folder(given: Given) -> Iterator[Diagnostic]:
    """A link must go to a file, not to a folder.

    Why: MkDocs leaves a link to a folder as it is written, and a Markdown viewer shows a list of files. Where
    the address happens to work on the site this is a warning.

    Bad: docs/en/concepts/idea.md
        - It began with [@roe2019first]; the [note](../papers/demo.md#how-it-works) goes on.
        + It began with [@roe2019first]; the [note](../) goes on.
    Reports:
        docs/en/concepts/idea.md:11:36: L110 link must go to a file, not to a folder: '../'
    """
    for page, link, target in strays(given):
        files = _in_folder(given, page, link, target)
        if files is None:
            continue
        here = posixpath.dirname(page.source.path)
        path = posixpath.relpath(files[0], here) if len(files) == 1 else ""
        address = on_the_site(given.corpus, page, unquote(written(link)))
        arrives = address in given.corpus.files and _lands(given, page, Target(address, target.fragment))
        yield page.source.fault(
            link.place,
            "L110",
            f"link must go to a file, not to a folder: {link.target!r}",
            f"link to its page: {path}" if path else "link to one of its pages",
            warning=arrives,
            change=readdressed(link, path) if path else None,
        )


def _in_folder(given: Given, page: Page, link: Link, target: Target) -> list[str] | None:
    """The pages that a link to a folder can mean; None for any other link."""
    corpus = given.corpus
    if meant := _by_address(corpus, page, link):
        return [meant]
    if link.image or link.raw or not target.path or leaves(corpus, page, target):
        return None
    if target.path in corpus.files or target_page(corpus, page, target) or generated(corpus, page, target):
        return None
    lead = f"{target.path}/"
    beside = (
        [f"{target.path}.md"] if written(link).endswith("/") and f"{target.path}.md" in corpus.files else []
    )
    if not beside and target.path not in given.once(_folders):
        return None
    indexes = [name for name in (f"{lead}index.md", f"{lead}README.md") if name in corpus.files]
    return beside + indexes[:1]


def _lands(given: Given, page: Page, target: Target) -> bool:
    """Whether the anchor of a link is on the page that its address leads to, as far as that is known."""
    found = _anchors(given, page, target) if target.fragment and ANCHORS not in given.corpus.unknown else None
    return found is None or target.fragment in found[0]


def _by_address(corpus: Corpus, page: Page, link: Link) -> str:
    """The page that a link reaches because MkDocs leaves it as it is, or empty; a knowledge base has none."""
    path = unquote(written(link))
    if corpus.ours or link.image or link.raw or path.startswith("/") or not path.endswith("/"):
        return ""
    meant = on_the_site(corpus, page, path)
    return (
        meant if meant.endswith(".md") and meant in corpus.files and meant not in corpus.unpublished else ""
    )


def _folders(given: Given) -> set[str]:
    """Every folder that holds a file, in whatever folder of it."""
    found: set[str] = set()
    for file in given.corpus.files:
        while (file := posixpath.dirname(file)) and file not in found:
            found.add(file)
    return found


def _published_only(corpus: Corpus) -> str:
    return "only the edition's pages" + (" and files under papers/" if corpus.ours else "") + " are published"


def _anchors(given: Given, page: Page, target: Target) -> tuple[frozenset[str], str] | None:
    """The anchors of the page that a link goes to, and the page's path; None where they cannot be known."""
    corpus = given.corpus
    if name := generated(corpus, page, target):
        entries = {"bibliography": corpus.bibliography.entries, "glossary": corpus.glossary.terms}.get(name)
        return None if entries is None else (frozenset(entries), f"{corpus.folders[page.edition]}/{name}.md")
    to = target_page(corpus, page, target)
    if to is None or to.source.path in corpus.open_pages:
        return None
    return frozenset((*to.document.anchors, *_footnotes(to))), to.source.path


def _footnotes(page: Page) -> Iterator[str]:
    """The anchors that Python-Markdown gives to footnotes and to the places that refer to them."""
    for note in page.document.footnote_defs:
        yield f"fn:{note.label}"
    for note in page.document.footnote_refs:
        yield f"fnref:{note.label}"


@lru_cache(maxsize=4)
def _folded(known: frozenset[str]) -> dict[str, list[str]]:
    """Anchors by themselves in one letter case."""
    found: dict[str, list[str]] = {}
    for name in known:
        found.setdefault(name.casefold(), []).append(name)
    return found


def _right_anchor(link: Link, target: Target, known: frozenset[str]) -> tuple[str, str] | None:
    """The change that gives a link the anchor that differs in case, or in how repetitions are counted."""
    plain = target.fragment.casefold()
    counted = re.sub(r"-(\d+)\Z", r"_\1", plain)
    meant = [name for form in {plain, counted} for name in _folded(known).get(form, ())]
    return (f"#{link.target.partition('#')[2]}", f"#{meant[0]}") if len(meant) == 1 else None
