"""L: links, anchors and images inside the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from papernotes.corpus.model import EDITIONS, Corpus, Link, Page
from papernotes.corpus.near import suggestion
from papernotes.corpus.sections import GENERATED
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule
from papernotes.rules.safety import is_local

ASSETS = (".svg", ".png", ".jpg", ".webp", ".py", ".txt")
ROW = "n-"
"""Prefix of the anchors of ledger rows."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Target:
    """Where an internal link goes: a repository path (empty: this page) and a fragment."""

    path: str
    fragment: str


def resolve(corpus: Corpus, page: Page, link: Link) -> Target | None:
    """The target of a link, or None for an external or absolute one."""
    if _SCHEME.match(link.target) or link.target.startswith("/") or is_local(link.target):
        return None
    path, _, fragment = link.target.partition("#")
    path = path.partition("?")[0]
    if fragment.startswith(":~:"):
        fragment = ""  # a text fragment: the browser looks for words
    if path and link.raw:
        path = _written_in_html(corpus, page, unquote(path))
    elif path:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.source.path), unquote(path)))
    return Target(path, unquote(fragment))


def _written_in_html(corpus: Corpus, page: Page, path: str) -> str:
    """The source of what an address written in HTML leads to on the site.

    MkDocs leaves such an address as it is, so it counts from the page's own address, not from its file.
    """
    top = corpus.folders[page.edition]
    name = page.key if corpus.directory_urls and page.slug != "index" else posixpath.dirname(page.key)
    found = posixpath.normpath(posixpath.join(top, name, path))
    stem = found.removesuffix(".html").removesuffix("/index")
    sources = (found, f"{stem}.md", f"{stem}/index.md", f"{stem}/README.md")
    return next((source for source in sources if source in corpus.files), found)


def target_page(corpus: Corpus, page: Page, target: Target) -> Page | None:
    """The page a link goes to; a translation stands on the English page where there is no own one."""
    if not target.path:
        return page
    top = corpus.folders[page.edition] + "/"
    if target.path.startswith(top) and target.path.endswith(".md"):
        return corpus.page(page.edition, target.path[len(top) :].removesuffix(".md"))
    return None


def internal(given: Given) -> Sequence[tuple[Page, Link, Target]]:
    """Every internal link and image of every page."""
    return given.once(_internal)


def _internal(given: Given) -> Sequence[tuple[Page, Link, Target]]:
    found: list[tuple[Page, Link, Target]] = []
    known: dict[tuple[str, str], Target | None] = {}  # pages of a folder link to the same targets
    for page in given.corpus.every_page():
        folder = posixpath.dirname(page.source.path)
        for link in page.document.links:
            key = (folder, link.target)
            if link.raw:
                target = resolve(given.corpus, page, link)
            elif key in known:
                target = known[key]
            else:
                target = known[key] = resolve(given.corpus, page, link)
            if target is not None:
                found.append((page, link, target))
    return found


def generated(corpus: Corpus, page: Page, target: Target) -> str:
    """Name of the generated page a link goes to, or empty."""
    top = corpus.folders[page.edition]
    name = target.path.removeprefix(f"{top}/").removesuffix(".md")
    return name if corpus.ours and target.path == f"{top}/{name}.md" and name in GENERATED else ""


