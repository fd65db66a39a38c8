"""How often each name and address was tried, in tables beside the log: for all processes on all hosts alike.

`attempts` has a row for each key that is not as fresh as new: the moment at which it is, when nothing more is tried
(the generic cell rate algorithm: one number tells all). `failed_log_ins` adds up what fails until it is told as events,
which are few however much is tried: each five minutes the most frequent pairs of a name and an address, and one more
event for all others together.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import uuid5

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Executable,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    case,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from api.http.attempts import Limit
from application.access import note
from application.streams import EventStore
from domain.access import ACCESS, LogInsFailed
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.master_key import keyed_hash

WINDOW = timedelta(minutes=5)
"""What fails within it is told together."""

TOLD_APART = 20
"""So many pairs of a name and an address at most, of one window."""

HASH = 16
"""Bytes of a keyed hash that events keep."""

USE = "attempts"
"""Of the master key."""

_metadata = MetaData()

_attempts = Table(
    "attempts",
    _metadata,
    Column("what", LargeBinary, primary_key=True),
    Column("fresh_at", BigInteger, nullable=False),  # milliseconds since 1970
)

_failed = Table(
    "failed_log_ins",
    _metadata,
    Column("since", BigInteger, primary_key=True, autoincrement=False),  # seconds since 1970
    Column("who", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("turned_away", Integer, nullable=False),
)


class StoredAttempts:
    def __init__(self, engine: Engine, store: EventStore, keyring: Keyring) -> None:
        """`engine` is the database of the log."""
        self._engine, self._store, self._keyring = engine, store, keyring
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def who(self, name: str) -> str:
        return self._hash("name", name)[:HASH].hex()

    def whose(self, names: Iterable[str]) -> Mapping[str, str]:
        """As `who` gives them now, and gave them before the master key was rotated."""
        found: dict[str, str] = {}
        for name in names:
            hashed = b""
            for key in reversed(self._keyring.subkeys(USE)):
                hashed = keyed_hash(key, hashed) if hashed else keyed_hash(key, *_parts("name", name))
                found[hashed[:HASH].hex()] = name
        return found

    def where(self, address: str) -> str:
        return self._hash("address", address)[:HASH].hex()

    def take(self, limit: Limit, *key: str, now: datetime) -> timedelta:
        """In one statement, so that of many at once no more get through."""
        at, every = _milliseconds(now), limit.every // _MILLISECOND
        latest = at + (limit.at_once - 1) * every
        new = self._insert(_attempts).values(what=self._what(*key), fresh_at=at + every)
        taken = new.on_conflict_do_update(
            index_elements=[_attempts.c.what],
            set_={"fresh_at": case((_attempts.c.fresh_at > at, _attempts.c.fresh_at), else_=at) + every},
            where=_attempts.c.fresh_at <= latest,
        ).returning(_attempts.c.fresh_at)
        with self._engine.begin() as db:
            if db.execute(taken).first() is not None:
                return timedelta()
            known = select(_attempts.c.fresh_at).where(_attempts.c.what == self._what(*key))
            fresh_at = db.execute(known).scalar_one_or_none() or latest
        return max(fresh_at - latest, 1) * _MILLISECOND

    def give_back(self, limit: Limit, *key: str) -> None:
        self._write(
            update(_attempts)
            .where(_attempts.c.what == self._what(*key))
            .values(fresh_at=_attempts.c.fresh_at - limit.every // _MILLISECOND)
        )

    def clear(self, *key: str) -> None:
        self._write(delete(_attempts).where(_attempts.c.what == self._what(*key)))

    def failed(self, name: str, address: str, *, now: datetime, turned_away: bool = False) -> None:
        since = int(now.timestamp()) // _SECONDS * _SECONDS
        new = self._insert(_failed).values(
            since=since, who=self.who(name), address=self.where(address), times=1, turned_away=int(turned_away)
        )
        counted = {"times": _failed.c.times + 1, "turned_away": _failed.c.turned_away + int(turned_away)}
        self._write(new.on_conflict_do_update(index_elements=[*_failed.primary_key], set_=counted))

    def tell(self, now: datetime) -> None:
        """What has failed in windows that are over; and what is as fresh as new is forgotten. One process does it."""
        self._write(delete(_attempts).where(_attempts.c.fresh_at <= _milliseconds(now)))
        over = select(_failed).where(_failed.c.since <= int((now - WINDOW).timestamp()))
        with self._engine.connect() as db:
            rows = db.execute(over.order_by(_failed.c.since, _failed.c.times.desc(), _failed.c.who)).all()
        for since, together in groupby(rows, key=lambda row: row.since):
            pairs = list(together)
            begun = datetime.fromtimestamp(since, UTC)
            events = [
                LogInsFailed(
                    who=row.who,
                    address=row.address,
                    times=row.times,
                    turned_away=row.turned_away,
                    since=begun,
                    until=begun + WINDOW,
                )
                for row in pairs[:TOLD_APART]
            ]
            if others := pairs[TOLD_APART:]:
                counted, away = sum(row.times for row in others), sum(row.turned_away for row in others)
                events.append(
                    LogInsFailed(
                        who=None,
                        address=None,
                        times=counted,
                        turned_away=away,
                        since=begun,
                        until=begun + WINDOW,
                        pairs=len(others),
                    )
                )
            once = uuid5(ACCESS, f"failed since {since}")
            note(self._store, *events, at=now, once=once)
            self._write(delete(_failed).where(_failed.c.since == since))

    def _what(self, *key: str) -> bytes:
        return self._hash("attempts", *key)

    def _hash(self, *texts: str) -> bytes:
        return self._keyring.hash(USE, *_parts(*texts))

    def _write(self, statement: Executable) -> None:
        with self._engine.begin() as db:
            db.execute(statement)


_MILLISECOND = timedelta(milliseconds=1)
_SECONDS = int(WINDOW.total_seconds())


def _parts(*texts: str) -> Sequence[bytes]:
    return [part.encode(errors="replace") for part in texts]


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
