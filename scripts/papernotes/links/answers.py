"""What came back: an answer, or what went wrong instead; and the way there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from papernotes.links.address import Address

PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)


class Trouble(StrEnum):
    """Why there is no answer."""

    NO_HOST = "the host does not exist"
    DNS = "the name servers gave no answer"
    PRIVATE = "it leads to an address that is not public"
    REFUSED = "the connection was refused"
    BROKEN = "the connection broke"
    TIMEOUT = "no answer in time"
    CERTIFICATE = "the certificate is not valid"
    TLS = "no secure connection could be made"
    LOOP = "it redirects without end"
    NOWHERE = "it redirects to what is no web address"
    SILENT_HOST = "the host answered nothing else either"
    OUT_OF_TIME = "the run ended before its turn"


PASSING = (Trouble.DNS, Trouble.REFUSED, Trouble.BROKEN, Trouble.TIMEOUT)
"""Troubles that may be over a moment later."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, lower-case headers, as much of the decoded body as was wanted."""

    address: Address
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False
    """Whether ``body`` is all of it."""
    head: bool = False
    """Whether it answers a HEAD request."""

    @property
    def html(self) -> bool:
        """Whether it says that it is a web page."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind in {"text/html", "application/xhtml+xml"}

    @property
    def good(self) -> bool:
        """Whether the status says that the page is there."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer: why, and the client's own words."""

    address: Address
    trouble: Trouble
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: its status and where it leads."""

    status: int
    to: Address


@dataclass(frozen=True, slots=True)
class Trail:
    """The redirects that were followed from an address, and what stood at their end."""

    start: Address
    hops: tuple[Hop, ...]
    end: Reply | Failure
