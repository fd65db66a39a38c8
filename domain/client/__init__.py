"""A client: a person or company with an account here, whose portfolio it is in and since when.

What is known of it is in `details`, how it is reached in `contacts`, its money in `finances`, its picture in `image`,
who holds it in `portfolio`, and whether its data may be used at all in `standing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain import skipping
from domain.client import contacts, details, finances, image, portfolio, restrictions
from domain.client.contacts import Contact, Contacts
from domain.client.details import Address, ClientRole, Details, Identification, Kind
from domain.client.finances import Account, Card, CreditEntry, Finances
from domain.client.portfolio import Portfolio
from domain.client.restrictions import USABLE, Restrictions
from domain.errors import Conflict
from domain.people import WORKS, Actor, Role
from domain.personal import About, Personal, reason, reference_text

# What can happen


@dataclass(frozen=True, slots=True)
class ClientRegistered:
    reference: str
    name: Personal
    kind: Kind | None = None
    zone: Annotated[str | None, About()] = None
    identification: Annotated[Identification | None, About()] = None
    address: Annotated[Address | None, About()] = None
    notes: Annotated[str | None, About()] = None
    roles: tuple[ClientRole, ...] = ()
    payment_days: int | None = None


Event = (
    ClientRegistered
    | portfolio.Event
    | details.Event
    | contacts.Event
    | finances.Event
    | image.Event
    | restrictions.Event
    | skipping.Event
)


# What is refused


class ClientExists(Conflict):
    title = "This client is registered already"


# The client


@dataclass(frozen=True)
class Client:
    details: Details | None = None
    contacts: Contacts = field(default_factory=Contacts)
    finances: Finances = field(default_factory=Finances)
    verified: bool = False
    portfolio: Portfolio = field(default_factory=Portfolio)
    image: UUID | None = None
    restrictions: Restrictions = USABLE

    def register(
        self,
        reference: str,
        new: Details,
        *,
        today: date,
        by: Actor,
        as_told: bool = False,
    ) -> list[Event]:
        """Whoever registers a client as a collector holds it. `as_told`: by a file, see `details`."""
        _check_works(by)
        if self.details is not None:
            raise ClientExists(field="id")
        known = new.checked(as_told=as_told)
        registered = ClientRegistered(
            reference=reference_text(reference),
            name=known.name,
            kind=known.kind,
            zone=known.zone,
            identification=known.identification,
            address=known.address if known.address != Address() else None,
            notes=known.notes,
            roles=known.roles,
            payment_days=known.payment_days,
        )
        if Role.COLLECTOR in by.roles and by.roles.isdisjoint({Role.SUPERVISOR, Role.ADMINISTRATOR}):
            return [registered, portfolio.ClientAssignedToCollector(by.name, today)]
        return [registered]

    def correct(self, new: Details, why: str | None, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        corrected = new.checked(self.details)
        changed = corrected.differing(self._known)
        return [details.correction(corrected, changed, reason(why))] if changed else []

    def verify(self, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return [] if self.verified else [details.ClientVerified()]

    def withdraw_verification(self, why: str | None, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return [details.ClientVerificationWithdrawn(reason(why))] if self.verified else []

    def change_image(self, file_id: UUID, sha256: str, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return [image.ClientImageChanged(file_id, sha256)] if file_id != self.image else []

    def remove_image(self, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return [image.ClientImageRemoved()] if self.image is not None else []

    # How it is reached

    def add_contact(
        self, contact_id: UUID, new: Contact, *, region: str, by: Actor, as_told: bool = False
    ) -> Sequence[Event]:
        _check_works(by)
        return self.contacts.add(contact_id, new, region, as_told=as_told)

    def change_contact(
        self, contact_id: UUID, new: Contact, why: str | None, *, region: str, by: Actor
    ) -> Sequence[Event]:
        _check_works(by)
        return self.contacts.change(contact_id, new, region, reason(why))

    def learn_phone(self, contact_id: UUID, number: str, source: str, *, region: str) -> Sequence[Event]:
        return self.contacts.learn(contact_id, number, source, region)

    def find_contact_wrong(self, contact_id: UUID, why: str) -> Sequence[Event]:
        return self.contacts.found_wrong(contact_id, why)

    def remove_contact(self, contact_id: UUID, why: str | None, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return self.contacts.remove(contact_id, reason(why))

    # Its money

    def add_account(
        self, account_id: UUID, new: Account, *, country: str, by: Actor, as_told: bool = False
    ) -> Sequence[Event]:
        _check_works(by)
        return self.finances.add_account(account_id, new, country, as_told=as_told)

    def remove_account(self, account_id: UUID, why: str | None, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return self.finances.remove_account(account_id, reason(why))

    def add_card(self, card_id: UUID, new: Card, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return self.finances.add_card(card_id, new)

    def remove_card(self, card_id: UUID, why: str | None, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return self.finances.remove_card(card_id, reason(why))

    def add_credit_entry(self, entry_id: UUID, new: CreditEntry, *, today: date, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return self.finances.add_entry(entry_id, new, today=today)

    def remove_credit_entry(self, entry_id: UUID, why: str | None, *, by: Actor) -> Sequence[Event]:
        _check_works(by)
        return self.finances.remove_entry(entry_id, reason(why))

    # Whose it is

    def assign_to_collector(
        self, collector: str | None, from_on: date, *, plan_id: UUID | None = None, today: date, by: Actor
    ) -> list[Event]:
        """To nobody where `collector` is None. For a day to come it is planned, and needs the id of the plan."""
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        self.restrictions.check_not_erased()
        return [*self.portfolio.assign(collector, from_on, plan_id=plan_id, today=today)]

    def cancel_assignment(self, plan_id: UUID, *, by: Actor) -> list[Event]:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        return [*self.portfolio.cancel(plan_id)]

    def skip(self, until: date, *, today: date, by: Actor) -> Sequence[Event]:
        """In the queue, with the invoices that are due."""
        _check_works(by)
        return [skipping.skip(until, today=today)]

    def held_by(self, day: date) -> str | None:
        return self.portfolio.held_by(day)

    @property
    def _known(self) -> Details:
        assert self.details is not None  # noqa: S101 - a stream's first event registers its client
        return self.details

    def evolve(self, event: Event) -> Self:
        """Each part takes its own events. Another contact or account has to be verified again, and so have details."""
        if isinstance(event, contacts.Event):
            return replace(self, contacts=self.contacts.evolve(event), verified=False)
        if isinstance(event, finances.Event):
            still = self.verified and not isinstance(event, finances.AccountAdded | finances.AccountRemoved)
            return replace(self, finances=self.finances.evolve(event), verified=still)
        if isinstance(event, portfolio.Event):
            return replace(self, portfolio=self.portfolio.evolve(event))
        if isinstance(event, restrictions.Event):
            return replace(self, restrictions=self.restrictions.evolve(event))
        match event:
            case ClientRegistered() | details.ClientCorrected():
                checked = isinstance(event, details.ClientCorrected) and not details.CHECKED.isdisjoint(event.changed)
                return replace(self, details=details_of(event), verified=self.verified and not checked)
            case details.ClientVerified():
                return replace(self, verified=True)
            case details.ClientVerificationWithdrawn():
                return replace(self, verified=False)
            case image.ClientImageChanged():
                return replace(self, image=event.file_id)
            case image.ClientImageRemoved():
                return replace(self, image=None)
            case skipping.QueueSkipped():
                return self
            case _:
                assert_never(event)


def _check_works(by: Actor) -> None:
    by.require(*WORKS)


def details_of(event: ClientRegistered | details.ClientCorrected) -> Details:
    return Details(
        name=event.name,
        kind=event.kind,
        identification=event.identification,
        address=event.address or Address(),
        zone=event.zone,
        notes=event.notes,
        roles=event.roles,
        payment_days=event.payment_days,
    )
