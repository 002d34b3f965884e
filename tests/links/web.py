"""A web server on loopback that does what it is told, well or badly: the other end of the link checker's tests.

It runs in a thread of its own. A host is a name under ``.example``; what it does is a function from a request to
an answer, or one that writes to the connection itself. HTTPS is HTTP/1.1 or HTTP/2 (``h2``) with certificates of
an authority made for the purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import h2.config
import h2.connection
import h2.events
import trustme


@dataclass(frozen=True)
class Request:
    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    protocol: str
    before: int
    """How many requests for this host and target came before."""


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: str | bytes = "<!doctype html><title>A page</title><p id=here>All is well with this page."
    headers: Mapping[str, str] = field(default_factory=dict)

    def wire(self, method: str) -> bytes:
        data = self.body if isinstance(self.body, bytes) else self.body.encode()
        given = {"Content-Type": "text/html", "Content-Length": str(len(data)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{key}: {value}" for key, value in given.items() if value)]
        return "\r\n".join([*lines, "", ""]).encode() + (b"" if method == "HEAD" else data)


Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Behaviour = Callable[[Request], Answer | Raw]


def to(location: str, status: int = 301, **headers: str) -> Answer:
    """A redirect."""
    return Answer(status, "", {"Location": location, **headers})


MISSING = Answer(404, "<title>Not found</title>")


class Web:
    """The server. ``hosts`` says what each host does; ``log`` what was asked."""

    def __init__(self) -> None:
        self.hosts: dict[str, Behaviour] = {}
        self.log: list[tuple[str, str, str]] = []
        self.times: list[float] = []
        self.seen: list[Request] = []
        self.open: dict[str, int] = {}
        self.most: dict[str, int] = {}
        """Most requests at a time, by host."""
        self.lookups: list[str] = []
        self.addresses: dict[str, Sequence[str]] = {}
        """What names resolve to, where it is not the server."""
        self.authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        self.ports = {"http": self._servers[0].sockets[0].getsockname()[1]}
        self.ports["https"] = self._servers[1].sockets[0].getsockname()[1]

    def close(self) -> None:
        async def stop() -> None:
            for server in self._servers:
                server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def trust(self) -> ssl.SSLContext:
        """The certificates that a client must trust."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    def asked(self, host: str) -> list[str]:
        """What a host was asked, as ``GET /path``."""
        return [f"{method} {target}" for method, name, target in self.log if name == host]

    async def resolve(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """The resolver of the tests: known hosts are here, others do not exist."""
        self.lookups.append(host)
        here = self.ports["https" if port == 443 else "http"]
        if host in self.addresses:
            return [(address, here) for address in self.addresses[host]]
        if host not in self.hosts:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [("127.0.0.1", here)]

    async def _start(self) -> list[asyncio.Server]:
        first = self._context("default.example", h2_only=False)
        first.sni_callback = self._choose
        plain = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=1 << 20)
        secure = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=first, limit=1 << 20)
        with contextlib.suppress(OSError):  # the same port on IPv6, where there is IPv6
            port = plain.sockets[0].getsockname()[1]
            return [plain, secure, await asyncio.start_server(self._connection, "::1", port)]
        return [plain, secure]

    def _choose(self, channel: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        host = name or "default.example"
        if host not in self._contexts:
            self._contexts[host] = self._context(host, h2_only=host.startswith("h2"))
        channel.context = self._contexts[host]

    def _context(self, host: str, *, h2_only: bool) -> ssl.SSLContext:
        """TLS for a host; what is wrong with its certificate is in its name."""
        authority = trustme.CA() if host.startswith("stranger") else self.authority
        name = "other.example" if host.startswith("wrongname") else host
        until = datetime.now() - timedelta(days=1) if host.startswith("expired") else None
        begin = datetime.now() - timedelta(days=9) if until else None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["h2"] if h2_only else ["http/1.1"])
        if host.startswith("selfsigned"):
            own = trustme.CA()
            with own.private_key_pem.tempfile() as key, own.cert_pem.tempfile() as cert:
                context.load_cert_chain(cert, key)
        else:
            authority.issue_cert(name, not_before=begin, not_after=until).configure_cert(context)
        return context

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        channel = writer.get_extra_info("ssl_object")
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                if channel is not None and channel.selected_alpn_protocol() == "h2":
                    await self._http2(reader, writer)
                else:
                    while await self._http1(reader, writer, "https" if channel else "http"):
                        pass
            finally:
                writer.close()

    async def _http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scheme: str) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        answer = await self._answer(method, headers["host"], target, headers, "HTTP/1.1")
        if not isinstance(answer, Answer):
            await answer(reader, writer)
            return False
        writer.write(answer.wire(method))
        await writer.drain()
        return True

    async def _http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        while True:
            writer.write(connection.data_to_send())
            await writer.drain()
            data = await reader.read(65536)
            if not data:
                return
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    got = {key.decode(): value.decode() for key, value in event.headers}
                    answer = await self._answer(
                        got[":method"], got[":authority"], got[":path"], got, "HTTP/2"
                    )
                    assert isinstance(answer, Answer), "only plain answers over HTTP/2"
                    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
                    body = b"" if got[":method"] == "HEAD" else body
                    given = {"content-type": "text/html", **{k.lower(): v for k, v in answer.headers.items()}}
                    head = [(":status", str(answer.status)), *given.items()]
                    connection.send_headers(event.stream_id, head, end_stream=not body)
                    if body:
                        connection.send_data(event.stream_id, body, end_stream=True)

    async def _answer(
        self, method: str, host: str, target: str, headers: Mapping[str, str], protocol: str
    ) -> Answer | Raw:
        name = host.partition(":")[0] if not host.startswith("[") else host
        before = sum(1 for request in self.seen if (request.host, request.target) == (name, target))
        request = Request(method, name, target, headers, protocol, before)
        self.seen.append(request)
        self.log.append((method, name, target))
        self.times.append(time.monotonic())
        self.open[name] = self.open.get(name, 0) + 1
        self.most[name] = max(self.most.get(name, 0), self.open[name])
        try:
            await asyncio.sleep(0.001)
            return self.hosts.get(name, lambda _: Answer())(request)
        finally:
            self.open[name] -= 1
