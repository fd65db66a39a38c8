"""What people and programs tell of who holds which clients, and who stands in for whom."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.http.shapes import Body, Day, Name
from api.portfolios.views import NOBODY
from application import assignments
from domain.errors import Invalid
from projections.portfolios.reassigning import Selection


class SelectionUnclear(Invalid):
    title = "Tell either the clients, or the collector, zone or city whose clients are meant"


class Reassignment(Body):
    """Whom: a list of `clients`, or all of a collector (`-`: of nobody), of a zone, of a city.

    To whom: `to`, null for nobody, from the day `from` on; planned, where that is yet to come.
    """

    clients: Annotated[list[UUID], Field(min_length=1, max_length=assignments.LIMIT)] | None = None
    collector: Name | None = None
    zone: Name | None = None
    city: Name | None = None
    to: Name | None
    from_: Annotated[Day, Field(alias="from")]

    def selection_of(self) -> Selection:
        if (self.clients is None) == (self.collector is None and self.zone is None and self.city is None):
            raise SelectionUnclear(field="clients")
        return Selection(self.clients, "" if self.collector == NOBODY else self.collector, self.zone, self.city)


class NewReassignment(Reassignment):
    """With `selection` of a preview, it is refused where it would move others by now."""

    selection: Annotated[str, Field(max_length=64, pattern="^[0-9a-f]+$")] | None = None


class NewSubstitution(Body):
    """`substitute` works the portfolio of `collector` too; both days included."""

    collector: Name
    substitute: Name
    from_: Annotated[Day, Field(alias="from")]
    until: Day
