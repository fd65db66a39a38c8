"""One invoice or estimate whole: what the read model shows, and from the log its lines and words.

The JSON API, the pages and the documents read it here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from uuid import UUID

from sqlalchemy import Connection

from api.http.histories import HistoryEntry, history_page
from api.pages.context import PageContext
from application.clients import works_on
from application.streams import EventStore, Streams
from domain import estimate, invoice
from domain.client import Client
from domain.errors import Invalid, NotFound
from domain.estimate import Estimate
from domain.events import Recorded
from domain.exchange import ConvertedTax
from domain.invoice import Invoice, Stage
from domain.invoice.issuing import CreditNoteIssued, InvoiceIssued, InvoiceVoided, Recipient, totals_of
from domain.issuer import Identity
from domain.lines import Line, Totals, Treatment, totals
from domain.people import Actor
from domain.personal import ERASED
from domain.sending import Language
from projections.invoices.detail import CreditNote, InvoiceDetail, invoice_detail
from projections.invoices.estimates import EstimateLine, Sending, find_estimate, sendings_of
from projections.pages import Page as Listed


@dataclass(frozen=True, slots=True)
class ShownLine:
    """`net` is before tax, and exact: what is rounded is the sum of each rate, once."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    discount: Decimal
    withholding: Decimal
    treatment: Treatment
    net: Decimal


@dataclass(frozen=True, slots=True)
class ShownCreditNote:
    note: CreditNote
    correction: str
    reason: str
    lines: Sequence[ShownLine]
    totals: Totals
    converted: ConvertedTax | None


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """`issuer`, `recipient` and `kind` are as they were issued: none of a draft, and none that came from a file.

    `converted` is the tax in the issuer's own currency, where the invoice is in another.

    `dispute` is what is claimed, while it lasts. `version`: see `seen` where it is changed or issued.
    """

    version: int
    detail: InvoiceDetail
    language: Language
    kind: str | None
    operated_on: date | None
    due_days: int
    issuer: Identity | None
    recipient: Recipient | None
    lines: Sequence[ShownLine]
    totals: Totals
    converted: ConvertedTax | None
    note: str | None
    dispute: str | None
    void_reason: str | None
    credit_notes: Sequence[ShownCreditNote]


@dataclass(frozen=True, slots=True)
class Answer:
    """`by_link`: the client itself said so, under that name."""

    on: date
    by_link: bool
    answered_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ShownEstimate:
    """`version`: see `seen` where it is changed."""

    version: int
    line: EstimateLine
    language: Language
    valid_days: int
    lines: Sequence[ShownLine]
    totals: Totals
    note: str | None
    sent: Sequence[Sending]
    answer: Answer | None


def read_invoice(db: Connection, store: EventStore, viewer: Actor, today: date, invoice_id: UUID) -> ShownInvoice:
    """Raises `NotFound` where there is none, or it is not this person's to see; or else `ClientHidden`."""
    detail = invoice_detail(db, viewer, today, invoice_id)
    if detail is None:
        raise NotFound(id=invoice_id)
    history = read_history(store, viewer, detail.line.client_id, invoice_id)
    events = [one.event for one in history if isinstance(one.event, invoice.Event)]
    known = reduce(Invoice.evolve, events, Invoice())
    issued = next((one for one in events if isinstance(one, InvoiceIssued)), None)
    void = next((one for one in events if isinstance(one, InvoiceVoided)), None)
    credited = {one.credit_note_id: one for one in events if isinstance(one, CreditNoteIssued)}
    return ShownInvoice(
        version=len(history),
        detail=detail,
        language=known.language,
        kind=issued.kind if issued else None,
        operated_on=known.operated_on,
        due_days=known.due_days,
        issuer=issued.issuer if issued else None,
        recipient=issued.recipient if issued else None,
        lines=_lines(known.content.lines, known.content.descriptions),
        totals=totals(known.content.lines, known.currency),
        converted=known.converted,
        note=known.note,
        dispute=known.dispute.claim if known.dispute else None,
        void_reason=void.reason if void else None,
        credit_notes=[_credit_note(note, credited[note.id]) for note in detail.credit_notes if note.id in credited],
    )


def read_estimate(db: Connection, store: EventStore, viewer: Actor, today: date, estimate_id: UUID) -> ShownEstimate:
    """Raises `NotFound` where there is none, or it is not this person's to see; or else `ClientHidden`."""
    line = find_estimate(db, viewer, today, estimate_id)
    if line is None:
        raise NotFound(id=estimate_id)
    history = read_history(store, viewer, line.client_id, estimate_id)
    events = [one.event for one in history if isinstance(one.event, estimate.Event)]
    known = reduce(Estimate.evolve, events, Estimate())
    return ShownEstimate(
        version=len(history),
        line=line,
        language=known.language,
        valid_days=known.valid_days,
        lines=_lines(known.content.lines, known.content.descriptions),
        totals=totals(known.content.lines, known.currency),
        note=known.note,
        sent=sendings_of(db, estimate_id),
        answer=_answer(events),
    )


def read_history(store: EventStore, viewer: Actor, client_id: UUID, stream: UUID) -> Sequence[Recorded]:
    """What ever happened to an invoice or estimate of that client. Refused where the client is blocked."""
    store.load(Client(), client_id)[0].restrictions.check_seen(viewer)
    return store.history(stream)


def read_history_page(
    store: EventStore, viewer: Actor, client_id: UUID, stream: UUID, after: int, limit: int
) -> Listed[HistoryEntry]:
    """The same, a page of it."""
    store.load(Client(), client_id)[0].restrictions.check_seen(viewer)
    return history_page(store, stream, after, limit)


def _credit_note(note: CreditNote, issued: CreditNoteIssued) -> ShownCreditNote:
    return ShownCreditNote(
        note=note,
        correction=issued.correction,
        reason=issued.reason,
        lines=_lines(issued.lines, issued.descriptions or ()),
        totals=totals_of(issued),
        converted=issued.converted,
    )


def _answer(events: Sequence[estimate.Event]) -> Answer | None:
    for event in events:
        match event:
            case estimate.EstimateAccepted(accepted_on=on) | estimate.EstimateDeclined(declined_on=on):
                return Answer(on, event.by_link, event.answered_by, event.note)
            case _:
                pass
    return None


def _lines(lines: Sequence[Line], descriptions: Sequence[str]) -> Sequence[ShownLine]:
    """Of a client who is erased the words are gone, and the numbers stay."""
    return [
        ShownLine(
            description=description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax_rate=line.tax_rate,
            discount=line.discount,
            withholding=line.withholding,
            treatment=line.treatment,
            net=line.net,
        )
        for line, description in zip(lines, descriptions or [ERASED] * len(lines), strict=True)
    ]


def load_seen(context: PageContext, invoice_id: UUID, *, also_deleted: bool = False) -> Invoice:
    """The invoice, for whoever works on its client or sees all; a blocked client's is hidden."""
    log = Streams(context.store)
    invoice = log.load(Invoice(), invoice_id)
    client = log.load(Client(), invoice.client_id) if also_deleted or invoice.stage is not Stage.DELETED else None
    if client is None or not works_on(client, context.viewer, context.today):
        raise NotFound(id=invoice_id)
    client.restrictions.check_seen(context.viewer)
    return invoice


class NoInvoiceChosen(Invalid):
    title = "Tick the invoices first"
