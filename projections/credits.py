"""What is owed back: case files and invoices on which more was paid than owed, by the rows of both read models.

Those whose credit is gone are listed as long as a refund of it waits, for somebody has to reject or withdraw that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, literal, select, union_all

from domain.money import Money, total
from domain.people import Actor
from projections.amounts import CountAndTotals
from projections.desk import tables as desk
from projections.desk.visibility import visible_to
from projections.invoices import tables as invoicing
from projections.invoices.visibility import visible_to as invoices_visible_to
from projections.pages import Order, Page, UnknownSort
from projections.refunding import RefundLine

SORTS = ("credit", "name")


@dataclass(frozen=True, slots=True)
class CreditLine:
    """`since` is the day from which there has been credit, None where it is gone; `refunds` wait, and `free` is what
    none of them reserves.
    """

    id: UUID
    kind: Literal["case_file", "invoice"]
    reference: str
    client_id: UUID
    client: str
    collector: str | None
    closed: bool
    since: date | None
    credit: Money
    free: Money
    refunds: list[RefundLine]


def list_credits(db: Connection, viewer: Actor, sort: str, cursor: str | None, limit: int) -> Page[CreditLine]:
    """`sort` is one of `SORTS`, with a hyphen before it to turn it round."""
    owed = union_all(*_with_credit(viewer), *_with_refunds_alone(viewer)).subquery("owed")
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=SORTS)
    column = owed.c.credit if name == "credit" else owed.c.client_key
    order = Order((column, owed.c.id), descending=sort.startswith("-"))
    found = list(db.execute(order.page(select(owed), cursor, limit)))
    shown = found[:limit]
    ids = [row.id for row in shown]
    waiting = {**desk.REFUNDS.lines(db, ids), **invoicing.REFUNDS.lines(db, ids)}
    return order.shown(found, limit, [_line(db, row, waiting.get(row.id, ())) for row in shown])


def waiting_refunds(db: Connection, viewer: Actor) -> CountAndTotals:
    """How many somebody is to decide on, of case files and of invoices."""
    of_invoices = invoices_visible_to(viewer, invoicing.invoices.c.collector)
    each = [desk.REFUNDS.waiting(db, visible_to(viewer)), invoicing.REFUNDS.waiting(db, of_invoices)]
    amounts = [amount for one in each for amount in one.totals]
    currencies = sorted({amount.currency for amount in amounts})
    totals = [total((amount for amount in amounts if amount.currency == one), one) for one in currencies]
    return CountAndTotals(sum(one.count for one in each), totals)


def credits_in_all(db: Connection, viewer: Actor) -> Sequence[Money]:
    owed = union_all(*_with_credit(viewer)).subquery("owed")
    sums = select(owed.c.currency, func.sum(owed.c.credit)).group_by(owed.c.currency).order_by(owed.c.currency)
    return [Money.of_minor(int(amount), currency) for currency, amount in db.execute(sums)]


def _with_credit(viewer: Actor) -> Sequence[Any]:
    files, invoices = desk.case_files.c, invoicing.invoices.c
    return [
        _on_case_files(viewer, -files.outstanding, files.is_open.in_((True, False)), files.outstanding < 0),
        _on_invoices(viewer, invoices.credit > 0),
    ]


def _with_refunds_alone(viewer: Actor) -> Sequence[Any]:
    files, invoices = desk.case_files.c, invoicing.invoices.c
    of_files, of_invoices = select(desk.refunds.c.case_file_id), select(invoicing.refunds.c.invoice_id)
    return [
        _on_case_files(viewer, literal(0), files.case_file_id.in_(of_files), files.outstanding >= 0),
        _on_invoices(viewer, invoices.invoice_id.in_(of_invoices), invoices.credit == 0),
    ]


def _on_case_files(viewer: Actor, credit: ColumnElement[int], *which: ColumnElement[bool]) -> Any:
    files, clients = desk.case_files.c, desk.clients
    return (
        select(
            literal("case_file").label("kind"),
            files.case_file_id.label("id"),
            files.reference,
            files.debtor_id.label("client_id"),
            clients.c.name.label("client"),
            files.debtor_key.label("client_key"),
            files.collector,
            files.is_open,
            files.currency,
            credit.label("credit"),
            files.refunding,
        )
        .join(clients, clients.c.client_id == files.debtor_id)
        .where(*which, *visible_to(viewer))
    )


def _on_invoices(viewer: Actor, *which: ColumnElement[bool]) -> Any:
    invoices, clients = invoicing.invoices.c, invoicing.clients
    return (
        select(
            literal("invoice"),
            invoices.invoice_id,
            invoices.number,
            invoices.client_id,
            clients.c.name,
            invoices.client_key,
            invoices.collector,
            literal(True),  # noqa: FBT003 - a column of the union
            invoices.currency,
            invoices.credit,
            invoices.refunding,
        )
        .join(clients, clients.c.client_id == invoices.client_id)
        .where(*which, *invoices_visible_to(viewer, invoices.collector))
    )


def _line(db: Connection, row: Any, refunds: Sequence[RefundLine]) -> CreditLine:
    moves = _moves_of_case_file if row.kind == "case_file" else _moves_of_invoice
    return CreditLine(
        id=row.id,
        kind=row.kind,
        reference=row.reference,
        client_id=row.client_id,
        client=row.client,
        collector=row.collector or None,
        closed=not row.is_open,
        since=_credit_since(moves(db, row.id)) if row.credit else None,
        credit=Money.of_minor(row.credit, row.currency),
        free=Money.of_minor(max(row.credit - row.refunding, 0), row.currency),
        refunds=[*refunds],
    )


def _moves_of_case_file(db: Connection, case_file_id: UUID) -> Iterable[tuple[date, int]]:
    """Day by day what was charged and, below zero, what was paid."""
    charges, payments = desk.charges.c, desk.payments.c
    charged = select(charges.charged_on, charges.amount, charges.part).where(charges.case_file_id == case_file_id)
    for day, amount, part in db.execute(charged):
        yield day, -amount if part == "credits" else amount
    paid = select(payments.received_on, payments.amount).where(
        payments.case_file_id == case_file_id, payments.state == "approved"
    )
    for day, amount in db.execute(paid):
        yield day, -amount


def _moves_of_invoice(db: Connection, invoice_id: UUID) -> Iterable[tuple[date, int]]:
    invoices, happened, payments = invoicing.invoices.c, invoicing.happenings.c, invoicing.payments.c
    for moves in (
        select(invoices.issued_on, invoices.payable).where(invoices.invoice_id == invoice_id),
        select(happened.on_day, happened.owed - happened.paid).where(happened.invoice_id == invoice_id),
        select(payments.received_on, -payments.amount).where(
            payments.invoice_id == invoice_id, payments.state == "approved"
        ),
    ):
        yield from ((day, amount) for day, amount in db.execute(moves))


def _credit_since(moves: Iterable[tuple[date, int]]) -> date:
    """The day on which what is owed went below zero, to stay there. There is credit now, so there is such a day."""
    by_day: dict[date, int] = {}
    for day, amount in moves:
        by_day[day] = by_day.get(day, 0) + amount
    owed, since = 0, date.max
    for day in sorted(by_day):
        before, owed = owed, owed + by_day[day]
        if owed < 0 <= before:
            since = day
    return since
