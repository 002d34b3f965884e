"""T: the Chinese edition against the English one."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.document import Page
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.near import suggestion
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic, Severity
from papernotes.rules.frontmatter import TRANSLATED
from papernotes.rules.registry import Given, rule

HASH_LENGTH = 12
"""Hexadecimal digits of the English file's SHA-256 that a translation keeps."""


def translations(corpus: Corpus) -> Iterator[tuple[Page, Page | None]]:
    """Each translated page with the English page it is of."""
    first, *others = EDITIONS
    for edition in others:
        for key, page in corpus.pages[edition].items():
            yield page, corpus.pages[first].get(key)


@rule("T101")
def of_something(given: Given) -> Iterator[Diagnostic]:
    """A translation must have an English page of the same name.

    Why: the English edition is authoritative, and the language switch needs both.

    Bad: docs/zh/concepts/idee.md
        + ---
        + title: 想法
        + short: 想法
        + tldr: 一句话。
        + source_hash: 000000000000
        + ---
        + # 想法
    Reports:
        docs/zh/concepts/idee.md:1:1: T101 translation must have an English page: docs/en/concepts/idee.md
    """
    for page, english in translations(given.corpus):
        if english is None:
            near = suggestion(page.key, given.corpus.pages[EDITIONS[0]])
            yield page.source.fault(
                Place(),
                "T101",
                f"translation must have an English page: docs/en/{page.key}.md",
                near or "write the English page first",
            )


@rule("T102")
def only_language(given: Given) -> Iterator[Diagnostic]:
    """The front matter of a translation must hold only what is language.

    Why: facts are written once, in the English edition.

    Bad: docs/zh/papers/demo.md
        - short: 演示
        + short: 演示
        + pass: 2
    Reports:
        docs/zh/papers/demo.md:4:1: T102 key belongs to the English edition: 'pass'
    """
    for page, english in translations(given.corpus):
        if english is None:
            continue
        for key, place in page.front.keys.items():
            if key not in TRANSLATED and not key.startswith("numbers."):
                yield page.source.fault(
                    place, "T102", f"key belongs to the English edition: {key!r}", "remove it here"
                )


@rule("T103", late=True)
def stale(given: Given) -> Iterator[Diagnostic]:
    """A translation must follow its English page: `source_hash` is that of the file it translates.

    Why: a stale translation says what the note no longer says. This is a warning, so that whoever corrects
    the English page need not know Chinese; the Chinese page shows a notice until it is brought up to date.
    While the English page has errors of its own, its translation is not judged.

    Bad: docs/zh/papers/demo.md
        - short: 演示
        - tldr: 一句话。
        - source_hash: {hash}
        + short: 演示
        + tldr: 一句话。
        + source_hash: 0123456789ab
    Reports:
        docs/zh/papers/demo.md:5:14: T103 translation must follow the English page: it has changed since
    """
    wrong = {fault.path for fault in given.found if fault.severity is Severity.ERROR}
    for page, english in translations(given.corpus):
        if english is None or not page.front.source_hash or english.source.path in wrong:
            continue
        if page.front.source_hash != english.source.digest[:HASH_LENGTH]:
            yield page.source.fault(
                page.front.at("source_hash"),
                "T103",
                "translation must follow the English page: it has changed since",
                f"bring it up to date, then set {english.source.digest[:HASH_LENGTH]}",
                warning=True,
            )


@rule("T104")
def ledger_names(given: Given) -> Iterator[Diagnostic]:
    """A translation must say what each number of the ledger is, and of no other.

    Bad: docs/zh/papers/demo.md
        - numbers: {answer: 答案, ratio: 比率, shape: 形状, n4: 第四, n5: 第五, n6: 第六, n7: 第七, n8: 第八}
        + numbers: {answer: 答案, ratio: 比率, shape: 形状, n4: 第四, n5: 第五, n6: 第六, n7: 第七, n9: 第九}
    Reports:
        docs/zh/papers/demo.md:6:1: T104 numbers must name every row of the ledger: 'n8' is missing
        docs/zh/papers/demo.md:6:77: T104 numbers must name rows of the ledger: 'n9'
    """
    for page, english in translations(given.corpus):
        if english is None or not english.front.present or "numbers" not in page.front.keys:
            continue
        rows = [number.id for number in english.front.numbers]
        unknown = [row for row in page.front.number_names if row not in rows]
        for row in rows:
            if row not in page.front.number_names and not any(suggestion(name, [row]) for name in unknown):
                yield page.source.fault(
                    page.front.keys["numbers"],
                    "T104",
                    f"numbers must name every row of the ledger: {row!r} is missing",
                    f"add `{row}: …`",
                )
        for row in unknown:
            yield page.source.fault(
                page.front.keys[f"numbers.{row}"],
                "T104",
                f"numbers must name rows of the ledger: {row!r}",
                suggestion(row, [name for name in rows if name not in page.front.number_names])
                or "remove it",
            )
