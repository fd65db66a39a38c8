"""A client: registered once, in one portfolio at a time."""

from datetime import date
from uuid import UUID

import pytest
from scenario import ANA, CARL, DORA, EMIL, TODAY, TOMORROW, given

from domain.client import Client, ClientExists, ClientRegistered
from domain.client.details import Details, Kind
from domain.client.image import ClientImageChanged, ClientImageRemoved
from domain.client.portfolio import ClientAssignedToCollector
from domain.errors import TextNotAllowed
from domain.holdings import AssignmentNotYet
from domain.people import Actor, Role, RoleRequired

REGISTERED = ClientRegistered("C-1", "Talleres Muñoz, S. L.")
CARLS = ClientAssignedToCollector("carl", TODAY)
PICTURE = ClientImageChanged(UUID(int=5), "ab" * 32)


def test_only_a_name_is_needed_beside_the_reference():
    given(Client()).when(lambda c: c.register("C-1", Details(" Talleres Muñoz, S. L. "), today=TODAY, by=ANA)).then(
        REGISTERED
    )


def test_kind_and_zone_are_kept():
    given(Client()).when(
        lambda c: c.register("C-2", Details("Ana Ruiz", Kind.PERSON, zone="Norte"), today=TODAY, by=DORA)
    ).then(ClientRegistered("C-2", "Ana Ruiz", Kind.PERSON, "Norte"))


def test_a_client_without_a_name_is_refused():
    given(Client()).when(lambda c: c.register("C-1", Details(" "), today=TODAY, by=ANA)).then_refused(
        TextNotAllowed, field="name"
    )


def test_whoever_registers_a_client_as_a_collector_holds_it():
    given(Client()).when(lambda c: c.register("C-1", Details(REGISTERED.name), today=TODAY, by=CARL)).then(
        REGISTERED, CARLS
    )


def test_a_supervisor_who_collects_too_registers_without_holding():
    both = Actor("bea", frozenset({Role.COLLECTOR, Role.SUPERVISOR}))
    given(Client()).when(lambda c: c.register("C-1", Details(REGISTERED.name), today=TODAY, by=both)).then(REGISTERED)


def test_a_client_is_registered_once():
    given(Client(), REGISTERED).when(lambda c: c.register("C-1", Details("x"), today=TODAY, by=ANA)).then_refused(
        ClientExists, field="id"
    )


def test_an_auditor_registers_nobody():
    given(Client()).when(lambda c: c.register("C-1", Details("x"), today=TODAY, by=EMIL)).then_refused(RoleRequired)


def test_a_client_is_assigned_from_a_day():
    given(Client(), REGISTERED).when(lambda c: c.assign_to_collector("carl", TODAY, today=TODAY, by=ANA)).then(CARLS)


def test_an_assignment_that_changes_nothing_is_no_event():
    given(Client(), REGISTERED, CARLS).when(lambda c: c.assign_to_collector("carl", TODAY, today=TODAY, by=ANA)).then()


def test_an_assignment_does_not_begin_in_the_future():
    given(Client(), REGISTERED).when(
        lambda c: c.assign_to_collector("carl", TOMORROW, today=TODAY, by=ANA)
    ).then_refused(AssignmentNotYet, field="from", today=TODAY)


@pytest.mark.parametrize("actor", [CARL, EMIL])
def test_a_portfolio_is_given_by_a_supervisor_or_an_administrator(actor):
    given(Client(), REGISTERED).when(
        lambda c: c.assign_to_collector("carl", TODAY, today=TODAY, by=actor)
    ).then_refused(RoleRequired)


def test_each_day_has_its_holder():
    client = given(
        Client(),
        REGISTERED,
        CARLS,
        ClientAssignedToCollector("eva", date(2026, 2, 1)),
        ClientAssignedToCollector("bea", TODAY),
    ).state
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 15), TODAY)
    assert [client.held_by(day) for day in days] == [None, "eva", "eva", "bea"]


def test_a_picture_is_changed_and_removed_by_whoever_works_here():

    def change(c, by=CARL):
        return c.change_image(PICTURE.file_id, PICTURE.sha256, by=by)

    def remove(c, by=CARL):
        return c.remove_image(by=by)

    given(Client(), REGISTERED).when(change).then(PICTURE)
    given(Client(), REGISTERED, PICTURE).when(change).then()
    given(Client(), REGISTERED, PICTURE).when(remove).then(ClientImageRemoved())
    for past in ((), (PICTURE, ClientImageRemoved())):
        given(Client(), REGISTERED, *past).when(remove).then()
    for command in (change, remove):
        given(Client(), REGISTERED).when(lambda c, do=command: do(c, by=EMIL)).then_refused(RoleRequired)
