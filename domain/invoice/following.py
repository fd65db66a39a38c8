"""What happens around an issued invoice: it is sent, and what it asks for may be disputed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.errors import Conflict
from domain.personal import Personal
from domain.sending import Channel

# What can happen


@dataclass(frozen=True, slots=True)
class InvoiceSent:
    """`message_id` is the message that took it, none where somebody says that it was sent."""

    channel: Channel
    sent_on: date
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDisputed:
    """No reminder is sent until that ends."""

    dispute_id: UUID
    disputed_on: date
    claim: Personal


@dataclass(frozen=True, slots=True)
class InvoiceDisputeEnded:
    dispute_id: UUID
    ended_on: date
    result: Personal


Event = InvoiceSent | InvoiceDisputed | InvoiceDisputeEnded


# What is refused


class InvoiceDisputedAlready(Conflict):
    title = "This invoice is disputed already"


class DisputedInvoice(Conflict):
    title = "Invoice %(number)s is disputed: it goes into collection once the dispute has ended"


class InvoiceNotDisputed(Conflict):
    title = "This invoice is not disputed"
