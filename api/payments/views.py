"""Payments and refunds as whoever looks may decide on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from api.pages.context import PageContext
from domain.payments import Ledger, PaymentRecorded
from domain.people import Role
from projections.refunding import RefundLine


@dataclass(frozen=True, slots=True)
class ShownRefund:
    """`offered` are the decisions that this person may take on it."""

    line: RefundLine
    offered: Sequence[str]


def shown_refund(context: PageContext, line: RefundLine) -> ShownRefund:
    own = line.proposed_by == context.viewer.name
    decides = context.may(Role.SUPERVISOR) and not (own and context.business.four_eyes)
    return ShownRefund(
        line, [*(["approval", "rejection"] if decides else []), *(["withdrawal"] if own and context.works else [])]
    )


def on_refund(do: str, about: UUID | None, refunds: Sequence[ShownRefund]) -> bool:
    """Whether that form is about one of these refunds, and may be opened."""
    return any(one.line.id == about and do.removeprefix("refund-") in one.offered for one in refunds)


def recorded_by(context: PageContext, payment: PaymentRecorded) -> bool:
    """Whether that was whoever looks, here or by a file that was brought in."""
    return context.viewer.name in {payment.recorded_by, payment.imported_by}


def may_decide(context: PageContext, ledger: Ledger, payment_id: UUID) -> bool:
    return ledger.may_decide(payment_id, four_eyes=context.business.four_eyes, by=context.viewer)
