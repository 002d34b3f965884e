"""R: the numbers of a note, and the companion that recomputes them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from papernotes.companions.agree import disagreement
from papernotes.companions.outcome import Failure
from papernotes.corpus.document import Link, Number, Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.near import suggestion
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.registry import Given, found_while_loading, rule
from papernotes.rules.structure import finished
from papernotes.rules.targets import ROW, target_page, to_anchors

ROWS, RECOMPUTED = 8, 3
"""The least number of rows of a finished note's ledger, and of those that its companion recomputes."""


def ledgers(corpus: Corpus) -> Iterator[tuple[Page, Number]]:
    """Every row of every ledger with its note."""
    for page in corpus.pages["en"].values():
        for number in page.front.numbers:
            yield page, number


@rule("R101")
def same_value(given: Given) -> Iterator[Diagnostic]:
    """The text of a link to a ledger row must be the row's value.

    Why: the number a reader sees is then the number that was traced.

    Bad: docs/en/papers/demo.md
        - The answer is [42](#n-answer), the ratio [3.57 %](#n-ratio).
        + The answer is [43](#n-answer), the ratio [3.57 %](#n-ratio).
    Reports:
        docs/en/papers/demo.md:47:15: R101 link text must be the ledger's value: '43' ≠ '42'
    """
    quotes: dict[tuple[str, str], list[tuple[Page, Link]]] = defaultdict(list)
    for page, link, target in to_anchors(given):
        if not target.fragment.startswith(ROW):
            continue
        if (to := target_page(given.corpus, page, target)) is not None:
            quotes[to.key, target.fragment.removeprefix(ROW)].append((page, link))
    for note, number in ledgers(given.corpus):
        outcome = given.outcomes.get((note.slug, number.check))
        if outcome and outcome.failure is None and disagreement(number, outcome):
            continue  # the row itself is wrong: R105 says so
        quoted = quotes[note.key, number.id]
        texts = {link.text for _, link in quoted}
        if len(quoted) > 1 and len(texts) == 1 and number.value not in texts:
            text = texts.pop()
            yield note.source.fault(
                number.value_place,
                "R101",
                f"value must be what every link to it says: {number.value!r} ≠ {text!r}",
                "correct the value, or the links",
            )
            continue
        for page, link in quoted:
            if link.text != number.value:
                yield page.source.fault(
                    link.place,
                    "R101",
                    f"link text must be the ledger's value: {link.text!r} ≠ {number.value!r}",
                    "correct one of the two",
                )


@rule("R102")
def known_row(given: Given) -> Iterator[Diagnostic]:
    """A link to a ledger row must name a row of that note.

    Bad: docs/en/papers/demo.md
        - The answer is [42](#n-answer), the ratio [3.57 %](#n-ratio).
        + The answer is [42](#n-anwser), the ratio [3.57 %](#n-ratio).
    Reports:
        docs/en/papers/demo.md:47:15: R102 ledger must have the row: 'anwser'
    """
    ids: dict[str, frozenset[str]] = {}  # of every note that is linked to
    for page, link, target in to_anchors(given) if given.corpus.ours else ():
        if not target.fragment.startswith(ROW):
            continue
        to = target_page(given.corpus, page, target)
        if to is None or target.fragment in to.document.anchors:
            continue
        if not given.corpus.front(to).present:
            continue  # its front matter could not be read: said there
        rows = ids[to.source.path] = ids.get(to.source.path) or frozenset(
            number.id for number in given.corpus.front(to).numbers
        )
        row = target.fragment.removeprefix(ROW)
        if row not in rows:
            yield page.source.fault(
                link.place,
                "R102",
                f"ledger must have the row: {row!r}",
                suggestion(row, rows) or f"add it to `numbers` of {to.source.path}",
            )


@rule("R103")
def traced(given: Given) -> Iterator[Diagnostic]:
    """A number must say where it comes from: `from`, `check` or both, or else `unverified` and why.

    Bad: docs/en/papers/demo.md
        -   - {id: n4, what: "fourth", value: "4", from: "Table 4"}
        +   - {id: n4, what: "fourth", value: "4"}
    Reports:
        docs/en/papers/demo.md:15:5: R103 number must say where it comes from: 'n4'
    """
    for page, number in ledgers(given.corpus):
        if not (number.source or number.check or number.unverified):
            yield page.source.fault(
                number.place,
                "R103",
                f"number must say where it comes from: {number.id!r}",
                'add `from: "Table 5"`, or `check:` and a function of the companion',
            )


@rule("R104")
def known_check(given: Given) -> Iterator[Diagnostic]:
    """`check` must name a function of the companion that needs no argument.

    Bad: docs/en/papers/demo.md
        -   - {id: answer, what: "the answer", value: "42", check: answer}
        +   - {id: answer, what: "the answer", value: "42", check: anwser}
    Reports:
        docs/en/papers/demo.md:12:58: R104 check must be a function of papers/demo/companion.py: 'anwser'
    """
    for page, number in ledgers(given.corpus):
        if not number.check:
            continue
        companion = given.corpus.companions.get(page.slug)
        path = f"papers/{page.slug}/companion.py"
        if companion is None:
            yield page.source.fault(
                number.check_place,
                "R104",
                f"check needs a companion: {path} is missing",
                "write it, or use `from`",
            )
        elif number.check not in companion.functions and not _unreadable(given.corpus, path):
            yield page.source.fault(
                number.check_place,
                "R104",
                f"check must be a function of {path}: {number.check!r}",
                suggestion(number.check, companion.functions) or "a top-level function without arguments",
            )


