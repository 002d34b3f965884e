"""Which hosts everybody can reach."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""Reserved for protocols; some releases of Python 3.11 and 3.12 take parts of it for public."""
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa", ".lan")


def is_public(address: str) -> bool:
    """Whether an IP address is one that everybody can reach.

    IPv4 addresses inside IPv6 ones (mapped, 6to4, Teredo, NAT64) are judged themselves.
    """
    ip = ip_address(address.partition("%")[0])
    inner: Iterable[IPv4Address | None] = ()
    if isinstance(ip, IPv6Address):
        teredo = ip.teredo[1] if ip.teredo else None
        nat64 = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
        inner = (ip.ipv4_mapped, ip.sixtofour, teredo, nat64)
        if ip.is_site_local:
            return False
    if found := next((one for one in inner if one is not None), None):
        return is_public(str(found))
    return ip.is_global and ip not in _PROTOCOLS and not ip.is_multicast and not ip.is_reserved


def is_public_name(host: str) -> bool:
    """Whether a host, as it is written, can be public: no private IP address, no local name."""
    try:
        return is_public(host)
    except ValueError:
        return not is_local_name(host)


def is_local_name(host: str) -> bool:
    """Whether a name, not an IP address, is one that only a local network knows (RFC 6761, 6762, 8375)."""
    name = host.removesuffix(".")
    return name.endswith(_LOCAL_NAMES) or ("." not in name and ":" not in name)
