"""The catalogue of rules: what each code means, which function finds it, and which run."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from papernotes.companions.outcome import Outcome
from papernotes.corpus import settings
from papernotes.corpus.model import Corpus, Exemption
from papernotes.corpus.source import Source
from papernotes.diagnostics import Diagnostic, in_order
from papernotes.links.verdict import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """What rules look at: the corpus, and what the companions computed, by (slug, function)."""

    corpus: Corpus
    outcomes: Mapping[tuple[str, str], Outcome] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What external addresses answered, by address, where they were asked."""
    found: tuple[Diagnostic, ...] = ()
    """For late rules: what the other rules have found."""
    known: dict[Callable[[Given], Any], Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, find: Callable[[Given], T]) -> T:
        """What a function finds in the corpus, found once for all the rules that ask."""
        if find not in self.known:
            self.known[find] = find(self)
        found: T = self.known[find]
        return found


Finder = Callable[[Given], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One code. ``title`` is the first line of the docstring, ``text`` all of it."""

    code: str
    title: str
    text: str
    find: Finder
    late: bool = False
    """Whether it runs after the others, to be silent where they have found the cause."""
    asks: bool = False
    """Whether it says what the network answered: nothing, unless `papernotes links` has asked."""


RULES: dict[str, Rule] = {}


def rule(code: str, *, late: bool = False, asks: bool = False) -> Callable[[Finder], Finder]:
    """Register a generator of diagnostics under its code; its docstring is the code's documentation."""

    def register(find: Finder) -> Finder:
        if code in RULES:
            raise ValueError(f"{code} is taken by {RULES[code].find.__name__}")
        text = inspect.cleandoc(find.__doc__ or "")
        RULES[code] = Rule(code, text.split("\n", 1)[0], text, find, late, asks)
        return find

    return register


def found_while_loading(code: str) -> Callable[[Finder], Finder]:
    """Register a code whose faults the readers of the corpus find; the function only documents it."""

    def register(document: Finder) -> Finder:
        def find(given: Given) -> Iterator[Diagnostic]:
            return (fault for fault in given.corpus.faults if fault.code == code)

        find.__doc__, find.__name__ = document.__doc__, document.__name__
        rule(code)(find)
        return document

    return register


def check(given: Given, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Run the rules.

    Args:
        given: corpus and outcomes.
        select: code prefixes to run; none means all.
        ignore: code prefixes to leave out.

    Returns:
        The diagnostics, sorted.
    """
    wanted, unwanted = tuple(select) or ("",), tuple(ignore)
    chosen = [
        entry
        for code, entry in RULES.items()
        if code.startswith(wanted) and not (unwanted and code.startswith(unwanted))
    ]
    first = tuple(fault for entry in chosen if not entry.late for fault in entry.find(given))
    given = replace(given, found=first)
    found = in_order((*first, *(fault for entry in chosen if entry.late for fault in entry.find(given))))
    kept = tuple(fault for fault in found if not _exempt(fault, given.corpus.exemptions))
    if select or ignore:
        return kept
    unused = (
        Source(settings.PATH, "").fault(
            exemption.place,
            "S201",
            f"exemption must be needed: {exemption.code} in {exemption.path!r}",
            "remove it",
        )
        for exemption in given.corpus.exemptions
        if not (exemption.code in RULES and RULES[exemption.code].asks)
        and not any(_exempt(fault, (exemption,)) for fault in found)
    )
    return in_order((*kept, *unused))


def _exempt(fault: Diagnostic, exemptions: Iterable[Exemption]) -> bool:
    return any(
        fault.code == exemption.code and fnmatchcase(fault.path, exemption.path) for exemption in exemptions
    )


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a docstring: a change to the demonstration repository and the findings it must give."""

    good: bool
    path: str
    hunks: tuple[tuple[str, str], ...]
    """(text to replace, text to put there), whole lines; an empty first text means a new file."""
    reports: tuple[str, ...]


_EXAMPLE = re.compile(
    r"^(?P<kind>Bad|Good): (?P<path>\S+)\n(?P<diff>(?:    [-+].*\n)*)"
    r"(?:Reports:\n(?P<reports>(?:    .*\n)*))?",
    re.MULTILINE,
)


def examples(text: str) -> tuple[Example, ...]:
    """The examples of a rule's docstring.

    ``Bad: path`` and ``Good: path`` are followed by an indented diff: ``- lines`` are replaced by the
    ``+ lines`` after them; without ``-`` the file is written anew. ``Reports:`` lists the findings.
    """
    found = []
    for match in _EXAMPLE.finditer(text + "\n"):
        hunks: list[tuple[list[str], list[str]]] = []
        for line in (line[4:] for line in match["diff"].splitlines()):
            if not hunks or (line.startswith("-") and hunks[-1][1]):
                hunks.append(([], []))
            hunks[-1][line.startswith("+")].append(line[2:])
        reports = [line.strip() for line in (match["reports"] or "").splitlines() if line.strip()]
        found.append(
            Example(
                match["kind"] == "Good",
                match["path"],
                tuple(("\n".join(removed), "\n".join(added)) for removed, added in hunks),
                tuple(reports),
            )
        )
    return tuple(found)
