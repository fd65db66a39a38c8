"""Backups: copies of the log in series, each with its head, and of the clients' keys only ever the last.

Keys are not kept in series, or an erased client's would live on in an old one. Read models are not backed up, and the
master key must be kept elsewhere by whoever keeps it.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, LiteralString, cast

import psycopg
from psycopg import pq, sql

from application.correspondence import suspend_sending
from application.streams import Command
from infrastructure.keys.check import check_keys
from infrastructure.keys.client_keys import KeyCheck, Keys, KeyTable
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.log import chain
from infrastructure.log.codec import Codec
from infrastructure.log.engine import Log
from infrastructure.log.event_store import LogEventStore
from infrastructure.log.postgres import PostgresLog
from infrastructure.log.sqlite import SQLiteLog, file_error
from infrastructure.migrations import migrate_sqlite, migrating
from infrastructure.stores import Store

TABLES: Sequence[str] = (
    "alembic_version",
    "attempts",
    "claims",
    "commands",
    "credentials",
    "events",
    "failed_log_ins",
    "files",
    "import_maps",
    "jobs",
    "read_model_generation",
    "recovery_codes",
    "second_factors",
    "secrets",
    "tokens",
    "upload_pieces",
    "uploads",
    "keys.key_check",
    "keys.keys",
)
"""Of Recobro, in PostgreSQL. There may be others in the database that are not."""

NOT_BACKED_UP: Sequence[LiteralString] = ("jobs", "upload_pieces", "uploads")
"""Copied without rows: files that wait to be loaded, for a day at most, would live on in series, with all whom they
name, and who may be erased since. They are uploaded again."""


class BackupFailed(Exception):
    """The backup could not be made or restored; the message says why, and nothing was left half done."""


@dataclass(frozen=True, slots=True)
class Backup:
    log: Path
    keys: Path
    head: chain.Head


def back_up(store: Store, folder: Path, *, now: datetime) -> Backup:
    """The log first: a client's key is stored before anything that needs it, so the keys copied next are enough."""
    if lost := store.lost_keys():
        raise BackupFailed(f"keys: {lost}; nothing was copied over earlier backups")
    _for_its_owner_alone(folder)
    kind = "dump" if store.folder is None else "db"
    log, keys = folder / f"recobro-{now:%Y%m%dT%H%M%SZ}.{kind}", folder / f"keys.{kind}"
    with _part(folder, "log") as new_log, _part(folder, "keys") as new_keys, _part(folder, "head") as new_head:
        if store.folder is not None:
            _copied(store.folder / "events.db", new_log, without=NOT_BACKED_UP)
            with closing(SQLiteLog(new_log, immutable=True)) as copied:
                head = _whole(chain.verify(copied.entries))
            _copied(store.folder / "keys.db", new_keys)
        else:
            head = _whole(store.events.verify())
            dump = (store.address, "pg_dump", "--format=custom")
            left_out = [f"--exclude-table-data={table}" for table in NOT_BACKED_UP]
            _run(*dump, f"--file={new_log}", "--exclude-schema=keys", "--exclude-schema=readmodels-*", *left_out)
            _run(*dump, f"--file={new_keys}", "--schema=keys")
        new_head.write_text(f"{head}\n")
        new_keys.replace(keys)
        new_head.replace(log.with_suffix(".head"))
        new_log.replace(log)  # the last: whatever bears such a name has all that it needs beside it
    return Backup(log, keys, head)


def restore(store: Store, log: Path, keys: Path | None, command: Command, *, to: int | None = None) -> chain.Head:
    """Into an empty store, all of it or `to` a position; the head up to where it was taken.

    By the command, sending is suspended: what waits in its outbox may have been sent since.
    """
    keys = keys or log.parent / f"keys{log.suffix}"
    for needed in (log, keys, log.with_suffix(".head")):
        if not needed.is_file():
            raise BackupFailed(f"{needed} is not there")
    if store.events.head()[0]:
        raise BackupFailed(f"{store.address} is not empty: restore into a store of its own, then change over")
    kept = chain.Head.parse(log.with_suffix(".head").read_text().strip())
    restored = (command, kept, to)
    if isinstance(store.log, PostgresLog) and isinstance(store.key_table, PostgresKeyTable):
        head = _loaded(store.address, store.log, store.key_table, store.keyring, (keys, log), *restored)
    else:
        head = _put_in_place(cast("Path", store.folder), store.keyring, log, keys, *restored)
    store.key_table.clear_traces()
    store.keyring.renew()
    store.keep_check()
    return head


