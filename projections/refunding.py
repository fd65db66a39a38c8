"""Refunds that wait for a decision, and the credit that is reserved for them: the rows of any debt's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, func, select

from domain import refunds
from domain.events import Recorded
from domain.money import Money
from projections.amounts import CountAndTotals
from projections.erasure import about
from projections.rows import Row, Rows
from projections.schema import PrimaryKey

Decision = refunds.RefundApproved | refunds.RefundRejected | refunds.RefundWithdrawn


class Refund(TypedDict):
    """One that waits, beside the id of its debt."""

    refund_id: PrimaryKey[UUID]
    position: int
    debtor_id: UUID
    amount: int
    proposed_on: date
    proposed_by: str
    reason: Annotated[str, about("debtor_id")]


def reserve(debt: Row, debtor_id: UUID, recorded: Recorded, event: refunds.RefundProposed) -> Refund:
    """`refunding` of the debt's row is what of its credit is reserved."""
    debt["refunding"] += event.amount.minor
    return Refund(
        refund_id=event.refund_id,
        position=recorded.position,
        debtor_id=debtor_id,
        amount=event.amount.minor,
        proposed_on=event.proposed_on,
        proposed_by=event.proposed_by,
        reason=event.reason,
    )


def decide(rows: Rows, table: Table, debt: Row, recorded: Recorded, event: Decision) -> None:
    """It waits no longer, and reserves nothing."""
    debt["refunding"] -= rows.all(table, recorded.stream)[event.refund_id,]["amount"]
    rows.remove(table, recorded.stream, event.refund_id)


@dataclass(frozen=True, slots=True)
class RefundLine:
    id: UUID
    amount: Money
    proposed_on: date
    proposed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundsOf:
    """Of the debts of a table, by the column of their id in both."""

    refunds: Table
    debts: Table
    debt_id: str

    def lines(self, db: Connection, debt_ids: Collection[UUID]) -> Mapping[UUID, Sequence[RefundLine]]:
        """By debt, the longest waiting first."""
        query = (
            select(self.refunds, self.debts.c.currency)
            .join(self.debts, self.debts.c[self.debt_id] == self.refunds.c[self.debt_id])
            .where(self.refunds.c[self.debt_id].in_(debt_ids))
            .order_by(self.refunds.c.position)
        )
        found: dict[UUID, list[RefundLine]] = {}
        for row in db.execute(query).mappings():
            amount = Money.of_minor(row["amount"], row["currency"])
            line = RefundLine(row["refund_id"], amount, row["proposed_on"], row["proposed_by"], row["reason"])
            found.setdefault(row[self.debt_id], []).append(line)
        return found

    def waiting(self, db: Connection, visible: Sequence[ColumnElement[bool]]) -> CountAndTotals:
        """How many somebody is to decide on."""
        found = db.execute(
            select(self.debts.c.currency, func.count(), func.sum(self.refunds.c.amount))
            .join(self.debts, self.debts.c[self.debt_id] == self.refunds.c[self.debt_id])
            .where(*visible)
            .group_by(self.debts.c.currency)
            .order_by(self.debts.c.currency)
        ).all()
        return CountAndTotals(
            sum(count for _, count, _ in found),
            [Money.of_minor(int(amount), currency) for currency, _, amount in found],
        )
