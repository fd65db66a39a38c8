"""Everyone's own account: password, language, tokens for programs, the calendar's address, logging out everywhere."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.calendar_feed import new_address
from api.dependencies import PublicUrlMissing
from api.web.forms import NotAChoice
from api.web.log_in import NotTheSame, logged_out
from api.web.second_factor import show_password
from api.web.visit import SESSION, Page, Visit
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
def show_account(visit: Page) -> Response:
    return _account(visit)


@router.post("/password")
def change_password(visit: Page) -> Response:
    """The new one twice; whoever else is logged in with the old one is logged out."""
    form, credentials = visit.form, visit.service.credentials
    try:
        new = form.value("new_password")
        if new != form.value("new_password_again"):
            raise NotTheSame(field="new_password_again")
        show_password(visit, "old_password")
        credentials.set_password(visit.viewer.name, new, staying=visit.request.cookies[SESSION])
    except Refusal as refusal:
        if refusal.details.get("field") == "password":  # the API's name for it
            refusal.details["field"] = "new_password"
        return _account(visit, sent=form.refused(refusal))
    visit.service.note_password_set(visit.viewer.name, Means.OWN, by=visit.viewer)
    return visit.done(None, "/account", visit._("Password changed. Other browsers are logged out"))


@router.post("/description")
def describe_oneself(visit: Page) -> Response:
    """To the e-mail goes a link that sets a new password: another one asks for the present password."""
    form = visit.form
    try:
        if form.optional_text("email") != visit.store.load(User(), user_id(visit.viewer.name))[0].email:
            show_password(visit, "own_password")
        outcome = business.describe_user(
            visit.store,
            visit.command(),
            name=visit.viewer.name,
            full_name=form.optional_text("full_name"),
            email=form.optional_text("email"),
        )
    except Refusal as refusal:
        return _account(visit, sent=form.refused(refusal))
    return visit.done(outcome, "/account", visit._("Saved"))


@router.post("/tokens")
def make_token(visit: Page) -> Response:
    """The token itself is in this answer, and nowhere else ever."""
    form, service = visit.form, visit.service
    try:
        label = text(form.text("label"), "label", at_most=LABEL)
        days = form.number("days")
        if days not in LIVES:
            raise NotAChoice(field="days")
        token = service.credentials.issue_to_program(
            visit.viewer.name, label, life=timedelta(days=days), now=service.clock()
        )
    except Refusal as refusal:
        return _account(visit, sent=form.refused(refusal))
    response = _account(visit, made=token)
    response.headers["HX-Push-Url"] = "/account"
    return response


@router.get("/tokens")
def show_tokens() -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse("/account", 303)


@router.post("/tokens/{token_id}/revocation")
def revoke_token(visit: Page, token_id: str) -> Response:
    visit.service.credentials.revoke(visit.viewer.name, token_id)
    return visit.done(None, "/account", visit._("Token revoked: programs that use it get in no more"))


@router.post("/calendar")
def make_calendar_address(visit: Page) -> Response:
    """The address is in this answer, and nowhere else ever; the one before is dead."""
    try:
        address = new_address(visit.service, visit.viewer.name)
    except PublicUrlMissing as refusal:
        return visit.refused(refusal, "/account")
    response = _account(visit, calendar_address=address)
    response.headers["HX-Push-Url"] = "/account"
    return response


@router.get("/calendar")
def show_calendar_address() -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse("/account", 303)


@router.post("/calendar/revocation")
def revoke_calendar_address(visit: Page) -> Response:
    visit.service.credentials.revoke_calendar(visit.viewer.name)
    return visit.done(None, "/account", visit._("Address revoked: calendar programs read nothing there any more"))


@router.post("/sessions/{session_id}/end")
def end_session(visit: Page, session_id: str) -> Response:
    visit.service.credentials.end_session(visit.viewer.name, session_id)
    return visit.done(None, "/account", visit._("Session ended"))


@router.post("/other-sessions/end")
def end_other_sessions(visit: Page) -> Response:
    visit.service.credentials.end_other_sessions(visit.viewer.name, staying=visit.request.cookies[SESSION])
    return visit.done(None, "/account", visit._("All other sessions are ended"))


@router.post("/period")
def prefer_period(visit: Page) -> Response:
    try:
        outcome = business.prefer_period(visit.store, visit.command(), period=visit.form.choice("period", Period))
    except Refusal as refusal:
        return visit.refused(refusal, "/account")
    return visit.done(outcome, visit.back("/account"), visit._("Settings saved"))


@router.post("/log-out-everywhere")
def log_out_everywhere(visit: Page) -> Response:
    """This browser too."""
    visit.service.credentials.log_out_everywhere(visit.viewer.name)
    return logged_out()


def _account(visit: Visit, *, made: str = "", calendar_address: str = "", **shown: Any) -> Response:
    credentials, name = visit.service.credentials, visit.viewer.name
    return visit.page(
        "account.html",
        user=visit.store.load(User(), user_id(name))[0],
        sessions=credentials.sessions(name, this=visit.request.cookies[SESSION], now=visit.service.clock()),
        tokens=credentials.programs(name, now=visit.service.clock()),
        made=made,
        period=business.preferred_period(visit.store, visit.viewer),
        lives=LIVES,
        calendar_address=calendar_address,
        calendar_since=credentials.calendar_since(name),
        second_factor=visit.service.second_factors.since(name) is not None,
        **shown,
    )
