"""What a route may ask for: who asks, a command to give, a snapshot to read. The `Service` comes from outside."""

import asyncio
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, ParamSpec, Protocol, TextIO, TypeVar, cast
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Header, Request, Response
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.http.attempts import Log, codes_of
from api.http.credentials import Credentials, NotLoggedIn
from api.http.documents import Documents
from api.http.estimate_links import EstimateLinks
from api.http.jobs import Jobs, Progress
from api.http.pace import Pace
from api.http.read_models import ReadModels, ReadModelsBehind
from api.http.second_factors import SecondFactors
from api.http.uploads import Uploads
from application.access import note
from application.correspondence import Secrets
from application.files import Files, Images
from application.imports.maps import Contents
from application.imports.table import Finding, Table, Why
from application.streams import Command, EventStore, Outcome
from domain import access
from domain.access import DOOR, Means, PasswordSet
from domain.business import BUSINESS, Business
from domain.errors import Conflict, Invalid
from domain.message import Report
from domain.people import Actor, Role, User, user_id
from domain.sending import Channel
from projections.days import AsOf, as_of

P = ParamSpec("P")
T = TypeVar("T")

READ_AFTER_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.003


class PositionNotReached(Invalid):
    title = "The log has no such position yet"


class PublicUrlMissing(Conflict):
    """Whoever runs the server says it in `RECOBRO_PUBLIC_URL`. The host that a request names may be anybody's."""

    title = "Links need the address at which people reach Recobro: whoever runs the server sets RECOBRO_PUBLIC_URL"


class Tables(Protocol):
    """Files of rows, CSV or Excel's."""

    def read_table(
        self, pieces: Iterable[bytes], /, *, header_line: int | None = None, sheet: str | None = None
    ) -> Table:
        """Of a file that comes piece by piece."""
        ...

    def write_left_out(self, out: TextIO, table: Table, bad: Sequence[Finding], say: Callable[[Why], str], /) -> None:
        """The bad rows as they were, and why."""
        ...


