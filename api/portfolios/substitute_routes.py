"""Who stands in for whom, over HTTP: a substitute works a portfolio for some days, and does not earn."""

from uuid import UUID

from fastapi import APIRouter

from api.http.dependencies import Done, NewCommand, Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.portfolios.inputs import NewSubstitution
from application import assignments
from domain.errors import NotFound
from domain.people import Role
from projections.portfolios.people import Substitution, find_substitution, substitutes

router = APIRouter(
    prefix="/api/substitutions",
    tags=["portfolios"],
    responses=documented(401, 403, 404, 422, 503),
    route_class=OneThreadRoute,
)


@router.get("")
def list_substitutions(question: Question, *, over: bool = False) -> list[Substitution]:
    """Those that are and will be; or those that are over. A collector sees the own ones."""
    with question.snapshot("portfolio") as db:
        return [*substitutes(db, question.viewer, question.as_of().day, over=over)]


@router.post("", status_code=201, responses=documented(409))
def appoint_substitute(body: NewSubstitution, new: NewCommand) -> Done:
    return new.done(
        assignments.appoint_substitute(
            new.store,
            new.command,
            new.new_id("substitution"),
            collector=body.collector,
            substitute=body.substitute,
            from_on=body.from_,
            until_on=body.until,
        )
    )


@router.post("/{substitution_id}/end", responses=documented(409))
def end_substitution(substitution_id: UUID, new: NewCommand) -> Done:
    """From today on, whether it has begun or not."""
    new.command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with new.service.caught_up() as db:
        known = find_substitution(db, substitution_id)
    if known is None:
        raise NotFound(id=substitution_id)
    return new.done(assignments.end_substitution(new.store, new.command, substitution_id, substitute=known.substitute))
