"""Clients as they are listed, with what they come to: who they are and their money are two read models' to know."""

from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import Connection

from domain.money import Money
from domain.people import Actor
from projections.clients import listing
from projections.clients.listing import Beside, ClientLine, Filters
from projections.pages import Page
from projections.portfolio.money import ClientMoney, money_of, money_sorts
from projections.portfolio.tables import clients as rows

Sort = Literal[listing.Sort, "outstanding", "-outstanding", "collected", "-collected"]
SORTS = frozenset({*listing.SORTS, "outstanding", "collected"})


@dataclass(frozen=True, slots=True)
class ListedClient(ClientLine):
    """`outstanding`, `collected` and `waiting`, which was received and nobody approved yet, have an amount for each
    currency, on all case files and invoices. A collector is not told of case files that are others' to work.
    """

    outstanding: list[Money]
    collected: list[Money]
    waiting: list[Money]


_NAMES = [one.name for one in fields(ClientLine)]


def listed_clients(
    db: Connection, viewer: Actor, filters: Filters, sort: str, cursor: str | None, limit: int
) -> Page[ListedClient]:
    beside = Beside(rows.c.client_id, rows.c.collector, money_sorts(viewer))
    page = listing.list_clients(db, viewer, filters, sort, cursor, limit, beside)
    money = money_of(db, viewer, [one.id for one in page.items])
    return Page([_with_money(one, money.get(one.id, ClientMoney())) for one in page.items], page.next)


def _with_money(line: ClientLine, money: ClientMoney) -> ListedClient:
    known = {name: getattr(line, name) for name in _NAMES}
    return ListedClient(**known, outstanding=money.outstanding, collected=money.collected, waiting=money.waiting)
