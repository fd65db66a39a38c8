"""What people and programs tell of a client."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.http.shapes import TIDY, WHOLE, Body, Day, Line, Name, Note, Why
from domain.client.contacts import Contact, ContactKind, ContactState, Medium
from domain.client.details import Address, ClientRole, Details, Identification, IdentificationKind, Kind
from domain.client.finances import Account, Card, CardBrand, CreditEntry, account_of
from domain.client.restrictions import ErasureGround, RetentionGround


class IdentificationBody(Body):
    kind: IdentificationKind
    number: Name


class AddressBody(Body):
    street: Line | None = None
    postcode: Line | None = None
    district: Line | None = None
    city: Line | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166; else the business's own")] | None = None


class DetailsBody(Body):
    """`payment_days`: within how many days the client is to pay what it is invoiced."""

    name: Name
    kind: Kind | None = None
    identification: IdentificationBody | None = None
    address: AddressBody | None = None
    zone: Name | None = None
    notes: Note | None = None
    roles: Annotated[Sequence[ClientRole], Field(max_length=2)] = ()
    payment_days: Annotated[int, Field(strict=True, ge=0, le=365), WHOLE] | None = None

    def details(self) -> Details:
        said, at = self.identification, self.address or AddressBody()
        return Details(
            name=self.name,
            kind=self.kind,
            identification=Identification(said.kind, said.number) if said else None,
            address=Address(at.street, at.postcode, at.district, at.city, country=at.country),
            zone=self.zone,
            notes=self.notes,
            roles=tuple(self.roles),
            payment_days=self.payment_days,
        )


class ContactBody(Body):
    """`value` is a phone number, E.164 or as the business's country writes it, or an e-mail address."""

    value: Name
    kind: ContactKind | None = None
    whose: Name | None = None
    state: ContactState = ContactState.VALID
    hours: Name | None = None
    source: Name | None = None
    preferred: bool = False

    def contact(self, medium: Medium) -> Contact:
        return Contact(
            medium=medium,
            value=self.value,
            kind=self.kind,
            whose=self.whose,
            state=self.state,
            hours=self.hours,
            source=self.source,
            preferred=self.preferred,
        )


class NewContact(ContactBody):
    medium: Medium


class ChangedContact(ContactBody):
    reason: Line


class NewAccount(Body):
    """`number` is an IBAN, which begins with letters, or a local account number."""

    number: Name
    bank: Name | None = None
    holder: Name | None = None

    def account(self) -> Account:
        account = account_of(self.number)
        return Account(account.kind, account.number, self.bank, self.holder)


class NewCard(Body):
    """Never the number itself: `token` is what the payment provider knows the card by."""

    brand: CardBrand
    last_four: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    token: Name

    def card(self) -> Card:
        return Card(self.brand, self.last_four, self.token)


class NewCreditEntry(Body):
    noted_on: Day | None = None
    source: Name
    score: Annotated[str, Field(max_length=50, pattern=TIDY)] | None = None
    note: Note | None = None

    def entry(self, today: date) -> CreditEntry:
        return CreditEntry(self.noted_on or today, self.source, self.score, self.note)


class NewClient(DetailsBody):
    """`collector` is whose portfolio it goes into; a collector who registers it holds it in any case."""

    reference: Name | None = None
    contacts: Annotated[Sequence[NewContact], Field(max_length=100)] = ()
    accounts: Annotated[Sequence[NewAccount], Field(max_length=100)] = ()
    collector: Name | None = None


class Correction(DetailsBody):
    """All details as they are to be from now on: what is left out is known no more."""

    reason: Line


class Assignment(Body):
    """`collector` null: to nobody. Where `from` is yet to come it is planned."""

    collector: Name | None
    from_: Annotated[Day, Field(alias="from")]


class Retention(Body):
    """`until`: the first day on which the law lets the data go."""

    until: Day
    ground: RetentionGround


class Erasure(Body):
    ground: ErasureGround


class Merging(Why):
    into: UUID
