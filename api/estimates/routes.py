"""Estimates over HTTP: drafted, sent, answered, invoiced. What is asked of them: `invoice_status`."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter

from api.bills.shapes import SentBody
from api.estimates.inputs import AcceptanceBody, AnswerBody, ChangedEstimateBody, CopyBody, EstimateBody
from api.http.dependencies import Done, NewCommand, Service
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from application import estimates
from application.clients import load_client
from application.streams import Command, Streams
from domain.people import WORKS

router = APIRouter(
    prefix="/api/estimates",
    tags=["estimates"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("", status_code=201)
def draft_estimate(body: EstimateBody, new: NewCommand) -> Done:
    return new.done(
        estimates.draft_estimate(
            new.store,
            new.command,
            new.new_id("estimate"),
            client_id=body.client_id,
            estimate=body.draft(Streams(new.store)),
        )
    )


@router.post("/{estimate_id}/edit")
def change_estimate(estimate_id: UUID, body: ChangedEstimateBody, new: NewCommand) -> Done:
    """All of it, as it is from now on."""
    return new.done(
        estimates.change_estimate(
            new.store, new.command, estimate_id, estimate=body.draft(Streams(new.store)), seen=body.seen
        )
    )


@router.post("/{estimate_id}/deletion")
def delete_estimate(estimate_id: UUID, new: NewCommand) -> Done:
    return new.done(estimates.delete_estimate(new.store, new.command, estimate_id))


@router.post("/{estimate_id}/sent")
def mark_estimate_as_sent(estimate_id: UUID, body: SentBody, new: NewCommand) -> Done:
    return new.done(
        estimates.mark_estimate_as_sent(
            new.store, new.command, estimate_id, channel=body.channel, sent_on=body.sent_on or new.today
        )
    )


@router.post("/{estimate_id}/acceptance")
def accept_estimate(estimate_id: UUID, body: AcceptanceBody, new: NewCommand) -> Done:
    invoice_id, answer = new.new_id("invoice") if body.invoice else None, body.answer(new.today)
    return new.done(
        estimates.accept_estimate(new.store, new.command, estimate_id, answer=answer, invoice_id=invoice_id)
    )


@router.post("/{estimate_id}/decline")
def decline_estimate(estimate_id: UUID, body: AnswerBody, new: NewCommand) -> Done:
    return new.done(estimates.decline_estimate(new.store, new.command, estimate_id, answer=body.answer(new.today)))


@router.post("/{estimate_id}/invoice", status_code=201)
def invoice_estimate(estimate_id: UUID, new: NewCommand) -> Done:
    """The draft of the invoice of one that was accepted before."""
    return new.done(estimates.invoice_estimate(new.store, new.command, estimate_id, invoice_id=new.new_id("invoice")))


@router.post("/{estimate_id}/version", status_code=201)
def revise_estimate(estimate_id: UUID, new: NewCommand) -> Done:
    """A new version, to be changed and sent in its place."""
    return new.done(estimates.revise_estimate(new.store, new.command, estimate_id, version_id=new.new_id("version")))


@router.post("/{estimate_id}/copy", status_code=201)
def copy_estimate(estimate_id: UUID, body: CopyBody, new: NewCommand) -> Done:
    return new.done(
        estimates.copy_estimate(
            new.store, new.command, estimate_id, copy_id=new.new_id("copy"), client_id=body.client_id
        )
    )


@dataclass(frozen=True, slots=True)
class EstimateLink:
    """Whoever has the address reads the estimate and answers it, once it is marked as sent."""

    address: str


@router.post("/{estimate_id}/link")
def tell_link(estimate_id: UUID, new: NewCommand) -> EstimateLink:
    """To be sent by whatever means, once the estimate is marked as sent.

    Asked again, it is the same; a new version of the estimate revokes it.
    """
    return EstimateLink(link_of(new.service, new.command, estimate_id))


def link_of(service: Service, command: Command, estimate_id: UUID) -> str:
    """Refused where this person may not send it, or it takes no answer yet or any more."""
    command.actor.require(*WORKS)
    log = Streams(service.store)
    estimate = estimates.load_estimate(log, estimate_id, command.actor, command.today)
    load_client(log, estimate.client_id, command)
    estimate.check_answerable()
    return service.estimate_link(estimate_id)
