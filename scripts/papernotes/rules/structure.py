"""S1xx: the shape of a note: its headings, figures and exercises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from papernotes.corpus.document import Heading, Page
from papernotes.corpus.near import suggestion
from papernotes.corpus.sections import EXERCISES, QUESTIONS, SECTIONS
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic
from papernotes.rules.frontmatter import draft, noted
from papernotes.rules.registry import Given, rule

EXERCISE = re.compile(r"^\*\*(\d+)\.\*\*", re.MULTILINE)
FIGURES = 2
EXERCISE_COUNTS = (3, 5)


def papers(given: Given) -> Iterator[Page]:
    """The paper notes of every edition whose front matter could be read."""
    return (page for page in noted(given) if page.kind == "papers")


def finished(given: Given) -> Iterator[Page]:
    """Paper notes that are not drafts."""
    return (page for page in papers(given) if not draft(given, page))


def sections(page: Page) -> list[Heading]:
    """The level-2 headings of a page."""
    return [heading for heading in page.document.headings if heading.level == 2]


def section_range(page: Page, name: str) -> tuple[int, int] | None:
    """Lines of the file, from a section's heading up to the next; None when the section is missing."""
    found = sections(page)
    for index, heading in enumerate(found):
        if heading.text == name:
            end = found[index + 1].place.line if index + 1 < len(found) else page.source.text.count("\n") + 2
            return heading.place.line, end
    return None


@rule("S101")
def first_heading(given: Given) -> Iterator[Diagnostic]:
    """A page must begin with one level-1 heading, equal to its title.

    Why: it is the page's name in the site, in search and on any Markdown viewer.

    Bad: docs/en/concepts/idea.md
        - # An idea
    Reports:
        docs/en/concepts/idea.md:10:1: S101 page must begin with its title: '# An idea'
    """
    for page in noted(given):
        if not page.front.title:
            continue
        headings = page.document.headings
        top = [heading for heading in headings if heading.level == 1]
        hint = f"the first heading is `# {page.front.title}`"
        if not headings or headings[0].level != 1:
            lines = page.body.split("\n")
            skip = next((n for n, line in enumerate(lines) if line.strip()), 0)
            place = Place(page.body_line + skip)
            yield page.source.fault(
                place, "S101", f"page must begin with its title: {'# ' + page.front.title!r}", hint
            )
        elif top[0].text.split() != page.front.title.split():
            entry = given.corpus.bibliography.entries.get(page.front.bib)
            if entry and top[0].text.split() == entry.title.split():
                continue  # the title is wrong, not the heading: N102 says so
            yield page.source.fault(
                top[0].place,
                "S101",
                f"heading must be the title: {top[0].text!r} ≠ {page.front.title!r}",
                hint,
            )
        for heading in top[1:]:
            yield page.source.fault(
                heading.place,
                "S101",
                f"page must have one level-1 heading: {heading.text!r}",
                "use ## or lower",
            )


@rule("S102")
def known_section(given: Given) -> Iterator[Diagnostic]:
    """The level-2 headings of a note must be the nine sections.

    Why: a reader of one note knows where to look in every other.

    Bad: docs/en/papers/demo.md
        - ## Misreadings
        + ## Misreading
    Reports:
        docs/en/papers/demo.md:66:4: S102 section must be one of the nine: 'Misreading'
    """
    for page in papers(given):
        names = SECTIONS[page.edition]
        for heading in sections(page):
            if heading.text not in names:
                hint = suggestion(heading.text, names) or f"use ### below, or one of: {' · '.join(names)}"
                yield page.source.fault(
                    heading.place, "S102", f"section must be one of the nine: {heading.text!r}", hint
                )


@rule("S103")
def missing_section(given: Given) -> Iterator[Diagnostic]:
    """A note must have all nine sections.

    Why: an empty place is a question; a missing one is not noticed.

    Bad: docs/en/papers/demo.md
        - ## Limits and legacy
        -
        - None.
        -
    Reports:
        docs/en/papers/demo.md:52:4: S103 section must come before this one: 'Limits and legacy'
    """
    for page in papers(given):
        names = SECTIONS[page.edition]
        found = sections(page)
        unknown = [heading.text for heading in found if heading.text not in names]
        present = {heading.text for heading in found}
        for index, name in enumerate(names):
            # a misspelt section is reported once, as unknown
            if name in present or any(suggestion(text, [name]) for text in unknown):
                continue
            after = next((h for h in found if h.text in names[index + 1 :]), None)
            if after:
                yield page.source.fault(
                    after.place, "S103", f"section must come before this one: {name!r}", f"add `## {name}`"
                )
            else:
                last = Place(page.source.text.rstrip("\n").count("\n") + 1)
                yield page.source.fault(last, "S103", f"section must follow: {name!r}", f"add `## {name}`")


