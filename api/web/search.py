"""The search box: what it finds, as a page, and as a list under the box while one types."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.search import Anything, as_amount, find_anything
from api.web.case_file_list import Asked
from api.web.forms import Form
from api.web.visit import Page, Visit
from domain.payment_reference import typed
from projections.client_numbers import number_in
from projections.clients.detail import shown
from projections.clients.finding import exactly
from projections.escritorio.search import ClientHit, is_exactly

router = APIRouter(prefix="/search")

SHOWN, SHOWN_WHILE_TYPING = 20, 5

NOWHERE: Mapping[UUID, str] = {}


@router.get("")
def show_found(visit: Page) -> Response:
    """One exact hit is gone to at once."""
    text = _text(visit)
    found, addresses = _found(visit, text, SHOWN) if text else (None, NOWHERE)
    pages = _exact(found, addresses, text) if found else []
    if len(pages) == 1:
        return RedirectResponse(pages[0], 303)
    return visit.page("found.html", text=text, found=found, addresses=addresses)


@router.get("/fragment")
def show_found_while_typing(visit: Page) -> Response:
    text = _text(visit)
    found, addresses = _found(visit, text, SHOWN_WHILE_TYPING) if len(text) > 1 else (None, NOWHERE)
    return visit.page("found_while_typing.html", text=text, found=found, addresses=addresses)


def _text(visit: Visit) -> str:
    return (Form({"text": [visit.request.query_params.get("text", "")]}).optional_text("text") or "")[:200]


def _found(visit: Visit, text: str, limit: int) -> tuple[Anything, Mapping[UUID, str]]:
    """And where each client that was found is looked at: on its page, or else where its case files are listed."""
    with visit.snapshot() as db:
        amount = as_amount(text, visit.formats.decimal_mark)
        found = find_anything(db, visit.viewer, visit.today, text, amount, limit)
        ids = [*(one.id for one in found.clients.items), *(one.id for one in found.known)]
        pages = shown(db, visit.viewer, ids)
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
        return Asked(state="all", debtor=client.number).address()
    return Asked(state="all", creditor=client.number).address() if client.is_owed else ""
