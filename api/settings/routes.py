"""The business's settings over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool

from api.http.dependencies import Done, NewCommand, Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import WHOLE, Body, Line, MoneyBody, Name
from application import business
from domain.business import Business, Kind
from domain.people import Role

router = APIRouter(
    prefix="/api/business", tags=["business"], responses=documented(401, 403, 422, 503), route_class=OneThreadRoute
)


class Description(Body):
    """`country` is ISO 3166, `time_zone` as IANA names it."""

    name: Name
    kind: Kind
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    time_zone: Annotated[str, Field(max_length=64)]


class FourEyes(Body):
    """Switching it off needs a reason, and a payment so approved says so for ever."""

    required: StrictBool
    reason: Line | None = None


class Deadlines(Body):
    grace_days: Annotated[int, Field(strict=True, ge=0, le=30), WHOLE]
    idle_days: Annotated[int, Field(strict=True, ge=1, le=365), WHOLE]


class SessionLimits(Body):
    """Whoever asks nothing for so many minutes has to log in again, and everybody after so many hours."""

    idle_minutes: Annotated[int, Field(strict=True, ge=5, le=720), WHOLE]
    hours: Annotated[int, Field(strict=True, ge=1, le=24), WHOLE]


class SecondFactor(Body):
    """Whoever has one of these roles sets up a second factor before anything else."""

    roles: Annotated[Sequence[Role], Field(max_length=len(Role))]


class ChargeLimit(Body):
    """Up to that much in its currency a supervisor raises a debt alone; without `limit`, as much as there is."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    limit: MoneyBody | None = None


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
