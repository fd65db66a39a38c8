"""Invoices: the list and its filters, those that are overdue, and the credit that a client has on them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from domain.folding import compact
from domain.money import Money
from domain.payment_reference import typed
from domain.people import Actor
from projections.amounts import amounts_to
from projections.invoices.steps import OPEN, OWED, Counted, Step, What, counted
from projections.invoices.tables import BLOCKS, clients, happenings, invoices, numbers, payments
from projections.invoices.visibility import visible_to
from projections.merging import merged_group
from projections.pages import Order, Page, UnknownSort
from projections.projection import NEVER
from projections.sorting import WORDS_AT_MOST, begins, begins_number, holds

Status = Literal[
    "draft", "issued", "overdue_unsent", "pending", "partial", "overdue", "in_collection", "paid", "rectified", "void"
]
"""The one word that says most: in collection before overdue, overdue before partial. `issued`: and not sent,
`overdue_unsent` once that is overdue. `rectified`: credit notes took all of it off, though what
was paid back since may be owed."""

Block = Literal[
    "draft", "issued", "overdue_unsent", "pending", "partial", "overdue", "in_collection", "paid", "rectified", "void"
]
"""Which invoices: those that count in a block of that name (see `status`). What is left to pay is pending, sent or not,
paid in part, overdue or in collection; `void` is what it says."""


@dataclass(slots=True)  # frozen, it would take many times as long to make, and a page is made of fifty
class InvoiceLine:
    """`base` and `tax` are what it says, `payable` that less what is withheld.

    `owed` is that net of credit notes and of what was waived; `paid` all that was paid, of which `credit` lies beyond.
    `paid_back` went back to the client and is owed again, as what it came of was returned since. So what is outstanding
    less the credit is `owed` and `paid_back` less `paid`.
    Of a draft nothing is outstanding. `case_file_id` has it in collection; `unapproved` payments wait for a decision,
    and come to `waiting`.
    """

    id: UUID
    number: str | None
    payment_reference: str
    status: Status
    client_id: UUID
    client: str
    collector: str | None
    imported: bool
    dated_on: date
    drafted_on: date | None
    issued_on: date | None
    due_on: date | None
    sent_on: date | None
    voided_on: date | None
    disputed_on: date | None
    days_overdue: int
    case_file_id: UUID | None
    estimate_id: UUID | None
    base: Money
    tax: Money
    payable: Money
    owed: Money
    paid: Money
    paid_back: Money
    outstanding: Money
    credit: Money
    unapproved: int
    waiting: Money


@dataclass(frozen=True, slots=True)
class Filters:
    """`text` is words of the client's name, its reference or the number; `from_day` to `to_day` it is dated.

    Or it is a payment reference, reads as an `amount`, or is part of what these clients are `known` by.
    `import_id`: that import brought it in.
    """

    block: Block | None = None
    client_id: UUID | None = None
    collector: str | None = None
    number: str | None = None
    text: str | None = None
    currency: str | None = None
    from_day: date | None = None
    to_day: date | None = None
    amount: Decimal | None = None
    known: Select[tuple[UUID]] | None = None
    import_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OverdueInvoice:
    """What a reminder of it needs to know."""

    id: UUID
    number: str
    client_id: UUID
    due_on: date
    days_overdue: int
    disputed: bool
    in_collection: bool
    outstanding: Money


SORTS: Mapping[str, ColumnElement[Any]] = {
    "dated_on": invoices.c.dated_on,
    "due_on": invoices.c.due_on,
    "number": invoices.c.number_key,
    "outstanding": invoices.c.outstanding,
    "client": invoices.c.client_key,
}

BY_NUMBER = (invoices.c.number_key, invoices.c.invoice_id)
"""What breaks ties of a day, of a client…"""

_STATES: Mapping[Block | None, Sequence[str]] = {
    None: ("draft", "issued", *OPEN, "paid", "rectified", "void"),
    "draft": ("draft",),
    "issued": ("issued",),
    "overdue_unsent": ("issued", "partial"),
    "pending": OWED,
    "partial": ("partial",),
    "overdue": OPEN,
    "in_collection": OWED,
    "paid": ("paid",),
    "rectified": ("rectified",),
    "void": ("void",),
}
"""The states of a block's invoices: each is in order by its index, so lists of them are merged."""

_UNSENT = and_(invoices.c.sent_on == NEVER, ~invoices.c.imported)

_lines: Select[*tuple[Any, ...]] = select(invoices, clients.c.name.label("client")).join(
    clients, clients.c.client_id == invoices.c.client_id
)


