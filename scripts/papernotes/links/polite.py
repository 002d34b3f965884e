"""Manners: how often and how many at once a host is asked, and when it is asked again."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Protocol

from papernotes.links.answers import PASSING, Failure, Reply

BUSY = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
"""Statuses that may be over a moment later; 52x: a content network could not reach its origin."""
SILENT_AFTER = 3
"""So many addresses in vain, and none answered: the rest of the host's addresses are not asked."""


class Clock(Protocol):
    """Time, so that tests can bring their own."""

    def time(self) -> float:
        """Seconds since 1970."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own time."""

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Policy:
    """How a run behaves. Times are in seconds."""

    together: int = 64
    """Requests at a time, all hosts."""
    per_host: int = 2
    """Requests at a time, one host."""
    spacing: float = 0.1
    """Between the beginnings of two requests to one host."""
    slow_hosts: dict[str, float] = field(default_factory=lambda: {"export.arxiv.org": 3.0})
    """Hosts that ask for more than that between two requests."""
    tries: int = 3
    """Requests for one address at most, the HEAD among them, when the host is busy."""
    backoff: float = 1.0
    """Before the second try, twice that before the third, …; each shortened at random by up to half."""
    longest_wait: float = 60.0
    """A host that asks for a longer pause is not asked again in this run."""
    connect: float = 10.0
    """For a connection."""
    answer: float = 20.0
    """For an answer: headers, and as much of the body as is wanted."""
    deadline: float = 1800.0
    """For the whole run."""


class Turns:
    """A semaphore that lets those go first who have begun: an address is finished before the next begins.

    Args:
        free: how many may hold it at a time.
    """

    def __init__(self, free: int) -> None:
        self._free = free
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._count = 0

    async def take(self, *, begun: bool) -> None:
        """Wait for a turn."""
        if self._free and not self._waiting:
            self._free -= 1
            return
        self._count += 1
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not begun, self._count, mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.give()  # it came as the task was ended
            raise

    def give(self) -> None:
        """Give the turn back, to the next who waits."""
        while self._waiting:
            *_, next_one = heapq.heappop(self._waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        self._free += 1


@dataclass(slots=True)
class Host:
    """What is known of a host in this run."""

    turns: Turns
    next_start: float = 0.0
    waiting: int = 0
    """Addresses of it that are not finished."""
    requests: int = 0
    seconds: float = 0.0
    """Spent waiting for its answers."""
    answered: bool = False
    in_vain: int = 0
    """Addresses given up because nothing, or nothing but "later", came back."""
    missing: bool = False
    """The name servers have said twice that it does not exist."""
    get_only: bool = False
    """HEAD tells too little: it is denied what GET is given, or everything is answered with success."""

    @property
    def silent(self) -> bool:
        """Whether to stop asking."""
        return not self.answered and self.in_vain >= SILENT_AFTER


class Manners:
    """Holds every request of a run until its host may be asked.

    Args:
        policy: how often and how many.
        clock: time.
        jitter: a random number in [0, 1).
    """

    def __init__(self, policy: Policy, clock: Clock, jitter: Callable[[], float]) -> None:
        self.policy = policy
        self.clock = clock
        self._jitter = jitter
        self._together = asyncio.Semaphore(policy.together)
        self.hosts: dict[str, Host] = {}

    def host(self, name: str) -> Host:
        """What is known of a host."""
        if name not in self.hosts:
            self.hosts[name] = Host(Turns(self.policy.per_host))
        return self.hosts[name]

    @asynccontextmanager
    async def turn(self, name: str, *, begun: bool) -> AsyncIterator[None]:
        """Wait until an address of a host may be taken up; inside, it may be asked.

        Args:
            name: the host.
            begun: whether the address has been asked before.
        """
        turns = self.host(name).turns
        await turns.take(begun=begun)
        try:
            yield
        finally:
            turns.give()

    @asynccontextmanager
    async def request(self, name: str) -> AsyncIterator[None]:
        """Wait until the host may be sent a request; it is sent inside. To be used inside a turn."""
        host = self.host(name)
        spacing = self.policy.slow_hosts.get(name, self.policy.spacing)
        while (wait := host.next_start - self.clock.monotonic()) > 0:
            await self.clock.sleep(wait)
        host.next_start = self.clock.monotonic() + spacing
        async with self._together:
            host.requests += 1
            start = self.clock.monotonic()
            try:
                yield
            finally:
                host.seconds += self.clock.monotonic() - start

    def note(self, name: str, result: Reply | Failure) -> None:
        """Remember what an address came to after its last try."""
        host = self.host(name)
        if (isinstance(result, Reply) and result.status not in BUSY) or (
            isinstance(result, Failure) and result.trouble not in PASSING
        ):
            host.answered = True
        else:
            host.in_vain += 1

    def backoff(self, tried: int) -> float:
        """Seconds before the next try of an address, when its host names none."""
        return float(self.policy.backoff * 2 ** (tried - 1) * (1 - self._jitter() / 2))

    def pause(self, name: str, result: Reply | Failure, tried: int) -> float | None:
        """How long to wait before the next try of an address, or None when there is to be none.

        A busy host is left alone as long as it asks; ``Retry-After`` counts for all its addresses.

        Args:
            name: the host.
            result: what came back.
            tried: how many requests for this address were made.
        """
        if tried >= self.policy.tries or not passing(result):
            return None
        wait = self.backoff(tried)
        if isinstance(result, Reply):
            asked = retry_after(result.headers.get("retry-after", ""), self.clock.time())
            if asked is not None and asked > self.policy.longest_wait:
                return None
            wait = asked if asked is not None else wait
            if result.status in (429, 503):
                host = self.host(name)
                host.next_start = max(host.next_start, self.clock.monotonic() + wait)
                return 0.0  # the host's next turn is late enough
        return wait


def passing(result: Reply | Failure) -> bool:
    """Whether another try may end otherwise."""
    return result.status in BUSY if isinstance(result, Reply) else result.trouble in PASSING


def retry_after(header: str, now: float) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3); None when it says nothing.

    Args:
        header: a number of seconds or a date.
        now: seconds since 1970.
    """
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
