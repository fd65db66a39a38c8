"""Where the wrapped keys lie: beside the log, so that both can be backed up apart."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from threading import Event, Lock
from typing import Any, LiteralString, Self
from uuid import UUID

from psycopg import Connection

from infrastructure.keys.client_keys import KeyCheck
from infrastructure.log.engine import CHUNK, LogUnavailable, StoreDamaged
from infrastructure.log.postgres import Pool, asked, damage_told
from infrastructure.log.sqlite import Files, connect, translated

PART = "clients' keys"
"""As errors call them."""


class SQLiteKeyTable:
    def __init__(self, file: Path) -> None:
        """The file has its table: see `migrations`."""
        self._lock = Lock()
        self._db = connect(file)
        self._files = Files(file)
        self.damaged = Event()

    def check_in_place(self) -> None:
        self._files.check(PART)
        if self.damaged.is_set():
            raise StoreDamaged(PART)

    def trouble(self) -> str | None:
        try:
            self.check_in_place()
        except StoreDamaged as error:
            return error.why
        return None

    def check(self) -> KeyCheck | None:
        with self._alone():
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'key_check'").fetchone():
                return None
            found = self._db.execute("SELECT master_key, log FROM key_check").fetchone()
        return KeyCheck(*found) if found else None

    def keep_check(self, check: KeyCheck) -> None:
        with self._transaction():
            self._db.execute(
                "INSERT INTO key_check (only_row, master_key, log) VALUES (TRUE, ?, ?) ON CONFLICT DO UPDATE"
                " SET log = excluded.log WHERE master_key = excluded.master_key AND log = x''",
                check,
            )

    def replace_check(self, check: KeyCheck) -> None:
        with self._transaction():
            self._db.execute("UPDATE key_check SET master_key = ?, log = ?", check)

    def select(self, clients: Sequence[UUID]) -> Mapping[UUID, bytes | None]:
        found: dict[UUID, bytes | None] = {}
        with self._alone():
            for start in range(0, len(clients), CHUNK):
                chunk = [client.bytes for client in clients[start : start + CHUNK]]
                marks = ",".join("?" * len(chunk))
                query = "SELECT client_id, wrapped FROM keys WHERE client_id IN (" + marks + ")"  # noqa: S608 - marks
                found.update({UUID(bytes=client): wrapped for client, wrapped in self._db.execute(query, chunk)})
        return found

    def insert(self, wrapped: Sequence[tuple[UUID, bytes]]) -> None:
        with self._transaction():
            self._db.executemany(
                "INSERT INTO keys (client_id, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(client.bytes, key) for client, key in wrapped],
            )

    def forget(self, clients: Sequence[UUID]) -> None:
        with self._transaction():
            self._db.executemany(
                "INSERT INTO keys (client_id, wrapped) VALUES (?, NULL) ON CONFLICT DO UPDATE SET wrapped = NULL"
                " WHERE wrapped IS NOT NULL",
                [(client.bytes,) for client in clients],
            )
        self.clear_traces()

    def page(self, after: UUID | None, limit: int) -> Sequence[tuple[UUID, bytes]]:
        with self._alone():
            found = self._db.execute(
                "SELECT client_id, wrapped FROM keys WHERE client_id > ? AND wrapped IS NOT NULL"
                " ORDER BY client_id LIMIT ?",
                (after.bytes if after else b"", limit),
            ).fetchall()
        return [(UUID(bytes=client), wrapped) for client, wrapped in found]

    def rewrap(self, wrapped: Sequence[tuple[UUID, bytes, bytes]]) -> None:
        with self._transaction():
            self._db.executemany(
                "UPDATE keys SET wrapped = ? WHERE client_id = ? AND wrapped = ?",
                [(after, client.bytes, before) for client, before, after in wrapped],
            )

    def remove(self, clients: Sequence[UUID]) -> None:
        with self._transaction():
            self._db.executemany("DELETE FROM keys WHERE client_id = ?", [(client.bytes,) for client in clients])

    def clear_traces(self) -> None:
        # `secure_delete` has overwritten the page; the pages as they were still stand in the write-ahead log.
        with self._alone():
            (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LogUnavailable("the keys are overwritten, but somebody is reading: do it again to clear their traces")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _alone(self) -> Generator[None]:
        with self._lock, translated(PART, self.damaged):
            yield

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with self._alone():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._files.check(PART)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise


class PostgresKeyTable:
    def __init__(self, pool: Pool) -> None:
        """The database has the schema `keys`: see `migrations`."""
        self._pool = pool
        self._held: Connection[Any] | None = None
        self.damaged = Event()

    def check_in_place(self) -> None:
        if self.damaged.is_set():
            raise StoreDamaged(PART)

    def trouble(self) -> str | None:
        try:
            self._asked("SELECT 1 FROM keys.keys LIMIT 1")
            self.check_in_place()
        except StoreDamaged as error:
            return error.why
        return None

    def within(self, db: Connection[Any]) -> Self:
        """The keys as somebody's open transaction has them."""
        table = copy(self)
        table._held = db  # noqa: SLF001 - a copy of this very object
        return table

    def check(self) -> KeyCheck | None:
        if self._asked("SELECT 1 WHERE to_regclass('keys.key_check') IS NULL"):
            return None
        found = self._asked("SELECT master_key, log FROM keys.key_check")
        return KeyCheck(*found[0]) if found else None

    def keep_check(self, check: KeyCheck) -> None:
        self._asked(
            "INSERT INTO keys.key_check AS kept (only_row, master_key, log) VALUES (TRUE, %s, %s)"
            " ON CONFLICT (only_row) DO UPDATE SET log = excluded.log"
            " WHERE kept.master_key = excluded.master_key AND kept.log = '' RETURNING 1",
            *check,
        )

    def replace_check(self, check: KeyCheck) -> None:
        self._asked("UPDATE keys.key_check SET master_key = %s, log = %s RETURNING 1", *check)

    def select(self, clients: Sequence[UUID]) -> Mapping[UUID, bytes | None]:
        return dict(self._asked("SELECT client_id, wrapped FROM keys.keys WHERE client_id = ANY(%s)", list(clients)))

    def insert(self, wrapped: Sequence[tuple[UUID, bytes]]) -> None:
        clients, keys = zip(*sorted(wrapped), strict=True)  # in one order, so that two processes can't wait in a circle
        self._asked(
            "INSERT INTO keys.keys SELECT * FROM unnest(%s::uuid[], %s::bytea[]) ON CONFLICT DO NOTHING RETURNING 1",
            list(clients),
            list(keys),
        )

    def forget(self, clients: Sequence[UUID]) -> None:
        forgotten = self._asked(
            "INSERT INTO keys.keys SELECT id, NULL FROM unnest(%s::uuid[]) AS id"
            " ON CONFLICT (client_id) DO UPDATE SET wrapped = NULL WHERE keys.wrapped IS NOT NULL RETURNING 1",
            sorted(clients),
        )
        if forgotten:
            self.clear_traces()

    def page(self, after: UUID | None, limit: int) -> Sequence[tuple[UUID, bytes]]:
        return self._asked(
            "SELECT client_id, wrapped FROM keys.keys WHERE wrapped IS NOT NULL"
            " AND (%s::uuid IS NULL OR client_id > %s) ORDER BY client_id LIMIT %s",
            after,
            after,
            limit,
        )

    def rewrap(self, wrapped: Sequence[tuple[UUID, bytes, bytes]]) -> None:
        if wrapped:
            clients, before, after = zip(*wrapped, strict=True)
            self._asked(
                "UPDATE keys.keys AS kept SET wrapped = new.after"
                " FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS new (client_id, before, after)"
                " WHERE kept.client_id = new.client_id AND kept.wrapped = new.before RETURNING 1",
                list(clients),
                list(before),
                list(after),
            )

    def remove(self, clients: Sequence[UUID]) -> None:
        self._asked("DELETE FROM keys.keys WHERE client_id = ANY(%s) RETURNING 1", list(clients))

    def clear_traces(self) -> None:
        """Of the rows as they were. Within a transaction nothing is cleared yet: whoever commits it asks again."""
        if self._held is None:
            with self._pool.connection() as db:
                db.execute("VACUUM (FULL) keys.keys")

    def close(self) -> None:
        self._pool.close()

    def _asked(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        if self._held is not None:
            return self._held.execute(query, parameters).fetchall()
        with damage_told(PART, self.damaged):
            return asked(self._pool, lambda db: db.execute(query, parameters).fetchall())
