"""Payments and promises: what waits, what is collected, and which promises have their money."""

from datetime import date
from typing import assert_never
from uuid import UUID

from domain import payments as payment
from domain.case_file import promises
from domain.case_file.promises import cleared_on, due_after_disputes, settle
from domain.events import Recorded
from domain.folding import endings
from projections.desk import tables
from projections.desk.project.debts import owed_again
from projections.projection import NEVER, NOT_YET
from projections.rows import Row, Rows


def project(rows: Rows, file: Row, recorded: Recorded, event: payment.Event | promises.Event) -> None:
    stream = recorded.stream
    match event:
        case promises.PromiseMade():
            rows.add(
                tables.promises,
                tables.Promise(
                    case_file_id=stream,
                    promise_id=event.promise_id,
                    position=recorded.position,
                    amount=event.amount.minor,
                    made_on=event.made_on,
                    promised_for=event.due_on,
                    due_on=event.due_on,
                    kept_on=NEVER,
                    cleared_on=NEVER,
                    covered_on=NEVER,
                    cancelled_on=NEVER,
                ),
            )
            rows.settle_later(stream)
        case promises.PromiseCancelled():
            rows.all(tables.promises, stream)[(event.promise_id,)]["cancelled_on"] = event.cancelled_on
            rows.settle_later(stream)
        case payment.PaymentRecorded():
            file["unapproved"] += 1
            file["waiting"] += event.amount.minor
            rows.add(
                tables.payments,
                tables.Payment(
                    case_file_id=stream,
                    payment_id=event.payment_id,
                    position=recorded.position,
                    recorded_at=recorded.recorded_at.replace(tzinfo=None),
                    recorded_by=event.recorded_by,
                    amount=event.amount.minor,
                    received_on=event.received_on,
                    returned_on=NEVER,
                    method=event.method.value,
                    paid_to=event.paid_to.value,
                    reference=event.reference,
                    state=payment.State.UNAPPROVED.value,
                    second_review=True,
                ),
            )
            for ending in endings(event.reference or ""):
                rows.add(
                    tables.payment_numbers,
                    tables.PaymentNumber(case_file_id=stream, payment_id=event.payment_id, ending=ending),
                )
            rows.settle_later(stream)
        case payment.PaymentApproved():
            _decided(rows, file, recorded, event, payment.State.APPROVED)["second_review"] = event.second_review
        case payment.PaymentRejected():
            _decided(rows, file, recorded, event, payment.State.REJECTED)
        case payment.PaymentReturned():
            _decided(rows, file, recorded, event, payment.State.RETURNED)["returned_on"] = event.returned_on
            owed_again(rows, file, event.returned_on)
        case payment.PaymentReopened():
            _decided(rows, file, recorded, event, payment.State.UNAPPROVED)
        case payment.PaymentWithdrawn():
            _decided(rows, file, recorded, event, payment.State.WITHDRAWN)
        case payment.CollectionMoved():
            row = rows.all(tables.payments, stream)[(event.payment_id,)]
            row["credited_to"], row["moved_at_position"] = event.collector, recorded.position
        case _:
            assert_never(event)


Decision = (
    payment.PaymentApproved
    | payment.PaymentRejected
    | payment.PaymentReturned
    | payment.PaymentReopened
    | payment.PaymentWithdrawn
)


def _decided(rows: Rows, file: Row, recorded: Recorded, event: Decision, state: payment.State) -> Row:
    row = rows.all(tables.payments, file["case_file_id"])[(event.payment_id,)]
    was, row["state"], row["returned_on"] = row["state"], state.value, NEVER
    waits = state is payment.State.UNAPPROVED
    row["decided_at"] = None if waits else recorded.recorded_at.replace(tzinfo=None)
    row["decided_at_position"] = None if waits else recorded.position
    collected = row["amount"] * ((state is payment.State.APPROVED) - (was == payment.State.APPROVED.value))
    file["collected"] += collected
    file["outstanding"] -= collected
    begins = waits - (was == payment.State.UNAPPROVED.value)
    file["unapproved"] += begins
    file["waiting"] += begins * row["amount"]
    rows.settle_later(file["case_file_id"])
    return row


def settle_promises(rows: Rows, case_file_id: UUID) -> None:
    """Which promises have their money, and which day each is due now. Once nothing is outstanding none lacks any."""
    made = rows.all(tables.promises, case_file_id)
    if not made:
        return
    standing = [row for row in made.values() if row["cancelled_on"] == NEVER]
    standing.sort(key=lambda row: (row["made_on"], row["position"]))
    received = rows.all(tables.payments, case_file_id).values()
    approved = [(row["received_on"], row["amount"]) for row in received if row["state"] == "approved"]
    received_or_waiting = [
        (row["received_on"], row["amount"]) for row in received if row["state"] in {"approved", "unapproved"}
    ]
    asked = [(row["amount"], row["made_on"]) for row in standing]
    disputes = [
        (row["from_on"], None if row["to_on"] == NEVER else row["to_on"])
        for row in rows.all(tables.spans, case_file_id).values()
        if row["what"] == "dispute"
    ]
    for row in made.values():
        if row["cancelled_on"] != NEVER:
            row["kept_on"] = row["cleared_on"] = row["covered_on"] = NEVER
        row["due_on"] = due_after_disputes(row["promised_for"], row["made_on"], disputes) or NEVER
    owed = _owed_by_day(rows, case_file_id)
    cleared, would_be = (
        cleared_on([*owed, *((day, -paid) for day, paid in some)]) for some in (approved, received_or_waiting)
    )
    for row, kept_on, covered_on in zip(
        standing, settle(asked, approved), settle(asked, received_or_waiting), strict=True
    ):
        row["kept_on"] = kept_on or NEVER
        row["cleared_on"] = max(cleared, row["made_on"]) if cleared else NEVER
        row["covered_on"] = min(covered_on or NEVER, max(would_be, row["made_on"]) if would_be else NEVER)
    due = [row["due_on"] for row in standing if row["covered_on"] == NEVER]
    file = rows.one(tables.case_files, case_file_id)
    file["promises_kept"] = sum(row["kept_on"] != NEVER for row in standing)
    file["promise_due_on"], file["promised_until"] = min(due, default=NEVER), max(due, default=NOT_YET)


def _owed_by_day(rows: Rows, case_file_id: UUID) -> list[tuple[date, int]]:
    """What was charged each day, less what credit from elsewhere paid."""
    return [
        (row["charged_on"], -row["amount"] if row["part"] == "credits" else row["amount"])
        for row in rows.all(tables.charges, case_file_id).values()
    ]
