"""Passwords and tokens that Recobro shows to others, such as a mail server: encrypted in a table beside the log.

Their key is derived from the master key, so neither the database nor a backup of it tells them.
"""

from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, delete, insert, select

from application.correspondence import Secret
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.resealing import reseal

SEALING = "secrets"

_secrets = Table(
    "secrets",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # nonce and ciphertext, bound to the name
)


class StoredSecrets:
    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        """`engine` is the database of the log."""
        self._engine, self._keyring = engine, keyring

    def keep(self, secret: Secret, value: str) -> None:
        sealed = self._keyring.seal(SEALING, value.encode(), secret.value.encode())
        with self._engine.begin() as db:
            db.execute(delete(_secrets).where(_secrets.c.name == secret.value))
            db.execute(insert(_secrets).values(name=secret.value, sealed=sealed))

    def read(self, secret: Secret) -> str | None:
        """None also where it was kept under another store's master key: it has to be told again."""
        with self._engine.connect() as db:
            sealed = db.execute(select(_secrets.c.sealed).where(_secrets.c.name == secret.value)).scalar_one_or_none()
        opened = None if sealed is None else self._keyring.unseal(SEALING, sealed, secret.value.encode())
        return None if opened is None else opened.decode()

    def reseal(self) -> None:
        """All of them under the master key in use."""
        reseal(self._engine, self._keyring, SEALING, _secrets, str.encode)

    def remove(self, secret: Secret) -> None:
        with self._engine.begin() as db:
            db.execute(delete(_secrets).where(_secrets.c.name == secret.value))
