"""The settings of the business that change what is decided."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from scenario import ANA, DORA, given

from domain.addresses import UnknownCountry
from domain.business import (
    Business,
    BusinessDescribed,
    ChargeLimitSet,
    DaysOutOfRange,
    DeadlinesSet,
    FourEyesSwitchedOff,
    FourEyesSwitchedOn,
    Kind,
    SecondFactorRequired,
    SessionLimitsSet,
    SessionOutOfRange,
    UnknownTimeZone,
)
from domain.errors import ReasonRequired, TextNotAllowed
from domain.money import LimitBelowZero, Money, UnknownCurrency
from domain.people import Role, RoleRequired

LENDER = BusinessDescribed("Préstamos del Valle", Kind.LENDER, "CO", "America/Bogota")
OFF = FourEyesSwitchedOff("one person decides here")


def test_a_new_business_is_a_spanish_agency_with_four_eyes():
    new = Business()
    assert (new.kind, new.country, new.zone, new.four_eyes) == (Kind.AGENCY, "ES", ZoneInfo("Europe/Madrid"), True)


def test_a_business_is_described():
    given(Business()).when(lambda b: b.describe(LENDER.name, Kind.LENDER, "CO", "America/Bogota", by=DORA)).then(LENDER)
    told = given(Business(), LENDER).state
    assert (told.name, told.kind, told.country, told.zone) == (
        "Préstamos del Valle",
        Kind.LENDER,
        "CO",
        ZoneInfo("America/Bogota"),
    )


@pytest.mark.parametrize("name", [" ", "x" * 201])
def test_a_business_has_a_name_of_the_length_of_one(name):
    given(Business()).when(lambda b: b.describe(name, Kind.AGENCY, "ES", "Europe/Madrid", by=DORA)).then_refused(
        TextNotAllowed, field="name"
    )


def test_describing_it_the_same_changes_nothing():
    given(Business(), LENDER).when(
        lambda b: b.describe(LENDER.name, Kind.LENDER, "CO", "America/Bogota", by=DORA)
    ).then()


def test_an_unknown_time_zone_is_refused():
    given(Business()).when(lambda b: b.describe("R", Kind.AGENCY, "ES", "Europe/Atlantis", by=DORA)).then_refused(
        UnknownTimeZone, field="time_zone"
    )


@pytest.mark.parametrize("country", ["", "es", "ESP", "E1", "ÑÑ"])
def test_a_country_is_a_two_letter_code(country):
    given(Business()).when(lambda b: b.describe("R", Kind.AGENCY, country, "Europe/Madrid", by=DORA)).then_refused(
        UnknownCountry, field="country"
    )


def test_four_eyes_are_switched_off_with_a_reason():
    given(Business()).when(lambda b: b.switch_four_eyes_off(OFF.reason, by=DORA)).then(OFF)
    given(Business()).when(lambda b: b.switch_four_eyes_off(" ", by=DORA)).then_refused(ReasonRequired)


def test_four_eyes_are_switched_once():
    given(Business(), OFF).when(lambda b: b.switch_four_eyes_off("again", by=DORA)).then()
    given(Business(), OFF).when(lambda b: b.switch_four_eyes_on(by=DORA)).then(FourEyesSwitchedOn())
    given(Business(), OFF, FourEyesSwitchedOn()).when(lambda b: b.switch_four_eyes_on(by=DORA)).then()


def test_the_switch_is_remembered():
    assert not given(Business(), OFF).state.four_eyes
    assert given(Business(), OFF, FourEyesSwitchedOn()).state.four_eyes


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.describe("R", Kind.AGENCY, "ES", "Europe/Madrid", by=ANA),
        lambda b: b.switch_four_eyes_off("I want to", by=ANA),
        lambda b: b.switch_four_eyes_on(by=ANA),
        lambda b: b.set_deadlines(1, 1, by=ANA),
        lambda b: b.set_charge_limit("EUR", None, by=ANA),
        lambda b: b.set_session_limits(60, 12, by=ANA),
        lambda b: b.require_second_factor([Role.COLLECTOR], by=ANA),
    ],
)
def test_only_an_administrator_changes_settings(change):
    given(Business()).when(change).then_refused(RoleRequired)


@pytest.mark.parametrize(("grace", "idle"), [(0, 1), (30, 365)])
def test_deadlines_are_set_within_their_range(grace, idle):
    given(Business()).when(lambda b: b.set_deadlines(grace, idle, by=DORA)).then(DeadlinesSet(grace, idle))
    set_to = given(Business(), DeadlinesSet(grace, idle))
    set_to.when(lambda b: b.set_deadlines(grace, idle, by=DORA)).then()
    assert (set_to.state.grace_days, set_to.state.idle_days) == (grace, idle)


@pytest.mark.parametrize(
    ("grace", "idle", "allowed"),
    [
        (-1, 30, ("grace_days", 0, 30)),
        (31, 30, ("grace_days", 0, 30)),
        (0, 0, ("idle_days", 1, 365)),
        (0, 366, ("idle_days", 1, 365)),
    ],
)
def test_deadlines_out_of_range_are_refused_telling_the_range(grace, idle, allowed):
    field, at_least, at_most = allowed
    given(Business()).when(lambda b: b.set_deadlines(grace, idle, by=DORA)).then_refused(
        DaysOutOfRange, field=field, at_least=at_least, at_most=at_most
    )


def test_the_limit_for_charges_may_be_nothing_and_is_lifted_by_saying_none():
    nothing, lifted = ChargeLimitSet("EUR", Money.zero("EUR")), ChargeLimitSet("EUR", None)
    given(Business()).when(lambda b: b.set_charge_limit("EUR", Money.zero("EUR"), by=DORA)).then(nothing)
    given(Business(), nothing).when(lambda b: b.set_charge_limit("EUR", Money.zero("EUR"), by=DORA)).then()
    given(Business(), nothing).when(lambda b: b.set_charge_limit("EUR", None, by=DORA)).then(lifted)
    given(Business(), nothing, lifted).when(lambda b: b.set_charge_limit("EUR", None, by=DORA)).then()
    assert Business().evolve(nothing).charge_limit("EUR") == Money.zero("EUR")
    assert Business().evolve(nothing).evolve(lifted).charge_limit("EUR") is None


def test_each_currency_has_a_limit_of_its_own():
    limits = [Money.of(900, "USD"), Money.of(50, "EUR"), Money.of(10, "USD")]
    told = given(Business(), *(ChargeLimitSet(limit.currency, limit) for limit in limits)).state
    assert told.charge_limits == (Money.of(50, "EUR"), Money.of(10, "USD"))
    assert [told.charge_limit(currency) for currency in ("EUR", "USD", "COP")] == [*told.charge_limits, None]


def test_a_limit_for_charges_is_not_below_zero_and_in_a_currency_that_exists():
    below = Money.signed(Decimal(-1), "EUR")
    given(Business()).when(lambda b: b.set_charge_limit("EUR", below, by=DORA)).then_refused(
        LimitBelowZero, field="limit"
    )
    given(Business()).when(lambda b: b.set_charge_limit("ZZZ", None, by=DORA)).then_refused(UnknownCurrency)


@pytest.mark.parametrize(("idle", "hours"), [(5, 1), (720, 24)])
def test_how_long_a_session_may_be_is_set_within_its_range(idle, hours):
    set_to = SessionLimitsSet(idle, hours)
    given(Business()).when(lambda b: b.set_session_limits(idle, hours, by=DORA)).then(set_to)
    limited = given(Business(), set_to)
    limited.when(lambda b: b.set_session_limits(idle, hours, by=DORA)).then()
    assert (limited.state.session_idle_minutes, limited.state.session_hours) == (idle, hours)


@pytest.mark.parametrize(
    ("idle", "hours", "allowed"),
    [
        (4, 12, ("idle_minutes", 5, 720)),
        (721, 12, ("idle_minutes", 5, 720)),
        (60, 0, ("hours", 1, 24)),
        (60, 25, ("hours", 1, 24)),
    ],
)
def test_no_session_is_endless(idle, hours, allowed):
    field, at_least, at_most = allowed
    given(Business()).when(lambda b: b.set_session_limits(idle, hours, by=DORA)).then_refused(
        SessionOutOfRange, field=field, at_least=at_least, at_most=at_most
    )


def test_a_second_factor_is_required_of_whoever_has_one_of_the_roles():
    roles = SecondFactorRequired((Role.SUPERVISOR, Role.ADMINISTRATOR))
    given(Business()).when(
        lambda b: b.require_second_factor([Role.ADMINISTRATOR, Role.SUPERVISOR, Role.SUPERVISOR], by=DORA)
    ).then(roles)
    given(Business(), roles).when(lambda b: b.require_second_factor(roles.roles, by=DORA)).then()
    given(Business(), roles).when(lambda b: b.require_second_factor([], by=DORA)).then(SecondFactorRequired(()))
    required = Business().evolve(roles).requires_second_factor
    assert (required([Role.COLLECTOR, Role.ADMINISTRATOR]), required([Role.COLLECTOR])) == (True, False)
    assert not Business().requires_second_factor(Role)
