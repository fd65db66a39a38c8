"""In whose portfolio a client is: assigned, planned, carried out, taken back."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from scenario import ANA, CARL, DORA, EMIL, TODAY, TOMORROW, given

from domain.client import Client, ClientRegistered
from domain.client.portfolio import (
    AssignmentCancelled,
    AssignmentLapsed,
    AssignmentPlanned,
    ChangedSince,
    ClientAssignedToCollector,
    ClientUnassigned,
    PlanNotWaiting,
    Portfolio,
    UndoneAlready,
    undo,
)
from domain.days import DayOutOfRange
from domain.errors import NotFound, TextNotAllowed
from domain.people import (
    OwnSubstitute,
    Role,
    RoleRequired,
    SubstituteAppointed,
    SubstituteEnded,
    SubstitutesOfEachOther,
    SubstitutionExists,
    User,
    UserAdded,
)

REGISTERED = ClientRegistered("C-1", "Talleres Muñoz")
CARLS = ClientAssignedToCollector("carl", date(2026, 1, 1))
PLAN, OTHER = UUID(int=7), UUID(int=8)
PLANNED = AssignmentPlanned(PLAN, "eva", TOMORROW)
FIRST, SECOND = UUID(int=11), UUID(int=12)


def assign(collector, from_on, plan_id=None, by=ANA):
    return lambda c: c.assign_to_collector(collector, from_on, plan_id=plan_id, today=TODAY, by=by)


def test_a_client_is_taken_out_of_all_portfolios_and_stays_out_of_them():
    unassigned = ClientUnassigned(TODAY)
    given(Client(), REGISTERED, CARLS).when(assign(None, TODAY)).then(unassigned)
    given(Client(), REGISTERED, CARLS, unassigned).when(assign(None, TODAY)).then()
    given(Client(), REGISTERED).when(assign(None, TODAY)).then()
    assert given(Client(), REGISTERED, CARLS, unassigned).state.held_by(TODAY) is None


def test_who_holds_already_is_not_assigned_again():
    given(Client(), REGISTERED, CARLS).when(assign("carl", TODAY)).then()


def test_an_assignment_is_from_a_day_there_is_to_a_name():
    given(Client(), REGISTERED).when(assign("carl", date(202, 1, 1))).then_refused(DayOutOfRange, field="from")
    given(Client(), REGISTERED).when(assign("x" * 201, TODAY)).then_refused(TextNotAllowed, field="collector")


def test_for_a_day_to_come_it_is_planned_and_nobody_holds_it_by_that():
    given(Client(), REGISTERED, CARLS).when(assign("eva", TOMORROW, PLAN)).then(PLANNED)
    state = given(Client(), REGISTERED, CARLS, PLANNED).state
    assert state.held_by(TOMORROW + timedelta(days=9)) == "carl"


def test_a_new_plan_for_the_same_day_takes_the_place_of_the_old_one():
    given(Client(), REGISTERED, CARLS, PLANNED).when(assign("bea", TOMORROW, OTHER)).then(
        AssignmentCancelled(PLAN), AssignmentPlanned(OTHER, "bea", TOMORROW)
    )


def test_what_will_be_so_by_then_anyway_is_not_planned():
    given(Client(), REGISTERED, CARLS, PLANNED).when(assign("eva", date(2026, 4, 1), OTHER)).then()
    given(Client(), REGISTERED, CARLS).when(assign("carl", TOMORROW, PLAN)).then()


def test_a_plan_is_cancelled_once():
    given(Client(), REGISTERED, PLANNED).when(lambda c: c.cancel_assignment(PLAN, by=DORA)).then(
        AssignmentCancelled(PLAN)
    )
    given(Client(), REGISTERED, PLANNED, AssignmentCancelled(PLAN)).when(
        lambda c: c.cancel_assignment(PLAN, by=DORA)
    ).then_refused(PlanNotWaiting, plan_id=PLAN)


@pytest.mark.parametrize("actor", [ANA, DORA])
def test_supervisors_and_administrators_assign_and_cancel(actor):
    given(Client(), REGISTERED).when(assign("carl", CARLS.from_on, by=actor)).then(CARLS)
    given(Client(), REGISTERED, PLANNED).when(lambda c: c.cancel_assignment(PLAN, by=actor)).then(
        AssignmentCancelled(PLAN)
    )


@pytest.mark.parametrize("actor", [CARL, EMIL])
def test_plans_are_a_supervisors_or_an_administrators(actor):
    given(Client(), REGISTERED).when(assign("eva", TOMORROW, PLAN, by=actor)).then_refused(RoleRequired)
    given(Client(), REGISTERED, PLANNED).when(lambda c: c.cancel_assignment(PLAN, by=actor)).then_refused(RoleRequired)


def test_a_plan_is_due_from_its_day_on_until_it_is_carried_out():
    portfolio = given(Portfolio(), CARLS, PLANNED).state
    assert [portfolio.due(PLAN, day) for day in (TODAY, TOMORROW, date(2026, 9, 1))] == [None, PLANNED, PLANNED]
    [done] = portfolio.carry_out(PLANNED, may_hold=True)
    assert done == ClientAssignedToCollector("eva", TOMORROW, PLAN)
    after = portfolio.evolve(done)
    assert (after.held_by(TODAY), after.held_by(TOMORROW), after.due(PLAN, TOMORROW)) == ("carl", "eva", None)


def test_a_plan_for_somebody_who_is_gone_lapses_and_to_nobody_is_carried_out():
    portfolio = given(Portfolio(), CARLS, PLANNED).state
    assert portfolio.carry_out(PLANNED, may_hold=False) == [AssignmentLapsed(PLAN)]
    assert portfolio.evolve(AssignmentLapsed(PLAN)) == given(Portfolio(), CARLS).state
    to_nobody = AssignmentPlanned(OTHER, None, TOMORROW)
    carried_out = ClientUnassigned(TOMORROW, OTHER)
    assert portfolio.carry_out(to_nobody, may_hold=True) == [carried_out]
    assert given(Portfolio(), to_nobody, carried_out).state.plans == ()


# Taken back


def undone(*history, today=TODAY):
    return undo(history, SECOND, today=today)


def test_undone_each_day_has_the_holder_it_had():
    evas = ClientAssignedToCollector("eva", date(2026, 2, 1))
    assert undone((FIRST, CARLS), (SECOND, evas)) == [ClientAssignedToCollector("carl", date(2026, 2, 1))]
    assert undone((SECOND, CARLS)) == [ClientUnassigned(date(2026, 1, 1))]


def test_an_undone_plan_is_cancelled_and_the_one_it_took_the_place_of_waits_again():
    replaced = (
        (FIRST, PLANNED),
        (SECOND, AssignmentCancelled(PLAN)),
        (SECOND, AssignmentPlanned(OTHER, "b", TOMORROW)),
    )
    assert undone(*replaced) == [AssignmentCancelled(OTHER), PLANNED]


def test_what_somebody_changed_since_is_not_undone():
    evas = ClientAssignedToCollector("eva", TODAY)
    with pytest.raises(ChangedSince):
        undone((SECOND, CARLS), (FIRST, evas))
    with pytest.raises(ChangedSince):  # the plan's day has passed meanwhile
        undone((FIRST, PLANNED), (SECOND, AssignmentCancelled(PLAN)), today=TOMORROW)
    with pytest.raises(UndoneAlready):
        undone((FIRST, CARLS), (SECOND, evas), (OTHER, ClientAssignedToCollector("carl", TODAY)))
    with pytest.raises(NotFound) as refused:
        undone((FIRST, evas))
    assert refused.value.details == {"id": SECOND}


# Substitutes

CARL_ADDED, EVA_ADDED = UserAdded("carl", (Role.COLLECTOR,)), UserAdded("eva", (Role.COLLECTOR,))
STANDS_IN = SubstituteAppointed(PLAN, "carl", TODAY, TOMORROW)


def stand_in(collector, from_on, until_on, by=ANA):
    return lambda u: u.stand_in(OTHER, collector, from_on, until_on, today=TODAY, by=by)


def test_a_substitute_acts_for_another_from_the_first_day_to_the_last():
    given(User(), EVA_ADDED).when(stand_in("carl", TODAY, TOMORROW)).then(
        SubstituteAppointed(OTHER, "carl", TODAY, TOMORROW)
    )
    eva = given(User(), EVA_ADDED, STANDS_IN).state
    days = (TODAY - timedelta(days=1), TODAY, TOMORROW, TOMORROW + timedelta(days=1))
    assert [sorted(eva.actor(day).portfolios) for day in days] == [["eva"], ["carl", "eva"], ["carl", "eva"], ["eva"]]


@pytest.mark.parametrize("actor", [ANA, DORA])
def test_a_substitution_ends_before_its_time_from_that_very_day_on(actor):
    def end(substitution_id, today=TODAY, by=actor):
        return lambda u: u.end_substitution(substitution_id, today=today, by=by)

    days = [TODAY - timedelta(days=1), TODAY, TOMORROW]
    long = replace(STANDS_IN, from_on=days[0])
    given(User(), EVA_ADDED, long).when(end(PLAN, TODAY)).then(SubstituteEnded(PLAN, TODAY))
    given(User(), EVA_ADDED, long).when(end(PLAN, TOMORROW)).then(SubstituteEnded(PLAN, TOMORROW))
    given(User(), EVA_ADDED, long).when(end(PLAN, TOMORROW + timedelta(days=1))).then()
    given(User(), EVA_ADDED, long).when(end(PLAN, by=CARL)).then_refused(RoleRequired)
    eva = given(User(), EVA_ADDED, long, SubstituteEnded(PLAN, TODAY))
    assert ["carl" in eva.state.actor(day).portfolios for day in days] == [True, False, False]
    eva.when(end(PLAN)).then()
    eva.when(end(OTHER)).then_refused(NotFound, id=OTHER)
    eva.when(stand_in("carl", TODAY, TOMORROW, by=actor)).then(SubstituteAppointed(OTHER, "carl", TODAY, TOMORROW))


def test_what_cannot_be_a_substitution_is_refused():
    eva = given(User(), EVA_ADDED, STANDS_IN)
    eva.when(stand_in("eva", TODAY, TOMORROW)).then_refused(OwnSubstitute, field="substitute")
    eva.when(stand_in("bea", date(2026, 3, 1), TOMORROW)).then_refused(DayOutOfRange, field="from")
    eva.when(stand_in("bea", TOMORROW, TODAY)).then_refused(DayOutOfRange, field="until")
    eva.when(stand_in("bea", TODAY, TODAY + timedelta(days=367))).then_refused(DayOutOfRange, field="until")
    eva.when(stand_in("bea", TODAY, TODAY + timedelta(days=366))).then(
        SubstituteAppointed(OTHER, "bea", TODAY, TODAY + timedelta(days=366))
    )
    eva.when(stand_in("bea", TODAY, TOMORROW, by=CARL)).then_refused(RoleRequired)


THIRD, FOURTH = date(2026, 4, 3), date(2026, 4, 4)


@pytest.mark.parametrize(
    ("from_on", "until_on", "meet"),
    [
        (THIRD - timedelta(days=2), THIRD - timedelta(days=1), False),
        (THIRD - timedelta(days=2), THIRD, True),
        (THIRD, FOURTH, True),
        (FOURTH, FOURTH + timedelta(days=2), True),
        (FOURTH + timedelta(days=1), FOURTH + timedelta(days=2), False),
    ],
)
def test_nobody_stands_in_twice_for_another_or_two_for_each_other_on_one_day(from_on, until_on, meet):
    eva = given(User(), EVA_ADDED, SubstituteAppointed(PLAN, "carl", THIRD, FOURTH))
    told = {"field": "substitute", "from_on": THIRD, "until_on": FOURTH}
    again = eva.when(stand_in("carl", from_on, until_on))
    if meet:
        again.then_refused(SubstitutionExists, **told)
        eva.when(lambda u: u.check_does_not_stand_in("carl", from_on, until_on)).then_refused(
            SubstitutesOfEachOther, **told
        )
    else:
        again.then(SubstituteAppointed(OTHER, "carl", from_on, until_on))
        eva.state.check_does_not_stand_in("carl", from_on, until_on)
    eva.state.check_does_not_stand_in("bea", from_on, until_on)