def list_invoices(
    db: Connection, viewer: Actor, today: date, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[InvoiceLine]:
    """`sort` is one of `SORTS`, with a hyphen before it to turn it round."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise UnknownSort(field="sort", known=sorted(SORTS))
    order = Order((SORTS[name], *BY_NUMBER), descending=sort.startswith("-"))
    query, state = _lines.where(*visible_to(viewer, invoices.c.collector), *_chosen(filters, today)), invoices.c.state
    states = _STATES[filters.block]
    if viewer.sees_all and filters.client_id is None:
        each = [query.where(state == one) for one in states]
    else:  # few enough
        each = [query if filters.block is None else query.where(state.in_(states))]
    found = order.first([row for one in each for row in db.execute(order.page(one, cursor, limit))], limit)
    return order.shown(found, limit, [_line(row, today) for row in found[:limit]])


def filtered_counts(db: Connection, viewer: Actor, today: date, filters: Filters) -> Mapping[str, Counted]:
    """By currency what those that the filters choose, of whichever block, count as today."""
    columns = invoices.c
    overdue = and_(columns.state.in_(OWED), columns.due_on < today)
    alike = (columns.currency, columns.state, overdue, columns.case_file_id.is_not(None), _UNSENT)
    found = db.execute(
        select(*alike, func.count(), func.sum(columns.owed), func.sum(columns.paid))
        .join(clients, clients.c.client_id == columns.client_id)
        .where(
            *visible_to(viewer, columns.collector),
            *_chosen(replace(filters, block=None), today),
            columns.state != "void",
        )
        .group_by(*alike)
        .order_by(columns.currency)
    )
    added: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: dict.fromkeys(BLOCKS, (0, 0)))
    for currency, state, late, in_collection, unsent, number, owed, paid in found:
        how = bool(late), bool(in_collection), bool(unsent) and state in OWED
        together = Step(today, NEVER, today.year, currency, state, int(owed), int(paid), *how)
        sums = added[currency]
        for block, (_, amount) in counted(together).items():
            sums[block] = sums[block][0] + number, sums[block][1] + amount
    return added


def find_invoice(db: Connection, viewer: Actor, today: date, invoice_id: UUID) -> InvoiceLine | None:
    query = _lines.where(invoices.c.invoice_id == invoice_id, *visible_to(viewer, invoices.c.collector))
    row = db.execute(query).one_or_none()
    return None if row is None else _line(row, today)


def find_invoices(
    db: Connection, viewer: Actor, today: date, text: str, amount: Decimal | None, limit: int
) -> Sequence[InvoiceLine]:
    """By the end of the number, payment reference, its amount or that of a payment or credit note, then by part of the
    number: the latest first."""
    found: dict[UUID, InvoiceLine] = {}
    for condition in _meant(text, amount):
        query = _lines.where(condition, *visible_to(viewer, invoices.c.collector))
        if len(found) < limit:
            for row in db.execute(query.order_by(invoices.c.position.desc()).limit(limit)):
                found.setdefault(row.invoice_id, _line(row, today))
    return [*found.values()][:limit]


_told_of = invoices.alias("told_of")


def _meant(text: str, amount: Decimal | None) -> Iterator[ColumnElement[bool]]:
    """What somebody may mean by it, the likeliest first."""
    columns, key = invoices.c, compact(text)
    if key:
        yield columns.invoice_id.in_(select(numbers.c.invoice_id).where(numbers.c.ending == key))
    if (referred_to := typed(text)) is not None:
        yield begins(columns.payment_reference, referred_to)
    if amount is not None:
        for column in (columns.outstanding, columns.payable):
            yield amounts_to(column, columns.currency, amount)
        credited = happenings.c.what == What.CREDIT_NOTE.value
        paid_or_credited = (
            (payments, amounts_to(payments.c.amount, _told_of.c.currency, amount)),
            (happenings, and_(credited, amounts_to(happenings.c.owed, _told_of.c.currency, -amount))),
        )
        for table, is_it in paid_or_credited:
            whose = select(table.c.invoice_id).join(_told_of, _told_of.c.invoice_id == table.c.invoice_id)
            yield columns.invoice_id.in_(whose.where(is_it))
    if key:
        yield columns.invoice_id.in_(select(numbers.c.invoice_id).where(begins_number(numbers.c.ending, text)))


def list_overdue(
    db: Connection, viewer: Actor, today: date, cursor: str | None, limit: int, client_id: UUID | None = None
) -> Page[OverdueInvoice]:
    """The longest overdue first."""
    order = Order((invoices.c.due_on, *BY_NUMBER))
    query = select(invoices).where(
        *visible_to(viewer, invoices.c.collector),
        *_chosen(Filters("overdue", client_id), today),
        invoices.c.state.in_(OPEN),
    )
    found = list(db.execute(order.page(query, cursor, limit)))
    items = [
        OverdueInvoice(
            id=row.invoice_id,
            number=row.number,
            client_id=row.client_id,
            due_on=row.due_on,
            days_overdue=(today - row.due_on).days,
            disputed=row.disputed_on != NEVER,
            in_collection=row.case_file_id is not None,
            outstanding=Money.of_minor(row.outstanding, row.currency),
        )
        for row in found[:limit]
    ]
    return order.shown(found, limit, items)


def payable_invoices(db: Connection, viewer: Actor, client_id: UUID, limit: int) -> Sequence[UUID]:
    """The client's that are left to pay to us, those due first to begin with."""
    found = db.execute(
        select(invoices.c.invoice_id)
        .where(
            invoices.c.client_id.in_(merged_group(clients, client_id)),
            invoices.c.state.in_(OWED),
            invoices.c.case_file_id.is_(None),
            invoices.c.outstanding > 0,
            *visible_to(viewer, invoices.c.collector),
        )
        .order_by(invoices.c.due_on, *BY_NUMBER)
        .limit(limit)
    )
    return [*found.scalars()]


def credit_of(db: Connection, viewer: Actor, client_id: UUID) -> Sequence[Money]:
    """What the client paid beyond what its invoices ask for, of each currency."""
    found = db.execute(
        select(invoices.c.currency, func.sum(invoices.c.credit).label("credit"))
        .where(
            invoices.c.client_id.in_(merged_group(clients, client_id)),
            invoices.c.credit > 0,
            *visible_to(viewer, invoices.c.collector),
        )
        .group_by(invoices.c.currency)
        .order_by(invoices.c.currency)
    )
    return [Money.of_minor(int(row.credit), row.currency) for row in found]


def _chosen(filters: Filters, today: date) -> Sequence[ColumnElement[bool]]:
    columns = invoices.c
    equal = {
        columns.collector: filters.collector,
        columns.number: filters.number,
        columns.currency: filters.currency,
        columns.correlation_id: filters.import_id,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if filters.block in {"overdue", "overdue_unsent"}:
        conditions.append(columns.due_on < today)
    if filters.block == "issued":
        conditions.append(columns.due_on >= today)
    if filters.block == "overdue_unsent":
        conditions.append(_UNSENT)
    if filters.block == "overdue":
        conditions.append(~_UNSENT)
    if filters.block in {"issued", "overdue_unsent"}:
        conditions.append(columns.case_file_id.is_(None))
    if filters.block == "in_collection":
        conditions += [columns.case_file_id.is_not(None), columns.outstanding > 0]
    if filters.client_id is not None:
        conditions.append(columns.client_id.in_(merged_group(clients, filters.client_id)))
    if filters.from_day is not None:
        conditions.append(columns.dated_on >= filters.from_day)
    if filters.to_day is not None:
        conditions.append(columns.dated_on <= filters.to_day)
    if filters.text is not None:
        conditions.append(or_(*_typed(filters.text, filters)))
    return conditions


def _typed(text: str, filters: Filters) -> Iterator[ColumnElement[bool]]:
    columns = invoices.c
    yield and_(
        *(
            or_(
                columns.number.icontains(word, autoescape=True),
                columns.invoice_id.in_(select(numbers.c.invoice_id).where(begins_number(numbers.c.ending, word))),
                clients.c.reference.icontains(word, autoescape=True),
                holds(columns.client_key, word),
            )
            for word in text.split()[:WORDS_AT_MOST]
        )
    )
    if (referred_to := typed(text)) is not None:
        yield begins(columns.payment_reference, referred_to)
    if filters.amount is not None:
        for column in (columns.payable, columns.outstanding):
            yield amounts_to(column, columns.currency, filters.amount)
    if filters.known is not None:
        yield columns.client_id.in_(merged_group(clients, filters.known))


def _line(row: Row[Any], today: date) -> InvoiceLine:
    overdue = row.state in OWED and row.due_on < today
    base, tax, payable, owed, paid, paid_back, outstanding, credit, waiting = (
        Money.of_minor(amount, row.currency)
        for amount in (
            *(row.base, row.tax, row.payable, row.owed),
            *(max(row.paid, 0) + row.credit, max(-row.paid, 0), row.outstanding, row.credit, row.waiting),
        )
    )
    return InvoiceLine(
        id=row.invoice_id,
        number=row.number,
        payment_reference=row.payment_reference,
        status=_status(row, overdue=overdue),
        client_id=row.client_id,
        client=row.client,
        collector=row.collector or None,
        imported=row.imported,
        dated_on=row.dated_on,
        drafted_on=_day(row.drafted_on),
        issued_on=_day(row.issued_on),
        due_on=_day(row.due_on),
        sent_on=_day(row.sent_on),
        voided_on=_day(row.voided_on),
        disputed_on=_day(row.disputed_on),
        days_overdue=(today - row.due_on).days if overdue else 0,
        case_file_id=row.case_file_id,
        estimate_id=row.estimate_id,
        base=base,
        tax=tax,
        payable=payable,
        owed=owed,
        paid=paid,
        paid_back=paid_back,
        outstanding=outstanding,
        credit=credit,
        unapproved=row.unapproved,
        waiting=waiting,
    )


def _status(row: Row[Any], *, overdue: bool) -> Status:
    if row.case_file_id is not None and row.outstanding:
        return "in_collection"
    if row.state in OWED and not row.owed:  # what was paid back had come by a payment that bounced
        return "rectified"
    if overdue:
        return "overdue_unsent" if row.sent_on == NEVER and not row.imported else "overdue"
    said: Status = row.state
    return said


def _day(day: date) -> date | None:
    return None if day == NEVER else day
