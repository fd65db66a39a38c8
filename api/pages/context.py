"""What a page's code has to work with: who asks, in which words and formats, and the form that was sent.

A page is a function that takes a `PageContext`, asks the queries that the API asks, and ends in `context.page(…)`. A
form's is one that reads its fields, calls one use case and ends in `context.done(…)`; what is shown where it is refused
stands above it (`refusals.py`). What was done is seen by the next page, whichever process serves it: a cookie keeps the
position of the log to wait for.
"""

import re
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.http.catalogues import LANGUAGES, filled, language
from api.http.credentials import SecondFactorMissing
from api.http.dependencies import PositionNotReached, Service, Serving, logged_in, wait_until
from api.http.formats import Formats, formats
from api.http.jobs import Asker
from api.http.labels import LABELS
from api.http.read_models import ReadModelsBehind, ReadModelsNotReady
from api.http.words import Words, words
from api.pages.forms import Form
from api.pages.rendering import render
from api.pages.toasts import TOAST, Toast, Toasts, Undo
from application.notices import NoticeWaits
from application.sending import SentToday
from application.streams import Command, EventStore, Outcome
from domain.business import Business
from domain.correspondence import CORRESPONDENCE, Correspondence
from domain.errors import Invalid, Refusal
from domain.folding import words_of
from domain.people import CLIENT, OPERATOR, WORKS, Actor, Role, RoleRequired, User, user_id
from domain.printable import NotPrintable
from domain.sending import Channel
from projections.days import AsOf, as_of
from projections.desk.case_files import find_case_file
from projections.desk.clients import named

SESSION = "__Host-recobro-session"
SEEN = "__Host-recobro-seen"
SPEAKS = "__Host-recobro-language"
VIEW = "__Host-recobro-view"
VIEWS: Mapping[str, Sequence[str]] = {"side": ("open", "folded"), "rows": ("wide", "compact")}
"""How the side bar and the rows of lists may be shown. What stands first is usual."""

FIELDS_AT_MOST = 2000
COOKIE: Mapping[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "lax"}