@rule("R105")
def recomputed(given: Given) -> Iterator[Diagnostic]:
    """A number with `check` must be what the companion computes, to the decimals shown.

    Why: a number nobody recomputes is a number nobody knows.

    Bad: docs/en/papers/demo.md
        -   - {id: shape, what: "a shape", value: "2 × 3", check: shape}
        +   - {id: shape, what: "a shape", value: "2 × 4", check: shape}
        -     [2 × 3](#n-shape).
        +     [2 × 4](#n-shape).
    Reports:
        docs/en/papers/demo.md:14:41: R105 value must be what the companion computes: '2 × 4', recomputed 2 × 3
    """
    for page, number in ledgers(given.corpus):
        outcome = given.outcomes.get((page.slug, number.check))
        if outcome is None or outcome.failure or outcome.value is None:
            continue
        if difference := disagreement(number, outcome):
            yield page.source.fault(
                number.value_place,
                "R105",
                f"value must be what the companion computes: {number.value!r}, {difference}",
                "correct the value, or the companion",
            )


@rule("R106")
def one_row(given: Given) -> Iterator[Diagnostic]:
    """A row's id must be used once in a ledger.

    Bad: docs/en/papers/demo.md
        -   - {id: n4, what: "fourth", value: "4", from: "Table 4"}
        +   - {id: n4, what: "fourth", value: "4", from: "Table 4"}
        +   - {id: n4, what: "again", value: "4", from: "Table 4"}
    Reports:
        docs/en/papers/demo.md:16:5: R106 id must be used once: 'n4'
    """
    seen: set[tuple[str, str]] = set()
    for page, number in ledgers(given.corpus):
        if number.id and (page.key, number.id) in seen:
            yield page.source.fault(
                number.place, "R106", f"id must be used once: {number.id!r}", "rename one of the two"
            )
        seen.add((page.key, number.id))


@rule("R108")
def enough(given: Given) -> Iterator[Diagnostic]:
    """The ledger of a finished note must have at least eight rows, three of them recomputed.

    Why: what a note claims without a trace is what readers find wrong later.

    Bad: docs/en/papers/demo.md
        -   - {id: n8, what: "eighth", value: "8", unverified: "the supplement could not be reached"}
    Reports:
        docs/en/papers/demo.md:11:1: R108 ledger must have at least 8 rows, 3 of them recomputed: 7 and 3
        docs/zh/papers/demo.md:6:77: T104 numbers must name rows of the ledger: 'n8'
    """
    for page in finished(given):
        if page.edition != "en" or "numbers" not in page.front.keys:
            continue
        count = Counter(bool(number.check) for number in page.front.numbers)
        rows, checked = count.total(), count[True]
        if rows < ROWS or checked < RECOMPUTED:
            yield page.source.fault(
                page.front.keys["numbers"],
                "R108",
                f"ledger must have at least {ROWS} rows, {RECOMPUTED} of them recomputed: {rows} and {checked}",
                "trace what the note says, or set `status: draft`",
            )


@found_while_loading("R107")
def up_to_date(given: Given) -> Iterator[Diagnostic]:
    """The committed output and figures must be what the companion prints and draws.

    Why: a picture of code that has changed since shows something nobody computes any more. Running every
    companion takes longer than the other rules together, so `papernotes regen --check` and the tests do it.

    Bad: papers/demo/output.txt
        - 42
        + 43
    Reports:
        papers/demo/output.txt:1:1: R107 output.txt must be what the companion prints
    """
    yield from ()


@found_while_loading("R201")
def companion_reads(given: Given) -> Iterator[Diagnostic]:
    """A companion must be Python, and each of its regions closed.

    Bad: papers/demo/companion.py
        -     return 6 * 7
        +     return 6 *
    Reports:
        papers/demo/companion.py:7:15: R201 companion must be Python: invalid syntax
    """
    yield from ()


@rule("R202")
def companion_works(given: Given) -> Iterator[Diagnostic]:
    """A companion's checks must return a finite number in time, and print nothing.

    Why: a check that fails on the reader's machine shows nothing about the paper.

    Bad: papers/demo/companion.py
        -     return 6 * 7
        +     return 6 / 0
    Reports:
        papers/demo/companion.py:7:1: R202 answer() must return a number: ZeroDivisionError: division by zero
    """
    hints = {
        Failure.TIMED_OUT: "make it smaller: a check has a minute, aim at one second",
        Failure.PRINTED: "return the number; print only under `if __name__ == '__main__':`",
    }
    reported: set[tuple[str, int, str]] = set()
    for page, number in ledgers(given.corpus):
        outcome = given.outcomes.get((page.slug, number.check))
        companion = given.corpus.companions.get(page.slug)
        if outcome is None or companion is None or outcome.failure is None:
            continue
        if number.check not in companion.functions or _unreadable(given.corpus, companion.source.path):
            continue  # R104 or R201 has said so
        where = (page.slug, outcome.line or 1, outcome.detail)
        if where in reported:
            continue  # one fault at import fails every check
        reported.add(where)
        why = outcome.detail or outcome.failure.value
        if outcome.failure is Failure.PRINTED:
            why = f"it printed {outcome.printed.strip()!r}"
        yield companion.source.fault(
            Place(outcome.line or _definition(companion.source.text, number.check)),
            "R202",
            f"{number.check}() must return a number: {why}",
            hints.get(outcome.failure, "run the companion and mend it"),
        )


def _definition(text: str, function: str) -> int:
    """The line on which a function is defined."""
    at = text.find(f"def {function}(")
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _unreadable(corpus: Corpus, path: str) -> bool:
    return any(fault.path == path for fault in corpus.faults)
