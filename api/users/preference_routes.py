"""What somebody would rather have where nothing else is asked for, over HTTP: everybody's own."""

from dataclasses import dataclass

from fastapi import APIRouter

from api.http.dependencies import Done, NewCommand, Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body
from application import business
from domain.people import Period

router = APIRouter(
    prefix="/api/preferences", tags=["preferences"], responses=documented(401, 422, 503), route_class=OneThreadRoute
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """`period`: of which time figures of invoices and estimates are."""

    period: Period


class PeriodBody(Body):
    period: Period


@router.get("")
def show_preferences(question: Question) -> Preferences:
    return Preferences(business.preferred_period(question.service.store, question.viewer))


@router.post("/period")
def prefer_period(body: PeriodBody, new: NewCommand) -> Done:
    """This year, or all time until somebody prefers otherwise."""
    return new.done(business.prefer_period(new.store, new.command, period=body.period))
