"""Passwords and tokens: beside the log, never in it. Passwords are kept as argon2id, tokens as an HMAC."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import OperationalError

from api.http.credentials import INVITATION_LIFE, ProgramToken, SecondFactorMissing, Session
from application.streams import EventStore
from domain.business import BUSINESS, Business
from domain.passwords import AT_MOST, check_password, normalized
from domain.people import Actor, User, user_id
from infrastructure.access.common_passwords import is_common
from infrastructure.access.second_factors import second_factors
from infrastructure.keys.keyring import Keyring
from infrastructure.log.engine import LogUnavailable

WAIT_TO_NOTE_SECONDS = 0.25
"""How long a request waits for another writer to note a use, once half of what ends an idle session has passed."""
USED_SECONDS = 60
"""How exactly it is known when a session was used last."""
COST = RFC_9106_LOW_MEMORY
"""What hashing a password takes: 64 MiB, three times over in four lanes (RFC 9106, section 4)."""
BUSY_SECONDS = 10
"""How long a writer to SQLite waits for another."""
AT_ONCE = 4
"""How many passwords are verified at the same time."""

_metadata = MetaData()

_credentials = Table(
    "credentials",
    _metadata,
    Column("user_name", String, primary_key=True),
    Column("password_hash", String, nullable=False),
)

_tokens = Table(
    "tokens",
    _metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),  # seconds since 1970
    Column("expires_at", BigInteger, nullable=False),
    Column("label", String),  # of a program's
    Column("used_at", BigInteger),  # a session's, to a minute
    Column("device", String),  # a session's, roughly
)

LOG_IN, PROGRAM, CALENDAR, NEW_PASSWORD, CODE = "api", "program", "calendar", "new password", "code"
"""Kinds of tokens: of somebody who has logged in, over the API or in a browser, of a program of theirs, of the address
at which calendar programs read, of the link that sets a new password, and of somebody who has shown the password and is
to show a code. The last three let in to nothing else."""

CODE_LIFE = timedelta(minutes=5)
"""Between the password and the code."""

LINK_LIFE = timedelta(hours=1)
"""Of a link that somebody asks for who has forgotten the password."""

NONE_YET = ""
"""In place of a password's hash: nothing is verified by it."""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When the address of a calendar expires: it is revoked."""


_LAST_USED = func.coalesce(_tokens.c.used_at, _tokens.c.created_at)

_HAS_SECOND_FACTOR = exists().where(second_factors.c.user_name == _tokens.c.user_name)

_WHOSE = select(_tokens.c.user_name, _tokens.c.kind, _LAST_USED, _HAS_SECOND_FACTOR).where(
    _tokens.c.token_hash == bindparam("token_hash"),
    _tokens.c.expires_at > bindparam("now"),
    _tokens.c.kind.in_((LOG_IN, PROGRAM)),
)
"""Asked with every request, so it is built once."""


