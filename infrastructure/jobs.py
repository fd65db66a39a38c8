"""Jobs in a table of the log's database: who has each, how far it is and what came of it, told by the database alone.

The process that has a job counts its `beats` up while it lives. Where they stand still for as long as `LEASE`, by the
clock of whoever looks, another process takes the job up: no clocks of two hosts are compared. One that was only slow
finds that it has the job no more, and its result is dropped. A result may quote a file, so it is
sealed under the master key.
"""

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, cast
from uuid import uuid4

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from api.http.failures import failure
from api.http.jobs import Asker, Job, JobKey, State, Work
from domain.errors import Refusal
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.resealing import reseal
from infrastructure.wiring import UNAVAILABLE

SEALING = "jobs"
"""The use of the master key."""

SOON = 0.5
"""Seconds for which whoever starts a job waits."""

PAUSE = 0.5
"""Seconds between two beats, and two looks at the jobs of others."""

LEASE = 20.0
"""Seconds after which a job whose beats stand still is taken up: longer than SQLite's lock is waited for."""

DEATHS = 3
"""So many processes may die of a job: then it is broken off, or it would kill one after the other."""

NOBODY = ""
"""Has a job that a process gave back as it stopped: it is taken up at once."""

log = structlog.get_logger(__name__)

jobs = Table(
    "jobs",
    MetaData(),
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("user_name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("out_of", BigInteger, nullable=False),
    Column("sealed", LargeBinary),  # its result: nonce and ciphertext, bound to the key
    Column("taken_by", String, nullable=False),
    Column("beats", BigInteger, nullable=False),
    Column("deaths", Integer, nullable=False),
)


class Stopped(Exception):
    """The server stops, or another has the job: the work is broken off where it next tells of its progress."""


@dataclass(slots=True)
class _Run:
    """Of a job in this process."""

    key: JobKey
    done: int = 0
    of: int = 0
    stopped: Event = field(default_factory=Event)
    thread: Thread | None = None

    def progress(self, done: int, of: int) -> None:
        """Told by the next beat: the work may hold SQLite's lock just now."""
        if self.stopped.is_set():
            raise Stopped
        self.done, self.of = done, of


class StoredJobs:
    """`Jobs` of `api/http/jobs.py`."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        """`engine` is the database of the log."""
        self._engine, self._keyring = engine, keyring
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._me = str(uuid4())
        self._works: Mapping[str, Work] = {}
        self._lock = Lock()
        self._running: dict[JobKey, _Run] = {}
        self._stopping = Event()
        self._watching: Thread | None = None
        self._seen: dict[JobKey, tuple[str, int, float]] = {}

    def begin(self, works: Mapping[str, Work]) -> None:
        """From now on this process does what is asked for, and what others leave behind. `works` are by their kinds."""
        self._works = works
        self._watching = Thread(target=self._watch, daemon=True)
        self._watching.start()

    def stop(self) -> None:
        """What runs is broken off, for another process to take up."""
        self._stopping.set()
        if self._watching is not None:
            self._watching.join()
        with self._lock:
            running = [*self._running.values()]
        for run in running:
            run.stopped.set()
        for run in running:
            if run.thread is not None:
                run.thread.join()

    def start(self, key: JobKey, asker: Asker) -> None:
        anew = {
            "user_name": asker.name,
            "language": asker.language,
            "state": State.RUNNING,
            "done": 0,
            "out_of": 0,
            "sealed": None,
            "taken_by": self._me,
            "beats": 0,
            "deaths": 0,
        }
        new = self._insert(jobs).values(kind=key.kind, subject=key.subject, **anew)
        begun = new.on_conflict_do_update(
            index_elements=[*jobs.primary_key], set_=anew, where=jobs.c.state != State.RUNNING
        ).returning(jobs.c.kind)
        with self._engine.begin() as db:
            is_ours = db.execute(begun).first() is not None
        if is_ours:
            self._run(key, asker).join(SOON)

    def look(self, key: JobKey) -> Job | None:
        with self._engine.connect() as db:
            row = db.execute(select(jobs).where(_is(key))).one_or_none()
        if row is None:
            return None
        result = self._opened(key, row.sealed)
        return Job(State(row.state), row.done, row.out_of, {} if result is None else result)

    def forget(self, *keys: JobKey) -> None:
        with self._engine.begin() as db:
            for key in keys:
                db.execute(delete(jobs).where(_is(key)))

    def reseal(self) -> None:
        """All their results under the master key in use."""
        reseal(self._engine, self._keyring, SEALING, jobs, _bound_to)

    # The work

    def _run(self, key: JobKey, asker: Asker, result: Mapping[str, Any] | None = None) -> Thread:
        run = _Run(key)
        run.thread = Thread(target=self._work, args=(run, asker, result), daemon=True)
        with self._lock:
            self._running[key] = run
            run.thread.start()
        return run.thread

    def _work(self, run: _Run, asker: Asker, result: Mapping[str, Any] | None) -> None:
        """`result` where a process died once that was kept."""
        work, key = self._works[run.key.kind], run.key
        try:
            if result is None:
                result = work.run(key.subject, asker, run.progress)
                self._keep(key, State.RUNNING, result)
            work.afterwards(key.subject, result)
            self._keep(key, State.FINISHED, result)
        except Refusal as refusal:
            details = {name: _written(value) for name, value in refusal.details.items()}
            self._keep(key, State.REFUSED, {"title": refusal.title, **details})
        except Stopped:
            with suppress(*UNAVAILABLE):
                self._set(key, taken_by=NOBODY)
        except UNAVAILABLE as error:  # its beats stand still from now on, so it is taken up, here or elsewhere
            log.warning("job interrupted", job=key.kind, **failure(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it broke the work off; its text may be personal
            log.error("job broken off", job=key.kind, **failure(error))  # noqa: TRY400
            with suppress(*UNAVAILABLE):
                self._keep(key, State.BROKEN_OFF, {})
        finally:
            with self._lock:
                del self._running[key]

    def _keep(self, key: JobKey, state: State, result: Mapping[str, Any]) -> None:
        sealed = self._keyring.seal(SEALING, json.dumps(result).encode(), _bound_to(*key))
        if not self._set(key, state=state, sealed=sealed) and state is State.RUNNING:
            raise Stopped

    def _set(self, key: JobKey, **values: object) -> bool:
        """False where another process has it by now."""
        mine = and_(_is(key), jobs.c.taken_by == self._me, jobs.c.state == State.RUNNING)
        with self._engine.begin() as db:
            return db.execute(update(jobs).where(mine).values(**values)).rowcount > 0

    def _opened(self, key: JobKey, sealed: bytes | None) -> Mapping[str, Any] | None:
        opened = None if sealed is None else self._keyring.unseal(SEALING, sealed, _bound_to(*key))
        return None if opened is None else json.loads(opened)

    # Watching over it, and over that of others

    def _watch(self) -> None:
        is_well = True
        while not self._stopping.wait(PAUSE):
            try:
                self._beat()
                self._take_up_one()
                is_well = True
            except Exception as error:  # noqa: BLE001 - such as a database that is away: the next time, perhaps
                if is_well:
                    log.warning("jobs not looked after", **failure(error))
                is_well = False

    def _beat(self) -> None:
        with self._lock:
            running = [*self._running.values()]
        for run in running:
            if not self._set(run.key, beats=jobs.c.beats + 1, done=run.done, out_of=run.of):
                run.stopped.set()

    def _take_up_one(self) -> None:
        """Of those that nobody seems to be at any more; the others are left to other processes, or to the next look."""
        with self._lock:
            ours = set(self._running)
        running = (jobs.c.state == State.RUNNING) & jobs.c.kind.in_(self._works)
        with self._engine.connect() as db:
            rows = [row for row in db.execute(select(jobs).where(running)) if JobKey(row.kind, row.subject) not in ours]
        now, before = time.monotonic(), self._seen
        self._seen = {}
        for row in rows:
            key = JobKey(row.kind, row.subject)
            taken_by, beats, since = before.get(key, ("", -1, now))
            moved = (taken_by, beats) != (row.taken_by, row.beats)
            self._seen[key] = (row.taken_by, row.beats, now if moved else since)
            if (row.taken_by == NOBODY or (not moved and now - since > LEASE)) and self._take(row):
                return

    def _take(self, row: Any) -> bool:
        key = JobKey(row.kind, row.subject)
        as_seen = and_(
            _is(key), jobs.c.taken_by == row.taken_by, jobs.c.beats == row.beats, jobs.c.state == State.RUNNING
        )
        deaths = row.deaths + (row.taken_by != NOBODY)
        is_hopeless = deaths >= DEATHS
        taking = {"state": State.BROKEN_OFF} if is_hopeless else {"taken_by": self._me, "beats": 0}
        with self._engine.begin() as db:
            taken = db.execute(update(jobs).where(as_seen).values(deaths=deaths, **taking)).rowcount > 0
        if not taken or is_hopeless:
            return False
        log.warning("job taken up", job=key.kind, deaths=deaths)
        self._run(key, Asker(row.user_name, row.language), self._opened(key, row.sealed))
        return True


def _is(key: JobKey) -> ColumnElement[bool]:
    return (jobs.c.kind == key.kind) & (jobs.c.subject == key.subject)


def _bound_to(kind: str, subject: str) -> bytes:
    return f"{kind}\0{subject}".encode()


def _written(value: object) -> str:
    """Of several, each."""
    return ", ".join(map(str, cast("Iterable[object]", value))) if isinstance(value, list | tuple) else str(value)
