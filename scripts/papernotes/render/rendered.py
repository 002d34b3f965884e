"""Checks on the built HTML: what readers get, whatever the Markdown promised."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from papernotes.diagnostics import Diagnostic, in_order


@dataclass(frozen=True)
class Document:
    """One built page: its path inside the site, where it is reported, its text and its tree."""

    path: str
    shown: str
    text: str
    tree: LexborHTMLParser

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every id, and every name of an anchor, in document order."""
        named = (node.attributes.get("name") for node in self.tree.css("a[name]"))
        every = (node.attributes.get("id") for node in self.tree.css("[id]"))
        return tuple(one for one in (*every, *named) if one)

    def fault(self, node: LexborNode, code: str, message: str, hint: str, value: str = "") -> Diagnostic:
        """A diagnostic at the first place where the node's value, or its tag, stands in the file."""
        at = self.text.find(f'"{value}"') + 1 if value else -1
        if at <= 0:
            at = max(0, self.text.find(f"<{node.tag}"))
        line = self.text.count("\n", 0, at) + 1
        col = at - self.text.rfind("\n", 0, at)
        return Diagnostic(self.shown, line, col, code, message, hint, max(1, len(value)))


@dataclass(frozen=True)
class Site:
    """The built site: its pages, and every file in it."""

    documents: MappingProxyType[str, Document]
    files: frozenset[str]
    mount: str
    """The path under which the site stands, with slashes at both ends."""

    def target(self, document: Document, address: str) -> tuple[str | None, str]:
        """What a link leads to: (file inside the site or None when there is none, anchor).

        Args:
            document: the page that holds the link.
            address: a link without scheme and host.
        """
        parts = urlsplit(address)
        path = unquote(parts.path)
        if path.startswith("/"):
            inside = path.removeprefix(self.mount) if path.startswith(self.mount) else path.lstrip("/")
        elif path:
            inside = posixpath.join(posixpath.dirname(document.path), path)
        else:
            return document.path, unquote(parts.fragment)
        clean = posixpath.normpath(inside or ".")
        index = posixpath.normpath(posixpath.join(clean, "index.html"))
        found = next((file for file in (clean, index) if file in self.files), None)
        return found, unquote(parts.fragment)


def read(site_dir: Path, root: Path | None = None, mount: str = "/") -> Site:
    """Read a built site.

    Args:
        site_dir: its folder.
        root: the repository: paths are reported relative to it where the site lies inside.
        mount: the path of the address at which the site will stand.
    """
    inside = root is not None and site_dir.resolve().is_relative_to(root.resolve())
    lead = site_dir.resolve().relative_to(root.resolve()).as_posix() if inside and root else site_dir.name
    files = frozenset(p.relative_to(site_dir).as_posix() for p in site_dir.rglob("*") if p.is_file())
    documents = {}
    for path in sorted(files):
        if path.endswith(".html"):
            text = (site_dir / path).read_text(encoding="utf-8")
            documents[path] = Document(path, f"{lead}/{path}", text, LexborHTMLParser(text))
    return Site(MappingProxyType(documents), files, mount)


def check(site: Site) -> tuple[Diagnostic, ...]:
    """All checks on all pages, sorted."""
    return in_order(
        fault
        for document in site.documents.values()
        for find in CHECKS.values()
        for fault in find(document, site)
    )


def _local(address: str) -> bool:
    """Whether an address stays on this host."""
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def broken_link(document: Document, site: Site) -> Iterator[Diagnostic]:
    """A link on a built page must lead to a page of the site.

    Why: MkDocs checks the links of Markdown only; those of templates, tags, the language switch and raw HTML
    are seen here.
    """
    for node in document.tree.css("a[href]"):
        address = node.attributes.get("href") or ""
        if _local(address) and site.target(document, address)[0] is None:
            hint = "correct the link where it is written or generated"
            yield document.fault(node, "H101", f"link must lead to a page: {address}", hint, address)


def missing_anchor(document: Document, site: Site) -> Iterator[Diagnostic]:
    """The anchor of a link on a built page must exist on the page it leads to.

    Why: a link to a missing anchor opens the top of a long page, and nobody notices that it is broken.
    """
    for node in document.tree.css("a[href*='#']"):
        address = node.attributes.get("href") or ""
        if not _local(address):
            continue
        path, anchor = site.target(document, address)
        target = site.documents.get(path or "")
        if target and anchor and anchor not in target.ids and anchor != "__top":
            hint = f"no element of {path} has this id"
            yield document.fault(node, "H102", f"anchor must exist: {address}", hint, address)


def missing_resource(document: Document, site: Site) -> Iterator[Diagnostic]:
    """An image, script or style sheet of a built page must be a file of the site.

    Why: a missing picture is a hole in the page, a missing script a feature that silently does not work.
    """
    for node, address in _resources(document):
        if _local(address) and address and site.target(document, address)[0] is None:
            hint = "put the file where the page expects it"
            yield document.fault(node, "H103", f"file must exist: {address}", hint, address)


def duplicate_id(document: Document, site: Site) -> Iterator[Diagnostic]:
    """An id must be given once on a built page.

    Why: a link to an id that two elements share leads to the first, and a script finds only one of them.
    """
    counts = Counter(
        identity for node in document.tree.css("[id]") if (identity := node.attributes.get("id"))
    )
    for identity, count in counts.items():
        if count > 1:
            node = document.tree.css("[id]")[0]
            hint = "rename one of them"
            yield document.fault(
                node, "H104", f"id must be given once: {identity} ({count} times)", hint, identity
            )


def math_error(document: Document, site: Site) -> Iterator[Diagnostic]:
    """A formula must have become MathML on a built page.

    Why: what did not convert is shown to readers as LaTeX source.
    """
    for node in document.tree.css("merror, .pn-math-error, .arithmatex"):
        text = " ".join((node.text() or "").split())
        yield document.fault(
            node, "H105", f"formula must convert to MathML: {text[:60]}", "correct its LaTeX"
        )


def third_party(document: Document, site: Site) -> Iterator[Diagnostic]:
    """A built page must fetch nothing from another host.

    Why: the site must work offline and tell nobody what its readers read.
    """
    for node, address in _resources(document):
        if not _local(address) and not address.startswith("data:"):
            hint = "ship the file with the site"
            yield document.fault(node, "H106", f"resource must be local: {address}", hint, address)


def _resources(document: Document) -> Iterator[tuple[LexborNode, str]]:
    """Everything that a browser fetches to show a page, with its address."""
    for node in document.tree.css("[src]"):
        yield node, node.attributes.get("src") or ""
    for node in document.tree.css("link[href]"):
        relation = (node.attributes.get("rel") or "").split()
        if {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload"} & set(relation):
            yield node, node.attributes.get("href") or ""


CHECKS: dict[str, Callable[[Document, Site], Iterator[Diagnostic]]] = {
    "H101": broken_link,
    "H102": missing_anchor,
    "H103": missing_resource,
    "H104": duplicate_id,
    "H105": math_error,
    "H106": third_party,
}
"""The checks by code; a function's docstring is its code's documentation."""
