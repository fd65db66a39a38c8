"""An estimate on one page: what it says and adds up to, what happened, and one form open. `?do=` names that form."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response

from api.bills.shapes import SentBody
from api.estimates.inputs import AcceptanceBody, AnswerBody
from api.estimates.timeline import estimate_timeline
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import shown_again_by
from api.pages.toasts import Undo
from application import estimates
from application.estimates import load_estimate
from application.streams import Streams
from domain.client import Client
from domain.errors import NotFound
from domain.estimate import (
    Estimate,
    EstimateAccepted,
    EstimateDeclined,
    Stage,
)
from domain.lines import totals
from projections.desk.clients import named
from projections.invoices.estimates import EstimateLine, find_estimate
from projections.messages.outbox import Filters as About
from projections.messages.outbox import list_messages

router = APIRouter(prefix="/estimates/{estimate_id}")

FORMS = {"sending": "invoice_sending.html", "acceptance": "estimate_forms.html", "decline": "estimate_forms.html"}
"""Where each form is written."""

MESSAGES_SHOWN = 5


def load_seen(context: PageContext, estimate_id: UUID, *, also_deleted: bool = False) -> Estimate:
    """The estimate, for whoever works on its client or sees all; a blocked client's is hidden."""
    log = Streams(context.store)
    estimate = load_estimate(log, estimate_id, context.viewer, context.today)
    if estimate.stage is Stage.DELETED and not also_deleted:
        raise NotFound(id=estimate_id)
    log.load(Client(), estimate.client_id).restrictions.check_seen(context.viewer)
    return estimate


@router.get("")
def show_estimate(estimate_id: UUID, context: Page, do: str = "") -> Response:
    return estimate_page(context, estimate_id, do=do)


def estimate_page(context: PageContext, estimate_id: UUID, *, do: str, sent: Form | None = None) -> Response:
    """What was refused is shown though it is not offered."""
    history = context.store.history(estimate_id)
    estimate = load_seen(context, estimate_id)
    with context.snapshot() as db:
        line = find_estimate(db, context.viewer, context.today, estimate_id)
        if line is None:
            raise NotFound(id=estimate_id)
        messages = list_messages(db, context.viewer, About(matter_id=estimate_id), "-position", None, MESSAGES_SHOWN)
        client = named(db, context.viewer, [estimate.client_id]).get(estimate.client_id)
    offered = _offered(context, line)
    open_form = do if do in FORMS and (sent or do in offered) else ""
    events = [recorded.event for recorded in history]
    versions = [one for one in (line.revises, line.revised_into) if one is not None]
    return context.page(
        "estimate.html",
        sent=sent,
        address=f"/estimates/{estimate_id}",
        estimate=estimate,
        version=len(history),
        line=line,
        client=client,
        messages=messages,
        lines=estimate.content.lines,
        written=estimate.content.as_written,
        totals=totals(estimate.content.lines, estimate.currency),
        answer=next((one for one in events if isinstance(one, EstimateAccepted | EstimateDeclined)), None),
        versions={one: context.store.load(Estimate(), one)[0].number for one in versions},
        offered=offered,
        do=open_form,
        form_template=FORMS.get(open_form),
        events=estimate_timeline(context, history),
    )


def _offered(context: PageContext, line: EstimateLine) -> Sequence[str]:
    if not context.works:
        return []
    possible = {
        "sending": line.status in {"draft", "outstanding", "expired"},
        "edit": line.status == "draft",
        "acceptance": line.status == "outstanding",
        "decline": line.status == "outstanding",
        "invoice": line.status == "accepted" and line.invoice_id is None,
        "version": line.status in {"outstanding", "expired", "declined"},
        "copy": True,
        "deletion": line.status == "draft",
    }
    return [name for name, can in possible.items() if can]


def page_with_form(context: PageContext, estimate_id: UUID, sent: Form) -> Response:
    """The page with the form that was refused, and what was typed into it."""
    return estimate_page(context, estimate_id, do=sent.name, sent=sent)


# What is done with it


@router.post("/sent")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def mark_as_sent(estimate_id: UUID, context: Page) -> Response:
    command, form = context.command(), context.form
    body = form.read(SentBody)
    channel, sent_on = body.channel, body.sent_on or context.today
    outcome = estimates.mark_estimate_as_sent(
        context.store, command, estimate_id, channel=channel, sent_on=sent_on, seen=form.seen
    )
    return context.done(outcome, context.back(f"/estimates/{estimate_id}"), context._("Marked as sent"))


@router.post("/acceptance")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def accept_estimate(estimate_id: UUID, context: Page) -> Response:
    """With the draft of the invoice where that is ticked: then on to it."""
    command, body = context.command(), context.form.read(AcceptanceBody)
    invoice_id = new_id(command, "invoice") if body.invoice else None
    to = f"/invoices/{invoice_id}" if invoice_id else ""
    answer = body.answer(context.today)
    outcome = estimates.accept_estimate(context.store, command, estimate_id, answer=answer, invoice_id=invoice_id)
    return context.done(outcome, to or context.back(f"/estimates/{estimate_id}"), context._("Estimate accepted"))


@router.post("/decline")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def decline_estimate(estimate_id: UUID, context: Page) -> Response:
    command, answer = context.command(), context.form.read(AnswerBody).answer(context.today)
    outcome = estimates.decline_estimate(context.store, command, estimate_id, answer=answer)
    return context.done(outcome, context.back(f"/estimates/{estimate_id}"), context._("Estimate declined"))


@router.post("/invoice")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def invoice_estimate(estimate_id: UUID, context: Page) -> Response:
    invoice_id = new_id(context.command(), "invoice")
    command = context.command()
    outcome = estimates.invoice_estimate(context.store, command, estimate_id, invoice_id=invoice_id)
    return context.done(outcome, f"/invoices/{invoice_id}", context._("Draft of the invoice made"))


@router.post("/version")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def revise_estimate(estimate_id: UUID, context: Page) -> Response:
    """On to the new version, to be changed."""
    version_id = new_id(context.command(), "version")
    command = context.command()
    outcome = estimates.revise_estimate(context.store, command, estimate_id, version_id=version_id)
    return context.done(outcome, f"/estimates/{version_id}/edit", context._("New version made"))


@router.post("/copy")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def copy_estimate(estimate_id: UUID, context: Page) -> Response:
    copy_id = new_id(context.command(), "copy")
    undo = Undo(f"/estimates/{copy_id}/deletion")
    command = context.command()
    outcome = estimates.copy_estimate(context.store, command, estimate_id, copy_id=copy_id)
    return context.done(outcome, f"/estimates/{copy_id}", context._("Estimate copied"), undo=undo)


@router.post("/deletion")
@shown_again_by(page_with_form, to="/estimates/{estimate_id}")
def delete_estimate(estimate_id: UUID, context: Page) -> Response:
    command = context.command()
    outcome = estimates.delete_estimate(context.store, command, estimate_id)
    return context.done(outcome, "/estimates", context._("Draft deleted"))
