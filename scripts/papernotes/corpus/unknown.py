"""What the checker cannot know about a project, because code of others makes it at build time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

PAGES, ANCHORS, LABELS, NAVIGATION = "pages", "anchors", "labels", "navigation"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Who makes what: names of plugins, hooks and extensions by what they may make."""

    makers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    """By name, what shows that it puts something on a page."""
    folders: tuple[tuple[str, str], ...] = ()
    """(folder under docs_dir, name) of pages that are made in one folder."""

    def __contains__(self, what: object) -> bool:
        """Whether something of a kind is made at build time, wherever it may be."""
        return bool(self.makers.get(str(what)))

    def opens(self, text: str) -> str:
        """The name of what puts something on a page with this text; empty for a page that is known."""
        return next((name for name, mark in self.marks.items() if mark.search(text)), "")

    def made_in_folder(self, path: str) -> bool:
        """Whether a path under docs_dir is in a folder of pages that are made."""
        return any(f"{path}/".startswith(folder) for folder, _ in self.folders)

    def notes(self) -> Iterator[str]:
        """A line for each kind of thing that is not checked, with who makes it."""
        effects = {
            PAGES: "links to pages and files that do not exist",
            ANCHORS: "links to anchors that do not exist",
            LABELS: "reference links without a definition",
            NAVIGATION: "pages that nothing leads to",
        }
        for what, effect in effects.items():
            if names := sorted(set(self.makers.get(what, ()))):
                yield f"{effect}: may be made at build time by {', '.join(names)}"
        for folder, name in self.folders:
            yield f"links to pages under {folder or 'the pages folder'}: made at build time by {name}"
