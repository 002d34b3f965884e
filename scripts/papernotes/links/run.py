"""From addresses to answers: the ledger first, the network for the rest."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from papernotes.links.address import Address
from papernotes.links.client import Client
from papernotes.links.follow import Follower
from papernotes.links.guard import (
    Guard,
    NoAnswerFromDnsError,
    NoSuchHostError,
    NotPublicError,
    Resolve,
    resolve,
)
from papernotes.links.ledger import BELIEVED, Ledger, believed
from papernotes.links.polite import Clock, Host, Manners, Policy, SystemClock
from papernotes.links.public import is_public
from papernotes.links.registries import Registries
from papernotes.links.survey import Survey
from papernotes.links.verdict import Answer, Kind, Verdict

CONTROL = "doi.org"
"""A name that resolves wherever the Internet can be reached."""
_HONEST = "honest: "
"""Begins the ledger's line on an origin that answers a made-up address with an error."""


class NoNetworkError(Exception):
    """The Internet cannot be reached; nothing was asked, and nothing is recorded."""


@dataclass(frozen=True, slots=True)
class World:
    """What a run depends on outside of the program; tests bring their own."""

    resolver: Resolve = resolve
    public: Callable[[str], bool] = is_public
    clock: Clock = field(default_factory=SystemClock)
    jitter: Callable[[], float] = random.random
    registries: Registries = field(default_factory=Registries)
    policy: Policy = field(default_factory=Policy)
    trust: ssl.SSLContext | None = None


@dataclass(slots=True)
class Outcome:
    """What a run has come to; complete only when it was neither stopped nor out of time."""

    answers: dict[Address, Answer]
    asked: int = 0
    missing: list[Address] = field(default_factory=list)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: verdicts so far, all of them, how many of them are not well, the slowest host."""

    done: int
    total: int
    troubles: int
    slowest: str = ""
    seconds: float = 0.0
    """What an answer of the slowest host takes on average."""


def check(
    addresses: Iterable[Address],
    ledger: Ledger,
    world: World,
    *,
    private: bool = False,
    offline: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Find an answer to every address.

    Args:
        addresses: what to ask.
        ledger: what is known; the new answers are recorded in it as they come.
        world: the network and the clock.
        private: whether hosts that are not public may be asked.
        offline: use the ledger only, however old it is.
        show: told about every step.

    Returns:
        The outcome; after Ctrl-C, that of what was done until then.

    Raises:
        NoNetworkError: not even a well-known name resolves, so that no failure would mean anything.
    """
    every = sorted(set(addresses))
    now = world.clock.time()
    known = ledger.known(str(address) for address in every)
    outcome = Outcome({})
    for address in every:
        answer = known.get(str(address))
        if answer and (offline or believed(answer, now)):
            outcome.answers[address] = answer
    todo = [] if offline else [address for address in every if address not in outcome.answers]
    outcome.asked = len(todo)
    if todo:
        try:
            asyncio.run(_ask(todo, ledger, world, private, outcome, show))
        except KeyboardInterrupt:
            outcome.stopped = True
    outcome.missing = [address for address in every if address not in outcome.answers]
    return outcome


async def _ask(
    todo: list[Address],
    ledger: Ledger,
    world: World,
    private: bool,
    outcome: Outcome,
    show: Callable[[Progress], None],
) -> None:
    guard = Guard(world.resolver, None if private else world.public)
    manners = Manners(world.policy, world.clock, world.jitter)
    client = Client(guard, world.policy, world.trust)
    now = world.clock.time()
    names = sorted({address.origin for address in todo})
    known = ledger.known(_HONEST + name for name in names)
    before = {key.removeprefix(_HONEST) for key, answer in known.items() if _still(answer, now)}
    honest = set(before)

    async def online() -> bool:
        try:
            return bool(await guard.addresses(CONTROL, 443))
        except NotPublicError:
            return True
        except (NoSuchHostError, NoAnswerFromDnsError):
            return False

    if not private and not await online():
        raise NoNetworkError(f"the Internet cannot be reached: {CONTROL} has no address here")
    survey = Survey(Follower(client, manners), manners, world.registries, online, honest)
    done = troubles = 0
    try:
        async for verdicts in survey.run(todo):
            for address, verdict in verdicts.items():
                outcome.answers[address] = ledger.record(str(address), verdict, world.clock.time())
                troubles += verdict.kind not in (Kind.OK, Kind.MOVED)
            done += len(verdicts)
            show(Progress(done, len(todo), troubles, *_slowest(manners.hosts)))
    finally:
        for origin in sorted(honest - before):
            ledger.record(_HONEST + origin, Verdict(Kind.OK), world.clock.time())
        await client.close()


def _still(answer: Answer, now: float) -> bool:
    """Whether an origin's honesty is still believed: five times as long as a page."""
    return 0 <= now - answer.checked < 5 * BELIEVED[Kind.OK]


def _slowest(hosts: dict[str, Host]) -> tuple[str, float]:
    """The host with unfinished addresses whose answers take longest, and how long on average."""
    means = {
        name: host.seconds / host.requests for name, host in hosts.items() if host.waiting and host.requests
    }
    name = max(means, key=means.__getitem__, default="")
    return name, means.get(name, 0.0)
