"""A portfolio client by client, and its totals: who is in it now, or was on a day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select

from domain.money import Money
from domain.people import Actor
from domain.personal import BLOCKED
from projections.client_copies import known_as
from projections.pages import Order, Page, UnknownSort
from projections.portfolios.tables import clients, holdings, phones, sums
from projections.projection import NEVER, NOT_YET
from projections.sorting import WORDS_AT_MOST, holds, sort_key

Standing = Literal["active", "passive", "new"]
"""With an open case file or an unpaid invoice, had one, or never had any."""

Next = Literal["action", "task", "call", "meeting"]

AT_ONCE = 1_000
"""How many lines of a report are read at a time."""


@dataclass(frozen=True, slots=True)
class Phone:
    """`value` is E.164 where it is valid; `whose` it is, where it is not the client's own."""

    value: str
    whose: str | None


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """`phones` are those that may be called, the preferred one first; `address` is street, postcode and city.

    `owed`, `collected` and `waiting`, which was received and nobody approved yet, have an amount for each currency, on
    the case files that the client's collector works.
    What is next is an action on a case file or a task, open or in progress, whichever comes first: `next_kind` tells.
    """

    id: UUID
    reference: str
    name: str
    phones: list[Phone]
    address: str | None
    city: str | None
    zone: str | None
    collector: str | None
    standing: Standing
    owed: list[Money]
    collected: list[Money]
    waiting: list[Money]
    last_action_on: date | None
    next_action_on: date | None
    next_action: str | None
    next_kind: Next | None
    next_task_id: UUID | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clients: `collector` is empty for those that nobody holds, None for everybody's; `as_of` a day gone by.

    `unveiled`: also by what is known of those who are blocked, and that is shown.
    """

    collector: str | None
    zone: str | None = None
    city: str | None = None
    standing: Standing | None = None
    text: str | None = None
    as_of: date | None = None
    unveiled: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """`zone` is None for clients of no zone, and in the total of all zones."""

    zone: str | None
    clients: int
    active: int
    passive: int
    new: int
    owed: list[Money]
    collected: list[Money]
    waiting: list[Money]


@dataclass(frozen=True, slots=True)
class Totals:
    by_zone: list[Total]
    all: Total


accounts = clients.alias("accounts")
"""Each client and those that were merged into it, beside `clients` for whoever survives."""

SORTS: Mapping[str, ColumnElement[Any]] = {
    "name": clients.c.name_key,
    "reference": clients.c.reference,
    "owed": clients.c.most_owed,
    "last_action_on": clients.c.last_action_on,
    "next_action_on": clients.c.next_action_on,
}
PAST_SORTS = frozenset({"name", "reference"})
"""What a portfolio of the past may be sorted by: its amounts are worked out for the rows that are shown."""


def may_see(viewer: Actor, collector: str) -> bool:
    """A collector sees the own portfolio and those the person stands in for."""
    return viewer.sees(collector)


def list_portfolio(
    db: Connection,
    asked: Asked,
    sort: str,
    cursor: str | None,
    limit: int,
    further: Sequence[ColumnElement[bool]] = (),
) -> Page[PortfolioLine]:
    """`further` narrows it down by what another read model knows."""
    order = _order(sort, asked)
    query = _query(asked, sort, cursor, limit)
    found = list(db.execute(query.where(*further) if further else query))
    shown = found[:limit]
    ids = [row.client_id for row in shown]
    amounts = _amounts(db, ids)
    called = _phones(db, ids)
    lines = [_line(row, called, *amounts) for row in shown]
    if not asked.unveiled:
        lines = [_veiled(line) if row.hidden_name else line for row, line in zip(shown, lines, strict=True)]
    return order.shown(found, limit, lines)


@lru_cache(maxsize=256)
def _query(asked: Asked, sort: str, cursor: str | None, limit: int) -> Select[Any]:
    """People ask for the same page again and again, and building it anew costs half of asking."""
    return _order(sort, asked).page(select(clients).where(*chosen(asked)), cursor, limit)


def every_line(
    db: Connection, asked: Asked, sort: str, further: Sequence[ColumnElement[bool]] = ()
) -> Iterator[Sequence[PortfolioLine]]:
    """All of them, some at a time: for reports."""
    cursor: str | None = None
    while True:
        page = list_portfolio(db, asked, sort, cursor, AT_ONCE, further)
        if page.items:
            yield page.items
        if (cursor := page.next) is None:
            return


def totals(db: Connection, asked: Asked, further: Sequence[ColumnElement[bool]] = ()) -> Totals:
    where = (*chosen(asked), *further)
    counted = db.execute(
        select(clients.c.zone, clients.c.activity, func.count())
        .where(*where)
        .group_by(clients.c.zone, clients.c.activity)
    ).all()
    amounts: Select[*tuple[Any, ...]] = (
        select(clients.c.zone, sums.c.currency, *(func.sum(sums.c[name]) for name in ("owed", "collected", "waiting")))
        .join(sums, sums.c.client_id == clients.c.client_id)
        .where(*where)
        .group_by(clients.c.zone, sums.c.currency)
    )
    return added_up(
        [(zone, standing, count) for zone, standing, count in counted],
        [(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in db.execute(amounts)],
    )


def added_up(counted: Sequence[tuple[str, str, int]], amounts: Sequence[tuple[str, str, int, int, int]]) -> Totals:
    """Of counts by zone and standing, and amounts owed, collected and waiting by zone and currency."""
    zones = sorted({zone for zone, _, _ in counted}, key=lambda zone: (not zone, sort_key(zone)))

    def total(zone: str | None) -> Total:
        here = [(standing, count) for of, standing, count in counted if zone is None or of == zone]
        count = {name: sum(many for of, many in here if of == name) for name in ("active", "passive", "new")}
        here_too = [(currency, each) for of, currency, *each in amounts if zone is None or of == zone]
        return Total(
            zone or None,
            sum(count.values()),
            count["active"],
            count["passive"],
            count["new"],
            *(_added((currency, each[place]) for currency, each in here_too) for place in range(3)),
        )

    return Totals([total(zone) for zone in zones], total(None))


def places(db: Connection, collector: str | None, as_of: date | None = None) -> tuple[list[str], list[str]]:
    """The zones and cities to choose from."""
    where = (*chosen(Asked(collector, as_of=as_of)), NOT_BLOCKED)
    zones, cities = (
        db.execute(select(column).distinct().where(*where)).scalars() for column in (clients.c.zone, clients.c.city)
    )
    return sorted(filter(None, zones), key=sort_key), sorted(filter(None, cities), key=sort_key)


NOT_BLOCKED = clients.c.hidden_name.is_(None)
"""Asked where a row's place in an answer would tell something of the client."""


