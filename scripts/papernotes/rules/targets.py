"""Where the links of pages go: what every rule about them needs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from papernotes.corpus.document import Link, Page
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.near import suggestion
from papernotes.rules.registry import Given
from papernotes.rules.safety import is_local

ROW = "n-"
"""Prefix of the anchors of ledger rows."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Target:
    """Where an internal link goes: a repository path (empty: this page) and a fragment."""

    path: str
    fragment: str


def resolve(corpus: Corpus, page: Page, link: Link) -> Target | None:
    """The target of a link, or None for an external or absolute one; one to the folder's top is neither."""
    if _SCHEME.match(link.target) or is_absolute(corpus, link) or is_local(link.target):
        return None
    path, _, fragment = link.target.partition("#")
    path = path.partition("?")[0]
    if fragment.startswith(":~:"):
        fragment = ""  # a text fragment: the browser looks for words
    if path and link.raw:
        path = on_the_site(corpus, page, unquote(path))
    elif path.startswith("/"):
        path = _beside_file(corpus.folders[page.edition], path.lstrip("/"))
    elif path:
        path = _beside_file(page.source.path.rpartition("/")[0], path)
    return Target(path, unquote(fragment))


def is_absolute(corpus: Corpus, link: Link) -> bool:
    """Whether a link counts from the top of the host: all that begin with a slash, unless mkdocs.yml says else."""
    within = corpus.rooted and not link.raw and not link.target.startswith("//")
    return link.target.startswith("/") and not within


@lru_cache(maxsize=65536)
def _beside_file(folder: str, path: str) -> str:
    """The repository path of what a file in a folder names."""
    return posixpath.normpath(posixpath.join(folder, unquote(path)))


def on_the_site(corpus: Corpus, page: Page, path: str) -> str:
    """The source of what an address leads to on the site when it is left as it is written.

    Of HTML, MkDocs leaves every address as it is, so it counts from the page's own address, not from its file.
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
        built = page.source.path in given.corpus.open_pages
        folder = posixpath.dirname(page.source.path)
        for link in page.document.links:
            if built and "{" in link.target:
                continue  # a template makes the address
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


def strays(given: Given) -> Sequence[tuple[Page, Link, Target]]:
    """The internal links and images that do not plainly lead to a published file beside their page.

    Of a sound repository these are few, and every rule about where a link leads need only look at them.
    """
    return given.once(_strays)


def _strays(given: Given) -> Sequence[tuple[Page, Link, Target]]:
    corpus = given.corpus
    plain = {
        edition: {path for path in corpus.files if path.startswith(f"{top}/")} - corpus.unpublished
        for edition, top in corpus.folders.items()
    }
    return [
        (page, link, target)
        for page, link, target in internal(given)
        if target.path and target.path not in plain[page.edition]
    ]


def to_anchors(given: Given) -> Sequence[tuple[Page, Link, Target]]:
    """The internal links that name a place on a page."""
    return given.once(_to_anchors)


def _to_anchors(given: Given) -> Sequence[tuple[Page, Link, Target]]:
    return [found for found in internal(given) if found[2].fragment and not found[1].image]


def generated(corpus: Corpus, page: Page, target: Target) -> str:
    """Name of the generated page a link goes to, or empty."""
    top = corpus.folders[page.edition]
    name = target.path.removeprefix(f"{top}/").removesuffix(".md")
    return name if target.path == f"{top}/{name}.md" and name in corpus.generated else ""


def leaves(corpus: Corpus, page: Page, target: Target) -> bool:
    """Whether a link leads out of the edition and is no file of papers/ either."""
    path, top = target.path, corpus.folders[page.edition]
    if not path or path == top or path.startswith(f"{top}/"):
        return False
    return not (corpus.ours and f"{path}/".startswith("papers/"))


def hidden(corpus: Corpus, page: Page, target: Target) -> bool:
    """Whether a link goes to a file that the site leaves out, of its own edition or of the one behind it."""
    if not corpus.unpublished:
        return False
    top = f"{corpus.folders[page.edition]}/"
    behind = f"{corpus.folders[EDITIONS[0]]}/{target.path.removeprefix(top)}"
    own = target.path in corpus.files and target.path not in corpus.unpublished
    return not own and bool({target.path, behind} & corpus.unpublished)


def missing(corpus: Corpus, page: Page, target: Target) -> bool:
    """Whether nothing is where a link goes, nor will be when the site is built."""
    if target.path in corpus.files:
        return False
    if leaves(corpus, page, target) or generated(corpus, page, target) or target_page(corpus, page, target):
        return False
    if hidden(corpus, page, target):
        return False
    return not corpus.made(target.path)


def written(link: Link) -> str:
    """The path of a link as it is written, without query and anchor."""
    return link.target.partition("#")[0].partition("?")[0]


def readdressed(link: Link, path: str) -> tuple[str, str]:
    """The change that gives a link another path and leaves its anchor."""
    written = link.target.partition("#")[0]
    lead = '"' if link.raw else "]("
    return f"{lead}{written}", f"{lead}{path}"


def right_case(given: Given, page: Page, link: Link, target: Target) -> tuple[str, str] | None:
    """The change that gives a link the letter case of the one file it can mean."""
    meant = given.once(_published)[page.edition].get(target.path.casefold(), [])
    if len(meant) != 1 or not link.target.partition("#")[0] or link.raw:
        return None
    return readdressed(link, posixpath.relpath(meant[0], posixpath.dirname(page.source.path)))


def moved(corpus: Corpus, page: Page, link: Link, target: Target) -> tuple[str, tuple[str, str]] | None:
    """Where a link went before a file was moved: the path from the page, and the change to it.

    The file that the link goes to has been moved, or the page itself, or both.
    """
    led = unquote(written(link))
    if link.raw or not led or not corpus.moves:
        return None
    here = page.source.path
    found = set()
    for old in (here, *(old for old, new in corpus.moves.items() if new == here)):
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(old), led))
        found.add(corpus.moves.get(meant, meant))
    found &= corpus.files
    if len(found) != 1:
        return None
    path = posixpath.relpath(found.pop(), posixpath.dirname(here))
    return path, readdressed(link, path)


def _published(given: Given) -> dict[str, dict[str, list[str]]]:
    """By edition, every path that a link of its pages may go to, by the path in one letter case."""
    corpus = given.corpus
    found: dict[str, dict[str, list[str]]] = {}
    for edition, top in corpus.folders.items():
        keys = corpus.generated.union(corpus.pages[EDITIONS[0]])
        files = {*corpus.files, *(f"{top}/{key}.md" for key in keys)}
        paths = found[edition] = {}
        for file in files:
            paths.setdefault(file.casefold(), []).append(file)
    return found


def _beside(_given: Given) -> dict[tuple[str, str], frozenset[str]]:
    """The same relative to a folder of an edition, as far as they have been asked for."""
    return {}


def near_file(given: Given, page: Page, path: str) -> str:
    """The hint for a link to a file that is not there."""
    files = given.once(_published)[page.edition]
    folder = posixpath.dirname(page.source.path)
    if path + ".md" in files.get(f"{path}.md".casefold(), ()):
        return f"link to the source file: {posixpath.relpath(path + '.md', folder)}"
    known = given.once(_beside)
    key = (page.edition, folder)
    if key not in known:
        every = (file for named in files.values() for file in named)
        known[key] = frozenset(posixpath.relpath(file, folder) for file in every)
    return suggestion(posixpath.relpath(path, folder), known[key]) or "the path is relative to this file"
