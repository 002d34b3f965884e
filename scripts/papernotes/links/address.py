"""Web addresses: one spelling for each, so that none is asked twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

PORTS = {"http": 80, "https": 443}
_WEB = re.compile(r"https?:", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\Z")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "/:@!$&'()*+,;=~-._%"


class MalformedError(ValueError):
    """An address that no browser could open; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A normalised http(s) address: ``url`` without fragment, ``fragment`` as written, without ``#``."""

    url: str
    fragment: str = ""

    def __str__(self) -> str:
        return f"{self.url}#{self.fragment}" if self.fragment else self.url

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return self.url.partition(":")[0]

    @property
    def host(self) -> str:
        """The host, in ASCII and lower case, an IPv6 address without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, also where it is the scheme's own."""
        return urlsplit(self.url).port or PORTS[self.scheme]

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """The path, at least ``/``."""
        return urlsplit(self.url).path


def is_web(text: str) -> bool:
    """Whether a link's target is an http(s) address, well formed or not."""
    return bool(_WEB.match(text.strip()))


def parse(text: str) -> Address:
    """Normalise an address (RFC 3986, section 6; host names by UTS 46).

    Args:
        text: an address that :func:`is_web`; host names and paths may be in any script.

    Returns:
        The address with scheme and host in lower case, an ASCII host, no default port, no dot segments, and
        everything else percent-encoded once. A user name or password in it is dropped.

    Raises:
        MalformedError: there is no host, or host or port are not possible.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise MalformedError(str(error)) from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise MalformedError(f"only http and https are asked, not {scheme}")
    host = _host(parts.hostname or "")
    if port == 0:
        raise MalformedError("no server listens on port 0")
    place = host if port in (None, PORTS[scheme]) else f"{host}:{port}"
    path = _without_dots(_quoted(parts.path)) or "/"
    return Address(
        urlunsplit((scheme, place, path, _quoted(parts.query, "/?"), "")), _quoted(parts.fragment, "/?")
    )


def has_credentials(text: str) -> bool:
    """Whether an address carries a user name or password."""
    return "@" in urlsplit(text.strip()).netloc


def joined(base: Address, location: str) -> Address:
    """Where a ``Location`` header leads; it inherits the fragment when it has none (RFC 9110, 10.2.2).

    Raises:
        MalformedError: nowhere, or to another scheme.
    """
    try:
        found = parse(urljoin(base.url, location.strip()))
    except MalformedError:
        raise
    except ValueError as error:
        raise MalformedError(str(error)) from None
    return found if found.fragment else Address(found.url, base.fragment)


def written(address: str) -> str:
    """An address as it can stand in Markdown, in a table and in BibTeX alike."""
    return re.sub(r"[()<>|\\{}\"'*`\[\] ]", lambda match: f"%{ord(match[0]):02X}", address)


def _host(name: str) -> str:
    if not name:
        raise MalformedError("it has no host")
    if ":" in name:
        return f"[{ip_address(name).compressed}]" if _is_ip(name) else _impossible(name)
    if not name.isascii():
        import idna  # a table of a megabyte, for the few addresses that need it

        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError:
            _impossible(name)
    name = name.lower()
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(_LABEL.match(label) and len(label) < 64 for label in labels):
        _impossible(name)
    if labels[-1].isdigit() and not _is_ip(name):
        _impossible(name)
    return name


def _impossible(name: str) -> str:
    raise MalformedError(f"no host can be called {name!r}")


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _quoted(text: str, more: str = "") -> str:
    """Percent-encode what needs it; what is encoded already stays."""
    return quote(_LONE_PERCENT.sub("%25", text), safe=_SAFE + more)


def _without_dots(path: str) -> str:
    """Remove dot segments (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    trailing = "/" if path.endswith(("/.", "/..")) else ""
    return "/" + "/".join(kept) + (trailing if kept else "")
