"""Fixtures: the misbehaving web, and a way to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from links.web import MISSING, Web
from papernotes.links.address import parse
from papernotes.links.ledger import Ledger
from papernotes.links.polite import Policy
from papernotes.links.run import Outcome, World, check
from papernotes.links.verdict import Verdict

QUICK = Policy(
    spacing=0.0, slow_hosts={}, backoff=0.01, connect=3.0, answer=3.0, longest_wait=2.0, deadline=20
)
"""Manners without patience."""


@dataclass
class Asking:
    """Asks the web of a test."""

    web: Web
    folder: Path
    world: World
    private: bool = False
    outcomes: list[Outcome] = field(default_factory=list)

    def __call__(self, *addresses: str, file: str = "links.sqlite", patience: float = 0.0) -> list[Verdict]:
        """The verdicts on addresses, in their order."""
        every = [parse(address) for address in addresses]
        with Ledger(self.folder / file, patience) as ledger:
            outcome = check(every, ledger, self.world, private=self.private)
        self.outcomes.append(outcome)
        return [outcome.answers[address].verdict for address in every]

    def kinds(self, *addresses: str) -> list[str]:
        """What kinds the verdicts are of, in their order."""
        return [verdict.kind.value for verdict in self(*addresses)]

    def with_policy(self, **changes: object) -> Asking:
        """The same with other manners."""
        policy = replace(self.world.policy, **changes)
        return replace(self, world=replace(self.world, policy=policy))


@pytest.fixture(scope="session")
def server() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture
def web(server: Web) -> Web:
    """The web, empty: only the host that is asked whether there is a network exists, and answers nothing."""
    server.hosts = {"doi.org": lambda _: MISSING}
    server.addresses = {}
    for memory in (server.log, server.seen, server.times, server.lookups, server.open, server.most):
        memory.clear()
    return server


@pytest.fixture
def ask(web: Web, tmp_path: Path) -> Asking:
    world = World(
        resolver=web.resolve,
        public=lambda address: address in {"127.0.0.1", "::1"},
        jitter=lambda: 0.5,
        policy=QUICK,
        trust=web.trust(),
    )
    return Asking(web, tmp_path, world)
