"""Portfolios as pages: all users side by side, one portfolio with its filters and totals, and who held a client when.

The reports of a portfolio take the same address as its page.
"""

from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response

from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import ListAddress, read
from api.portfolios.listing import PortfolioPage
from api.portfolios.views import NOBODY, page_of, totals_of
from domain.errors import NotFound, Refusal
from domain.people import Role
from projections.clients.listing import unconfirmed
from projections.portfolios.clients import PAST_SORTS, Asked, places
from projections.portfolios.holdings import held_by, planned
from projections.portfolios.people import side_by_side, substitutes, worked_apart
from projections.portfolios.reassigning import names

router = APIRouter(prefix="/portfolios")

SHOWN = 25


@router.get("")
def show_portfolios(context: Page) -> Response:
    return portfolios(context)


def portfolios(context: PageContext, **shown: Any) -> Response:
    """`sent` is the form of a substitute, where it was refused."""
    with context.snapshot() as db:
        people = side_by_side(db, context.viewer, context.today)
        plans = planned(db) if context.viewer.sees_all else ()
        now = substitutes(db, context.viewer, context.today, over=False)
        past = substitutes(db, context.viewer, context.today, over=True)
    return context.page(
        "portfolios.html",
        people=people,
        plans=plans,
        substitutes=now,
        past=past,
        names=context.people_named(one.collector for one in people if one.collector and one.enabled),
        workers=context.people_named(context.may_hold()),
        manages=context.may(Role.SUPERVISOR, Role.ADMINISTRATOR),
        **shown,
    )


@router.get("/of-clients/{client_id}")
def show_holdings(context: Page, client_id: UUID) -> Response:
    """Who held this client when, and who is to hold it."""
    with context.snapshot() as db:
        known = held_by(db, context.viewer, client_id)
        name = names(db, [client_id]).get(client_id)
    if known is None or name is None:
        raise NotFound(id=client_id)
    return context.page(
        "client_holdings.html",
        client_id=client_id,
        name=name,
        held=known,
        workers=context.people_named(context.may_hold()),
        manages=context.may(Role.SUPERVISOR, Role.ADMINISTRATOR),
    )


@router.get("/{collector}")
def show_portfolio(context: Page, collector: str) -> Response:
    wanted, sent = read_address(context, collector), Form({"form_name": ["filter"]})
    try:
        asked = asked_here(context, collector, wanted.query)
    except NotADayGone as refusal:
        today = wanted.query.model_copy(update={"as_of": ""})
        asked, sent = asked_here(context, collector, today), sent.refused(refusal)
    sort = "name" if asked.as_of and wanted.query.sort.removeprefix("-") not in PAST_SORTS else wanted.query.sort
    with context.snapshot() as db:
        found = page_of(db, asked, sort, wanted.query.cursor, SHOWN)
        totals = totals_of(db, asked)
        doubted = unconfirmed(db, [one.id for one in found.items])
        zones, cities = places(db, asked.collector, asked.as_of)
        apart = worked_apart(db, asked.collector) if asked.collector and asked.as_of is None else None
    return context.page(
        "portfolio.html",
        collector=collector,
        wanted=wanted,
        asked=asked,
        page=found,
        totals=totals,
        doubted=doubted,
        apart=apart,
        zones=zones,
        cities=cities,
        nobody=NOBODY,
        workers=context.people_named(context.may_hold()),
        manages=context.may(Role.SUPERVISOR, Role.ADMINISTRATOR) and asked.as_of is None,
        sent=sent,
    )


class NotADayGone(Refusal):
    title = "A portfolio is known as it was on a day until today"


def read_address(context: PageContext, collector: str) -> ListAddress[PortfolioPage]:
    return read(context, f"/portfolios/{quote(collector)}", PortfolioPage)


def asked_here(context: PageContext, collector: str, query: PortfolioPage) -> Asked:
    """Refused where it is another's portfolio, or of no day that has been."""
    as_of = _day(query.as_of, context.today) if query.as_of else None
    return query.of(context.store, context.viewer, context.today, collector, as_of)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotADayGone(field="as_of") from None
    if not date(1900, 1, 1) <= day <= today:
        raise NotADayGone(field="as_of")
    return day
