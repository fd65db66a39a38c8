"""Logging in and out. A form that was sent after the session had ended is kept, and sent once logged in again."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.attempts import TooManyAttempts
from api.catalogues import LANGUAGES
from api.credentials import NotLetIn
from api.tokens import let_in
from api.web.devices import DEVICE, devices_of
from api.web.forms import Form
from api.web.visit import COOKIE, SESSION, SPEAKS, Page, Visiting, Visitor, own_path, typed
from domain.errors import Invalid
from domain.personal import NAME

router = APIRouter()

KEPT = "kept."
"""What the fields of the form begin with that the log-in form carries along."""


class NotLetInHere(Invalid):
    title = NotLetIn.title


class NotTheSame(Invalid):
    title = "The two are not the same"


class TryLater(Invalid):
    title = TooManyAttempts.title


@router.get("/log-in")
def show_log_in(visit: Visiting, to: str = "/", username: Annotated[str, Query(max_length=NAME)] = "") -> Response:
    """`username` is filled in for whoever has just set the password."""
    return visit.page("log_in.html", to=own_path(to, "/"), kept=(), username=username)


@router.post("/log-in")
async def log_in(request: Request, visit: Visiting) -> Response:
    form = Form(await typed(request))
    return await run_in_threadpool(_log_in, request, visit, form)


def _log_in(request: Request, visit: Visitor, form: Form) -> Response:
    kept = [
        (name.removeprefix(KEPT), value)
        for name, values in form.fields.items()
        if name.startswith(KEPT)
        for value in values
    ]
    to = own_path(form.value("to"), "/")
    devices = devices_of(request)
    device, name = devices.read(request.cookies.get(DEVICE)), form.value("username").strip()
    who = visit.service.attempts.who(name)
    try:
        token = let_in(visit.service, request, name, form.value("password"), device.of(who))
    except (NotLetIn, TooManyAttempts) as error:
        refusal = (TryLater if isinstance(error, TooManyAttempts) else NotLetInHere)(field="password")
        return visit.page("log_in.html", to=to, kept=kept, sent=form.refused(refusal))
    response = visit.page("send_again.html", to=to, kept=kept) if kept else RedirectResponse(to, 303)
    response.set_cookie(SESSION, token, **COOKIE)
    devices.remember(response, device, who, **COOKIE)
    return response


@router.post("/log-out")
def log_out(visit: Page) -> Response:
    visit.service.credentials.log_out(visit.request.cookies[SESSION])
    response = RedirectResponse("/log-in", 303)
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
