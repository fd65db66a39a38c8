"""What an erasure in the log brings about outside of it: no key, claim, file, row or trace of the client is left.

Everything here may be done again at any time, and is: at each start, for a crash may have come in between, or an older
copy of the keys have been put back.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg
from sqlalchemy import Table, select, update

from application.files import Files
from infrastructure.log.event_store import ERASURE
from infrastructure.read_models.generations import Generation, erasures
from infrastructure.read_models.projector import checkpoints
from infrastructure.stores import Store
from projections.erasure import erase, personal
from projections.projection import Projection


def forget_erased(store: Store, files: Files) -> None:
    """Destroy keys, claims and files. Whatever was read with a key before goes too, here and as others hear of it."""
    for client in store.events.forget_erased():
        files.remove_all_of(client)


def clear_read_models(store: Store, projections: Sequence[Projection], up_to: int) -> bool:
    """Leave no trace in any generation of clients erased up to this position of the log.

    False where somebody is reading or rebuilding just now, or the current one is not there yet: to be tried again.
    """
    with store.generations.alone(wait=False) as alone:
        if not alone:
            return False
        current = store.generations.current()
        cleared = True
        for number in store.generations.numbers():
            cleared &= _clear(store, number, projections, up_to, current=number == current)
        return cleared


def _clear(store: Store, number: int, projections: Sequence[Projection], up_to: int, *, current: bool) -> bool:
    wanted = {projection.name: projection.fingerprint for projection in projections}
    with closing(store.generations.open(number)) as generation:
        with generation.reading.connect() as db:
            known = checkpoints(db)
            ours = {standing.projection: standing.fingerprint for standing in known} == wanted
            cleared = db.execute(select(erasures.c.position)).scalar_one() if ours else 0
        if ours and cleared >= up_to:
            return True
        if ours and not (current and any(one.stopped is None and one.position < up_to for one in known)):
            tables = [table for projection in projections for table in projection.tables]
            clients = [entry.stream for entry in store.log.named(ERASURE, after=cleared) if entry.position <= up_to]
            with generation.writing.begin() as db:
                erase(db, tables, clients)
            if not _leave_no_trace(generation, [table for table in tables if personal(table)]):
                return False
            with generation.writing.begin() as db:
                db.execute(update(erasures).values(position=up_to))
            return True
    if ours or current:
        return False
    store.generations.drop(number)  # of another release, which wrote what this one does not know how to find
    return True


def _leave_no_trace(generation: Generation, tables: Sequence[Table]) -> bool:
    """Rows as they were still lie in SQLite's write-ahead log, and in PostgreSQL's tables until those are made anew."""
    connection = generation.writing.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if generation.writing.dialect.name == "postgresql":
            driver.autocommit = True
            driver.execute("SET lock_timeout = '1s'")  # whoever leads does not wait behind a long read
            try:
                for table in tables:
                    driver.execute(f"VACUUM (FULL) {table.name}")
            except psycopg.errors.LockNotAvailable:
                return False
            finally:
                driver.execute("RESET lock_timeout")
            return True
        (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.close()
