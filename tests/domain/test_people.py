"""Users and what their roles allow."""

from dataclasses import replace

import pytest
from scenario import ANA, CARL, DORA, EMIL, given

from domain.addresses import EmailNotValid
from domain.errors import TextNotAllowed
from domain.people import (
    OPERATOR,
    Actor,
    OwnAccount,
    Period,
    PeriodPreferred,
    Role,
    RoleMissing,
    RoleRequired,
    User,
    UserAdded,
    UserDescribed,
    UserDisabled,
    UserEnabled,
    UserExists,
    UserNameNotAllowed,
    UserRolesChanged,
    user_id,
)

ADDED = UserAdded("ana", (Role.COLLECTOR,))


def test_a_user_is_added_with_roles_in_order_each_once():
    given(User()).when(lambda u: u.add("ana", [Role.SUPERVISOR, Role.COLLECTOR, Role.SUPERVISOR])).then(
        UserAdded("ana", (Role.COLLECTOR, Role.SUPERVISOR))
    )


def test_a_user_is_added_once():
    given(User(), ADDED).when(lambda u: u.add("ana", [Role.AUDITOR])).then_refused(UserExists, field="name", name="ana")


def test_a_user_without_roles_is_refused():
    told = {"field": "roles", "known": ["collector", "supervisor", "administrator", "auditor"]}
    given(User()).when(lambda u: u.add("ana", [])).then_refused(RoleMissing, **told)
    given(User(), ADDED).when(lambda u: u.change_roles([], by=DORA)).then_refused(RoleMissing, **told)


@pytest.mark.parametrize("name", ["", "a", "Ana", "1ana", "ana maria", "ana\n", "añá", "a" * 33, "operator"])
def test_a_user_name_is_plain_and_not_the_command_lines(name):
    given(User()).when(lambda u: u.add(name, [Role.COLLECTOR])).then_refused(UserNameNotAllowed, field="name")


@pytest.mark.parametrize("name", ["al", "ana.maria-2_b", "a" * 32])
def test_plain_user_names_are_taken(name):
    given(User()).when(lambda u: u.add(name, [Role.COLLECTOR])).then(UserAdded(name, (Role.COLLECTOR,)))


def test_roles_change_only_where_they_differ():
    given(User(), ADDED).when(lambda u: u.change_roles([Role.AUDITOR], by=DORA)).then(UserRolesChanged((Role.AUDITOR,)))
    given(User(), ADDED).when(lambda u: u.change_roles([Role.COLLECTOR], by=DORA)).then()
    changed = given(User(), ADDED, UserRolesChanged((Role.AUDITOR,)))
    changed.when(lambda u: u.change_roles([Role.AUDITOR], by=DORA)).then()


def test_a_user_is_disabled_and_enabled_once():
    given(User(), ADDED).when(lambda u: u.disable(by=DORA)).then(UserDisabled())
    given(User(), ADDED, UserDisabled()).when(lambda u: u.disable(by=DORA)).then()
    given(User(), ADDED, UserDisabled()).when(User.enable).then(UserEnabled())
    for past in ((), (UserDisabled(), UserEnabled())):
        given(User(), ADDED, *past).when(User.enable).then()


@pytest.mark.parametrize(
    ("past", "works"),
    [
        ((ADDED,), True),
        ((ADDED, UserDisabled()), False),
        ((ADDED, UserDisabled(), UserEnabled()), True),
        ((UserAdded("eva", (Role.AUDITOR,)),), False),
    ],
)
def test_clients_and_tasks_are_given_to_who_is_enabled_and_does_more_than_read(past, works):
    assert given(User(), *past).state.works is works


def test_nobody_takes_away_the_own_account_or_the_administrators_role_from_it():
    dora = given(User(), UserAdded("dora", (Role.ADMINISTRATOR,)))
    dora.when(lambda u: u.disable(by=DORA)).then_refused(OwnAccount, field="name")
    dora.when(lambda u: u.change_roles([Role.COLLECTOR], by=DORA)).then_refused(OwnAccount, field="roles")
    both = (Role.ADMINISTRATOR, Role.SUPERVISOR)
    dora.when(lambda u: u.change_roles(both, by=DORA)).then(UserRolesChanged(both))
    dora.when(lambda u: u.change_roles([Role.COLLECTOR], by=OPERATOR)).then(UserRolesChanged((Role.COLLECTOR,)))
    dora.when(lambda u: u.disable(by=OPERATOR)).then(UserDisabled())


def test_a_disabled_user_keeps_name_and_roles():
    assert given(User(), ADDED, UserDisabled()).state == User("ana", frozenset({Role.COLLECTOR}), enabled=False)


def test_roles_add_up():
    both = Actor("ana", frozenset({Role.COLLECTOR, Role.AUDITOR}))
    both.require(Role.COLLECTOR)
    both.require(Role.AUDITOR, Role.SUPERVISOR)
    with pytest.raises(RoleRequired) as refused:
        both.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    assert refused.value.details == {"needed": ["administrator", "supervisor"], "roles": ["auditor", "collector"]}


def test_only_a_mere_collector_sees_no_more_than_the_own_portfolio():
    assert [actor.sees_all for actor in (ANA, DORA, EMIL, OPERATOR, CARL)] == [True, True, True, True, False]


def test_what_somebody_holds_is_seen_by_whoever_sees_all_and_by_those_who_work_on_it():
    stands_in = replace(CARL, stands_in_for=frozenset({"eva"}))
    seen = {actor: [actor.sees(holder) for holder in ("carl", "eva", None)] for actor in (ANA, CARL, stands_in)}
    assert seen == {ANA: [True] * 3, CARL: [True, False, False], stands_in: [True, True, False]}


def test_a_user_prefers_figures_of_a_year_or_of_all_time():
    given(User(), ADDED).when(lambda u: u.prefer(Period.ALL)).then()
    given(User(), ADDED).when(lambda u: u.prefer(Period.YEAR)).then(PeriodPreferred(Period.YEAR))
    chosen = given(User(), ADDED, PeriodPreferred(Period.YEAR))
    chosen.when(lambda u: u.prefer(Period.YEAR)).then()
    chosen.when(lambda u: u.prefer(Period.ALL)).then(PeriodPreferred(Period.ALL))


def test_a_user_is_found_by_name():
    assert user_id("ana") == user_id("ana") != user_id("bea")


def test_a_user_is_described_by_a_name_and_an_address_and_may_go_without():
    described = UserDescribed("Ana Belmonte", "ana@agencia.es")
    given(User(), ADDED).when(lambda u: u.describe("  Ana   Belmonte ", "ana@AGENCIA.es")).then(described)
    given(User(), ADDED, described).when(lambda u: u.describe("Ana Belmonte", "ana@agencia.es")).then()
    given(User(), ADDED, described).when(lambda u: u.describe("", None)).then(UserDescribed(None, None))


def test_a_user_has_neither_a_name_that_is_too_long_nor_an_address_that_cannot_be_one():
    given(User(), ADDED).when(lambda u: u.describe("x" * 201, None)).then_refused(TextNotAllowed, field="full_name")
    given(User(), ADDED).when(lambda u: u.describe("Ana", "ana@")).then_refused(EmailNotValid, field="email")
