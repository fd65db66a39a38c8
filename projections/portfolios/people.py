"""All users side by side, each with the own portfolio; and who stands in for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, func, or_, select, true

from domain.money import Money
from domain.people import Actor
from projections.portfolios.tables import case_files, clients, substitutions, users


def user_names(db: Connection) -> Sequence[str]:
    """The log-ins of all users, the disabled ones too."""
    return db.execute(select(users.c.name).order_by(users.c.name)).scalars().all()


@dataclass(frozen=True, slots=True)
class Substitution:
    """Both days included."""

    id: UUID
    collector: str
    substitute: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class PortfolioOf:
    """`collector` is None for what nobody holds. Counts of clients are of those held.

    Case files and amounts are of those worked: with the clients that are held, and `by_themselves` so many more, that
    were assigned themselves. So the amounts of all users together are those of the business. What is owed counts
    `closed_case_files` too, on which money went back since: it is `owed_on_closed` of it.
    """

    collector: str | None
    enabled: bool
    clients: int
    active: int
    passive: int
    new: int
    open_case_files: int
    by_themselves: int
    closed_case_files: int
    owed: list[Money]
    owed_on_closed: list[Money]
    collected: list[Money]
    waiting: list[Money]
    substitutes: list[str]


def side_by_side(db: Connection, viewer: Actor, today: date) -> list[PortfolioOf]:
    """By name, last what nobody holds; a collector's own and those the person stands in for."""
    counted = db.execute(
        select(clients.c.collector, clients.c.activity, func.count())
        .where(_seen(viewer, clients.c.collector), clients.c.is_listed)
        .group_by(clients.c.collector, clients.c.activity)
    ).all()
    closed = and_(~case_files.c.is_open, case_files.c.owed > 0)
    worked = db.execute(
        select(
            case_files.c.collector,
            case_files.c.currency,
            func.sum(cast(case_files.c.is_open, Integer)),
            func.sum(case_files.c.owed),
            func.sum(case_files.c.collected),
            func.sum(case_files.c.waiting),
            func.sum(cast(closed, Integer)),
            func.sum(case((closed, case_files.c.owed), else_=0)),
        )
        .where(_seen(viewer, case_files.c.collector))
        .group_by(case_files.c.collector, case_files.c.currency)
        .order_by(case_files.c.collector, case_files.c.currency)
    ).all()
    own: dict[str, int] = dict(
        db.execute(
            select(case_files.c.collector, func.count())
            .join(clients, clients.c.client_id == case_files.c.client_id)
            .where(
                _seen(viewer, case_files.c.collector),
                case_files.c.is_open,
                case_files.c.own_collector.is_not(None),
                case_files.c.own_collector != clients.c.collector,
            )
            .group_by(case_files.c.collector)
        ).all()
    )
    known = dict(db.execute(select(users.c.name, users.c.enabled)).all())
    holding = {name for name, _, _ in counted} | {row[0] for row in worked}
    shown = {name for name, enabled in known.items() if enabled and viewer.sees(name)}
    now = substitutes(db, viewer, today, over=False)

    def of(name: str) -> PortfolioOf:
        count = {standing: number for whose, standing, number in counted if whose == name}
        files = [row for row in worked if row[0] == name]

        def added(column: int) -> list[Money]:
            return [Money.of_minor(int(row[column]), row[1]) for row in files if row[column]]

        return PortfolioOf(
            collector=name or None,
            enabled=known.get(name, True),
            clients=sum(count.values()),
            active=count.get("active", 0),
            passive=count.get("passive", 0),
            new=count.get("new", 0),
            open_case_files=sum(int(row[2]) for row in files),
            by_themselves=own.get(name, 0),
            closed_case_files=sum(int(row[6]) for row in files),
            owed=added(3),
            owed_on_closed=added(7),
            collected=added(4),
            waiting=added(5),
            substitutes=[one.substitute for one in now if one.collector == name and one.from_on <= today],
        )

    return [of(name) for name in sorted(shown | holding, key=lambda name: (not name, name))]


@dataclass(frozen=True, slots=True)
class Apart:
    """What a collector works for the debtors of others: so many case files, assigned themselves."""

    case_files: int
    owed: list[Money]
    collected: list[Money]


def worked_apart(db: Connection, collector: str) -> Apart:
    """What `side_by_side` counts and the totals of the portfolio's clients do not; closed case files too."""
    found = db.execute(
        select(
            case_files.c.currency,
            func.count(),
            func.sum(case_files.c.owed),
            func.sum(case_files.c.collected),
        )
        .join(clients, clients.c.client_id == case_files.c.client_id)
        .where(case_files.c.collector == collector, clients.c.collector != collector)
        .group_by(case_files.c.currency)
        .order_by(case_files.c.currency)
    ).all()

    def added(column: int) -> list[Money]:
        return [Money.of_minor(int(row[column]), row[0]) for row in found if row[column]]

    return Apart(sum(row[1] for row in found), added(2), added(3))


def substitutes(db: Connection, viewer: Actor, today: date, *, over: bool) -> Sequence[Substitution]:
    """Those that are or will be, or those that are over, the latest first."""
    columns = substitutions.c
    mine = true() if viewer.sees_all else or_(columns.collector == viewer.name, columns.substitute == viewer.name)
    when = (columns.until_on < today, columns.until_on >= columns.from_on) if over else (columns.until_on >= today,)
    order = (columns.until_on.desc(),) if over else (columns.from_on,)
    query = select(substitutions).where(mine, *when).order_by(*order, columns.substitution_id).limit(200)
    return [
        Substitution(row.substitution_id, row.collector, row.substitute, row.from_on, row.until_on)
        for row in db.execute(query)
    ]


def find_substitution(db: Connection, substitution_id: UUID) -> Substitution | None:
    row = db.execute(select(substitutions).where(substitutions.c.substitution_id == substitution_id)).one_or_none()
    if row is None:
        return None
    return Substitution(row.substitution_id, row.collector, row.substitute, row.from_on, row.until_on)


def _seen(viewer: Actor, collector: ColumnElement[str]) -> ColumnElement[bool]:
    return true() if viewer.sees_all else collector.in_(sorted(viewer.portfolios))