def leaves(corpus: Corpus, page: Page, target: Target) -> bool:
    """Whether a link leads out of the edition and is no file of papers/ either."""
    path = target.path
    if not path or path.startswith(f"{corpus.folders[page.edition]}/"):
        return False
    return path != corpus.folders[page.edition] and not (corpus.ours and f"{path}/".startswith("papers/"))


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
    for page, link, target in internal(given):
        if (
            link.image
            or not target.path
            or target.path in given.corpus.files
            or leaves(given.corpus, page, target)
            or generated(given.corpus, page, target)
        ):
            continue
        if target_page(given.corpus, page, target):
            continue
        yield page.source.fault(
            link.place,
            "L101",
            f"link must go to an existing file: {link.target!r}",
            _near_file(given.corpus, page, target.path),
            change=_right_case(given.corpus, page, link, target),
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
    for page, link, target in internal(given) if given.corpus.anchors_known else ():
        if not target.fragment or link.image or target.fragment.startswith(ROW):
            continue  # ledger rows are R102's
        if name := generated(given.corpus, page, target):
            known = _generated_anchors(given.corpus, name)
            where = f"{given.corpus.folders[page.edition]}/{name}.md"
        elif (to := target_page(given.corpus, page, target)) is not None:
            known, where = to.document.anchors.keys(), to.source.path
        else:
            continue
        if known is not None and target.fragment not in known:
            yield page.source.fault(
                link.place,
                "L102",
                f"anchor must exist in {where}: {'#' + target.fragment!r}",
                suggestion(target.fragment, known),
                change=_right_anchor(link, target, known),
            )


@rule("L103")
def missing_image(given: Given) -> Iterator[Diagnostic]:
    """An image must exist, with the same letter case.

    Why: a wrong case works on a Mac and breaks on the server.

    Bad: docs/en/papers/demo.md
        - ![A square inside a circle.](../../../papers/demo/picture.svg)
        + ![A square inside a circle.](../../../papers/demo/Picture.svg)
    Reports:
        docs/en/papers/demo.md:30:1: L103 image must exist: '../../../papers/demo/Picture.svg'
    """
    for page, link, target in internal(given):
        if link.image and target.path not in given.corpus.files and not leaves(given.corpus, page, target):
            yield page.source.fault(
                link.place,
                "L103",
                f"image must exist: {link.target!r}",
                _near_file(given.corpus, page, target.path),
                change=_right_case(given.corpus, page, link, target),
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
    for page, link, target in internal(given):
        if leaves(given.corpus, page, target):
            yield page.source.fault(
                link.place,
                "L104",
                f"link must stay inside {given.corpus.folders[page.edition]}/: {link.target!r}",
                "only the edition's pages and files under papers/ are published",
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
    for page in given.corpus.every_page():
        for link in page.document.links:
            if link.target.startswith("/"):
                yield page.source.fault(
                    link.place,
                    "L105",
                    f"link must be relative: {link.target!r}",
                    "e.g. `../papers/resnet.md`",
                )


@rule("L106")
def alternative_text(given: Given) -> Iterator[Diagnostic]:
    """An image must have alternative text.

    Why: it is what a reader who cannot see the picture gets, and what stays when the picture does not load.

    Bad: docs/en/papers/demo.md
        - ![A falling line.](../../../papers/demo/chart.svg)
        + ![](../../../papers/demo/chart.svg)
    Reports:
        docs/en/papers/demo.md:49:1: L106 image must have alternative text: '../../../papers/demo/chart.svg'
    """
    for page in given.corpus.every_page():
        for link in page.document.links:
            if link.image and not link.text:
                yield page.source.fault(
                    link.place,
                    "L106",
                    f"image must have alternative text: {link.target!r}",
                    "say in the brackets what the picture shows",
                )


@rule("L108")
def unpublished(given: Given) -> Iterator[Diagnostic]:
    """A link must go to a page that is published.

    Why: a page under `exclude_docs` or `draft_docs` of mkdocs.yml exists in the repository and not on the site.
    """
    for page, link, target in internal(given) if given.corpus.unpublished else ():
        if target.path in given.corpus.unpublished:
            yield page.source.fault(
                link.place,
                "L108",
                f"link must go to a published page: {link.target!r}",
                "remove the link, or publish the page",
            )


@rule("L107")
def snippet(given: Given) -> Iterator[Diagnostic]:
    """An embedded region must exist.

    Why: code on the page is the code that is tested; a missing region breaks the build.

    Bad: docs/en/papers/demo.md
        - --8<-- "papers/demo/companion.py:answer"
        + --8<-- "papers/demo/companion.py:anwser"
    Reports:
        docs/en/papers/demo.md:42:9: L107 embedded region must exist: 'papers/demo/companion.py:anwser'
    """
    companions = {companion.source.path: companion for companion in given.corpus.companions.values()}
    for page in given.corpus.every_page():
        for found in page.document.snippets:
            companion = companions.get(found.path)
            if companion and (not found.region or found.region in companion.regions):
                continue
            if companion is None and found.path in given.corpus.files and not found.region:
                continue
            name = f"{found.path}:{found.region}" if found.region else found.path
            hint = (
                suggestion(found.region, companion.regions)
                if companion
                else suggestion(found.path, companions) or "the path is relative to the repository"
            )
            yield page.source.fault(found.place, "L107", f"embedded region must exist: {name!r}", hint)


def _right_case(corpus: Corpus, page: Page, link: Link, target: Target) -> tuple[str, str] | None:
    """The change that gives a link the letter case of the one file it can mean."""
    meant = [file for file in _published(corpus, page) if file.casefold() == target.path.casefold()]
    written = link.target.partition("#")[0]
    if len(meant) != 1 or not written:
        return None
    return written, posixpath.relpath(meant[0], posixpath.dirname(page.source.path))


def _right_anchor(link: Link, target: Target, known: Iterable[str]) -> tuple[str, str] | None:
    """The change that gives a link the anchor that differs in case, or in how repetitions are counted."""
    plain = target.fragment.casefold()
    counted = re.sub(r"-(\d+)\Z", r"_\1", plain)
    meant = [name for name in known if name.casefold() in {plain, counted}]
    return (f"#{link.target.partition('#')[2]}", f"#{meant[0]}") if len(meant) == 1 else None


def _published(corpus: Corpus, page: Page) -> set[str]:
    """Every path a link of a page may go to."""
    top = corpus.folders[page.edition]
    files = {*corpus.files, *(f"{top}/{key}.md" for key in corpus.pages[EDITIONS[0]])}
    if corpus.ours:
        files.update(f"{top}/{name}.md" for name in GENERATED)
    return files


def _near_file(corpus: Corpus, page: Page, path: str) -> str:
    files = _published(corpus, page)
    folder = posixpath.dirname(page.source.path)
    if path + ".md" in files:
        return f"link to the source file: {posixpath.relpath(path + '.md', folder)}"
    relative = {posixpath.relpath(file, folder) for file in files}
    return suggestion(posixpath.relpath(path, folder), relative) or "the path is relative to this file"


def _generated_anchors(corpus: Corpus, name: str) -> Iterable[str] | None:
    if name == "bibliography":
        return corpus.bibliography.entries.keys()
    return corpus.glossary.terms.keys() if name == "glossary" else None
