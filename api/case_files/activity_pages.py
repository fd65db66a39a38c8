"""The work on a case file: actions, promises, parties."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.inputs import ActionBody, ClaimBody, LocatedBody, NewPromise, PartyBody
from api.case_files.pages import currency_of, held_page, page_with_form
from api.http.labels import OUTCOMES
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import activity
from application.clients import NewClient
from application.imports.client_lines import WRONG_PHONE
from application.streams import Command
from domain.case_file.activity import Channel, Direction, NewAction, Outcome, PartyRole
from domain.client.details import Details

router = APIRouter(prefix="/case-files/{case_file_id}")


@router.post("/actions")
@shown_again_by(page_with_form)
def log_action(case_file_id: UUID, context: Page) -> Response:
    """With the promise that came of it, if an amount or a day was promised, and the dispute, if one is claimed."""
    command, form = context.command(), context.form
    body = form.read(ActionBody, located=_located(form), promise=_promise(context, case_file_id), dispute=_claim(form))
    action = body.action(context.today)
    outcome = activity.log_action(
        context.store,
        command,
        case_file_id,
        action_id=new_id(command, "action"),
        action=action,
        promise=body.promise.promised(new_id(command, "promise")) if body.promise else None,
        dispute=(new_id(command, "dispute"), body.dispute.claim) if body.dispute else None,
        ask_first=body.ask_first,
        found_wrong=_found_wrong(context, action),
    )
    said = context._("Action and promise noted") if body.promise else context._("Action noted")
    said = context._("Action noted and dispute opened") if body.dispute else said
    if action.leaves_nothing_planned:
        said = context._("%(said)s. No next action is planned", said=said)
    if action.located is not None and action.located.phone and not context.formats.dialled(action.located.phone):
        said = f"{said}. {context._('New phone')}: {context._(WRONG_PHONE.message)}"
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said)


def _found_wrong(context: PageContext, action: NewAction) -> str | None:
    """Why the phone is marked as wrong, where that was chosen with an outcome that says so."""
    chosen = action.outcome is Outcome.WRONG_NUMBER and context.form.ticked("marks_wrong")
    return context._(OUTCOMES[Outcome.WRONG_NUMBER]) if chosen else None


def _located(form: Form) -> LocatedBody | None:
    if not any(form.optional_text(name) for name in ("address", "new_phone", "source")):
        return None
    return form.read(LocatedBody, phone=form.optional_text("new_phone"))


def _promise(context: PageContext, case_file_id: UUID) -> NewPromise | None:
    """None where none was made: whoever notes that the debtor promises says what, where the form asks for it."""
    form = context.form
    promises = form.value("outcome") == Outcome.PROMISE and "amount" in form.fields
    if not promises and form.optional_text("amount") is None and form.optional_text("due_on") is None:
        return None
    return form.read(NewPromise, currency_of(context, case_file_id))


def _claim(form: Form) -> ClaimBody | None:
    """As `_promise`: whoever notes that the debt is disputed says what is claimed."""
    disputes = form.value("outcome") == Outcome.DISPUTES and "claim" in form.fields
    return form.read(ClaimBody) if disputes or form.optional_text("claim") else None


def _held_again(context: PageContext, sent: Form) -> Response:
    return held_page(context, sent.value("reference"), sent=sent)


@router.post("/incoming-calls")
@shown_again_by(_held_again)
def log_incoming_call(case_file_id: UUID, context: Page) -> Response:
    """Anyone may take a call about anybody's case file: whoever works on it finds the note there."""
    command, form = context.command(), context.form
    said = {"channel": Channel.CALL, "direction": Direction.INCOMING, "note": form.text("note")}
    action = form.read(ActionBody, **said).action(context.today)
    outcome = activity.log_action(
        context.store, command, case_file_id, action_id=new_id(command, "action"), action=action
    )
    return context.done(outcome, context.back("/escritorio"), context._("Incoming call noted"))


# Promises


@router.post("/promises")
@shown_again_by(page_with_form)
def make_promise(case_file_id: UUID, context: Page) -> Response:
    page, command = f"/case-files/{case_file_id}", context.command()
    body = context.form.read(NewPromise, currency_of(context, case_file_id))
    promise_id, amount, due_on = body.promised(new_id(command, "promise"))
    outcome = activity.make_promise(
        context.store,
        command,
        case_file_id,
        promise_id=promise_id,
        amount=amount,
        due_on=due_on,
        ask_first=body.ask_first,
    )
    undo = Undo(f"{page}/promises/{promise_id}/cancellation", {"reason": UNDO, "form_name": "cancellation"})
    return context.done(outcome, context.back(page), context._("Promise noted"), undo=undo)


@router.post("/promises/{promise_id}/cancellation")
@shown_again_by(page_with_form, about="promise_id")
def cancel_promise(case_file_id: UUID, promise_id: UUID, context: Page) -> Response:
    reason = context.form.reason
    outcome = activity.cancel_promise(
        context.store, context.command(), case_file_id, promise_id=promise_id, reason=reason
    )
    said = context._("Undone") if reason == UNDO else context._("Promise cancelled")
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), said)


# Parties


@router.post("/parties")
@shown_again_by(page_with_form)
def add_party(case_file_id: UUID, context: Page) -> Response:
    """A client that was found, or a new one of that name."""
    page, form, command = f"/case-files/{case_file_id}", context.form, context.command()
    client_id, new = _client(form, command)
    role = form.read(PartyBody, client_id=client_id).role
    outcome = activity.add_party(context.store, command, case_file_id, client_id=client_id, role=role, registers=new)
    undo = Undo(f"{page}/parties/{client_id}/{role}/removal")
    return context.done(outcome, context.back(page), context._("Party added"), undo=undo)


@router.post("/registry-entries")
@shown_again_by(page_with_form)
def log_registry_entry(case_file_id: UUID, context: Page) -> Response:
    """The debtor goes on under another name: the successor company becomes a party."""
    command, form = context.command(), context.form
    successor_id, new = _client(form, command)
    said = {"channel": Channel.INTERNAL, "outcome": Outcome.REGISTRY_ENTRY, "successor_id": successor_id}
    action = form.read(ActionBody, **said).action(context.today)
    outcome = activity.log_action(
        context.store, command, case_file_id, action_id=new_id(command, "action"), action=action, registers=new
    )
    return context.done(outcome, context.back(f"/case-files/{case_file_id}"), context._("Registry entry noted"))


def _client(form: Form, command: Command) -> tuple[UUID, NewClient | None]:
    """One that was found, or one to be registered under that name."""
    if (known := form.optional_id("client_id")) is not None:
        return known, None
    new = NewClient(new_id(command, "client"), Details(form.text("name")))
    return new.id, new


@router.post("/parties/{client_id}/{role}/removal")
@sent_back_to("/case-files/{case_file_id}")
def remove_party(case_file_id: UUID, client_id: UUID, role: PartyRole, context: Page) -> Response:
    page = f"/case-files/{case_file_id}"
    outcome = activity.remove_party(context.store, context.command(), case_file_id, client_id=client_id, role=role)
    undo = Undo(f"{page}/parties", {"client_id": str(client_id), "role": role, "form_name": "party"})
    return context.done(outcome, context.back(page), context._("Party removed"), undo=undo)
