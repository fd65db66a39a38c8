"""Everyone's own account: password, language, tokens for programs, the calendar's address, logging out everywhere."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.http.dependencies import PublicUrlMissing
from api.pages.context import SESSION, Page, PageContext
from api.pages.forms import NotAChoice
from api.pages.refusals import sent_back_to, shown_again_by
from api.tasks.views import new_address
from api.users.log_in_pages import NotTheSame, logged_out
from api.users.second_factor_pages import show_password
from application import business
from domain.access import Means
from domain.errors import Refusal
from domain.people import Period, User, user_id
from domain.personal import text

router = APIRouter(prefix="/account")

LIVES = (30, 90, 365)
"""Days that a token for a program may live."""

LABEL = 60


@router.get("")
def show_account(context: Page) -> Response:
    return _account(context)


def _account(context: PageContext, *, made: str = "", calendar_address: str = "", **shown: Any) -> Response:
    credentials, name = context.service.credentials, context.viewer.name
    return context.page(
        "account.html",
        user=context.store.load(User(), user_id(name))[0],
        sessions=credentials.sessions(name, this=context.request.cookies[SESSION], now=context.service.clock()),
        tokens=credentials.programs(name, now=context.service.clock()),
        made=made,
        period=business.preferred_period(context.store, context.viewer),
        lives=LIVES,
        calendar_address=calendar_address,
        calendar_since=credentials.calendar_since(name),
        second_factor=context.service.second_factors.since(name) is not None,
        **shown,
    )


@router.post("/password")
def change_password(context: Page) -> Response:
    """The new one twice; whoever else is logged in with the old one is logged out."""
    form, credentials = context.form, context.service.credentials
    try:
        new = form.value("new_password")
        if new != form.value("new_password_again"):
            raise NotTheSame(field="new_password_again")
        show_password(context, "old_password")
        credentials.set_password(context.viewer.name, new, staying=context.request.cookies[SESSION])
    except Refusal as refusal:
        if refusal.details.get("field") == "password":  # the API's name for it
            refusal.details["field"] = "new_password"
        return _account(context, sent=form.refused(refusal))
    context.service.note_password_set(context.viewer.name, Means.OWN, by=context.viewer)
    return context.done(None, "/account", context._("Password changed. Other browsers are logged out"))


@router.post("/description")
@shown_again_by(_account)
def describe_oneself(context: Page) -> Response:
    """To the e-mail goes a link that sets a new password: another one asks for the present password."""
    form = context.form
    if form.optional_text("email") != context.store.load(User(), user_id(context.viewer.name))[0].email:
        show_password(context, "own_password")
    outcome = business.describe_user(
        context.store,
        context.command(),
        name=context.viewer.name,
        full_name=form.optional_text("full_name"),
        email=form.optional_text("email"),
    )
    return context.done(outcome, "/account", context._("Saved"))


@router.post("/tokens")
@shown_again_by(_account)
def make_token(context: Page) -> Response:
    """The token itself is in this answer, and nowhere else ever."""
    form, service = context.form, context.service
    label = text(form.text("label"), "label", at_most=LABEL)
    days = form.number("days")
    if days not in LIVES:
        raise NotAChoice(field="days")
    token = service.credentials.issue_to_program(
        context.viewer.name, label, life=timedelta(days=days), now=service.clock()
    )
    response = _account(context, made=token)
    response.headers["HX-Push-Url"] = "/account"
    return response


@router.get("/tokens")
def show_tokens() -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse("/account", 303)


@router.post("/tokens/{token_id}/revocation")
def revoke_token(context: Page, token_id: str) -> Response:
    context.service.credentials.revoke(context.viewer.name, token_id)
    return context.done(None, "/account", context._("Token revoked: programs that use it get in no more"))


@router.post("/calendar")
def make_calendar_address(context: Page) -> Response:
    """The address is in this answer, and nowhere else ever; the one before is dead."""
    try:
        address = new_address(context.service, context.viewer.name)
    except PublicUrlMissing as refusal:
        return context.refused(refusal, "/account")
    response = _account(context, calendar_address=address)
    response.headers["HX-Push-Url"] = "/account"
    return response


@router.get("/calendar")
def show_calendar_address() -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse("/account", 303)


@router.post("/calendar/revocation")
def revoke_calendar_address(context: Page) -> Response:
    context.service.credentials.revoke_calendar(context.viewer.name)
    return context.done(None, "/account", context._("Address revoked: calendar programs read nothing there any more"))


@router.post("/sessions/{session_id}/end")
def end_session(context: Page, session_id: str) -> Response:
    context.service.credentials.end_session(context.viewer.name, session_id)
    return context.done(None, "/account", context._("Session ended"))


@router.post("/other-sessions/end")
def end_other_sessions(context: Page) -> Response:
    context.service.credentials.end_other_sessions(context.viewer.name, staying=context.request.cookies[SESSION])
    return context.done(None, "/account", context._("All other sessions are ended"))


@router.post("/period")
@sent_back_to("/account")
def prefer_period(context: Page) -> Response:
    outcome = business.prefer_period(context.store, context.command(), period=context.form.choice("period", Period))
    return context.done(outcome, context.back("/account"), context._("Settings saved"))


@router.post("/log-out-everywhere")
def log_out_everywhere(context: Page) -> Response:
    """This browser too."""
    context.service.credentials.log_out_everywhere(context.viewer.name)
    return logged_out()
