"""The form in which an invoice or an estimate is written: one for both, with the client, the lines and their totals.

Its buttons `search`, `more` and `remove` show it again with all that was typed; any other saves.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import Response

from api.web.formats import CURRENCIES
from api.web.forms import FieldMissing, Form
from api.web.issuance import own_currency
from api.web.lines import add_up, as_fields, empty_line, rates, read_lines, shown_lines
from api.web.new_case_file import found_clients
from api.web.visit import Visit
from application.invoices import usual_due_days
from application.streams import Streams
from domain.client import Client
from domain.errors import Conflict, Refusal
from domain.estimate import NewEstimate
from domain.invoice.issuing import NewInvoice
from domain.issuer import ISSUER, Issuer
from domain.people import WORKS
from domain.sending import Language

FORM = "document"


@dataclass(frozen=True)
class Editor:
    """`what` is written: invoice or estimate. `client_id` is whose it is, where that is settled."""

    what: str
    title: str
    action: str
    back: str
    client_id: UUID | None = None

    @property
    def days(self) -> str:
        return "due_days" if self.what == "invoice" else "valid_days"


def issuer_of(visit: Visit) -> Issuer:
    return Streams(visit.store).load_or_new(Issuer(), ISSUER)


def only_shows(form: Form) -> bool:
    """Whether the button that was pressed asks for the form alone."""
    return form.ticked("search") or form.ticked("more") or bool(form.value("remove"))


# What is in it


def usual(visit: Visit, editor: Editor, client_id: UUID | None) -> Form:
    """A new one, under the usual terms."""
    terms = issuer_of(visit).terms
    days = "" if editor.what == "invoice" else str(terms.estimate_days)
    known = {"currency": visit.formats.currency, editor.days: days, "language": terms.language.value}
    if client_id is not None:
        known["client"] = str(client_id)
        if editor.what == "invoice":
            known[editor.days] = str(usual_due_days(Streams(visit.store), client_id))
    return Form({name: [value] for name, value in known.items()}, visit.formats.decimal_mark)


def as_form(visit: Visit, editor: Editor, told: NewInvoice | NewEstimate, version: int) -> Form:
    """As somebody would have typed it."""
    days = told.due_days if isinstance(told, NewInvoice) else told.valid_days
    known = {
        "currency": told.currency,
        editor.days: str(days),
        "language": told.language.value,
        "note": told.note or "",
        "seen": str(version),
        "operated_on": told.operated_on.isoformat() if isinstance(told, NewInvoice) and told.operated_on else "",
    }
    fields = {name: [value] for name, value in known.items()} | as_fields(visit, told.lines)
    return Form(fields, visit.formats.decimal_mark)


def read_client(form: Form) -> UUID:
    if (client_id := form.optional_id("client")) is None:
        raise FieldMissing(field="client")
    return client_id


def read_invoice(visit: Visit, client_id: UUID) -> NewInvoice:
    form = visit.form
    days = form.optional_number("due_days")
    return NewInvoice(
        form.text("currency").upper(),
        read_lines(form),
        usual_due_days(Streams(visit.store), client_id) if days is None else days,
        form.choice("language", Language),
        form.optional_day("operated_on"),
        form.optional_text("note"),
    )


def read_estimate(form: Form) -> NewEstimate:
    return NewEstimate(
        form.text("currency").upper(),
        read_lines(form),
        form.number("valid_days"),
        form.choice("language", Language),
        form.optional_text("note"),
    )


# Showing it


def show(visit: Visit, editor: Editor, form: Form) -> Response:
    """With what is typed so far, and why it was refused if it was."""
    visit.viewer.require(*WORKS)
    issuer, summed = issuer_of(visit), add_up(form)
    return visit.page(
        "document_editor.html",
        editor=editor,
        client=_client(visit, editor.client_id),
        found=found_clients(visit, form, "client") if editor.client_id is None else None,
        rows=shown_lines(form, empty_line(visit, issuer.terms)),
        lines=summed.lines,
        totals=summed.totals,
        summed=summed,
        rates=rates(visit),
        currencies=sorted({*CURRENCIES.values(), visit.formats.currency}),
        described=issuer.identity is not None,
        usual_days=issuer.terms.due_days,
        own_currency=own_currency(form.value("currency").upper(), issuer) if editor.what == "invoice" else None,
        sent=replace(form, fields={**form.fields, "form_name": [FORM]}),
    )


def refused(visit: Visit, editor: Editor, refusal: Refusal) -> Response:
    """A refusal that is about the client is shown where the client is chosen."""
    if refusal.details.get("field") == "client_id":
        refusal.details["field"] = "client"
    return show(visit, editor, visit.form.refused(refusal))


class DraftDeleted(Conflict):
    title = "Somebody deleted this draft meanwhile. What you typed is still here: saved now, it becomes a new one"


def show_anew(visit: Visit, editor: Editor, client_id: UUID) -> Response:
    """What was typed into a draft that is deleted meanwhile."""
    form = visit.form.refused(DraftDeleted())
    return show(visit, editor, replace(form, fields={**form.fields, "client": [str(client_id)]}))


def _client(visit: Visit, client_id: UUID | None) -> Client | None:
    return None if client_id is None else Streams(visit.store).load(Client(), client_id)