def chosen(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.as_of is None:
        conditions.append(clients.c.is_listed)
    else:  # those erased since too: what they owed then is known
        conditions.append(clients.c.survivor_id == clients.c.client_id)
        if not asked.collector:
            conditions.append(or_(clients.c.is_listed, clients.c.standing == "erased"))
    if asked.collector is not None:
        conditions.append(_held(asked.collector, asked.as_of))
    if asked.zone is not None:
        conditions.append(clients.c.zone == asked.zone)
    if asked.city is not None:
        conditions.append(clients.c.city == asked.city)
    if (asked.zone or asked.city) and not asked.unveiled:
        conditions.append(NOT_BLOCKED)
    if asked.standing is not None and asked.as_of is None:
        conditions.append(clients.c.activity == asked.standing)
    conditions += [
        or_(clients.c.reference.icontains(word, autoescape=True), holds(clients.c.name_key, word))
        for word in (asked.text or "").split()[:WORDS_AT_MOST]
    ]
    return conditions


def _held(collector: str, as_of: date | None) -> ColumnElement[bool]:
    """On a day in the past: the client, or one of those that were merged into it since."""
    if as_of is None:
        return clients.c.collector == collector
    then = (holdings.c.client_id == accounts.c.client_id, holdings.c.from_on <= as_of, holdings.c.to_on > as_of)
    held = exists().where(*then, holdings.c.collector == collector)
    held_by_any = exists().where(*then, holdings.c.collector != "")
    return exists().where(accounts.c.survivor_id == clients.c.client_id, held if collector else ~held_by_any)


def _order(sort: str, asked: Asked) -> Order:
    name = sort.removeprefix("-")
    known = SORTS.keys() if asked.as_of is None else PAST_SORTS
    if name not in known:
        raise UnknownSort(field="sort", known=sorted(known))
    return Order((SORTS[name], clients.c.client_id), descending=sort.startswith("-"))


_SUMS = (
    select(sums)
    .where(sums.c.client_id.in_(bindparam("ids", expanding=True)))
    .order_by(sums.c.client_id, sums.c.currency)
)
_PHONES = (
    select(phones)
    .where(phones.c.client_id.in_(bindparam("ids", expanding=True)), phones.c.usable)
    .order_by(phones.c.client_id, phones.c.preferred.desc(), phones.c.position)
)

Amounts = Mapping[UUID, list[Money]]


def _amounts(db: Connection, client_ids: Sequence[UUID]) -> tuple[Amounts, Amounts, Amounts]:
    """Owed, collected, waiting."""
    owed: dict[UUID, list[Money]] = {}
    collected: dict[UUID, list[Money]] = {}
    waiting: dict[UUID, list[Money]] = {}
    for row in db.execute(_SUMS, {"ids": client_ids}):
        for kept, amount in ((owed, row.owed), (collected, row.collected), (waiting, row.waiting)):
            if amount:
                kept.setdefault(row.client_id, []).append(Money.of_minor(amount, row.currency))
    return owed, collected, waiting


def _phones(db: Connection, client_ids: Sequence[UUID]) -> Mapping[UUID, list[Phone]]:
    found: dict[UUID, list[Phone]] = {}
    for row in db.execute(_PHONES, {"ids": client_ids}):
        found.setdefault(row.client_id, []).append(Phone(row.value, row.whose))
    return found


def _line(
    row: Any, called: Mapping[UUID, list[Phone]], owed: Amounts, collected: Amounts, waiting: Amounts
) -> PortfolioLine:
    return PortfolioLine(
        id=row.client_id,
        reference=known_as(row.client_id, row.reference),
        name=row.hidden_name or row.name,
        phones=called.get(row.client_id, []),
        address=", ".join(filter(None, (row.street, " ".join(filter(None, (row.postcode, row.city)))))) or None,
        city=row.city or None,
        zone=row.zone or None,
        collector=row.collector or None,
        standing=row.activity,
        owed=owed.get(row.client_id, []),
        collected=collected.get(row.client_id, []),
        waiting=waiting.get(row.client_id, []),
        last_action_on=None if row.last_action_on == NOT_YET else row.last_action_on,
        next_action_on=None if row.next_action_on == NEVER else row.next_action_on,
        next_action=row.next_action,
        next_kind=row.next_kind,
        next_task_id=row.next_task_id,
    )


def _veiled(line: PortfolioLine) -> PortfolioLine:
    return replace(line, name=BLOCKED, phones=[], address=None, city=None, zone=None, next_action=None)


def _added(amounts: Iterable[tuple[str, int]]) -> list[Money]:
    added: dict[str, int] = {}
    for currency, amount in amounts:
        added[currency] = added.get(currency, 0) + amount
    return [Money.of_minor(amount, currency) for currency, amount in sorted(added.items()) if amount]
