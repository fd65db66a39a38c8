"""Portfolios over HTTP: read, reassigned many at once, planned."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.http.catalogues import language, translated
from api.http.dependencies import Done, NewCommand, Question, Service, Speaks
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import PRINTABLE
from api.portfolios.inputs import NewReassignment, Reassignment
from api.portfolios.listing import PortfolioList, PortfolioOn
from api.portfolios.views import NOBODY, page_of, preview_of_reassignment, totals_of
from application import assignments
from domain.errors import Conflict, NotFound
from domain.people import Role
from domain.personal import NAME
from projections.pages import Page
from projections.portfolios.clients import PortfolioLine, Totals
from projections.portfolios.holdings import HeldBy, PlannedReassignment, held_by, planned, plans_of
from projections.portfolios.people import PortfolioOf, side_by_side
from projections.portfolios.reassigning import Preview, Selection, moved_by, whom

router = APIRouter(
    prefix="/api/portfolios",
    tags=["portfolios"],
    responses=documented(401, 403, 404, 422, 503),
    route_class=OneThreadRoute,
)
plans = APIRouter(
    prefix="/api/assignment-plans",
    tags=["portfolios"],
    responses=documented(401, 403, 422, 503),
    route_class=OneThreadRoute,
)
of_client = APIRouter(
    prefix="/api/clients/{client_id}",
    tags=["portfolios"],
    responses=documented(401, 403, 404, 422, 503),
    route_class=OneThreadRoute,
)

Whose = Annotated[
    str,
    Path(
        max_length=NAME, pattern=PRINTABLE, description=f"A user's name; `{NOBODY}` for the clients that nobody holds."
    ),
]


class SelectionChanged(Conflict):
    title = "Meanwhile these are other clients, or others hold them: look at the preview again"


@dataclass(frozen=True, slots=True)
class Left:
    """A client that was left as it is, and why."""

    client_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class UndoneAnswer:
    id: UUID | None
    position: int
    undone: int
    left: list[Left]


# Read


@router.get("")
def list_portfolios(question: Question) -> list[PortfolioOf]:
    """All users side by side; a collector sees the own portfolio, and those the person stands in for."""
    with question.snapshot("portfolio") as db:
        return side_by_side(db, question.viewer, question.as_of().day)


@plans.get("")
def list_plans(question: Question) -> list[PlannedReassignment]:
    """What waits for its day, by the command that planned it; the next first."""
    question.require(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
    with question.snapshot("portfolio") as db:
        return [*planned(db)]


@router.get("/{collector}")
def show_portfolio(
    collector: Whose, question: Question, asked: Annotated[PortfolioList, Query()]
) -> Page[PortfolioLine]:
    """Client by client. As of a day in the past, it is sorted by name or reference, and supervisors see it."""
    chosen = asked.of(question.service.store, question.viewer, question.as_of().day, collector, asked.as_of)
    with question.snapshot("portfolio", "escritorio") as db:
        return page_of(db, chosen, asked.sort, asked.cursor, asked.limit)


@router.get("/{collector}/totals")
def show_totals(collector: Whose, question: Question, asked: Annotated[PortfolioOn, Query()]) -> Totals:
    """By zone, each currency by itself; of the same clients as the portfolio with these filters."""
    chosen = asked.of(question.service.store, question.viewer, question.as_of().day, collector, asked.as_of)
    with question.snapshot("portfolio", "escritorio") as db:
        return totals_of(db, chosen)


# Reassign


@router.post("/reassignments/preview")
def preview_reassignment(body: Reassignment, question: Question) -> Preview:
    """How many clients would change hands, with how many case files and how much owed, and from whom.

    From a day in the past also what was collected since and would count for another, by month and collector.
    """
    question.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with question.snapshot("portfolio", "escritorio") as db:
        return preview_of_reassignment(db, body.selection_of(), body.to, body.from_, question.as_of().day)


@router.post("/reassignments", status_code=201, responses=documented(409))
def reassign_clients(body: NewReassignment, new: NewCommand) -> Done:
    """All of them or none. The answer's id is that of the reassignment, by which it can be undone."""
    return new.done(
        assignments.reassign_clients(
            new.store,
            new.command,
            lambda: chosen_clients(new.service, body.selection_of(), body.selection),
            collector=body.to,
            from_on=body.from_,
        )
    )


def chosen_clients(service: Service, selection: Selection, seen: str | None) -> list[UUID]:
    """Whom it means now; refused where that is not what was `seen` in a preview."""
    with service.caught_up() as db:
        clients, mark = whom(db, selection)
    if seen is not None and seen != mark:
        raise SelectionChanged
    return [*clients]


@router.post("/reassignments/{reassignment_id}/undo", responses=documented(409))
def undo_reassignment(reassignment_id: UUID, new: NewCommand, accept_language: Speaks = None) -> UndoneAnswer:
    """Wherever nobody has changed since who holds the client; the others are named, and left as they are."""
    new.command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with new.service.caught_up() as db:
        moved = moved_by(db, reassignment_id)
    if not moved:
        raise NotFound(id=reassignment_id)
    outcome, results = assignments.undo_assignments(new.store, new.command, moved, done_by=reassignment_id)
    done = new.done(outcome)
    speaks = language(accept_language)
    left = [Left(one.client_id, translated(one.refused.title, speaks)) for one in results if one.refused]
    return UndoneAnswer(done.id, done.position, len(results) - len(left), left)


@router.post("/reassignments/{reassignment_id}/cancellation", responses=documented(409))
def cancel_reassignment(reassignment_id: UUID, new: NewCommand) -> Done:
    """What it planned, as far as that waits for its day."""
    new.command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with new.service.caught_up() as db:
        plans = plans_of(db, reassignment_id)
    if not plans:
        raise NotFound(id=reassignment_id)
    return new.done(assignments.cancel_assignments(new.store, new.command, plans))


# Of one client


@of_client.get("/holdings")
def show_holdings(client_id: UUID, question: Question) -> HeldBy:
    """Who held this client when, and what is planned."""
    with question.snapshot("portfolio") as db:
        known = held_by(db, question.viewer, client_id)
    if known is None:
        raise NotFound(id=client_id)
    return known


@of_client.post("/assignment-plans/{plan_id}/cancellation", responses=documented(409))
def cancel_assignment(client_id: UUID, plan_id: UUID, new: NewCommand) -> Done:
    return new.done(assignments.cancel_assignments(new.store, new.command, [(client_id, plan_id)]))
