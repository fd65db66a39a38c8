"""Who stands in for whom: appointed and ended on the page of portfolios."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.web.portfolios import portfolios
from api.web.toasts import Undo
from api.web.visit import Page, new_id
from application import assignments
from domain.errors import NotFound, Refusal
from domain.people import Role
from projections.portfolio.people import find_substitution

router = APIRouter(prefix="/substitutes")

HERE = "/portfolios#substitutes"


@router.post("")
def appoint_substitute(visit: Page) -> Response:
    form, command = visit.form, visit.command()
    try:
        collector, substitute = form.text("collector"), form.text("substitute")
        outcome = assignments.appoint_substitute(
            visit.store,
            command,
            new_id(command, "substitution"),
            collector=collector,
            substitute=substitute,
            from_on=form.day("from"),
            until_on=form.day("until"),
        )
    except Refusal as refusal:
        return portfolios(visit, sent=form.refused(refusal))
    said = visit._(
        "%(substitute)s stands in for %(collector)s",
        substitute=visit.person(substitute),
        collector=visit.person(collector),
    )
    return visit.done(outcome, HERE, said, undo=Undo(f"/substitutes/{outcome.id}/end"))


@router.post("/{substitution_id}/end")
def end_substitution(visit: Page, substitution_id: UUID) -> Response:
    visit.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with visit.service.caught_up() as db:
        known = find_substitution(db, substitution_id)
    try:
        if known is None:
            raise NotFound(id=substitution_id)
        outcome = assignments.end_substitution(
            visit.store, visit.command(), substitution_id, substitute=known.substitute
        )
    except Refusal as refusal:
        return visit.refused(refusal, HERE)
    return visit.done(outcome, HERE, visit._("The substitution has ended"))