class StoredCredentials:
    def __init__(self, engine: Engine, store: EventStore, keyring: Keyring) -> None:
        """`engine` is the database of the log."""
        self.engine, self._store, self._keyring = engine, store, keyring
        self.at_hand = engine.dialect.name == "sqlite"
        self._hasher = PasswordHasher.from_parameters(COST)
        self._few_at_once = BoundedSemaphore(AT_ONCE)
        self._nobodys = _nobodys_password()

    def check(self, password: str, user: User) -> None:
        address, _, _ = (user.email or "").partition("@")
        business, _ = self._store.load(Business(), BUSINESS)
        check_password(password, (user.name, user.full_name or "", address, business.name), is_common=is_common)

    def names(self) -> Sequence[str]:
        """Of all users, in order."""
        with self.engine.connect() as db:
            return list(db.execute(select(_credentials.c.user_name).order_by(_credentials.c.user_name)).scalars())

    def is_password(self, name: str, password: str) -> bool:
        with self.engine.connect() as db:
            stored = db.execute(
                select(_credentials.c.password_hash).where(_credentials.c.user_name == name)
            ).scalar_one_or_none()
        # As it was typed, too: passwords of before were hashed so.
        return any(self._verifies(stored, one) for one in {normalized(password), password})

    def _verifies(self, stored: str | None, password: str) -> bool:
        try:
            with self._few_at_once:
                self._hasher.verify(stored or self._nobodys, password[: AT_MOST + 1])
        except VerificationError:
            return False
        return bool(stored)

    def set_password(self, name: str, password: str, *, staying: str | None = None) -> None:
        """What was logged in with the password before is logged out, and so are programs.

        Who changes the own password stays in with the token that is `staying`, and so do the own programs.
        """
        self.check(password, replace(self._user(name), name=name))
        hashed = self._hasher.hash(normalized(password))
        with self.engine.begin() as db:
            mine = _credentials.c.user_name == name
            if not db.execute(update(_credentials).where(mine).values(password_hash=hashed)).rowcount:
                db.execute(insert(_credentials).values(user_name=name, password_hash=hashed))
            out = _tokens.c.user_name == name
            if staying is not None:
                out &= _tokens.c.kind.in_((LOG_IN, NEW_PASSWORD, CODE)) & (
                    _tokens.c.token_hash != self._hashed(staying)
                )
            db.execute(delete(_tokens).where(out))

    def lets_in(self, name: str, password: str) -> bool:
        return self.is_password(name, password) and self._user(name).enabled

    def issue(self, name: str, *, now: datetime, device: str | None = None) -> str:
        business, _ = self._store.load(Business(), BUSINESS)
        return self._issue(name, LOG_IN, None, now + timedelta(hours=business.session_hours), now, device=device)

    def sessions(self, name: str, *, this: str, now: datetime) -> Sequence[Session]:
        business, _ = self._store.load(Business(), BUSINESS)
        mine, seconds = (_tokens.c.user_name == name) & (_tokens.c.kind == LOG_IN), int(now.timestamp())
        alive = (_tokens.c.expires_at > seconds) & (seconds - _LAST_USED < business.session_idle_minutes * 60)
        known = select(_tokens, _LAST_USED.label("last")).where(mine, alive).order_by(_LAST_USED.desc())
        own = self._hashed(this)
        with self.engine.connect() as db:
            return [
                Session(
                    row.token_hash.hex(),
                    row.device,
                    datetime.fromtimestamp(row.created_at, UTC),
                    datetime.fromtimestamp(row.last, UTC),
                    row.token_hash == own,
                )
                for row in db.execute(known.order_by(_tokens.c.token_hash))
            ]

    def end_session(self, name: str, session_id: str) -> None:
        self._revoke(name, LOG_IN, session_id)

    def end_other_sessions(self, name: str, *, staying: str) -> None:
        mine = (_tokens.c.user_name == name) & (_tokens.c.kind == LOG_IN)
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(mine, _tokens.c.token_hash != self._hashed(staying)))

    def issue_to_program(self, name: str, label: str, *, life: timedelta, now: datetime) -> str:
        return self._issue(name, PROGRAM, label, now + life, now)

    def issue_to_calendar(self, name: str, *, now: datetime) -> str:
        self.revoke_calendar(name)
        return self._issue(name, CALENDAR, None, NEVER, now)

    def _issue(
        self,
        name: str,
        kind: str,
        label: str | None,
        expires_at: datetime,
        now: datetime,
        *,
        device: str | None = None,
    ) -> str:
        token, seconds = secrets.token_urlsafe(32), int(now.timestamp())
        self._keyring.renew()
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(_tokens.c.expires_at <= seconds))
            db.execute(
                insert(_tokens).values(
                    token_hash=self._hashed(token),
                    user_name=name,
                    kind=kind,
                    created_at=seconds,
                    expires_at=int(expires_at.timestamp()),
                    label=label,
                    device=device,
                )
            )
        return token

    def issue_for_code(self, name: str, *, now: datetime) -> str:
        return self._issue(name, CODE, None, now + CODE_LIFE, now)

    def whose_code(self, token: str, *, now: datetime) -> str | None:
        return self._whose(token, CODE, now)

    def issue_for_new_password(self, name: str, *, now: datetime) -> str:
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(_tokens.c.user_name == name, _tokens.c.kind == NEW_PASSWORD))
        return self._issue(name, NEW_PASSWORD, None, now + LINK_LIFE, now)

    def invite(self, name: str, *, now: datetime) -> str:
        with self.engine.begin() as db:
            mine = _credentials.c.user_name == name
            if not db.execute(update(_credentials).where(mine).values(password_hash=NONE_YET)).rowcount:
                db.execute(insert(_credentials).values(user_name=name, password_hash=NONE_YET))
            db.execute(delete(_tokens).where(_tokens.c.user_name == name))
        return self._issue(name, NEW_PASSWORD, None, now + INVITATION_LIFE, now)

    def invited(self) -> Collection[str]:
        without = select(_credentials.c.user_name).where(_credentials.c.password_hash == NONE_YET)
        with self.engine.connect() as db:
            return set(db.execute(without).scalars())

    def whose_new_password(self, token: str, *, now: datetime) -> str | None:
        return self._whose(token, NEW_PASSWORD, now)

    def _whose(self, token: str, kind: str, now: datetime) -> str | None:
        name = self._named(token, kind, now=now)
        return name if name is not None and self._user(name).enabled else None

    def programs(self, name: str, *, now: datetime) -> Sequence[ProgramToken]:
        known = (
            select(_tokens)
            .where(_tokens.c.user_name == name, _tokens.c.kind == PROGRAM, _tokens.c.expires_at > int(now.timestamp()))
            .order_by(_tokens.c.created_at.desc(), _tokens.c.token_hash)
        )
        with self.engine.connect() as db:
            return [
                ProgramToken(
                    row.token_hash.hex(),
                    row.label,
                    datetime.fromtimestamp(row.created_at, UTC),
                    datetime.fromtimestamp(row.expires_at, UTC),
                )
                for row in db.execute(known)
            ]

    def revoke(self, name: str, token_id: str) -> None:
        """One of this user's programs'; `token_id` is the hash that is kept of it."""
        self._revoke(name, PROGRAM, token_id)

    def _revoke(self, name: str, kind: str, token_id: str) -> None:
        try:
            hashed = bytes.fromhex(token_id)
        except ValueError:
            return
        mine = (_tokens.c.user_name == name) & (_tokens.c.kind == kind)
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(mine, _tokens.c.token_hash == hashed))

    def actor(self, token: str, *, now: datetime) -> Actor | None:
        hashed, seconds = self._hashed(token), int(now.timestamp())
        with self.engine.connect() as db:
            known = db.execute(_WHOSE, {"token_hash": hashed, "now": seconds}).one_or_none()
        if known is None:
            return self.actor(token, now=now) if self._keyring.renew() else None
        name, kind, last_used, has_second_factor = known
        user = self._user(name)
        business, _ = self._store.load(Business(), BUSINESS, fresh=False)
        if not user.enabled or (kind == LOG_IN and seconds - last_used >= business.session_idle_minutes * 60):
            return None
        if kind == LOG_IN and seconds - last_used >= USED_SECONDS:
            soon_idle = seconds - last_used >= business.session_idle_minutes * 30
            self._note_use(hashed, seconds, wait=WAIT_TO_NOTE_SECONDS if soon_idle else 0)
        actor = user.actor(now.astimezone(business.zone).date())
        if kind == LOG_IN and not has_second_factor and business.requires_second_factor(user.roles):
            raise SecondFactorMissing(actor)
        return actor

    def _note_use(self, hashed: bytes, seconds: int, *, wait: float) -> None:
        """Unless somebody else is writing to SQLite for longer than that: then the next request notes it."""
        with self.engine.connect() as db, suppress(OperationalError, LogUnavailable):
            if self.at_hand:
                db.exec_driver_sql(f"PRAGMA busy_timeout = {round(wait * 1000)}")
            try:
                db.execute(update(_tokens).where(_tokens.c.token_hash == hashed).values(used_at=seconds))
                db.commit()
            finally:
                if self.at_hand:
                    db.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def calendar_since(self, name: str) -> datetime | None:
        known = select(_tokens.c.created_at).where(_tokens.c.user_name == name, _tokens.c.kind == CALENDAR)
        with self.engine.connect() as db:
            made_at = db.execute(known.order_by(_tokens.c.created_at.desc()).limit(1)).scalar_one_or_none()
        return None if made_at is None else datetime.fromtimestamp(made_at, UTC)

    def revoke_calendar(self, name: str) -> None:
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(_tokens.c.user_name == name, _tokens.c.kind == CALENDAR))

    def whose_calendar(self, token: str) -> Actor | None:
        name = self._named(token, CALENDAR)
        user = self._user(name) if name is not None else User()
        return Actor(user.name, user.roles) if user.enabled else None

    def _named(self, token: str, kind: str, *, now: datetime | None = None) -> str | None:
        """Whose token of this kind it is; with `now`, unless it has expired."""
        known = select(_tokens.c.user_name).where(_tokens.c.token_hash == self._hashed(token), _tokens.c.kind == kind)
        if now is not None:
            known = known.where(_tokens.c.expires_at > int(now.timestamp()))
        with self.engine.connect() as db:
            name: str | None = db.execute(known).scalar_one_or_none()
        return self._named(token, kind, now=now) if name is None and self._keyring.renew() else name

    def log_out(self, token: str) -> None:
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(_tokens.c.token_hash == self._hashed(token)))

    def log_out_everywhere(self, name: str) -> None:
        """Whoever is logged in as this user; programs stay."""
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(_tokens.c.user_name == name, _tokens.c.kind == LOG_IN))

    def revoke_all(self, name: str) -> None:
        """Sessions, programs, calendar, and links that set a new password. The password stays."""
        with self.engine.begin() as db:
            db.execute(delete(_tokens).where(_tokens.c.user_name == name))

    def close(self) -> None:
        self.engine.dispose()

    def _user(self, name: str) -> User:
        user, _ = self._store.load(User(), user_id(name))
        return user

    def _hashed(self, token: str) -> bytes:
        return self._keyring.hash("tokens", token.encode())


@cache
def _nobodys_password() -> str:
    """Verified where there is no such user, so that this does not show in how long a refusal takes."""
    return PasswordHasher.from_parameters(COST).hash(secrets.token_urlsafe())
