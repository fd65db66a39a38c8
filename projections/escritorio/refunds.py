"""Refunds of case files that wait for a decision, and how many of them somebody is to decide on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from domain.money import Money
from domain.people import Actor
from projections.escritorio.tables import case_files, refunds
from projections.escritorio.visibility import visible_to


@dataclass(frozen=True, slots=True)
class RefundLine:
    id: UUID
    amount: Money
    proposed_on: date
    proposed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingRefunds:
    count: int
    totals: Sequence[Money]


def refunds_of(db: Connection, case_file_ids: Collection[UUID]) -> Mapping[UUID, Sequence[RefundLine]]:
    """By case file, the longest waiting first."""
    query = (
        select(refunds, case_files.c.currency)
        .join(case_files, case_files.c.case_file_id == refunds.c.case_file_id)
        .where(refunds.c.case_file_id.in_(case_file_ids))
        .order_by(refunds.c.position)
    )
    found: dict[UUID, list[RefundLine]] = {}
    for row in db.execute(query):
        found.setdefault(row.case_file_id, []).append(_line(row))
    return found


def waiting_refunds(db: Connection, viewer: Actor) -> WaitingRefunds:
    found = db.execute(
        select(case_files.c.currency, func.count(), func.sum(refunds.c.amount))
        .join(case_files, case_files.c.case_file_id == refunds.c.case_file_id)
        .where(*visible_to(viewer))
        .group_by(case_files.c.currency)
        .order_by(case_files.c.currency)
    ).all()
    return WaitingRefunds(
        sum(count for _, count, _ in found),
        [Money.of_minor(int(amount), currency) for currency, _, amount in found],
    )


def _line(row: Any) -> RefundLine:
    amount = Money.of_minor(row.amount, row.currency)
    return RefundLine(row.refund_id, amount, row.proposed_on, row.proposed_by, row.reason)
