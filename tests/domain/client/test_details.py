"""What is known of a client: identification by its check digit, corrections with a reason, the verified mark."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st
from scenario import ANA, CARL, EMIL, TODAY, given
from stdnum.co import nit
from stdnum.es import cif, dni, nie

from domain.addresses import UnknownCountry
from domain.client import Client, ClientRegistered
from domain.client.contacts import ContactAdded, Medium
from domain.client.details import (
    Address,
    ClientCorrected,
    ClientRole,
    ClientVerificationWithdrawn,
    ClientVerified,
    Details,
    Identification,
    IdentificationKind,
    IdentificationNotValid,
    Kind,
    PaymentDaysOutOfRange,
    identify,
    recognised,
)
from domain.client.finances import AccountAdded, AccountKind, AccountRemoved, CardAdded, CardBrand
from domain.errors import CardNumberNotKept, ReasonRequired, TextNotAllowed
from domain.people import RoleRequired

NIF, NIE, CIF, NIT, CEDULA, VAT, FOREIGN, CODE = IdentificationKind
REGISTERED = ClientRegistered("C-1", "Ana Ruiz")


def corrected(told, *changed, reason="Nos llamó"):
    return ClientCorrected(
        changed,
        told.name,
        told.kind,
        told.identification,
        told.address,
        told.zone,
        told.notes,
        told.roles,
        told.payment_days,
        reason,
    )


def registering(told, **how):
    return lambda c: c.register("C-1", told, today=TODAY, by=ANA, **how)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (NIF, "12.345.678-z", Identification(NIF, "12345678Z")),
        (NIF, "X 5910266 W", Identification(NIE, "X5910266W")),
        (NIF, "B-58378431", Identification(CIF, "B58378431")),
        (NIF, "M-1234567-L", Identification(NIF, "M1234567L")),
        (NIT, "213.123.432-1", Identification(NIT, "2131234321")),
        (CEDULA, "79.482.375", Identification(CEDULA, "79482375")),
        (VAT, "DE 136 695 976", Identification(VAT, "DE136695976")),
        (VAT, "fr40303265045", Identification(VAT, "FR40303265045")),
        (VAT, "ES B58378431", Identification(CIF, "B58378431")),
        (FOREIGN, "gb 980 7806 84", Identification(FOREIGN, "GB980780684")),
        (CODE, "00 417", Identification(CODE, "00417")),
        (CODE, "1" * 20, Identification(CODE, "1" * 20)),
    ],
)
def test_an_identification_is_tidied_and_known_for_what_it_is(kind, typed, kept):
    assert identify(kind, typed) == kept
    given(Client()).when(
        lambda c: c.register(
            "C-1", Details("Ana Ruiz", identification=Identification(kind, typed)), today=TODAY, by=ANA
        )
    ).then(replace(REGISTERED, identification=kept))


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (NIF, "12345678A"),
        (NIE, "X5910266A"),
        (CIF, "B58378432"),
        (NIT, "213123432-2"),
        (CEDULA, "79482375B"),
        (CEDULA, "79482375123"),
        (VAT, "DE136695977"),
        (VAT, "136695976"),
        (VAT, "GB980780684"),
        (FOREIGN, "PASAPORTE"),
        (FOREIGN, "A1"),
        (CODE, "A-17"),
        (CODE, "1" * 21),
        (CODE, ""),
    ],
)
def test_a_wrong_identification_is_refused_at_its_field(kind, typed):
    told = Details("Ana Ruiz", identification=Identification(kind, typed))
    given(Client()).when(registering(told)).then_refused(IdentificationNotValid, field="identification")


@pytest.mark.parametrize(("kind", "typed"), [(NIT, "213123432-2"), (FOREIGN, "PASAPORTE")])
def test_a_refusal_says_of_which_kind_a_number_is_not(kind, typed):
    with pytest.raises(IdentificationNotValid) as refused:
        identify(kind, typed)
    assert refused.value.details == {"field": "identification", "kind": kind}


def test_an_identification_is_taken_away_by_correcting_it_into_none():
    known = replace(REGISTERED, identification=Identification(NIF, "12345678Z"))
    told = Details("Ana Ruiz")
    given(Client(), known).when(lambda c: c.correct(told, "Nos llamó", by=ANA)).then(corrected(told, "identification"))


def test_the_number_of_a_card_is_no_code():
    told = Details("Ana Ruiz", identification=Identification(CODE, "4111 1111 1111 1111"))
    given(Client()).when(registering(told)).then_refused(CardNumberNotKept, field="identification")


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        (NIF, lambda n: f"{n:08}{dni.calc_check_digit(f'{n:08}')}"),
        (NIE, lambda n: f"X{n % 10**7:07}{nie.calc_check_digit(f'X{n % 10**7:07}')}"),
        (CIF, lambda n: f"B{n % 10**7:07}{cif.calc_check_digits(f'B{n % 10**7:07}')[0]}"),
        (NIT, lambda n: f"9{n:08}{nit.calc_check_digit(f'9{n:08}')}"),
    ],
    ids=["nif", "nie", "cif", "nit"],
)
def test_one_digit_changed_is_always_noticed(kind, right):
    @for_all(st.integers(0, 10**8 - 1), st.integers(1, 7), st.integers(1, 9))
    def noticed(number, at, more):
        typed = right(number)
        assert identify(kind, typed) == Identification(kind, typed)
        assume(kind is not NIT or typed[-1] != "1")  # the check digit of two of its eleven remainders (DIAN)
        wrong = f"{typed[:at]}{(int(typed[at]) + more) % 10}{typed[at + 1 :]}"
        with pytest.raises(IdentificationNotValid):
            identify(kind, wrong)

    noticed()


def test_a_file_s_wrong_identification_is_kept_as_it_stood_there():
    told = Details("Ana Ruiz", identification=Identification(NIF, " 1234-X "))
    given(Client()).when(registering(told, as_told=True)).then(
        replace(REGISTERED, identification=Identification(NIF, "1234-X", valid=False))
    )
    too_long = replace(told, identification=Identification(NIF, "x" * 201))
    given(Client()).when(registering(too_long, as_told=True)).then_refused(TextNotAllowed, field="identification")


def test_only_a_file_says_that_a_postcode_is_none():
    told = Details("Ana Ruiz", address=Address(postcode="X-1", valid=False))
    given(Client()).when(registering(told, as_told=True)).then(replace(REGISTERED, address=told.address))
    given(Client()).when(registering(told)).then(replace(REGISTERED, address=Address(postcode="X-1")))


def test_what_a_file_had_wrong_may_stay_while_something_else_is_corrected():
    wrong = Identification(NIF, "1234-X", valid=False)
    address = Address(postcode="X-1", valid=False)
    told = Details("Ana Ruiz", identification=Identification(NIF, "1234-X"), address=Address(postcode="X-1"))
    known = given(Client(), replace(REGISTERED, identification=wrong, address=address))
    known.when(lambda c: c.correct(replace(told, zone="Norte"), "Nos llamó", by=ANA)).then(
        corrected(replace(told, identification=wrong, address=address, zone="Norte"), "zone")
    )
    moved = replace(told, address=Address(postcode="41001"))
    known.when(lambda c: c.correct(moved, "Nos llamó", by=ANA)).then(
        corrected(replace(moved, identification=wrong), "address")
    )


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("12345678Z", Identification(NIF, "12345678Z")),
        ("B58378431", Identification(CIF, "B58378431")),
        ("417", Identification(CODE, "417")),
        ("ABC", Identification(NIF, "ABC", valid=False)),
        ("900373913-5", Identification(NIT, "900373913-5", valid=False)),
    ],
)
def test_a_file_need_not_say_of_which_kind_an_identification_is(written, known):
    assert recognised(written) == known


def test_all_that_is_known_is_registered_in_one_event():
    told = Details(
        "Talleres Muñoz, S. L.",
        Kind.COMPANY,
        Identification(CIF, "B58378431"),
        Address(" Calle  Mayor 1 ", "28013", "Centro", "Madrid", country="FR"),
        "Norte",
        "Paga a final de mes\r\nsiempre",
        (ClientRole.DEBTOR, ClientRole.CREDITOR, ClientRole.DEBTOR),
        30,
    )
    registered = ClientRegistered(
        "C-1",
        told.name,
        Kind.COMPANY,
        "Norte",
        told.identification,
        Address("Calle Mayor 1", "28013", "Centro", "Madrid", country="FR"),
        "Paga a final de mes\nsiempre",
        (ClientRole.CREDITOR, ClientRole.DEBTOR),
        30,
    )
    given(Client()).when(registering(told)).then(registered)
    given(Client(), registered).when(lambda c: c.correct(told, None, by=ANA)).then()


@pytest.mark.parametrize("days", [0, 365])
def test_payment_is_due_within_a_year(days):
    given(Client()).when(registering(Details("Ana Ruiz", payment_days=days))).then(
        replace(REGISTERED, payment_days=days)
    )


@pytest.mark.parametrize(
    ("wrong", "refusal", "details"),
    [
        ({"name": "x" * 201}, TextNotAllowed, {"field": "name"}),
        ({"zone": "x" * 201}, TextNotAllowed, {"field": "zone"}),
        ({"notes": "x" * 4001}, TextNotAllowed, {"field": "notes"}),
        ({"address": Address(street="x" * 501)}, TextNotAllowed, {"field": "street"}),
        ({"address": Address(postcode="x" * 501)}, TextNotAllowed, {"field": "postcode"}),
        ({"address": Address(district="x" * 501)}, TextNotAllowed, {"field": "district"}),
        ({"address": Address(city="x" * 501)}, TextNotAllowed, {"field": "city"}),
        ({"address": Address(country="es")}, UnknownCountry, {"field": "country"}),
        ({"payment_days": -1}, PaymentDaysOutOfRange, {"field": "payment_days", "at_most": 365}),
        ({"payment_days": 366}, PaymentDaysOutOfRange, {"field": "payment_days", "at_most": 365}),
    ],
)
def test_what_is_wrong_with_what_is_told_is_refused_at_its_field(wrong, refusal, details):
    given(Client()).when(registering(replace(Details("Ana"), **wrong))).then_refused(refusal, **details)


def test_a_correction_tells_what_it_changed_and_why():
    told = Details("Ana Ruiz Gil", Kind.PERSON, zone="Norte", notes="Amable", payment_days=30)
    given(Client(), REGISTERED).when(lambda c: c.correct(told, "Nos llamó", by=CARL)).then(
        corrected(told, "name", "kind", "zone", "notes", "payment_days")
    )


def test_a_correction_that_changes_nothing_is_no_event():
    given(Client(), REGISTERED).when(lambda c: c.correct(Details(" Ana  Ruiz "), None, by=ANA)).then()


def test_a_correction_needs_a_reason():
    given(Client(), REGISTERED).when(lambda c: c.correct(Details("Eva"), " ", by=ANA)).then_refused(
        ReasonRequired, field="reason"
    )


def test_an_auditor_corrects_nothing():
    given(Client(), REGISTERED).when(lambda c: c.correct(Details("Eva"), "x", by=EMIL)).then_refused(RoleRequired)


def test_a_client_is_verified_once():
    given(Client(), REGISTERED).when(lambda c: c.verify(by=CARL)).then(ClientVerified())
    given(Client(), REGISTERED, ClientVerified()).when(lambda c: c.verify(by=CARL)).then()


def test_the_mark_may_be_taken_back():
    given(Client(), REGISTERED, ClientVerified()).when(lambda c: c.withdraw_verification("undo", by=CARL)).then(
        ClientVerificationWithdrawn("undo")
    )
    for past in ((), (ClientVerified(), ClientVerificationWithdrawn("undo"))):
        given(Client(), REGISTERED, *past).when(lambda c: c.withdraw_verification("undo", by=CARL)).then()


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (corrected(Details("Eva"), "name"), False),
        (corrected(Details("Ana Ruiz", address=Address(city="Vigo")), "address"), False),
        (corrected(Details("Ana Ruiz", zone="Norte", notes="Amable"), "zone", "notes"), True),
        (ContactAdded(UUID(int=1), Medium.PHONE, "+34600123123"), False),
        (CardAdded(UUID(int=1), CardBrand.VISA, "4242", "tok_1"), True),
        (AccountAdded(UUID(int=1), AccountKind.LOCAL, "03112345678"), False),
        (AccountRemoved(UUID(int=1), "Cancelada"), False),
    ],
)
def test_a_later_change_of_checked_data_takes_the_mark_away_and_no_change_gives_it(change, stays):
    assert given(Client(), REGISTERED, ClientVerified(), change).state.verified is stays
    assert given(Client(), REGISTERED, change).state.verified is False
