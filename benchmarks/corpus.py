"""A generated MkDocs project: notes of about 1,500 words with 40 internal links and 10 images each."""

from __future__ import annotations

import random
from pathlib import Path

SECTIONS, PARAGRAPHS, WORDS = 10, 3, 50
_WORDS = """the network learns a small correction to its input and adds it back so that gradients reach early
layers while deeper stacks of plain convolutions train worse than shallow ones on the same data""".split()


def generate(root: Path, notes: int) -> Path:
    """Write a project with this many notes, once; the same every time.

    Args:
        root: where projects are kept.
        notes: how many.

    Returns:
        The folder of the project; one that is there already is left as it is.
    """
    folder = root / f"notes-{notes}"
    if (folder / "mkdocs.yml").exists():
        return folder
    (folder / "docs/notes").mkdir(parents=True, exist_ok=True)
    (folder / "docs/picture.png").write_bytes(b"\x89PNG\r\n")
    dice = random.Random(notes)  # noqa: S311 - a benchmark needs repetition, not secrecy
    for number in range(notes):
        (folder / f"docs/notes/n{number}.md").write_text(_note(dice, number, notes))
    links = "".join(f"- [Note {number}](notes/n{number}.md)\n" for number in range(notes))
    (folder / "docs/index.md").write_text(f"# Notes\n\n{links}")
    (folder / "mkdocs.yml").write_text(CONFIG)
    return folder


CONFIG = """\
site_name: Benchmark
theme: {name: material, font: false, features: [navigation.prune]}
plugins: []
validation: {links: {anchors: warn, unrecognized_links: warn}}
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - tables
  - md_in_html
  - toc: {permalink: true}
  - pymdownx.superfences
  - pymdownx.details
  - pymdownx.arithmatex: {generic: true}
"""


def _note(dice: random.Random, number: int, notes: int) -> str:
    parts = [f"---\ntitle: Note {number}\n---\n\n# Note {number}\n"]
    for section in range(SECTIONS):
        parts.append(f"\n## Section {section}\n")
        for paragraph in range(PARAGRAPHS):
            words = [dice.choice(_WORDS) for _ in range(WORDS)]
            words[10] = f"[a note](n{dice.randrange(notes)}.md#section-{dice.randrange(SECTIONS)})"
            words[30] = f"$x_{{{paragraph}}} + \\frac{{y}}{{2}}$"
            parts.append("\n" + " ".join(words) + ".\n")
        parts.append("\n![A picture.](../picture.png)\n")
        parts.append(f'\n??? note "More"\n    See [this](n{dice.randrange(notes)}.md).\n')
    return "".join(parts)
