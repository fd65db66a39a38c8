"""Damaged read models: known by what the database says of itself, dropped once, and made anew by whoever leads.

They hold nothing that the log does not. Where those made anew are damaged too, something else is wrong, most likely the
disk: they stay as they are, and the service's log says so.
"""

import sqlite3
from collections.abc import Sequence
from threading import Lock

import psycopg
import structlog
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from infrastructure.log import postgres as postgres_log
from infrastructure.log import sqlite as sqlite_log
from infrastructure.read_models.generations import Generation, Generations
from projections.projection import Projection

DATABASE_ERRORS = (DBAPIError, sqlite3.Error, psycopg.Error)

log = structlog.get_logger(__name__)


class Damage:
    """What one process has done about it. `found_again` is the generation that was damaged after one was dropped."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = Lock()
        self._dropped: int | None = None
        self.found_again: int | None = None

    def seen_to(self, generation: Generation, error: Exception, projections: Sequence[Projection]) -> bool:
        """Whether this error tells of damage; what could be done about it is done then.

        Of a generation that another has replaced, tables are missing because it was dropped on purpose.
        """
        number = generation.number
        replaced = self._generations.current() not in {number, None}
        if replaced or not is_damage(generation, error, projections):
            return False
        with self._lock:
            if self._dropped is None:
                self._dropped = number
                log.error("read models are damaged: they are dropped, and made anew", generation=number)
                self._generations.drop(number)
            elif number not in {self._dropped, self.found_again}:
                self.found_again = number
                again = "read models are damaged again: look after the disk, then run `recobro rebuild`"
                log.critical(again, generation=number)
        return True


def is_damage(generation: Generation, error: Exception, projections: Sequence[Projection]) -> bool:
    """A query for a table that there never was is a bug, and no damage."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        if sqlite_log.is_damage(cause):
            return True
        missing = "no such table" in str(cause)
    else:
        if isinstance(cause, psycopg.Error) and postgres_log.is_damage(cause):
            return True
        missing = isinstance(cause, psycopg.errors.UndefinedTable)
    return missing and _lacks_a_table(generation, projections)


def _lacks_a_table(generation: Generation, projections: Sequence[Projection]) -> bool:
    there = {*inspect(generation.reading).get_table_names()}
    return any(table.name not in there for projection in projections for table in projection.tables)
