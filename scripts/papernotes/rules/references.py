"""L2xx: what a page refers to by a label: footnotes and reference links."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.document import Page
from papernotes.corpus.near import suggestion
from papernotes.corpus.unknown import LABELS
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, rule


def _with_footnotes(given: Given) -> Iterator[Page]:
    """The pages whose footnotes are all in the file, when the project has footnotes."""
    if "footnotes" in given.corpus.syntax:
        yield from (p for p in given.corpus.every_page() if p.source.path not in given.corpus.open_pages)


@rule("L201")
def undefined_label(given: Given) -> Iterator[Diagnostic]:
    """The label of a reference link must be defined on the page.

    Why: `[text][label]` is shown as it stands, brackets and all, when nothing defines the label.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note][demo] and a [concept](concepts/idea.md).
    Reports:
        docs/en/index.md:8:3: L201 label must be defined: 'demo'
    """
    for page in given.corpus.every_page() if LABELS not in given.corpus.unknown else ():
        if page.source.path in given.corpus.open_pages:
            continue
        for label, place in page.document.undefined:
            yield page.source.fault(
                place, "L201", f"label must be defined: {label!r}", f"add a line `[{label}]: address`"
            )


@rule("L202")
def undefined_footnote(given: Given) -> Iterator[Diagnostic]:
    """A footnote that is referred to must be defined on the page.

    Why: `[^1]` is shown as it stands when nothing defines it.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](concepts/idea.md)[^1].
    Reports:
        docs/en/index.md:8:59: L202 footnote must be defined: '1'
    """
    for page in _with_footnotes(given):
        defined = {note.label for note in page.document.footnote_defs}
        for note in page.document.footnote_refs:
            if note.label not in defined:
                hint = suggestion(note.label, defined) or f"add a paragraph `[^{note.label}]: text`"
                yield page.source.fault(note.place, "L202", f"footnote must be defined: {note.label!r}", hint)


@rule("L203")
def unused_footnote(given: Given) -> Iterator[Diagnostic]:
    """A footnote must be referred to.

    Why: nobody reads a note that nothing points to; most often its reference was deleted or misspelt.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](concepts/idea.md).
        +
        + [^1]: Never mentioned.
    Reports:
        docs/en/index.md:10:1: L203 footnote must be referred to: '1'
    """
    for page in _with_footnotes(given):
        used = {note.label for note in page.document.footnote_refs}
        for note in page.document.footnote_defs:
            if note.label not in used:
                yield page.source.fault(
                    note.place,
                    "L203",
                    f"footnote must be referred to: {note.label!r}",
                    "refer to it, or remove it",
                )