class Maps(Protocol):
    """Import maps that are offered again, by the name that somebody gave them."""

    def all(self, contents: Contents) -> Mapping[str, Mapping[str, Any]]: ...

    def keep(self, contents: Contents, name: str, mapping: Mapping[str, Any]) -> None:
        """In place of the one of this name."""
        ...

    def remove(self, contents: Contents, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Chain:
    """Of the log up to this position; `whole` unless the event there is not what was written."""

    position: int
    hash: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Service:
    """All that the API stands on. `fingerprint` tells requests apart without keeping them; `wake` starts projecting.

    `try_out` sends subject and body there at once, by what is set up for that channel, and says what came of it.
    `public_url` is where people reach this server, with a slash at its end: links that leave it begin so.
    `forget_erased` destroys the keys, claims and files of the clients whom the log says to be erased. `attempts` are
    those of logging in, `pace` limits who is in. `uploads` are files that wait to be loaded. `operations_token` is told
    by who looks after the service from elsewhere.
    """

    store: EventStore
    read_models: ReadModels
    credentials: Credentials
    second_factors: SecondFactors
    clock: Callable[[], datetime]
    fingerprint: Callable[..., bytes]
    wake: Callable[[], None]
    tables: Tables
    maps: Maps
    files: Files
    images: Images
    documents: Documents
    estimate_links: EstimateLinks
    secrets: Secrets
    try_out: Callable[[Channel, str, str, str], Report]
    forget_erased: Callable[[], None]
    attempts: Log
    jobs: Jobs
    uploads: Uploads
    verify_chain: Callable[[Progress], Chain]
    pace: Pace | None = None
    public_url: str | None = None
    operations_token: str | None = field(default=None, repr=False)

    def link(self, path: str) -> str:
        """A page's address for mails and other programs. Raises `PublicUrlMissing`."""
        if self.public_url is None:
            raise PublicUrlMissing
        return f"{self.public_url}{path}"

    def estimate_link(self, estimate_id: UUID) -> str:
        """By which a client reads an estimate and answers it. Raises `PublicUrlMissing`."""
        return self.link(self.estimate_links.path(estimate_id))

    def note(self, *events: access.Event, by: Actor = DOOR) -> None:
        """Security events."""
        note(self.store, *events, at=self.clock(), by=by)
        self.wake()

    def note_password_set(self, name: str, means: Means, *, by: Actor = DOOR) -> None:
        self.attempts.clear(*codes_of(name))
        self.note(PasswordSet(self.attempts.who(name), means), by=by)

    def called(self, name: str) -> str:
        """A user's full name, or the log-in where none was given."""
        user, _ = self.store.load(User(), user_id(name), fresh=False)  # a new name may show a moment later
        return user.full_name or name

    def business(self) -> Business:
        business, _ = self.store.load(Business(), BUSINESS)
        return business

    @contextmanager
    def caught_up(self) -> Generator[Connection]:
        """For the few commands that choose by read models: these show all that was done before. Waits in its thread."""
        head, _ = self.store.head()
        deadline = time.monotonic() + READ_AFTER_SECONDS
        while self.read_models.position() < head:
            if time.monotonic() > deadline:
                raise ReadModelsBehind
            time.sleep(LOOK_AGAIN_SECONDS)
        with self.read_models.snapshot() as snapshot:
            yield snapshot.db


def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


async def _serving(request: Request) -> Service:
    return _service(request)


Serving = Annotated[Service, Depends(_serving)]

BearerToken = Annotated[str | None, Depends(OAuth2PasswordBearer("/api/token", auto_error=False))]


def logged_in(service: Service, token: str | None) -> Actor:
    """Raises `NotLoggedIn`, and `AskedTooOften`."""
    actor = service.credentials.actor(token, now=service.clock()) if token else None
    if actor is None:
        raise NotLoggedIn
    if service.pace is not None:
        service.pace.count(actor.name)
    return actor


async def _soon(service: Service, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer to a short question about who asks: no thread is sent for what is at hand."""
    if service.credentials.at_hand:
        return ask(*args, **kwargs)
    return await run_in_threadpool(ask, *args, **kwargs)


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


Speaks = Annotated[str | None, Header(alias="Accept-Language")]

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


async def _giving(
    request: Request, response: Response, token: BearerToken, idempotency_key: IdempotencyKey = None
) -> Giving:
    """A body that is a file is read only once it is known who sends it."""
    service = _service(request)
    command = await _soon(service, _command, service, token, request, idempotency_key)
    if idempotency_key:
        body = await request.body()
        command = replace(command, fingerprint=service.fingerprint(command.route.encode(), body))
    return Giving(service, command, response)


def _command(service: Service, token: str | None, request: Request, idempotency_key: str | None) -> Command:
    actor, now = logged_in(service, token), service.clock()
    route = f"{request.method} {request.url.path}"
    command_id = uuid5(user_id(actor.name), idempotency_key) if idempotency_key else uuid4()
    return Command(
        command_id,
        actor,
        now,
        now.astimezone(service.business().zone).date(),
        correlation_id=command_id,
        route=route,
        fingerprint=b"",
    )


NewCommand = Annotated[Giving, Depends(_giving)]


async def _content(request: Request, _: NewCommand) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_content)]
"""A body that is a file as it is, of somebody who is known."""


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


async def _reading(request: Request, response: Response, token: BearerToken, read_after: ReadAfter = None) -> Reading:
    service = _service(request)
    viewer = await _soon(service, logged_in, service, token)
    if read_after is not None:
        await wait_until(service, read_after)
    return Reading(service, viewer, response)


async def wait_until(service: Service, position: int) -> None:
    """Until the read models have reached it. Holds no thread while it waits."""
    if await run_in_threadpool(service.read_models.position) >= position:
        return
    head, _ = await run_in_threadpool(service.store.head)
    if position > head:
        raise PositionNotReached(field="Read-After", head=head)
    deadline = time.monotonic() + READ_AFTER_SECONDS
    while await run_in_threadpool(service.read_models.position) < position:
        if time.monotonic() > deadline:
            raise ReadModelsBehind
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


Question = Annotated[Reading, Depends(_reading)]
