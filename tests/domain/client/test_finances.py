"""A client's money: accounts by their check digits, cards without their number, what others say of its credit."""

from datetime import date
from uuid import UUID

import pytest
from scenario import ANA, EMIL, TODAY, TOMORROW, given

from domain.client import Client, ClientRegistered
from domain.client.finances import (
    AccountAdded,
    AccountKind,
    AccountKnown,
    AccountNotValid,
    AccountRemoved,
    Card,
    CardAdded,
    CardBrand,
    CardRemoved,
    CreditEntry,
    CreditEntryAdded,
    CreditEntryRemoved,
    LastFourNotValid,
    NothingNoted,
    account_of,
)
from domain.days import DayOutOfRange
from domain.errors import NotFound
from domain.people import RoleRequired

REGISTERED = ClientRegistered("C-1", "Ana Ruiz")
ONE, TWO = UUID(int=1), UUID(int=2)


def adding(number, country="ES", **how):
    return lambda c: c.add_account(ONE, account_of(number), country=country, by=ANA, **how)


@pytest.mark.parametrize(
    ("typed", "country", "kind", "kept"),
    [
        ("es91 2100 0418 4502 0005 1332", "ES", AccountKind.IBAN, "ES9121000418450200051332"),
        ("2100-0418-45-0200051332", "ES", AccountKind.LOCAL, "21000418450200051332"),
        ("031-123.456 78", "CO", AccountKind.LOCAL, "03112345678"),
    ],
)
def test_an_account_is_tidied_and_checked(typed, country, kind, kept):
    given(Client(), REGISTERED).when(adding(typed, country)).then(AccountAdded(ONE, kind, kept))


@pytest.mark.parametrize(
    ("typed", "country"),
    [("ES9121000418450200051333", "ES"), ("21000418460200051332", "ES"), ("12A4", "CO"), ("123", "CO")],
)
def test_a_wrong_account_is_refused_at_its_field(typed, country):
    given(Client(), REGISTERED).when(adding(typed, country)).then_refused(AccountNotValid, field="account")


def test_a_file_s_wrong_account_is_kept_as_it_stood_there():
    given(Client(), REGISTERED).when(adding("ES91 2100", as_told=True)).then(
        AccountAdded(ONE, AccountKind.IBAN, "ES91 2100", valid=False)
    )


def test_an_account_is_known_once_and_removed_with_a_reason():
    known = AccountAdded(TWO, AccountKind.LOCAL, "03112345678")
    given(Client(), REGISTERED, known).when(adding("031 1234 5678", "CO")).then_refused(AccountKnown, field="account")
    given(Client(), REGISTERED, known).when(lambda c: c.remove_account(TWO, "Cancelada", by=ANA)).then(
        AccountRemoved(TWO, "Cancelada")
    )


def test_of_a_card_only_brand_last_four_and_token_are_kept():
    given(Client(), REGISTERED).when(lambda c: c.add_card(ONE, Card(CardBrand.VISA, "4242", " tok_1 "), by=ANA)).then(
        CardAdded(ONE, CardBrand.VISA, "4242", "tok_1")
    )
    given(Client(), REGISTERED).when(
        lambda c: c.add_card(ONE, Card(CardBrand.VISA, "42424242", "tok_1"), by=ANA)
    ).then_refused(LastFourNotValid, field="last_four")


def test_a_card_is_removed_once():
    card = CardAdded(ONE, CardBrand.VISA, "4242", "tok_1")
    given(Client(), REGISTERED, card).when(lambda c: c.remove_card(ONE, "Caducada", by=ANA)).then(
        CardRemoved(ONE, "Caducada")
    )
    given(Client(), REGISTERED, card, CardRemoved(ONE, "Caducada")).when(
        lambda c: c.remove_card(ONE, "Caducada", by=ANA)
    ).then_refused(NotFound)


def test_credit_is_what_a_source_said_on_a_day():
    told = CreditEntry(date(2026, 3, 1), "Informe", "720")
    given(Client(), REGISTERED).when(lambda c: c.add_credit_entry(ONE, told, today=TODAY, by=ANA)).then(
        CreditEntryAdded(ONE, date(2026, 3, 1), "Informe", "720")
    )


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (CreditEntry(TODAY, "Informe", " ", ""), NothingNoted),
        (CreditEntry(TOMORROW, "Informe", "720"), DayOutOfRange),
    ],
)
def test_an_entry_says_something_and_is_not_of_tomorrow(entry, refusal):
    given(Client(), REGISTERED).when(lambda c: c.add_credit_entry(ONE, entry, today=TODAY, by=ANA)).then_refused(
        refusal
    )


def test_an_entry_is_taken_back_with_a_reason():
    entry = CreditEntryAdded(ONE, TODAY, "Informe", "720")
    given(Client(), REGISTERED, entry).when(lambda c: c.remove_credit_entry(ONE, "De otro", by=ANA)).then(
        CreditEntryRemoved(ONE, "De otro")
    )


def test_an_auditor_changes_no_account():
    given(Client(), REGISTERED).when(
        lambda c: c.add_account(ONE, account_of("ES9121000418450200051332"), country="ES", by=EMIL)
    ).then_refused(RoleRequired)
