"""Checks on the built HTML: what readers get, whatever the Markdown promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from papernotes.diagnostics import Diagnostic, in_order
from papernotes.render.built import Document, Site, read
from papernotes.render.harmless import active_content, active_picture

__all__ = ["CHECKS", "OF_PICTURES", "Document", "Site", "check", "read"]


def check(site: Site) -> tuple[Diagnostic, ...]:
    """All checks on all pages, sorted."""
    pages = (
        fault
        for document in site.documents.values()
        for find in CHECKS.values()
        for fault in find(document, site)
    )
    pictures = (fault for path, text in site.pictures.items() for fault in active_picture(path, text))
    return in_order((*pages, *pictures))


def _local(address: str) -> bool:
    """Whether an address stays on this host."""
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def broken_link(document: Document, site: Site) -> Iterator[Diagnostic]:
    """A link on a built page must lead to a page of the site.

    Why: MkDocs checks the links of Markdown only; those of templates, tags, the language switch and raw HTML
    are seen here.

    Bad: site/index.html
        - <p>A <a href="note/#idea">note</a>.</p>
        + <p>A <a href="notes/">note</a>.</p>
    Reports:
        site/index.html:6:15: H101 link must lead to a page: notes/
    """
    for node, address in _links(document):
        if _local(address) and site.target(document, address)[0] is None:
            hint = "correct the link where it is written or generated"
            yield document.fault(node, "H101", f"link must lead to a page: {address}", hint, address)


def missing_anchor(document: Document, site: Site) -> Iterator[Diagnostic]:
    """The anchor of a link on a built page must exist on the page it leads to.

    Why: a link to a missing anchor opens the top of a long page, and nobody notices that it is broken.

    Bad: site/index.html
        - <p>A <a href="note/#idea">note</a>.</p>
        + <p>A <a href="note/#ideas">note</a>.</p>
    Reports:
        site/index.html:6:15: H102 anchor must exist: note/#ideas
    """
    for node, address in _links(document):
        if "#" not in address or not _local(address):
            continue
        path, anchor = site.target(document, address)
        target = site.documents.get(path or "")
        if (
            target
            and anchor
            and anchor not in target.ids
            and anchor != "__top"
            and not anchor.startswith(":~:")
        ):
            hint = f"no element of {path} has this id"
            yield document.fault(node, "H102", f"anchor must exist: {address}", hint, address)


def missing_resource(document: Document, site: Site) -> Iterator[Diagnostic]:
    """An image, script or style sheet of a built page must be a file of the site.

    Why: a missing picture is a hole in the page, a missing script a feature that silently does not work.

    Bad: site/note/index.html
        - <img src="../picture.svg" alt="A circle.">
        + <img src="picture.svg" alt="A circle.">
    Reports:
        site/note/index.html:7:11: H103 file must exist: picture.svg
    """
    for node, address in _resources(document):
        if _local(address) and address and site.target(document, address)[0] is None:
            hint = "put the file where the page expects it"
            yield document.fault(node, "H103", f"file must exist: {address}", hint, address)


def duplicate_id(document: Document, site: Site) -> Iterator[Diagnostic]:
    """An id must be given once on a built page.

    Why: a link to an id that two elements share leads to the first, and a script finds only one of them.

    Bad: site/note/index.html
        - <h2>Evidence</h2>
        + <h2 id="idea">Evidence</h2>
    Reports:
        site/note/index.html:6:9: H104 id must be given once: idea (2 times)
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
    r"""A formula must have become MathML on a built page.

    Why: what did not convert is shown to readers as LaTeX source.

    Bad: site/note/index.html
        - <p>So <math><mi>x</mi></math>.</p>
        + <p>So <span class="arithmatex">\(x\)</span>.</p>
    Reports:
        site/note/index.html:9:7: H105 formula must convert to MathML: \(x\)
    """
    for node in document.tree.css("merror, .pn-math-error, .arithmatex"):
        text = " ".join((node.text() or "").split())
        yield document.fault(
            node, "H105", f"formula must convert to MathML: {text[:60]}", "correct its LaTeX"
        )


def third_party(document: Document, site: Site) -> Iterator[Diagnostic]:
    """A built page must fetch nothing from another host.

    Why: the site must work offline and tell nobody what its readers read.

    Bad: site/note/index.html
        - <script src="../site.js"></script>
        + <script src="https://cdn.example.org/site.js"></script>
    Reports:
        site/note/index.html:10:14: H106 resource must be local: https://cdn.example.org/site.js
    """
    for node, address in _resources(document):
        if not _local(address) and not address.startswith("data:"):
            hint = "ship the file with the site"
            yield document.fault(node, "H106", f"resource must be local: {address}", hint, address)


def _links(document: Document) -> Iterator[tuple[LexborNode, str]]:
    """Every link with its address, those of drawings included."""
    for node in document.tree.css("a"):
        for name in ("href", "xlink:href"):
            if (address := node.attributes.get(name)) is not None:
                yield node, address


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
    "H107": active_content,
}
"""The checks of pages by code; a function's docstring is its code's documentation."""
OF_PICTURES = {"H108": active_picture}
"""The checks of SVGs."""
