"""Estimates: drafted, sent, answered, in place of one another."""

from datetime import date
from typing import Any, assert_never
from uuid import UUID

from domain import estimate
from domain.events import Recorded
from projections.invoices.project.counting import announce, recount
from projections.invoices.steps import EstimateState, estimate_steps
from projections.invoices.tables import DocumentOfClient, Estimate, Sending, clients, documents_of, estimates, sendings
from projections.projection import NEVER
from projections.rows import Rows
from projections.sorting import number_key


def project(rows: Rows, recorded: Recorded, event: estimate.Event) -> None:
    stream = recorded.stream
    match event:
        case estimate.EstimateDrafted():
            _drafted(rows, recorded, event)
        case estimate.EstimateChanged():
            _stands(rows, stream, currency=event.currency, total=event.total.minor)
        case estimate.EstimateDeleted():
            _deleted(rows, stream)
            return
        case estimate.EstimateSent():
            rows.add(
                sendings,
                Sending(
                    estimate_id=stream,
                    position=recorded.position,
                    channel=event.channel.value,
                    sent_on=event.sent_on,
                    expires_on=event.expires_on,
                ),
            )
            _stands(rows, stream, stage="sent", sent_on=event.sent_on, expires_on=event.expires_on)
        case estimate.EstimateAccepted():
            _answered(rows, stream, "accepted", event.accepted_on, by_link=event.by_link)
        case estimate.EstimateDeclined():
            _answered(rows, stream, "declined", event.declined_on, by_link=event.by_link)
        case estimate.EstimateRevised():
            _stands(rows, stream, stage="revised", revised_into=event.into, revised_on=event.revised_on)
        case estimate.EstimateReinstated():
            _stands(rows, stream, stage=_stage_before(rows, stream), revised_into=None, revised_on=NEVER)
        case estimate.EstimateInvoiced():
            _stands(rows, stream, invoice_id=event.invoice_id)
        case estimate.EstimateInvoiceDeleted():
            _stands(rows, stream, invoice_id=None)
        case _:
            assert_never(event)
    announce(rows, rows.one(estimates, stream))
    rows.settle_later(stream)


def _drafted(rows: Rows, recorded: Recorded, event: estimate.EstimateDrafted) -> None:
    client = rows.one(clients, event.client_id)
    rows.add(
        estimates,
        Estimate(
            estimate_id=recorded.stream,
            client_id=event.client_id,
            client_key=client["name_key"],
            collector=client["collector"],
            position=recorded.position,
            stage="draft",
            number=event.number,
            number_key=number_key(event.number),
            currency=event.currency,
            total=event.total.minor,
            drafted_on=event.drafted_on,
            sent_on=NEVER,
            expires_on=NEVER,
            answered_on=NEVER,
            by_link=False,
            revised_on=NEVER,
            revises=event.revises,
        ),
    )
    rows.add(documents_of, DocumentOfClient(client_id=event.client_id, document_id=recorded.stream, invoice=False))


def _deleted(rows: Rows, estimate_id: UUID) -> None:
    """Only drafts are, which count nowhere."""
    row = rows.one(estimates, estimate_id)
    rows.fetch([("client", row["client_id"])])
    rows.remove(documents_of, row["client_id"], estimate_id)
    rows.remove(estimates, estimate_id)


def _stage_before(rows: Rows, estimate_id: UUID) -> str:
    """Another version took its place: what it was by all that came before."""
    row = rows.one(estimates, estimate_id)
    answer: str | None = row["answer"]
    return answer or ("sent" if row["sent_on"] != NEVER else "draft")


def _stands(rows: Rows, estimate_id: UUID, **values: Any) -> None:
    rows.one(estimates, estimate_id).change(values)


def _answered(rows: Rows, estimate_id: UUID, answer: EstimateState, on: date, *, by_link: bool) -> None:
    _stands(rows, estimate_id, stage=answer, answer=answer, answered_on=on, by_link=by_link)


def settle(rows: Rows, estimate_id: UUID) -> None:
    row = rows.one(estimates, estimate_id)
    sent = sorted(rows.all(sendings, estimate_id).values(), key=lambda one: one["position"])
    now = estimate_steps(
        row["currency"],
        row["total"],
        row["drafted_on"],
        [(one["sent_on"], one["expires_on"]) for one in sent],
        (row["answer"], row["answered_on"]) if row["answer"] else None,
        row["revised_on"],
    )
    recount(rows, row, estimate_id, now)
