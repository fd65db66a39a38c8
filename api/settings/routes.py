"""The business's settings over HTTP."""

from fastapi import APIRouter

from api.http.dependencies import Done, NewCommand, Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.settings.inputs import ChargeLimit, Deadlines, Description, FourEyes, SecondFactor, SessionLimits
from application import business
from domain.business import Business

router = APIRouter(
    prefix="/api/business", tags=["business"], responses=documented(401, 403, 422, 503), route_class=OneThreadRoute
)


@router.get("")
def show_business(question: Question) -> Business:
    return question.service.business()


@router.post("/description")
def describe_business(body: Description, new: NewCommand) -> Done:
    return new.done(
        business.describe_business(
            new.store,
            new.command,
            name=body.name,
            kind=body.kind,
            country=body.country,
            time_zone=body.time_zone,
        )
    )


@router.post("/four-eyes")
def switch_four_eyes(body: FourEyes, new: NewCommand) -> Done:
    if body.required:
        return new.done(business.switch_four_eyes_on(new.store, new.command))
    return new.done(business.switch_four_eyes_off(new.store, new.command, reason=body.reason))


@router.post("/deadlines")
def set_deadlines(body: Deadlines, new: NewCommand) -> Done:
    return new.done(
        business.set_deadlines(new.store, new.command, grace_days=body.grace_days, idle_days=body.idle_days)
    )


@router.post("/session-limits")
def set_session_limits(body: SessionLimits, new: NewCommand) -> Done:
    return new.done(
        business.set_session_limits(new.store, new.command, idle_minutes=body.idle_minutes, hours=body.hours)
    )


@router.post("/second-factor")
def require_second_factor(body: SecondFactor, new: NewCommand) -> Done:
    return new.done(business.require_second_factor(new.store, new.command, roles=body.roles))


@router.post("/charge-limit")
def set_charge_limit(body: ChargeLimit, new: NewCommand) -> Done:
    limit = body.limit.limit() if body.limit else None
    return new.done(business.set_charge_limit(new.store, new.command, currency=body.currency, limit=limit))
