"""The business's settings, each group a form of its own."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from fastapi import APIRouter, Response

from api.web.countries import SPEAK_SPANISH
from api.web.users import roles_of
from api.web.visit import Page, Visit
from application import business
from application.streams import Outcome
from domain.business import Kind
from domain.errors import Refusal
from domain.people import Role

router = APIRouter(prefix="/settings")


@router.get("")
def show_settings(visit: Page) -> Response:
    return _settings(visit)


@router.post("/description")
def describe_business(visit: Page) -> Response:
    form = visit.form
    return _changed(
        visit,
        lambda: business.describe_business(
            visit.store,
            visit.command(),
            name=form.text("name"),
            kind=form.choice("kind", Kind),
            country=form.country("country"),
            time_zone=form.text("time_zone"),
        ),
        visit._("Settings saved"),
    )


@router.post("/deadlines")
def set_deadlines(visit: Page) -> Response:
    form = visit.form
    return _changed(
        visit,
        lambda: business.set_deadlines(
            visit.store, visit.command(), grace_days=form.number("grace_days"), idle_days=form.number("idle_days")
        ),
        visit._("Settings saved"),
    )


@router.post("/session-limits")
def set_session_limits(visit: Page) -> Response:
    form = visit.form
    return _changed(
        visit,
        lambda: business.set_session_limits(
            visit.store, visit.command(), idle_minutes=form.number("idle_minutes"), hours=form.number("hours")
        ),
        visit._("Settings saved"),
    )


@router.post("/second-factor")
def require_second_factor(visit: Page) -> Response:
    """Of the roles that are ticked; of none where none is."""

    def require() -> Outcome:
        roles = roles_of(visit.form)
        return business.require_second_factor(visit.store, visit.command(), roles=roles)

    return _changed(visit, require, visit._("Settings saved"))


@router.post("/charge-limit")
def set_charge_limit(visit: Page) -> Response:
    """Nothing typed: there is no limit."""

    def set_limit() -> Outcome:
        form = visit.form
        currency = form.text("currency").upper()
        limit = form.limit("limit", currency) if form.optional_text("limit") else None
        return business.set_charge_limit(visit.store, visit.command(), currency=currency, limit=limit)

    return _changed(visit, set_limit, visit._("Settings saved"))


@router.post("/four-eyes")
def switch_four_eyes(visit: Page) -> Response:
    if visit.form.ticked("required"):
        return _changed(
            visit,
            lambda: business.switch_four_eyes_on(visit.store, visit.command()),
            visit._("From now on whoever recorded a payment cannot decide on it"),
        )
    return _changed(
        visit,
        lambda: business.switch_four_eyes_off(visit.store, visit.command(), reason=visit.form.optional_text("reason")),
        visit._("Four eyes are switched off: payments approved from now on say so"),
    )


def _changed(visit: Visit, change: Callable[[], Outcome], said: str) -> Response:
    try:
        outcome = change()
    except Refusal as refusal:
        return _settings(visit, sent=visit.form.refused(refusal))
    return visit.done(outcome, "/settings", said)


def _settings(visit: Visit, **shown: Any) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    return visit.page("settings.html", zones=_zones(), **shown)


@cache
def _zones() -> list[str]:
    """To choose from: those of the countries that speak Spanish. Any other can be typed."""
    territories: Mapping[str, str] = get_global("zone_territories")
    return sorted(zone for zone in available_timezones() if territories.get(zone) in SPEAK_SPANISH)
