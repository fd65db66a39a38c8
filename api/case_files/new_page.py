"""A new case file: whose, on whom, for what. People are found by search, or registered in the same step.

It is one form. Without JavaScript, searching and asking for more rows send it and show it again, with all that was
typed; nothing is made before everything in it has been found right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.case_files.plans import ITEM
from api.clients.views import NEW, NONE, found_clients
from api.http.formats import CURRENCIES
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import FieldMissing, Form
from api.pages.rows import as_typed, typed_rows
from application import case_files
from application.clients import NewClient
from domain.business import Kind as BusinessKind
from domain.case_file.debt import Item
from domain.client.details import Details, Kind
from domain.errors import Refusal
from domain.people import WORKS
from projections.desk.search import free_reference

router = APIRouter(prefix="/case-files/new")

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
def show_new_case_file(context: Page, debtor: UUID | None = None) -> Response:
    """`debtor` is chosen already where it is begun from its page."""
    context.viewer.require(*WORKS)
    with context.snapshot() as db:
        reference = free_reference(db, context.today.year)
    usual = {"reference": reference, "opened_on": context.today.isoformat(), "currency": context.formats.currency}
    if debtor is not None:
        usual["debtor"] = str(debtor)
    return _page(context, Form({name: [value] for name, value in usual.items()}))


@router.get("/clients/fragment")
def show_clients(context: Page, who: str = "debtor") -> Response:
    """What is found while one types, to choose from."""
    query = context.request.query_params
    form = Form({name: query.getlist(name) for name in query})
    found = found_clients(context, form, who if who in {"creditor", "client"} else "debtor")
    return context.page("chosen_clients.html", who=found["who"], found=found, sent=form)


@router.post("")
def open_case_file(context: Page) -> Response:
    form = context.form
    if form.ticked("search") or form.ticked("more"):
        return _page(context, form)
    try:
        new = _read(context)
    except Refusal as refusal:
        return _page(context, form.refused(refusal))
    try:
        outcome = case_files.open_case_file(
            context.store,
            context.command(),
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
        return _page(context, form.refused(refusal))
    return context.done(outcome, f"/case-files/{new.id}", context._("Case file opened"))


# Reading what was typed


def _read(context: PageContext) -> NewCaseFile:
    form = context.form
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

    debtor, new_debtor = _client(context, "debtor")
    creditor, new_creditor = _client(context, "creditor")
    if debtor is None:
        raise FieldMissing(field="debtor")
    return NewCaseFile(
        id=new_id(context.command(), "case file"),
        reference=reference,
        creditor_id=creditor,
        debtor_id=debtor,
        currency=currency,
        opened_on=opened_on,
        items=typed_rows(form, ITEM, item),
        registers={who: one for who, one in (("creditor", new_creditor), ("debtor", new_debtor)) if one is not None},
    )


def _client(context: PageContext, who: str) -> tuple[UUID | None, NewClient | None]:
    """One that is known, one to be registered, or none."""
    form = context.form
    chosen = form.value(who)
    if chosen in {"", NONE}:
        return None, None
    if chosen != NEW:
        return form.id(who), None
    new = NewClient(
        new_id(context.command(), who),
        Details(
            form.text(f"{who}_name"),
            form.optional_choice(f"{who}_kind", Kind),
            zone=form.optional_text(f"{who}_zone"),
        ),
        form.optional_text(f"{who}_reference"),
    )
    return new.id, new


# Showing it


def _page(context: PageContext, form: Form) -> Response:
    """With what was typed so far."""
    rows = as_typed(form, ITEM)
    wanted = len(rows) + MORE_ROWS if form.ticked("more") else max(len(rows), ROWS)
    return context.page(
        "new_case_file.html",
        sent=replace(form, fields={**form.fields, "form_name": ["case-file"]}),
        found=[found_clients(context, form, who) for who in ("debtor", "creditor")],
        rows=[*rows, *[("",) * len(ITEM)] * (min(wanted, ROWS_AT_MOST) - len(rows))],
        currencies=sorted({*CURRENCIES.values(), context.formats.currency}),
        lends=context.business.kind is BusinessKind.LENDER,
    )
