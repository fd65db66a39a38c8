"""A client's money: accounts by their check digits, cards without their number, what others say of its credit."""

from dataclasses import replace
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
    TooManyEntries,
    account_of,
)
from domain.days import DayOutOfRange
from domain.errors import CardNumberNotKept, NotFound, TextNotAllowed
from domain.people import RoleRequired

REGISTERED = ClientRegistered("C-1", "Ana Ruiz")
ONE, TWO = UUID(int=1), UUID(int=2)
IBAN = "ES9121000418450200051332"
CARD = Card(CardBrand.VISA, "4242", "tok_1")
ENTRY = CreditEntry(TODAY, "Informe", "720")
FULL = 500
"""So many accounts, cards or entries a client may have."""


def adding(number, country="ES", *, bank=None, holder=None, **how):
    told = replace(account_of(number), bank=bank, holder=holder)
    return lambda c: c.add_account(ONE, told, country=country, by=ANA, **how)


def adding_card(card=CARD):
    return lambda c: c.add_card(ONE, card, by=ANA)


def noting(entry=ENTRY):
    return lambda c: c.add_credit_entry(ONE, entry, today=TODAY, by=ANA)


@pytest.mark.parametrize(
    ("typed", "country", "kind", "kept"),
    [
        ("es91 2100 0418 4502 0005 1332", "ES", AccountKind.IBAN, "ES9121000418450200051332"),
        ("2100-0418-45-0200051332", "ES", AccountKind.LOCAL, "21000418450200051332"),
        ("031-123.456 78", "CO", AccountKind.LOCAL, "03112345678"),
        ("1234", "CO", AccountKind.LOCAL, "1234"),
        ("1" * 20, "CO", AccountKind.LOCAL, "1" * 20),
        ("28505909 40090418135201", "AR", AccountKind.LOCAL, "2850590940090418135201"),
    ],
)
def test_an_account_is_tidied_and_checked(typed, country, kind, kept):
    given(Client(), REGISTERED).when(adding(typed, country)).then(AccountAdded(ONE, kind, kept))


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("ES9121000418450200051333", "ES"),
        ("21000418460200051332", "ES"),
        ("2850590940090418135202", "AR"),
        ("12A4", "CO"),
        ("123", "CO"),
        ("1" * 21, "CO"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(typed, country):
    given(Client(), REGISTERED).when(adding(typed, country)).then_refused(AccountNotValid, field="account")


def test_the_number_of_a_card_is_no_account():
    given(Client(), REGISTERED).when(adding("4111 1111 1111 1111", "CO")).then_refused(
        CardNumberNotKept, field="account"
    )


def test_a_file_s_wrong_account_is_kept_as_it_stood_there():
    given(Client(), REGISTERED).when(adding("ES91 2100", as_told=True)).then(
        AccountAdded(ONE, AccountKind.IBAN, "ES91 2100", valid=False)
    )


def test_an_account_that_is_wrong_is_kept_only_where_a_file_says_it():
    with pytest.raises(AccountNotValid):
        account_of("ES91 2100").checked("ES")


@pytest.mark.parametrize(("number", "valid"), [(IBAN, True), ("ES91 2100", False)])
def test_an_account_keeps_its_bank_and_whose_it_is(number, valid):
    given(Client(), REGISTERED).when(adding(number, bank=" Caja  Rural ", holder=" Eva Luz ", as_told=True)).then(
        AccountAdded(ONE, AccountKind.IBAN, number, "Caja Rural", "Eva Luz", valid=valid)
    )


@pytest.mark.parametrize("field", ["bank", "holder"])
def test_a_bank_and_a_holder_have_the_length_of_a_name(field):
    given(Client(), REGISTERED).when(adding(IBAN, **{field: "x" * 200})).then(
        AccountAdded(ONE, AccountKind.IBAN, IBAN, **{field: "x" * 200})
    )
    given(Client(), REGISTERED).when(adding(IBAN, **{field: "x" * 201})).then_refused(TextNotAllowed, field=field)


def test_a_file_s_account_is_not_kept_at_any_length():
    given(Client(), REGISTERED).when(adding("x" * 201, as_told=True)).then_refused(TextNotAllowed, field="account")


def test_an_account_is_known_once_and_removed_with_a_reason():
    known = AccountAdded(TWO, AccountKind.LOCAL, "03112345678")
    given(Client(), REGISTERED, known).when(adding("031 1234 5678", "CO")).then_refused(AccountKnown, field="account")
    removed = AccountRemoved(TWO, "Cancelada")
    given(Client(), REGISTERED, known).when(lambda c: c.remove_account(TWO, "Cancelada", by=ANA)).then(removed)
    given(Client(), REGISTERED, known, removed).when(adding("031 1234 5678", "CO")).then(replace(known, account_id=ONE))


def test_of_a_card_only_brand_last_four_and_token_are_kept():
    given(Client(), REGISTERED).when(adding_card(Card(CardBrand.VISA, "4242", " tok_1 "))).then(
        CardAdded(ONE, CardBrand.VISA, "4242", "tok_1")
    )


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"last_four": "42424242"}, LastFourNotValid, "last_four"),
        ({"last_four": "424"}, LastFourNotValid, "last_four"),
        ({"token": " "}, TextNotAllowed, "token"),
        ({"token": "x" * 201}, TextNotAllowed, "token"),
    ],
)
def test_what_is_wrong_with_a_card_is_told_at_its_field(wrong, refusal, field):
    given(Client(), REGISTERED).when(adding_card(replace(CARD, **wrong))).then_refused(refusal, field=field)


