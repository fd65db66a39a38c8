"""One case file whole: its debt and how payments are allocated to it, schedule, parties, promises and payments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, select

from domain.case_file.debt import Debt, Part
from domain.money import Money
from domain.people import Actor
from projections.days import AsOf
from projections.desk.case_files import CaseFileLine, find_case_file
from projections.desk.proposals import ProposalLine, proposals_of
from projections.desk.tables import (
    REFUNDS,
    actions,
    case_files,
    charges,
    clients,
    instalments,
    parties,
    payments,
    promises,
)
from projections.desk.visibility import visible_to
from projections.merging import merged_group
from projections.projection import NEVER
from projections.refunding import RefundLine

PromiseState = Literal["open", "kept", "kept_late", "cleared", "broken", "awaiting_approval", "cancelled"]


PAID_BACK = "paid_back"


@dataclass(frozen=True, slots=True)
class DebtPart:
    """What is owed of one part, adjustments included, and how much of it approved payments have paid.

    Together they are what is outstanding. Last comes, if there is any, credit that was paid out or moved away and is
    owed again.
    """

    part: str
    owed: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class InstalmentLine:
    """`open` is what of it is not paid: what is outstanding is owed on the last instalments. `adjusted`: something was
    taken off it, such as by a waiver. `of_plan`: a payment plan has it; else a part of the debt falls due that day.

    What is outstanding beyond them all, such as costs, comes first and has no day: it is due already.
    """

    due_on: date | None
    amount: Money
    open: Money
    overdue: bool
    of_plan: bool = False
    adjusted: bool = False


@dataclass(frozen=True, slots=True)
class PartyLine:
    client_id: UUID
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """`promised_for` is the day that was promised, `due_on` that day moved by days in dispute, None while one lasts.

    `cleared`: it lacks money, but nothing is outstanding any more.
    """

    id: UUID
    amount: Money
    made_on: date
    promised_for: date
    due_on: date | None
    state: PromiseState


@dataclass(frozen=True, slots=True)
class PaymentLine:
    id: UUID
    amount: Money
    received_on: date
    returned_on: date | None
    method: str
    paid_to: str
    reference: str | None
    state: str
    second_review: bool
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFileDetail:
    """`credit` is what was paid too much, `free_credit` what of it no refund that waits is to pay back."""

    line: CaseFileLine
    payment_reference: str
    closed_on: date | None
    closed_for: str | None
    debt: Sequence[DebtPart]
    credit: Money
    free_credit: Money
    refunds: Sequence[RefundLine]
    plan_id: UUID | None
    in_arrears_since: date | None
    schedule: Sequence[InstalmentLine]
    parties: Sequence[PartyLine]
    promises: Sequence[PromiseLine]
    payments: Sequence[PaymentLine]
    proposals: Sequence[ProposalLine]


def case_file_detail(db: Connection, viewer: Actor, as_of: AsOf, case_file_id: UUID) -> CaseFileDetail | None:
    """None where there is no such case file, or it is not this person's to see."""
    line = find_case_file(db, viewer, as_of, case_file_id)
    if line is None:
        return None
    [file] = db.execute(select(case_files).where(case_files.c.case_file_id == case_file_id))
    currency = file.currency
    schedule = _schedule(db, case_file_id, currency, file.outstanding, as_of.day)
    return CaseFileDetail(
        line,
        payment_reference=file.payment_reference,
        closed_on=None if file.is_open else file.closed_on,
        closed_for=file.closed_for,
        debt=_debt(db, file),
        credit=Money.of_minor(max(-file.outstanding, 0), currency),
        free_credit=Money.of_minor(max(-file.outstanding - file.refunding, 0), currency),
        refunds=REFUNDS.lines(db, [case_file_id]).get(case_file_id, []),
        plan_id=file.plan_id,
        in_arrears_since=next((one.due_on for one in schedule if one.overdue), None),
        schedule=schedule,
        parties=_parties(db, case_file_id),
        promises=_promises(db, case_file_id, currency, as_of),
        payments=_payments(db, case_file_id, currency),
        proposals=proposals_of(db, case_file_id),
    )


def _debt(db: Connection, file: Row[Any]) -> Sequence[DebtPart]:
    owed: dict[Part, Money] = {}
    for part, amount in db.execute(
        select(charges.c.part, charges.c.amount).where(
            charges.c.case_file_id == file.case_file_id, charges.c.part != "credits"
        )
    ):
        owed[Part(part)] = owed.get(Part(part), Money.zero(file.currency)) + Money.of_minor(amount, file.currency)
    order = tuple(Part(part) for part in file.allocation.split())
    debt, money = (
        Debt(file.currency, charged=owed, order=order),
        Money.of_minor(file.collected + file.credits, file.currency),
    )
    nothing, paid, again = Money.zero(file.currency), debt.allocate(money), debt.paid_back(money)
    parts = [DebtPart(part.value, owed.get(part, nothing), paid[part]) for part in order]
    return [*parts, DebtPart(PAID_BACK, again, nothing)] if again else parts


