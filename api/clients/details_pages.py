"""What is done with a client on its page: corrected, verified; its phones, e-mails, accounts, cards, credit."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from api.clients.fields import contact_of, details_of
from api.clients.pages import shown_again
from api.pages.context import Page, PageContext, new_id
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import clients
from application.streams import Outcome
from domain.client.contacts import Medium
from domain.client.finances import Account, Card, CardBrand, CreditEntry, account_of
from domain.errors import Refusal

router = APIRouter(prefix="/clients/{client_id}")


@router.post("/correction")
def correct_client(client_id: UUID, context: Page) -> Response:
    def correct() -> Outcome:
        details, why = details_of(context.form), context.form.optional_text("reason")
        return clients.correct_client(
            context.store, context.command(), client_id, details=details, reason=why, seen=context.form.seen
        )

    return _done(context, client_id, correct, context._("Details corrected"))


@router.post("/verification")
def verify_client(client_id: UUID, context: Page) -> Response:
    to = context.back(f"/clients/{client_id}")
    try:
        outcome = clients.verify_client(context.store, context.command(), client_id)
    except Refusal as refusal:
        return context.refused(refusal, to)
    undo = Undo(f"/clients/{client_id}/verification-withdrawal", {"reason": UNDO})
    return context.done(outcome, to, context._("Data verified"), undo=undo)


@router.post("/verification-withdrawal")
def withdraw_verification(client_id: UUID, context: Page) -> Response:
    def withdraw() -> Outcome:
        why = context.form.optional_text("reason")
        return clients.withdraw_verification(context.store, context.command(), client_id, reason=why)

    return _done(context, client_id, withdraw, context._("Verified mark taken back"))


@router.post("/phones")
def add_phone(client_id: UUID, context: Page) -> Response:
    return _add_contact(context, client_id, Medium.PHONE, context._("Phone added"))


@router.post("/emails")
def add_email(client_id: UUID, context: Page) -> Response:
    return _add_contact(context, client_id, Medium.EMAIL, context._("E-mail added"))


def _add_contact(context: PageContext, client_id: UUID, medium: Medium, said: str) -> Response:
    def add() -> Outcome:
        command = context.command()
        contact = contact_of(context.form, medium, preferred=context.form.ticked("preferred"))
        return clients.add_contact(
            context.store, command, client_id, contact_id=new_id(command, "contact"), contact=contact
        )

    return _done(context, client_id, add, said)


@router.post("/contacts/{contact_id}/correction")
def change_contact(client_id: UUID, contact_id: UUID, context: Page) -> Response:
    def change() -> Outcome:
        contact = contact_of(context.form, Medium.PHONE, preferred=context.form.ticked("preferred"))
        why = context.form.optional_text("reason")
        return clients.change_contact(
            context.store, context.command(), client_id, contact_id=contact_id, contact=contact, reason=why
        )

    return _done(context, client_id, change, context._("Contact changed"), about=contact_id)


@router.post("/contacts/{contact_id}/removal")
def remove_contact(client_id: UUID, contact_id: UUID, context: Page) -> Response:
    def remove() -> Outcome:
        why = context.form.optional_text("reason")
        return clients.remove_contact(context.store, context.command(), client_id, contact_id=contact_id, reason=why)

    return _done(context, client_id, remove, context._("Contact removed"), about=contact_id)


@router.post("/accounts")
def add_account(client_id: UUID, context: Page) -> Response:
    def add() -> Outcome:
        command, form = context.command(), context.form
        told = account_of(form.text("account"))
        account = Account(told.kind, told.number, form.optional_text("bank"), form.optional_text("holder"))
        return clients.add_account(
            context.store, command, client_id, account_id=new_id(command, "account"), account=account
        )

    return _done(context, client_id, add, context._("Account added"))


@router.post("/accounts/{account_id}/removal")
def remove_account(client_id: UUID, account_id: UUID, context: Page) -> Response:
    def remove() -> Outcome:
        why = context.form.optional_text("reason")
        return clients.remove_account(context.store, context.command(), client_id, account_id=account_id, reason=why)

    return _done(context, client_id, remove, context._("Account removed"), about=account_id)


@router.post("/cards")
def add_card(client_id: UUID, context: Page) -> Response:
    def add() -> Outcome:
        command, form = context.command(), context.form
        card = Card(form.choice("brand", CardBrand), form.text("last_four"), form.text("token"))
        return clients.add_card(context.store, command, client_id, card_id=new_id(command, "card"), card=card)

    return _done(context, client_id, add, context._("Card added"))


@router.post("/cards/{card_id}/removal")
def remove_card(client_id: UUID, card_id: UUID, context: Page) -> Response:
    def remove() -> Outcome:
        why = context.form.optional_text("reason")
        return clients.remove_card(context.store, context.command(), client_id, card_id=card_id, reason=why)

    return _done(context, client_id, remove, context._("Card removed"), about=card_id)


@router.post("/credit-entries")
def add_credit_entry(client_id: UUID, context: Page) -> Response:
    def add() -> Outcome:
        command, form = context.command(), context.form
        entry = CreditEntry(
            form.optional_day("noted_on") or context.today,
            form.text("source"),
            form.optional_text("score"),
            form.optional_text("note"),
        )
        return clients.add_credit_entry(
            context.store, command, client_id, entry_id=new_id(command, "credit entry"), entry=entry
        )

    return _done(context, client_id, add, context._("Credit entry added"))


@router.post("/credit-entries/{entry_id}/removal")
def remove_credit_entry(client_id: UUID, entry_id: UUID, context: Page) -> Response:
    def remove() -> Outcome:
        why = context.form.optional_text("reason")
        return clients.remove_credit_entry(context.store, context.command(), client_id, entry_id=entry_id, reason=why)

    return _done(context, client_id, remove, context._("Credit entry removed"), about=entry_id)


def _done(
    context: PageContext, client_id: UUID, give: Callable[[], Outcome], said: str, *, about: UUID | None = None
) -> Response:
    """Back to the client; with the form again where it was refused."""
    try:
        outcome = give()
    except Refusal as refusal:
        if refusal.details.get("field") in {"phone", "email"}:
            refusal.details["field"] = "value"
        return shown_again(context, client_id, refusal, about=about)
    return context.done(outcome, context.back(f"/clients/{client_id}"), said)