def test_credit_is_what_a_source_said_on_a_day():
    told = CreditEntry(date(2026, 3, 1), " Informe ", "7" * 50, " Paga\r\ntarde ")
    given(Client(), REGISTERED).when(noting(told)).then(
        CreditEntryAdded(ONE, date(2026, 3, 1), "Informe", "7" * 50, "Paga\ntarde")
    )
    given(Client(), REGISTERED).when(noting(replace(told, score=None))).then(
        CreditEntryAdded(ONE, date(2026, 3, 1), "Informe", None, "Paga\ntarde")
    )


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"score": " ", "note": ""}, NothingNoted, "score"),
        ({"score": "7" * 51}, TextNotAllowed, "score"),
        ({"note": "x" * 4001}, TextNotAllowed, "note"),
        ({"noted_on": TOMORROW}, DayOutOfRange, "noted_on"),
        ({"source": " "}, TextNotAllowed, "source"),
        ({"source": "x" * 201}, TextNotAllowed, "source"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_at_its_field(wrong, refusal, field):
    given(Client(), REGISTERED).when(noting(replace(ENTRY, **wrong))).then_refused(refusal, field=field)


@pytest.mark.parametrize(
    ("added", "remove", "removed"),
    [
        (AccountAdded(ONE, AccountKind.LOCAL, "03112345678"), Client.remove_account, AccountRemoved(ONE, "De otro")),
        (CardAdded(ONE, CardBrand.VISA, "4242", "tok_1"), Client.remove_card, CardRemoved(ONE, "De otro")),
        (CreditEntryAdded(ONE, TODAY, "Informe"), Client.remove_credit_entry, CreditEntryRemoved(ONE, "De otro")),
    ],
)
def test_what_is_known_is_removed_once_with_a_reason(added, remove, removed):
    take_back = lambda c: remove(c, ONE, "De otro", by=ANA)  # noqa: E731 - asked twice
    given(Client(), REGISTERED, added).when(take_back).then(removed)
    given(Client(), REGISTERED, added, removed).when(take_back).then_refused(NotFound, id=ONE)


@pytest.mark.parametrize(
    ("added", "add"),
    [
        (lambda n: AccountAdded(UUID(int=n), AccountKind.LOCAL, f"{n:08}"), adding(IBAN)),
        (lambda n: CardAdded(UUID(int=n), CardBrand.VISA, "4242", "tok_1"), adding_card()),
        (lambda n: CreditEntryAdded(UUID(int=n), TODAY, "Informe"), noting()),
    ],
)
def test_a_client_has_at_most_500_of_each(added, add):
    known = [added(n) for n in range(2, FULL + 2)]
    assert add(given(Client(), REGISTERED, *known[1:]).state)
    given(Client(), REGISTERED, *known).when(add).then_refused(TooManyEntries, at_most=FULL)


def test_an_auditor_changes_no_account():
    given(Client(), REGISTERED).when(
        lambda c: c.add_account(ONE, account_of(IBAN), country="ES", by=EMIL)
    ).then_refused(RoleRequired)
