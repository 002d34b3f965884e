"""From an address to what stands at the end of its redirects."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from papernotes.links.address import Address, MalformedError, joined
from papernotes.links.answers import REDIRECTS, Failure, Hop, Reply, Trail, Trouble
from papernotes.links.client import NOTHING, START, Appetite, Client
from papernotes.links.polite import Manners

MAX_HOPS = 10
"""Redirects that are followed; browsers stop at 20."""
HEAD_IS_BELIEVED = (401, 407, 451, 999)
"""What a HEAD is believed besides success and redirects: a GET would not be told otherwise."""


class Follower:
    """Asks with patience and follows redirects.

    Args:
        client: sends requests.
        manners: says when.
    """

    def __init__(self, client: Client, manners: Manners) -> None:
        self._client = client
        self._manners = manners

    async def follow(self, start: Address, appetite: Appetite = NOTHING, *, begun: bool = False) -> Trail:
        """Follow an address to its end.

        Args:
            start: the address.
            appetite: how much of the page is wanted.
            begun: whether something that has begun waits for it: it goes before the host's other addresses.

        A HEAD is enough where no body is wanted and the host does not lie to it. When redirects given to a
        HEAD end nowhere, a GET follows the whole way once more.
        """
        trail = await self._walk(start, appetite, head=not appetite.limit, begun=begun)
        failed = isinstance(trail.end, Failure) or not trail.end.good
        if failed and trail.hops and not appetite.limit and not isinstance(trail.end, Failure):
            again = await self._walk(start, START, head=False, begun=True)
            if isinstance(again.end, Reply) and again.end.good:
                return again
        return trail

    async def _walk(self, start: Address, appetite: Appetite, *, head: bool, begun: bool) -> Trail:
        hops: list[Hop] = []
        seen: set[tuple[str, str]] = set()
        cookies: dict[str, dict[str, str]] = {}
        at = start
        while True:
            jar = cookies.setdefault(at.host, {})
            cookie = "; ".join(f"{name}={value}" for name, value in sorted(jar.items()))
            if (at.url, cookie) in seen or len(hops) > MAX_HOPS:
                return Trail(start, tuple(hops), Failure(at, Trouble.LOOP))
            seen.add((at.url, cookie))
            result = await self._ask(at, appetite, cookie, head=head, begun=begun or bool(hops))
            if isinstance(result, Failure) or result.status not in REDIRECTS:
                return Trail(start, tuple(hops), result)
            location = result.headers.get("location", "").partition("\n")[0]
            if not location:
                return Trail(start, tuple(hops), result)
            _keep(jar, result.headers.get("set-cookie", ""))
            try:
                at = joined(at, location)
            except MalformedError as error:
                return Trail(start, tuple(hops), Failure(at, Trouble.NOWHERE, str(error)))
            hops.append(Hop(result.status, at))

    async def _ask(
        self, address: Address, appetite: Appetite, cookie: str, *, head: bool, begun: bool
    ) -> Reply | Failure:
        """Ask one address until it answers or has been asked often enough."""
        manners, host = self._manners, self._manners.host(address.host)
        extra = {"Cookie": cookie} if cookie else {}
        tried, lied, pause = 0, False, 0.0
        while True:
            await manners.clock.sleep(pause)
            async with manners.turn(address.host, begun=begun or tried > 0):
                pause = 0.0
                while not pause:  # what can be asked again at once is asked before the host's next address
                    if host.silent:
                        return Failure(address, Trouble.SILENT_HOST)
                    if host.missing:
                        return Failure(address, Trouble.NO_HOST)
                    head = head and not host.get_only
                    method, wanted = (
                        ("HEAD", NOTHING) if head else ("GET", appetite if appetite.limit else START)
                    )
                    async with manners.request(address.host):
                        result = await self._client.send(method, address, wanted, extra)
                    tried += 1
                    again = manners.pause(address.host, result, tried)
                    if head and not _believed(result):
                        head, lied = False, True
                        again = again or (manners.backoff(tried) if _missing(result) else 0.0)
                    if again is None:
                        self._remember(address.host, result, lied=lied)
                        return result
                    pause = again

    def _remember(self, name: str, result: Reply | Failure, *, lied: bool) -> None:
        """Note what an address came to after its last request, for the host's others."""
        self._manners.note(name, result)
        host = self._manners.host(name)
        host.missing = host.missing or _missing(result)
        if lied and isinstance(result, Reply) and (result.good or result.status in REDIRECTS):
            host.get_only = True


def _missing(result: Reply | Failure) -> bool:
    return isinstance(result, Failure) and result.trouble is Trouble.NO_HOST


def _believed(result: Reply | Failure) -> bool:
    """Whether the answer to a HEAD says what a GET would."""
    if isinstance(result, Failure):
        return result.trouble in (Trouble.CERTIFICATE, Trouble.TLS, Trouble.PRIVATE)
    redirects = result.status in REDIRECTS and "location" in result.headers
    return result.good or redirects or result.status in HEAD_IS_BELIEVED


def _keep(jar: dict[str, str], headers: str) -> None:
    """Keep the cookies of a redirect, to be given back to the same host while this address is followed.

    Without them a host that sets a cookie and sends the reader round once looks like an endless loop.
    """
    for line in headers.split("\n"):
        try:
            found = SimpleCookie(line)
        except CookieError:
            continue
        for name, morsel in found.items():
            jar[name] = morsel.coded_value
