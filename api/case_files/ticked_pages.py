"""What is done with several case files at once: each by a command of its own, with a result of its own.

The address stays the list's, so that a refused form shows the same list again. Sent again, a command is answered as
the first time; so how each case file stood before is read from its history, up to that command.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.inputs import ActionBody, NewStage
from api.case_files.list_page import case_file_list
from api.case_files.listing import HERE
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import NotAChoice
from api.pages.refusals import shown_again_by
from application import activity, case_files
from application.streams import Command, Outcome
from domain.case_file import CaseFile
from domain.case_file import Event as CaseFileEvent
from domain.case_file.progress import Stage
from domain.client import Client
from domain.doubts import Doubt, check_sure
from domain.errors import Invalid, Refusal
from projections.desk.case_files import find_case_file
from projections.desk.money import waiting

router = APIRouter(prefix="/escritorio/case-files/ticked")

Given = Callable[[UUID, Command], Outcome]


class NothingTicked(Invalid):
    title = "Tick the case files first"


@dataclass(frozen=True)
class Done:
    """`was` is what undoing goes back to; None where nothing changed, or it cannot be undone."""

    id: UUID
    reference: str
    debtor: str
    said: str
    refused: bool = False
    was: str | None = None


@router.post("/stage")
@shown_again_by(case_file_list)
def change_stages(context: Page) -> Response:
    stage = context.form.read(NewStage).stage
    ids = _ticked(context)

    def give(case_file_id: UUID, command: Command) -> Outcome:
        return case_files.change_stage(context.store, command, case_file_id, stage=stage)

    def was(before: CaseFile) -> str | None:
        return before.stage.value if before.stage is not stage else None

    return _each(context, ids, give, context._("Stage changed"), was=was, undo="stage")


@router.post("/assignment")
@shown_again_by(case_file_list)
def assign(context: Page) -> Response:
    collector = context.form.text("collector")
    from_on = context.form.day("from")
    ids = _ticked(context)
    if context.form.asks_first:
        check_sure({doubt for one in ids for doubt in _assignment_doubts(context, one, collector, from_on)})

    def give(case_file_id: UUID, command: Command) -> Outcome:
        return case_files.assign_case_file(context.store, command, case_file_id, collector=collector, from_on=from_on)

    def was(before: CaseFile) -> str | None:
        held_by = before.held_by(from_on) or ""
        return held_by if held_by != collector else None

    return _each(context, ids, give, context._("Assigned"), was=was, undo="assignment")


@router.post("/actions")
@shown_again_by(case_file_list)
def log_actions(context: Page) -> Response:
    body = context.form.read(ActionBody, keeps_next_action=True)
    action, ids = body.action(context.today), _ticked(context)
    if body.ask_first:
        check_sure(action.doubts(context.today))

    def give(case_file_id: UUID, command: Command) -> Outcome:
        return activity.log_action(
            context.store, command, case_file_id, action_id=new_id(command, "action"), action=action
        )

    return _each(context, ids, give, context._("Action logged"))


@router.post("/undo")
def undo(context: Page) -> Response:
    """Each back to what it was: `was` names it beside each ticked case file."""
    what, ids, before = context.form.text("what"), _ticked(context), context.form.many("was")
    if len(ids) != len(before) or what not in {"stage", "assignment"}:
        raise NotAChoice(field="was")
    if what == "stage" and not {*before} <= {stage.value for stage in Stage}:
        raise NotAChoice(field="was")
    from_on = context.form.day("from") if what == "assignment" else context.today
    known = dict(zip(ids, before, strict=True))

    def give(case_file_id: UUID, command: Command) -> Outcome:
        was = known[case_file_id]
        if what == "stage":
            return case_files.change_stage(context.store, command, case_file_id, stage=Stage(was))
        return case_files.assign_case_file(context.store, command, case_file_id, collector=was or None, from_on=from_on)

    return _each(context, ids, give, context._("Undone"))


def _assignment_doubts(context: PageContext, case_file_id: UUID, collector: str, from_on: date) -> Sequence[Doubt]:
    case_file, _ = context.store.load(CaseFile(), case_file_id)
    debtor, _ = context.store.load(Client(), case_file.debtor_id)
    return case_file.assignment_doubts(collector, from_on, debtor.portfolio.holdings, context.today)


def _ticked(context: PageContext) -> Sequence[UUID]:
    if not (ids := context.form.ids("case_file")):
        raise NothingTicked(field="case_file")
    return ids


def _each(
    context: PageContext,
    ids: Sequence[UUID],
    give: Given,
    said: str,
    *,
    was: Callable[[CaseFile], str | None] = lambda _: None,
    undo: str = "",
) -> Response:
    """Carried out or refused whatever becomes of the others. The page answers the form: sent again it says the same."""
    with context.snapshot() as db:
        lines = [line for id_ in ids if (line := find_case_file(db, context.viewer, context.as_of, id_)) is not None]
        waits = waiting(db, context.viewer)  # for a decision on payments, of which nothing here changes one
    results: list[Done] = []
    reached = 0
    for line in lines:
        try:
            outcome = give(line.id, context.command(str(line.id)))
        except Refusal as refusal:
            results.append(Done(line.id, line.reference, line.debtor, context.said(refusal), refused=True))
        else:
            reached = max(reached, outcome.position)
            before = was(_before(context, line.id, outcome.position)) if undo else None
            text = said if before is not None or not undo else context._("It was so already")
            results.append(Done(line.id, line.reference, line.debtor, text, was=before))
    response = context.page(
        "ticked_case_files.html",
        tab="case-files",
        waiting=waits,
        results=results,
        undo=undo,
        from_on=context.form.value("from"),
        back=context.back(HERE),
    )
    context.shows(response, reached)
    response.headers["HX-Push-Url"] = "false"  # there is no page of this address to come back to
    return response


def _before(context: PageContext, case_file_id: UUID, position: int) -> CaseFile:
    """As it stood before the event at that position."""
    case_file = CaseFile()
    for recorded in context.store.history(case_file_id):
        if recorded.position < position and isinstance(recorded.event, CaseFileEvent):
            case_file = case_file.evolve(recorded.event)
    return case_file
