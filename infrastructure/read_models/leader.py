"""One process of a store leads: it alone keeps the read models up with the log, until it stops or is lost.

And it alone sees to what was planned for a day, once that has come: at its start, and when another day begins. So
with what is in the outbox.
"""

import fcntl
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

import psycopg
import structlog
from sqlalchemy import Connection

from api.http.failures import failure
from api.http.read_models import NOT_UP_WITH_THE_LOG, ReadModelsNotReady
from application.assignments import carry_out_assignment
from domain.business import BUSINESS, Business
from domain.errors import Refusal
from infrastructure.keys.erasure import clear_read_models
from infrastructure.log.engine import LogUnavailable
from infrastructure.read_models.damage import DATABASE_ERRORS
from infrastructure.read_models.generations import Generation
from infrastructure.read_models.projector import LogReplaced, Overtaken, Projector, checkpoints
from infrastructure.read_models.served import PROJECTIONS, ReadModels, bring_up, rebuild
from infrastructure.sending.delivery import Delivery
from infrastructure.sending.reminding import Reminding
from infrastructure.stores import Store
from projections.portfolios.holdings import Due, due
from projections.projection import Projection

TRY_AGAIN_SECONDS = 0.25
"""How often a process asks whether the lead is free, and a leader whether it still leads and which generation."""

GATHER_SECONDS = 0.01
"""Under load, what comes next gathers for as long as the last batch took, but no longer than this: a batch of one event
costs nearly as much as a batch of ten."""

COMES_UP_SECONDS = 60.0
"""How long a command outside of any server waits for the leader to bring the read models up with the log."""

LEADING = 0x7265_636F_6272_6F03
"""The advisory lock of the leader on PostgreSQL."""

# Both ends give a silent peer up within 5 s: the server frees a lost host's lock, the client notices a lost server.
KEEPALIVES = "-ctcp_keepalives_idle=1 -ctcp_keepalives_interval=1 -ctcp_keepalives_count=3 -ctcp_user_timeout=4000"

Held = Callable[[], bool]
Lead = Callable[[], AbstractContextManager[Held | None]]
"""Tries to take the lead: gives a way to ask whether it is still held, or None where another leads."""

log = structlog.get_logger(__name__)


DUE_AT_ONCE = 100
"""How many plans are carried out before the read models take in what came of it, and of other work meanwhile."""


class Interrupted(Exception):
    """The leader was told to stop."""


