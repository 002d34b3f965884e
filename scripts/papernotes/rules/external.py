"""X: links that lead out of the repository."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from papernotes.diagnostics import Diagnostic, Fix
from papernotes.links.address import has_credentials, written
from papernotes.links.places import Use, uses
from papernotes.links.public import is_public_name
from papernotes.links.summary import archived, date
from papernotes.links.titles import agree
from papernotes.links.verdict import ACCUSING, Answer, Kind
from papernotes.rules.registry import Given, rule


def used(given: Given) -> tuple[Use, ...]:
    """Every use of an external address."""
    return tuple(uses(given.corpus))


def answered(given: Given, kind: Kind) -> Iterator[tuple[Use, Answer]]:
    """Every use of an address with this verdict; of the accusing ones those that are confirmed."""
    for use in given.once(used) if given.answers else ():
        answer = given.answers.get(str(use.address))
        if answer and answer.verdict.kind is kind and (answer.confirmed or kind not in ACCUSING):
            yield use, answer


@rule("X101")
def impossible(given: Given) -> Iterator[Diagnostic]:
    """An external address must be one that a browser can open.

    Why: a slip in the host's name or port leads nowhere, and needs no network to be seen.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://example..org/idea).
    Reports:
        docs/en/index.md:8:32: X101 address must be possible: 'https://example..org/idea'
    """
    for use in given.once(used) if given.corpus.ours else ():
        if use.address is None:
            yield use.source.fault(use.place, "X101", f"address must be possible: {use.written!r}", use.fault)


@rule("X102")
def credentials(given: Given) -> Iterator[Diagnostic]:
    """An external address must not carry a password.

    Why: every reader would see it. It is never sent.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://me:secret@example.org/idea).
    Reports:
        docs/en/index.md:8:32: X102 address must not carry a user name or password: 'https://me:…@example.org/idea'
    """
    for use in given.once(used) if given.corpus.ours else ():
        if use.address is not None and "//" in use.written and has_credentials(use.written):
            head, _, rest = use.written.partition("@")
            shown = f"{head.rpartition(':')[0] if head.count(':') > 1 else head}:…@{rest}"
            yield use.source.fault(
                use.place,
                "X102",
                f"address must not carry a user name or password: {shown!r}",
                "remove it, and change the password",
            )


@rule("X103")
def not_public(given: Given) -> Iterator[Diagnostic]:
    """An external address must be one that every reader can reach.

    Why: `localhost` and private addresses are another machine for everybody else; no request goes there.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](http://192.168.1.7/idea).
    Reports:
        docs/en/index.md:8:32: X103 address must be public: '192.168.1.7'
    """
    for use in given.once(used) if given.corpus.ours else ():
        if use.address is not None and not is_public_name(use.address.host):
            hint = "link to a public address, or show it as code"
            yield use.source.fault(use.place, "X103", f"address must be public: {use.address.host!r}", hint)


def accused(given: Given, kind: Kind, code: str, must: str, cure: str) -> Iterator[Diagnostic]:
    """Findings for a confirmed accusation."""
    for use, answer in answered(given, kind):
        since = date(answer.accused or answer.checked)
        hint = f"since {since}; {cure}: {archived(str(use.address), answer)}"
        yield use.source.fault(use.place, code, f"{must}: {use.written!r}: {answer.verdict.reason}", hint)


@rule("X201", asks=True)
def dead(given: Given) -> Iterator[Diagnostic]:
    """An external page must be there.

    Why: the page answers 404 or 410, or its host does not exist, and did so in two runs at least a day apart
    (with `--now`, in one).

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://gone.example/idea).
    Reports:
        docs/en/index.md:8:32: X201 page must be there: 'https://gone.example/idea': it answers 404
    """
    yield from accused(
        given, Kind.DEAD, "X201", "page must be there", "find where it went, or link to a copy"
    )


@rule("X202", asks=True)
def soft(given: Given) -> Iterator[Diagnostic]:
    """An external page must be more than what its host answers to any address.

    Why: some hosts answer a missing page with success and a page that says that it is missing, or send the reader
    to their front page. A made-up address beside it is answered in the same way.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://soft.example/idea).
    Reports:
        docs/en/index.md:8:32: X202 page must be there: 'https://soft.example/idea': it answers as to any made-up address of that host
    """
    yield from accused(
        given, Kind.SOFT, "X202", "page must be there", "find where it went, or link to a copy"
    )


@rule("X203", asks=True)
def fragment(given: Given) -> Iterator[Diagnostic]:
    """The place that an address names must be on its page.

    Why: the browser shows the top of a long page and the reader searches. Pages that scripts build are not judged.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://alive.example/page#nowhere).
    Reports:
        docs/en/index.md:8:32: X203 place must be on the page: 'https://alive.example/page#nowhere': the page has no place called 'nowhere'
    """
    yield from accused(
        given, Kind.NO_FRAGMENT, "X203", "place must be on the page", "correct it, or link to a copy"
    )


@rule("X204", asks=True)
def certificate(given: Given) -> Iterator[Diagnostic]:
    """The host of an external page must have a valid certificate.

    Why: the page may be there, but the browser warns of it. This is a warning: most often the host's owner has
    forgotten to renew it.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://expired.example/idea).
    Reports:
        docs/en/index.md:8:32: X204 certificate must be valid: 'https://expired.example/idea': of expired.example (certificate has expired)
    """
    for use, answer in answered(given, Kind.CERTIFICATE):
        message = f"certificate must be valid: {use.written!r}: {answer.verdict.reason}"
        since = date(answer.failing or answer.checked)
        yield use.source.fault(use.place, "X204", message, f"since {since}", warning=True)


@rule("X205", asks=True)
def moved(given: Given) -> Iterator[Diagnostic]:
    """An address that has moved for ever must be replaced by the new one.

    Why: the host says so (301, 308), and will not redirect for ever. `papernotes links --fix` replaces it everywhere.
    This is a warning: the link works.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://moved.example/idea).
    Reports:
        docs/en/index.md:8:32: X205 address must be the new one: 'https://moved.example/idea' has moved
    """
    for use, answer in answered(given, Kind.MOVED):
        target = written(answer.verdict.target)
        fault = use.source.fault(
            use.place,
            "X205",
            f"address must be the new one: {use.written!r} has moved",
            f"write {target}",
            warning=True,
        )
        at = use.at()
        yield replace(fault, fix=Fix(at.line, at.col, use.written, target)) if at else fault


@rule("X206", asks=True)
def unconfirmed(given: Given) -> Iterator[Diagnostic]:
    """An external page that has failed once must answer the next time.

    Why: pages come back. What fails again in a run at least a day later is dead, and then it is an error.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://gone.example/idea).
    Reports:
        docs/en/index.md:8:32: X206 page must be there: 'https://gone.example/idea': it answers 404
    """
    for kind in ACCUSING:
        for use in given.once(used) if given.answers else ():
            answer = given.answers.get(str(use.address))
            if answer and answer.verdict.kind is kind and not answer.confirmed:
                since = date(answer.accused or answer.checked)
                message = f"page must be there: {use.written!r}: {answer.verdict.reason}"
                hint = f"first seen on {since}; an error when it is so again a day later, or with --now"
                yield use.source.fault(use.place, "X206", message, hint, warning=True)


@rule("X207", asks=True)
def unverifiable(given: Given) -> Iterator[Diagnostic]:
    """An external page must be looked at by a person where a program is not let in.

    Why: many living pages refuse robots or are down for an hour, so this is never an error. It is listed since when.

    Bad: docs/en/index.md
        - A [note](papers/demo.md) and a [concept](concepts/idea.md).
        + A [note](papers/demo.md) and a [concept](https://walled.example/idea).
    Reports:
        docs/en/index.md:8:32: X207 page cannot be verified: 'https://walled.example/idea': it answers 403
    """
    for use, answer in answered(given, Kind.UNVERIFIABLE):
        message = f"page cannot be verified: {use.written!r}: {answer.verdict.reason}"
        hint = f"since {date(answer.failing or answer.checked)}; nothing to do while a browser shows the page"
        yield use.source.fault(use.place, "X207", message, hint, warning=True)


@rule("X301", asks=True)
def unregistered(given: Given) -> Iterator[Diagnostic]:
    """A DOI or arXiv identifier must be registered.

    Why: these are asked at the registries (Crossref, the handle system, arXiv), which know every one of them.

    Bad: papers/references.bib
        -   doi = {10.1000/182},
        +   doi = {10.1000/999},
    Reports:
        papers/references.bib:15:3: X301 identifier must be registered: '10.1000/999': DOI 10.1000/999: the handle system does not know it
    """
    for use, answer in answered(given, Kind.UNREGISTERED):
        message = f"identifier must be registered: {use.written!r}: {answer.verdict.reason}"
        yield use.source.fault(use.place, "X301", message, "copy it again from the work's page")


@rule("X302", asks=True)
def title(given: Given) -> Iterator[Diagnostic]:
    """The title of a work must be the one that its identifier is registered with.

    Why: otherwise the identifier, or the title, is another work's. Case, punctuation and a missing subtitle do not
    count. For arXiv it is a warning: a preprint may have had another title.

    Bad: papers/references.bib
        -   title = {First Things First},
        +   title = {Last Things Last},
    Reports:
        papers/references.bib:15:3: X302 title must be that of DOI 10.1000/182: 'Last Things Last' ≠ 'First Things First'
    """
    for use, answer in answered(given, Kind.OK):
        if use.entry is None or not answer.verdict.title or agree(use.entry.title, answer.verdict.title):
            continue
        scheme = "DOI" if use.written == use.entry.doi else "arXiv"
        yield use.source.fault(
            use.place,
            "X302",
            f"title must be that of {scheme} {use.written}: {use.entry.title!r} ≠ {answer.verdict.title!r}",
            "correct the identifier or the title",
            warning=scheme == "arXiv",
        )
