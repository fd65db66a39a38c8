"""Changes of debts that wait for a supervisor, and those of one case file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select

from domain.money import Money
from domain.people import Actor
from projections.desk.tables import case_files, clients, proposals
from projections.desk.visibility import visible_to
from projections.pages import Order, Page


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """`amount` as it would be added to that part of the debt. Why it is proposed is read at `position` of the log."""

    id: UUID
    case_file_id: UUID
    case_file: str
    debtor: str
    kind: str
    part: str
    amount: Money
    effective_on: date
    state: str
    proposed_by: str
    proposed_at: datetime
    position: int


_lines: Select[*tuple[Any, ...]] = (
    select(proposals, case_files.c.reference, case_files.c.currency, clients.c.name.label("debtor"))
    .join(case_files, case_files.c.case_file_id == proposals.c.case_file_id)
    .join(clients, clients.c.client_id == case_files.c.debtor_id)
)


def list_proposals(db: Connection, viewer: Actor, cursor: str | None, limit: int) -> Page[ProposalLine]:
    """Those that wait, the longest waiting first."""
    order = Order((proposals.c.position, proposals.c.proposal_id))
    query = _lines.where(proposals.c.state == "waiting", *visible_to(viewer))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, [_line(row) for row in found[:limit]])


def waiting_proposals(db: Connection, viewer: Actor) -> int:
    found = db.execute(
        select(func.count())
        .select_from(proposals)
        .join(case_files, case_files.c.case_file_id == proposals.c.case_file_id)
        .where(proposals.c.state == "waiting", *visible_to(viewer))
    )
    return int(found.scalar_one())


def proposals_of(db: Connection, case_file_id: UUID) -> Sequence[ProposalLine]:
    """All that were made, the first one first."""
    query = _lines.where(proposals.c.case_file_id == case_file_id).order_by(proposals.c.position)
    return [_line(row) for row in db.execute(query)]


def _line(row: Row[Any]) -> ProposalLine:
    return ProposalLine(
        id=row.proposal_id,
        case_file_id=row.case_file_id,
        case_file=row.reference,
        debtor=row.debtor,
        kind=row.kind,
        part=row.part,
        amount=Money.of_minor(row.amount, row.currency),
        effective_on=row.effective_on,
        state=row.state,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at.replace(tzinfo=UTC),
        position=row.position,
    )
