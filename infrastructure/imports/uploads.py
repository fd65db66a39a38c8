"""Files that wait to be loaded, in tables of the log's database, so that every process of every host goes on with them.

All that is personal in them is sealed under the master key, in pieces: no file is held whole. What is removed is
overwritten in SQLite's file, and backups are made without these tables (`infrastructure/log/backups.py`).
"""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from api.http.uploads import CHECKING, LIFE, READING, Content, Upload
from application.imports import Wish
from application.imports.maps import Contents
from infrastructure.files.decoding import pieces_of
from infrastructure.jobs import jobs
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.resealing import reseal

SEALING = "uploads"
"""The use of the master key."""

_metadata = MetaData()

uploads = Table(
    "uploads",
    _metadata,
    Column("upload_id", Uuid, primary_key=True),
    Column("user_name", String, nullable=False),
    Column("kept_until", BigInteger, nullable=False),  # seconds since 1970
    Column("loaded", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the rest: nonce and ciphertext, bound to the id
)

pieces = Table(
    "upload_pieces",
    _metadata,
    Column("upload_id", Uuid, primary_key=True),
    Column("part", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),  # bound to these three
)


class StoredUploads:
    """`Uploads` of `api/http/uploads.py`."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        """`engine` is the database of the log."""
        self._engine, self._keyring = engine, keyring

    def bring(self, upload: Upload, data: BinaryIO) -> Upload:
        if (before := self.find(upload.id, upload.by)) is not None:
            return before
        until = int((upload.at + LIFE).timestamp())
        new = insert(uploads).values(
            upload_id=upload.id, user_name=upload.by, kept_until=until, loaded=False, sealed=self._sealed(upload)
        )
        try:
            with self._engine.begin() as db:
                db.execute(new)
                self._write(db, upload.id, Content.TABLE, data)
        except IntegrityError:
            return self.find(upload.id, upload.by) or upload  # both at once
        return upload

    def find(self, upload_id: UUID, by: str) -> Upload | None:
        mine = (uploads.c.upload_id == upload_id) & (uploads.c.user_name == by)
        return next(iter(self._found(mine)), None)

    def waiting(self, by: str) -> Sequence[Upload]:
        return sorted(self._found(uploads.c.user_name == by), key=lambda one: one.at, reverse=True)

    def keep(self, upload: Upload) -> None:
        it = uploads.c.upload_id == upload.id
        with self._removing() as db:
            db.execute(update(uploads).where(it).values(sealed=self._sealed(upload)))

    # What is kept of it

    def write(self, upload_id: UUID, content: Content, data: BinaryIO) -> None:
        with self._removing() as db:
            db.execute(delete(pieces).where(_of(upload_id, content)))
            self._write(db, upload_id, content, data)

    def _write(self, db: Connection, upload_id: UUID, content: Content, data: BinaryIO) -> None:
        for number, piece in enumerate(pieces_of(data)):
            sealed = self._keyring.seal(SEALING, piece, _bound_to(upload_id, content, number))
            db.execute(insert(pieces).values(upload_id=upload_id, part=content, number=number, sealed=sealed))

    def read(self, upload_id: UUID, content: Content) -> Iterator[bytes]:
        number = 0
        while (piece := self._piece(upload_id, content, number)) is not None:
            yield piece
            number += 1

    def _piece(self, upload_id: UUID, content: Content, number: int) -> bytes | None:
        known = select(pieces.c.sealed).where(_of(upload_id, content), pieces.c.number == number)
        with self._engine.connect() as db:
            sealed = db.execute(known).scalar_one_or_none()
        return sealed and self._keyring.unseal(SEALING, sealed, _bound_to(upload_id, content, number))

    def drop(self, upload_id: UUID, content: Content) -> None:
        with self._removing() as db:
            db.execute(delete(pieces).where(_of(upload_id, content)))

    # Removing

    def forget_content(self, upload_id: UUID) -> None:
        with self._removing() as db:
            db.execute(update(uploads).where(uploads.c.upload_id == upload_id).values(loaded=True))
            db.execute(delete(pieces).where(pieces.c.upload_id == upload_id, pieces.c.part != Content.LEFT_OUT))
            db.execute(delete(jobs).where(jobs.c.subject == str(upload_id), jobs.c.kind.in_([READING, CHECKING])))

    def remove(self, upload_id: UUID) -> None:
        self._remove(uploads.c.upload_id == upload_id)

    def remove_old(self, now: datetime) -> None:
        self._remove(uploads.c.kept_until <= int(now.timestamp()))

    def remove_loaded(self) -> None:
        self._remove(uploads.c.loaded)

    def _remove(self, which: ColumnElement[bool]) -> None:
        with self._engine.connect() as db:
            ids = db.execute(select(uploads.c.upload_id).where(which)).scalars().all()
        if ids:
            with self._removing() as db:
                db.execute(delete(uploads).where(uploads.c.upload_id.in_(ids)))
                db.execute(delete(jobs).where(jobs.c.subject.in_([str(one) for one in ids])))
                gone = pieces.c.upload_id.not_in(select(uploads.c.upload_id))  # a job may have written them just now
                db.execute(delete(pieces).where(gone))

    @contextmanager
    def _removing(self) -> Generator[Connection]:
        with self._engine.begin() as db:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("PRAGMA secure_delete = ON")
            yield db

    # What hangs on the master key

    def reseal(self) -> None:
        """All of them under the master key in use."""
        reseal(self._engine, self._keyring, SEALING, uploads, _bytes_of)
        reseal(self._engine, self._keyring, SEALING, pieces, _bound_to)

    def _found(self, which: ColumnElement[bool]) -> Sequence[Upload]:
        with self._engine.connect() as db:
            rows = db.execute(select(uploads).where(which)).all()
        opened = [(row, self._keyring.unseal(SEALING, row.sealed, row.upload_id.bytes)) for row in rows]
        return [_upload(row, json.loads(sealed_json)) for row, sealed_json in opened if sealed_json is not None]

    def _sealed(self, upload: Upload) -> bytes:
        sealed_json = {
            "name": upload.name,
            "contents": upload.contents,
            "at": upload.at.isoformat(),
            "mapping": upload.mapping,
            "wish": msgspec.to_builtins(upload.wish),
            "withdrawn": [str(one) for one in upload.withdrawn],
            "header_line": upload.header_line,
            "sheet": upload.sheet,
        }
        return self._keyring.seal(SEALING, json.dumps(sealed_json).encode(), upload.id.bytes)


def _upload(row: Any, sealed_json: Any) -> Upload:
    return Upload(
        id=row.upload_id,
        by=row.user_name,
        name=sealed_json["name"],
        contents=Contents(sealed_json["contents"]),
        at=datetime.fromisoformat(sealed_json["at"]),
        mapping=sealed_json["mapping"],
        wish=msgspec.convert(sealed_json["wish"], Wish),
        withdrawn=tuple(UUID(one) for one in sealed_json["withdrawn"]),
        header_line=sealed_json["header_line"],
        sheet=sealed_json["sheet"],
    )


def _of(upload_id: UUID, content: Content) -> ColumnElement[bool]:
    return (pieces.c.upload_id == upload_id) & (pieces.c.part == content)


def _bytes_of(upload_id: UUID) -> bytes:
    return upload_id.bytes


def _bound_to(upload_id: UUID, content: str, number: int) -> bytes:
    return b"\0".join((upload_id.bytes, content.encode(), str(number).encode()))
