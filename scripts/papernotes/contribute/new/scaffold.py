"""The files of a new note, with what to write in each place as comments.

The comments begin with TODO, which the checker refuses in a note that is not a draft (N104, R203).
"""

from __future__ import annotations

import keyword
import re

from papernotes.contribute.new import entry as entries
from papernotes.corpus.fields import TAGS
from papernotes.corpus.reference import Entry
from papernotes.corpus.sections import EXERCISES, QUESTIONS, SECTIONS, SLUG

_GUIDANCE = {
    "Problem": "what could not be done before, as a reader meets it; the numbers that show it",
    "Idea": "the one idea in a paragraph; a drawing of ours that shows it (Figure 1)",
    "How it works": "the equations with the shape of every tensor, the companion's code beside them",
    "Evidence": "what was measured, against what; and what the experiments do not show",
    "Limits and legacy": "where it fails, and what came after",
    "Questions readers ask": "a heading for each, ending in a question mark; {.open} while unanswered",
    "Misreadings": 'a bullet each: **"the false claim."** and what the paper says, with the place',
    "Errata and differences": "where paper, versions, code and companion disagree, each with its place",
    "Check yourself": "three to five exercises, each with a folded answer",
}
_EXERCISE = """**1.** TODO: a question that the companion can answer.

??? success "Answer"
    TODO: the answer, with a number of the ledger where there is one.
"""


def slug_of(entry: Entry) -> str:
    """A slug for a work: the name before the colon of its title when that is one word, else its key.

    ``YOLOv3: An Incremental Improvement`` → ``yolov3``.
    """
    name, colon, _ = entry.title.partition(":")
    short = re.sub(r"[^a-z0-9]", "", name.lower()) if colon and len(name.split()) == 1 else ""
    return short if usable(short) else entry.key.removeprefix(entries.UNKNOWN)


def usable(slug: str) -> bool:
    """Whether a slug is letters and digits, begins with a letter and is a name that Python can import."""
    return bool(SLUG.match(slug)) and not keyword.iskeyword(slug)


def note(entry: Entry, slug: str) -> str:
    """The English note of a work, as a draft."""
    version = f"arXiv {entry.arxiv}, TODO which version" if entry.arxiv else "TODO which text you read"
    name = entry.title.partition(":")[0] if ":" in entry.title else entry.title
    head = [
        "---",
        f"title: {_quoted(entry.title)}",
        f"short: {_quoted(name)} # what people call it",
        f"bib: {entry.key}",
        f"version: {_quoted(version)}",
        "status: draft # complete, when nothing below says TODO",
        "pass: 1 # the deepest of the three passes you made",
        f"tags: [method] # of: {', '.join(TAGS)}",
        "builds_on: [] # keys of the works it continues",
        "tldr: TODO one sentence of at most 200 characters",
        "# The ledger: every number that matters, once. At least eight rows, three of them with `check`.",
        '#   - {id: top5, what: "top-5 error on …", value: "3.57 %", from: "Table 5"}',
        '#   - {id: params, what: "parameters", value: "25,557,032", check: parameters}',
        "numbers: []",
        "---",
    ]
    parts = ["\n".join(head), f"# {entry.title}"]
    for index, section in enumerate(SECTIONS["en"]):
        parts += [f"## {section}", f"<!-- TODO: {_GUIDANCE[section]} -->"]
        if section == "How it works":
            parts.append(f'```python\n--8<-- "papers/{slug}/companion.py:idea"\n```')
        if index == QUESTIONS:
            parts.append("### Why does it work? {.open}")
        if index == EXERCISES:
            parts.append(_EXERCISE.rstrip())
    return "\n\n".join(parts) + "\n"


def companion(entry: Entry, slug: str) -> tuple[str, str]:
    """The companion of a note, and what it prints."""
    said = f"{slug}: nothing is computed yet"
    text = f'''"""{entry.title}: TODO what is computed here, in one line."""

from __future__ import annotations

import numpy as np


# --8<-- [start:idea]
def scale(x: np.ndarray) -> np.ndarray:
    """TODO: the equation of the paper that this computes (Eq. 1), with the shapes; here x / max |x|."""
    return x / np.abs(x).max()
# --8<-- [end:idea]


def main() -> None:
    """Print what the note shows as output."""
    print("{said}")


if __name__ == "__main__":
    main()
'''
    return text, said + "\n"


def _quoted(text: str) -> str:
    """A YAML scalar on one line: as it stands where that is safe, else in double quotes."""
    if re.match(r"[A-Za-z][\w ,.()'/-]*\Z", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