@dataclass(frozen=True)
class ReaderContext:
    """Whoever asks, logged in or not: the words and formats of the answer."""

    request: Request
    service: Service
    toasts: Toasts

    @property
    def language(self) -> str:
        chosen = self.request.cookies.get(SPEAKS)
        return chosen if chosen in LANGUAGES else language(self.request.headers.get("accept-language"))

    @property
    def view(self) -> Mapping[str, str]:
        """How this browser shows pages: one of each of `VIEWS`."""
        kept = self.request.cookies.get(VIEW, "").split("-")
        return {part: next((one for one in ways if one in kept), ways[0]) for part, ways in VIEWS.items()}

    @cached_property
    def business(self) -> Business:
        return self.service.business()

    @cached_property
    def words(self) -> Words:
        return words(self.language, self.business)

    @cached_property
    def formats(self) -> Formats:
        return formats(self.language, self.business)

    @cached_property
    def today(self) -> date:
        return self.service.clock().astimezone(self.business.zone).date()

    @cached_property
    def _people(self) -> dict[str, str]:
        return {}

    def person(self, name: str) -> str:
        """What a user is called: the full name, or the log-in where none was given. Other names stay as they are."""
        if name == CLIENT.name:
            return self._("Client")
        if name == OPERATOR.name:
            return self._("the command line")
        if name not in self._people:
            self._people[name] = self.service.called(name)
        return self._people[name]

    def holder(self, name: str | None) -> str:
        """Whose portfolio it is."""
        return self.person(name) if name else self._("nobody")

    def may_hold(self) -> Sequence[str]:
        """Users who may hold a portfolio, take money and be given tasks: those who work here still."""
        users = (self.service.store.load(User(), user_id(name))[0] for name in self.service.credentials.names())
        return [user.name for user in users if user.works]

    def people_named(self, names: Iterable[str]) -> Mapping[str, str]:
        """To choose from: log-ins and what they are called, by that."""
        return dict(sorted(((name, self.person(name)) for name in names), key=lambda one: one[1].casefold()))

    def _(self, message: str, **values: object) -> str:
        """In the reader's words."""
        return filled(self.words.gettext(message), values)

    def said(self, refusal: Refusal) -> str:
        """Why not, in the reader's words: of a role with those that may, of a character or an address with that."""
        title = self._(refusal.title)
        if isinstance(refusal, RoleRequired):
            names = LABELS["role"]
            roles = ", ".join(self._(names[role]) for role in refusal.needed)
            return self._("%(why)s: %(roles)s may", why=title, roles=roles)
        if isinstance(refusal, NoticeWaits | SentToday):
            at = self.formats.moment(refusal.since)
            if isinstance(refusal, NoticeWaits):
                title = f"{title}: {refusal.reference}"
            return self._("%(why)s, since %(at)s", why=title, at=at)
        if isinstance(refusal, NotPrintable):
            return f"{title} ({refusal.details['character']})"
        if "%(" in refusal.title:
            told = refusal.details.items()
            days = {name: self.formats.day(value) for name, value in told if isinstance(value, date)}
            return self._(refusal.title, **{**refusal.details, **days})
        if isinstance(refusal, Invalid) and "asked" in refusal.details:
            return f"{title}: {refusal.details['asked']}"
        return title

    def page(self, template: str, *, status: int = 200, viewer: Actor | None = None, **shown: Any) -> Response:
        """`shown` are the template's variables; `sent` is the form that was refused, if one was."""
        sent: Form | None = shown.setdefault("sent", None)
        if sent is not None and sent.refusal is not None and status == 200:  # noqa: PLR2004 - OK
            status = 422
        toast = self.toasts.read(self.request.cookies.get(TOAST))
        text = render(
            template,
            self.words,
            self.formats,
            context=self,
            person=self.person,
            holder=self.holder,
            people_named=self.people_named,
            said=self.said,
            viewer=viewer,
            toast=toast,
            **shown,
        )
        response = Response(text, status, media_type="text/html")
        if toast is not None:
            response.delete_cookie(TOAST, **COOKIE)
        if status >= 400:  # noqa: PLR2004 - what was refused is no page to come back to
            response.headers["HX-Push-Url"] = "false"
        return response

    def on_to(self, path: str, toast: Toast) -> Response:
        """The next page, which says that."""
        response = RedirectResponse(path, 303)
        response.set_cookie(TOAST, self.toasts.written(toast), max_age=60, **COOKIE)
        return response

    @property
    def here(self) -> str:
        """The page's own address, with its filters."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @cached_property
    def new_key(self) -> str:
        """For the forms of this page: whichever is sent, sent twice it is carried out once."""
        return uuid4().hex


@dataclass(frozen=True)
class PageContext(ReaderContext):
    viewer: Actor
    typed: Mapping[str, Sequence[str]]

    @property
    def asker(self) -> Asker:
        """For whom a job is done."""
        return Asker(self.viewer.name, self.language)

    @cached_property
    def form(self) -> Form:
        return Form(self.typed, self.formats.decimal_mark)

    @property
    def store(self) -> EventStore:
        return self.service.store

    def said(self, refusal: Refusal) -> str:
        """Of a value that is in use already it says by whom, where this viewer may know of them."""
        said, holder = super().said(refusal), refusal.details.get("holder")
        if isinstance(holder, UUID):
            with self.snapshot() as db:
                client = named(db, self.viewer, [holder]).get(holder)
                file = find_case_file(db, self.viewer, self.as_of, holder)
            if client is not None:
                return f"{said}: {client.name} ({client.number})"
            if file is not None:
                return f"{said}: {file.reference}, {file.debtor}"
        return said[:1].upper() + said[1:]  # the API's words for a field go on from its name

    # Pages

    def page(self, template: str, *, status: int = 200, viewer: Actor | None = None, **shown: Any) -> Response:
        return super().page(template, status=status, viewer=viewer or self.viewer, **shown)

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        with self.service.read_models.snapshot() as snapshot:
            yield snapshot.db

    @cached_property
    def as_of(self) -> AsOf:
        """Today, as the business's settings see it."""
        business = self.business
        return as_of(self.today, country=business.country, grace_days=business.grace_days, idle_days=business.idle_days)

    def may(self, *roles: Role) -> bool:
        return not self.viewer.roles.isdisjoint(roles)

    @cached_property
    def goes_by(self) -> Mapping[str, str]:
        """The ways in which messages may be sent from here, with their names: by SMS only where a gateway is set."""
        correspondence, _ = self.store.load(Correspondence(), CORRESPONDENCE)
        ways = {str(way): self._(text) for way, text in LABELS["goes_by"].items()}
        return {way: text for way, text in ways.items() if way != Channel.SMS or correspondence.sms is not None}

    @property
    def works(self) -> bool:
        return self.may(*WORKS)

    def users_called(self, typed: str) -> Sequence[str]:
        """The log-ins of those whom this names: by words of the full name. A log-in, of whoever, is its own."""
        asked, known = {*words_of(typed)}, self.service.credentials.names()
        called = [one for one in known if asked and asked <= {*words_of(self.person(one))}]
        return [typed] if typed in known or not called else called

    # Forms

    def command(self, part: str = "") -> Command:
        """What the form asks for. `part` tells the commands of one form apart, where it gives several."""
        key, now, route = self.form.key, self.service.clock(), f"POST {self.request.url.path}"
        command_id = uuid5(user_id(self.viewer.name), f"{key} {route} {part}") if key else uuid4()
        fingerprint = self.service.fingerprint(route.encode(), repr(self.form.fields).encode()) if key else b""
        return Command(
            command_id,
            self.viewer,
            now,
            self.today,
            correlation_id=uuid5(user_id(self.viewer.name), key) if key else command_id,
            route=route,
            fingerprint=fingerprint,
        )

    def back(self, otherwise: str) -> str:
        """Where the form was sent from, if it says so: a path of ours."""
        return own_path(self.form.value("back"), otherwise)

    def done(self, outcome: Outcome | None, to: str, said: str, *, undo: Undo | None = None) -> Response:
        """On to the next page, which says what was done and shows it. `said` is in the reader's words."""
        response = self.on_to(to, Toast(said, undo=undo))
        if outcome is not None:
            self.shows(response, outcome.position)
        return response

    def shows(self, response: Response, position: int) -> None:
        """What this browser asks for next shows the log up to there at least, and what it has waited for before."""
        self.service.wake()
        response.set_cookie(SEEN, str(max(position, _seen(self.request))), **COOKIE)

    def refused(self, refusal: Refusal, to: str, *, why: str = "") -> Response:
        """For a command without fields: back to the page, which says why not."""
        return self.on_to(to, Toast(". ".join(filter(None, (self.said(refusal), why))), refused=True))


