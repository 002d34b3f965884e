"""papers/paths.yml: reading paths, each a list of pages with what to take along from them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from papernotes.corpus import positioned
from papernotes.corpus.model import EDITIONS, Paths, ReadingPath, Step
from papernotes.corpus.near import suggestion
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

PATH = "papers/paths.yml"
_KEYS = ("title", "intro", "steps")
_STEP = ("page", *EDITIONS)
_FEWEST = 2
"""Steps that a path has at least: one page is no way."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def parse(source: Source) -> tuple[Paths, list[Diagnostic]]:
    """Read the reading paths.

    Returns:
        The paths by id, in file order, and the faults of form: P001 not readable, P002 a path or step that
        lacks something, P003 an unknown or repeated key. A path that lacks something is left out.
    """
    reader = _Reader(source)
    root = positioned.compose(source.text)
    if isinstance(root, positioned.Broken):
        reader.fault(root.place, "P001", f"paths {root.message}", root.hint)
    elif isinstance(root, yaml.MappingNode):
        return Paths(source, reader.paths(root)), reader.faults
    elif root is not None:
        hint = "write `path-id:` and indent its title, intro and steps"
        reader.fault(positioned.place(root), "P001", "paths must be a mapping", hint)
    return Paths(source), reader.faults


class _Reader:
    """Reads nodes and keeps the faults."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[Diagnostic] = []

    def fault(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Keep a fault."""
        self.faults.append(self._source.fault(place, code, message, hint))

    def paths(self, root: yaml.MappingNode) -> dict[str, ReadingPath]:
        """All paths that are whole."""
        found: dict[str, ReadingPath] = {}
        for name, key, node in positioned.items(root):
            place = positioned.place(key)
            if name in found:
                self.fault(place, "P003", f"path must be defined once: {name!r}", "keep one of the two")
            elif not _ID.match(name):
                self.fault(place, "P002", f"id must be lower-case words joined by hyphens: {name!r}")
            elif (made := self._path(name, place, node)) is not None:
                found[name] = made
        return found

    def _path(self, name: str, place: Place, node: yaml.Node) -> ReadingPath | None:
        record = self._record(repr(name), place, node, _KEYS)
        if record is None:
            return None
        title, intro = (self._texts(key, record[key]) for key in ("title", "intro"))
        steps = record["steps"]
        if not isinstance(steps, yaml.SequenceNode) or len(steps.value) < _FEWEST:
            hint = f"write {{page: papers/…, {', '.join(f'{e}: …' for e in EDITIONS)}}} in a list"
            self.fault(positioned.place(steps), "P002", f"steps of {name!r} must be at least two", hint)
            return None
        made = [self._step(step) for step in steps.value]
        whole = tuple(step for step in made if step is not None)
        return ReadingPath(name, title, intro, whole) if title and intro and len(whole) == len(made) else None

    def _step(self, node: yaml.Node) -> Step | None:
        record = self._record("step", positioned.place(node), node, _STEP)
        if record is None:
            return None
        texts = {key: positioned.text(value) or "" for key, value in record.items()}
        return Step(texts.pop("page"), texts, positioned.place(record["page"]))

    def _texts(self, name: str, node: yaml.Node) -> Mapping[str, str]:
        """A phrase in every edition's language, or nothing."""
        record = self._record(name, positioned.place(node), node, EDITIONS) or {}
        return {edition: positioned.text(value) or "" for edition, value in record.items()}

    def _record(
        self, name: str, place: Place, node: yaml.Node, keys: tuple[str, ...]
    ) -> dict[str, yaml.Node] | None:
        """A mapping that has exactly these keys, none of them empty; None after saying what it lacks."""
        if not isinstance(node, yaml.MappingNode):
            self.fault(place, "P002", f"{name} must be a mapping", f"give it {', '.join(keys)}")
            return None
        found: dict[str, yaml.Node] = {}
        misspelt: set[str] = set()
        for key, key_node, value in positioned.items(node):
            if key in found:
                self.fault(positioned.place(key_node), "P003", f"key must appear once: {key!r}")
            elif key in keys:
                found[key] = value
            else:
                hint = suggestion(key, keys)
                misspelt.update(known for known in keys if hint and suggestion(key, [known]))
                self.fault(
                    positioned.place(key_node),
                    "P003",
                    f"key must be known: {key!r}",
                    hint or f"known keys: {', '.join(keys)}",
                )
        lacking = [
            key
            for key in keys
            if key not in found
            or (isinstance(found[key], yaml.ScalarNode) and not positioned.text(found[key]))
        ]
        for key in lacking:
            if key not in misspelt:
                self.fault(place, "P002", f"{name} must have {key}", f"add `{key}: …`")
        return None if lacking else found