def _schedule(
    db: Connection, case_file_id: UUID, currency: str, outstanding: int, day: date
) -> Sequence[InstalmentLine]:
    in_force = db.execute(
        select(instalments)
        .where(instalments.c.case_file_id == case_file_id, instalments.c.from_on <= day, instalments.c.to_on > day)
        .order_by(instalments.c.due_on.desc(), instalments.c.number.desc())
    )
    lines: list[InstalmentLine] = []
    left = max(outstanding, 0)
    for row in in_force:
        unpaid = min(left, row.amount - row.taken_off)
        left -= unpaid
        amount, open_ = Money.of_minor(row.amount, currency), Money.of_minor(unpaid, currency)
        overdue, of_plan = unpaid > 0 and row.due_on < day, row.plan_id is not None
        lines.append(InstalmentLine(row.due_on, amount, open_, overdue, of_plan, adjusted=row.taken_off > 0))
    beyond = Money.of_minor(left, currency)
    return [*([InstalmentLine(None, beyond, beyond, overdue=False)] if left else []), *lines[::-1]]


def _parties(db: Connection, case_file_id: UUID) -> Sequence[PartyLine]:
    found = db.execute(
        select(parties.c.client_id, clients.c.name, parties.c.role)
        .join(clients, clients.c.client_id == parties.c.client_id)
        .where(parties.c.case_file_id == case_file_id)
        .order_by(parties.c.role, clients.c.name_key)
    )
    return [PartyLine(*row) for row in found]


def _promises(db: Connection, case_file_id: UUID, currency: str, as_of: AsOf) -> Sequence[PromiseLine]:
    made = db.execute(select(promises).where(promises.c.case_file_id == case_file_id).order_by(promises.c.position))
    return [
        PromiseLine(
            id=row.promise_id,
            amount=Money.of_minor(row.amount, currency),
            made_on=row.made_on,
            promised_for=row.promised_for,
            due_on=None if row.due_on == NEVER else row.due_on,
            state=_promise_state(row, as_of),
        )
        for row in made
    ]


def _promise_state(promise: Row[Any], as_of: AsOf) -> PromiseState:
    if promise.cancelled_on <= as_of.day:
        return "cancelled"
    if promise.kept_on <= as_of.day:
        return "kept_late" if as_of.is_late(promise.due_on, promise.kept_on) else "kept"
    if promise.cleared_on <= as_of.day:
        return "cleared"
    if promise.covered_on <= as_of.day:
        return "awaiting_approval"
    return "broken" if promise.due_on < as_of.broken_before else "open"


def _payments(db: Connection, case_file_id: UUID, currency: str) -> Sequence[PaymentLine]:
    found = db.execute(select(payments).where(payments.c.case_file_id == case_file_id).order_by(payments.c.position))
    return [
        PaymentLine(
            id=row.payment_id,
            amount=Money.of_minor(row.amount, currency),
            received_on=row.received_on,
            returned_on=None if row.returned_on == NEVER else row.returned_on,
            method=row.method,
            paid_to=row.paid_to,
            reference=row.reference,
            state=row.state,
            second_review=row.second_review,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at.replace(tzinfo=UTC),
        )
        for row in found
    ]


# Where in the log what the history tells is


def telling_actions(db: Connection, case_file_id: UUID, limit: int) -> Sequence[int]:
    """The positions of the last ones that tell how somebody is reached, or whom they were about."""
    found = db.execute(
        select(actions.c.position)
        .where(actions.c.case_file_id == case_file_id, actions.c.tells == True)  # noqa: E712 - a column
        .order_by(actions.c.position.desc())
        .limit(limit)
    )
    return [*found.scalars()]


def telling_actions_about(db: Connection, viewer: Actor, client_id: UUID, limit: int) -> Sequence[int]:
    """The same of all case files that the viewer sees on which the client is the debtor."""
    found = db.execute(
        select(actions.c.position)
        .join(case_files, case_files.c.case_file_id == actions.c.case_file_id)
        .where(
            case_files.c.debtor_id.in_(merged_group(clients, client_id)),
            *visible_to(viewer),
            actions.c.tells == True,  # noqa: E712 - a column
        )
        .order_by(actions.c.position.desc())
        .limit(limit)
    )
    return [*found.scalars()]


def latest_actions(db: Connection, case_file_ids: Collection[UUID], limit: int) -> Sequence[int]:
    """The positions of what was last done on any of these."""
    found = db.execute(
        select(actions.c.position)
        .where(actions.c.case_file_id.in_(case_file_ids))
        .order_by(actions.c.position.desc())
        .limit(limit)
    )
    return [*found.scalars()]


# Whom and what its history names


def client_names(db: Connection, client_ids: Collection[UUID]) -> Mapping[UUID, str]:
    found = db.execute(select(clients.c.client_id, clients.c.name).where(clients.c.client_id.in_(client_ids)))
    return {row.client_id: row.name for row in found}


def case_file_references(db: Connection, viewer: Actor, case_file_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Of those that this person may see."""
    columns = case_files.c
    found = db.execute(
        select(columns.case_file_id, columns.reference).where(
            columns.case_file_id.in_(case_file_ids), *visible_to(viewer)
        )
    )
    return {row.case_file_id: row.reference for row in found}
