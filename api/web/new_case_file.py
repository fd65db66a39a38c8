"""A new case file: whose, on whom, for what. People are found by search, or registered in the same step.

It is one form. Without JavaScript, searching and asking for more rows send it and show it again, with all that was
typed; nothing is made before everything in it has been found right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.web.formats import CURRENCIES
from api.web.forms import FieldMissing, Form
from api.web.plans import ITEM, as_typed, typed_rows
from api.web.visit import Page, Visit, new_id
from application import case_files
from application.clients import NewClient
from domain.business import Kind as BusinessKind
from domain.case_file.debt import Item
from domain.client.details import Details, Kind
from domain.errors import Refusal
from domain.people import WORKS
from projections.clients.listing import known_by
from projections.escritorio.clients import known_to, named
from projections.escritorio.search import ClientHit, Hits, find_clients, free_reference, own

router = APIRouter(prefix="/case-files/new")

NEW, NONE = "new", "none"
SHOWN = 8
ROWS, MORE_ROWS, ROWS_AT_MOST = 2, 5, 100


@dataclass(frozen=True)
class NewCaseFile:
    id: UUID
    reference: str
    creditor_id: UUID | None
    debtor_id: UUID
    currency: str
    opened_on: date
    items: Sequence[Item]
    registers: Mapping[str, NewClient]
    """Those who are not here yet, by what they are to it."""


@router.get("")
def show_new_case_file(visit: Page, debtor: UUID | None = None) -> Response:
    """`debtor` is chosen already where it is begun from its page."""
    visit.viewer.require(*WORKS)
    with visit.snapshot() as db:
        reference = free_reference(db, visit.today.year)
    usual = {"reference": reference, "opened_on": visit.today.isoformat(), "currency": visit.formats.currency}
    if debtor is not None:
        usual["debtor"] = str(debtor)
    return _page(visit, Form({name: [value] for name, value in usual.items()}))


@router.get("/clients/fragment")
def show_clients(visit: Page, who: str = "debtor") -> Response:
    """What is found while one types, to choose from."""
    query = visit.request.query_params
    form = Form({name: query.getlist(name) for name in query})
    found = found_clients(visit, form, who if who in {"creditor", "client"} else "debtor")
    return visit.page("chosen_clients.html", who=found["who"], found=found, sent=form)


@router.post("")
def open_case_file(visit: Page) -> Response:
    form = visit.form
    if form.ticked("search") or form.ticked("more"):
        return _page(visit, form)
    try:
        new = _read(visit)
    except Refusal as refusal:
        return _page(visit, form.refused(refusal))
    try:
        outcome = case_files.open_case_file(
            visit.store,
            visit.command(),
            new.id,
            reference=new.reference,
            creditor_id=new.creditor_id,
            debtor_id=new.debtor_id,
            currency=new.currency,
            opened_on=new.opened_on,
            items=new.items,
            registers=[*new.registers.values()],
        )
    except Refusal as refusal:
        for who, one in new.registers.items():
            if refusal.details.get("client_id") == one.id:
                refusal.details["field"] = f"{who}_{refusal.details.get('field', 'name')}"
        return _page(visit, form.refused(refusal))
    return visit.done(outcome, f"/case-files/{new.id}", visit._("Case file opened"))


# Reading what was typed


def _read(visit: Visit) -> NewCaseFile:
    form = visit.form
    missing = [
        name for name in ("reference", "opened_on", "currency", "debtor") if form.value(name).strip() in {"", NONE}
    ]
    if form.value("debtor") == NEW and form.optional_text("debtor_name") is None:
        missing.append("debtor_name")
    if not any(value.strip() for values in as_typed(form, ITEM) for value in values):
        missing += ["amount", "due_on"]
    if missing:
        raise FieldMissing(field=missing[0], fields=missing)
    reference, opened_on, currency = form.text("reference"), form.day("opened_on"), form.text("currency").upper()

    def item(row: Form) -> Item:
        amount, due_on = row.money("amount", currency), row.day("due_on")
        return Item(
            row.optional_text("number") or reference,
            row.optional_day("issued_on") or min(opened_on, due_on),
            due_on,
            amount,
        )

    debtor, new_debtor = _client(visit, "debtor")
    creditor, new_creditor = _client(visit, "creditor")
    if debtor is None:
        raise FieldMissing(field="debtor")
    return NewCaseFile(
        new_id(visit.command(), "case file"),
        reference,
        creditor,
        debtor,
        currency,
        opened_on,
        typed_rows(form, ITEM, item),
        {who: one for who, one in (("creditor", new_creditor), ("debtor", new_debtor)) if one is not None},
    )


def _client(visit: Visit, who: str) -> tuple[UUID | None, NewClient | None]:
    """One that is known, one to be registered, or none."""
    form = visit.form
    chosen = form.value(who)
    if chosen in {"", NONE}:
        return None, None
    if chosen != NEW:
        return form.id(who), None
    new = NewClient(
        new_id(visit.command(), who),
        Details(
            form.text(f"{who}_name"),
            form.optional_choice(f"{who}_kind", Kind),
            zone=form.optional_text(f"{who}_zone"),
        ),
        form.optional_text(f"{who}_reference"),
    )
    return new.id, new


# Showing it


def _page(visit: Visit, form: Form) -> Response:
    """With what was typed so far."""
    rows = as_typed(form, ITEM)
    wanted = len(rows) + MORE_ROWS if form.ticked("more") else max(len(rows), ROWS)
    return visit.page(
        "new_case_file.html",
        sent=replace(form, fields={**form.fields, "form_name": ["case-file"]}),
        found=[found_clients(visit, form, who) for who in ("debtor", "creditor")],
        rows=[*rows, *[("",) * len(ITEM)] * (min(wanted, ROWS_AT_MOST) - len(rows))],
        currencies=sorted({*CURRENCIES.values(), visit.formats.currency}),
        lends=visit.business.kind is BusinessKind.LENDER,
    )


def found_clients(visit: Visit, form: Form, who: str) -> dict[str, Any]:
    """Whom the search finds for this part, beside whom was chosen before. `client` is who is invoiced."""
    searched = form.optional_text(f"{who}_text")
    with visit.snapshot() as db:
        condition = known_to(visit.viewer) if who == "creditor" else own(visit.viewer)
        hits = (
            find_clients(db, searched, SHOWN, condition, known_by(searched))
            if searched
            else Hits(list[ClientHit](), more=False)
        )
        try:
            chosen = form.optional_id(who)
        except Refusal:  # to be registered, or nobody
            chosen = None
        before = named(db, visit.viewer, [chosen]).get(chosen) if chosen else None
    others = [one for one in hits.items if one.id != chosen]
    return {"who": who, "chosen": before, "others": others, "searched": searched}
