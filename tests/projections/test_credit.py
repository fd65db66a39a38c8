"""For whom a collection counts, over any history of who held, beside a model that walks through the days one by one."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from agency import ANA, BEA, CARL
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scenario import euros

from application import assignments, case_files, payments
from domain.client import Client
from domain.payments import Method, NewPayment
from domain.people import Actor, Role, User, user_id
from projections.escritorio.money import collections_report

SARA = Actor("sara", frozenset({Role.SUPERVISOR}))
FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(24)]

STEPS = st.tuples(
    st.sampled_from(["client", "client", "file", "substitute", "pay", "pay", "cancel"]),
    st.sampled_from(["ana", "carl", None]),
    st.integers(-6, 6),
)


class Month:
    """What is told and done in a month, a step each day, of one client and its case file."""

    def __init__(self, agency):
        self.agency, self.today = agency, FIRST
        self.client = agency.client()
        self.file = agency.case_file(self.client, 5_000)
        self.told = {"client": {}, "file": {}}  # from which day on, whom
        self.plans, self.earned = {}, {}

    def holder(self, of, day):
        held = None
        for each in DAYS:
            held = self.told[of].get(each, held)
            if each == day:
                return held
        return None

    def step(self, what, collector, distance):
        day = min(max(FIRST, self.today + timedelta(days=distance)), DAYS[-1])
        getattr(self, f"_{what}")(collector, day)

    def begin(self, today):
        """What was planned for this day comes about."""
        self.today = today
        for plan_id, (day, collector) in [*self.plans.items()]:
            if day == today:
                said = {"plan_id": plan_id, "correlation_id": uuid4(), "today": today}
                at = datetime.combine(today, time(0), UTC)
                assignments.carry_out_assignment(self.agency.log, self.client, at=at, **said)
                self.told["client"][day] = collector
                del self.plans[plan_id]

    def _client(self, collector, day):
        if day > self.today:
            self._plan(collector, day)
        else:
            self._give(assignments.assign_client, self.client, collector=collector, from_on=day)
            if self.holder("client", day) != collector:
                self.told["client"][day] = collector

    def _plan(self, collector, day):
        """One at a time, so that the model need not know which takes the place of which."""
        if not self.plans:
            self._give(assignments.assign_client, self.client, collector=collector, from_on=day)
            state, _ = self.agency.log.load(Client(), self.client)
            self.plans = {plan.plan_id: (plan.from_on, plan.collector) for plan in state.portfolio.plans}
            assert bool(self.plans) == (self.holder("client", day) != collector)

    def _file(self, collector, day):
        if day <= self.today:
            self._give(case_files.assign_case_file, self.file, collector=collector, from_on=day)
            if collector is not None or self.holder("file", day) is not None:
                self.told["file"][day] = collector

    def _substitute(self, collector, day):
        """Whoever stands in works it and earns nothing by that."""
        if collector and day >= self.today:
            substitute = {"ana": CARL, "carl": ANA}[collector].name
            user, _ = self.agency.log.load(User(), user_id(substitute))
            if not any(one.until_on >= self.today for one in user.substitutions):
                said = {"collector": collector, "substitute": substitute, "from_on": self.today, "until_on": day}
                self._give(assignments.appoint_substitute, uuid4(), **said)

    def _pay(self, _, day):
        """Recorded by whoever may: who holds it, or stands in for that person."""
        if day > self.today:
            return
        payment = uuid4()
        works = self.holder("file", self.today) or self.holder("client", self.today)
        users = [self.agency.log.load(User(), user_id(one))[0].actor(self.today) for one in ("ana", "carl")]
        by = next((one for one in users if works in one.stands_in_for), None) or next(
            (one for one in users if one.name == works), BEA
        )
        new = NewPayment(euros(1), day, Method.CASH)
        self._give(payments.record_payment, self.file, payment_id=payment, payment=new, by=by)
        self._give(payments.approve_payment, self.file, payment_id=payment, by=SARA)
        self.earned[payment] = day

    def _cancel(self, *_):
        if self.plans:
            [plan_id] = self.plans
            self._give(assignments.cancel_assignments, [(self.client, plan_id)])
            self.plans = {}

    def _give(self, use_case, *about, by=BEA, **said):
        use_case(self.agency.log, self.agency.command(by, self.today), *about, **said)

    def credit(self):
        return {payment: self.holder("file", day) or self.holder("client", day) for payment, day in self.earned.items()}


def test_a_collection_counts_for_who_held_that_day_whatever_was_told_planned_or_substituted(agency):
    months = []

    @settings(max_examples=12, deadline=None, phases=[Phase.generate])  # all share one log, so none can be shrunk
    @given(st.lists(STEPS, min_size=len(DAYS), max_size=len(DAYS)))
    def some_month(steps):
        month = Month(agency)
        for today, step in zip(DAYS, steps, strict=True):
            month.begin(today)
            month.step(*step)
        months.append(month)

    some_month()
    with agency.desk() as db:
        shown = {line.payment_id: line.collector for line in collections_report(db, BEA, FIRST, None).lines}
    assert shown == {payment: whose for month in months for payment, whose in month.credit().items()}
    assert {"ana", "carl", None} == {*shown.values()}
