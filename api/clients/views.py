"""Clients as they are listed, with what they come to, and as forms and addresses name them.

Who they are and their money are two read models' to know.
"""

from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import Connection

from api.pages.context import PageContext
from api.pages.forms import Form
from domain.errors import NotFound, Refusal
from domain.money import Money
from domain.people import Actor
from projections.client_numbers import number_in
from projections.clients import listing
from projections.clients.listing import Beside, ClientLine, Filters, known_by
from projections.desk import clients as clients_of_desk
from projections.desk.clients import find_by_number, known_to, named
from projections.desk.search import ClientHit, Hits, find_clients, own
from projections.pages import Page
from projections.portfolios.money import ClientMoney, money_of, money_sorts
from projections.portfolios.tables import clients as rows

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


def client_numbered(db: Connection, context: PageContext, number: str) -> clients_of_desk.ClientLine | None:
    """Whom an address names by the short number; None where it names nobody."""
    if not number:
        return None
    known = number_in(number)
    client = find_by_number(db, context.viewer, known) if known is not None else None
    if client is None:
        raise NotFound(id=number)
    return client


NEW, NONE = "new", "none"


SHOWN = 8


def found_clients(context: PageContext, form: Form, who: str) -> dict[str, Any]:
    """Whom the search finds for this part, beside whom was chosen before. `client` is who is invoiced."""
    searched = form.optional_text(f"{who}_text")
    with context.snapshot() as db:
        condition = known_to(context.viewer) if who == "creditor" else own(context.viewer)
        hits = (
            find_clients(db, searched, SHOWN, condition, known_by(searched))
            if searched
            else Hits(list[ClientHit](), more=False)
        )
        try:
            chosen = form.optional_id(who)
        except Refusal:  # to be registered, or nobody
            chosen = None
        before = named(db, context.viewer, [chosen]).get(chosen) if chosen else None
    others = [one for one in hits.items if one.id != chosen]
    return {"who": who, "chosen": before, "others": others, "searched": searched}
