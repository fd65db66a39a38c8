"""Whom the debts of a file are owed to: one client for all of them, ourselves, or whom a column names.

It is chosen beside the columns, and kept in the map as a column or as what every row says alike.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.clients.views import NEW, NONE, found_clients
from api.pages.context import PageContext
from api.pages.forms import Form
from application import clients
from application.imports.maps import Contents, Part, check_creditor, map_of
from domain.business import Kind
from domain.errors import Refusal
from projections.desk.clients import ClientLine, named

COLUMN = "column"
COLUMNS = ("creditor_reference", "creditor_name", "creditor_identification")

MappingTables = Mapping[str, Any]


def is_asked(context: PageContext, contents: Contents) -> bool:
    """A lender's debts are its own."""
    return contents is Contents.RECEIVABLES and context.business.kind is not Kind.LENDER


def left_out(context: PageContext, contents: Contents) -> Collection[str]:
    """Columns that tell of creditors where there are none."""
    roles = {"roles"} if context.business.kind is Kind.LENDER else set[str]()
    return roles if is_asked(context, contents) else {*COLUMNS, *roles}


def chosen(
    context: PageContext, mapping: MappingTables, form: Form, written: Mapping[str, Sequence[str]]
) -> MappingTables | None:
    """The map with what the form says; None where it does not say it. Refused where one creditor is chosen for all, and
    what is `written` in a column that was chosen too says another.
    """
    match form.value("creditor"):
        case "":
            return None
        case "none":
            return without(mapping)
        case "column":
            return mapping if any(ours in _debts(mapping)["columns"] for ours in COLUMNS) else None
        case "new":
            name = form.optional_text("creditor_name")
            if name is not None:
                check_creditor(map_of(mapping), [name], written)
            return None if name is None else _for_all(mapping, "creditor_name", name)
        case _:
            if (client := _client(context, form)) is not None:
                check_creditor(map_of(mapping), [client.name, client.reference], written)
            return None if client is None else _for_all(mapping, "creditor_reference", client.reference)


def without(mapping: MappingTables) -> MappingTables:
    """The map of a file all of whose debts are our own."""
    if Part.CASE_FILES not in mapping:
        return mapping
    debts = _debts(mapping)
    kept = {what: {ours: one for ours, one in debts[what].items() if ours not in COLUMNS} for what in debts}
    return {**mapping, Part.CASE_FILES: kept}


def shown(context: PageContext, mapping: MappingTables, sent: Form | None, *, matched: bool) -> Mapping[str, Any]:
    """What there is to choose from, and what is chosen: as it was sent, else as the map has it, if that was `matched`
    by somebody. A business that collects its own is not asked, unless a column tells."""
    form = sent
    if form is None:
        debts = _debts(mapping)
        fields: dict[str, list[str]] = {}
        if any(ours in debts["columns"] for ours in COLUMNS):
            fields = {"creditor": [COLUMN]}
        elif name := debts["constants"].get("creditor_name"):
            fields = {"creditor": [NEW], "creditor_name": [name]}
        elif reference := debts["constants"].get("creditor_reference"):
            found = context.store.claimed(clients.REFERENCE, [reference]).get(reference)
            fields = {"creditor": [str(found)]} if found else {}
        elif matched or context.business.kind is Kind.SERVICE_BUSINESS:
            fields = {"creditor": [NONE]}
        form = Form(fields)
    choice = form.value("creditor")
    searched = form if choice not in {NEW, NONE, COLUMN} else replace(form, fields={**form.fields, "creditor": [""]})
    return {
        "choice": choice,
        "name": form.value("creditor_name"),
        "found": found_clients(context, searched, "creditor"),
    }


def _client(context: PageContext, form: Form) -> ClientLine | None:
    try:
        client_id = form.id("creditor")
    except Refusal:
        return None
    with context.snapshot() as db:
        return named(db, context.viewer, [client_id]).get(client_id)


def _for_all(mapping: MappingTables, ours: str, value: str) -> MappingTables:
    debts = _debts(without(mapping))
    return {**mapping, Part.CASE_FILES: {**debts, "constants": {**debts["constants"], ours: value}}}


def _debts(mapping: MappingTables) -> Mapping[str, Any]:
    debts: Mapping[str, Any] = mapping[Part.CASE_FILES]
    return debts
