"""How a client is reached: any number of phones and e-mail addresses, each with whose it is and whether it may be used.

A wrong one that a file brings is kept as it stood there, unverified, until somebody types another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.addresses import EmailNotValid, PhoneNotValid, email, phone
from domain.errors import Conflict, NotFound
from domain.personal import NAME, About, Personal, optional_text, text

CONTACTS_AT_MOST = 100


class Medium(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class ContactKind(StrEnum):
    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    OTHER = "other"


KINDS: Mapping[Medium, Sequence[ContactKind]] = {
    Medium.PHONE: tuple(ContactKind),
    Medium.EMAIL: (ContactKind.HOME, ContactKind.WORK, ContactKind.OTHER),
}
"""What is offered: no e-mail address is a mobile, though files may have called one so."""


class ContactState(StrEnum):
    VALID = "valid"
    UNVERIFIED = "unverified"
    WRONG = "wrong"
    DO_NOT_CALL = "do_not_call"


USABLE = frozenset({ContactState.VALID, ContactState.UNVERIFIED})
"""What is called or written to; the others are not, and nothing is sent there."""


@dataclass(frozen=True, slots=True)
class Contact:
    """`whose` is None where it is the client's own; `hours` tells when, `source` how it is known."""

    medium: Medium
    value: str
    kind: ContactKind | None = None
    whose: str | None = None
    state: ContactState = ContactState.VALID
    hours: str | None = None
    source: str | None = None
    preferred: bool = False

    def checked(self, region: str, known: "Contact | None" = None, *, as_told: bool = False) -> "Contact":
        """Tidied, or refused at the field named for its medium. `region` is whose numbers lack their country code."""
        value, state = self.value, self.state
        becomes_valid = state is ContactState.VALID and known is not None and known.state is not state
        if known is None or value != known.value or becomes_valid:
            try:
                value = phone(value, region) if self.medium is Medium.PHONE else email(value)
            except (PhoneNotValid, EmailNotValid):
                if not as_told:
                    raise
                value, state = text(value, self.medium, at_most=NAME), ContactState.UNVERIFIED
        return Contact(
            medium=self.medium,
            value=value,
            kind=self.kind,
            whose=optional_text(self.whose, "whose", at_most=NAME),
            state=state,
            hours=optional_text(self.hours, "hours", at_most=NAME),
            source=optional_text(self.source, "source", at_most=NAME),
            preferred=self.preferred,
        )


# What can happen


@dataclass(frozen=True, slots=True)
class ContactAdded:
    contact_id: UUID
    medium: Medium
    value: Personal
    kind: ContactKind | None = None
    whose: Annotated[str | None, About()] = None
    state: ContactState = ContactState.VALID
    hours: Annotated[str | None, About()] = None
    source: Annotated[str | None, About()] = None
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """All of it as it is from now on."""

    contact_id: UUID
    value: Personal
    kind: ContactKind | None
    whose: Annotated[str | None, About()]
    state: ContactState
    hours: Annotated[str | None, About()]
    source: Annotated[str | None, About()]
    preferred: bool
    reason: Personal


@dataclass(frozen=True, slots=True)
class ContactRemoved:
    contact_id: UUID
    reason: Personal


Event = ContactAdded | ContactChanged | ContactRemoved


# What is refused


class ContactKnown(Conflict):
    title = "This client has that phone or e-mail already"


class TooManyContacts(Conflict):
    title = "This client has too many phones and e-mails"


class DoNotContact(Conflict):
    title = "The client does not want to be contacted there: nothing is sent to it"


# The contacts of one client


