"""Everyone's own second factor: setting it up with an authenticator app, recovery codes, turning it off.

Who must have one, and has none yet, is led here from every other page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.http.attempts import Attempts, TooManyAttempts, codes_of
from api.http.networks import address_of
from api.http.second_factors import Offer
from api.pages.context import SESSION, AnyPage, Page, PageContext
from api.pages.refusals import shown_again_by
from api.users.log_in_pages import WrongCodeHere, check_code_typed, later
from domain.access import RecoveryCodesMade, SecondFactorRemoved, SecondFactorSetUp
from domain.errors import Conflict, Invalid

PATH = "/account/second-factor"

router = APIRouter(prefix=PATH)


class NotThePassword(Invalid):
    title = "This is not your password"


class OfferExpired(Invalid):
    title = "This key is no longer offered here: begin again"


class SecondFactorNeeded(Conflict):
    title = "Your roles require a second factor: set up another one in its place"


@router.get("")
def show_second_factor(context: AnyPage) -> Response:
    return _page(context)


def _page(context: PageContext, *, codes: Sequence[str] = (), **shown: Any) -> Response:
    since, required = _since(context), context.business.requires_second_factor(context.viewer.roles)
    left = context.service.second_factors.recovery_codes_left(context.viewer.name)
    response = context.page(
        "second_factor.html",
        since=since,
        required=required,
        left=left,
        shut_out=required and since is None,
        codes=[in_fours(one) for one in codes],
        **shown,
    )
    if context.request.method == "POST" and response.status_code == 200:  # noqa: PLR2004 - OK
        response.headers["HX-Push-Url"] = PATH
    return response


@router.post("")
@shown_again_by(_page)
def begin(context: AnyPage) -> Response:
    """The secret is in this answer, and nowhere else ever. It is in use once a code of it was given."""
    show_password(context, "password")
    if _since(context) is not None:
        _show_code(context)
    offer = context.service.second_factors.offer(context.viewer.name, _session(context), now=context.service.clock())
    return _page(context, **_offered(context, offer))


@router.post("/confirmation")
def confirm(context: AnyPage) -> Response:
    """Whoever else is in, with the password alone, is logged out. The recovery codes are in this answer alone."""
    service, name, form = context.service, context.viewer.name, context.form
    now = service.clock()
    session = _session(context)
    offer = service.second_factors.offered(name, session, form.value("offer"), now=now)
    if offer is None:
        return _page(context, sent=form.refused(OfferExpired()))
    codes = service.second_factors.set_up(name, session, offer.sealed, form.value("code"), now=now)
    if codes is None:
        return _page(context, sent=form.refused(WrongCodeHere(field="code")), **_offered(context, offer))
    service.attempts.clear(*codes_of(name))
    service.note(SecondFactorSetUp(service.attempts.who(name)), by=context.viewer)
    service.credentials.end_other_sessions(name, staying=session)
    return _page(context, codes=codes, is_new=True)


@router.post("/recovery-codes")
@shown_again_by(_page)
def make_recovery_codes(context: Page) -> Response:
    """They are in this answer, and nowhere else ever; those before are dead."""
    service, name = context.service, context.viewer.name
    _show_code(context)
    codes = service.second_factors.renew_recovery_codes(name)
    service.note(RecoveryCodesMade(service.attempts.who(name)), by=context.viewer)
    return _page(context, codes=codes)


@router.post("/removal")
@shown_again_by(_page)
def remove(context: Page) -> Response:
    service, name = context.service, context.viewer.name
    if context.business.requires_second_factor(context.viewer.roles):
        raise SecondFactorNeeded
    show_password(context, "password")
    _show_code(context)
    service.second_factors.remove(name)
    service.note(SecondFactorRemoved(service.attempts.who(name)), by=context.viewer)
    return context.done(None, "/account", context._("The second factor is off: the password alone lets you in"))


@router.get("/confirmation")
@router.get("/recovery-codes")
def show_again() -> Response:
    """Where the addresses of the forms above are asked for as pages."""
    return RedirectResponse(PATH, 303)


def show_password(context: PageContext, field: str) -> None:
    """Who it is, by the own password. Guessing it is as limited as logging in."""
    attempts: Attempts = context.request.app.state.attempts
    name, address, session = context.viewer.name, address_of(context.request), _session(context)
    try:
        attempts.begin(name, address, session)  # who is logged in already is not held up by others
    except TooManyAttempts as error:
        raise later(error, field) from None
    if not context.service.credentials.is_password(name, context.form.value(field)):
        attempts.failed(name, address)
        raise NotThePassword(field=field)
    attempts.succeeded(name, address, session)


def _show_code(context: PageContext) -> None:
    check_code_typed(context, context.form, context.viewer.name, _session(context))


def _session(context: PageContext) -> str:
    return context.request.cookies[SESSION]


def _since(context: PageContext) -> datetime | None:
    return context.service.second_factors.since(context.viewer.name)


def _offered(context: PageContext, offer: Offer) -> dict[str, Any]:
    business = context.business.name
    query = urlencode({"secret": offer.secret, "issuer": business}, quote_via=quote)
    uri = f"otpauth://totp/{quote(f'{business}:{context.viewer.name}')}?{query}"
    return {"offer": offer.sealed, "secret": in_fours(offer.secret), "uri": uri, "drawn": _drawn(uri)}


def _drawn(uri: str) -> str:
    """As a QR code, in an address of its own: a picture that a page holds."""
    import segno  # noqa: PLC0415 - which nothing else needs

    return segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff")


def in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
