"""P: the reading paths."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.model import EDITIONS
from papernotes.corpus.near import suggestion
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading, rule


@found_while_loading("P001")
def unreadable(given: Given) -> Iterator[Diagnostic]:
    """The reading paths must be a YAML mapping of path ids to records.

    Bad: papers/paths.yml
        - demonstration:
        + demonstration: [
    Reports:
        papers/paths.yml:3:3: P001 paths must be valid YAML: did not find expected ',' or ']'
    """
    yield from ()


@found_while_loading("P002")
def record(given: Given) -> Iterator[Diagnostic]:
    """A path must have a title, an introduction and two steps, all in every edition's language.

    Why: readers of either edition are shown the same paths, and what each step is for.

    Bad: papers/paths.yml
        -   title: {en: A demonstration, zh: 演示}
        +   title: {en: A demonstration}
    Reports:
        papers/paths.yml:2:10: P002 title must have zh
    """
    yield from ()


@found_while_loading("P003")
def key(given: Given) -> Iterator[Diagnostic]:
    """A key of a path must be known, and given once.

    Bad: papers/paths.yml
        -     - {page: papers/demo, en: "How it works.", zh: "怎样运作。"}
        +     - {pages: papers/demo, en: "How it works.", zh: "怎样运作。"}
    Reports:
        papers/paths.yml:6:8: P003 key must be known: 'pages'
    """
    yield from ()


@rule("P101")
def page(given: Given) -> Iterator[Diagnostic]:
    """A step of a path must name a page that exists.

    Why: the path would end there, and the page after it could not be reached.

    Bad: papers/paths.yml
        -     - {page: papers/demo, en: "How it works.", zh: "怎样运作。"}
        +     - {page: papers/demos, en: "How it works.", zh: "怎样运作。"}
    Reports:
        papers/paths.yml:6:14: P101 page must exist: 'papers/demos'
    """
    pages = given.corpus.pages.get(EDITIONS[0], {})
    for path in given.corpus.paths.paths.values():
        for step in path.steps:
            if step.page not in pages:
                hint = suggestion(step.page, pages) or f"there is no docs/{EDITIONS[0]}/{step.page}.md"
                yield given.corpus.paths.source.fault(
                    step.place, "P101", f"page must exist: {step.page!r}", hint
                )


@rule("P102")
def once(given: Given) -> Iterator[Diagnostic]:
    """A page must stand once in a path.

    Why: a page that stands twice has two next steps, and a reader who follows them goes in a circle.

    Bad: papers/paths.yml
        -     - {page: papers/demo, en: "How it works.", zh: "怎样运作。"}
        +     - {page: concepts/idea, en: "How it works.", zh: "怎样运作。"}
    Reports:
        papers/paths.yml:6:14: P102 page must stand once in path 'demonstration': 'concepts/idea'
    """
    for path in given.corpus.paths.paths.values():
        seen: dict[str, int] = {}
        for step in path.steps:
            if step.page in seen:
                yield given.corpus.paths.source.fault(
                    step.place,
                    "P102",
                    f"page must stand once in path {path.id!r}: {step.page!r}",
                    f"first on line {seen[step.page]}",
                )
            seen.setdefault(step.page, step.place.line)
