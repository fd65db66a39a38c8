"""Refunds that wait for a decision, and the credit that is reserved for them."""

from typing import assert_never

from domain import refunds
from domain.events import Recorded
from projections.escritorio import tables
from projections.rows import Row, Rows


def project(rows: Rows, file: Row, recorded: Recorded, event: refunds.Event) -> None:
    stream = recorded.stream
    match event:
        case refunds.RefundProposed():
            file["refunding"] += event.amount.minor
            rows.add(
                tables.refunds,
                stream,
                refund_id=event.refund_id,
                position=recorded.position,
                debtor_id=file["debtor_id"],
                amount=event.amount.minor,
                proposed_on=event.proposed_on,
                proposed_by=event.proposed_by,
                reason=event.reason,
            )
        case refunds.RefundApproved() | refunds.RefundRejected() | refunds.RefundWithdrawn():
            file["refunding"] -= rows.all(tables.refunds, stream)[(event.refund_id,)]["amount"]
            rows.remove(tables.refunds, stream, event.refund_id)
        case _:
            assert_never(event)
