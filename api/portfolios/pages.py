"""Portfolios as pages: all users side by side, one portfolio with its filters and totals, and who held a client when.

The reports of a portfolio take the same address as its page.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response

from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import ListAddress, one_of, read
from api.portfolios.views import NOBODY, asked_for, page_of, totals_of
from domain.errors import NotFound, Refusal
from domain.people import Role
from projections.clients.listing import unconfirmed
from projections.pages import Page as Listed
from projections.portfolios.clients import PAST_SORTS, Asked, PortfolioLine, Standing, places
from projections.portfolios.holdings import held_by, planned
from projections.portfolios.people import side_by_side, substitutes, worked_apart
from projections.portfolios.reassigning import names

router = APIRouter(prefix="/portfolios")

SHOWN = 25
STANDINGS: tuple[Standing, ...] = ("active", "passive", "new")


@dataclass(frozen=True, kw_only=True)
class Address(ListAddress):
    collector: str
    zone: str = ""
    city: str = ""
    status: str = ""
    text: str = ""
    as_of: str = ""

    @property
    def usual(self) -> "Address":
        return Address(path=self.path, collector=self.collector)


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
    wanted, sent = read_address(context, collector)
    cursor = context.request.query_params.get("cursor")
    found: Listed[PortfolioLine] = Listed([], None)
    try:
        asked = asked_here(context, wanted)
    except NotADayGone as refusal:
        asked, sent = asked_here(context, replace(wanted, as_of="")), sent.refused(refusal)
    with context.snapshot() as db:
        found = page_of(db, asked, _sort(wanted, asked), cursor, SHOWN)
        totals = totals_of(db, asked)
        doubted = unconfirmed(db, [one.id for one in found.items])
        zones, cities = places(db, asked.collector, asked.as_of)
        apart = worked_apart(db, asked.collector) if asked.collector and asked.as_of is None else None
    return context.page(
        "portfolio.html",
        wanted=wanted,
        asked=asked,
        sort=_sort(wanted, asked),
        further=lambda cursor="": wanted.address(cursor=cursor),
        page=found,
        cursor=cursor,
        totals=totals,
        doubted=doubted,
        apart=apart,
        zones=zones,
        cities=cities,
        standings=STANDINGS,
        nobody=NOBODY,
        workers=context.people_named(context.may_hold()),
        manages=context.may(Role.SUPERVISOR, Role.ADMINISTRATOR) and asked.as_of is None,
        sent=sent,
    )


class NotADayGone(Refusal):
    title = "A portfolio is known as it was on a day until today"


def read_address(context: PageContext, collector: str) -> tuple[Address, Form]:
    query = context.request.query_params
    form = Form({name: query.getlist(name) for name in query} | {"form_name": ["filter"]})
    usual = Address(path=f"/portfolios/{quote(collector)}", collector=collector)
    return replace(read(form, usual), collector=collector), form


def asked_here(context: PageContext, address: Address) -> Asked:
    """Refused where it is another's portfolio, or of no day that has been."""
    return asked_for(
        context.viewer,
        address.collector,
        context.today,
        store=context.store,
        zone=address.zone or None,
        city=address.city or None,
        standing=one_of(STANDINGS, address.status, "status"),
        text=address.text or None,
        as_of=_day(address.as_of, context.today) if address.as_of else None,
    )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotADayGone(field="as_of") from None
    if not date(1900, 1, 1) <= day <= today:
        raise NotADayGone(field="as_of")
    return day


def _sort(address: Address, asked: Asked) -> str:
    """Of a day gone by, by name where it can't be sorted as before."""
    known = PAST_SORTS if asked.as_of else {"name", "reference", "owed", "last_action_on", "next_action_on"}
    return address.sort if address.sort.removeprefix("-") in known else "name"
