"""mkdocs.yml as MkDocs sees it: with what it inherits, as nodes that know their places."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from papernotes.corpus import disk, positioned
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

CONFIG = "mkdocs.yml"
DEEPEST = 8
"""How many files may inherit from each other."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings by name; empty when the file cannot be read, which is in ``faults``."""

    source: Source
    settings: Mapping[str, yaml.Node] = field(default_factory=dict)
    faults: tuple[Diagnostic, ...] = ()

    def text(self, key: str) -> str | None:
        """A setting that is a scalar, as written; None when there is none."""
        node = self.settings.get(key)
        return positioned.text(node) if node is not None else None

    def lines(self, key: str) -> list[str]:
        """The lines of a setting that is a block of text, such as ``exclude_docs``."""
        return (self.text(key) or "").splitlines()

    def entries(self, key: str) -> list[tuple[str, yaml.Node | None]]:
        """Names and options of a list or mapping of plugins, extensions or hooks, in order."""
        return list(_entries(self.settings.get(key)))


def read(root: Path, path: str = CONFIG) -> Configuration:
    """Read a configuration and what it inherits (``INHERIT``).

    Args:
        root: the repository.
        path: the file, relative to it.
    """
    source, settings, faults = _read(root, path, 0)
    return Configuration(source, settings, tuple(faults))


def _read(root: Path, path: str, depth: int) -> tuple[Source, dict[str, yaml.Node], list[Diagnostic]]:
    source, faults = disk.read(root, path)
    node = positioned.compose(source.text, aliases=True)
    if isinstance(node, positioned.Broken):
        return source, {}, [*faults, source.fault(node.place, "N002", f"{path} {node.message}", node.hint)]
    if node is not None and not isinstance(node, yaml.MappingNode):
        fault = source.fault(Place(), "N003", f"{path} must be a mapping", "write `site_name: …`")
        return source, {}, [*faults, fault]
    settings = {key: value for key, _, value in positioned.items(node)} if node else {}
    parent = settings.pop("INHERIT", None)
    if parent is not None and (name := positioned.text(parent)) and depth < DEEPEST:
        above = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        _, inherited, more = _read(root, above, depth + 1)
        return source, _merged(inherited, settings), [*faults, *more]
    return source, settings, faults


def _merged(below: Mapping[str, yaml.Node], above: Mapping[str, yaml.Node]) -> dict[str, yaml.Node]:
    """Mappings are merged key by key; anything else is replaced."""
    merged = dict(below)
    for key, node in above.items():
        old = merged.get(key)
        if isinstance(old, yaml.MappingNode) and isinstance(node, yaml.MappingNode):
            names = {name: (key_node, value) for name, key_node, value in positioned.items(old)}
            values = {name: value for name, (_, value) in names.items()}
            keys = {name: key_node for name, (key_node, _) in names.items()}
            keys |= {name: key_node for name, key_node, _ in positioned.items(node)}
            values = _merged(values, {name: value for name, _, value in positioned.items(node)})
            pairs = [(keys[name], value) for name, value in values.items()]
            merged[key] = yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
        else:
            merged[key] = node
    return merged


def _entries(node: yaml.Node | None) -> list[tuple[str, yaml.Node | None]]:
    if isinstance(node, yaml.MappingNode):
        return [(key, value) for key, _, value in positioned.items(node)]
    if isinstance(node, yaml.SequenceNode):
        return [
            entry
            for item in node.value
            for entry in ([(str(item.value), None)] if isinstance(item, yaml.ScalarNode) else _entries(item))
        ]
    return []


def option(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """An option of a plugin or extension, or None."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, _, value in positioned.items(node) if name == key), None)


def strings(node: yaml.Node | None) -> list[str]:
    """A scalar, or the scalars of a list; tags such as ``!relative`` do not count."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [str(item.value) for item in nodes if isinstance(item, yaml.ScalarNode)]
