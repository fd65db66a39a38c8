"""Searching over HTTP: one box for everything."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Question
from api.problems import documented
from api.shapes import PRINTABLE
from application.imports.cells import Unreadable, amount
from domain.personal import NAME
from projections.escritorio.search import Found, search

router = APIRouter(prefix="/api/search", tags=["search"], responses=documented(401, 422, 503))


@router.get("")
def find(
    question: Question,
    text: Annotated[str, Query(min_length=1, max_length=NAME, pattern=PRINTABLE)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Found:
    """Case files, clients and payments by reference, short number, name or amount; of each kind so many."""
    with question.snapshot("escritorio") as db:
        return search(db, question.viewer, text, as_amount(text, "."), limit)


def as_amount(text: str, mark: str) -> Decimal | None:
    """What the text reads as a number, with this decimal mark or, where it can mean nothing else, the other."""
    for reading in (mark, None):
        try:
            return amount(text.strip(), reading)
        except Unreadable:
            continue
    return None
