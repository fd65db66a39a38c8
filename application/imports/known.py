"""What streams tell of what a file tells too, so that a row can be known again."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from application import case_files, clients, invoices, payments
from application.imports.rows import Line
from application.imports.table import Either, Why
from domain.case_file.progress import CaseFileAssignedToCollector, CaseFileOpened, DisputeOpened
from domain.client import ClientRegistered, details_of
from domain.client.contacts import ContactAdded, Medium
from domain.client.details import Details
from domain.client.finances import AccountAdded
from domain.client.portfolio import ClientAssignedToCollector
from domain.events import Event
from domain.invoice.following import InvoiceDisputed, InvoiceSent
from domain.invoice.issuing import InvoiceImported
from domain.money import total
from domain.payments import PaymentApproved, PaymentRecorded

KINDS = (
    clients.REFERENCE,
    clients.IDENTIFICATION,
    case_files.REFERENCE,
    payments.REFERENCE,
    invoices.NUMBER,
    invoices.IMPORTED_NUMBER,
)

Facts = dict[str, object]
"""By our columns. None where nothing is known; where a client is meant, its id."""


class Several(frozenset[str]):
    """What there may be more than one of, such as phones."""


NOBODY = UUID(int=0)


def differing(in_file: Facts, known: Facts) -> list[str]:
    """In which columns. What a row leaves empty it does not say."""
    return [
        column
        for column, there in known.items()
        if in_file[column] is not None and not _is_there(in_file[column], there)
    ]


def why_differing(column: str, there: object, before: tuple[int, str] | None = None) -> Why:
    """`before` is the line of the file that told it, and whom that is about."""
    if before is not None:
        line, name = before
        if there and not column.endswith(("_reference", "_number")):
            value = _written(there)
            return Why(
                "line %(line)s (%(name)s) tells of the same, and says %(value)s", line=line, name=name, value=value
            )
        return Why("line %(line)s (%(name)s) tells of the same, and says something else", line=line, name=name)
    if column.endswith(("_reference", "_number")):
        return Why("this is loaded already, and there it is another")
    if there:
        return Why("this is loaded already, and there it is %(value)s", value=_written(there))
    return Why("this is loaded already, and there it is empty")


def _is_there(value: object, there: object) -> bool:
    return value <= there if isinstance(value, Several) and isinstance(there, Several) else value == there


def _written(there: object) -> object:
    return ", ".join(sorted(there)) if isinstance(there, Several) else there


def references(lines: Iterable[Line]) -> dict[str, set[str]]:
    """All that a file names, by the kind of its claim."""
    named: dict[str, set[str]] = {kind: set() for kind in KINDS}
    named[invoices.NUMBER] = numbers = named[invoices.IMPORTED_NUMBER]
    for line in lines:
        if line.client:
            named[clients.REFERENCE].add(line.client.reference)
            known = line.client.details.identification
            named[clients.IDENTIFICATION].update(claim.value for claim in clients.identification_claims(NOBODY, known))
        if line.case_file:
            named[case_files.REFERENCE].add(line.case_file.reference)
            if line.case_file.outstanding is not None:
                named[payments.REFERENCE].add(line.case_file.settled_as)
            named[clients.REFERENCE].update(
                filter(None, (line.case_file.debtor_reference, line.case_file.creditor.reference))
            )
        if line.payment:
            named[case_files.REFERENCE].add(line.payment.towards)
            named[payments.REFERENCE].update((line.payment.reference, line.payment.towards))
        if line.invoice:
            named[clients.REFERENCE].add(line.invoice.client_reference)
            numbers.add(line.invoice.number)
            if line.invoice.outstanding is not None:
                named[payments.REFERENCE].add(line.invoice.settled_as)
        if line.invoice_payment:
            numbers.add(line.invoice_payment.towards)
            named[payments.REFERENCE].update((line.invoice_payment.reference, line.invoice_payment.towards))
    return named


def client_facts(events: Sequence[Event]) -> Facts:
    """As it was registered and first assigned: a file that is loaded again is not to trip over later work.

    Of phones, e-mails and accounts all that were ever added.
    """
    facts: Facts = {"collector": None}
    added: dict[str, list[str]] = {"phones": [], "emails": [], "account": []}
    for event in events:
        match event:
            case ClientRegistered():
                facts |= details_facts(details_of(event))
            case ContactAdded(medium=medium):
                added["phones" if medium is Medium.PHONE else "emails"].append(event.value)
            case AccountAdded():
                added["account"].append(event.number)
            case ClientAssignedToCollector() if facts["collector"] is None:
                facts["collector"] = event.collector
            case _:
                pass
    return facts | {column: Several(values) for column, values in added.items()}


def details_facts(details: Details) -> Facts:
    known = details.identification
    return {
        "name": details.name,
        "kind": details.kind,
        "identification": known and known.number,
        "street": details.address.street,
        "postcode": details.address.postcode,
        "district": details.address.district,
        "city": details.address.city,
        "zone": details.zone,
        "notes": details.notes,
        "roles": Either(details.roles) or None,
        "payment_days": details.payment_days,
    }


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


def invoice_facts(events: Sequence[Event]) -> Facts:
    """As it was imported, and first sent. What it is for is not known of a client who is erased."""
    facts: Facts = {}
    for event in events:
        match event:
            case InvoiceImported(lines=[line, *_]):
                facts |= {
                    "client_reference": event.client_id,
                    "total": event.payable,
                    "issued_on": event.issued_on,
                    "due_on": event.due_on,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                    "discount": line.discount,
                    "tax_rate": line.tax_rate,
                    "withholding": line.withholding,
                    **({"description": event.descriptions[0]} if event.descriptions else {}),
                }
            case InvoiceSent() if "sent_on" not in facts:
                facts["sent_on"] = event.sent_on
            case InvoiceDisputed():
                facts["disputed"] = True
            case _:
                pass
    return facts


def payment_facts(towards: str, owed_id: UUID, events: Sequence[Event], payment_id: UUID) -> Facts:
    """As it was recorded and first approved. Of a payment of something else no more than that is known.

    `towards` is our column that tells what it was for.
    """
    facts: Facts = {towards: None}
    for event in events:
        match event:
            case PaymentRecorded() if event.payment_id == payment_id:
                facts = {
                    towards: owed_id,
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
