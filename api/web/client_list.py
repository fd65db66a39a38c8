"""The list of clients."""

from dataclasses import dataclass, replace

from fastapi import APIRouter, Response

from api.web.list_address import ListAddress, read_asked
from api.web.visit import Page, Visit
from domain.client.details import ClientRole, Kind
from projections.clients.listing import SORTS, Filters, collectors, list_clients, zones

router = APIRouter(prefix="/clients")

HERE = "/clients"
SHOWN = 25


@dataclass(frozen=True, kw_only=True)
class Asked(ListAddress):
    path: str = HERE
    role: str = ""
    kind: str = ""
    verified: str = ""
    zone: str = ""
    city: str = ""
    collector: str = ""
    text: str = ""


@router.get("")
def show_clients(visit: Page) -> Response:
    asked, cursor = _asked(visit)
    with visit.snapshot() as db:
        page = list_clients(db, visit.viewer, _filters(asked), asked.sort, cursor, SHOWN)
        known_zones = zones(db, visit.viewer)
        holding = {*collectors(db), asked.collector} - {""} if visit.viewer.sees_all else set[str]()
    return visit.page(
        "client_list.html",
        asked=asked,
        further=lambda cursor="": asked.address(cursor=cursor),
        page=page,
        cursor=cursor,
        zones=known_zones,
        collectors=sorted(holding),
    )


def _asked(visit: Visit) -> tuple[Asked, str | None]:
    asked, cursor = read_asked(visit, Asked())
    return (asked if asked.sort.removeprefix("-") in SORTS else replace(asked, sort=Asked.sort)), cursor


def _filters(asked: Asked) -> Filters:
    """What is no filter is none."""
    return Filters(
        collector=asked.collector or None,
        zone=asked.zone or None,
        city=asked.city or None,
        kind=next((kind for kind in Kind if kind == asked.kind), None),
        role=next((role for role in ClientRole if role == asked.role), None),
        verified={"yes": True, "no": False}.get(asked.verified),
        unverified=True if asked.verified == "doubtful" else None,
        text=asked.text or None,
    )
