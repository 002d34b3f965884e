"""The built site, read back: its pages, their ids, and where their links lead."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from papernotes.diagnostics import Diagnostic


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
    pictures: MappingProxyType[str, str]
    """The text of every SVG, by the path under which it is reported."""
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
    documents, pictures = {}, {}
    for path in sorted(files):
        if path.endswith(".html"):
            text = (site_dir / path).read_text(encoding="utf-8")
            documents[path] = Document(path, f"{lead}/{path}", text, LexborHTMLParser(text))
        elif path.endswith(".svg"):
            pictures[f"{lead}/{path}"] = (site_dir / path).read_text(encoding="utf-8", errors="replace")
    return Site(MappingProxyType(documents), files, MappingProxyType(pictures), mount)
