"""Who stands in for whom: appointed and ended on the page of portfolios."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.pages.context import Page, new_id
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.toasts import Undo
from api.portfolios.inputs import NewSubstitution
from api.portfolios.pages import portfolios
from application import assignments
from domain.errors import NotFound
from domain.people import Role
from projections.portfolios.people import find_substitution

router = APIRouter(prefix="/substitutes")

HERE = "/portfolios#substitutes"


@router.post("")
@shown_again_by(portfolios)
def appoint_substitute(context: Page) -> Response:
    command, body = context.command(), context.form.read(NewSubstitution)
    outcome = assignments.appoint_substitute(
        context.store,
        command,
        new_id(command, "substitution"),
        collector=body.collector,
        substitute=body.substitute,
        from_on=body.from_,
        until_on=body.until,
    )
    said = context._(
        "%(substitute)s stands in for %(collector)s",
        substitute=context.person(body.substitute),
        collector=context.person(body.collector),
    )
    return context.done(outcome, HERE, said, undo=Undo(f"/substitutes/{outcome.id}/end"))


@router.post("/{substitution_id}/end")
@sent_back_to(HERE)
def end_substitution(context: Page, substitution_id: UUID) -> Response:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with context.service.caught_up() as db:
        known = find_substitution(db, substitution_id)
    if known is None:
        raise NotFound(id=substitution_id)
    outcome = assignments.end_substitution(
        context.store, context.command(), substitution_id, substitute=known.substitute
    )
    return context.done(outcome, HERE, context._("The substitution has ended"))