def _taken_up(
    log: Log, table: KeyTable, keyring: Keyring, command: Command, kept: chain.Head, to: int | None
) -> chain.Head:
    """While nobody else can open it: a restore that is cut short leaves no store that would send."""
    events = LogEventStore(log, Codec(), Keys(table, keyring), keyring)
    head = _check(events.verify(kept))
    if to is not None:
        events.cut(to)
        head = _check(events.verify())
    suspend_sending(events, command)
    return head


def _for_its_owner_alone(folder: Path) -> None:
    """Whatever it was before: what lies in it names people."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.chmod(0o700)
    except PermissionError:
        raise BackupFailed(f"{folder} is somebody else's, who could read the backup: name another folder") from None


@contextmanager
def _part(folder: Path, name: str) -> Generator[Path]:
    """An empty file of a backup in the making, for its owner alone. What one that was killed left is gone with it."""
    part = folder / f".{name}.part"
    _removed(part)
    part.touch(mode=0o600, exist_ok=False)
    try:
        yield part
    finally:
        _removed(part)


def _removed(file: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)


def _whole(found: chain.Head | chain.Broken) -> chain.Head:
    if isinstance(found, chain.Broken):
        raise BackupFailed(f"the log is broken at {found}; nothing was copied over earlier backups")
    return found


def _check(found: chain.Head | chain.Broken) -> chain.Head:
    if isinstance(found, chain.Broken):
        raise BackupFailed(f"the backup is broken at {found}")
    return found


def _check_moment(log: Log, to: int | None) -> None:
    """What a command did is taken whole, or not at all."""
    if to is not None and (before := log.end_of_command(to)) != to:
        raise BackupFailed(f"at {to} the backup ends, or is in the midst of what one command did: take {before}")


# SQLite


def _copied(source: Path, target: Path, without: Sequence[LiteralString] = ()) -> None:
    """One state, whatever is written meanwhile, `without` the rows of these tables."""
    _overwritten(source, target)
    if without:
        _emptied(target, without)
    if wrong := file_error(target, options="&immutable=1"):
        raise BackupFailed(f"{source} is damaged ({wrong}); nothing was copied over earlier backups")


def _put_in_place(
    folder: Path, keyring: Keyring, log: Path, keys: Path, command: Command, kept: chain.Head, to: int | None
) -> chain.Head:
    """Made ready in a folder of its own, then written over the empty files: the keys, which an empty log does not
    contradict, and at once the whole log."""
    for file in (log, keys):
        if wrong := file_error(file):
            raise BackupFailed(f"the backup is damaged: {wrong}")
    with closing(SQLiteLog(log)) as copy, closing(SQLiteKeyTable(keys)) as table:
        _check(chain.verify(copy.entries, kept))
        _check_moment(copy, to)
        check = check_keys(copy, table, keyring.of(copy))
    ready = folder / ".restoring"
    shutil.rmtree(ready, ignore_errors=True)  # of a restore that was killed
    ready.mkdir(mode=0o700)
    try:
        _overwritten(log, ready / "events.db")
        _overwritten(keys, ready / "keys.db")
        migrate_sqlite(ready)
        with closing(SQLiteLog(ready / "events.db")) as copy, closing(SQLiteKeyTable(ready / "keys.db")) as table:
            head = _taken_up(copy, table, keyring.of(copy), command, kept, to)
            table.replace_check(KeyCheck(check.master_key, b""))
        _overwritten(ready / "keys.db", folder / "keys.db")
        _overwritten(ready / "events.db", folder / "events.db")
    finally:
        shutil.rmtree(ready)
    return head


def _emptied(copy: Path, tables: Sequence[LiteralString]) -> None:
    """With zeros in place of what was there."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        for table in tables:
            db.execute("DELETE FROM " + table)  # noqa: S608 - our own names


