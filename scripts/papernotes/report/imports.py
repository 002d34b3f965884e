"""What an import did, for people: each draft with its files, then the notebook line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papernotes.contribute.notebook.model import Draft, Imported
from papernotes.contribute.notebook.writing import Outcome

Outcomes = tuple[tuple[str, Outcome], ...]


def told(imported: Imported, written: Iterable[tuple[Draft, Outcomes]]) -> Iterator[str]:
    """The report on one notebook.

    Args:
        imported: what it became.
        written: its drafts with what became of their files.
    """
    name = imported.notebook.name
    for draft, outcomes in written:
        slug = f"slug {draft.slug}, {draft.proposal}" if draft.slug else "no slug"
        yield f"{name}:{draft.line}: {draft.title} ({slug})"
        if draft.clash:
            yield f"  not written: {draft.clash} (--slug {draft.line}=NAME)"
        for path, outcome in outcomes:
            yield f"  {path}: {outcome}"
    for remark in imported.report:
        yield f"{name}:{remark.line}: {remark.fate}: {remark.text}"
