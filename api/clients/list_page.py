"""The list of clients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.clients.views import SORTS, ListedClient, listed_clients
from api.http.catalogues import marked as _
from api.http.documents import SheetKind
from api.http.formats import as_amount
from api.http.labels import CLIENT_ROLES
from api.pages.context import Page, PageContext
from api.pages.list_address import ListAddress, import_in, one_of, read_asked
from api.pages.sheets import AT_ONCE, sheet_of, streamed
from domain.client.details import ClientRole, Kind
from domain.money import Money
from projections.clients.listing import Filters, collectors, zones
from projections.desk.clients import owed_in_all
from projections.desk.search import owing_by
from projections.invoices.of_client import unpaid_since
from projections.pages import Page as Listed

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
    import_: str = ""


@router.get("")
def show_clients(context: Page) -> Response:
    asked, cursor = _asked(context)
    with context.snapshot() as db:
        page = listed_clients(db, context.viewer, _filters(context, asked), asked.sort, cursor, SHOWN)
        known_zones = zones(db, context.viewer)
        holding = {*collectors(db), asked.collector} - {""} if context.viewer.sees_all else set[str]()
    return context.page(
        "client_list.html",
        asked=asked,
        further=lambda cursor="": asked.address(cursor=cursor),
        page=page,
        cursor=cursor,
        zones=known_zones,
        collectors=sorted(holding),
    )


COLUMNS = (
    *(_("Number"), _("Reference"), _("Name"), _("Identification"), _("Phone"), _("E-mail"), _("City"), _("Zone")),
    *(_("Collector"), _("Is"), _("Verified")),
    *(_("Outstanding"), _("Collected"), _("Waiting for approval"), _("Currency"), _("Days in arrears")),
)


@router.get(".{kind}")
def download_clients(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose, in the order of the page; with what each comes to, a line for each currency."""
    asked, _cursor = _asked(context)
    filters = _filters(context, asked)

    def lines(db: Connection, after: str | None) -> Listed[tuple[ListedClient, Mapping[str, int]]]:
        page = listed_clients(db, context.viewer, filters, asked.sort, after, AT_ONCE)
        late = _days_in_arrears(db, context, [one.id for one in page.items])
        return Listed([(one, late.get(one.id, {})) for one in page.items], page.next)

    rows = (
        (
            one.number, None if one.reference == str(one.id) else one.reference, one.name, one.identification,
            ", ".join(map(context.formats.phone, one.phones)),
            ", ".join(one.emails),
            one.city, one.zone, context.person(one.collector) if one.collector else None,
            ", ".join(context._(CLIENT_ROLES[role]) for role in one.roles),
            context._("Yes") if one.verified else context._("No"),
            *(_in(currency, all_) for all_ in (one.outstanding, one.collected, one.waiting)),
            currency or None,
            late.get(currency),
        )
        for one, late in streamed(context, lines)
        for currency in (_currencies(one) or ("",))
    )  # fmt: skip
    return sheet_of(context, context._("Clients"), COLUMNS, rows, kind)


def _days_in_arrears(
    db: Connection, context: PageContext, client_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, int]]:
    """Of what is owed in each currency, on case files and on invoices, the oldest."""
    found: dict[UUID, dict[str, int]] = {}
    for client_id, debts in owed_in_all(db, context.viewer, context.today, client_ids).items():
        found[client_id] = {debt.outstanding.currency: debt.days_in_arrears for debt in debts}
    for (client_id, currency), due_on in unpaid_since(db, context.viewer, client_ids).items():
        late = found.setdefault(client_id, {})
        late[currency] = max((context.today - due_on).days, late.get(currency, 0))
    return found


def _currencies(one: ListedClient) -> Sequence[str]:
    return sorted({amount.currency for all_ in (one.outstanding, one.collected, one.waiting) for amount in all_})


def _in(currency: str, amounts: Sequence[Money]) -> Decimal | None:
    """Nothing, where there is something else in that currency."""
    known = next((one.amount for one in amounts if one.currency == currency), None)
    return Money.zero(currency).amount if known is None and currency else known


def _asked(context: PageContext) -> tuple[Asked, str | None]:
    asked, cursor = read_asked(context, Asked())
    return (asked if asked.sort.removeprefix("-") in SORTS else replace(asked, sort=Asked.sort)), cursor


def _filters(context: PageContext, asked: Asked) -> Filters:
    return Filters(
        collector=asked.collector or None,
        zone=asked.zone or None,
        city=asked.city or None,
        kind=one_of(Kind, asked.kind, "kind"),
        role=one_of(ClientRole, asked.role, "role"),
        verified={"yes": True, "no": False}.get(
            one_of(("yes", "no", "doubtful", "blocked"), asked.verified, "verified") or ""
        ),
        unverified=True if asked.verified == "doubtful" else None,
        blocked=asked.verified == "blocked",
        text=asked.text or None,
        import_id=import_in(asked.import_),
        owing=owing_by(context.viewer, asked.text, as_amount(asked.text, context.formats.decimal_mark))
        if asked.text
        else None,
    )
