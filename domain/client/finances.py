"""What is known of a client's money: accounts, cards, and what others say of its credit.

Of a card only its brand, the last four figures and the token that the payment provider knows it by: the number itself
is kept nowhere (PCI DSS 3.4).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from stdnum import iban
from stdnum.ar import cbu
from stdnum.es import ccc
from stdnum.exceptions import ValidationError

from domain.days import check_day
from domain.errors import Conflict, Invalid, NotFound
from domain.personal import NAME, About, Personal, optional_long_text, optional_text, text

ENTRIES_AT_MOST = 500


class AccountKind(StrEnum):
    IBAN = "iban"
    LOCAL = "local"


class CardBrand(StrEnum):
    VISA = "visa"
    MASTERCARD = "mastercard"
    AMEX = "amex"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Account:
    """`holder` is None where it is the client's own. Not `valid`: as a file had it."""

    kind: AccountKind
    number: str
    bank: str | None = None
    holder: str | None = None
    valid: bool = True

    def checked(self, country: str, *, as_told: bool = False) -> "Account":
        """Tidied, or refused."""
        bank = optional_text(self.bank, "bank", at_most=NAME)
        holder = optional_text(self.holder, "holder", at_most=NAME)
        try:
            return Account(self.kind, _account_number(self.kind, self.number, country), bank, holder)
        except AccountNotValid:
            if not as_told:
                raise
        return Account(self.kind, text(self.number, "account", at_most=NAME), bank, holder, valid=False)


@dataclass(frozen=True, slots=True)
class Card:
    brand: CardBrand
    last_four: str
    token: str

    def checked(self) -> "Card":
        if not re.fullmatch(r"[0-9]{4}", self.last_four):
            raise LastFourNotValid(field="last_four")
        return replace(self, token=text(self.token, "token", at_most=NAME))


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """What a source said of the client's credit on a day: a score, a note, or both."""

    noted_on: date
    source: str
    score: str | None = None
    note: str | None = None

    def checked(self, today: date) -> "CreditEntry":
        check_day(self.noted_on, "noted_on", at_most=today)
        score, note = optional_text(self.score, "score", at_most=50), optional_long_text(self.note, "note")
        if score is None and note is None:
            raise NothingNoted(field="score")
        return CreditEntry(self.noted_on, text(self.source, "source", at_most=NAME), score, note)


# What can happen


@dataclass(frozen=True, slots=True)
class AccountAdded:
    account_id: UUID
    kind: AccountKind
    number: Personal
    bank: Annotated[str | None, About()] = None
    holder: Annotated[str | None, About()] = None
    valid: bool = True


@dataclass(frozen=True, slots=True)
class AccountRemoved:
    account_id: UUID
    reason: Personal


@dataclass(frozen=True, slots=True)
class CardAdded:
    card_id: UUID
    brand: CardBrand
    last_four: Personal
    token: Personal


@dataclass(frozen=True, slots=True)
class CardRemoved:
    card_id: UUID
    reason: Personal


@dataclass(frozen=True, slots=True)
class CreditEntryAdded:
    entry_id: UUID
    noted_on: date
    source: Personal
    score: Annotated[str | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class CreditEntryRemoved:
    entry_id: UUID
    reason: Personal


Event = AccountAdded | AccountRemoved | CardAdded | CardRemoved | CreditEntryAdded | CreditEntryRemoved


# What is refused


class AccountNotValid(Invalid):
    title = "This is not an account number: a digit of it is wrong or missing"


class AccountKnown(Conflict):
    title = "This client has that account already"


class LastFourNotValid(Invalid):
    title = "Of a card only the last four digits are kept"


class NothingNoted(Invalid):
    title = "Give a score or a note"


class TooManyEntries(Conflict):
    title = "This client has too many accounts, cards or entries"


# The finances of one client


@dataclass(frozen=True)
class Finances:
    """`cards` and `entries` are known by their ids alone: no rule asks what they say."""

    accounts: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    cards: frozenset[UUID] = frozenset()
    entries: frozenset[UUID] = frozenset()

    def add_account(self, account_id: UUID, new: Account, country: str, *, as_told: bool) -> list[Event]:
        account = new.checked(country, as_told=as_told)
        if account.number in self.accounts.values():
            raise AccountKnown(field="account")
        _check_room(self.accounts)
        return [
            AccountAdded(
                account_id=account_id,
                kind=account.kind,
                number=account.number,
                bank=account.bank,
                holder=account.holder,
                valid=account.valid,
            )
        ]

    def remove_account(self, account_id: UUID, reason: str) -> list[Event]:
        _check_known(account_id, self.accounts)
        return [AccountRemoved(account_id, reason)]

    def add_card(self, card_id: UUID, new: Card) -> list[Event]:
        card = new.checked()
        _check_room(self.cards)
        return [CardAdded(card_id, card.brand, card.last_four, card.token)]

    def remove_card(self, card_id: UUID, reason: str) -> list[Event]:
        _check_known(card_id, self.cards)
        return [CardRemoved(card_id, reason)]

    def add_entry(self, entry_id: UUID, new: CreditEntry, *, today: date) -> list[Event]:
        entry = new.checked(today)
        _check_room(self.entries)
        return [CreditEntryAdded(entry_id, entry.noted_on, entry.source, entry.score, entry.note)]

    def remove_entry(self, entry_id: UUID, reason: str) -> list[Event]:
        _check_known(entry_id, self.entries)
        return [CreditEntryRemoved(entry_id, reason)]

    def evolve(self, event: Event) -> Self:
        match event:
            case AccountAdded():
                return replace(self, accounts={**self.accounts, event.account_id: event.number})
            case AccountRemoved():
                return replace(
                    self, accounts={id_: one for id_, one in self.accounts.items() if id_ != event.account_id}
                )
            case CardAdded():
                return replace(self, cards=self.cards | {event.card_id})
            case CardRemoved():
                return replace(self, cards=self.cards - {event.card_id})
            case CreditEntryAdded():
                return replace(self, entries=self.entries | {event.entry_id})
            case CreditEntryRemoved():
                return replace(self, entries=self.entries - {event.entry_id})
            case _:
                assert_never(event)


def _check_room(known: Collection[object]) -> None:
    if len(known) >= ENTRIES_AT_MOST:
        raise TooManyEntries(at_most=ENTRIES_AT_MOST)


def _check_known(id_: UUID, known: Collection[UUID]) -> None:
    if id_ not in known:
        raise NotFound(id=id_)


# Numbers of accounts


def account_of(number: str) -> Account:
    """An account number as it is typed or stands in a file: an IBAN begins with letters."""
    kind = AccountKind.IBAN if number.strip()[:2].isalpha() else AccountKind.LOCAL
    return Account(kind, number)


def _account_number(kind: AccountKind, number: str, country: str) -> str:
    """IBAN (ISO 13616) or, by the country's own check digits where it has them, a local number."""
    try:
        if kind is AccountKind.IBAN:
            return iban.validate(number)
        if country == "ES":
            return ccc.validate(number)
        if country == "AR":
            return cbu.validate(number)
    except ValidationError:
        raise AccountNotValid(field="account") from None
    tidy = re.sub(r"[\s.-]", "", number)
    if not re.fullmatch(r"[0-9]{4,20}", tidy):
        raise AccountNotValid(field="account")
    return text(tidy, "account")
