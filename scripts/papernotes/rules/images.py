"""L: images."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule
from papernotes.rules.targets import missing, moved, near_file, right_case, strays


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
    for page, link, target in strays(given):
        if link.image and missing(given.corpus, page, target):
            gone = moved(given.corpus, page, link, target)
            yield page.source.fault(
                link.place,
                "L103",
                f"image must exist: {link.target!r}",
                f"it has been moved: {gone[0]}" if gone else near_file(given, page, target.path),
                change=gone[1] if gone else right_case(given, page, link, target),
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