@rule("S104")
def section_order(given: Given) -> Iterator[Diagnostic]:
    """The sections of a note must be in order, each once.

    Bad: docs/en/papers/demo.md
        - ## Misreadings
        -
        - - **"It is 43."** It is not.
        -
        - ## Errata and differences
        -
        - - Table 1 says otherwise.
        + ## Errata and differences
        +
        + - Table 1 says otherwise.
        +
        + ## Misreadings
        +
        + - **"It is 43."** It is not.
    Reports:
        docs/en/papers/demo.md:70:4: S104 section must be in order: 'Misreadings'
    """
    for page in papers(given):
        names = SECTIONS[page.edition]
        reached = -1
        for heading in sections(page):
            if heading.text not in names:
                continue
            index = names.index(heading.text)
            if index <= reached:
                yield page.source.fault(
                    heading.place,
                    "S104",
                    f"section must be in order: {heading.text!r}",
                    f"the order is: {' · '.join(names)}",
                )
            reached = max(reached, index)


@rule("S105")
def question(given: Given) -> Iterator[Diagnostic]:
    """Each heading under "Questions readers ask" must be a question, and there must be one.

    Why: the questions page lists them, open ones first.

    Bad: docs/en/papers/demo.md
        - ### Why?
        + ### The reason
    Reports:
        docs/en/papers/demo.md:58:5: S105 question must end in "?": 'The reason'
    """
    for page in papers(given):
        bounds = section_range(page, SECTIONS[page.edition][QUESTIONS])
        if bounds is None:
            continue
        asked = [h for h in page.document.headings if h.level == 3 and bounds[0] < h.place.line < bounds[1]]
        for heading in asked:
            if not heading.text.endswith(("?", "\N{FULLWIDTH QUESTION MARK}")):
                yield page.source.fault(
                    heading.place,
                    "S105",
                    f'question must end in "?": {heading.text!r}',
                    "ask it as readers do",
                )
        if not asked and not draft(given, page):
            yield page.source.fault(
                Place(bounds[0], 1, 2), "S105", "section must hold a question", "write it as a ### heading"
            )


@rule("S106")
def exercises(given: Given) -> Iterator[Diagnostic]:
    """ "Check yourself" must hold three to five numbered exercises, each with a folded answer.

    Why: an exercise without an answer teaches that the note was left unfinished.

    Bad: docs/en/papers/demo.md
        - **3.** And the shape?
        -
        - ??? success "Answer"
        -     [2 × 3](#n-shape).
        + **3.** And the shape, [2 × 3](#n-shape)?
    Reports:
        docs/en/papers/demo.md:86:1: S106 exercise must have a folded answer: 3
    """
    for page in finished(given):
        bounds = section_range(page, SECTIONS[page.edition][EXERCISES])
        if bounds is None:
            continue
        lines = page.source.text.split("\n")
        asked = [
            (number, int(match[1]))
            for number in range(bounds[0] + 1, min(bounds[1], len(lines) + 1))
            if (match := EXERCISE.match(lines[number - 1]))
        ]
        folds = [fold.place.line for fold in page.document.folds]
        low, high = EXERCISE_COUNTS
        if not low <= len(asked) <= high:
            yield page.source.fault(
                Place(bounds[0], 1, 2),
                "S106",
                f"section must hold {low} to {high} exercises: {len(asked)}",
                "begin each with `**1.** …`, numbered from 1",
            )
        for (line, number), (end, _) in pairwise([*asked, (bounds[1], 0)]):
            if not any(line < at < end for at in folds):
                yield page.source.fault(
                    Place(line),
                    "S106",
                    f"exercise must have a folded answer: {number}",
                    'after a blank line: `??? success "Answer"` and the answer indented by four spaces',
                )


@rule("S107")
def caption(given: Given) -> Iterator[Diagnostic]:
    """A figure of a note must have a caption: text after the image, in the same paragraph.

    Why: a picture says what to see only to the one who drew it.

    Bad: docs/en/papers/demo.md
        - **Figure 2.** It falls.
    Reports:
        docs/en/papers/demo.md:49:1: S107 figure must have a caption
    """
    for page in papers(given):
        for link in page.document.links:
            if link.image and not link.caption:
                yield page.source.fault(
                    link.place,
                    "S107",
                    "figure must have a caption",
                    "on the next line: `**Figure 1.** What to see.`",
                )


@rule("S108")
def figures(given: Given) -> Iterator[Diagnostic]:
    """A finished note must have at least two figures.

    Why: one shows the idea, one shows what the companion computed.

    Bad: docs/en/papers/demo.md
        - ![A falling line.](../../../papers/demo/chart.svg)
        - **Figure 2.** It falls.
        -
    Reports:
        docs/en/papers/demo.md:1:1: S108 note must have at least 2 figures: 1
    """
    for page in finished(given):
        count = sum(link.image for link in page.document.links)
        if count < FIGURES:
            yield page.source.fault(
                Place(1, 1, 3), "S108", f"note must have at least {FIGURES} figures: {count}", "see the guide"
            )
