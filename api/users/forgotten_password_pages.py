"""Whoever has forgotten the password gets a link by mail, which works once and for an hour.

Those that administrators make are followed here too: see `invitations.py`.

Whether there is such a user shows neither in the answer nor in how long it takes: the mail goes out once it is given.
Without a mail server, or an address for links to begin with, the page says whom to ask instead.
"""

from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from api.http.attempts import Attempts, TooManyAttempts
from api.http.networks import address_of
from api.http.secret_addresses import Readers
from api.pages.context import COOKIE, AnyReader, ReaderContext, typed
from api.pages.forms import Form
from api.pages.toasts import Toast
from api.users.devices import DEVICE, devices_of
from api.users.invitations import goes_by_mail
from api.users.log_in_pages import NotTheSame, later
from domain.access import Means
from domain.errors import Conflict, Refusal
from domain.message import Taken
from domain.people import User, user_id
from domain.sending import Channel

router = APIRouter()

log = structlog.get_logger(__name__)


class LinkDead(Conflict):
    title = "This link has expired or was used already: ask for another"


@router.get("/forgotten-password")
def show_forgotten_password(context: AnyReader) -> Response:
    return context.page("forgotten_password.html", by_mail=goes_by_mail(context), asked=False)


@router.post("/forgotten-password")
async def ask_for_link(request: Request, context: AnyReader) -> Response:
    form = Form(await typed(request))
    return await run_in_threadpool(_ask_for_link, request, context, form)


def _ask_for_link(request: Request, context: ReaderContext, form: Form) -> Response:
    by_mail = goes_by_mail(context)
    try:
        username = form.text("username")
        attempts: Attempts = request.app.state.attempts
        attempts.begin(f"forgotten by {username}", address_of(request))
    except TooManyAttempts as error:
        refusal = later(error, "username")
        return context.page("forgotten_password.html", by_mail=by_mail, asked=False, sent=form.refused(refusal))
    except Refusal as refusal:
        return context.page("forgotten_password.html", by_mail=by_mail, asked=False, sent=form.refused(refusal))
    response = context.page("forgotten_password.html", by_mail=by_mail, asked=True)
    if by_mail:
        response.background = BackgroundTask(_send_link, context, username)
    return response


def _send_link(context: ReaderContext, username: str) -> None:
    """To the user of this name or e-mail address, if there is one with an address who may log in."""
    for user in _users(context, username):
        if user.enabled and user.email:
            token = context.service.credentials.issue_for_new_password(user.name, now=context.service.clock())
            subject = context._("%(business)s: a new password", business=context.business.name)
            body = context._(
                "Somebody, probably you, has forgotten the password of the user %(name)s. "
                "Whoever opens this link within an hour sets a new one:\n\n%(link)s\n\n"
                "If it was not you, there is nothing to do: the password stays as it is.",
                name=user.name,
                link=context.service.link(f"new-password/{token}"),
            )
            report = context.service.try_out(Channel.EMAIL, user.email, subject, body)
            if not isinstance(report, Taken):
                log.warning("a link for a new password was not sent", why=type(report).__name__)


def _users(context: ReaderContext, username: str) -> list[User]:
    store, credentials = context.service.store, context.service.credentials
    known = [store.load(User(), user_id(name))[0] for name in credentials.names()]
    return [user for user in known if username.casefold() in (user.name, (user.email or "").casefold())]


@router.get("/new-password/{token}")
def show_new_password(request: Request, token: str, context: AnyReader) -> Response:
    name = _whose(request, context, token)
    return context.page("new_password.html", token=token, name=name) if name else _dead(context)


@router.post("/new-password/{token}")
async def set_new_password(request: Request, token: str, context: AnyReader) -> Response:
    form = Form(await typed(request))
    return await run_in_threadpool(_set_new_password, request, token, context, form)


def _set_new_password(request: Request, token: str, context: ReaderContext, form: Form) -> Response:
    """Whoever was logged in with the one before is logged out, and the link is dead. This browser is known from now."""
    name = _whose(request, context, token)
    if name is None:
        return _dead(context)
    try:
        password = form.value("password")
        if password != form.value("password_again"):
            raise NotTheSame(field="password_again")
        context.service.credentials.set_password(name, password)
    except Refusal as refusal:
        return context.page("new_password.html", token=token, name=name, sent=form.refused(refusal))
    context.service.note_password_set(name, Means.LINK)
    saved = Toast(context._("Your password is saved: log in with it"))
    response, devices = context.on_to(f"/log-in?{urlencode({'username': name})}", saved), devices_of(request)
    if context.service.second_factors.since(name) is None:  # else it is known once that was shown too
        known = devices.read(request.cookies.get(DEVICE))
        devices.remember(response, known, context.service.attempts.who(name), **COOKIE)
    return response


def _whose(request: Request, context: ReaderContext, token: str) -> str | None:
    """Links that are none are counted, and nobody may try many."""
    readers: Readers = request.app.state.readers
    host = request.client.host if request.client else ""
    if not readers.may_guess(host):
        return None
    name = context.service.credentials.whose_new_password(token, now=context.service.clock())
    if name is None:
        readers.guessed_wrong(host)
    return name


def _dead(context: ReaderContext) -> Response:
    return context.page("refused.html", status=404, title=LinkDead.title, ask_again="/forgotten-password")
