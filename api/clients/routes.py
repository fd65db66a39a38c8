"""Clients over HTTP: registered, corrected, verified, assigned; how they are reached, and their money."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.clients.inputs import (
    Assignment,
    ChangedContact,
    Correction,
    NewAccount,
    NewCard,
    NewClient,
    NewContact,
    NewCreditEntry,
)
from api.clients.listing import ClientList
from api.clients.views import ListedClient, listed_clients
from api.http.dependencies import Done, NewCommand, Question
from api.http.histories import After, HistoryEntry, client_history_page
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Limit, Why
from application import assignments, clients
from domain.client import Client
from domain.client.contacts import Medium
from domain.errors import NotFound
from projections.clients.detail import ClientDetail, client_detail, ever_merged_into
from projections.pages import Page

router = APIRouter(
    prefix="/api/clients", tags=["clients"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)


@router.post("", status_code=201, responses=documented(409))
def register_client(body: NewClient, new: NewCommand) -> Done:
    return new.done(
        clients.register_client(
            new.store,
            new.command,
            new.new_id("client"),
            reference=body.reference,
            details=body.details(),
            contacts=[one.contact(one.medium) for one in body.contacts],
            accounts=[one.account() for one in body.accounts],
            collector=body.collector,
        )
    )


@router.post("/{client_id}/correction", responses=documented(409))
def correct_client(client_id: UUID, body: Correction, new: NewCommand) -> Done:
    return new.done(
        clients.correct_client(new.store, new.command, client_id, details=body.details(), reason=body.reason)
    )


@router.post("/{client_id}/verification", responses=documented(409))
def verify_client(client_id: UUID, new: NewCommand) -> Done:
    """Somebody has checked who this is and how it is reached. A later change of that takes the mark away."""
    return new.done(clients.verify_client(new.store, new.command, client_id))


@router.post("/{client_id}/verification-withdrawal", responses=documented(409))
def withdraw_verification(client_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(clients.withdraw_verification(new.store, new.command, client_id, reason=body.reason))


@router.post("/{client_id}/contacts", status_code=201, responses=documented(409))
def add_contact(client_id: UUID, body: NewContact, new: NewCommand) -> Done:
    return new.done(
        clients.add_contact(
            new.store,
            new.command,
            client_id,
            contact_id=new.new_id("contact"),
            contact=body.contact(body.medium),
        )
    )


@router.post("/{client_id}/contacts/{contact_id}/correction", responses=documented(409))
def change_contact(client_id: UUID, contact_id: UUID, body: ChangedContact, new: NewCommand) -> Done:
    """All of it as it is to be from now on; a phone stays a phone."""
    return new.done(
        clients.change_contact(
            new.store,
            new.command,
            client_id,
            contact_id=contact_id,
            contact=body.contact(Medium.PHONE),
            reason=body.reason,
        )
    )


@router.post("/{client_id}/contacts/{contact_id}/removal", responses=documented(409))
def remove_contact(client_id: UUID, contact_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        clients.remove_contact(new.store, new.command, client_id, contact_id=contact_id, reason=body.reason)
    )


@router.post("/{client_id}/accounts", status_code=201, responses=documented(409))
def add_account(client_id: UUID, body: NewAccount, new: NewCommand) -> Done:
    return new.done(
        clients.add_account(new.store, new.command, client_id, account_id=new.new_id("account"), account=body.account())
    )


@router.post("/{client_id}/accounts/{account_id}/removal", responses=documented(409))
def remove_account(client_id: UUID, account_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        clients.remove_account(new.store, new.command, client_id, account_id=account_id, reason=body.reason)
    )


@router.post("/{client_id}/cards", status_code=201, responses=documented(409))
def add_card(client_id: UUID, body: NewCard, new: NewCommand) -> Done:
    return new.done(clients.add_card(new.store, new.command, client_id, card_id=new.new_id("card"), card=body.card()))


@router.post("/{client_id}/cards/{card_id}/removal", responses=documented(409))
def remove_card(client_id: UUID, card_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(clients.remove_card(new.store, new.command, client_id, card_id=card_id, reason=body.reason))


@router.post("/{client_id}/credit-entries", status_code=201, responses=documented(409))
def add_credit_entry(client_id: UUID, body: NewCreditEntry, new: NewCommand) -> Done:
    entry = body.entry(new.today)
    return new.done(
        clients.add_credit_entry(new.store, new.command, client_id, entry_id=new.new_id("credit entry"), entry=entry)
    )


@router.post("/{client_id}/credit-entries/{entry_id}/removal", responses=documented(409))
def remove_credit_entry(client_id: UUID, entry_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        clients.remove_credit_entry(new.store, new.command, client_id, entry_id=entry_id, reason=body.reason)
    )


@router.post("/{client_id}/assignment", responses=documented(409))
def assign_client(client_id: UUID, body: Assignment, new: NewCommand) -> Done:
    return new.done(
        assignments.assign_client(new.store, new.command, client_id, collector=body.collector, from_on=body.from_)
    )


@router.get("")
def list_clients(question: Question, asked: Annotated[ClientList, Query()]) -> Page[ListedClient]:
    with question.snapshot("clients", "portfolio", "escritorio") as db:
        return listed_clients(
            db, question.viewer, asked.filters(question.viewer), asked.sort, asked.cursor, asked.limit
        )


@router.get("/{client_id}")
def show_client(client_id: UUID, question: Question) -> ClientDetail:
    with question.snapshot("clients") as db:
        client = client_detail(db, question.viewer, client_id)
    if client is None:
        raise NotFound(id=client_id)
    return client


@router.get("/{client_id}/history")
def show_history(client_id: UUID, question: Question, *, cursor: After = 0, limit: Limit = 50) -> Page[HistoryEntry]:
    """Everything that ever happened to it, oldest first, straight from the log; also who was merged into it."""
    with question.snapshot("clients") as db:
        client = client_detail(db, question.viewer, client_id)
        if client is None:
            raise NotFound(id=client_id)
        merged = ever_merged_into(db, client.line.id)
    question.service.store.load(Client(), client.line.id)[0].restrictions.check_seen(question.viewer)
    return client_history_page(question.service.store, question.viewer, client.line.id, merged, cursor, limit)
