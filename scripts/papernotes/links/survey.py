"""One run: every address asked once, each verdict given as soon as it is known."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from papernotes.links import fragments
from papernotes.links.address import Address
from papernotes.links.answers import Failure, Reply, Trail, Trouble
from papernotes.links.client import MAX_BODY, NOTHING, WHOLE, Appetite
from papernotes.links.follow import Follower
from papernotes.links.identifiers import Identifier, identifier
from papernotes.links.judge import judge, judge_fragment, needs_body
from papernotes.links.polite import Manners
from papernotes.links.registries import Registries, ask
from papernotes.links.verdict import Verdict

Verdicts = Mapping[Address, Verdict]


class Survey:
    """Asks addresses.

    Args:
        follower: asks one.
        manners: knows the hosts.
        registries: where identifiers are asked.
        online: whether name servers can be asked at all, so that a broken network kills no link.
        honest: origins that are known to answer a made-up address with an error; those found are added.
    """

    def __init__(
        self,
        follower: Follower,
        manners: Manners,
        registries: Registries,
        online: Callable[[], Awaitable[bool]],
        honest: set[str],
    ) -> None:
        self._follower = follower
        self._manners = manners
        self._registries = registries
        self._online = online
        self._honest = honest
        self._found: asyncio.Queue[Verdicts | None] = asyncio.Queue()
        self._beside: dict[str, str] = {}
        self._probes: dict[str, asyncio.Task[Trail]] = {}

    async def run(self, addresses: Sequence[Address]) -> AsyncIterator[Verdicts]:
        """Ask every address; those that differ in their fragment only are asked together.

        Yields:
            Verdicts as they come, each address once. When the time of the run is over, those that had not
            come to their turn are not among them.
        """
        identifiers: dict[Identifier, list[Address]] = defaultdict(list)
        pages: dict[str, list[Address]] = defaultdict(list)
        for address in sorted(set(addresses)):
            if (name := identifier(address)) is not None:
                identifiers[name].append(address)
            else:
                pages[address.url].append(address)
                if address.path != "/":
                    self._beside.setdefault(address.origin, address.url)
        jobs: list[Coroutine[Any, Any, None]] = []
        for together in pages.values():
            self._manners.host(together[0].host).waiting += 1
            jobs.append(self._page(together))
        if identifiers:
            jobs.append(self._registered(identifiers))
        work = asyncio.create_task(self._all(jobs))
        try:
            while (found := await self._found.get()) is not None:
                yield found
            await work
        finally:
            work.cancel()
            for probe in self._probes.values():
                probe.cancel()
            await asyncio.gather(work, *self._probes.values(), return_exceptions=True)

    async def _all(self, jobs: Sequence[Coroutine[Any, Any, None]]) -> None:
        try:
            async with asyncio.timeout(self._manners.policy.deadline), asyncio.TaskGroup() as group:
                for job in jobs:
                    group.create_task(job)
        except TimeoutError:
            pass  # what has no verdict by now has none
        finally:
            self._found.put_nowait(None)

    async def _page(self, together: Sequence[Address]) -> None:
        """Ask one page, and judge every address on it."""
        start = Address(together[0].url)
        try:
            wanted = [one.fragment for one in together if fragments.checked(one.fragment)]
            appetite = Appetite(MAX_BODY, fragments.all_found(wanted)) if wanted else NOTHING
            trail = await self._follower.follow(start, appetite)
            if (
                isinstance(trail.end, Failure)
                and trail.end.trouble is Trouble.NO_HOST
                and not await self._online()
            ):
                trail = replace(trail, end=Failure(trail.end.address, Trouble.DNS))
            probe = await self._probe(start) if self._doubtful(trail) else None
            if needs_body(trail, probe):
                trail = await self._follower.follow(start, WHOLE, begun=True)
            page = judge(trail, probe)
            self._found.put_nowait({one: judge_fragment(page, trail, one) for one in together})
        finally:
            self._manners.host(start.host).waiting -= 1

    def _doubtful(self, trail: Trail) -> bool:
        """Whether a success may be a soft 404: a web page, not the front page, on no host known as honest."""
        end = trail.end
        return (
            isinstance(end, Reply)
            and end.good
            and trail.start.path != "/"
            and (end.html or "content-type" not in end.headers)
            and trail.start.origin not in self._honest
        )

    async def _probe(self, start: Address) -> Trail:
        """How the host answers a made-up address beside one of those that are asked; it is asked once."""
        origin = start.origin
        if origin not in self._probes:
            made_up = f"papernotes-{hashlib.sha256(origin.encode()).hexdigest()[:16]}"
            address = Address(urljoin(self._beside[origin].partition("?")[0], made_up))
            self._probes[origin] = asyncio.create_task(self._follower.follow(address, WHOLE, begun=True))
        trail = await self._probes[origin]
        if isinstance(trail.end, Reply) and trail.end.status in (404, 410):
            self._honest.add(origin)
        elif isinstance(trail.end, Reply) and trail.end.good and not trail.hops:
            self._manners.host(start.host).get_only = True  # its other pages are needed as well
        return trail

    async def _registered(self, identifiers: Mapping[Identifier, Sequence[Address]]) -> None:
        """Ask the registries."""
        async for verdicts in ask(list(identifiers), self._follower, self._registries):
            self._found.put_nowait(
                {address: verdict for name, verdict in verdicts.items() for address in identifiers[name]}
            )
