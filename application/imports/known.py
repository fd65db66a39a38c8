"""What streams tell of what a file tells too, so that a row can be known again."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from application import case_files, clients, payments
from application.imports.rows import Line
from application.streams import Claim
from domain.case_file.progress import CaseFileAssignedToCollector, CaseFileOpened, DisputeOpened
from domain.client import ClientAssignedToCollector, ClientRegistered
from domain.events import Event
from domain.money import total
from domain.payments import PaymentApproved, PaymentRecorded

Facts = dict[str, object]
"""By our columns. None where nothing is known; where a client is meant, its id."""


def references(lines: Iterable[Line]) -> dict[str, set[str]]:
    """All that a file names, by the kind of its claim."""
    named: dict[str, set[str]] = {kind: set() for kind in (clients.REFERENCE, case_files.REFERENCE, payments.REFERENCE)}
    for line in lines:
        if line.client:
            named[clients.REFERENCE].add(line.client.reference)
        if line.case_file:
            named[case_files.REFERENCE].add(line.case_file.reference)
            named[clients.REFERENCE].update(
                filter(None, (line.case_file.debtor_reference, line.case_file.creditor_reference))
            )
        if line.payment:
            named[case_files.REFERENCE].add(line.payment.case_file_reference)
            named[payments.REFERENCE].add(line.payment.reference)
    return named


def claim_of(stream: UUID, event: Event) -> Claim | None:
    """The reference by which what this event made is known."""
    match event:
        case ClientRegistered():
            return Claim(clients.REFERENCE, event.reference, stream)
        case CaseFileOpened():
            return Claim(case_files.REFERENCE, event.reference, stream)
        case PaymentRecorded() if event.reference:
            return Claim(payments.REFERENCE, event.reference, event.payment_id)
        case _:
            return None


def client_facts(events: Sequence[Event]) -> Facts:
    """As it was registered and first assigned: a file that is loaded again is not to trip over later work."""
    facts: Facts = {"collector": None}
    for event in events:
        match event:
            case ClientRegistered():
                facts |= {"name": event.name, "kind": event.kind, "zone": event.zone}
            case ClientAssignedToCollector() if facts["collector"] is None:
                facts["collector"] = event.collector
            case _:
                pass
    return facts


def case_file_facts(events: Sequence[Event]) -> Facts:
    """As it was opened and first assigned, and whether it was ever disputed."""
    facts: Facts = {"collector": None, "disputed": None}
    for event in events:
        match event:
            case CaseFileOpened():
                facts |= {
                    "creditor_reference": event.creditor_id,
                    "debtor_reference": event.debtor_id,
                    "principal": total((item.amount for item in event.items), event.currency),
                    "opened_on": event.opened_on,
                    "due_on": min(instalment.due_on for instalment in event.schedule),
                }
            case CaseFileAssignedToCollector() if facts["collector"] is None:
                facts["collector"] = event.collector
            case DisputeOpened():
                facts["disputed"] = True
            case _:
                pass
    return facts


def payment_facts(case_file_id: UUID, events: Sequence[Event], payment_id: UUID) -> Facts:
    """As it was recorded and first approved. Of a payment of another case file no more than that is known."""
    facts: Facts = {"case_file_reference": None}
    for event in events:
        match event:
            case PaymentRecorded() if event.payment_id == payment_id:
                facts = {
                    "case_file_reference": case_file_id,
                    "amount": event.amount,
                    "received_on": event.received_on,
                    "method": event.method,
                    "recorded_by": event.recorded_by,
                    "approved_by": None,
                }
            case PaymentApproved() if event.payment_id == payment_id and facts["approved_by"] is None:
                facts["approved_by"] = event.approved_by
            case _:
                pass
    return facts
