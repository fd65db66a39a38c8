"""Where a client may be written to: never one who is blocked, nor a contact that is wrong or wants nothing.

Nor where a file had something doubtful, until somebody confirms it: corrects it, or says that the client is verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application.clients import survivor_of
from application.streams import Streams
from domain.addresses import EmailNotValid, PhoneNotValid, email, phone
from domain.client import Client
from domain.client.contacts import USABLE, Contact, ContactKind, ContactState, DoNotContact, Medium
from domain.client.details import Kind
from domain.errors import Conflict, NotFound
from domain.sending import Channel


class NowhereToSend(Conflict):
    """By one channel."""


class NoEmail(NowhereToSend):
    title = "The client has no e-mail address that may be used"


class NoPhone(NowhereToSend):
    title = "The client has no phone that may be used"


class NoPostalAddress(NowhereToSend):
    title = "The client has no whole postal address (street and city) that may be used"


_NOWHERE: Mapping[Channel, type[NowhereToSend]] = {
    Channel.EMAIL: NoEmail,
    Channel.SMS: NoPhone,
    Channel.POST: NoPostalAddress,
}


class ContactNotUsable(Conflict):
    title = "Nothing is sent there: it is wrong, or no phone or e-mail of that kind"


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to write to a client: by which contact, where it is one, and the address as messages have it."""

    contact_id: UUID | None
    contact: Contact | None
    to: str


def addressee(log: Streams, client_id: UUID) -> tuple[UUID, Client]:
    """Whoever answers for this client now, if its data may be used."""
    survivor_id = survivor_of(log, client_id)
    client = log.load(Client(), survivor_id)
    client.restrictions.check_usable()
    return survivor_id, client


def ways(client: Client, channel: Channel, *, region: str, abroad: str | None = None) -> Sequence[Reach]:
    """The best first: the preferred one, then the client's own, then those that are known to be valid.

    A person's contacts that are somebody else's are only used if they are preferred: what somebody owes is not told to
    others. `abroad` is the country of a postal address, where it is not ours.
    """
    if channel is Channel.POST:
        lines = _postal(client, abroad)
        return [Reach(None, None, lines)] if lines else []
    found = [
        Reach(contact_id, contact, to)
        for contact_id, contact in client.contacts.known.items()
        if (to := _usable(client, contact, channel, region)) is not None and _is_own(client, contact)
    ]
    return sorted(found, key=lambda one: _rank(one.contact, channel))


def reach(
    client: Client, channel: Channel, contact_id: UUID | None, *, region: str, abroad: str | None = None
) -> Reach:
    """By that contact, or by the best there is. Raises `NowhereToSend`, `ContactNotUsable`, `DoNotContact`."""
    if contact_id is None:
        if not (best := ways(client, channel, region=region, abroad=abroad)):
            raise _NOWHERE.get(channel, NoPhone)(field="channel", channel=channel)
        return best[0]
    contact = client.contacts.known.get(contact_id)
    if contact is None:
        raise NotFound(field="contact_id", id=contact_id)
    if contact.state is ContactState.DO_NOT_CALL:
        raise DoNotContact(field="contact_id")
    to = _usable(client, contact, channel, region)
    if to is None:
        raise ContactNotUsable(field="contact_id")
    return Reach(contact_id, contact, to)


def may_still_be_sent(client: Client, channel: Channel, to: str, *, region: str) -> bool:
    """Whether what was addressed so may go there now."""
    if channel is Channel.POST:
        return True
    return contact_at(client, channel, to, region=region) is not None


def contact_at(client: Client, channel: Channel, to: str, *, region: str) -> UUID | None:
    """The contact that messages have as `to`, while it may be used."""
    known = client.contacts.known.items()
    return next((one for one, contact in known if _usable(client, contact, channel, region) == to), None)


def _usable(client: Client, contact: Contact, channel: Channel, region: str) -> str | None:
    """As messages have it; None where it is not to be used, also because the same one says so elsewhere."""
    medium = Medium.EMAIL if channel is Channel.EMAIL else Medium.PHONE
    if contact.medium is not medium or contact.state not in USABLE:
        return None
    if contact.state is ContactState.UNVERIFIED and not client.verified:
        return None
    try:
        to = email(contact.value) if medium is Medium.EMAIL else phone(contact.value, region)
    except (EmailNotValid, PhoneNotValid):
        return None  # as a file had it
    forbidden = {one.value for one in client.contacts.known.values() if one.state is ContactState.DO_NOT_CALL}
    return None if to in forbidden else to


def _is_own(client: Client, contact: Contact) -> bool:
    is_company = client.details is not None and client.details.kind is Kind.COMPANY
    return contact.whose is None or contact.preferred or is_company


def _rank(contact: Contact | None, channel: Channel) -> tuple[bool, bool, bool, bool]:
    assert contact is not None  # noqa: S101 - phones and e-mails are contacts
    by_sms = channel is Channel.SMS
    return (
        not contact.preferred,
        contact.whose is not None,
        by_sms and contact.kind is not ContactKind.MOBILE,
        contact.state is not ContactState.VALID,
    )


def _postal(client: Client, abroad: str | None) -> str | None:
    """A line for the name, those of the street, one for the town, and one for the country of an address abroad."""
    if client.details is None or not client.details.address.street or not client.details.address.city:
        return None
    address = client.details.address
    if not address.valid and not client.verified:
        return None
    street = ", ".join(filter(None, (address.street, address.district)))
    town = " ".join(filter(None, (address.postcode, address.city)))
    return "\n".join(filter(None, (client.details.name, street, town, abroad)))
