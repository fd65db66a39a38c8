"""Searching over HTTP: one box for everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api.dependencies import Question
from api.problems import documented
from api.shapes import PRINTABLE
from application.imports.cells import Unreadable, amount
from domain.people import Actor
from domain.personal import NAME
from projections.clients.finding import Elsewhere, find_known
from projections.clients.listing import ClientLine
from projections.escritorio.search import Found, search

router = APIRouter(prefix="/api/search", tags=["search"], responses=documented(401, 422, 503))


@dataclass(frozen=True, slots=True)
class Anything(Found):
    """`known` are clients with such a phone, e-mail, identification or account.

    `known_elsewhere` have that very one, and are in somebody else's portfolio.
    """

    known: Sequence[ClientLine]
    known_elsewhere: Sequence[Elsewhere]


@router.get("")
def find(
    question: Question,
    text: Annotated[str, Query(min_length=1, max_length=NAME, pattern=PRINTABLE)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Anything:
    """Case files, clients and payments by reference, short number, name or amount; of each kind so many.

    Clients also by phone, e-mail, identification or account.
    """
    with question.snapshot("escritorio", "clients") as db:
        return find_anything(db, question.viewer, text, as_amount(text, "."), limit)


def find_anything(db: Connection, viewer: Actor, text: str, amount: Decimal | None, limit: int) -> Anything:
    found = search(db, viewer, text, amount, limit)
    known = find_known(db, viewer, text, limit)
    return Anything(found.case_files, found.clients, found.payments, found.elsewhere, known.clients, known.elsewhere)


def as_amount(text: str, mark: str) -> Decimal | None:
    """What the text reads as a number, with this decimal mark or, where it can mean nothing else, the other."""
    for reading in (mark, None):
        try:
            return amount(text.strip(), reading)
        except Unreadable:
            continue
    return None
