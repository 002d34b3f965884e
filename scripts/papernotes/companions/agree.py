"""Does a recomputed value equal the one that a ledger shows, to the digits shown? Pure.

How a shown value is read:

- ``25,557,032``: groups of three behind a comma or a narrow space are one number, behind a space not.
- ``3.57 %``, ``3.8 billion``, ``224px``: the number, in the unit shown, whatever the unit.
- ``7 × 7 × 30``, ``7x7x30``, ``28.4 ± 0.2``, ``1:3``, ``3–5``, ``1/16``: as many numbers as there are.
- ``1.2×10⁻³``, ``1.2 × 10^-3``, ``1.2e-3``, ``10⁻³``: one number, to the digits of its first part.
- ``2^20``, ``2²⁰``: the power, exactly.
- ``−5``, ``-5``: negative, except directly behind a digit or a letter (``3-5``).
- ``< 0.1``, ``≥ 3``: a bound, which the recomputed value must keep.
- ``ResNet-50``, ``P100``, ``top-5``: names, not numbers.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

from papernotes.companions.outcome import Outcome, Scalar
from papernotes.corpus.document import Number

_SUPERSCRIPT = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_RAISED = r"(?:\^\{?(?P<@caret>[-−+]?[0-9]{1,3})(?![0-9])\}?|(?P<@small>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))"
_NUMBER = re.compile(
    r"(?:(?P<bound>[<>≤≥])\s*)?"
    r"(?<![A-Za-z\u0370-\u03ff_0-9.])(?<![A-Za-z\u0370-\u03ff]-)"
    r"(?P<sign>(?<![A-Za-z0-9)])[-−+])?"
    r"(?P<digits>[0-9]{1,3}(?:[,\u00a0\u2009\u202f][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?P<tail>[eE](?P<e>[-−+]?[0-9]{1,3})(?![0-9])|\s*[×·]\s*10"
    + _RAISED.replace("@", "ten")
    + "|"
    + _RAISED.replace("@", "own")
    + ")?"
)
_GROUPS = re.compile("[,\u00a0\u2009\u202f]")
_BOUNDS = {"<": operator.lt, ">": operator.gt, "≤": operator.le, "≥": operator.ge}
_EXACT = Decimal("1e-9")
_DIGITS = 3000
"""Enough for every float and for the largest integer that a companion may return."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One number of a shown value.

    Args:
        value: the number.
        step: worth of its last digit shown; None for a power, which is exact.
        bound: ``<``, ``≤``, ``>``, ``≥``, or empty.
        start: where it begins in the text.
        end: where it ends.
        decimals: digits shown behind the point.
        exponent: power of ten that its digits are multiplied by.
        group: what parts its thousands; empty when nothing does.
        tail: how its exponent is written.
    """

    value: Decimal
    step: Decimal | None
    bound: str
    start: int
    end: int
    decimals: int = 0
    exponent: int = 0
    group: str = ""
    tail: str = ""


def displayed(value: str) -> tuple[Shown, ...]:
    """The numbers of a ledger's value.

    Args:
        value: what readers see, e.g. ``7 × 7 × 30``.

    Returns:
        Its numbers in order; none when it shows none.
    """
    text = re.sub(r"(?<=[0-9])x(?=[0-9])", "×", value)
    with localcontext(prec=_DIGITS):
        return tuple(_shown(match) for match in _NUMBER.finditer(text))


def _shown(match: re.Match[str]) -> Shown:
    digits = match["digits"]
    groups = _GROUPS.findall(digits)
    plain = _GROUPS.sub("", digits)
    sign = -1 if match["sign"] in ("-", "−") else 1
    decimals = len(plain.partition(".")[2])
    exponent, own = _power(match, "e", "tencaret", "tensmall"), _power(match, "owncaret", "ownsmall")
    bound, start = match["bound"] or "", match.start()
    if own is not None and plain != "10":
        base = Decimal(plain)
        power = base**own if base or own > 0 else Decimal(0)
        return Shown(sign * power, None, bound, start, match.end())
    if own is not None:
        return Shown(sign * Decimal(1).scaleb(own), Decimal(1).scaleb(own), bound, start, match.end(), 0, own)
    shift = exponent or 0
    return Shown(
        sign * Decimal(plain).scaleb(shift),
        Decimal(1).scaleb(shift - decimals),
        bound,
        start,
        match.end(),
        decimals,
        shift,
        groups[0] if groups else "",
        match["tail"] or "",
    )


def _power(match: re.Match[str], *names: str) -> int | None:
    """The exponent that one of the groups holds."""
    written = next((match[name] for name in names if match[name]), None)
    return None if written is None else int(written.translate(_SUPERSCRIPT).replace("−", "-"))


def disagreement(number: Number, outcome: Outcome) -> str | None:
    """How a recomputed value differs from the ledger's.

    Args:
        number: the row of the ledger.
        outcome: what its check function gave, in the unit shown; numbers in the order shown.

    Returns:
        None when it is the same to the digits shown, rounding halves up or to even; else a short text such as
        ``recomputed 25,557,031``. An outcome without a value agrees with nothing.
    """
    shown, value = displayed(number.value), outcome.value
    if value is None:
        return f"not recomputed, {outcome.failure}: {outcome.detail}"
    if isinstance(value, str):
        if shown:
            return f"recomputed the text {value!r} where a number is shown"
        return None if value.strip() == number.value.strip() else f"recomputed {value!r}"
    values = value if isinstance(value, tuple) else (value,)
    if len(values) != len(shown):
        listed = ", ".join(f"{item:,}" for item in values)
        return f"recomputed {_count(len(values))}, {listed}, where {_count(len(shown))} shown".replace(
            " shown", " is shown" if len(shown) == 1 else " are shown"
        )
    with localcontext(prec=_DIGITS):
        if all(_agrees(item, place) for item, place in zip(values, shown, strict=True)):
            return None
        return f"recomputed {_rewritten(number.value, values, shown)}"


def _count(numbers: int) -> str:
    return "one number" if numbers == 1 else f"{numbers or 'no'} numbers"


def _agrees(value: Scalar, shown: Shown) -> bool:
    exact = Decimal(value)
    if shown.bound:
        return bool(_BOUNDS[shown.bound](exact, shown.value))
    if shown.step is None:
        return abs(exact - shown.value) <= _EXACT * abs(shown.value)
    return shown.value in _roundings(value, shown.step)


def _roundings(value: Scalar, step: Decimal) -> tuple[Decimal, ...]:
    """What a value may be rounded to: a float is its binary value and also the decimal that it prints as."""
    forms = (Decimal(repr(value)), Decimal(value))
    return tuple(form.quantize(step, mode) for form in forms for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN))


def _rewritten(text: str, values: tuple[Scalar, ...], shown: tuple[Shown, ...]) -> str:
    """The value as it would have to read, units and all."""
    parts, last = [], 0
    for value, place in zip(values, shown, strict=True):
        parts += [text[last : place.start], _written(value, place)]
        last = place.end
    return "".join([*parts, text[last:]])


def _written(value: Scalar, shown: Shown) -> str:
    """A recomputed number in the manner of the one shown."""
    if shown.bound or shown.step is None:
        return f"{value:,}".replace("-", "−")
    rounded = _roundings(value, shown.step)[0].scaleb(-shown.exponent)
    if shown.exponent and not shown.tail:  # a bare power of ten has no digits to keep
        return f"{value:,}".replace("-", "−")
    digits = f"{rounded:,.{shown.decimals}f}".replace(",", shown.group).replace("-", "−")
    return digits + shown.tail