@dataclass(frozen=True)
class Contacts:
    """In the order they were added."""

    known: Mapping[UUID, Contact] = field(default_factory=dict[UUID, Contact])

    def add(self, contact_id: UUID, new: Contact, region: str, *, as_told: bool) -> list[Event]:
        contact = new.checked(region, as_told=as_told)
        self._check_new(contact_id, contact)
        if len(self.known) >= CONTACTS_AT_MOST:
            raise TooManyContacts(at_most=CONTACTS_AT_MOST)
        return [
            ContactAdded(
                contact_id=contact_id,
                medium=contact.medium,
                value=contact.value,
                kind=contact.kind,
                whose=contact.whose,
                state=contact.state,
                hours=contact.hours,
                source=contact.source,
                preferred=contact.preferred,
            )
        ]

    def learn(self, contact_id: UUID, number: str, source: str, region: str) -> list[Event]:
        """A phone that somebody gave: unverified, and kept as told where it is none. Nothing where it is known."""
        new = Contact(Medium.PHONE, number, state=ContactState.UNVERIFIED, source=source[:NAME])
        contact = new.checked(region, as_told=True)
        known = {_number(one.value, region) for one in self.known.values() if one.medium is Medium.PHONE}
        if _number(contact.value, region) in known or len(self.known) >= CONTACTS_AT_MOST:
            return []
        return self.add(contact_id, new, region, as_told=True)

    def change(self, contact_id: UUID, new: Contact, region: str, reason: str) -> list[Event]:
        known = self._one(contact_id)
        contact = replace(new, medium=known.medium).checked(region, known)
        if contact == known:
            return []
        self._check_new(contact_id, contact)
        return [
            ContactChanged(
                contact_id=contact_id,
                value=contact.value,
                kind=contact.kind,
                whose=contact.whose,
                state=contact.state,
                hours=contact.hours,
                source=contact.source,
                preferred=contact.preferred,
                reason=reason,
            )
        ]

    def found_wrong(self, contact_id: UUID, why: str) -> list[Event]:
        """Whoever carries messages says that there is nobody."""
        known = self._one(contact_id)
        return [
            ContactChanged(
                contact_id=contact_id,
                value=known.value,
                kind=known.kind,
                whose=known.whose,
                state=ContactState.WRONG,
                hours=known.hours,
                source=known.source,
                preferred=known.preferred,
                reason=why,
            )
        ]

    def remove(self, contact_id: UUID, reason: str) -> list[Event]:
        self._one(contact_id)
        return [ContactRemoved(contact_id, reason)]

    def check_may_be_sent(self, value: str, region: str) -> None:
        """Refused where this client wants nothing there."""
        number = _number(value, region)
        if any(one.value == number and one.state is ContactState.DO_NOT_CALL for one in self.known.values()):
            raise DoNotContact(field="phone")

    def with_phone(self, value: str, region: str) -> UUID | None:
        """The phone in use that this is, however it is typed."""
        number = _number(value, region)
        phones = ((id_, one) for id_, one in self.known.items() if one.medium is Medium.PHONE and one.state in USABLE)
        return next((id_ for id_, one in phones if _number(one.value, region) == number), None)

    def _one(self, contact_id: UUID) -> Contact:
        try:
            return self.known[contact_id]
        except KeyError:
            raise NotFound(id=contact_id) from None

    def _check_new(self, contact_id: UUID, contact: Contact) -> None:
        for id_, known in self.known.items():
            if id_ != contact_id and (known.medium, known.value) == (contact.medium, contact.value):
                raise ContactKnown(field=contact.medium.value)

    def evolve(self, event: Event) -> Self:
        match event:
            case ContactAdded():
                return self._with(
                    event.contact_id,
                    Contact(
                        medium=event.medium,
                        value=event.value,
                        kind=event.kind,
                        whose=event.whose,
                        state=event.state,
                        hours=event.hours,
                        source=event.source,
                        preferred=event.preferred,
                    ),
                )
            case ContactChanged():
                return self._with(
                    event.contact_id,
                    Contact(
                        medium=self.known[event.contact_id].medium,
                        value=event.value,
                        kind=event.kind,
                        whose=event.whose,
                        state=event.state,
                        hours=event.hours,
                        source=event.source,
                        preferred=event.preferred,
                    ),
                )
            case ContactRemoved():
                return replace(self, known={id_: one for id_, one in self.known.items() if id_ != event.contact_id})
            case _:
                assert_never(event)

    def _with(self, contact_id: UUID, contact: Contact) -> Self:
        """Of each medium one is preferred: the one that was said to be last."""
        others = {
            id_: replace(one, preferred=False)
            if contact.preferred and one.preferred and one.medium is contact.medium
            else one
            for id_, one in self.known.items()
        }
        return replace(self, known=others | {contact_id: contact})


def _number(value: str, region: str) -> str:
    """As phones are kept; as it is typed, where it is none."""
    try:
        return phone(value, region)
    except PhoneNotValid:
        return value
