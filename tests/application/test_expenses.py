"""Whatever is approved, undone, closed and reopened: nothing is settled twice, and nothing approved is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from agency import Agency, shown
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from scenario import ANA, BEA, TODAY, euros

from application import expenses
from domain.days import next_month
from domain.errors import Refusal
from domain.expense import Expense, Kind, NewExpense, State
from domain.expense_account import ExpenseAccount, ExpensesSettled, SettlementReopened, account_id
from domain.people import Actor, Role
from infrastructure.read_models.served import rebuild
from infrastructure.stores import open_store
from projections.expenses.report import expenses_report

MONTHS = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
"""The last of them is not over yet."""

days = st.sampled_from([month.replace(day=day) for month in MONTHS for day in (1, 14)])
months = st.sampled_from(MONTHS)


@pytest.fixture
def agency(store):
    return Agency(store)


class Expenses(RuleBasedStateMachine):
    """One person's expenses through the use cases, beside the simplest model of them that there is.

    `approved` are those approved and not settled, `settled` has the month that each was settled with; `closed` the
    months in the order of closing.
    """

    agency: Agency
    told: list["Expenses"]
    expenses = Bundle("expenses")

    def __init__(self):
        super().__init__()
        self.told.append(self)
        self.log, self.claimer = self.agency.log, Actor(f"c-{uuid4()}", frozenset({Role.COLLECTOR}))
        self.days, self.approved, self.settled, self.closed = {}, set(), {}, []

    @rule(target=expenses, day=days)
    def claim(self, day):
        expense = uuid4()
        new = NewExpense(Kind.FUEL, euros("1.00"), day)
        command = self.agency.command(self.claimer)
        expenses.claim_expense(self.log, command, expense, files=None, expense=new)
        self.days[expense] = day.replace(day=1)
        return expense

    @property
    def open_from(self):
        return next_month(self.closed[-1]) if self.closed else date.min

    def month_of(self, expense):
        return max(self.days[expense], self.open_from)

    @rule(expense=expenses)
    def approve(self, expense):
        possible = expense not in self.approved and expense not in self.settled
        if self.does(possible, expenses.approve_expense, expense):
            self.approved.add(expense)

    @rule(expense=expenses)
    def reopen(self, expense):
        said = {"adjustment_id": uuid4(), "reason": "undo"}
        if self.does(expense in self.approved, expenses.reopen_expense, expense, **said):
            self.approved.remove(expense)

    @rule(month=months)
    def close(self, month):
        waiting = {expense: self.month_of(expense) for expense in self.approved}
        possible = month < MONTHS[-1] and month >= self.open_from and min(waiting.values(), default=None) == month
        said = {"settlement_id": uuid4(), "collector": self.claimer.name, "month": month}
        if self.does(possible, expenses.settle_month, **said):
            for expense in [one for one, counts_in in waiting.items() if counts_in == month]:
                self.approved.remove(expense)
                self.settled[expense] = month
            self.closed.append(month)

    @rule(month=months)
    def reopen_month(self, month):
        said = {"collector": self.claimer.name, "month": month, "reason": "Sobra uno"}
        if self.does(bool(self.closed) and month == self.closed[-1], expenses.reopen_month, **said):
            self.closed.pop()
            for expense in [one for one, counts_in in self.settled.items() if counts_in == month]:
                del self.settled[expense]
                self.approved.add(expense)

    def does(self, possible, use_case, *about, **said):
        """Carried out just where the model says that it can be."""
        try:
            use_case(self.log, self.agency.command(ANA), *about, **said)
        except Refusal:
            assert not possible
            return False
        assert possible
        return True

    @invariant()
    def the_log_says_what_the_model_says(self):
        for expense in self.days:
            state = self.log.load(Expense(), expense)[0].state
            expected = State.APPROVED if expense in self.approved else State.UNAPPROVED
            assert state == (State.SETTLED if expense in self.settled else expected)
        account, _ = self.log.load(ExpenseAccount(), account_id(self.claimer.name))
        assert set(account.waiting) == self.approved
        assert {id_: one.month for one in account.closed for id_ in one.settled} == self.settled

    def counts_in(self, month):
        """Which expenses the report of that month has."""
        open_ = [expense for expense in self.approved if self.month_of(expense) == month]
        return {*open_, *(expense for expense, settled in self.settled.items() if settled == month)}


def of(agency):
    class OfThisAgency(Expenses):
        pass

    OfThisAgency.agency, OfThisAgency.told = agency, []
    return OfThisAgency


def test_whatever_is_done_every_approved_expense_counts_in_one_month_as_a_simple_model_says(agency):
    machine = of(agency)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            phases=[Phase.generate],  # each step is on disk, so shrinking would take minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    rebuild(agency.store)
    with shown(agency.store) as read_models, read_models.snapshot() as snapshot:
        for office in machine.told:
            for month in [*MONTHS, date(2026, 4, 1)]:
                report = expenses_report(snapshot.db, BEA, month, office.claimer.name)
                assert {line.id for line in report.lines} == office.counts_in(month)
                assert report.totals == ([euros(len(report.lines))] if report.lines else [])


def test_approvals_and_closings_at_once_settle_nothing_twice_and_lose_nothing(agency, master_key_file):
    """Some approve and undo, others close and reopen the month, all at the same time, in two processes' stores."""
    store = agency.store
    office = of(agency)()
    for _ in range(12):
        office.claim(date(2026, 2, 3))
    ids = list(office.days)
    with open_store(store.folder or store.address, master_key_file) as other:
        logs, together = (store.events, other.events), Barrier(4)

        def decide(number):
            together.wait()
            for expense in ids[number::2]:
                expenses.approve_expense(logs[number], agency.command(BEA), expense)
                if expense in ids[::5]:
                    said = {"adjustment_id": uuid4(), "reason": "undo"}
                    with suppress(Refusal):  # its month was closed in between
                        expenses.reopen_expense(logs[number], agency.command(BEA), expense, **said)

        def close(number):
            together.wait()
            said = {"collector": office.claimer.name, "month": date(2026, 2, 1)}
            for _ in range(6):
                with suppress(Refusal):  # there is nothing yet, or the other one was first
                    expenses.settle_month(logs[number], agency.command(ANA), settlement_id=uuid4(), **said)
                    expenses.reopen_month(logs[number], agency.command(ANA), reason="Falta uno", **said)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda job: job[0](job[1]), [(decide, 0), (decide, 1), (close, 0), (close, 1)]))

    # Whoever settled a month reopened it, so that it is open now, and what is approved settles.
    said = {"collector": office.claimer.name, "month": date(2026, 2, 1), "settlement_id": uuid4()}
    expenses.settle_month(store.events, agency.command(ANA), **said)
    account, _ = store.events.load(ExpenseAccount(), account_id(office.claimer.name))
    settled = [expense for one in account.closed for expense in one.settled]
    states = {expense: store.events.load(Expense(), expense)[0].state for expense in ids}
    assert len(settled) == len(set(settled))
    assert {expense for expense, state in states.items() if state is State.SETTLED} == set(settled)
    assert {expense for expense, state in states.items() if state is State.APPROVED} == set(account.waiting)
    told = [one.event for one in store.events.history(account_id(office.claimer.name))]
    closings = [type(event) for event in told if isinstance(event, ExpensesSettled | SettlementReopened)]
    assert all(kind is (SettlementReopened if at % 2 else ExpensesSettled) for at, kind in enumerate(closings))
    assert next_month(date(2026, 2, 1)) <= TODAY
