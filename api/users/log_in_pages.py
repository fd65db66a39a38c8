"""Logging in and out. A form that was sent after the session had ended is kept, and sent once logged in again."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.http.attempts import TooManyAttempts
from api.http.catalogues import LANGUAGES
from api.http.credentials import NotLetIn
from api.pages.context import COOKIE, SESSION, SPEAKS, AnyPage, AnyReader, ReaderContext, own_path, typed
from api.pages.forms import Form
from api.pages.toasts import Toast
from api.users.devices import DEVICE, devices_of
from api.users.token_routes import WrongCode, check_code, check_password, let_in
from domain.errors import Invalid, Refusal
from domain.personal import NAME

router = APIRouter()

KEPT = "kept."
"""What the fields of the form begin with that the log-in form carries along."""


class NotLetInHere(Invalid):
    title = NotLetIn.title


class WrongCodeHere(Invalid):
    title = WrongCode.title


class TookTooLong(Invalid):
    title = "That took too long: log in again"


class NotTheSame(Invalid):
    title = "The two are not the same"


class TryLater(Invalid):
    title = "Too many attempts: try again in %(minutes)s min"


@router.get("/log-in")
def show_log_in(context: AnyReader, to: str = "/", username: Annotated[str, Query(max_length=NAME)] = "") -> Response:
    """`username` is filled in for whoever has just set the password."""
    return context.page("log_in.html", to=own_path(to, "/"), kept=(), username=username)


@router.post("/log-in")
async def log_in(request: Request, context: AnyReader) -> Response:
    form = Form(await typed(request))
    return await run_in_threadpool(_log_in, request, context, form)


def _log_in(request: Request, context: ReaderContext, form: Form) -> Response:
    """In, or on to the second factor of whoever has one. Whether somebody has shows only once the password is right."""
    service, name = context.service, form.value("username").strip()
    try:
        check_password(service, request, name, form.value("password"), _device(request, context, name))
    except (NotLetIn, TooManyAttempts) as error:
        refusal = later(error, "password") if isinstance(error, TooManyAttempts) else NotLetInHere(field="password")
        return context.page("log_in.html", to=_to(form), kept=_kept(form), sent=form.refused(refusal))
    if service.second_factors.since(name) is not None:
        token = service.credentials.issue_for_code(name, now=service.clock())
        return context.page("log_in_code.html", to=_to(form), kept=_kept(form), token=token)
    return _in(request, context, form, name)


@router.post("/log-in/code")
async def show_code(request: Request, context: AnyReader) -> Response:
    form = Form(await typed(request))
    return await run_in_threadpool(_show_code, request, context, form)


def _show_code(request: Request, context: ReaderContext, form: Form) -> Response:
    service, token = context.service, form.value("token")
    name = service.credentials.whose_code(token, now=service.clock())
    if name is None:
        begun_anew = Form({"form_name": ["log-in"]}).refused(TookTooLong(field="password"))
        return context.page("log_in.html", to=_to(form), kept=_kept(form), sent=begun_anew)
    try:
        left = check_code_typed(context, form, name, _device(request, context, name))
    except Refusal as refusal:
        return context.page("log_in_code.html", to=_to(form), kept=_kept(form), token=token, sent=form.refused(refusal))
    service.credentials.log_out(token)
    return _in(request, context, form, name, said=None if left is None else codes_left(context, left))


@router.get("/log-in/code")
def begin_anew() -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse("/log-in", 303)


def check_code_typed(context: ReaderContext, form: Form, name: str, device: str | None) -> int | None:
    """If it was a recovery code, how many are left."""
    try:
        return check_code(context.service, context.request, name, form.text("code"), device)
    except WrongCode:
        raise WrongCodeHere(field="code") from None
    except TooManyAttempts as error:
        raise later(error, "code") from None


def later(error: TooManyAttempts, field: str) -> TryLater:
    return TryLater(field=field, minutes=math.ceil(error.wait / timedelta(minutes=1)))


def codes_left(context: ReaderContext, left: int) -> str:
    said = context.words.ngettext(
        "One recovery code is used up: %(num)s is left",
        "One recovery code is used up: %(num)s are left",
        left,
    )
    return said % {"num": left}


def _in(request: Request, context: ReaderContext, form: Form, name: str, said: str | None = None) -> Response:
    """What was this browser's session before ends."""
    kept, to, devices = _kept(form), _to(form), devices_of(request)
    token = let_in(context.service, request, name, _device(request, context, name))
    context.service.credentials.log_out(request.cookies.get(SESSION, ""))
    if kept:
        response = context.page("send_again.html", to=to, kept=kept)
    else:
        response = context.on_to(to, Toast(said)) if said else RedirectResponse(to, 303)
    response.set_cookie(SESSION, token, **COOKIE)
    known, who = devices.read(request.cookies.get(DEVICE)), context.service.attempts.who(name)
    devices.remember(response, known, who, **COOKIE)
    return response


def _device(request: Request, context: ReaderContext, name: str) -> str | None:
    """That of this browser, if that user was logged in here before."""
    known = devices_of(request).read(request.cookies.get(DEVICE))
    return known.of(context.service.attempts.who(name))


def _to(form: Form) -> str:
    return own_path(form.value("to"), "/")


def _kept(form: Form) -> Sequence[tuple[str, str]]:
    """What was typed before the session had ended."""
    return [
        (name.removeprefix(KEPT), value)
        for name, values in form.fields.items()
        if name.startswith(KEPT)
        for value in values
    ]


@router.post("/log-out")
def log_out(context: AnyPage) -> Response:
    context.service.credentials.log_out(context.request.cookies[SESSION])
    return logged_out()


def logged_out() -> Response:
    """The browser forgets the session, and what it may have kept of pages."""
    response = RedirectResponse("/log-in", 303, {"Clear-Site-Data": '"cache", "storage"'})
    response.delete_cookie(SESSION, **COOKIE)
    return response


@router.post("/language")
async def choose_language(request: Request) -> Response:
    """For this browser, from now on."""
    form = Form(await typed(request))
    response = RedirectResponse(own_path(form.value("to"), "/"), 303)
    if form.value("language") in LANGUAGES:
        response.set_cookie(SPEAKS, form.value("language"), max_age=int(timedelta(days=365).total_seconds()), **COOKIE)
    return response
