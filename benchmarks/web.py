"""A web of faults on loopback: a host is an address 127.0.0.x, what it does is the first part of the path.

    python benchmarks/web.py PORT TLS_PORT HOSTS

``/__count`` on 127.0.0.1 answers with the number of requests since it was last asked, and forgets who has
asked for what; ``/__page`` is a page that links to everything in ``links.txt`` beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import trustme

KINDS: dict[str, tuple[int, bool | None]] = {
    # kind: how many, and whether it is right to call it dead (None: it is right to name the certificate)
    "alive": (3400, False),
    "fragment": (90, False),
    "slow": (45, False),
    "head405": (90, False),
    "head403": (45, False),
    "head404": (45, False),
    "agent": (45, False),
    "redirect": (90, False),
    "moved": (90, False),
    "cookie": (20, False),
    "busy": (45, False),
    "later": (20, False),
    "dropped": (45, False),
    "huge": (10, False),
    "refuses": (90, False),
    "robot": (20, False),
    "limits": (10, False),
    "broken": (20, False),
    "hangs": (10, False),
    "drips": (10, False),
    "resets": (10, False),
    "loop": (10, False),
    "endless": (10, False),
    "certificate": (20, None),
    "softalive": (150, False),
    "gone": (180, True),
    "gone410": (45, True),
    "redirectgone": (45, True),
    "nofragment": (45, True),
    "nohost": (20, True),
    "soft": (225, True),
}
WORDS = """the network learns a small correction to its input and adds it back so that gradients reach early
layers while deeper stacks of plain convolutions train worse than shallow ones on the same data""".split()


def page(title: str, text: str) -> bytes:
    """A small web page."""
    return f"<!doctype html><title>{title}</title><body><h1 id=here>{title}</h1><p>{text}</body>".encode()


def prose(path: str) -> bytes:
    """A page of its own for every path."""
    start = sum(path.encode()) % len(WORDS)
    return page(path, " ".join(WORDS[start:] + WORDS[:start]))


SORRY = page("Lost", "Sorry, we could not find what you are looking for. Please go back to the start.")
NAMES = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found"}


class Faults:
    """What every path does."""

    def __init__(self) -> None:
        self.requests = 0
        self.before: Counter[str] = Counter()

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests until the connection ends."""
        host = writer.get_extra_info("sockname")[0]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            try:
                while await self.one(host, reader, writer):
                    pass
            finally:
                writer.close()

    async def one(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether another may follow."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split(" ", 2)
        path = target.partition("?")[0]
        kind = path.split("/")[1]
        send = Sender(writer, method)
        if kind == "__count":
            await send(200, str(self.requests).encode())
            self.requests = 0
            self.before.clear()
            return False
        if kind == "__page":
            links = (Path(__file__).parents[1] / ".cache/bench/links/links.txt").read_text().split()
            await send(200, "\n".join(f'<a href="{link}">x</a>' for link in links).encode())
            return False
        self.requests += 1
        before = self.before[host + path]
        self.before[host + path] += 1
        soft = int(host.rpartition(".")[2]) > 45
        there = kind in KINDS and path.rpartition("/")[2].rstrip("x").isdigit()
        answer = getattr(self, kind, None) if there else None
        if answer is None:
            await send(200 if soft else 404, SORRY)
            return True
        return bool(await answer(path, head, method, before, send))

    async def alive(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """All is well."""
        await send(200, prose(path))
        return True

    fragment = nofragment = softalive = alive

    async def slow(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It takes a second."""
        await asyncio.sleep(1)
        return await self.alive(path, head, method, before, send)

    async def head405(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """HEAD is not allowed."""
        await send(405 if method == "HEAD" else 200, prose(path))
        return True

    async def head403(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """HEAD is forbidden."""
        await send(403 if method == "HEAD" else 200, prose(path))
        return True

    async def head404(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """HEAD is told a wrong 404."""
        await send(404 if method == "HEAD" else 200, prose(path))
        return True

    async def agent(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """Only browsers are welcome."""
        await send(200 if "mozilla/5.0" in head.lower() else 403, prose(path))
        return True

    async def redirect(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It is elsewhere for today."""
        await send(302, b"", location=path.replace("/redirect", "/alive/from"))
        return True

    async def moved(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It is elsewhere for ever."""
        await send(301, b"", location=path.replace("/moved", "/alive/new"))
        return True

    async def redirectgone(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It leads to nothing."""
        await send(302, b"", location=path.replace("/redirectgone", "/gone/from"))
        return True

    async def cookie(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It sends round until its cookie comes back."""
        if "seen=1" in head:
            return await self.alive(path, head, method, before, send)
        await send(302, b"", location=path, set_cookie="seen=1")
        return True

    async def busy(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """The first request is one too many."""
        await send(200 if before else 503, prose(path))
        return True

    async def later(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """Come again in a second."""
        await send(200 if before else 429, prose(path), retry_after="1")
        return True

    async def dropped(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """The first connection is dropped."""
        if not before:
            return False
        return await self.alive(path, head, method, before, send)

    async def huge(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """A body of 64 MB."""
        send.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 67108864\r\n\r\n")
        for _ in range(1024 if method == "GET" else 0):
            send.writer.write(b"x" * 65536)
            await send.writer.drain()
        return method == "HEAD"

    async def refuses(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """Robots are not let in."""
        await send(403, page("Forbidden", "No."))
        return True

    async def robot(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """Robots are recognised."""
        await send(999, b"")
        return True

    async def limits(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """Too many requests, whenever."""
        await send(429, b"")
        return True

    async def broken(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """Broken for today."""
        await send(500, b"")
        return True

    async def hangs(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """No answer."""
        await asyncio.sleep(120)
        return False

    async def drips(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """An answer without end, a line a second."""
        send.writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(120):
            send.writer.write(b"X-%d: x\r\n" % number)
            await send.writer.drain()
            await asyncio.sleep(1)
        return False

    async def resets(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """The connection is reset."""
        raw = send.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        send.writer.transport.abort()
        return False

    async def loop(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It redirects to itself."""
        await send(302, b"", location=path)
        return True

    async def endless(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It redirects to ever new addresses."""
        await send(302, b"", location=f"{path}x")
        return True

    async def gone(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It is not there."""
        await send(404, SORRY)
        return True

    async def gone410(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It is not there, and never again."""
        await send(410, SORRY)
        return True

    async def soft(self, path: str, head: str, method: str, before: int, send: Sender) -> bool:
        """It is not there, and that is a success."""
        await send(200, SORRY)
        return True


class Sender:
    """Writes answers to one connection."""

    def __init__(self, writer: asyncio.StreamWriter, method: str) -> None:
        self.writer = writer
        self.method = method

    async def __call__(self, status: int, body: bytes, **headers: str) -> None:
        """Send a whole answer."""
        lines = [f"HTTP/1.1 {status} {NAMES.get(status, 'X')}", "Content-Type: text/html"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        self.writer.write("\r\n".join(lines).encode() + (b"" if self.method == "HEAD" else body))
        await self.writer.drain()


def certificate() -> ssl.SSLContext:
    """TLS with a certificate that has signed itself."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as cert:
        context.load_cert_chain(cert, key)
    return context


async def serve(port: int, tls_port: int, hosts: int) -> None:
    """Serve until the process is ended."""
    faults, names = Faults(), [f"127.0.0.{number}" for number in [*range(1, hosts + 1), 200]]
    start: Callable[..., object] = asyncio.start_server
    await asyncio.gather(*(start(faults.connection, name, port, backlog=512) for name in names))
    await asyncio.gather(
        *(start(faults.connection, name, tls_port, ssl=certificate()) for name in names[:1]),
        *(start(faults.connection, name, tls_port, ssl=certificate()) for name in names[1:2]),
    )
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*(int(argument) for argument in sys.argv[1:4])))