def _overwritten(source: Path, target: Path) -> None:
    """By SQLite's own backup, in one transaction of the target, which others may have open."""
    origin = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    with closing(origin), closing(sqlite3.connect(target)) as copy:
        try:
            origin.backup(copy)
        except sqlite3.OperationalError as error:
            raise BackupFailed(f"{target}: {error}") from error


# PostgreSQL


def _loaded(
    address: str,
    log: PostgresLog,
    table: PostgresKeyTable,
    keyring: Keyring,
    dumps: Iterable[Path],
    command: Command,
    kept: chain.Head,
    to: int | None,
) -> chain.Head:
    """All of it in one transaction, which is only committed once the log in it, and its keys, have been verified.

    The backup may be of an older release, which did not have all of these tables: those that it has not are made then.
    """
    with migrating(address) as (db, migrate):
        for name in TABLES:
            db.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(*name.split("."))))
        for dump in dumps:
            with tempfile.TemporaryFile() as script:
                _run(address, "pg_restore", "--clean", "--if-exists", "--no-owner", "--file=-", str(dump), into=script)
                script.seek(0)
                try:
                    _carried_out(db, script)
                except psycopg.Error as error:
                    raise BackupFailed(f"{dump}: {error.diag.message_primary or error}") from error
        db.execute("RESET ALL")  # what scripts of pg_dump set, the path to the tables among it
        log, table = log.within(db), table.within(db)
        _check(chain.verify(log.entries, kept))
        _check_moment(log, to)
        check_keys(log, table, keyring.of(log))
        migrate()
        return _taken_up(log, table, keyring.of(log), command, kept, to)


def _carried_out(db: psycopg.Connection, script: Iterable[bytes]) -> None:
    """A script of pg_restore's: statements, rows to copy after some of them, and two commands to psql alone."""
    lines, statements = iter(script), list[bytes]()
    for line in lines:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            db.execute(b"".join(statements))
            statements.clear()
            with db.cursor().copy(line) as rows:
                for row in iter(lambda: next(lines, b""), b"\\.\n"):
                    rows.write(row)
        elif not line.startswith((b"\\restrict", b"\\unrestrict")):
            statements.append(line)
    db.execute(b"".join(statements))


def _run(address: str, program: str, *arguments: str, into: IO[bytes] | None = None) -> None:
    """The address goes by the environment: arguments show in the list of processes, and it may hold a password."""
    path = _fitting(address, program)
    parsed = pq.Conninfo.parse(address.encode())
    connection = {one.envvar.decode(): one.val.decode() for one in parsed if one.envvar and one.val}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, our arguments
        [path, *arguments],
        env=os.environ | connection | IN_ENGLISH,
        stdout=into,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if "unsupported version" in done.stderr:
        raise BackupFailed(
            f"{path} is older than the pg_dump that made this backup: restore it with one of its version"
        )
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip()}")


def _fitting(address: str, program: str) -> str:
    """Where the program is. One that is older than the server does not know all that the server has."""
    with psycopg.connect(address) as db:
        server = db.info.server_version // 10_000
    needed = f"the server is PostgreSQL {server}; install its client programs (on Debian: postgresql-client-{server})"
    path = shutil.which(program)
    if path is None:
        raise BackupFailed(f"{program} is not installed here: {needed}")
    answered = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's
    version = re.search(r"\(PostgreSQL\) (\d+)", answered.stdout)
    if version is None or int(version[1]) < server:
        known = f"is of PostgreSQL {version[1]}" if version else "does not tell its version"
        raise BackupFailed(f"{path} {known}, but {needed}, and name them first in PATH")
    return path


IN_ENGLISH = {"LC_ALL": "C"}
"""What these programs say is looked at."""
