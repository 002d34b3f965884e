"""The ledger of a note as a table, and where each of its numbers comes from."""

from __future__ import annotations

import re

from papernotes.corpus.document import Number, Page
from papernotes.corpus.model import Corpus
from papernotes.pages.text import plain, relative
from papernotes.pages.wording import words

UNBROKEN = 12
"""Values of up to so many characters are kept on one line."""
_UNIT = re.compile(r"(?<=\d) (?=[%°A-Za-z])(?!and\b|to\b|or\b|against\b)")
"""The space between a number and its unit, where a longer value must not break either."""
_FILES = """
<p class="pn-small">{}<a href="note.md" download>Markdown</a> · <a href="ledger.csv" download>CSV</a> \
· <a href="ledger.json" download>JSON</a></p>
"""
"""The files of a note, which lie beside its page: MkDocs would look for them among the pages."""


def ledger_table(corpus: Corpus, page: Page) -> str:
    """The section that shows a note's numbers.

    Args:
        corpus: the repository.
        page: the note, in whichever language it is shown.

    Returns:
        A second-level heading and a table in which row ``n-<id>`` can be linked to; empty without numbers.
    """
    numbers = corpus.front(page).numbers
    if not numbers:
        return ""
    phrases = words(page.edition)
    rows = [
        f'| <span id="n-{plain(number.id)}"></span>{what(page, number)} | {shown(number)} '
        f"| {source(corpus, page, number, page.edition, at=page.key)} |"
        for number in numbers
    ]
    head = f"| {phrases.what} | {phrases.value} | {phrases.source} |\n| --- | ---: | --- |"
    table = "\n".join((head, *rows))
    files = "" if page.kind != "papers" else _FILES.format(f"{phrases.as_files}{phrases.colon}")
    heading = f"## {phrases.numbers} {{ #numbers }}"
    return f'{heading}\n\n<div class="pn-ledger" markdown="1">\n\n{table}\n\n</div>\n{files}'


def what(page: Page, number: Number) -> str:
    """What a number is, in the page's language where it has been translated."""
    return plain(page.front.number_names.get(number.id, "") or number.what)


def shown(number: Number) -> str:
    """A value as Markdown: a short one stays on one line, a long list may break."""
    text = plain(number.value)
    return _UNIT.sub("\u00a0", text) if len(number.value) > UNBROKEN else text.replace(" ", "\u00a0")


def source(corpus: Corpus, page: Page, number: Number, edition: str, *, at: str) -> str:
    """Where a number comes from, as Markdown.

    Args:
        corpus: the repository.
        page: the note that owns the number.
        number: the row of the ledger.
        edition: whose language to use.
        at: key of the page on which this is shown, for its links.
    """
    phrases = words(edition)
    quoted = phrases.quoted.format(plain(number.source)) if number.source else ""
    recomputed = ""
    if number.check:
        name = f"`{number.check}`"
        if page.slug in corpus.companions:
            name = f"[{name}]({relative(at, f'papers/{page.slug}/companion.py')})"
        recomputed = phrases.recomputed.format(name)
    if quoted and recomputed:
        return phrases.both.format(quoted, recomputed)
    if not (quoted or recomputed):
        return phrases.unverified.format(plain(number.unverified))
    return quoted or recomputed
