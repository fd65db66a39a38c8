"""The list of clients."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.clients.listing import COLUMNS, ClientInCurrency, ClientPage
from api.clients.views import ListedClient, listed_clients
from api.http.documents import SheetKind
from api.pages.context import Page, PageContext
from api.pages.list_address import read
from api.pages.sheets import AT_ONCE, sheet_of, streamed
from projections.clients.listing import collectors, zones
from projections.desk.clients import owed_in_all
from projections.invoices.of_client import unpaid_since
from projections.pages import Page as Listed

router = APIRouter(prefix="/clients")

HERE = "/clients"
SHOWN = 25


@router.get("")
def show_clients(context: Page) -> Response:
    asked = read(context, HERE, ClientPage)
    query, filters = asked.query, asked.query.filters(context.viewer, context.formats.decimal_mark)
    with context.snapshot() as db:
        page = listed_clients(db, context.viewer, filters, query.sort, query.cursor, SHOWN)
        known_zones = zones(db, context.viewer)
        holding = {*collectors(db), query.collector or ""} - {""} if context.viewer.sees_all else set[str]()
    return context.page("client_list.html", asked=asked, page=page, zones=known_zones, collectors=sorted(holding))


@router.get(".{kind}")
def download_clients(context: Page, kind: SheetKind) -> Response:
    """All that the filters choose, in the order of the page; with what each comes to, a line for each currency."""
    query = read(context, HERE, ClientPage).query
    filters = query.filters(context.viewer, context.formats.decimal_mark)

    def page_after(db: Connection, after: str | None) -> Listed[tuple[ListedClient, Mapping[str, int]]]:
        page = listed_clients(db, context.viewer, filters, query.sort, after, AT_ONCE)
        late = _days_in_arrears(db, context, [one.id for one in page.items])
        return Listed([(one, late.get(one.id, {})) for one in page.items], page.next)

    def lines() -> Iterator[ClientInCurrency]:
        for one, late in streamed(context, page_after):
            for currency in _currencies(one) or (None,):
                yield ClientInCurrency(one, currency, late.get(currency or ""))

    return sheet_of(context, context._("Clients"), COLUMNS, lines(), kind)


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
