"""What is remembered between runs: the last answer to each address, in one SQLite file.

An error is never taken from here for the truth: only what was well is believed for a while. What has failed
is asked again, and called dead only when it has failed in two runs at least a day apart.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from types import TracebackType

from papernotes.links.verdict import ACCUSING, FINE, Answer, Kind, Verdict

DAY = 86_400.0
PATIENCE = DAY
"""Seconds between two failing runs that make a link dead."""
BELIEVED = {Kind.OK: 6 * DAY, Kind.MOVED: 6 * DAY}
"""How long a verdict is believed without asking again, in seconds: less than a week, for a weekly run to ask.
What is not named here is asked in every run.
"""
BELIEVED_WITH_TITLE = 90 * DAY
"""What a registry says of an identifier hardly changes."""
_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  address TEXT PRIMARY KEY,
  kind TEXT NOT NULL, reason TEXT NOT NULL, target TEXT NOT NULL, title TEXT NOT NULL,
  checked REAL NOT NULL, fine REAL, failing REAL, accused REAL
) WITHOUT ROWID
"""
_COLUMNS = "kind, reason, target, title, checked, fine, failing, accused"


def remember(before: Answer | None, verdict: Verdict, now: float, patience: float = PATIENCE) -> Answer:
    """A new verdict put beside what was known. Pure.

    Args:
        before: the answer of the last run, if there was one.
        verdict: what this run says.
        now: seconds since 1970.
        patience: seconds that two failing runs must be apart to confirm an accusation.
    """
    if verdict.kind in FINE:
        return Answer(verdict, now, fine=now)
    fine, failing, accused = (before.fine, before.failing, before.accused) if before else (None, None, None)
    if verdict.kind in ACCUSING:
        accused = now if accused is None else accused
    confirmed = verdict.kind in ACCUSING and accused is not None and now - accused >= patience
    return Answer(verdict, now, fine, now if failing is None else failing, accused, confirmed)


def believed(answer: Answer, now: float) -> bool:
    """Whether an answer is recent enough not to ask again."""
    limit = BELIEVED_WITH_TITLE if answer.verdict.title else BELIEVED.get(answer.verdict.kind, 0.0)
    return 0 <= now - answer.checked < limit


class Ledger:
    """The file of answers. Several runs may use it at a time; an interrupted run keeps what it has recorded.

    Args:
        path: the file; made when missing. What is no such file is put aside as ``<name>.broken``.
        patience: seconds that two failing runs must be apart to confirm an accusation.

    Raises:
        OSError: the file can be neither read nor made.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self._patience = patience
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = _open(path)
        except sqlite3.OperationalError as error:
            raise OSError(f"{path}: {error}") from None
        except sqlite3.DatabaseError:
            path.replace(path.with_name(f"{path.name}.broken"))
            for more in ("-wal", "-shm"):  # what belonged to it must not be read into the new file
                path.with_name(f"{path.name}{more}").unlink(missing_ok=True)
            self._db = _open(path)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def known(self, addresses: Iterable[str]) -> Mapping[str, Answer]:
        """What is remembered of these addresses."""
        return {name: found for name in addresses if (found := self._answer(name)) is not None}

    def record(self, address: str, verdict: Verdict, now: float) -> Answer:
        """Remember a verdict, at once and for other runs to see."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            answer = remember(self._answer(address), verdict, now, self._patience)
            row = (answer.checked, answer.fine, answer.failing, answer.accused)
            self._db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (address, *astuple(answer.verdict), *row),
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return answer

    def _answer(self, address: str) -> Answer | None:
        with closing(
            self._db.execute(f"SELECT {_COLUMNS} FROM answers WHERE address = ?", (address,))  # noqa: S608
        ) as rows:
            row = rows.fetchone()
        if row is None:
            return None
        kind, reason, target, title, checked, fine, failing, accused = row
        verdict = Verdict(Kind(kind), reason, target, title)
        confirmed = verdict.kind in ACCUSING and accused is not None and checked - accused >= self._patience
        return Answer(verdict, checked, fine, failing, accused, confirmed)


def _open(path: Path) -> sqlite3.Connection:
    """Open the file and see that it has the table of this version."""
    db = sqlite3.connect(path, timeout=30.0, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] not in (0, _VERSION):
            raise sqlite3.DatabaseError("a table of another version")
        db.execute(_TABLE)
        db.execute(f"SELECT {_COLUMNS} FROM answers LIMIT 1")  # noqa: S608 - names of this module
        db.execute(f"PRAGMA user_version = {_VERSION}")
    except BaseException:
        db.close()
        raise
    return db
