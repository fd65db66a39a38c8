"""Who issues: described by an administrator, with numbers that check themselves."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from scenario import ANA, DORA, given

from domain.errors import TextNotAllowed
from domain.issuer import (
    IbanNotValid,
    Identity,
    Issuer,
    IssuerCountryUnknown,
    IssuerDescribed,
    IssuerNotDescribed,
    LogoChanged,
    LogoRemoved,
    Numbered,
    SeriesAlike,
    SeriesChosen,
    TaxIdNotValid,
    TermOutOfRange,
    TermsSet,
)
from domain.lines import RateNotAllowed
from domain.people import RoleRequired
from domain.printable import NotPrintable
from domain.sending import Language
from domain.series import SeriesCodeNotAllowed

US = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")
TERMS = TermsSet(15, 60, Decimal(10), Decimal(15), Language.ENGLISH)
LOGO = LogoChanged(UUID(int=5), "ab" * 32)


WHOLE = replace(
    US,
    email="cobros@sur.es",
    phone="955 123 123",
    iban="ES9121000418450200051332",
    footer="Registro Mercantil de Sevilla\nTomo 1",
    account="Bancolombia, ahorros, 123",
)
PAST = (IssuerDescribed(US), LOGO, SeriesChosen("A", "B", "C"), TERMS)


def describe(told):
    return lambda i, by=DORA: i.describe(told, by=by)


@pytest.mark.parametrize(
    ("past", "command", "event"),
    [
        ((), describe(WHOLE), IssuerDescribed(WHOLE)),
        (PAST, describe(WHOLE), IssuerDescribed(WHOLE)),
        ((), lambda i, by=DORA: i.change_logo(LOGO.file_id, LOGO.sha256, by=by), LOGO),
        ((LOGO,), lambda i, by=DORA: i.remove_logo(by=by), LogoRemoved()),
        ((), lambda i, by=DORA: i.choose_series("A", "B", "C", by=by), SeriesChosen("A", "B", "C")),
        ((), lambda i, by=DORA: i.set_terms(TERMS, by=by), TERMS),
    ],
)
def test_only_an_administrator_changes_it_and_the_same_again_changes_nothing(past, command, event):
    given(Issuer(), *past).when(command).then(event)
    given(Issuer(), *past, event).when(command).then()
    given(Issuer(), *past).when(lambda i: command(i, by=ANA)).then_refused(RoleRequired)


def test_a_new_issuer_has_the_usual_series_and_terms():
    given(Issuer()).when(lambda i: i.choose_series("F", "R", "P", by=DORA)).then()
    usual = TermsSet(30, 30, Decimal(21), Decimal(0), Language.SPANISH)
    given(Issuer()).when(lambda i: i.set_terms(usual, by=DORA)).then()


@pytest.mark.parametrize(
    ("wrong", "refusal", "details"),
    [
        ({"tax_id": "B41234569"}, TaxIdNotValid, {"field": "tax_id", "country": "ES"}),
        ({"country": "CO", "tax_id": "900373913-5"}, TaxIdNotValid, {"field": "tax_id", "country": "CO"}),
        ({"country": "FR", "tax_id": "x" * 201}, TextNotAllowed, {"field": "tax_id"}),
        ({"country": "España"}, IssuerCountryUnknown, {"field": "country"}),
        ({"country": "es"}, IssuerCountryUnknown, {"field": "country"}),
        ({"country": "ÑÑ"}, IssuerCountryUnknown, {"field": "country"}),
        ({"iban": "ES9121000418450200051333"}, IbanNotValid, {"field": "iban"}),
        ({"name": "x" * 201}, TextNotAllowed, {"field": "name"}),
        ({"street": "x" * 501}, TextNotAllowed, {"field": "street"}),
        ({"postcode": "x" * 201}, TextNotAllowed, {"field": "postcode"}),
        ({"city": "x" * 201}, TextNotAllowed, {"field": "city"}),
        ({"email": "x" * 201}, TextNotAllowed, {"field": "email"}),
        ({"phone": "x" * 201}, TextNotAllowed, {"field": "phone"}),
        ({"footer": "x" * 4001}, TextNotAllowed, {"field": "footer"}),
        ({"account": "x" * 201}, TextNotAllowed, {"field": "account"}),
        ({"footer": "株式会社"}, NotPrintable, {"field": "footer"}),
    ],
)
def test_what_cannot_be_of_an_issuer_is_refused_at_its_field(wrong, refusal, details):
    given(Issuer()).when(describe(replace(US, **wrong))).then_refused(refusal, **details)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            {"tax_id": "b-41.234.568", "iban": "es91 2100 0418 4502 0005 1332"},
            {"iban": "ES9121000418450200051332"},
        ),
        ({"country": "CO", "tax_id": "213.123.432-1"}, {"country": "CO", "tax_id": "2131234321"}),
        ({"country": "FR", "tax_id": " FR 40303265045 "}, {"country": "FR", "tax_id": "FR 40303265045"}),
        ({"iban": " ", "account": " "}, {}),
    ],
)
def test_numbers_are_tidied_as_their_country_writes_them(told, kept):
    given(Issuer()).when(describe(replace(US, **told))).then(IssuerDescribed(replace(US, **kept)))


def test_it_is_paid_into_its_iban_as_people_read_it_or_else_its_account():
    assert WHOLE.paid_into == "ES91 2100 0418 4502 0005 1332"
    assert replace(WHOLE, iban=None).paid_into == "Bancolombia, ahorros, 123"
    assert US.paid_into is None


def test_who_issues_has_to_be_said_first():
    with pytest.raises(IssuerNotDescribed) as refused:
        _ = Issuer().described
    assert refused.value.details == {"field": "issuer"}
    assert given(Issuer(), IssuerDescribed(US)).state.described == US


@pytest.mark.parametrize("codes", [("A", "A", "C"), ("A", "B", "A"), ("A", "C", "C")])
def test_the_three_series_differ(codes):
    given(Issuer()).when(lambda i: i.choose_series(*codes, by=DORA)).then_refused(SeriesAlike, field="credit_notes")


@pytest.mark.parametrize("numbered", Numbered)
def test_each_of_what_is_numbered_has_its_own_series(numbered):
    codes = dict(zip(Numbered, ("A", "B", "C"), strict=True))
    assert SeriesChosen(**codes).code_of(numbered) == codes[numbered]
    wrong = codes | {numbered: "no"}
    given(Issuer()).when(lambda i: i.choose_series(**wrong, by=DORA)).then_refused(SeriesCodeNotAllowed, field=numbered)


@pytest.mark.parametrize("field", ["due_days", "estimate_days"])
def test_days_to_pay_or_to_answer_are_within_a_year(field):
    for days in (0, 365):
        told = replace(TERMS, **{field: days})
        given(Issuer()).when(lambda i, told=told: i.set_terms(told, by=DORA)).then(told)
    for days in (-1, 366):
        told = replace(TERMS, **{field: days})
        given(Issuer()).when(lambda i, told=told: i.set_terms(told, by=DORA)).then_refused(
            TermOutOfRange, field=field, at_most=365
        )


@pytest.mark.parametrize("field", ["tax_rate", "withholding"])
def test_tax_and_withholding_are_percentages_however_they_are_written(field):
    given(Issuer()).when(lambda i: i.set_terms(replace(TERMS, **{field: Decimal("7.00")}), by=DORA)).then(
        replace(TERMS, **{field: Decimal(7)})
    )
    [set_to] = given(Issuer()).state.set_terms(replace(TERMS, **{field: Decimal("7.00")}), by=DORA)
    assert str(getattr(set_to, field)) == "7"
    given(Issuer()).when(lambda i: i.set_terms(replace(TERMS, **{field: Decimal(101)}), by=DORA)).then_refused(
        RateNotAllowed, field=field
    )


def test_there_is_no_logo_to_remove_where_none_was_chosen():
    given(Issuer()).when(lambda i: i.remove_logo(by=DORA)).then()
