"""What the answers to an address mean. Pure functions: observations in, verdicts out."""

from __future__ import annotations

import re

from papernotes.links import fragments, pages
from papernotes.links.address import Address
from papernotes.links.answers import PERMANENT, Failure, Reply, Trail, Trouble
from papernotes.links.verdict import FINE, Kind, Verdict

GONE = (404, 410)
PERSISTENT = ("doi.org", "dx.doi.org", "hdl.handle.net", "purl.org", "w3id.org", "n2t.net", "archive.org")
"""Hosts whose addresses are meant to redirect for ever."""
_FRONT = re.compile(r"/(?:[a-z]{2}(?:[-_][a-zA-Z]{2})?/?)?(?:index\.\w+)?")


def needs_body(trail: Trail, probe: Trail | None) -> bool:
    """Whether only the page itself can tell if it is a soft 404.

    Args:
        trail: how the address was followed.
        probe: how a made-up address beside it was followed.
    """
    end = trail.end
    if probe is None or trail.hops or probe.hops or not _answers(probe) or not isinstance(end, Reply):
        return False
    return end.good and not end.complete and isinstance(probe.end, Reply) and end.html == probe.end.html


def judge(trail: Trail, probe: Trail | None = None) -> Verdict:
    """Judge a page.

    Args:
        trail: how the address was followed, and the answer.
        probe: the same for a made-up address beside it, where that was asked.
    """
    end = trail.end
    if isinstance(end, Failure):
        return _failed(end)
    redirected = bool(trail.hops) and end.address.path != trail.start.path
    if barrier := pages.wall(end, redirected=redirected):
        return Verdict(Kind.UNVERIFIABLE, barrier)
    if end.status in GONE:
        return Verdict(Kind.DEAD, f"it answers {end.status}{_after(trail)}")
    if not end.good:
        return Verdict(Kind.UNVERIFIABLE, f"it answers {end.status}{_after(trail)}")
    if (verdict := _soft(trail, end, probe)) is not None:
        return verdict
    if trail.hops and _front(end.address) and not _front(trail.start):
        return Verdict(Kind.UNVERIFIABLE, f"it leads to the front page of {end.address.host}")
    if target := _new_address(trail):
        return Verdict(Kind.MOVED, "", str(target))
    return Verdict(Kind.OK)


def judge_fragment(page: Verdict, trail: Trail, address: Address) -> Verdict:
    """Judge an address with a fragment.

    Args:
        page: the verdict on its page.
        trail: how the page was followed.
        address: the address.
    """
    if page.kind not in FINE:
        return page
    end = trail.end
    own = isinstance(end, Reply) and not end.address.fragment and fragments.checked(address.fragment)
    if own and isinstance(end, Reply) and fragments.missing(end, address.fragment):
        return Verdict(Kind.NO_FRAGMENT, f"the page has no place called {address.fragment!r}")
    if page.target:
        new = page.target if "#" in page.target else str(Address(page.target, address.fragment))
        return Verdict(page.kind, page.reason, new)
    return page


def _failed(end: Failure) -> Verdict:
    detail = f" ({end.detail})" if end.detail else ""
    if end.trouble is Trouble.NO_HOST:
        return Verdict(Kind.DEAD, f"the host {end.address.host} does not exist")
    if end.trouble is Trouble.CERTIFICATE:
        return Verdict(Kind.CERTIFICATE, f"of {end.address.host}{detail}")
    return Verdict(Kind.UNVERIFIABLE, f"{end.trouble}{detail}")


def _answers(probe: Trail | None) -> bool:
    """Whether a made-up address is answered like a page."""
    return probe is not None and isinstance(probe.end, Reply) and probe.end.good


def _soft(trail: Trail, end: Reply, probe: Trail | None) -> Verdict | None:
    """The verdict on an address that is answered as a made-up one is; None when it is not."""
    if probe is None or not _answers(probe) or not isinstance(probe.end, Reply):
        return None
    if probe.hops:
        same_end = end.address.url.partition("?")[0] == probe.end.address.url.partition("?")[0]
        if trail.hops and same_end:
            where = end.address.url.partition("?")[0]
            return Verdict(Kind.SOFT, f"it leads to {where}, as any made-up address of that host does")
        return None
    if trail.hops or end.head or not pages.same(end, probe.end):
        return None
    if pages.wall(probe.end, redirected=False):
        return Verdict(Kind.UNVERIFIABLE, "it asks robots to prove themselves")
    if end.html and pages.read(end).shell:
        return Verdict(Kind.UNVERIFIABLE, "its pages are made by scripts")
    return Verdict(Kind.SOFT, "it answers as to any made-up address of that host")


def _front(address: Address) -> bool:
    """Whether an address is that of a front page, perhaps one for a language."""
    return bool(_FRONT.fullmatch(address.path)) and "?" not in address.url


def _new_address(trail: Trail) -> Address | None:
    """Where an address has moved for ever: the end of the permanent redirects it begins with."""
    host = trail.start.host
    if any(host == name or host.endswith(f".{name}") for name in PERSISTENT):
        return None
    found = None
    for hop in trail.hops:
        if hop.status not in PERMANENT:
            break
        found = hop.to
    return found if found != trail.start else None


def _after(trail: Trail) -> str:
    return f" at {trail.end.address.url}" if trail.hops else ""
