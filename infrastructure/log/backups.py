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
from typing import LiteralString

import psycopg
from psycopg import pq, sql

from application.correspondence import suspend_sending
from application.streams import Command
from infrastructure.keys.check import check_keys
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.tables import PostgresKeyTable, SQLiteKeyTable
from infrastructure.log import chain
from infrastructure.log.engine import Log
from infrastructure.log.postgres import PostgresLog
from infrastructure.log.sqlite import SQLiteLog, file_error
from infrastructure.migrations import migrate_postgres, migrate_sqlite
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
    name = f"recobro-{now:%Y%m%dT%H%M%SZ}"
    if store.folder is not None:
        log, keys = folder / f"{name}.db", folder / "keys.db"
        emptied = _copied(store.folder / "events.db", log, without=NOT_BACKED_UP)
        with emptied as copy, closing(SQLiteLog(copy, immutable=True)) as copied:
            head = _whole(chain.verify(copied.entries))
        with _copied(store.folder / "keys.db", keys):
            pass  # without complaint
    else:
        head = _whole(store.events.verify())
        log = _dumped(
            store.address,
            folder / f"{name}.dump",
            *("--exclude-schema=keys", "--exclude-schema=readmodels-*"),
            *(f"--exclude-table-data={table}" for table in NOT_BACKED_UP),
        )
        keys = _dumped(store.address, folder / "keys.dump", "--schema=keys")
    _new_file(log.with_suffix(".head")).write_text(f"{head}\n")
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
    if isinstance(store.log, PostgresLog) and isinstance(store.key_table, PostgresKeyTable):
        _loaded(store.address, store.log, store.key_table, store.keyring, kept, to, (keys, log))
        migrate_postgres(store.address)
    elif store.folder is not None:
        for file in (log, keys):
            if wrong := file_error(file):
                raise BackupFailed(f"the backup is damaged: {wrong}")
        with closing(SQLiteLog(log)) as copy, closing(SQLiteKeyTable(keys)) as table:
            _check(chain.verify(copy.entries, kept))
            _check_moment(copy, to)
            check_keys(copy, table, store.keyring.of(copy))
        _overwritten(keys, store.folder / "keys.db")
        _overwritten(log, store.folder / "events.db")
        migrate_sqlite(store.folder)
    store.keyring.renew()
    store.keep_check()
    head = _check(store.events.verify(kept))
    if to is not None:
        store.events.cut(to)
        head = _check(store.events.verify())
    suspend_sending(store.events, command)
    return head


def _for_its_owner_alone(folder: Path) -> None:
    """Whatever it was before: what lies in it names people."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.chmod(0o700)
    except PermissionError:
        raise BackupFailed(f"{folder} is somebody else's, who could read the backup: name another folder") from None


def _new_file(path: Path) -> Path:
    """Empty, and for its owner alone."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return path


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


@contextmanager
def _copied(source: Path, target: Path, without: Sequence[LiteralString] = ()) -> Generator[Path]:
    """One state, whatever is written meanwhile, `without` the rows of these tables. It replaces what stood in the
    target's place once it has been looked at without complaint."""
    fresh = _new_file(target.with_name(f".{target.name}.part"))
    try:
        _overwritten(source, fresh)
        if without:
            _emptied(fresh, without)
        if wrong := file_error(fresh, options="&immutable=1"):
            raise BackupFailed(f"{source} is damaged ({wrong}); nothing was copied over earlier backups")
        yield fresh
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


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


def _dumped(address: str, target: Path, *which: str) -> Path:
    fresh = _new_file(target.with_name(f".{target.name}.part"))
    _run(address, "pg_dump", "--format=custom", f"--file={fresh}", *which)
    fresh.replace(target)
    return target


def _loaded(
    address: str,
    log: PostgresLog,
    table: PostgresKeyTable,
    keyring: Keyring,
    kept: chain.Head,
    to: int | None,
    dumps: Iterable[Path],
) -> None:
    """All of it in one transaction, which is only committed once the log in it, and its keys, have been verified.

    The backup may be of an older release, which did not have all of these tables: those that it has not are made later.
    """
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(address) as db:
        for name in TABLES:
            db.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(*name.split("."))))
        for dump in dumps:
            script = Path(folder) / f"{dump.name}.sql"
            _run(address, "pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(dump))
            try:
                with script.open("rb") as lines:
                    _carried_out(db, lines)
            except psycopg.Error as error:
                raise BackupFailed(f"{dump}: {error.diag.message_primary or error}") from error
        db.execute("RESET ALL")  # what scripts of pg_dump set, the path to the tables among it
        _check(chain.verify(log.within(db).entries, kept))
        _check_moment(log.within(db), to)
        check_keys(log.within(db), table.within(db), keyring.of(log.within(db)))


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


def _run(address: str, program: str, *arguments: str) -> None:
    """The address goes by the environment: arguments show in the list of processes, and it may hold a password."""
    path = _fitting(address, program)
    told = pq.Conninfo.parse(address.encode())
    connection = {one.envvar.decode(): one.val.decode() for one in told if one.envvar and one.val}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, our arguments
        [path, *arguments], env=os.environ | connection | IN_ENGLISH, capture_output=True, text=True, check=False
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
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's
    version = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    if version is None or int(version[1]) < server:
        known = f"is of PostgreSQL {version[1]}" if version else "does not tell its version"
        raise BackupFailed(f"{path} {known}, but {needed}, and name them first in PATH")
    return path


IN_ENGLISH = {"LC_ALL": "C"}
"""What these programs say is looked at."""
