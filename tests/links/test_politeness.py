"""How often and how many at once a host is asked."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.conftest import Asking
from links.web import MISSING, Answer
from papernotes.links.address import parse
from papernotes.links.answers import Reply
from papernotes.links.client import POOLS, Client
from papernotes.links.guard import Guard
from papernotes.links.polite import Manners, Policy, SystemClock, Turns, retry_after


def honest(request):
    return MISSING if "papernotes" in request.target else Answer()


class Virtual(SystemClock):
    """A clock that stands still except while somebody sleeps; it remembers for how long."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds:
            self.slept.append(round(seconds, 6))
        self.now += seconds
        await asyncio.sleep(0)


def test_requests_to_a_host_are_spaced_and_few_at_a_time() -> None:
    clock = Virtual()
    begun: dict[str, list[float]] = {"a": [], "b": []}
    busy, most = {"a": 0, "b": 0}, {"a": 0, "b": 0}

    async def one(manners: Manners, name: str) -> None:
        async with manners.turn(name, begun=False), manners.request(name):
            begun[name].append(clock.now)
            busy[name] += 1
            most[name] = max(most[name], busy[name])
            for _ in range(7):
                await asyncio.sleep(0)
            busy[name] -= 1

    async def scene() -> None:
        policy = Policy(spacing=0.1, slow_hosts={"b": 3.0}, per_host=2)
        manners = Manners(policy, clock, lambda: 0.5)
        await asyncio.gather(*(one(manners, name) for name in "abaaaaaaabbb"))

    asyncio.run(scene())
    gaps = {name: [y - x for x, y in itertools.pairwise(times)] for name, times in begun.items()}
    assert begun["a"][0] == begun["b"][0] == 1000.0  # the hosts do not wait for each other
    assert min(gaps["a"]) > 0.0999
    assert min(gaps["b"]) > 2.999
    assert most["a"] <= 2


def test_all_hosts_together_are_bounded(ask: Asking) -> None:
    busy, most = 0, 0

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.02)
        busy -= 1
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    for number in range(12):
        ask.web.hosts[f"h{number}.example"] = lambda r: slow
    few = ask.with_policy(together=3)
    assert few.kinds(*(f"http://h{number}.example/" for number in range(12))) == ["ok"] * 12
    assert most == 3


def test_retry_after_holds_back_the_whole_host(ask: Asking) -> None:
    first = {"Retry-After": "2"}
    ask.web.hosts["a.example"] = lambda r: Answer(429, "", first) if len(ask.web.log) == 1 else honest(r)
    clock = Virtual()
    ask.world = replace(ask.world, clock=clock)
    one = ask.with_policy(per_host=1)
    assert one.kinds("http://a.example/1", "http://a.example/2") == ["ok", "ok"]
    assert ask.web.asked("a.example")[:2] == ["HEAD /1", "GET /1"]  # the second address had to wait as well
    assert clock.slept == [2.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_too_long_a_pause_is_left_alone(status: int, ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer(status, "", {"Retry-After": "86400"})
    one = ask.with_policy(per_host=1)
    assert one.kinds(*(f"http://a.example/{n}" for n in range(30))) == ["unverifiable"] * 30
    assert len(ask.web.log) == 6  # HEAD and GET for three addresses, then no more


def test_waiting_times_double_and_differ(ask: Asking) -> None:
    ask.web.hosts["a.example"] = lambda r: Answer(500)
    clock = Virtual()
    ask.world = replace(ask.world, clock=clock)
    slower = ask.with_policy(backoff=1.0, tries=5)
    assert slower.kinds("http://a.example/") == ["unverifiable"]
    assert clock.slept == [0.75, 1.5, 3.0, 6.0]  # 1, 2, 4, 8, of which jitter takes a quarter in these tests


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        (formatdate(1_000_060, usegmt=True), 60),
        (formatdate(999_000, usegmt=True), 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Fri, 99 Foo 2026 25:00:00 GMT", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert retry_after(header, 1_000_000) == seconds


@given(st.text())
def test_retry_after_takes_any_text(header: str) -> None:
    assert (retry_after(header, 0.0) or 0.0) >= 0.0


def test_who_has_begun_goes_first_and_nobody_is_lost() -> None:
    async def scene() -> list[str]:
        turns, order = Turns(1), []

        async def one(name: str, *, begun: bool) -> None:
            await turns.take(begun=begun)
            order.append(name)
            await asyncio.sleep(0)
            turns.give()

        await turns.take(begun=False)
        tasks = [asyncio.create_task(one(name, begun=name > "m")) for name in ("a", "b", "x", "gone", "y")]
        await asyncio.sleep(0)
        tasks[3].cancel()
        turns.give()
        await asyncio.gather(*tasks, return_exceptions=True)
        await turns.take(begun=False)
        return order

    assert asyncio.run(scene()) == ["x", "y", "a", "b"]


def test_connections_are_kept_for_so_many_hosts_only(ask: Asking) -> None:
    hosts = [f"h{number}.example" for number in range(POOLS + 20)]
    ask.web.hosts |= dict.fromkeys(hosts, lambda r: Answer())
    origins = [parse(f"http://{host}/") for host in hosts]

    async def scene() -> list[int]:
        client = Client(Guard(ask.web.resolve, ask.world.public), ask.world.policy, ask.world.trust)
        kept = []
        for origin in origins:
            assert isinstance(await client.send("HEAD", origin), Reply)
            kept.append(client.kept)
        await client.close()
        return [*kept, client.kept]

    assert asyncio.run(scene()) == [*range(1, POOLS + 1), *[POOLS] * 20, 0]
