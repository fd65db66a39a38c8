"""A new client in the steps that people know: fill in, check, save; then who it is by now, or the next one.

It is one form. What was typed goes along from step to step, so that nothing of it is lost, with or without JavaScript.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Response

from api.clients.fields import DETAILS, MORE_ROWS, PARTS, ROWS, contact_rows, contacts_of, details_of
from api.clients.pages import client_of
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import shown_again_by
from application import clients
from application.streams import Claim, Streams
from domain.client import Client
from domain.client.contacts import Contact, Medium
from domain.client.details import Details
from domain.client.finances import Account, account_of
from domain.people import WORKS, Role
from domain.personal import NAME, reference_text
from projections.clients.detail import client_detail
from projections.clients.duplicates import Facts, likely_duplicates
from projections.clients.listing import zones

router = APIRouter(prefix="/clients")

FORM = "client"
FIELDS = (
    *DETAILS,
    "reference",
    "collector",
    "account",
    *(f"{medium}_{part}" for medium in Medium for part in (*PARTS, "preferred")),
)
"""All that the check carries along."""


@router.get("/new")
def show_new_client(context: Page, after: UUID | None = None) -> Response:
    """`after` is the client that was registered just now, where the next one follows at once."""
    return _page(context, Form({"name": [context.request.query_params.get("name", "")[:NAME]]}), after=after)


def _page(context: PageContext, sent: Form, *, after: UUID | None = None) -> Response:
    context.viewer.require(*WORKS)
    with context.snapshot() as db:
        known_zones = zones(db, context.viewer)
        before = client_detail(db, context.viewer, after) if after else None
    more = sent.value("more")
    rows = {
        medium: contact_rows(sent, medium, len(sent.many(f"{medium}_value")) + MORE_ROWS if more == medium else ROWS)
        for medium in Medium
    }
    return context.page(
        "new_client.html",
        sent=replace(sent, fields={**sent.fields, "form_name": [FORM]}),
        rows=rows,
        before=before,
        zones=known_zones,
        collectors=context.may_hold() if context.may(Role.SUPERVISOR, Role.ADMINISTRATOR) else (),
        currency=context.formats.currency,
    )


@router.post("/new")
@shown_again_by(_page)
def register_client(context: Page) -> Response:
    form = context.form
    step = form.value("step")
    if form.ticked("more") or step == "correct":
        return _page(context, form)
    command = context.command()
    client_id = new_id(command, "client")
    details, contacts, accounts = _read(context)
    _check(context, client_id, details, accounts)
    if step not in {"save", "save-and-new"}:
        return _check_page(context, form, details, contacts)
    outcome = clients.register_client(
        context.store,
        command,
        client_id,
        reference=form.optional_text("reference"),
        details=details,
        contacts=contacts,
        accounts=accounts,
        collector=form.optional_text("collector"),
    )
    said = context._("%(name)s is registered", name=details.name)
    to = f"/clients/new?after={client_id}" if step == "save-and-new" else f"/clients/{client_id}/registered"
    return context.done(outcome, to, said)


@router.get("/{client_id}/registered")
def show_registered(client_id: UUID, context: Page) -> Response:
    """Who it is by now: its number and its identifier."""
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
    return context.page("client_registered.html", client=client)


def _read(context: PageContext) -> tuple[Details, list[Contact], list[Account]]:
    number = context.form.optional_text("account")
    details = details_of(context.form).checked()
    contacts = contacts_of(context.form, context.business.country)
    return details, contacts, [account_of(number)] if number else []


def _check(context: PageContext, client_id: UUID, details: Details, accounts: Sequence[Account]) -> None:
    """Whatever would be refused when it is saved is refused before it is checked."""
    reference = context.form.optional_text("reference") or str(client_id)
    known_as = reference_text(reference)
    Client().register(known_as, details, today=context.today, by=context.viewer)
    for account in accounts:
        account.checked(context.business.country)
    claims = clients.identification_claims(client_id, details.identification)
    clients.check_unclaimed(Streams(context.store), [Claim(clients.REFERENCE, known_as, client_id), *claims])


def _check_page(context: PageContext, form: Form, details: Details, contacts: Sequence[Contact]) -> Response:
    carried = [(name, value) for name in FIELDS for value in form.many(name)]
    facts = Facts(
        details.name,
        details.identification.number if details.identification else None,
        [one.value for one in contacts if one.medium is Medium.PHONE],
        [one.value for one in contacts if one.medium is Medium.EMAIL],
        form.many("account"),
    )
    with context.snapshot() as db:
        alike = likely_duplicates(db, context.viewer, facts)
    return context.page(
        "new_client_check.html", form=form, details=details, contacts=contacts, carried=carried, alike=alike
    )
