"""Everyone's own second factor: setting it up with an authenticator app, recovery codes, turning it off.

Who must have one, and has none yet, is led here from every other page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.attempts import Attempts, TooManyAttempts, address_of, codes_of
from api.second_factors import Offer
from api.web.log_in import WrongCodeHere, check_code_typed, later
from api.web.visit import SESSION, AnyPage, Page, Visit
from domain.access import RecoveryCodesMade, SecondFactorRemoved, SecondFactorSetUp
from domain.errors import Conflict, Invalid, Refusal

PATH = "/account/second-factor"

router = APIRouter(prefix=PATH)


class NotThePassword(Invalid):
    title = "This is not your password"


class OfferExpired(Invalid):
    title = "That took too long: begin again"


class SecondFactorNeeded(Conflict):
    title = "Your roles require a second factor: set up another one in its place"


@router.get("")
def show_second_factor(visit: AnyPage) -> Response:
    return _page(visit)


@router.post("")
def begin(visit: AnyPage) -> Response:
    """The secret is in this answer, and nowhere else ever. It is in use once a code of it was given."""
    try:
        show_password(visit, "password")
        if _since(visit) is not None:
            _show_code(visit)
    except Refusal as refusal:
        return _page(visit, sent=visit.form.refused(refusal))
    offer = visit.service.second_factors.offer(visit.viewer.name, _session(visit), now=visit.service.clock())
    return _page(visit, **_offered(visit, offer))


@router.post("/confirmation")
def confirm(visit: AnyPage) -> Response:
    """Whoever else is in, with the password alone, is logged out. The recovery codes are in this answer alone."""
    service, name, form = visit.service, visit.viewer.name, visit.form
    now = service.clock()
    session = _session(visit)
    offer = service.second_factors.offered(name, session, form.value("offer"), now=now)
    if offer is None:
        return _page(visit, sent=form.refused(OfferExpired()))
    codes = service.second_factors.set_up(name, session, offer.sealed, form.value("code"), now=now)
    if codes is None:
        return _page(visit, sent=form.refused(WrongCodeHere(field="code")), **_offered(visit, offer))
    service.attempts.clear(*codes_of(name))
    service.note(SecondFactorSetUp(service.attempts.who(name)), by=visit.viewer)
    service.credentials.end_other_sessions(name, staying=session)
    return _page(visit, codes=codes, is_new=True)


@router.post("/recovery-codes")
def make_recovery_codes(visit: Page) -> Response:
    """They are in this answer, and nowhere else ever; those before are dead."""
    service, name = visit.service, visit.viewer.name
    try:
        _show_code(visit)
    except Refusal as refusal:
        return _page(visit, sent=visit.form.refused(refusal))
    codes = service.second_factors.renew_recovery_codes(name)
    service.note(RecoveryCodesMade(service.attempts.who(name)), by=visit.viewer)
    return _page(visit, codes=codes)


@router.post("/removal")
def remove(visit: Page) -> Response:
    service, name = visit.service, visit.viewer.name
    try:
        if visit.business.requires_second_factor(visit.viewer.roles):
            raise SecondFactorNeeded
        show_password(visit, "password")
        _show_code(visit)
    except Refusal as refusal:
        return _page(visit, sent=visit.form.refused(refusal))
    service.second_factors.remove(name)
    service.note(SecondFactorRemoved(service.attempts.who(name)), by=visit.viewer)
    return visit.done(None, "/account", visit._("The second factor is off: the password alone lets you in"))


@router.get("/confirmation")
@router.get("/recovery-codes")
def show_again() -> Response:
    """Where the addresses of the forms above are asked for as pages."""
    return RedirectResponse(PATH, 303)


def show_password(visit: Visit, field: str) -> None:
    """Who it is, by the own password. Guessing it is as limited as logging in."""
    attempts: Attempts = visit.request.app.state.attempts
    name, address, session = visit.viewer.name, address_of(visit.request), _session(visit)
    try:
        attempts.begin(name, address, session)  # who is logged in already is not held up by others
    except TooManyAttempts as error:
        raise later(error, field) from None
    if not visit.service.credentials.is_password(name, visit.form.value(field)):
        attempts.failed(name, address)
        raise NotThePassword(field=field)
    attempts.succeeded(name, address, session)


def _show_code(visit: Visit) -> None:
    check_code_typed(visit, visit.form, visit.viewer.name, _session(visit))


def _session(visit: Visit) -> str:
    return visit.request.cookies[SESSION]


def _since(visit: Visit) -> datetime | None:
    return visit.service.second_factors.since(visit.viewer.name)


def _offered(visit: Visit, offer: Offer) -> dict[str, Any]:
    business = visit.business.name
    told = urlencode({"secret": offer.secret, "issuer": business}, quote_via=quote)
    uri = f"otpauth://totp/{quote(f'{business}:{visit.viewer.name}')}?{told}"
    return {"offer": offer.sealed, "secret": in_fours(offer.secret), "uri": uri, "drawn": _drawn(uri)}


def _drawn(uri: str) -> str:
    """As a QR code, in an address of its own: a picture that a page holds."""
    import segno  # noqa: PLC0415 - which nothing else needs

    return segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff")


def in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _page(visit: Visit, *, codes: Sequence[str] = (), **shown: Any) -> Response:
    since, required = _since(visit), visit.business.requires_second_factor(visit.viewer.roles)
    left = visit.service.second_factors.recovery_codes_left(visit.viewer.name)
    response = visit.page(
        "second_factor.html",
        since=since,
        required=required,
        left=left,
        shut_out=required and since is None,
        codes=[in_fours(one) for one in codes],
        **shown,
    )
    if visit.request.method == "POST" and response.status_code == 200:  # noqa: PLR2004 - OK
        response.headers["HX-Push-Url"] = PATH
    return response
