"""Files lie in a table of the log's database, so that every process reads them and each backup holds them."""

import hashlib
import os
from uuid import UUID

from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, Uuid, delete, insert, select
from sqlalchemy.exc import IntegrityError

from application.files import StoredFile
from infrastructure.keys.client_keys import Keys

NONCE = 12

_files = Table(
    "files",
    MetaData(),
    Column("file_id", Uuid, primary_key=True),
    Column("subject", Uuid, nullable=False),
    Column("sha256", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # nonce and ciphertext, bound to the id
)


class FileDiffers(Exception):
    """Another content is kept under this id: ids are made anew for each."""


class SubjectErased(Exception):
    """Whom the file is about has no key any more, nor will have one."""


class StoredFiles:
    def __init__(self, engine: Engine, keys: Keys) -> None:
        """`engine` is the database of the log."""
        self._engine, self._keys = engine, keys

    def keep(self, file_id: UUID, subject: UUID, content: bytes) -> StoredFile:
        file = StoredFile(file_id, hashlib.sha256(content).hexdigest())
        if self._is_kept(file):
            return file
        key = self._keys.to_write([subject]).get(subject)
        if key is None:
            raise SubjectErased(str(subject))
        nonce = os.urandom(NONCE)
        sealed = nonce + key.encrypt(nonce, content, file_id.bytes)
        try:
            with self._engine.begin() as db:
                db.execute(insert(_files).values(file_id=file_id, subject=subject, sha256=file.sha256, sealed=sealed))
        except IntegrityError:
            if not self._is_kept(file):
                raise
        return file

    def _is_kept(self, file: StoredFile) -> bool:
        """Looked up before writing: whoever holds the log's lock may still be told that there is nothing to write."""
        with self._engine.connect() as db:
            kept = db.execute(select(_files.c.sha256).where(_files.c.file_id == file.id)).scalar_one_or_none()
        if kept not in {None, file.sha256}:
            raise FileDiffers(str(file.id))
        return kept is not None

    def read(self, file_id: UUID) -> bytes | None:
        with self._engine.connect() as db:
            found = db.execute(select(_files).where(_files.c.file_id == file_id)).one_or_none()
        key = self._keys.to_read([found.subject]).get(found.subject) if found else None
        if found is None or key is None:
            return None
        return key.decrypt(found.sealed[:NONCE], found.sealed[NONCE:], file_id.bytes)

    def remove(self, file_id: UUID) -> None:
        with self._engine.begin() as db:
            db.execute(delete(_files).where(_files.c.file_id == file_id))

    def remove_all_of(self, subject: UUID) -> None:
        with self._engine.begin() as db:
            db.execute(delete(_files).where(_files.c.subject == subject))
