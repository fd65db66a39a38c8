"""What all invoices and estimates come to, of one client or of all that a person sees, at any day as known now.

Draft, pending, partial, paid and rectified are the total, whatever the day: see `steps.counted` for what counts where.
Sums of days and whole months are added up, so that it does not matter how many invoices there are; what the filters of
a list choose is added up as it is today.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, select, union_all

from domain.errors import NotFound
from domain.money import Money, total
from domain.people import Actor
from projections.invoices.listing import Filters, filtered_counts
from projections.invoices.steps import Counted
from projections.invoices.tables import BLOCKS, EVERYBODY, clients, days, months, portfolio
from projections.invoices.visibility import visible_to
from projections.merging import merged_group


@dataclass(frozen=True, slots=True)
class Sum:
    """So many, for so much in one currency."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Block:
    """How many in all, and what they come to in each currency that there is anything in."""

    count: int
    sums: Sequence[Sum]


@dataclass(frozen=True, slots=True)
class InvoiceStatus:
    """`pending` is what is left to pay of what was issued; `overdue` what of that was sent, and due before the day.

    Of it too, case files collect `in_collection`; of the rest `issued` was neither sent nor paid, and `overdue_unsent`
    was due before the day and never sent, whether or not a part of it was paid. `partial` is what was paid of invoices
    paid in part, `paid` invoices paid whole, `draft` has no number yet. `rectified` were credited whole: they are
    counted, and come to nothing. `year` is that of the issue, of drafts that of their making.
    """

    as_of: date
    year: int | None
    pending: Block
    paid: Block
    overdue: Block
    draft: Block
    issued: Block
    partial: Block
    in_collection: Block
    overdue_unsent: Block
    rectified: Block
    total: Block


@dataclass(frozen=True, slots=True)
class EstimateStatus:
    """`outstanding` are sent and wait for an answer that may still come. `year` is that of their making."""

    as_of: date
    year: int | None
    outstanding: Block
    accepted: Block
    declined: Block


def invoice_status(
    db: Connection, viewer: Actor, as_of: date, *, client_id: UUID | None = None, year: int | None = None
) -> InvoiceStatus:
    """Of all time where no year is given. Raises `NotFound` where the viewer knows of no such client."""
    return _status(_counted(db, _scopes(db, viewer, client_id), as_of, year), as_of, year)


def filtered_invoice_status(
    db: Connection, viewer: Actor, today: date, filters: Filters, year: int | None = None
) -> InvoiceStatus:
    """What these filters choose of all blocks, as it is today: they say the days of the `year`."""
    return _status(filtered_counts(db, viewer, today, filters), today, year)


def _status(counted: Mapping[str, Counted], as_of: date, year: int | None) -> InvoiceStatus:
    blocks = {name: _block(counted, name) for name in BLOCKS}
    return InvoiceStatus(
        as_of=as_of,
        year=year,
        pending=blocks["pending"],
        paid=blocks["paid"],
        overdue=blocks["overdue"],
        draft=blocks["draft"],
        issued=blocks["issued"],
        partial=blocks["partial"],
        in_collection=blocks["in_collection"],
        overdue_unsent=blocks["overdue_unsent"],
        rectified=blocks["rectified"],
        total=_total(blocks),
    )


def estimate_status(
    db: Connection, viewer: Actor, as_of: date, *, client_id: UUID | None = None, year: int | None = None
) -> EstimateStatus:
    counted = _counted(db, _scopes(db, viewer, client_id), as_of, year)
    outstanding, accepted, declined = (_block(counted, name) for name in ("outstanding", "accepted", "declined"))
    return EstimateStatus(as_of, year, outstanding, accepted, declined)


def _scopes(db: Connection, viewer: Actor, client_id: UUID | None) -> Collection[UUID]:
    if client_id is not None:
        known = select(clients.c.client_id).where(
            clients.c.client_id.in_(merged_group(clients, client_id)), *visible_to(viewer, clients.c.collector)
        )
        if not (found := db.execute(known).scalars().all()):
            raise NotFound(id=client_id)
        return found
    return [EVERYBODY] if viewer.sees_all else [portfolio(name) for name in viewer.portfolios]


def _counted(db: Connection, scopes: Collection[UUID], as_of: date, year: int | None) -> Mapping[str, Counted]:
    """By currency: the months before, and the days of this one."""
    years = {"from_year": year or date.min.year, "to_year": year or date.max.year}
    asked = {"scopes": [*scopes], "month": as_of.replace(day=1), "day": as_of, **years}
    added: dict[str, list[int]] = {}
    for currency, *sums in db.execute(_SUMS, asked):
        kept = added.setdefault(currency, [0] * len(sums))
        added[currency] = [have + int(more) for have, more in zip(kept, sums, strict=True)]
    return {
        currency: {block: (kept[2 * place], kept[2 * place + 1]) for place, block in enumerate(BLOCKS)}
        for currency, kept in sorted(added.items())
    }


def _sums(table: Table, when: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            table.c.currency,
            *(
                func.sum(table.c[f"{block}_{of}"]).label(f"{block}_{of}")
                for block in BLOCKS
                for of in ("count", "amount")
            ),
        )
        .where(
            table.c.scope_id.in_(bindparam("scopes", expanding=True)),
            when,
            table.c.year.between(bindparam("from_year"), bindparam("to_year")),
        )
        .group_by(table.c.currency)
    )


_SUMS = union_all(
    _sums(months, months.c.month < bindparam("month")),
    _sums(days, days.c.day.between(bindparam("month"), bindparam("day"))),
)
"""Built once: building it costs more than carrying it out."""


def _block(counted: Mapping[str, Counted], name: str) -> Block:
    sums = [Sum(of[name][0], Money.of_minor(of[name][1], currency)) for currency, of in counted.items()]
    return Block(sum(one.count for one in sums), sums)


def _total(blocks: Mapping[str, Block]) -> Block:
    """One that is paid in part is pending too, so it is counted there."""
    parts = [blocks[name] for name in ("draft", "pending", "partial", "paid", "rectified")]
    sums = [
        Sum(
            sum(part.sums[place].count for part in parts) - blocks["partial"].sums[place].count,
            total((part.sums[place].amount for part in parts), one.amount.currency),
        )
        for place, one in enumerate(blocks["draft"].sums)
    ]
    return Block(sum(one.count for one in sums), sums)
