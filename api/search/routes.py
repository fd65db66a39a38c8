"""Searching over HTTP: one box for everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api.http.dependencies import Question
from api.http.formats import as_amount
from api.http.problems import documented
from api.http.shapes import PRINTABLE
from domain.people import Actor
from domain.personal import NAME
from projections.clients.finding import Elsewhere, find_known
from projections.clients.listing import ClientLine, known_by
from projections.desk.search import Found, search
from projections.invoices.estimates import EstimateLine, Filters, list_estimates
from projections.invoices.listing import InvoiceLine, find_invoices

router = APIRouter(prefix="/api/search", tags=["search"], responses=documented(401, 422, 503))


@dataclass(frozen=True, slots=True)
class Anything(Found):
    """`known` are clients with such a phone, e-mail, identification or account.

    `known_elsewhere` have that very one, and are in somebody else's portfolio. `invoices` are found by number,
    payment reference or amount, `estimates` by number or client.
    """

    invoices: Sequence[InvoiceLine]
    estimates: Sequence[EstimateLine]

    known: Sequence[ClientLine]
    known_elsewhere: Sequence[Elsewhere]


@router.get("")
def find(
    question: Question,
    text: Annotated[str, Query(min_length=1, max_length=NAME, pattern=PRINTABLE)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Anything:
    """Case files, clients and payments by reference, short number, name or amount; of each kind so many.

    Case files also by their items' numbers, invoices by theirs, both by payment reference; estimates by number, or
    name or reference of their client; clients by part of a phone,
    e-mail, identification…
    """
    with question.snapshot("escritorio", "clients", "invoice_status") as db:
        return find_anything(db, question.viewer, question.as_of().day, text, as_amount(text, "."), limit)


def find_anything(
    db: Connection, viewer: Actor, today: date, text: str, amount: Decimal | None, limit: int
) -> Anything:
    found = search(db, viewer, text, amount, limit, known_by(text))
    known = find_known(db, viewer, text, limit)
    return Anything(
        found.case_files,
        found.clients,
        found.payments,
        found.elsewhere,
        invoices=find_invoices(db, viewer, today, text, amount, limit),
        estimates=list_estimates(db, viewer, today, Filters(text=text), "-drafted_on", None, limit).items,
        known=known.clients,
        known_elsewhere=known.elsewhere,
    )
