"""Searching over HTTP: one box for everything."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api.dependencies import Question
from api.problems import documented
from api.shapes import PRINTABLE
from application.imports.cells import Unreadable, amount
from domain.money import MINOR_DIGITS
from domain.people import Actor
from domain.personal import NAME
from projections.clients.finding import Elsewhere, find_known
from projections.clients.listing import ClientLine
from projections.escritorio.search import Found, search
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
    found = search(db, viewer, text, amount, limit)
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


def as_amount(text: str, mark: str) -> Decimal | None:
    """What the text reads as a number, with this decimal mark or, where it can mean nothing else, the other.

    A currency's sign or code may stand on either side; in which currency is not asked.
    """
    number = "".join(one for one in text if unicodedata.category(one) != "Sc").strip()
    for code in (number[:3], number[-3:]):
        if code.upper() in MINOR_DIGITS:
            number = number.replace(code, "", 1).strip()
            break
    for reading in (mark, None):
        try:
            return amount(number, reading)
        except Unreadable:
            continue
    return None
