"""For whom a collection counts, over any history of who held, beside a model that walks through the days one by one."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from agency import ANA, BEA, CARL
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from scenario import euros

from application import assignments, case_files, payments
from domain.case_file import CaseFile
from domain.client import Client
from domain.payments import Method, NewPayment
from domain.people import Actor, Role, User, user_id
from projections.desk.collections import collections_report

SARA = Actor("sara", frozenset({Role.SUPERVISOR}))
FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(24)]

collectors = st.sampled_from(["ana", "carl", None])
before, ahead = st.integers(-6, 0), st.integers(0, 6)


class Month(RuleBasedStateMachine):
    """What is told and done in a month, a step each day, of one client and its case file."""

    months: list["Month"]
    agency = None

    def __init__(self):
        super().__init__()
        self.months.append(self)
        self.today = FIRST - timedelta(days=1)
        self.client = self.agency.client()
        self.file = self.agency.case_file(self.client, 5_000)
        self.told = {"client": {}, "file": {}}  # from which day on, whom
        self.plans, self.earned = {}, {}

    def holder(self, of, day):
        held = None
        for each in DAYS:
            held = self.told[of].get(each, held)
            if each == day:
                return held
        return None

    def next_day(self, distance=0):
        """What was planned for this day comes about. The day of the month at that distance from it."""
        self.today += timedelta(days=1)
        for plan_id, (day, collector) in [*self.plans.items()]:
            if day == self.today:
                said = {"plan_id": plan_id, "correlation_id": uuid4(), "today": day}
                at = datetime.combine(day, time(0), UTC)
                assignments.carry_out_assignment(self.agency.log, self.client, at=at, **said)
                self.told["client"][day] = collector
                del self.plans[plan_id]
        return min(max(FIRST, self.today + timedelta(days=distance)), DAYS[-1])

    @rule(collector=collectors, distance=before)
    def assign_client(self, collector, distance):
        day = self.next_day(distance)
        self._give(assignments.assign_client, self.client, collector=collector, from_on=day)
        if self.holder("client", day) != collector:
            self.told["client"][day] = collector

    @rule(collector=collectors, distance=ahead)
    def plan(self, collector, distance):
        """One at a time, so that the model need not know which takes the place of which."""
        day = self.next_day(distance)
        if not self.plans and day > self.today:
            self._give(assignments.assign_client, self.client, collector=collector, from_on=day)
            state, _ = self.agency.log.load(Client(), self.client)
            self.plans = {plan.plan_id: (plan.from_on, plan.collector) for plan in state.portfolio.plans}
            assert bool(self.plans) == (self.holder("client", day) != collector)

    @rule(collector=collectors, distance=before)
    def assign_case_file(self, collector, distance):
        day = self.next_day(distance)
        self._give(case_files.assign_case_file, self.file, collector=collector, from_on=day)
        if collector is not None or self.holder("file", day) is not None:
            self.told["file"][day] = collector

    @rule(collector=collectors, distance=ahead)
    def substitute(self, collector, distance):
        """Whoever stands in works it and earns nothing by that."""
        day = self.next_day(distance)
        if collector:
            substitute = {"ana": CARL, "carl": ANA}[collector].name
            users = [self.agency.log.load(User(), user_id(name))[0] for name in ("ana", "carl")]
            if not any(one.until_on >= self.today for user in users for one in user.substitutions):
                said = {"collector": collector, "substitute": substitute, "from_on": self.today, "until_on": day}
                self._give(assignments.appoint_substitute, uuid4(), **said)

    @rule(distance=before)
    def pay(self, distance):
        """Recorded by whoever may: who holds it, or stands in for that person."""
        day = self.next_day(distance)
        payment = uuid4()
        works = self.holder("file", self.today) or self.holder("client", self.today)
        users = [self.agency.log.load(User(), user_id(one))[0].actor(self.today) for one in ("ana", "carl")]
        by = next((one for one in users if works in one.stands_in_for), None) or next(
            (one for one in users if one.name == works), BEA
        )
        new = NewPayment(euros(1), day, Method.CASH)
        self._give(payments.record_payment, CaseFile, self.file, payment_id=payment, payment=new, by=by)
        self._give(payments.approve_payment, CaseFile, self.file, payment_id=payment, by=SARA)
        self.earned[payment] = day

    @precondition(lambda self: self.plans)
    @rule()
    def cancel(self):
        self.next_day()
        for plan_id in self.plans:
            self._give(assignments.cancel_assignments, [(self.client, plan_id)])
        self.plans = {}

    def _give(self, use_case, *about, by=BEA, **said):
        use_case(self.agency.log, self.agency.command(by, self.today), *about, **said)

    def credit(self):
        return {payment: self.holder("file", day) or self.holder("client", day) for payment, day in self.earned.items()}


def test_a_collection_counts_for_who_held_that_day_whatever_was_told_planned_or_substituted(agency):
    class OfThisAgency(Month):
        pass

    OfThisAgency.agency, OfThisAgency.months = agency, []
    run_state_machine_as_test(
        OfThisAgency,
        settings=settings(
            max_examples=12,
            stateful_step_count=len(DAYS),
            phases=[Phase.generate],  # each step is on disk, so shrinking would take minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with agency.desk() as db:
        shown = {line.payment_id: line.collector for line in collections_report(db, BEA, FIRST, None).lines}
    assert shown == {payment: whose for month in OfThisAgency.months for payment, whose in month.credit().items()}
    assert len({*shown.values()}) > 1  # of whom each comes up in nearly every run