class Leader:
    def __init__(
        self,
        store: Store,
        lead: Lead,
        projections: Sequence[Projection] = PROJECTIONS,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        delivery: Delivery | None = None,
        tell_failed_log_ins: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        """Without `delivery` what is in the outbox stays there."""
        self._store, self._lead, self._projections, self._clock = store, lead, projections, clock
        self._delivery, self._reminding = delivery, Reminding(store.events)
        self._tell_failed_log_ins = tell_failed_log_ins
        self._seen_to: datetime | None = None
        self._stopped, self._woken = Event(), Event()
        self._cleared = 0  # up to which erasure in the log the read models have no trace of whom it is about
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
                    self._store.events.hear_of_erasures()
                    self._woken.set()
            except LogUnavailable:
                log.warning("the log can't be watched")
            except Exception as error:  # noqa: BLE001 - whatever it is, its text is nothing to print, and it may pass
                log.error("watching the log broke off", **failure(error))  # noqa: TRY400
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
                log.error("the lead was lost", **failure(error))  # noqa: TRY400
            self._stopped.wait(TRY_AGAIN_SECONDS)

    def _keep_up(self, held: Held) -> None:
        self._cleared = 0  # another may have led, or rebuilt
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
            except DATABASE_ERRORS as error:
                if not self._store.damage.seen_to(generation, error, self._projections):
                    raise
                self._stopped.wait(TRY_AGAIN_SECONDS)
            finally:
                generation.close()

    def _follow(self, generation: Generation, held: Held) -> None:
        """Until another generation is current."""
        wanted = {projection.name: projection.fingerprint for projection in self._projections}
        with generation.reading.connect() as db:
            ours = {standing.projection: standing.fingerprint for standing in checkpoints(db)} == wanted
        projector = Projector(self._store.events, generation, self._projections)
        if ours:
            self._seen_to = None
            projector.check()
            projector.catch_up(reached=self._go_on, retry_stopped=True)
        while held() and not self._stopped.is_set() and self._store.generations.current() == generation.number:
            if ours:
                self._see_to_what_is_due(projector, generation)
                self._see_to_messages(projector, generation)
            look_again = time.monotonic() + TRY_AGAIN_SECONDS
            while (left := look_again - time.monotonic()) > 0 and self._woken.wait(left) and not self._stopped.is_set():
                self._woken.clear()
                if ours:
                    began = time.monotonic()
                    projector.catch_up(reached=self._go_on)
                    self._stopped.wait(min(time.monotonic() - began, GATHER_SECONDS))
            self._clear()

    def _clear(self) -> None:
        """Of clients who were erased, as soon as nobody is in the way."""
        last = self._store.events.hear_of_erasures()
        if last > self._cleared and clear_read_models(self._store, self._projections, last):
            self._cleared = last

    def _see_to_what_is_due(self, projector: Projector, generation: Generation) -> None:
        """Once a minute, and so when a day begins."""
        now = self._clock()
        minute = now.replace(second=0, microsecond=0)
        if self._seen_to == minute:
            return
        self._tell_of_log_ins(now)
        business, _ = self._store.events.load(Business(), BUSINESS)
        today, after = now.astimezone(business.zone).date(), None
        while True:
            with generation.reading.connect() as db:
                plans = due(db, today, DUE_AT_ONCE, after=after)
            for plan in plans:
                self._go_on()
                self._carry_out(plan, now, today)
            projector.catch_up(reached=self._go_on)
            if len(plans) < DUE_AT_ONCE:
                self._seen_to = minute
                return
            after = plans[-1]

    def _tell_of_log_ins(self, now: datetime) -> None:
        """What can't be told now is told a minute later."""
        try:
            self._tell_failed_log_ins(now)
        except Exception as error:  # noqa: BLE001 - the read models go on whatever is wrong with this
            log.error("failed log-ins were not told", **failure(error))  # noqa: TRY400

    def _see_to_messages(self, projector: Projector, generation: Generation) -> None:
        if self._delivery is None:
            return
        with generation.reading.connect() as db:
            reminded = self._reminding.go_on(db, self._clock())
        if reminded:
            projector.catch_up(reached=self._go_on)
        with generation.reading.connect() as db:
            self._delivery.look(db)

    def _carry_out(self, plan: Due, at: datetime, today: date) -> None:
        try:
            carry_out_assignment(
                self._store.events,
                plan.client_id,
                plan_id=plan.plan_id,
                correlation_id=plan.correlation_id,
                at=at,
                today=today,
            )
        except Refusal as refusal:  # whatever is wrong with one, the others' day has come too
            log.error("a plan was not carried out", plan=str(plan.plan_id), why=type(refusal).__name__)  # noqa: TRY400

    def _go_on(self, _: object = None) -> None:
        if self._stopped.is_set():
            raise Interrupted


@contextmanager
def up_to_date(store: Store) -> Generator[Connection]:
    """Read models that show all of the log, outside of any server: brought up here, unless another process leads."""
    head, _ = store.events.head()
    lead, deadline = leads(store), time.monotonic() + COMES_UP_SECONDS
    with closing(ReadModels(store)) as read_models:
        while True:
            with lead() as held:
                if held is not None:
                    bring_up(store)
            if held is not None or read_models.position() >= head or time.monotonic() > deadline:
                break
            time.sleep(TRY_AGAIN_SECONDS)
        with read_models.snapshot() as snapshot:
            if min(snapshot.positions.values()) < head:
                raise ReadModelsNotReady(NOT_UP_WITH_THE_LOG)
            yield snapshot.db


def leads(store: Store) -> Lead:
    return leads_folder(store.folder) if store.folder is not None else leads_database(store.address)


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
