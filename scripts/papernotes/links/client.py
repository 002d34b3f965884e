"""One request and its answer, bounded in time and size; connections are kept a pool a host."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterable, Callable, Mapping
from dataclasses import dataclass

import h2.exceptions
import httpcore2

from papernotes.links.address import Address
from papernotes.links.answers import Failure, Reply, Trouble
from papernotes.links.guard import Guard, NoAnswerFromDnsError, NoSuchHostError, NotPublicError
from papernotes.links.polite import Policy

AGENT = "Mozilla/5.0 (compatible; papernotes-links/0.1; +https://github.com/paper-notes/paper-notes)"
HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en,*;q=0.5",
    "Accept-Encoding": "gzip",
}
MAX_BODY = 2 * 1024 * 1024
"""Bytes of a decoded body that are looked at."""
PEEK = 32 * 1024
DRAIN = 16 * 1024
"""A body that is not wanted is still read when it is this short: the connection stays usable."""
POOLS = 128
"""Hosts whose connections are kept open at a time."""

_BAD_CERTIFICATE = (9, 10, 18, 19, 23, 62, 64)
"""OpenSSL's reasons that a browser shares: not yet valid, expired, self-signed (two), revoked, issued for
another name or address. A missing intermediate is not among them: browsers fetch it.
"""


@dataclass(frozen=True, slots=True)
class Appetite:
    """How much of a body is wanted: at most ``limit`` bytes, and no more once ``enough`` says so."""

    limit: int
    enough: Callable[[bytes], bool] = lambda _: False
    errors: bool = False
    """Whether also when the status says that there is no page."""


NOTHING = Appetite(0)
START = Appetite(PEEK)
WHOLE = Appetite(MAX_BODY)
DATA = Appetite(MAX_BODY, errors=True)


class Client:
    """Sends single requests. It follows nothing, repeats nothing and keeps no cookie.

    Args:
        guard: makes the connections.
        policy: how long to wait.
        trust: the certificates to trust; the machine's own when None.
    """

    def __init__(self, guard: Guard, policy: Policy, trust: ssl.SSLContext | None = None) -> None:
        self._guard = guard
        self._policy = policy
        self._trust = trust or httpcore2.default_ssl_context()
        self._pools: OrderedDict[str, httpcore2.AsyncConnectionPool] = OrderedDict()
        self._busy: dict[str, int] = {}

    @property
    def kept(self) -> int:
        """Hosts to which connections are kept."""
        return len(self._pools)

    async def close(self) -> None:
        """Close every connection."""
        while self._pools:
            _, pool = self._pools.popitem()
            await pool.aclose()

    async def send(
        self,
        method: str,
        address: Address,
        appetite: Appetite = NOTHING,
        extra: Mapping[str, str] | None = None,
    ) -> Reply | Failure:
        """One request.

        Args:
            method: HEAD or GET.
            address: where; its fragment is not sent.
            appetite: how much of the body is wanted.
            extra: headers besides the usual ones.

        Returns:
            The answer, or why there is none. Nothing raises.
        """
        origin = address.origin
        self._busy[origin] = self._busy.get(origin, 0) + 1
        try:
            pool = await self._pool(origin)
            async with asyncio.timeout(self._policy.answer):
                return await self._exchange(pool, method, address, appetite, extra or {})
        except Exception as error:  # one strange server must not end the run for all others
            return failure(address, error)
        finally:
            self._busy[origin] -= 1

    async def _exchange(
        self,
        pool: httpcore2.AsyncConnectionPool,
        method: str,
        address: Address,
        appetite: Appetite,
        extra: Mapping[str, str],
    ) -> Reply:
        origin = address.origin.partition("://")[2]
        target = address.url.removeprefix(address.origin)
        # in parts, because the client's own parser drops what follows a semicolon (";2-2" of an old DOI)
        url = httpcore2.URL(scheme=address.scheme, host=address.host, port=address.port, target=target)
        timeout = {"connect": self._policy.connect, "read": self._policy.answer, "write": self._policy.answer}
        sent = [("Host", origin), *HEADERS.items(), *extra.items()]
        async with pool.stream(method, url, headers=sent, extensions={"timeout": timeout}) as response:
            headers: dict[str, str] = {}
            for name, value in response.headers:
                key, text = name.decode("latin-1").lower(), _text(value)
                headers[key] = f"{headers[key]}\n{text}" if key in headers else text
            if method == "HEAD":
                return Reply(address, response.status, headers, head=True)
            limit = appetite.limit if 200 <= response.status < 300 or appetite.errors else 0
            body, complete = await _read(response.stream, headers, limit, appetite.enough)
            return Reply(address, response.status, headers, body, complete)

    async def _pool(self, origin: str) -> httpcore2.AsyncConnectionPool:
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = httpcore2.AsyncConnectionPool(
                ssl_context=self._trust,
                http2=True,
                max_connections=self._policy.per_host,
                keepalive_expiry=10.0,
                network_backend=self._guard,
            )
            idle = [name for name in self._pools if not self._busy.get(name)]
            for other in idle[: max(0, len(self._pools) - POOLS)]:
                await self._pools.pop(other).aclose()
        self._pools.move_to_end(origin)
        return pool


async def _read(
    stream: object, headers: Mapping[str, str], limit: int, enough: Callable[[bytes], bool]
) -> tuple[bytes, bool]:
    """As much of a body as is wanted, decoded, and whether that is all of it."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    length = headers.get("content-length", "")
    if not limit and not (length.isdigit() and int(length) <= DRAIN):
        return b"", False
    unzip = zlib.decompressobj(wbits=47) if coding in {"gzip", "x-gzip", "deflate"} else None
    if unzip is None and coding not in {"", "identity"}:
        return b"", False  # not what was asked for
    body, looked = bytearray(), 0
    assert isinstance(stream, AsyncIterable)  # noqa: S101 - the async client has async streams
    async for chunk in stream:
        if not limit:
            continue
        room = limit - len(body)
        data = unzip.decompress(chunk, room + 1) if unzip else chunk
        body += data[:room]
        if len(data) > room:
            return bytes(body), False
        if len(body) - looked >= PEEK or looked == 0:
            looked = len(body)
            if enough(bytes(body)):
                return bytes(body), False
    return bytes(body), bool(limit) and (unzip is None or unzip.eof)


def _text(value: bytes) -> str:
    """A header's value: UTF-8 where it is, as servers do that put a path there as it is."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def failure(address: Address, error: BaseException) -> Failure:
    """What an exception of the client means."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            known = one.verify_code in _BAD_CERTIFICATE
            return Failure(address, Trouble.CERTIFICATE if known else Trouble.TLS, one.verify_message)
    for one in chain:
        if isinstance(one, ssl.SSLError):
            return Failure(address, Trouble.TLS, one.reason or "")
    for kinds, trouble in _TROUBLES:
        if isinstance(error, kinds):
            return Failure(address, trouble)
    return Failure(address, Trouble.BROKEN, type(error).__name__)


_TROUBLES: tuple[tuple[tuple[type[BaseException], ...], Trouble], ...] = (
    ((NotPublicError,), Trouble.PRIVATE),
    ((NoSuchHostError,), Trouble.NO_HOST),
    ((NoAnswerFromDnsError,), Trouble.DNS),
    ((TimeoutError, httpcore2.TimeoutException), Trouble.TIMEOUT),
    ((httpcore2.ConnectError,), Trouble.REFUSED),
    (
        (httpcore2.NetworkError, httpcore2.ProtocolError, h2.exceptions.H2Error, zlib.error, OSError),
        Trouble.BROKEN,
    ),
)  # fmt: skip
