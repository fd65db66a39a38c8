"""The business's settings, each group a form of its own."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from fastapi import APIRouter, Response

from api.http.countries import SPEAK_SPANISH
from api.pages.context import Page, PageContext
from api.pages.refusals import shown_again_by
from api.settings.inputs import ChargeLimit, Deadlines, Description, FourEyes, SessionLimits
from api.users.views import roles_of
from application import business
from domain.money import currency_code
from domain.people import Role

router = APIRouter(prefix="/settings")


@router.get("")
def show_settings(context: Page) -> Response:
    return _settings(context)


def _settings(context: PageContext, **shown: Any) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    return context.page("settings.html", zones=_zones(), **shown)


@router.post("/description")
@shown_again_by(_settings)
def describe_business(context: Page) -> Response:
    body = context.form.read(Description)
    outcome = business.describe_business(
        context.store,
        context.command(),
        name=body.name,
        kind=body.kind,
        country=body.country,
        time_zone=body.time_zone,
    )
    return context.done(outcome, "/settings", context._("Settings saved"))


@router.post("/deadlines")
@shown_again_by(_settings)
def set_deadlines(context: Page) -> Response:
    body = context.form.read(Deadlines)
    outcome = business.set_deadlines(
        context.store, context.command(), grace_days=body.grace_days, idle_days=body.idle_days
    )
    return context.done(outcome, "/settings", context._("Settings saved"))


@router.post("/session-limits")
@shown_again_by(_settings)
def set_session_limits(context: Page) -> Response:
    body = context.form.read(SessionLimits)
    outcome = business.set_session_limits(
        context.store, context.command(), idle_minutes=body.idle_minutes, hours=body.hours
    )
    return context.done(outcome, "/settings", context._("Settings saved"))


@router.post("/second-factor")
@shown_again_by(_settings)
def require_second_factor(context: Page) -> Response:
    """Of the roles that are ticked; of none where none is."""
    roles = roles_of(context.form)
    outcome = business.require_second_factor(context.store, context.command(), roles=roles)
    return context.done(outcome, "/settings", context._("Settings saved"))


@router.post("/charge-limit")
@shown_again_by(_settings)
def set_charge_limit(context: Page) -> Response:
    """Nothing typed: there is no limit."""
    currency = currency_code(context.form.text("currency").upper())
    body = context.form.read(ChargeLimit, currency, currency=currency)
    limit = body.limit.limit() if body.limit else None
    outcome = business.set_charge_limit(context.store, context.command(), currency=currency, limit=limit)
    return context.done(outcome, "/settings", context._("Settings saved"))


@router.post("/four-eyes")
@shown_again_by(_settings)
def switch_four_eyes(context: Page) -> Response:
    body = context.form.read(FourEyes)
    if body.required:
        outcome = business.switch_four_eyes_on(context.store, context.command())
        said = context._("From now on whoever recorded a payment cannot decide on it")
    else:
        outcome = business.switch_four_eyes_off(context.store, context.command(), reason=body.reason)
        said = context._("Four eyes are switched off: payments approved from now on say so")
    return context.done(outcome, "/settings", said)


@cache
def _zones() -> list[str]:
    """To choose from: those of the countries that speak Spanish. Any other can be typed."""
    territories: Mapping[str, str] = get_global("zone_territories")
    return sorted(zone for zone in available_timezones() if territories.get(zone) in SPEAK_SPANISH)
