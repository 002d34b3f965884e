"""The schemas of editors and the readers of the checker accept the same front matter, glossaries and settings."""

from __future__ import annotations

import copy
import datetime
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from papernotes.commands.schemas import texts
from papernotes.corpus import fields, frontmatter, glossary, settings
from papernotes.corpus.load import load
from papernotes.corpus.schemas import schemas
from papernotes.corpus.source import Source

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "tests/demo"
NAMES = {("en", "papers"): "note", ("en", "concepts"): "concept", ("zh", "papers"): "note.zh", ("zh", "concepts"): "concept.zh"}  # fmt: skip
OF_FORM = ("N00", "N103")


@cache
def validator(name: str) -> Draft7Validator:
    """An oracle that is not ours."""
    schema = schemas()[f"{name}.json"]
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def plain(value: Any) -> Any:
    """YAML as JSON has it: dates are text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, datetime.date) else value


def accepted(head: str, edition: str, kind: str) -> bool:
    """Whether the checker has no finding about the form of a front matter."""
    source = Source(f"docs/{edition}/{kind}/demo.md", f"---\n{head}---\n")
    front, _, _, faults = frontmatter.parse(source, edition)
    lacking = [key for key in fields.REQUIRED[edition, kind] if key not in front.keys]
    return not lacking and not [fault for fault in faults if fault.code.startswith(OF_FORM)]


def test_what_is_committed_is_what_the_fields_say() -> None:
    committed = {
        path.relative_to(ROOT).as_posix(): path.read_text() for path in ROOT.glob(".vscode/schemas/*")
    }
    assert committed == texts(), "run `papernotes schemas`"


def test_every_real_page_is_accepted_by_both() -> None:
    corpus = load(ROOT)
    seen = 0
    for page in corpus.every_page():
        if (page.edition, page.kind) in NAMES:
            head = frontmatter.split(page.source)[0]
            errors = [
                e.message
                for e in validator(NAMES[page.edition, page.kind]).iter_errors(plain(yaml.safe_load(head)))
            ]
            assert errors == [], page.source.path
            assert accepted(head, page.edition, page.kind)
            seen += 1
    assert seen > 20


def test_the_real_glossary_and_settings_are_accepted() -> None:
    terms = yaml.safe_load((ROOT / glossary.PATH).read_text())
    assert not list(validator("glossary").iter_errors(terms))
    assert not list(validator("settings").iter_errors(tomllib.loads((ROOT / "pyproject.toml").read_text())))


VALUES = st.sampled_from(
    [None, "", "x", "Draft", "draft", "complete", 0, 1, 3, 4, 2.5, True, "3", [], [None], ["vision"], ["visio"], [["x"]],
     {}, {"a": "b"}, {"a": None}, {"id": "a"}, [{"id": "a", "what": "b", "value": 1}], [{"id": "A", "what": "b", "value": "c"}],
     [{"id": "", "what": "b", "value": "c"}], [{"id": "a", "what": "b", "value": None}], [{"id": "a", "what": "b", "value": "c", "form": "d"}],
     "https://example.org/a", "http://", "javascript:alert(1)", "a b"]
)  # fmt: skip
KEYS = st.sampled_from([*frontmatter.KEYS, "year", "tag", "titel"])
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.tuples(VALUES)), max_size=3)


@pytest.mark.parametrize(("edition", "kind"), NAMES)
@hypothesis_settings(deadline=None)  # the machine may be busy
@given(changes=CHANGES)
def test_checker_and_schema_agree_on_front_matter(
    edition: str, kind: str, changes: list[tuple[str, tuple[Any] | None]]
) -> None:
    page = next((DEMO / "docs" / edition / kind).glob("*.md"), DEMO / "docs/zh/papers/demo.md")
    text = page.read_text()
    value = plain(yaml.safe_load(frontmatter.split(Source("x", text))[0]))
    for key, new in changes:
        value.pop(key, None)
        if new is not None:
            value[key] = copy.deepcopy(new[0])
    head = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    assert accepted(head, edition, kind) == validator(NAMES[edition, kind]).is_valid(value), head


TERM = {
    "en": {"term": "a", "definition": "b"},
    "zh": {"term": "甲", "aliases": ["乙"], "definition": "丙"},
    "ref": "k",
}
SPOTS = st.sampled_from([("en",), ("zh",), ("ref",), ("en", "term"), ("en", "aliases"), ("zh", "definition"), ("de",), ("en", "kind")])  # fmt: skip


@given(
    name=st.sampled_from(["a", "a-b", "A", "a_b", "", "a-"]), spot=SPOTS, new=st.none() | st.tuples(VALUES)
)
def test_checker_and_schema_agree_on_the_glossary(
    name: str, spot: tuple[str, ...], new: tuple[Any] | None
) -> None:
    record: dict[str, Any] = copy.deepcopy(TERM)
    *above, last = spot
    place = record[above[0]] if above else record
    place.pop(last, None)
    if new is not None:
        place[last] = new[0]
    value = {name: record}
    text = yaml.safe_dump(value, allow_unicode=True)
    faults = glossary.parse(Source(glossary.PATH, text))[1]
    assert (not faults) == validator("glossary").is_valid(value), (text, faults)


@pytest.mark.parametrize(
    "text",
    [
        "", "tool = 1", "[tool]\npapernotes = 1", "[tool.papernotes]", "[tool.papernotes]\nignore = 1", "[tool.papernotes]\nignore = []",
        "[tool.papernotes]\nignore = [1]", "[tool.papernotes]\nignores = []", "[[tool.papernotes.ignore]]\ncode = 'a'",
        "[[tool.papernotes.ignore]]\ncode = 'a'\npath = 'b'\nreason = 'c'", "[[tool.papernotes.ignore]]\ncode = 'a'\npath = 'b'\nreason = ' '",
        "[[tool.papernotes.ignore]]\ncode = 1\npath = 'b'\nreason = 'c'", "[[tool.papernotes.ignore]]\ncode = 'a'\npath = 'b'\nreason = 'c'\nwhy = 'd'",
    ],
)  # fmt: skip
def test_checker_and_schema_agree_on_settings(text: str, tmp_path: Path) -> None:
    (tmp_path / settings.PATH).write_text(text)
    accepted = not settings.read(tmp_path)[1]
    assert accepted == validator("settings").is_valid(tomllib.loads(text))


def test_the_editor_finds_each_schema() -> None:
    named = json.loads((ROOT / ".vscode/settings.json").read_text())["yaml.schemas"]
    for schema, path in named.items():
        assert (ROOT / schema).is_file()
        assert (ROOT / path).is_file()
    first = (ROOT / "pyproject.toml").read_text().split("\n", 1)[0]
    assert (ROOT / first.removeprefix("#:schema ")).is_file()
