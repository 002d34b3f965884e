"""The YAML head of a page: split off, parsed with places, held to its schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml
from msgspec.structs import replace

from papernotes.corpus import positioned
from papernotes.corpus.document import FrontMatter, Number
from papernotes.corpus.fields import FRONT_MATTER, NUMBER, NUMBER_REQUIRED, PASSES, Field, Kind, named, names
from papernotes.corpus.near import suggestion
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

MOST = 64 * 1024
"""Characters of a front matter: more is no description of a page, and every key of it costs time."""
PLAIN = re.compile(r"(?:[A-Za-z_]+: [A-Za-z0-9][\w ,./()-]*\n)+")
"""What is YAML at sight: a key and words on every line."""
KEYS = names(FRONT_MATTER)
"""Every key, in the order in which they are written."""
OF_THE_BIBLIOGRAPHY = ("author", "authors", "year", "venue", "journal", "booktitle", "doi", "arxiv", "url")
"""Keys that a contributor may expect here, and that only the bibliography has."""


@dataclass(slots=True)
class _Reader:
    """Collects what one front matter says and what is wrong with it."""

    source: Source
    first: int
    faults: list[Diagnostic] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)

    def fault(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.faults.append(self.source.fault(place, code, message, hint))

    def place(self, node: yaml.Node) -> Place:
        return positioned.place(node, self.first)

    def text(self, name: str, node: yaml.Node) -> str:
        self.places[name] = self.place(node)
        value = positioned.text(node)
        if value is None:
            self.fault(self.place(node), "N007", f"{name} must be text", "write it on one line, in quotes")
        return value or ""

    def held(self, spec: Field, name: str, value: str) -> None:
        """Report a value that is not what its field allows."""
        if must := spec.refuses(value):
            near = suggestion(value, spec.choices) or f"one of: {', '.join(spec.choices)}"
            message = f"{spec.item or spec.name} must {must}: {value!r}"
            self.fault(self.places[name], "N007", message, near if spec.choices else "")

    def mapping(
        self, node: yaml.MappingNode, known: tuple[str, ...], where: str = ""
    ) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Key and value nodes by key; unknown and repeated keys are reported and left out."""
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, key_node, value in positioned.items(node):
            place = self.place(key_node)
            if key in found:
                self.fault(place, "N004", f"key must appear once: {key!r}", "keep one of the two")
            elif key in known:
                found[key] = (key_node, value)
            elif not where and key in OF_THE_BIBLIOGRAPHY:
                self.fault(
                    place,
                    "N103",
                    f"{key} must not be repeated in the front matter",
                    "the bibliography entry named by `bib` is the only place for it",
                )
            else:
                hint = suggestion(key, known) or f"known keys: {', '.join(known)}"
                self.fault(place, "N005", f"key must be known{where}: {key!r}", hint)
        return found


def split(source: Source) -> tuple[str, str, int]:
    """Split a page into (front matter, body, line on which the body begins); without it ("", text, 1)."""
    text = source.text
    if not text.startswith("---\n"):
        return "", text, 1
    match = re.search(r"^(?:---|\.\.\.)[ \t]*$", text[4:], re.MULTILINE)
    if match is None:
        return "", text, 1
    head = text[4 : 4 + match.start()]
    body = text[4 + match.end() :].removeprefix("\n")
    return head, body, text.count("\n", 0, len(text) - len(body)) + 1


def parse(
    source: Source, edition: str, *, ours: bool = True
) -> tuple[FrontMatter, str, int, list[Diagnostic]]:
    """Read the front matter of a page.

    Args:
        source: the page.
        edition: ``numbers`` is the ledger in the first edition, the ledger's wording in the others.
        ours: whether it is that of a note; of others it is only asked whether it is YAML.

    Returns:
        The front matter, the body, the line on which the body begins, and the faults. After a fault that
        leaves nothing to read, ``present`` is false.
    """
    head, body, line = split(source)
    reader = _Reader(source, first=2)
    if not head:
        if ours and source.text.startswith("---\n") and line == 1:
            reader.fault(Place(1, 1, 3), "N002", "front matter must be closed", "end it with a line `---`")
            return FrontMatter(), source.text, 1, reader.faults
        return FrontMatter(), body, line, []
    if len(head) > MOST:
        message = f"front matter must be at most {MOST // 1024} KiB: {len(head):,} characters"
        reader.fault(Place(1, 1, 3), "N002", message, "what is not about the page itself belongs in its text")
        return FrontMatter(), body, line, reader.faults
    if not ours and PLAIN.fullmatch(head):
        return FrontMatter(present=True), body, line, []
    root = positioned.compose(head, reader.first)
    if not ours and not (isinstance(root, positioned.Broken) and not root.refused):
        return FrontMatter(present=True), body, line, []
    if isinstance(root, positioned.Broken):
        reader.fault(root.place, "N002", f"front matter {root.message}", root.hint)
        return FrontMatter(), body, line, reader.faults
    if not isinstance(root, yaml.MappingNode):
        at = reader.place(root) if root else Place(2)
        reader.fault(at, "N003", "front matter must be a mapping", "write lines such as `title: …`")
        return FrontMatter(), body, line, reader.faults
    return _typed(reader, root, edition), body, line, reader.faults


