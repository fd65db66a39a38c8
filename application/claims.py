"""Which values the log says are held, by whom: of each event what it claims, and what it gives up.

A value is claimed, and given up, in the append of the event that says so. So a log that ends earlier holds what its own
events claim.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from application import business, case_files, clients, invoices, payments, sending
from application.streams import Claim
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered
from domain.client.details import ClientCorrected
from domain.client.restrictions import ClientErased
from domain.events import Event, Recorded
from domain.invoice.issuing import CreditNoteIssued, InvoiceImported, InvoiceIssued
from domain.message import MessageQueued
from domain.payments import PaymentRecorded, PaymentWithdrawn
from domain.people import UserDescribed


def claims_of(stream: UUID, event: Event) -> Sequence[Claim]:
    """The reference by which what this event made is known, and what else only one may have."""
    claims: list[Claim] = []
    match event:
        case ClientRegistered():
            claims = [Claim(clients.REFERENCE, event.reference, stream)]
            claims += clients.identification_claims(stream, event.identification)
        case ClientCorrected():
            claims = clients.identification_claims(stream, event.identification)
        case UserDescribed():
            claims = business.address_claims(stream, event.email)
        case CaseFileOpened():
            claims = [Claim(case_files.REFERENCE, event.reference, stream)]
        case PaymentRecorded() if event.reference:
            claims = [Claim(payments.REFERENCE, event.reference, event.payment_id)]
        case MessageQueued() if event.step is None and event.instead_of is None:  # by hand
            claims = [sending.claim_of(stream, event, on=event.due_at)]
        case InvoiceIssued():
            claims = [Claim(invoices.NUMBER, event.number, stream)]
        case CreditNoteIssued():
            claims = [Claim(invoices.NUMBER, event.number, event.credit_note_id)]
        case InvoiceImported():  # and, of all numbers, that one: so it can't be issued at the same time
            claims = [Claim(kind, event.number, stream) for kind in (invoices.IMPORTED_NUMBER, invoices.NUMBER)]
        case _:
            pass
    return claims


def held_claims(log: Iterable[Recorded]) -> Sequence[Claim]:
    """Once all of these have happened. Of several that hold one value, as before there was a rule, the first."""
    held: dict[tuple[UUID, str], Claim] = {}
    for one in log:
        match one.event:
            case ClientCorrected():
                held.pop((one.stream, clients.IDENTIFICATION), None)
            case UserDescribed():
                held.pop((one.stream, business.EMAIL), None)
            case PaymentWithdrawn():
                held.pop((one.event.payment_id, payments.REFERENCE), None)
            case ClientErased():
                held = {known: claim for known, claim in held.items() if claim.stream != one.stream}
            case _:
                pass
        held.update({(claim.stream, claim.kind): claim for claim in claims_of(one.stream, one.event)})
    first: dict[tuple[str, str], Claim] = {}
    for claim in held.values():
        first.setdefault((claim.kind, claim.value), claim)
    return [*first.values()]
