"""A generated MkDocs project with planted faults and traps: what must be found, what must not be accused.

A line at fault holds the token ``bad<number>``, every line with such a token is at fault; a trap is right,
or is shown and not read, on a site built with the configuration below.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(r"bad\d+(?!\d)")

CONFIG = """\
site_name: Planted
theme: {name: material, font: false}
plugins: []
use_directory_urls: true
exclude_docs: drafts/
validation:
  links: {not_found: warn, anchors: warn, absolute_links: warn, unrecognized_links: warn}
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - toc: {permalink: true, slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.snippets
  - pymdownx.tabbed: {alternate_style: true}
""".replace(
    "  - toc: {permalink: true, slugify: ", "  - toc:\n      permalink: true\n      slugify: "
).replace("{kwds: {case: lower}}}", "{kwds: {case: lower}}")

FILES: Mapping[str, str] = {
    "docs/index.md": "# Home\n\n[First](notes/n0.md)\n",
    "docs/target.md": (
        "# Target\n\n## Part one\n\nText.\n\n## Same\n\nText.\n\n## Same\n\nText.\n\n## 数学原理\n\nText.\n\n"
        "## The `x_1` of *it*: 50 % & more?\n\nText.\n\n## Own {#own .c}\n\nA paragraph.\n{: #para }\n\n"
        '<a id="old"></a>\n\n<div markdown>\n\n### Inside HTML\n\n</div>\n\n!!! note\n\n'
        "    ### Inside a note\n\n    Text.\n\n"
        '=== "Tab"\n\n    ### Inside a tab\n\nUnderlined\n----------\n\n![A picture.](pic.png){#figure}\n'
    ),
    "docs/sub/index.md": "# Sub\n",
    "docs/with space.md": "# Space\n",
    "docs/brackets (1).md": "# Brackets\n",
    "docs/drafts/hidden.md": "# Hidden\n",
    "docs/pic.png": "\x89PNG",
    "docs/paper.pdf": "%PDF",
    "part.md": "Embedded, with a [link](../target.md#part-one).\n",
    "README.md": "# Not of the site\n",
}

FAULTS: Mapping[str, str] = {
    "missing page": "See [this](bad{n}.md).",
    "missing page in an admonition": "!!! note\n\n    See [this](bad{n}.md).",
    "missing page in a content tab": '=== "One"\n\n    Text.\n\n=== "Two"\n\n    See [this](bad{n}.md).',
    "missing page in a folded block in a list": (
        '- Item {n}\n\n    ??? note "More"\n\n        See [this](bad{n}.md).'
    ),
    "missing page in a footnote": "Text[^t{n}].\n\n[^t{n}]: See [this](bad{n}.md).",
    "missing page in a table": "| a | b |\n|---|---|\n| x | [this](bad{n}.md) |",
    "missing page in a block quote": "> See [this](bad{n}.md).",
    "missing page in md_in_html": "<div markdown>\n\nSee [this](bad{n}.md).\n\n</div>",
    "missing page in a heading": "### On [this](bad{n}.md)",
    "missing page, by reference": "See [this, bad{n}][r{n}].\n\n[r{n}]: bad{n}.md",
    "missing page with parentheses": "See [this](bad{n}_(x).md).",
    "missing page, percent-encoded": "See [this](bad{n}%20x.md).",
    "missing image": "![A picture.](bad{n}.png)",
    "missing image in a link": "[![A picture.](bad{n}.png)](../target.md)",
    "missing anchor on the page": "See [this](#bad{n}).",
    "missing anchor on another page": "See [this](../target.md#bad{n}).",
    "missing Chinese anchor": "See [bad{n}](../target.md#%E5%8E%9F%E7%90%86).",
    "wrong case of a file": "See [bad{n}](../Target.md).",
    "wrong case of an anchor": "See [bad{n}](../target.md#Part-One).",
    "another suffix of a repeated heading": "See [bad{n}](../target.md#same-1).",
    "undefined label": "See [this][bad{n}].",
    "undefined footnote": "Text[^bad{n}].",
    "unused footnote": "[^bad{n}]: Nobody refers to this.",
    "missing page in raw HTML": 'See <a href="../bad{n}/">this</a>.',
    "missing image in raw HTML": '<img src="../../bad{n}.png" alt="A picture.">',
    "page that is not published": "See [bad{n}](../drafts/hidden.md).",
    "link out of the pages": "See [bad{n}](../../README.md).",
    "absolute link": "See [this](/bad{n}/).",
    "link to a folder": "See [bad{n}](../sub/).",
    "image without alternative text": '![](../pic.png "bad{n}")',
    "path of one machine": "See [this](file:///C:/bad{n}.md).",
    "missing embedded file": '--8<-- "bad{n}.md"',
    "front matter that is not YAML": "---\ntitle: bad{n}: x\n---",
}

TRAPS: Mapping[str, str] = {
    "code span": "Write `[no](ok{n}.md)` and ``[`no`](ok{n}.md)``.",
    "fenced code": "```md\n[no](ok{n}.md)\n![](ok{n}.png)\n[^ok{n}]\n```",
    "indented code": "Text:\n\n    [no](ok{n}.md)",
    "fence in a folded block": '??? note "Code"\n\n    ```md\n    [no](ok{n}.md)\n    ```',
    "comment": "<!-- [no](ok{n}.md) -->",
    "comment of several lines": "<!--\n[no](ok{n}.md)\n\n![](ok{n}.png)\n-->",
    "formula that looks like a link": "So $a[i](j)$ and $x[^{n}]$.",
    "display formula": "$$\na[i](ok{n}.md) \\lt b\n$$",
    "id on a heading": "See [this](../target.md#own).",
    "id on a paragraph": "See [this](../target.md#para).",
    "id on an image": "See [this](../target.md#figure).",
    "anchor in HTML": "See [this](../target.md#old).",
    "Chinese anchor, percent-encoded": "See [this](../target.md#%E6%95%B0%E5%AD%A6%E5%8E%9F%E7%90%86).",
    "Chinese anchor": "See [this](../target.md#数学原理).",
    "repeated heading": "See [this](../target.md#same_1).",
    "heading with code, emphasis and marks": "See [this](../target.md#the-x_1-of-it-50---more).",
    "heading in an admonition": "See [this](../target.md#inside-a-note).",
    "heading in a tab": "See [this](../target.md#inside-a-tab).",
    "heading in md_in_html": "See [this](../target.md#inside-html).",
    "underlined heading": "See [this](../target.md#underlined).",
    "id on the page itself": "### Own {n} {{#ok{n}}}\n\nSee [this](#ok{n}).",
    "parentheses and spaces in angle brackets": "See [a](<../brackets (1).md>), [b](<../with space.md>).",
    "space, percent-encoded": "See [this](../with%20space.md).",
    "parentheses, percent-encoded": "See [this](../brackets%20%281%29.md).",
    "title": 'See [this](../target.md "Title of (it) [x](ok{n}.md)").',
    "label in another case": "See [this][The  Label {n}].\n\n[the label {n}]: ../target.md#own",
    "brackets that are text": "As in a[i][j] and [sic] and f[x].",
    "task boxes": "- [ ] Not yet\n- [x] Done",
    "footnote in a footnote": "Text[^a{n}].\n\n[^a{n}]: See[^b{n}].\n\n[^b{n}]: Text.",
    "anchor of a footnote": "Text[^c{n}], [there](#fn:c{n}).\n\n[^c{n}]: Text.",
    "address of a page in raw HTML": 'See <a href="../../target/#own">this</a>.',
    "picture in raw HTML": '<img src="../../pic.png" alt="A picture.">',
    "text of an HTML block": "<div>\n\n[no](ok{n}.md)\n\n</div>",
    "query": "See [this](../target.md?x={n}#own).",
    "text fragment": "See [this](../target.md#:~:text=part).",
    "file that is no page": "See [this](../paper.pdf).",
    "addresses of the web": "See <https://example.org/ok{n}>, <me@example.org>, [a](mailto:me@example.org).",
    "escaped bracket": "Write \\[no](ok{n}.md).",
    "picture in a link": "[![A picture.](../pic.png)](../target.md#own)",
    "price": "It costs $5, [see](../target.md) and $6.",
    "embedded file": '--8<-- "part.md"',
    "embedded file that is only named": '`--8<-- "ok{n}.md"`',
}

FIRST = frozenset({"front matter that is not YAML"})
"""Faults that stand at the top of their file."""
PER_NOTE = (4, 6)
"""Faults and traps in a note."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A generated project: its folder, its planted faults by token with their kind, its lines by file."""

    folder: Path
    faults: Mapping[str, str]
    lines: Mapping[str, list[str]]

    def tokens(self, path: str, line: int) -> set[str]:
        """The faults on a line of a file."""
        lines = self.lines.get(path, [])
        return set(TOKEN.findall(lines[line - 1])) if 0 < line <= len(lines) else set()


def plant(folder: Path, notes: int) -> Planted:
    """Write a project, anew; the same every time.

    Args:
        folder: where; what was planted there before is removed.
        notes: how many notes, with four faults and six traps each.
    """
    shutil.rmtree(folder, ignore_errors=True)
    kinds, traps = list(FAULTS), list(TRAPS)
    files, faults = dict(FILES), {}
    number = 0
    for note in range(notes):
        head, parts = "", [f"# Note {note}"]
        for slot in range(sum(PER_NOTE)):
            number += 1
            bad = slot < PER_NOTE[0]
            index = note * PER_NOTE[not bad] + slot - (0 if bad else PER_NOTE[0])
            names = kinds if bad else traps
            name = names[index % len(names)]
            text = (FAULTS if bad else TRAPS)[name].format(n=number)
            if bad:
                faults[f"bad{number}"] = name
            if name in FIRST:
                head = f"{text}\n\n"
            else:
                parts += [f"## Part {number}", text]
        files[f"docs/notes/n{note}.md"] = head + "\n\n".join(parts) + "\n"
    for path, text in {"mkdocs.yml": CONFIG, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return Planted(folder, faults, {path: text.split("\n") for path, text in files.items()})