def _typed(reader: _Reader, root: yaml.MappingNode, edition: str) -> FrontMatter:
    nodes = reader.mapping(root, KEYS)
    reader.keys.update({key: reader.place(node) for key, (node, _) in nodes.items()})
    texts = {
        spec.name: reader.text(spec.name, nodes[spec.name][1])
        for spec in named(FRONT_MATTER, Kind.TEXT)
        if spec.name in nodes
    }
    lists = {
        spec.name: _list(reader, spec.name, nodes[spec.name][1])
        for spec in named(FRONT_MATTER, Kind.LIST)
        if spec.name in nodes
    }
    for spec in FRONT_MATTER:
        if spec.name in texts and positioned.text(nodes[spec.name][1]) is not None:
            reader.held(spec, spec.name, texts[spec.name])
        for index, item in enumerate(lists.get(spec.name, ())):
            reader.held(spec, f"{spec.name}[{index}]", item)
    front = FrontMatter(
        title=texts.get("title", ""),
        short=texts.get("short", ""),
        tldr=texts.get("tldr", ""),
        bib=texts.get("bib", ""),
        version=texts.get("version", ""),
        status=texts.get("status", ""),
        code=texts.get("code", ""),
        source_hash=texts.get("source_hash", ""),
        tags=lists.get("tags", ()),
        builds_on=lists.get("builds_on", ()),
        formerly=lists.get("formerly", ()),
        reading_pass=int(texts.get("pass", "")) if texts.get("pass", "") in PASSES else 0,
        present=True,
    )
    if "numbers" in nodes:
        read: Callable[[_Reader, yaml.Node], FrontMatter] = _ledger if edition == "en" else _names
        ledger = read(reader, nodes["numbers"][1])
        front = replace(front, numbers=ledger.numbers, number_names=ledger.number_names)
    return replace(front, keys=reader.keys, places=reader.places)


def _list(reader: _Reader, name: str, node: yaml.Node) -> tuple[str, ...]:
    reader.places[name] = reader.place(node)
    values = positioned.texts(node)
    if values is None:
        reader.fault(reader.place(node), "N007", f"{name} must be a list", f"write `{name}: [a, b]`")
        return ()
    for index, (_, item) in enumerate(values):
        reader.places[f"{name}[{index}]"] = reader.place(item)
    return tuple(value for value, _ in values)


def _ledger(reader: _Reader, node: yaml.Node) -> FrontMatter:
    """The rows of the authoritative edition's ledger."""
    if not isinstance(node, yaml.SequenceNode):
        reader.fault(
            reader.place(node), "N007", "numbers must be a list", "write `- {id: …, what: …, value: …}`"
        )
        return FrontMatter()
    numbers: list[Number] = []
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            reader.fault(
                reader.place(item), "N007", "a number must be a mapping", "write `- {id: …, value: …}`"
            )
            continue
        nodes = reader.mapping(item, names(NUMBER), " in a number")
        name = f"numbers[{len(numbers)}]"
        values = {key: reader.text(f"{name}.{key}", value) for key, (_, value) in nodes.items()}
        at = {key: reader.place(value) for key, (_, value) in nodes.items()}
        whole = Place(reader.place(item).line, reader.place(item).col)
        for key in NUMBER_REQUIRED:
            if key not in values:
                reader.fault(whole, "N006", f"a number must have {key}", f"add `{key}: …`")
        for spec in NUMBER:
            if spec.name in nodes and positioned.text(nodes[spec.name][1]) is not None:
                reader.held(spec, f"{name}.{spec.name}", values[spec.name])
        numbers.append(
            Number(
                id=values.get("id", ""),
                what=values.get("what", ""),
                value=values.get("value", ""),
                source=values.get("from", ""),
                check=values.get("check", ""),
                unverified=values.get("unverified", ""),
                place=whole,
                value_place=at.get("value", whole),
                check_place=at.get("check", whole),
            )
        )
    return FrontMatter(numbers=tuple(numbers))


def _names(reader: _Reader, node: yaml.Node) -> FrontMatter:
    """A translation's wording of the ledger: id to what the number is."""
    if not isinstance(node, yaml.MappingNode):
        reader.fault(
            reader.place(node), "N007", "numbers of a translation must be a mapping", "write `id: what it is`"
        )
        return FrontMatter()
    names = {}
    for key, key_node, value in positioned.items(node):
        if key in names:
            reader.fault(
                reader.place(key_node), "N004", f"key must appear once: {key!r}", "keep one of the two"
            )
        names[key] = reader.text(f"numbers.{key}", value)
        reader.keys[f"numbers.{key}"] = reader.place(key_node)
    return FrontMatter(number_names=names)
