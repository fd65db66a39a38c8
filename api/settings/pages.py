"""The business's settings, each group a form of its own."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from fastapi import APIRouter, Response

from api.http.countries import SPEAK_SPANISH
from api.pages.context import Page, PageContext
from api.users.views import roles_of
from application import business
from application.streams import Outcome
from domain.business import Kind
from domain.errors import Refusal
from domain.people import Role

router = APIRouter(prefix="/settings")


@router.get("")
def show_settings(context: Page) -> Response:
    return _settings(context)


@router.post("/description")
def describe_business(context: Page) -> Response:
    form = context.form
    return _changed(
        context,
        lambda: business.describe_business(
            context.store,
            context.command(),
            name=form.text("name"),
            kind=form.choice("kind", Kind),
            country=form.country("country"),
            time_zone=form.text("time_zone"),
        ),
        context._("Settings saved"),
    )


@router.post("/deadlines")
def set_deadlines(context: Page) -> Response:
    form = context.form
    return _changed(
        context,
        lambda: business.set_deadlines(
            context.store, context.command(), grace_days=form.number("grace_days"), idle_days=form.number("idle_days")
        ),
        context._("Settings saved"),
    )


@router.post("/session-limits")
def set_session_limits(context: Page) -> Response:
    form = context.form
    return _changed(
        context,
        lambda: business.set_session_limits(
            context.store, context.command(), idle_minutes=form.number("idle_minutes"), hours=form.number("hours")
        ),
        context._("Settings saved"),
    )


@router.post("/second-factor")
def require_second_factor(context: Page) -> Response:
    """Of the roles that are ticked; of none where none is."""

    def require() -> Outcome:
        roles = roles_of(context.form)
        return business.require_second_factor(context.store, context.command(), roles=roles)

    return _changed(context, require, context._("Settings saved"))


@router.post("/charge-limit")
def set_charge_limit(context: Page) -> Response:
    """Nothing typed: there is no limit."""

    def set_limit() -> Outcome:
        form = context.form
        currency = form.text("currency").upper()
        limit = form.limit("limit", currency) if form.optional_text("limit") else None
        return business.set_charge_limit(context.store, context.command(), currency=currency, limit=limit)

    return _changed(context, set_limit, context._("Settings saved"))


@router.post("/four-eyes")
def switch_four_eyes(context: Page) -> Response:
    if context.form.ticked("required"):
        return _changed(
            context,
            lambda: business.switch_four_eyes_on(context.store, context.command()),
            context._("From now on whoever recorded a payment cannot decide on it"),
        )
    return _changed(
        context,
        lambda: business.switch_four_eyes_off(
            context.store, context.command(), reason=context.form.optional_text("reason")
        ),
        context._("Four eyes are switched off: payments approved from now on say so"),
    )


def _changed(context: PageContext, change: Callable[[], Outcome], said: str) -> Response:
    try:
        outcome = change()
    except Refusal as refusal:
        return _settings(context, sent=context.form.refused(refusal))
    return context.done(outcome, "/settings", said)


def _settings(context: PageContext, **shown: Any) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    return context.page("settings.html", zones=_zones(), **shown)


@cache
def _zones() -> list[str]:
    """To choose from: those of the countries that speak Spanish. Any other can be typed."""
    territories: Mapping[str, str] = get_global("zone_territories")
    return sorted(zone for zone in available_timezones() if territories.get(zone) in SPEAK_SPANISH)
