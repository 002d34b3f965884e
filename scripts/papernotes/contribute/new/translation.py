"""The files of a new translation: the English note's skeleton, with what it says in comments."""

from __future__ import annotations

from papernotes.corpus.document import Page
from papernotes.corpus.sections import SECTIONS
from papernotes.rules.translation import HASH_LENGTH


def translation(page: Page, edition: str) -> str:
    """A translation of a page, to be written.

    Args:
        page: the English page.
        edition: of the translation.

    Returns:
        Front matter with the English page's hash, and its headings in order, each with a comment; the
        fixed sections have their names in the edition's language already.
    """
    names = dict(zip(SECTIONS["en"], SECTIONS[edition], strict=True))
    head = [
        "---",
        f"title: {_quoted(page.front.title)}",
        f"short: {_quoted(page.front.short)}",
        f"tldr: {_quoted('TODO ' + page.front.tldr)}",
        f"source_hash: {page.source.digest[:HASH_LENGTH]}",
    ]
    if page.front.numbers:
        head.append("numbers: # what each row is; the values are the English note's")
        head += [f"  {number.id}: {_quoted(number.what)}" for number in page.front.numbers]
    parts = ["\n".join([*head, "---"])]
    for heading in page.document.headings:
        fixed = names.get(heading.text) if heading.level == 2 else None
        classes = "".join(f" .{name}" for name in heading.classes)
        mark = f" {{{classes.strip()}}}" if classes else ""
        parts.append(f"{'#' * heading.level} {fixed or heading.text}{mark}")
        parts.append(f"<!-- TODO: {page.source.path}:{heading.place.line} -->")
    return "\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
