"""What a route may ask for: who asks, a command to give, a snapshot to read. The `Service` comes from outside."""

import asyncio
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Protocol, cast
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Header, Request, Response
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from application.streams import Command, EventStore, Outcome
from domain.business import BUSINESS, Business
from domain.errors import Invalid
from domain.people import Actor, Role, user_id
from projections.days import AsOf, as_of

READ_AFTER_SECONDS = 2.0


class NotLoggedIn(Exception):
    """There is no valid token with the request."""

    title = "Log in first"


class NotLetIn(NotLoggedIn):
    title = "The name or the password is not right"


class ReadModelsNotReady(Exception):
    """There is nothing right to show yet; the message says how far it is."""


class ReadModelsBehind(Exception):
    """The position that the request wants to read after has not been reached in time."""


class PositionNotReached(Invalid):
    title = "The log has no such position yet"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows and positions of one moment."""

    db: Connection
    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Health:
    ready: bool
    head: int
    read_models: Mapping[str, str]


class ReadModels(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def position(self) -> int:
        """The least position of all read models."""
        ...

    def health(self) -> Health: ...


class Credentials(Protocol):
    def log_in(self, name: str, password: str, *, now: datetime) -> str | None:
        """A new token, or None where name and password are not those of an enabled user. Either way as slow."""
        ...

    def actor(self, token: str, *, now: datetime) -> Actor | None:
        """Whose token it is, if it is valid and its user enabled."""
        ...

    def log_out(self, token: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Service:
    """All that the API stands on. `fingerprint` tells requests apart without keeping them; `wake` starts projecting."""

    store: EventStore
    read_models: ReadModels
    credentials: Credentials
    clock: Callable[[], datetime]
    fingerprint: Callable[..., bytes]
    wake: Callable[[], None]

    def business(self) -> Business:
        business, _ = self.store.load(Business(), BUSINESS)
        return business


async def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


Serving = Annotated[Service, Depends(_service)]

BearerToken = Annotated[str | None, Depends(OAuth2PasswordBearer("/api/token", auto_error=False))]


def logged_in(service: Service, token: str | None) -> Actor:
    actor = service.credentials.actor(token, now=service.clock()) if token else None
    if actor is None:
        raise NotLoggedIn
    return actor


# Commands


@dataclass(frozen=True, slots=True)
class Giving:
    """A command about to be given. Ids of what it makes follow from its own: sent again, it makes the same."""

    service: Service
    command: Command
    response: Response

    @property
    def store(self) -> EventStore:
        return self.service.store

    @property
    def today(self) -> date:
        return self.command.today

    def new_id(self, what: str) -> UUID:
        return uuid5(self.command.id, what)

    def done(self, outcome: Outcome) -> "Done":
        self.service.wake()
        self.response.headers["Log-Position"] = str(outcome.position)
        return Done(outcome.id, outcome.position)


@dataclass(frozen=True, slots=True)
class Done:
    """What a command made, if it made something, and the position of the log from which on it shows."""

    id: UUID | None
    position: int


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Send the same key with the same request again, and it is carried out once.",
    ),
]


async def _body(request: Request) -> bytes:
    return await request.body()


def _giving(
    request: Request,
    response: Response,
    service: Serving,
    token: BearerToken,
    body: Annotated[bytes, Depends(_body)],
    idempotency_key: IdempotencyKey = None,
) -> Giving:
    actor, now = logged_in(service, token), service.clock()
    route = f"{request.method} {request.url.path}"
    command_id = uuid5(user_id(actor.name), idempotency_key) if idempotency_key else uuid4()
    command = Command(
        command_id,
        actor,
        now,
        now.astimezone(service.business().zone).date(),
        correlation_id=command_id,
        route=route,
        fingerprint=service.fingerprint(route.encode(), body) if idempotency_key else b"",
    )
    return Giving(service, command, response)


NewCommand = Annotated[Giving, Depends(_giving)]


# Queries


@dataclass(frozen=True, slots=True)
class Reading:
    """A question about to be asked, by this viewer."""

    service: Service
    viewer: Actor
    response: Response

    @contextmanager
    def snapshot(self, *read_models: str) -> Generator[Connection]:
        with self.service.read_models.snapshot() as snapshot:
            position = min(snapshot.positions[name] for name in read_models)
            self.response.headers["Log-Position"] = str(position)
            yield snapshot.db

    def as_of(self, day: date | None = None) -> AsOf:
        """The day, today where none is given, as the business's settings see it."""
        business = self.service.business()
        return as_of(
            day or self.service.clock().astimezone(business.zone).date(),
            country=business.country,
            grace_days=business.grace_days,
            idle_days=business.idle_days,
        )

    def require(self, *roles: Role) -> None:
        self.viewer.require(*roles)


ReadAfter = Annotated[
    int | None,
    Header(
        alias="Read-After",
        ge=0,
        le=2**53,
        description="Answer from this position of the log on; wait for it up to two seconds.",
    ),
]


async def _reading(response: Response, service: Serving, token: BearerToken, read_after: ReadAfter = None) -> Reading:
    viewer = await run_in_threadpool(logged_in, service, token)
    if read_after is not None:
        await _wait_until(service, read_after)
    return Reading(service, viewer, response)


async def _wait_until(service: Service, position: int) -> None:
    """Holds no thread while it waits."""
    deadline, pause = time.monotonic() + READ_AFTER_SECONDS, 0.002
    while await run_in_threadpool(service.read_models.position) < position:
        head, _ = await run_in_threadpool(service.store.head)
        if position > head:
            raise PositionNotReached(field="Read-After", head=head)
        if time.monotonic() > deadline:
            raise ReadModelsBehind
        await asyncio.sleep(pause)
        pause = min(2 * pause, 0.05)


Question = Annotated[Reading, Depends(_reading)]
