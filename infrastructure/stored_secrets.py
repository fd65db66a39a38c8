"""Passwords and tokens that Recobro shows to others, such as a mail server: encrypted in a table beside the log.

Their key is derived from the master key, so neither the database nor a backup of it tells them.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, delete, insert, select

from application.correspondence import Secret

NONCE = 12

_secrets = Table(
    "secrets",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # nonce and ciphertext, bound to the name
)


class StoredSecrets:
    def __init__(self, engine: Engine, key: bytes) -> None:
        """`engine` is the database of the log."""
        self._engine, self._cipher = engine, AESGCM(key)

    def keep(self, secret: Secret, value: str) -> None:
        nonce = os.urandom(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, value.encode(), secret.value.encode())
        with self._engine.begin() as db:
            db.execute(delete(_secrets).where(_secrets.c.name == secret.value))
            db.execute(insert(_secrets).values(name=secret.value, sealed=sealed))

    def read(self, secret: Secret) -> str | None:
        """None also where it was kept under another master key: it has to be told again."""
        with self._engine.connect() as db:
            sealed = db.execute(select(_secrets.c.sealed).where(_secrets.c.name == secret.value)).scalar_one_or_none()
        if sealed is None:
            return None
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], secret.value.encode()).decode()
        except InvalidTag:
            return None

    def remove(self, secret: Secret) -> None:
        with self._engine.begin() as db:
            db.execute(delete(_secrets).where(_secrets.c.name == secret.value))