async def _reader(request: Request, service: Serving) -> ReaderContext:
    return ReaderContext(request, service, request.app.state.toasts)


async def _context(request: Request, service: Serving) -> PageContext:
    return await _context_of(request, service, await _viewer(request, service))


async def _context_of_anybody(request: Request, service: Serving) -> PageContext:
    """Also of those who must set up a second factor before anything else."""
    try:
        viewer = await _viewer(request, service)
    except SecondFactorMissing as error:
        viewer = error.actor
    return await _context_of(request, service, viewer)


async def _viewer(request: Request, service: Service) -> Actor:
    return await run_in_threadpool(logged_in, service, request.cookies.get(SESSION))


async def _context_of(request: Request, service: Service, viewer: Actor) -> PageContext:
    sent = await typed(request)
    # What is sent is carried out whether or not the read models keep up; but a form that is refused is shown again.
    with nullcontext() if request.method in {"GET", "HEAD"} else suppress(ReadModelsBehind, ReadModelsNotReady):
        await _wait_for_what_was_done(request, service)
    return PageContext(request, service, request.app.state.toasts, viewer, sent)


async def typed(request: Request) -> Mapping[str, Sequence[str]]:
    """The text fields of the form that comes with the request, each with all its values."""
    if request.method != "POST":
        return {}
    form = await request.form(max_files=1, max_fields=FIELDS_AT_MOST)
    return {name: [one for one in form.getlist(name) if not isinstance(one, UploadFile)] for name in form}


async def _wait_for_what_was_done(request: Request, service: Service) -> None:
    """By this browser. What lies beyond the log, which may have been restored, is not waited for."""
    if position := _seen(request):
        with suppress(PositionNotReached):
            await wait_until(service, position)


def _seen(request: Request) -> int:
    known = request.cookies.get(SEEN, "")
    return int(known) if re.fullmatch(r"[0-9]{1,18}", known) else 0


AnyReader = Annotated[ReaderContext, Depends(_reader)]
Page = Annotated[PageContext, Depends(_context)]
AnyPage = Annotated[PageContext, Depends(_context_of_anybody)]


async def _sent_file(request: Request, _: Page) -> AsyncGenerator[UploadFile | None]:
    """The form's `file`; the form has been read only once it was known who sends it."""
    form = await request.form()
    sent = form.get("file")
    try:
        yield sent if isinstance(sent, UploadFile) and sent.filename else None
    finally:
        await form.close()


SentFile = Annotated[UploadFile | None, Depends(_sent_file)]


def own_path(path: str, otherwise: str) -> str:
    """A path of ours, never an address elsewhere: browsers read `\\` as `/`, and leave out control characters."""
    return path if re.fullmatch(r"/(?![/\\])[\x20-\x7e]*", path) else otherwise


def new_id(command: Command, what: str) -> UUID:
    """Of what a command makes: the same when it is sent again."""
    return uuid5(command.id, what)
