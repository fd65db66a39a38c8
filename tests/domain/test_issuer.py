"""Who issues: described by an administrator, with numbers that check themselves."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from scenario import ANA, DORA, given

from domain.issuer import (
    IbanNotValid,
    Identity,
    Issuer,
    IssuerCountryUnknown,
    IssuerDescribed,
    IssuerNotDescribed,
    LogoChanged,
    LogoRemoved,
    SeriesAlike,
    SeriesChosen,
    TaxIdNotValid,
    TermOutOfRange,
    TermsSet,
)
from domain.lines import RateNotAllowed
from domain.people import RoleRequired
from domain.sending import Language

US = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")
TERMS = TermsSet(15, 60, Decimal(10), Decimal(15), Language.ENGLISH)
LOGO = LogoChanged(UUID(int=5), "ab" * 32)


def test_an_administrator_says_who_issues_once():
    given(Issuer()).when(lambda i: i.describe(US, by=DORA)).then(IssuerDescribed(US))
    given(Issuer(), IssuerDescribed(US)).when(lambda i: i.describe(US, by=DORA)).then()
    given(Issuer()).when(lambda i: i.describe(US, by=ANA)).then_refused(RoleRequired)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"tax_id": "B41234569"}, TaxIdNotValid),
        ({"country": "CO", "tax_id": "900373913-5"}, TaxIdNotValid),
        ({"country": "España"}, IssuerCountryUnknown),
        ({"iban": "ES9121000418450200051333"}, IbanNotValid),
    ],
)
def test_a_number_whose_check_digit_is_wrong_is_refused(wrong, refusal):
    given(Issuer()).when(lambda i: i.describe(replace(US, **wrong), by=DORA)).then_refused(refusal)


def test_numbers_are_tidied():
    told = replace(US, tax_id="b-41.234.568", iban="es91 2100 0418 4502 0005 1332")
    described = IssuerDescribed(replace(US, iban="ES9121000418450200051332"))
    given(Issuer()).when(lambda i: i.describe(told, by=DORA)).then(described)


def test_who_issues_has_to_be_said_first():
    with pytest.raises(IssuerNotDescribed):
        _ = Issuer().described


def test_the_three_series_differ():
    given(Issuer()).when(lambda i: i.choose_series("A", "B", "C", by=DORA)).then(SeriesChosen("A", "B", "C"))
    given(Issuer()).when(lambda i: i.choose_series("F", "R", "P", by=DORA)).then()
    given(Issuer()).when(lambda i: i.choose_series("A", "A", "C", by=DORA)).then_refused(SeriesAlike)


def test_terms_are_days_and_percentages():
    given(Issuer()).when(lambda i: i.set_terms(TERMS, by=DORA)).then(TERMS)
    given(Issuer()).when(lambda i: i.set_terms(replace(TERMS, due_days=366), by=DORA)).then_refused(
        TermOutOfRange, field="due_days"
    )
    given(Issuer()).when(lambda i: i.set_terms(replace(TERMS, tax_rate=Decimal(101)), by=DORA)).then_refused(
        RateNotAllowed, field="tax_rate"
    )


def test_a_logo_is_changed_and_removed():
    given(Issuer()).when(lambda i: i.change_logo(LOGO.file_id, LOGO.sha256, by=DORA)).then(LOGO)
    given(Issuer(), LOGO).when(lambda i: i.remove_logo(by=DORA)).then(LogoRemoved())
    given(Issuer()).when(lambda i: i.remove_logo(by=DORA)).then()
