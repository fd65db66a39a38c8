"""What is done with a client on its page: corrected, verified; its phones, e-mails, accounts, cards, credit."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.client_fields import contact_of, details_of
from api.web.clients import shown_again
from api.web.timeline import UNDO
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import clients
from application.streams import Outcome
from domain.client.contacts import Medium
from domain.client.finances import Account, Card, CardBrand, CreditEntry, account_of
from domain.errors import Refusal

router = APIRouter(prefix="/clients/{client_id}")


@router.post("/correction")
def correct_client(client_id: UUID, visit: Page) -> Response:
    def correct() -> Outcome:
        details, why = details_of(visit.form), visit.form.optional_text("reason")
        return clients.correct_client(
            visit.store, visit.command(), client_id, details=details, reason=why, seen=visit.form.seen
        )

    return _done(visit, client_id, correct, visit._("Details corrected"))


@router.post("/verification")
def verify_client(client_id: UUID, visit: Page) -> Response:
    to = visit.back(f"/clients/{client_id}")
    try:
        outcome = clients.verify_client(visit.store, visit.command(), client_id)
    except Refusal as refusal:
        return visit.refused(refusal, to)
    undo = Undo(f"/clients/{client_id}/verification-withdrawal", {"reason": UNDO})
    return visit.done(outcome, to, visit._("Data verified"), undo=undo)


@router.post("/verification-withdrawal")
def withdraw_verification(client_id: UUID, visit: Page) -> Response:
    def withdraw() -> Outcome:
        why = visit.form.optional_text("reason")
        return clients.withdraw_verification(visit.store, visit.command(), client_id, reason=why)

    return _done(visit, client_id, withdraw, visit._("Verified mark taken back"))


@router.post("/phones")
def add_phone(client_id: UUID, visit: Page) -> Response:
    return _add_contact(visit, client_id, Medium.PHONE, visit._("Phone added"))


@router.post("/emails")
def add_email(client_id: UUID, visit: Page) -> Response:
    return _add_contact(visit, client_id, Medium.EMAIL, visit._("E-mail added"))


def _add_contact(visit: Visit, client_id: UUID, medium: Medium, said: str) -> Response:
    def add() -> Outcome:
        command = visit.command()
        contact = contact_of(visit.form, medium, preferred=visit.form.ticked("preferred"))
        return clients.add_contact(
            visit.store, command, client_id, contact_id=new_id(command, "contact"), contact=contact
        )

    return _done(visit, client_id, add, said)


@router.post("/contacts/{contact_id}/correction")
def change_contact(client_id: UUID, contact_id: UUID, visit: Page) -> Response:
    def change() -> Outcome:
        contact = contact_of(visit.form, Medium.PHONE, preferred=visit.form.ticked("preferred"))
        why = visit.form.optional_text("reason")
        return clients.change_contact(
            visit.store, visit.command(), client_id, contact_id=contact_id, contact=contact, reason=why
        )

    return _done(visit, client_id, change, visit._("Contact changed"), about=contact_id)


@router.post("/contacts/{contact_id}/removal")
def remove_contact(client_id: UUID, contact_id: UUID, visit: Page) -> Response:
    def remove() -> Outcome:
        why = visit.form.optional_text("reason")
        return clients.remove_contact(visit.store, visit.command(), client_id, contact_id=contact_id, reason=why)

    return _done(visit, client_id, remove, visit._("Contact removed"), about=contact_id)


@router.post("/accounts")
def add_account(client_id: UUID, visit: Page) -> Response:
    def add() -> Outcome:
        command, form = visit.command(), visit.form
        told = account_of(form.text("account"))
        account = Account(told.kind, told.number, form.optional_text("bank"), form.optional_text("holder"))
        return clients.add_account(
            visit.store, command, client_id, account_id=new_id(command, "account"), account=account
        )

    return _done(visit, client_id, add, visit._("Account added"))


@router.post("/accounts/{account_id}/removal")
def remove_account(client_id: UUID, account_id: UUID, visit: Page) -> Response:
    def remove() -> Outcome:
        why = visit.form.optional_text("reason")
        return clients.remove_account(visit.store, visit.command(), client_id, account_id=account_id, reason=why)

    return _done(visit, client_id, remove, visit._("Account removed"), about=account_id)


@router.post("/cards")
def add_card(client_id: UUID, visit: Page) -> Response:
    def add() -> Outcome:
        command, form = visit.command(), visit.form
        card = Card(form.choice("brand", CardBrand), form.text("last_four"), form.text("token"))
        return clients.add_card(visit.store, command, client_id, card_id=new_id(command, "card"), card=card)

    return _done(visit, client_id, add, visit._("Card added"))


@router.post("/cards/{card_id}/removal")
def remove_card(client_id: UUID, card_id: UUID, visit: Page) -> Response:
    def remove() -> Outcome:
        why = visit.form.optional_text("reason")
        return clients.remove_card(visit.store, visit.command(), client_id, card_id=card_id, reason=why)

    return _done(visit, client_id, remove, visit._("Card removed"), about=card_id)


@router.post("/credit-entries")
def add_credit_entry(client_id: UUID, visit: Page) -> Response:
    def add() -> Outcome:
        command, form = visit.command(), visit.form
        entry = CreditEntry(
            form.optional_day("noted_on") or visit.today,
            form.text("source"),
            form.optional_text("score"),
            form.optional_text("note"),
        )
        return clients.add_credit_entry(
            visit.store, command, client_id, entry_id=new_id(command, "credit entry"), entry=entry
        )

    return _done(visit, client_id, add, visit._("Credit entry added"))


@router.post("/credit-entries/{entry_id}/removal")
def remove_credit_entry(client_id: UUID, entry_id: UUID, visit: Page) -> Response:
    def remove() -> Outcome:
        why = visit.form.optional_text("reason")
        return clients.remove_credit_entry(visit.store, visit.command(), client_id, entry_id=entry_id, reason=why)

    return _done(visit, client_id, remove, visit._("Credit entry removed"), about=entry_id)


def _done(
    visit: Visit, client_id: UUID, give: Callable[[], Outcome], said: str, *, about: UUID | None = None
) -> Response:
    """Back to the client; with the form again where it was refused."""
    try:
        outcome = give()
    except Refusal as refusal:
        if refusal.details.get("field") in {"phone", "email"}:
            refusal.details["field"] = "value"
        return shown_again(visit, client_id, refusal, about=about)
    return visit.done(outcome, visit.back(f"/clients/{client_id}"), said)
