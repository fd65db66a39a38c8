"""One process of a store leads: it alone keeps the read models up with the log, until it stops or is lost."""

import fcntl
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event, Thread

import psycopg
import structlog

from infrastructure.generations import Generation
from infrastructure.log import LogUnavailable
from infrastructure.projector import LogReplaced, Overtaken, Projector, standings
from infrastructure.read_models import PROJECTIONS, rebuild
from infrastructure.stores import Store
from projections.projection import Projection

TRY_AGAIN_SECONDS = 0.25
"""How often a process asks whether the lead is free, and a leader whether it still leads and which generation."""

GATHER_SECONDS = 0.01
"""Under load, what comes next gathers for as long as the last batch took, but no longer than this: a batch of one event
costs nearly as much as a batch of ten."""

LEADING = 0x7265_636F_6272_6F03
"""The advisory lock of the leader on PostgreSQL."""

# Both ends give a silent peer up within 5 s: the server frees a lost host's lock, the client notices a lost server.
KEEPALIVES = "-ctcp_keepalives_idle=1 -ctcp_keepalives_interval=1 -ctcp_keepalives_count=3 -ctcp_user_timeout=4000"

Held = Callable[[], bool]
Lead = Callable[[], AbstractContextManager[Held | None]]
"""Tries to take the lead: gives a way to ask whether it is still held, or None where another leads."""

log = structlog.get_logger(__name__)


class Interrupted(Exception):
    """The leader was told to stop."""


class Leader:
    def __init__(self, store: Store, lead: Lead, projections: Sequence[Projection] = PROJECTIONS) -> None:
        self._store, self._lead, self._projections = store, lead, projections
        self._stopped, self._woken = Event(), Event()
        self._threads = [Thread(target=self._watch, name="watch"), Thread(target=self._run, name="lead")]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There is something new in the log; its own process knows before any watching tells."""
        self._woken.set()

    def stop(self) -> None:
        """The batch in hand is finished first."""
        self._stopped.set()
        self._woken.set()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        while not self._stopped.is_set():
            try:
                for _ in self._store.log.watch(self._stopped):
                    self._woken.set()
            except LogUnavailable:
                log.warning("the log can't be watched")
                self._stopped.wait(TRY_AGAIN_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._lead() as held:
                    if held is not None:
                        self._keep_up(held)
            except Interrupted:
                return
            except Overtaken:
                log.warning("another process has projected too")
            except Exception as error:  # noqa: BLE001 - a database that is away, a full disk: it may come back
                log.error("the lead was lost", why=type(error).__name__)  # noqa: TRY400 - it may quote what is personal
            self._stopped.wait(TRY_AGAIN_SECONDS)

    def _keep_up(self, held: Held) -> None:
        while held() and not self._stopped.is_set():
            number = self._store.generations.current()
            if number is None:
                rebuild(self._store, self._projections, reached=self._go_on)
                continue
            generation = self._store.generations.open(number)
            try:
                self._follow(generation, held)
            except LogReplaced as error:
                log.warning("the log was replaced", why=str(error))
                self._store.generations.drop(number)  # rather nothing than figures of another log
            finally:
                generation.close()

    def _follow(self, generation: Generation, held: Held) -> None:
        """Until another generation is current."""
        wanted = {projection.name: projection.fingerprint for projection in self._projections}
        with generation.reading.connect() as db:
            ours = {standing.projection: standing.fingerprint for standing in standings(db)} == wanted
        projector = Projector(self._store.events, generation, self._projections)
        if ours:
            projector.check()
            projector.catch_up(reached=self._go_on, retry_stopped=True)
        while held() and not self._stopped.is_set() and self._store.generations.current() == generation.number:
            look_again = time.monotonic() + TRY_AGAIN_SECONDS
            while (left := look_again - time.monotonic()) > 0 and self._woken.wait(left):
                self._woken.clear()
                if ours:
                    began = time.monotonic()
                    projector.catch_up(reached=self._go_on)
                    self._stopped.wait(min(time.monotonic() - began, GATHER_SECONDS))

    def _go_on(self, _: object = None) -> None:
        if self._stopped.is_set():
            raise Interrupted


def leads_folder(folder: Path) -> Lead:
    """On SQLite: a lock on a file, which ends with the process."""

    @contextmanager
    def lead() -> Generator[Held | None]:
        with (folder / ".leading").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield lambda: True

    return lead


def leads_database(address: str) -> Lead:
    """On PostgreSQL: an advisory lock, which ends with its connection."""

    @contextmanager
    def lead() -> Generator[Held | None]:
        with psycopg.connect(address, autocommit=True, options=KEEPALIVES, tcp_user_timeout=4000) as db:
            taken = db.execute("SELECT pg_try_advisory_lock(%s)", (LEADING,)).fetchone()
            if taken is None or not taken[0]:
                yield None
                return

            def held() -> bool:
                return db.execute("SELECT 1").fetchone() is not None

            yield held

    return lead
