"""What is said of an address, now and over time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is said of an address."""

    OK = "ok"
    MOVED = "moved"
    DEAD = "dead"
    SOFT = "soft 404"
    NO_FRAGMENT = "no fragment"
    UNREGISTERED = "not registered"
    CERTIFICATE = "certificate"
    UNVERIFIABLE = "unverifiable"


ACCUSING = (Kind.DEAD, Kind.SOFT, Kind.NO_FRAGMENT, Kind.UNREGISTERED)
"""Kinds that are told as errors, once they are confirmed."""
FINE = (Kind.OK, Kind.MOVED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an address, and why.

    Args:
        kind: what.
        reason: why, as the end of a sentence; empty when all is well.
        target: the new address of what has moved.
        title: the title that a registry gives to a DOI or an arXiv identifier.
    """

    kind: Kind
    reason: str = ""
    target: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict with its history.

    Args:
        verdict: what is said.
        checked: when it was asked, seconds since 1970.
        fine: when it was last found well, if ever.
        failing: since when it has not been well, if it is not.
        accused: since when it is accused: when it first failed in a way that counts.
        confirmed: whether an accusation has been confirmed at another time.
    """

    verdict: Verdict
    checked: float
    fine: float | None = None
    failing: float | None = None
    accused: float | None = None
    confirmed: bool = False
