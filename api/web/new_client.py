"""A new client in the steps that people know: fill in, check, save; then who it is by now, or the next one.

It is one form. What was typed goes along from step to step, so that nothing of it is lost, with or without JavaScript.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.client_fields import DETAILS, MORE_ROWS, PARTS, ROWS, contact_rows, contacts_of, details_of
from api.web.clients import client_of
from api.web.forms import Form
from api.web.visit import Page, Visit, new_id
from application import clients
from application.streams import Claim, Streams
from domain.client import Client
from domain.client.contacts import Contact, Medium
from domain.client.details import Details
from domain.client.finances import Account, account_of
from domain.errors import Refusal
from domain.people import WORKS, Role
from domain.personal import NAME, reference_text
from projections.clients.detail import client_detail
from projections.clients.duplicates import Told, likely_duplicates
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
def show_new_client(visit: Page, after: UUID | None = None) -> Response:
    """`after` is the client that was registered just now, where the next one follows at once."""
    _check_role(visit)
    return _page(visit, Form({"name": [visit.request.query_params.get("name", "")[:NAME]]}), after=after)


@router.post("/new")
def register_client(visit: Page) -> Response:
    _check_role(visit)
    form = visit.form
    step = form.value("step")
    if form.ticked("more") or step == "correct":
        return _page(visit, form)
    command = visit.command()
    client_id = new_id(command, "client")
    try:
        details, contacts, accounts = _read(visit)
        _check(visit, client_id, details, accounts)
        if step not in {"save", "save-and-new"}:
            return _check_page(visit, form, details, contacts)
        outcome = clients.register_client(
            visit.store,
            command,
            client_id,
            reference=form.optional_text("reference"),
            details=details,
            contacts=contacts,
            accounts=accounts,
            collector=form.optional_text("collector"),
        )
    except Refusal as refusal:
        return _page(visit, form.refused(refusal))
    said = visit._("%(name)s is registered", name=details.name)
    to = f"/clients/new?after={client_id}" if step == "save-and-new" else f"/clients/{client_id}/registered"
    return visit.done(outcome, to, said)


@router.get("/{client_id}/registered")
def show_registered(client_id: UUID, visit: Page) -> Response:
    """Who it is by now: its number and its identifier."""
    with visit.snapshot() as db:
        client = client_of(visit, db, client_id)
    return visit.page("client_registered.html", client=client)


def _check_role(visit: Visit) -> None:
    visit.viewer.require(*WORKS)


def _read(visit: Visit) -> tuple[Details, list[Contact], list[Account]]:
    number = visit.form.optional_text("account")
    details = details_of(visit.form).checked()
    contacts = contacts_of(visit.form, visit.business.country)
    return details, contacts, [account_of(number)] if number else []


def _check(visit: Visit, client_id: UUID, details: Details, accounts: Sequence[Account]) -> None:
    """Whatever would be refused when it is saved is refused before it is checked."""
    reference = visit.form.optional_text("reference") or str(client_id)
    known_as = reference_text(reference)
    Client().register(known_as, details, today=visit.today, by=visit.viewer)
    for account in accounts:
        account.checked(visit.business.country)
    claims = clients.identification_claims(client_id, details.identification)
    clients.check_unclaimed(Streams(visit.store), [Claim(clients.REFERENCE, known_as, client_id), *claims])


def _page(visit: Visit, form: Form, *, after: UUID | None = None) -> Response:
    with visit.snapshot() as db:
        known_zones = zones(db, visit.viewer)
        before = client_detail(db, visit.viewer, after) if after else None
    more = form.value("more")
    rows = {
        medium: contact_rows(form, medium, len(form.many(f"{medium}_value")) + MORE_ROWS if more == medium else ROWS)
        for medium in Medium
    }
    return visit.page(
        "new_client.html",
        sent=replace(form, fields={**form.fields, "form_name": [FORM]}),
        rows=rows,
        before=before,
        zones=known_zones,
        collectors=visit.may_hold() if visit.may(Role.SUPERVISOR, Role.ADMINISTRATOR) else (),
        currency=visit.formats.currency,
    )


def _check_page(visit: Visit, form: Form, details: Details, contacts: Sequence[Contact]) -> Response:
    carried = [(name, value) for name in FIELDS for value in form.many(name)]
    told = Told(
        details.name,
        details.identification.number if details.identification else None,
        [one.value for one in contacts if one.medium is Medium.PHONE],
        [one.value for one in contacts if one.medium is Medium.EMAIL],
        form.many("account"),
    )
    with visit.snapshot() as db:
        alike = likely_duplicates(db, visit.viewer, told)
    return visit.page(
        "new_client_check.html", form=form, details=details, contacts=contacts, carried=carried, alike=alike
    )
