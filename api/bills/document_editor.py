"""The form in which an invoice or an estimate is written: one for both, with the client, the lines and their totals.

Its buttons `search`, `more` and `remove` show it again with all that was typed; any other saves.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import Response

from api.bills.issuance import own_currency
from api.bills.issuer import issuer_of
from api.bills.line_pages import add_up, as_fields, empty_line, rates, read_lines, shown_lines
from api.clients.views import found_clients
from api.http.formats import CURRENCIES
from api.pages.context import PageContext
from api.pages.forms import FieldMissing, Form
from application.invoices import usual_due_days
from application.streams import Streams
from domain.client import Client
from domain.errors import Conflict, Refusal
from domain.estimate import NewEstimate
from domain.invoice.issuing import NewInvoice
from domain.people import WORKS
from domain.sending import Language
from projections.desk.clients import named

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


def only_shows(form: Form) -> bool:
    """Whether the button that was pressed asks for the form alone."""
    return form.ticked("search") or form.ticked("more") or bool(form.value("remove"))


# What is in it


def usual(context: PageContext, editor: Editor, client_id: UUID | None) -> Form:
    """A new one, under the usual terms."""
    terms = issuer_of(context).terms
    days = "" if editor.what == "invoice" else str(terms.estimate_days)
    known = {"currency": context.formats.currency, editor.days: days, "language": terms.language.value}
    if client_id is not None:
        known["client"] = str(client_id)
        if editor.what == "invoice" and _is_known(context, client_id):
            known[editor.days] = str(usual_due_days(Streams(context.store), client_id))
    return Form({name: [value] for name, value in known.items()}, context.formats.decimal_mark)


def _is_known(context: PageContext, client_id: UUID) -> bool:
    """Whether whoever asks may know of that client, and so of what is agreed with it."""
    with context.snapshot() as db:
        return client_id in named(db, context.viewer, [client_id])


def as_form(context: PageContext, editor: Editor, draft: NewInvoice | NewEstimate, version: int) -> Form:
    """As somebody would have typed it."""
    days = draft.due_days if isinstance(draft, NewInvoice) else draft.valid_days
    known = {
        "currency": draft.currency,
        editor.days: str(days),
        "language": draft.language.value,
        "note": draft.note or "",
        "seen": str(version),
        "operated_on": draft.operated_on.isoformat() if isinstance(draft, NewInvoice) and draft.operated_on else "",
    }
    fields = {name: [value] for name, value in known.items()} | as_fields(context, draft.lines)
    return Form(fields, context.formats.decimal_mark)


def read_client(form: Form) -> UUID:
    if (client_id := form.optional_id("client")) is None:
        raise FieldMissing(field="client")
    return client_id


def read_invoice(context: PageContext, client_id: UUID) -> NewInvoice:
    form = context.form
    days = form.optional_number("due_days")
    return NewInvoice(
        currency=form.text("currency").upper(),
        lines=read_lines(form),
        due_days=usual_due_days(Streams(context.store), client_id) if days is None else days,
        language=form.choice("language", Language),
        operated_on=form.optional_day("operated_on"),
        note=form.optional_text("note"),
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


def show(context: PageContext, editor: Editor, form: Form) -> Response:
    """With what is typed so far, and why it was refused if it was."""
    context.viewer.require(*WORKS)
    issuer, summed = issuer_of(context), add_up(form)
    return context.page(
        "document_editor.html",
        editor=editor,
        client=_client(context, editor.client_id),
        found=found_clients(context, form, "client") if editor.client_id is None else None,
        rows=shown_lines(form, empty_line(context, issuer.terms)),
        lines=summed.lines,
        totals=summed.totals,
        summed=summed,
        rates=rates(context),
        currencies=sorted({*CURRENCIES.values(), context.formats.currency}),
        described=issuer.identity is not None,
        usual_days=issuer.terms.due_days,
        own_currency=own_currency(form.value("currency").upper(), issuer) if editor.what == "invoice" else None,
        sent=replace(form, fields={**form.fields, "form_name": [FORM]}),
    )


def refused(context: PageContext, editor: Editor, refusal: Refusal) -> Response:
    """A refusal that is about the client is shown where the client is chosen."""
    if refusal.details.get("field") == "client_id":
        refusal.details["field"] = "client"
    return show(context, editor, context.form.refused(refusal))


class DraftDeleted(Conflict):
    title = "Somebody deleted this draft meanwhile. What you typed is still here: saved now, it becomes a new one"


def show_anew(context: PageContext, editor: Editor, client_id: UUID) -> Response:
    """What was typed into a draft that is deleted meanwhile."""
    form = context.form.refused(DraftDeleted())
    return show(context, editor, replace(form, fields={**form.fields, "client": [str(client_id)]}))


def _client(context: PageContext, client_id: UUID | None) -> Client | None:
    return None if client_id is None else Streams(context.store).load(Client(), client_id)
