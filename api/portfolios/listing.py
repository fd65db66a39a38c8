"""Lists of a portfolio's clients: what they are asked for over HTTP and on their page."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from api.http.shapes import Cursor, Day, Limit, Search
from api.portfolios.views import asked_for
from application.streams import EventStore
from domain.people import Actor
from projections.portfolios.clients import Asked, Standing

Sort = Literal[
    "name",
    "-name",
    "reference",
    "-reference",
    "owed",
    "-owed",
    "last_action_on",
    "-last_action_on",
    "next_action_on",
    "-next_action_on",
]


class PortfolioFilters(BaseModel):
    zone: Search = None
    city: Search = None
    status: Standing | None = None
    text: Search = None

    def of(self, store: EventStore, viewer: Actor, today: date, collector: str, as_of: date | None) -> Asked:
        """In this portfolio, as it was that day."""
        return asked_for(
            viewer,
            collector,
            today,
            store=store,
            zone=self.zone,
            city=self.city,
            standing=self.status,
            text=self.text,
            as_of=as_of,
        )


class PortfolioOn(PortfolioFilters):
    as_of: Day | None = None


class PortfolioList(PortfolioOn):
    sort: Sort = "name"
    cursor: Cursor = None
    limit: Limit = 50


class PortfolioPage(PortfolioFilters):
    """A day that is none of those gone by is refused at its field."""

    as_of: str = ""
    sort: Sort = "name"
    cursor: Cursor = None
