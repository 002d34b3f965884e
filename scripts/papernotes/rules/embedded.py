"""L107: files and regions that pages embed."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.near import suggestion
from papernotes.corpus.snippets import DEEPEST, MOST_CHARACTERS, MOST_LINES
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule


def _published(given: Given, path: str) -> bool:
    return path in given.corpus.files and path.startswith("papers/") and path.endswith((".py", ".txt"))


@rule("L107")
def snippet(given: Given) -> Iterator[Diagnostic]:
    """An embedded file or region must exist, and no file may embed itself.

    Why: code on the page is the code that is tested; a missing region breaks the build, or is left out
    without a word.

    Bad: docs/en/papers/demo.md
        - --8<-- "papers/demo/companion.py:answer"
        + --8<-- "papers/demo/companion.py:anwser"
    Reports:
        docs/en/papers/demo.md:42:9: L107 embedded region must exist: 'papers/demo/companion.py:anwser'

    Bad: docs/en/papers/demo.md
        - --8<-- "papers/demo/companion.py:answer"
        + --8<-- "mkdocs.yml"
    Reports:
        docs/en/papers/demo.md:42:9: L107 embedded file must be code or output under papers/: 'mkdocs.yml'
    """
    companions = {companion.source.path: companion for companion in given.corpus.companions.values()}
    for page in given.corpus.every_page():
        for found in page.document.snippets:
            if given.corpus.ours and not found.problem and not _published(given, found.file):
                message = f"embedded file must be code or output under papers/: {found.path!r}"
                yield page.source.fault(found.place, "L107", message, "nothing else is published")
                continue
            if not found.problem or (found.problem == "missing" and given.corpus.made(found.path)):
                continue
            name = f"{found.path}:{found.region}" if found.region else found.path
            message, hint = f"embedded file must exist: {name!r}", suggestion(found.path, companions)
            hint = hint or "the path is relative to the repository"
            if found.problem == "cycle":
                message, hint = f"embedded file must not embed itself: {name!r}", "remove one of the two"
            elif found.problem == "deep":
                message = f"embedded files must not be more than {DEEPEST} deep: {name!r}"
                hint = "embed the last of them in its place"
            elif found.problem == "large":
                message = (
                    f"embedded files must be at most {MOST_CHARACTERS // 1024 // 1024} MiB together: {name!r}"
                )
                hint = f"and {MOST_LINES:,} lines; embed a region, or link to the file"
            elif found.problem == "section":
                regions = companions[found.file].regions if found.file in companions else ()
                message, hint = f"embedded region must exist: {name!r}", suggestion(found.region, regions)
            yield page.source.fault(found.place, "L107", message, hint)
