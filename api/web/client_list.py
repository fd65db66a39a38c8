"""The list of clients. What is asked for, in which order and from where on, stands in the address."""

from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from api.web.forms import Form
from api.web.visit import Page, Visit
from domain.client.details import ClientRole, Kind
from projections.clients.listing import SORTS, Filters, collectors, list_clients, zones

router = APIRouter(prefix="/clients")

HERE = "/clients"
SHOWN = 25


@dataclass(frozen=True)
class Asked:
    """As the address has it."""

    role: str = ""
    kind: str = ""
    verified: str = ""
    zone: str = ""
    city: str = ""
    collector: str = ""
    text: str = ""
    sort: str = "name"

    def address(self, **changes: str) -> str:
        """With these changes, from the first page on unless a cursor is among them."""
        cursor = {"cursor": after} if (after := changes.pop("cursor", "")) else {}
        usual = asdict(Asked())
        said = {name: value for name, value in asdict(replace(self, **changes)).items() if value != usual[name]}
        query = urlencode(said | cursor)
        return f"{HERE}?{query}" if query else HERE

    def reset(self) -> str:
        """Everybody, in the same order."""
        return Asked(sort=self.sort).address()

    def turned(self, sort: str) -> str:
        """By that column; the other way round where it is sorted so already."""
        return self.address(sort=f"-{sort}" if self.sort == sort else sort)

    def direction(self, sort: str) -> str:
        return {sort: "ascending", f"-{sort}": "descending"}.get(self.sort, "")


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
        usual=Asked(),
        further=lambda cursor="": asked.address(cursor=cursor),
        page=page,
        cursor=cursor,
        zones=known_zones,
        collectors=sorted(holding),
    )


def _asked(visit: Visit) -> tuple[Asked, str | None]:
    query = visit.request.query_params
    form = Form({name: query.getlist(name) for name in query})
    said = {name: value[:200] for name in asdict(Asked()) if (value := form.optional_text(name))}
    if said.get("sort", "name").removeprefix("-") not in SORTS:
        del said["sort"]
    return Asked(**said), form.optional_text("cursor")


def _filters(asked: Asked) -> Filters:
    """What is no filter is none."""
    return Filters(
        collector=asked.collector or None,
        zone=asked.zone or None,
        city=asked.city or None,
        kind=next((kind for kind in Kind if kind == asked.kind), None),
        role=next((role for role in ClientRole if role == asked.role), None),
        verified={"yes": True, "no": False}.get(asked.verified),
        text=asked.text or None,
    )
