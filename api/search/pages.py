"""The search box: what it finds, as a page, and as a list under the box while one types."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.case_files.listing import HERE as CASE_FILES
from api.http.formats import as_amount
from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import link
from api.search.routes import Anything, find_anything
from domain.payment_reference import typed
from projections.client_numbers import number_in
from projections.clients.detail import shown
from projections.clients.finding import exactly
from projections.desk.search import ClientHit, is_exactly

router = APIRouter(prefix="/search")

SHOWN, SHOWN_WHILE_TYPING = 20, 5

NOWHERE: Mapping[UUID, str] = {}


@router.get("")
def show_found(context: Page) -> Response:
    """One exact hit is gone to at once."""
    text = _text(context)
    found, addresses = _found(context, text, SHOWN) if text else (None, NOWHERE)
    pages = _exact(found, addresses, text) if found else []
    if len(pages) == 1:
        return RedirectResponse(pages[0], 303)
    return context.page("found.html", text=text, found=found, addresses=addresses)


@router.get("/fragment")
def show_found_while_typing(context: Page) -> Response:
    text = _text(context)
    found, addresses = _found(context, text, SHOWN_WHILE_TYPING) if len(text) > 1 else (None, NOWHERE)
    return context.page("found_while_typing.html", text=text, found=found, addresses=addresses)


def _text(context: PageContext) -> str:
    return (Form({"text": [context.request.query_params.get("text", "")]}).optional_text("text") or "")[:200]


def _found(context: PageContext, text: str, limit: int) -> tuple[Anything, Mapping[UUID, str]]:
    """And where each client that was found is looked at: on its page, or else where its case files are listed."""
    with context.snapshot() as db:
        amount = as_amount(text, context.formats.decimal_mark)
        found = find_anything(db, context.viewer, context.today, text, amount, limit)
        ids = [*(one.id for one in found.clients.items), *(one.id for one in found.known)]
        pages = shown(db, context.viewer, ids)
    listed = {one.id: case_files_of(one) for one in found.clients.items}
    return found, listed | {client_id: f"/clients/{client_id}" for client_id in pages}


def _exact(found: Anything, addresses: Mapping[UUID, str], text: str) -> list[str]:
    """The pages of what has this very reference, number, phone or identification."""
    payments = [one for one in found.payments.items if is_exactly(one.reference, text)]
    pages = [f"/case-files/{one.id}" for one in found.case_files.items if is_exactly(one.reference, text)]
    pages += [f"/case-files/{one.id}" for one in found.case_files.items if one.payment_reference == typed(text)]
    pages += [f"/case-files/{payment.case_file_id}" for payment in payments]
    pages += [
        f"/invoices/{one.id}"
        for one in found.invoices
        if is_exactly(one.number, text) or one.payment_reference == typed(text)
    ]
    pages += [f"/estimates/{one.id}" for one in found.estimates if is_exactly(one.number, text)]
    pages += [
        address
        for one in found.clients.items
        if is_exactly(one.reference, text) or is_exactly(one.number, f"C-{number_in(text) or 0:05}")
        if (address := addresses[one.id])
    ]
    pages += [addresses[one.id] for one in found.known if exactly(one, text)]
    if found.elsewhere is not None or found.known_elsewhere:
        pages.append("")  # shown with whom it is, not gone to
    return pages if pages != [""] else []


def case_files_of(client: ClientHit) -> str:
    """Where the client's case files are listed; empty where there is none."""
    if client.owes:
        return link(CASE_FILES, state="all", debtor=client.number)
    return link(CASE_FILES, state="all", creditor=client.number) if client.is_owed else ""
