"""One portfolio as somebody asks for it: its lines and totals, today or on a day in the past.

What a day in the past was worth is the desk's to know, which keeps charges and payments by day, and what was left to
pay of invoices that of theirs; so here three read models are asked in one snapshot. The JSON API, the pages and the
reports all read portfolios here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, or_, select

from application.assignments import LIMIT
from application.streams import EventStore
from domain.errors import NotFound
from domain.money import Money
from domain.people import Actor, Role, User, user_id
from projections.desk.collections import collections_moved
from projections.desk.debtors import AT_ONCE, DebtOn, debts_on, has_case_file_on
from projections.invoices.clients_on import was_invoiced_on
from projections.pages import Page
from projections.portfolios import clients
from projections.portfolios.clients import Asked, PortfolioLine, Standing, Totals, added_up
from projections.portfolios.reassigning import Preview, Selection, preview, whom
from projections.portfolios.tables import clients as rows

NOBODY = "-"
"""How an address names the portfolio of those that nobody holds: no user's name begins so."""


def asked_for(
    viewer: Actor,
    collector: str,
    today: date,
    *,
    store: EventStore,
    zone: str | None = None,
    city: str | None = None,
    standing: Standing | None = None,
    text: str | None = None,
    as_of: date | None = None,
) -> Asked:
    """Refused where it is another's, or of none who is a user.

    A collector sees no past: who was in the portfolio then may be another's now.
    """
    name = "" if collector == NOBODY else collector
    if not clients.may_see(viewer, name) or (name and not store.load(User(), user_id(name))[0].name):
        raise NotFound(id=collector)
    if as_of is not None and as_of != today:
        viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
    then = None if as_of == today else as_of
    return Asked(
        collector=name,
        zone=zone,
        city=city,
        standing=standing,
        text=text,
        as_of=then,
        unveiled=Role.AUDITOR in viewer.roles,
    )


def page_of(db: Connection, asked: Asked, sort: str, cursor: str | None, limit: int) -> Page[PortfolioLine]:
    page = clients.list_portfolio(db, asked, sort, cursor, limit, _further(asked))
    return replace(page, items=_then(db, asked, page.items))


def lines_of(db: Connection, asked: Asked, sort: str) -> Iterator[PortfolioLine]:
    for some in clients.every_line(db, asked, sort, _further(asked)):
        yield from _then(db, asked, some)


def totals_of(db: Connection, asked: Asked) -> Totals:
    if asked.as_of is None:
        return clients.totals(db, asked)
    zones = dict(
        db.execute(select(rows.c.client_id, rows.c.zone).where(*clients.chosen(asked), *_further(asked))).all()
    )
    debts = _by_debtor(debts_on(db, asked.as_of, [*zones], asked.collector or ""))
    standings = _standings(db, asked.as_of, [*zones])
    counted = [(zone, standings[client_id], 1) for client_id, zone in zones.items()]
    amounts = [
        (zones[client_id], debt.owed.currency, debt.owed.minor, debt.collected.minor, debt.waiting.minor)
        for client_id, owing in debts.items()
        for debt in owing
    ]
    return added_up(counted, amounts)


def _further(asked: Asked) -> Sequence[ColumnElement[bool]]:
    if asked.as_of is None:
        return ()
    stood = _stood(asked.as_of)
    owing = or_(rows.c.standing != "erased", stood == "active")
    return (owing, stood == asked.standing) if asked.standing else (owing,)


def _then(db: Connection, asked: Asked, lines: Sequence[PortfolioLine]) -> list[PortfolioLine]:
    """With what they owed that day. What was to be done next, that day, is not known any more."""
    if asked.as_of is None:
        return [*lines]
    ids = [line.id for line in lines]
    debts = _by_debtor(debts_on(db, asked.as_of, ids, asked.collector or ""))
    standings = _standings(db, asked.as_of, ids)
    return [
        replace(
            line,
            collector=asked.collector or None,
            standing=standings[line.id],
            owed=_added(debt.owed for debt in debts.get(line.id, ())),
            collected=_added(debt.collected for debt in debts.get(line.id, ())),
            waiting=_added(debt.waiting for debt in debts.get(line.id, ())),
            last_action_on=None,
            next_action_on=None,
            next_action=None,
            next_kind=None,
            next_task_id=None,
        )
        for line in lines
    ]


def _by_debtor(debts: Iterable[DebtOn]) -> Mapping[UUID, Sequence[DebtOn]]:
    found: dict[UUID, list[DebtOn]] = {}
    for debt in debts:
        found.setdefault(debt.debtor_id, []).append(debt)
    return found


def _stood(day: date) -> ColumnElement[str]:
    """How a client stood that day, by case files and invoices, as `Standing` has it."""
    client_id = rows.c.client_id
    return case(
        (has_case_file_on(client_id, day, still_open=True), "active"),
        (was_invoiced_on(client_id, day, unpaid=True), "active"),
        (or_(has_case_file_on(client_id, day), was_invoiced_on(client_id, day)), "passive"),
        else_="new",
    )


def _standings(db: Connection, day: date, client_ids: Sequence[UUID]) -> Mapping[UUID, Standing]:
    found: dict[UUID, Standing] = {}
    for start in range(0, len(client_ids), AT_ONCE):
        some = client_ids[start : start + AT_ONCE]
        query = select(rows.c.client_id, _stood(day).label("standing")).where(rows.c.client_id.in_(some))
        found |= {row.client_id: row.standing for row in db.execute(query)}
    return found


def _added(amounts: Iterable[Money]) -> list[Money]:
    added: dict[str, int] = {}
    for amount in amounts:
        added[amount.currency] = added.get(amount.currency, 0) + amount.minor
    return [Money.of_minor(minor, currency) for currency, minor in sorted(added.items()) if minor]


def preview_of_reassignment(
    db: Connection, selection: Selection, to: str | None, from_on: date, today: date
) -> Preview:
    """Of no more clients than are reassigned at once it says what was collected, too."""
    seen = preview(db, selection, to, from_on, today)
    if not seen.moves_collections or seen.clients > LIMIT:
        return seen
    client_ids, _ = whom(db, selection)
    return replace(seen, collections=collections_moved(db, client_ids, to, from_on, today))
