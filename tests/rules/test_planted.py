"""Planted faults are all found, each once, where it is planted; traps are not accused."""

from __future__ import annotations

from collections import Counter

import pytest
from benchmarks.planted import FAULTS, PER_NOTE, TRAPS, Planted, plant

from papernotes.commands.findings import findings

NOTES = max(-(-len(FAULTS) // PER_NOTE[0]), -(-len(TRAPS) // PER_NOTE[1]))
"""So many that every kind is planted."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("planted") / "site", NOTES)


def test_every_fault_is_found_once_and_nothing_else(planted: Planted) -> None:
    assert set(planted.faults.values()) == set(FAULTS)
    found: Counter[str] = Counter()
    for fault in findings(planted.folder, cache=None):
        tokens = planted.tokens(fault.path, fault.line)
        assert tokens, str(fault)
        found.update(tokens)
    assert {planted.faults[token]: count for token, count in found.items()} == dict.fromkeys(FAULTS, 1)


def test_there_are_as_many_kinds_as_promised() -> None:
    assert len(FAULTS) >= 22
    assert len(TRAPS) >= 25
