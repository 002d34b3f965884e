"""L109: pages that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.model import EDITIONS
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule
from papernotes.rules.targets import internal, target_page


@rule("L109")
def orphan(given: Given) -> Iterator[Diagnostic]:
    """A page must be in the navigation, or another page must link to it.

    Why: a page that nothing leads to is read by nobody. It is a warning, since a page may be meant to be
    reached from outside only; a project whose navigation MkDocs makes itself lists every page.

    Bad: docs/en/about.md
        + # About
    Reports:
        docs/en/about.md:1:1: L109 page must be in the navigation, or be linked from another page
    """
    listed = given.corpus.navigation
    if listed is None:
        return
    linked = {
        to.source.path
        for page, _, target in internal(given)
        if (to := target_page(given.corpus, page, target)) is not None and to is not page
    }
    for page in given.corpus.pages[EDITIONS[0]].values():
        path = page.source.path
        if path not in listed and path not in linked and page.key not in {"index", "README", "404"}:
            yield page.source.fault(
                Place(),
                "L109",
                "page must be in the navigation, or be linked from another page",
                "add it to `nav` of mkdocs.yml, or to `not_in_nav` when it is meant to be found from outside",
                warning=True,
            )
