"""Users' second factors, in tables beside the log: the secret that an authenticator app shares, and recovery codes.

Secrets are sealed under the master key. Of a recovery code, which nobody can guess, there is a keyed hash.
"""

import re
import secrets
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from api.http.second_factors import OFFER_LIFE, Offer
from infrastructure.access.one_time_codes import SECRET_BYTES, steps_of
from infrastructure.keys.keyring import Keyring
from infrastructure.keys.resealing import reseal

SEALING = "second factors"
RECOVERY_CODES = "recovery codes"
"""Uses of the master key."""

HOW_MANY = 10
RECOVERY_DIGITS = 16
"""53 bits, which are typed on any keyboard and mistaken for nothing."""

_metadata = MetaData()

second_factors = Table(
    "second_factors",
    _metadata,
    Column("user_name", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # nonce and ciphertext, bound to the user
    Column("since", BigInteger, nullable=False),  # seconds since 1970
    Column("last_step", BigInteger, nullable=False),  # of the last code that was taken
)

_codes = Table(
    "recovery_codes",
    _metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("user_name", String, nullable=False),
)


class StoredSecondFactors:
    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        """`engine` is the database of the log."""
        self._engine, self._keyring = engine, keyring
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def users(self) -> Collection[str]:
        with self._engine.connect() as db:
            return set(db.execute(select(second_factors.c.user_name)).scalars())

    def since(self, name: str) -> datetime | None:
        known = select(second_factors.c.since).where(second_factors.c.user_name == name)
        with self._engine.connect() as db:
            since = db.execute(known).scalar_one_or_none()
        return None if since is None else datetime.fromtimestamp(since, UTC)

    # Setting one up

    def offer(self, name: str, session: str, *, now: datetime) -> Offer:
        secret = secrets.token_bytes(SECRET_BYTES)
        until = int((now + OFFER_LIFE).timestamp())
        sealed = self._keyring.seal(SEALING, until.to_bytes(8) + secret, self._offered_to(name, session))
        return Offer(b32encode(secret).decode(), urlsafe_b64encode(sealed).decode())

    def offered(self, name: str, session: str, sealed: str, *, now: datetime) -> Offer | None:
        secret = self._offered(name, session, sealed, now)
        return None if secret is None else Offer(b32encode(secret).decode(), sealed)

    def set_up(self, name: str, session: str, sealed: str, code: str, *, now: datetime) -> Sequence[str] | None:
        secret = self._offered(name, session, sealed, now)
        steps = () if secret is None else steps_of(secret, _digits(code), now)
        if secret is None or not steps:
            return None
        values = {
            "sealed": self._keyring.seal(SEALING, secret, name.encode()),
            "since": int(now.timestamp()),
            "last_step": max(steps),
        }
        new = self._insert(second_factors).values(user_name=name, **values)
        with self._engine.begin() as db:
            db.execute(new.on_conflict_do_update(index_elements=[second_factors.c.user_name], set_=values))
            return self._new_codes(db, name)

    def _offered(self, name: str, session: str, sealed: str, now: datetime) -> bytes | None:
        try:
            opened = self._keyring.unseal(SEALING, urlsafe_b64decode(sealed.encode()), self._offered_to(name, session))
        except ValueError:
            return None
        if opened is None or int.from_bytes(opened[:8]) <= now.timestamp():
            return None
        return opened[8:]

    def _offered_to(self, name: str, session: str) -> bytes:
        """In place of the one that there is now, if any: once another is set up, the offer is none any more."""
        return b"offered to " + b"\0".join((name.encode(), session.encode(), self._sealed(name) or b""))

    def _sealed(self, name: str) -> bytes | None:
        known = select(second_factors.c.sealed).where(second_factors.c.user_name == name)
        with self._engine.connect() as db:
            return db.execute(known).scalar_one_or_none()

    # Using it

    def accepts(self, name: str, code: str, *, now: datetime) -> bool:
        """In one statement, so that of two who send the same code one is let in."""
        mine, sealed = second_factors.c.user_name == name, self._sealed(name)
        secret = None if sealed is None else self._keyring.unseal(SEALING, sealed, name.encode())
        steps = () if secret is None else steps_of(secret, _digits(code), now)
        if not steps:
            return False
        taken = update(second_factors).where(mine, second_factors.c.last_step < max(steps))
        with self._engine.begin() as db:
            return bool(db.execute(taken.values(last_step=max(steps))).rowcount)

    def use_recovery_code(self, name: str, code: str) -> bool:
        """The same holds."""
        used = delete(_codes).where(_codes.c.user_name == name, _codes.c.code_hash == self._hashed(name, _digits(code)))
        with self._engine.begin() as db:
            found = bool(db.execute(used).rowcount)
        return found or (self._keyring.renew() and self.use_recovery_code(name, code))

    def recovery_codes_left(self, name: str) -> int:
        with self._engine.connect() as db:
            return db.execute(select(func.count()).where(_codes.c.user_name == name)).scalar_one()

    def renew_recovery_codes(self, name: str) -> Sequence[str]:
        with self._engine.begin() as db:
            return self._new_codes(db, name)

    def remove(self, name: str) -> None:
        with self._engine.begin() as db:
            for table in (second_factors, _codes):
                db.execute(delete(table).where(table.c.user_name == name))

    # What hangs on the master key

    def reseal(self) -> None:
        """All of them under the master key in use."""
        reseal(self._engine, self._keyring, SEALING, second_factors, str.encode)

    def _new_codes(self, db: Connection, name: str) -> Sequence[str]:
        """In place of those before."""
        self._keyring.renew()
        codes = [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}" for _ in range(HOW_MANY)]
        db.execute(delete(_codes).where(_codes.c.user_name == name))
        db.execute(insert(_codes), [{"code_hash": self._hashed(name, one), "user_name": name} for one in codes])
        return codes

    def _hashed(self, name: str, code: str) -> bytes:
        return self._keyring.hash(RECOVERY_CODES, name.encode(), code.encode())


def _digits(code: str) -> str:
    """People type them in groups. Of what is no code, nothing."""
    typed = re.sub(r"[\s-]", "", code)
    return typed if re.fullmatch("[0-9]+", typed) else ""
