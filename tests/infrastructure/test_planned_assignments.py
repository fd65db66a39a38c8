"""What was planned comes about on its day: once, whoever leads and whenever it was killed."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from agency import Agency, shown
from eventually import eventually
from office import Clock
from scenario import TODAY

from application import assignments, business
from domain.client import Client
from domain.client.portfolio import AssignmentLapsed, ClientAssignedToCollector
from domain.people import OPERATOR, PLANNER, UserDisabled, user_id
from infrastructure.read_models.leader import Leader, leads
from projections.portfolios.holdings import held_by

NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def agency(store):
    return Agency(store)


@pytest.fixture
def clock():
    return Clock(datetime(2026, 3, 16, 12, tzinfo=UTC))


@pytest.fixture
def new_leader(store, clock):
    leaders = []

    def start():
        lead = leads(store)
        leaders.append(Leader(store, lead, clock=clock))
        leaders[-1].start()
        return leaders[-1]

    yield start
    for leader in leaders:
        leader.stop()


def plan(agency, client, collector, from_on):
    assignments.assign_client(agency.log, agency.command(), client, collector=collector, from_on=from_on)
    return agency.log.history(client)[-1]


def assigned(agency, client):
    return [one for one in agency.log.history(client) if isinstance(one.event, ClientAssignedToCollector)]


def carry_out(agency, client, planned, day=NEXT_WEEK):
    return assignments.carry_out_assignment(
        agency.log,
        client,
        plan_id=planned.event.plan_id,
        correlation_id=planned.correlation_id,
        at=datetime(2026, 3, 23, 0, 0, 1, tzinfo=UTC),
        today=day,
    )


def test_a_plan_comes_about_when_its_day_begins_where_the_business_is(agency, clock, new_leader):
    client = agency.client(collector="ana")
    planned = plan(agency, client, "carl", NEXT_WEEK)
    new_leader()
    clock.now = datetime(2026, 3, 22, 22, 59, tzinfo=UTC)  # in Madrid it is a minute to midnight
    eventually(lambda: seen_up_to(agency.store))
    assert len(assigned(agency, client)) == 1
    clock.now = datetime(2026, 3, 22, 23, 0, tzinfo=UTC)
    eventually(lambda: len(assigned(agency, client)) == 2)
    done = assigned(agency, client)[-1]
    assert done.event == ClientAssignedToCollector("carl", NEXT_WEEK, planned.event.plan_id)
    assert (done.actor, done.causation_id, done.correlation_id) == (
        PLANNER.name,
        planned.event.plan_id,
        planned.correlation_id,
    )


def test_what_came_due_while_nobody_led_comes_about_at_the_next_start_from_its_own_day_on(agency, clock, new_leader):
    clients = [agency.client(collector="ana") for _ in range(3)]
    for client in clients:
        plan(agency, client, "carl", NEXT_WEEK)
    clock.now = datetime(2026, 4, 2, 8, tzinfo=UTC)
    new_leader()
    for client in clients:
        eventually(lambda client=client: len(assigned(agency, client)) == 2)
        holder = agency.log.load(Client(), client)[0].held_by
        assert [holder(NEXT_WEEK - timedelta(days=1)), holder(NEXT_WEEK)] == ["ana", "carl"]


def test_a_leader_that_is_cut_off_after_any_number_of_them_leaves_the_rest_to_the_next(agency, clock, new_leader):
    """As if killed between two: some are carried out, and no read model has heard of it."""
    clients = [agency.client(collector="ana") for _ in range(4)]
    plans = [plan(agency, client, "carl", NEXT_WEEK) for client in clients]
    first = new_leader()
    eventually(lambda: seen_up_to(agency.store))
    first.stop()
    for client, planned in zip(clients[:2], plans, strict=False):
        carry_out(agency, client, planned)
    clock.now = datetime(2026, 3, 23, 8, tzinfo=UTC)
    new_leader()
    eventually(lambda: all(len(assigned(agency, client)) > 1 for client in clients))
    assert [len(assigned(agency, client)) for client in clients] == [2, 2, 2, 2]


def test_however_many_processes_try_at_once_it_comes_about_once(agency):
    client = agency.client(collector="ana")
    planned = plan(agency, client, "carl", NEXT_WEEK)
    together, outcomes = Barrier(6), []

    def attempt():
        together.wait()
        outcomes.append(carry_out(agency, client, planned).position)

    threads = [Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(outcomes), len(assigned(agency, client))) == (6, 2)


def test_whoever_comes_before_its_day_changes_nothing_and_hinders_nobody(agency):
    client = agency.client(collector="ana")
    planned = plan(agency, client, "carl", NEXT_WEEK)
    carry_out(agency, client, planned, NEXT_WEEK - timedelta(days=1))
    assert len(assigned(agency, client)) == 1
    carry_out(agency, client, planned)
    assert len(assigned(agency, client)) == 2


def test_once_it_is_cancelled_nothing_comes_of_a_plan(agency):
    client = agency.client(collector="ana")
    planned = plan(agency, client, "carl", NEXT_WEEK)
    assignments.cancel_assignments(agency.log, agency.command(), [(client, planned.event.plan_id)])
    carry_out(agency, client, planned)
    assert len(assigned(agency, client)) == 1


def test_a_plan_for_somebody_who_is_no_user_any_more_lapses(agency):
    client = agency.client(collector="ana")
    planned = plan(agency, client, "carl", NEXT_WEEK)
    business.disable_user(agency.log, agency.command(), name="carl")
    assert isinstance(agency.log.history(user_id("carl"))[-1].event, UserDisabled)
    carry_out(agency, client, planned)
    assert isinstance(agency.log.history(client)[-1].event, AssignmentLapsed)
    assert agency.log.load(Client(), client)[0].held_by(NEXT_WEEK) == "ana"
    with agency.desk() as db:
        assert held_by(db, OPERATOR, client).plans == []


def seen_up_to(store):
    with shown(store) as read_models:
        return read_models.position() == store.events.head()[0]
