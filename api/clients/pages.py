"""A client on one page: who it is, how it is reached, its money; a tab for each of what comes of it; one form open.

`?tab=` names the tab, `?do=` the form that is open; each form has the name of the command that it gives.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from api.clients.fields import as_fields, contact_fields
from api.clients.tabs import TABS
from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.papers.routes import From, To, statement_for
from api.papers.routes import shown as shown_paper
from domain.client import Client
from domain.errors import Invalid, NotFound
from domain.people import Role
from domain.sending import Language
from projections.clients.detail import ClientDetail, client_detail
from projections.clients.keys import key_of, keys_of
from projections.clients.listing import zones
from projections.desk.detail import telling_actions_about
from projections.desk.history_details import Contact, history_details

router = APIRouter(prefix="/clients/{client_id}")

ACTIONS_TOLD = 100

FORMS = (
    "correction", "verification-withdrawal", "phone", "email", "contact-correction", "contact-removal", "account",
    "account-removal", "card", "card-removal", "credit-entry", "credit-entry-removal",
)  # fmt: skip

Action = tuple[str, str]


@router.get("")
def show_client(client_id: UUID, context: Page, tab: str = "", do: str = "", about: UUID | None = None) -> Response:
    return client_page(context, client_id, tab=tab, do=do, about=about)


@router.get("/statement")
def show_statement(
    client_id: UUID, context: Page, from_: From = None, to: To = None, language: Language | None = None
) -> Response:
    """What is refused is shown at its field, on the tab that asks for it."""
    try:
        with context.snapshot() as db:
            paper = statement_for(context.service, db, context.viewer, context.today, client_id, from_, to, language)
    except Invalid as refusal:
        asked = {name: [context.request.query_params.get(name, "")] for name in ("from", "to")}
        sent = Form({"form_name": ["statement"], **asked}).refused(refusal)
        return client_page(context, client_id, tab="invoices", do="", sent=sent)
    return shown_paper(paper)


def client_of(context: PageContext, db: Connection, client_id: UUID) -> ClientDetail:
    client = client_detail(db, context.viewer, client_id)
    if client is None:
        raise NotFound(id=client_id)
    return client


def shown_elsewhere(context: PageContext, client: ClientDetail, asked_for: UUID) -> str:
    """Where to look instead at one who was merged into another, or is blocked; empty where it is here."""
    if client.line.id != asked_for:
        return f"/clients/{client.line.id}"
    if client.line.standing == "blocked" and not context.may(Role.AUDITOR):
        return f"/clients/{asked_for}/standing"
    return ""


def page_with_form(context: PageContext, client_id: UUID, sent: Form, *, about: UUID | None = None) -> Response:
    """The page with the form that was refused, and what was typed into it; a phone or e-mail is its field `value`."""
    if sent.refusal is not None and sent.refusal.details.get("field") in {"phone", "email"}:
        sent.refusal.details["field"] = "value"
    return client_page(context, client_id, tab="", do=sent.name, about=about, sent=sent)


def client_page(
    context: PageContext, client_id: UUID, *, tab: str, do: str, about: UUID | None = None, sent: Form | None = None
) -> Response:
    """`about` is what the form is about, such as a phone."""
    name = tab if tab in TABS else next(iter(TABS))
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
        if elsewhere := shown_elsewhere(context, client, client_id):
            return RedirectResponse(elsewhere, 303)
        shown = TABS[name].shown(context, db, client)
        positions = telling_actions_about(db, context.viewer, client.line.id, ACTIONS_TOLD)
        works = context.works and client.line.standing == "usable" and context.viewer.sees(client.line.collector)
        open_form = do if works and do in FORMS else ""
        known_zones = zones(db, context.viewer) if open_form == "correction" else ()
    return context.page(
        "client.html",
        client=client,
        line=client.line,
        address=f"/clients/{client_id}",
        tabs={one: known.title for one, known in TABS.items()},
        tab=name,
        tab_template=TABS[name].template,
        located=_located(context, client, positions),
        works=works,
        actions=_actions(context, client) if works else (),
        do=open_form,
        about=about,
        zones=known_zones,
        map_address=_map(client),
        sent=sent or _filled(context, client, open_form, about),
        **shown,
    )


def _located(context: PageContext, client: ClientDetail, positions: Sequence[int]) -> Sequence[Contact]:
    """Where it was found, as actions on its case files tell, unless the account has that contact."""
    there = {key for one in client.contacts for key in keys_of(one.medium, one.value)}
    learned = history_details(sorted(context.store.at(positions), key=lambda recorded: recorded.position)).contacts_of(
        None
    )
    return [one for one in learned if one.source and not one.wrong and key_of(one.value) not in there]


def _actions(context: PageContext, client: ClientDetail) -> Sequence[Action]:
    """All that can be begun with this client: addresses and names. Whoever adds something new adds it here."""
    address = f"/clients/{client.line.id}"
    return (
        (f"/case-files/new?debtor={client.line.id}", context._("New case file")),
        (f"/invoices/new?client={client.line.id}", context._("New invoice")),
        (f"/estimates/new?client={client.line.id}", context._("New estimate")),
        (f"/tasks/new?client_id={client.line.id}", context._("New task")),
        (f"{address}?do=phone#do", context._("New phone")),
        (f"{address}?do=email#do", context._("New e-mail")),
        (f"{address}?do=account#do", context._("New account")),
        (f"{address}?do=card#do", context._("New card")),
        (f"{address}?do=credit-entry#do", context._("New credit entry")),
        (f"{address}?do=correction#do", context._("Correct the details")),
        (f"{address}/standing", context._("Picture, duplicates, blocking")),
    )


def _filled(context: PageContext, client: ClientDetail, do: str, about: UUID | None) -> Form | None:
    """The form as it opens: with what is known now."""
    known: Mapping[str, Any] = {}
    if do == "correction":
        _, version = context.store.load(Client(), client.line.id)
        known = {**as_fields(client), "seen": [str(version)]}
    elif do == "contact-correction":
        contact = next((one for one in client.contacts if one.id == about), None)
        if contact is None:
            raise NotFound(id=about)
        known = contact_fields(contact)
    return Form({**known, "form_name": [do]}) if known else None


def _map(client: ClientDetail) -> str:
    """Where a map shows the address; empty where there is none."""
    parts = [*(client.street or "").splitlines(), client.postcode, client.line.city]
    if not (client.street or client.line.city):
        return ""
    return f"https://www.openstreetmap.org/search?query={quote_plus(', '.join(filter(None, parts)))}"
