"""What is done with a client on its page: corrected, verified; its phones, e-mails, accounts, cards, credit."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.clients.fields import nested
from api.clients.inputs import ChangedContact, ContactBody, Correction, NewAccount, NewCard, NewCreditEntry
from api.clients.pages import page_with_form
from api.pages.context import Page, PageContext, new_id
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import clients
from domain.client.contacts import Medium

router = APIRouter(prefix="/clients/{client_id}")


@router.post("/correction")
@shown_again_by(page_with_form)
def correct_client(client_id: UUID, context: Page) -> Response:
    form = context.form
    body = form.read(Correction, **nested(form))
    outcome = clients.correct_client(
        context.store, context.command(), client_id, details=body.details(), reason=body.reason, seen=form.seen
    )
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Details corrected"))


@router.post("/verification")
@sent_back_to("/clients/{client_id}")
def verify_client(client_id: UUID, context: Page) -> Response:
    to = context.back(f"/clients/{client_id}")
    outcome = clients.verify_client(context.store, context.command(), client_id)
    undo = Undo(f"/clients/{client_id}/verification-withdrawal", {"reason": UNDO})
    return context.done(outcome, to, context._("Data verified"), undo=undo)


@router.post("/verification-withdrawal")
@shown_again_by(page_with_form)
def withdraw_verification(client_id: UUID, context: Page) -> Response:
    why = context.form.reason
    outcome = clients.withdraw_verification(context.store, context.command(), client_id, reason=why)
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Verified mark taken back"))


@router.post("/phones")
@shown_again_by(page_with_form)
def add_phone(client_id: UUID, context: Page) -> Response:
    return _add_contact(context, client_id, Medium.PHONE, context._("Phone added"))


@router.post("/emails")
@shown_again_by(page_with_form)
def add_email(client_id: UUID, context: Page) -> Response:
    return _add_contact(context, client_id, Medium.EMAIL, context._("E-mail added"))


def _add_contact(context: PageContext, client_id: UUID, medium: Medium, said: str) -> Response:
    command = context.command()
    contact = context.form.read(ContactBody).contact(medium)
    outcome = clients.add_contact(
        context.store, command, client_id, contact_id=new_id(command, "contact"), contact=contact
    )
    return context.done(outcome, context.back(f"/clients/{client_id}"), said)


@router.post("/contacts/{contact_id}/correction")
@shown_again_by(page_with_form, about="contact_id")
def change_contact(client_id: UUID, contact_id: UUID, context: Page) -> Response:
    body = context.form.read(ChangedContact)
    contact = body.contact(Medium.PHONE)
    outcome = clients.change_contact(
        context.store, context.command(), client_id, contact_id=contact_id, contact=contact, reason=body.reason
    )
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Contact changed"))


@router.post("/contacts/{contact_id}/removal")
@shown_again_by(page_with_form, about="contact_id")
def remove_contact(client_id: UUID, contact_id: UUID, context: Page) -> Response:
    why = context.form.reason
    outcome = clients.remove_contact(context.store, context.command(), client_id, contact_id=contact_id, reason=why)
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Contact removed"))


@router.post("/accounts")
@shown_again_by(page_with_form)
def add_account(client_id: UUID, context: Page) -> Response:
    command, form = context.command(), context.form
    account = form.read(NewAccount, number=form.text("account")).account()
    outcome = clients.add_account(
        context.store, command, client_id, account_id=new_id(command, "account"), account=account
    )
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Account added"))


@router.post("/accounts/{account_id}/removal")
@shown_again_by(page_with_form, about="account_id")
def remove_account(client_id: UUID, account_id: UUID, context: Page) -> Response:
    why = context.form.reason
    outcome = clients.remove_account(context.store, context.command(), client_id, account_id=account_id, reason=why)
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Account removed"))


@router.post("/cards")
@shown_again_by(page_with_form)
def add_card(client_id: UUID, context: Page) -> Response:
    command, card = context.command(), context.form.read(NewCard).card()
    outcome = clients.add_card(context.store, command, client_id, card_id=new_id(command, "card"), card=card)
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Card added"))


@router.post("/cards/{card_id}/removal")
@shown_again_by(page_with_form, about="card_id")
def remove_card(client_id: UUID, card_id: UUID, context: Page) -> Response:
    why = context.form.reason
    outcome = clients.remove_card(context.store, context.command(), client_id, card_id=card_id, reason=why)
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Card removed"))


@router.post("/credit-entries")
@shown_again_by(page_with_form)
def add_credit_entry(client_id: UUID, context: Page) -> Response:
    command, entry = context.command(), context.form.read(NewCreditEntry).entry(context.today)
    outcome = clients.add_credit_entry(
        context.store, command, client_id, entry_id=new_id(command, "credit entry"), entry=entry
    )
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Credit entry added"))


@router.post("/credit-entries/{entry_id}/removal")
@shown_again_by(page_with_form, about="entry_id")
def remove_credit_entry(client_id: UUID, entry_id: UUID, context: Page) -> Response:
    why = context.form.reason
    outcome = clients.remove_credit_entry(context.store, context.command(), client_id, entry_id=entry_id, reason=why)
    return context.done(outcome, context.back(f"/clients/{client_id}"), context._("Credit entry removed"))
