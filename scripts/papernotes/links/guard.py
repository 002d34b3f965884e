"""Which network addresses may be connected to, decided where the connection is made.

A name is resolved once for a connection, every answer is judged, and the connection goes to a judged address:
a name server that changes its mind in between (DNS rebinding) gains nothing. A redirect gets no further than
a link, because every connection passes here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore2

from papernotes.links.public import is_local_name

Resolve = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]
"""From host and port to the (IP address, port) pairs to try, in order; raises socket.gaierror."""

STAGGER = 0.3
"""Seconds between attempts at a host's addresses, so that a dead IPv6 route costs no timeout (RFC 8305)."""


class NotPublicError(Exception):
    """The host is, or resolves to, an address that is not on the public Internet."""


class NoSuchHostError(Exception):
    """The name servers say that the host does not exist."""


class NoAnswerFromDnsError(Exception):
    """The name servers could not be asked, or could not say."""


async def resolve(host: str, port: int) -> Sequence[tuple[str, int]]:
    """Ask the system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((str(item[4][0]), port) for item in found))


class Guard(httpcore2.AsyncNetworkBackend):
    """Connects for the HTTP client.

    Args:
        resolver: from names to addresses.
        public: whether an IP address may be connected to; None: every one may.
    """

    def __init__(self, resolver: Resolve, public: Callable[[str], bool] | None) -> None:
        self._resolver = resolver
        self._public = public
        self._backend = httpcore2.AnyIOBackend()

    async def addresses(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """The addresses of a host that may be connected to.

        Raises:
            NotPublicError: one of its addresses is not public: a host that is both is an attack or a mistake.
            NoSuchHostError, NoAnswerFromDnsError: it has no address.
        """
        if self._public and is_local_name(host):
            raise NotPublicError(host)
        try:
            found = await self._resolver(host, port)
        except socket.gaierror as error:
            missing = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            raise (NoSuchHostError if error.errno in missing else NoAnswerFromDnsError)(host) from None
        except UnicodeError:
            raise NoSuchHostError(host) from None
        for address, _ in found:
            if self._public and not self._public(address):
                raise NotPublicError(f"{host} is {address}")
        return found

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first judged address that answers; called by the HTTP client."""
        try:
            async with asyncio.timeout(timeout):
                found = await self.addresses(host, port)
                return _Stream(await self._race(found))
        except TimeoutError:
            raise httpcore2.ConnectTimeout(f"{host} did not answer") from None

    async def _race(self, addresses: Sequence[tuple[str, int]]) -> httpcore2.AsyncNetworkStream:
        """Try each address, the next when one has failed or is slow; keep the first that connects."""
        waiting: set[asyncio.Task[httpcore2.AsyncNetworkStream]] = set()
        error: BaseException = NoAnswerFromDnsError("no address")
        todo = list(addresses)
        try:
            while todo or waiting:
                if todo:
                    address, port = todo.pop(0)
                    waiting.add(asyncio.create_task(self._backend.connect_tcp(address, port)))
                done, waiting = await asyncio.wait(
                    waiting, timeout=STAGGER if todo else None, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    if (failure := task.exception()) is None:
                        waiting |= done - {task}
                        return task.result()
                    error = failure
            raise error
        finally:
            for task in waiting:
                task.cancel()
            for result in await asyncio.gather(*waiting, return_exceptions=True):
                if isinstance(result, httpcore2.AsyncNetworkStream):
                    with contextlib.suppress(OSError):
                        await result.aclose()  # it connected as well, a moment later


class _Stream(httpcore2.AsyncNetworkStream):
    """A connection that is closed also when the run gives up in the middle of a TLS handshake."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
