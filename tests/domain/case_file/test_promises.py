"""Promises: made, cancelled; and which money keeps which of them, by when."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from scenario import CARL, OPENED, TODAY, TOMORROW, euros, given

from domain.case_file import CaseFile
from domain.case_file.promises import (
    PromiseCancelled,
    PromiseCancelledAlready,
    PromiseDueTooEarly,
    PromiseExists,
    PromiseMade,
    PromiseNotFound,
    cleared_on,
    due_after_disputes,
    settle,
)
from domain.days import DayOutOfRange
from domain.doubts import Doubt, Doubtful
from domain.errors import ReasonRequired
from domain.money import AmountNotAllowed, CurrencyMismatch, Money

P1 = UUID(int=501)
MADE = PromiseMade(P1, euros(50), TOMORROW, TODAY)
CANCELLED = PromiseCancelled(P1, TODAY, "new plan")


def case_file(*past):
    return given(CaseFile(), OPENED, *past)


def promise(amount=MADE.amount, due_on=MADE.due_on):
    return lambda c: c.make_promise(P1, amount, due_on, today=TODAY, by=CARL)


def cancel(why="new plan"):
    return lambda c: c.cancel_promise(P1, why, today=TODAY, by=CARL)


def test_a_promise_is_an_amount_by_a_day_from_today_on():
    case_file().when(promise()).then(MADE)
    case_file().when(promise(due_on=TODAY)).then(PromiseMade(P1, euros(50), TODAY, TODAY))
    case_file().when(promise(due_on=TODAY - timedelta(1))).then_refused(
        PromiseDueTooEarly, field="due_on", made_on=TODAY
    )
    case_file().when(promise(due_on=date(202, 4, 1))).then_refused(DayOutOfRange, field="due_on")


def test_a_promise_for_more_than_a_year_ahead_is_asked_about_first():
    far = TODAY + timedelta(days=367)

    def make(due_on, *, ask_first=True):
        return lambda c: c.make_promise(P1, euros(50), due_on, ask_first=ask_first, today=TODAY, by=CARL)

    given(CaseFile(), OPENED).when(make(far - timedelta(days=1))).then(
        PromiseMade(P1, euros(50), far - timedelta(days=1), TODAY)
    )
    given(CaseFile(), OPENED).when(make(far)).then_refused(Doubtful, doubts=[Doubt.PROMISE_FAR_AHEAD])
    given(CaseFile(), OPENED).when(make(far, ask_first=False)).then(PromiseMade(P1, euros(50), far, TODAY))


def test_a_promise_above_what_is_outstanding_is_asked_about_first():
    def make(amount, **more):
        return lambda c: c.make_promise(P1, euros(amount), TOMORROW, today=TODAY, by=CARL, **more)

    case_file().when(make(1000, ask_first=True)).then(replace(MADE, amount=euros(1000)))
    case_file().when(make("1000.01", ask_first=True)).then_refused(Doubtful, doubts=[Doubt.PROMISE_ABOVE_DEBT])
    case_file().when(make("1000.01")).then(replace(MADE, amount=euros("1000.01")))


def test_a_promise_is_above_zero_in_the_currency_of_the_case_file():
    case_file().when(promise(Money.zero("EUR"))).then_refused(AmountNotAllowed, field="amount")
    case_file().when(promise(Money.of(50, "USD"))).then_refused(
        CurrencyMismatch, field="currency", currency="USD", expected="EUR"
    )


def test_a_promise_is_made_once_whether_or_not_it_was_cancelled():
    case_file(MADE).when(promise()).then_refused(PromiseExists, promise_id=P1)
    case_file(MADE, CANCELLED).when(promise()).then_refused(PromiseExists, promise_id=P1)


def test_a_promise_is_cancelled_once_with_a_reason():
    case_file(MADE).when(cancel()).then(CANCELLED)
    case_file(MADE).when(cancel(None)).then_refused(ReasonRequired, field="reason")
    case_file(MADE, CANCELLED).when(cancel()).then_refused(PromiseCancelledAlready, promise_id=P1)
    case_file().when(cancel()).then_refused(PromiseNotFound, promise_id=P1)


# Which money keeps which promise


def march(day):
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("story", "promises", "receipts", "complete_on"),
    [
        ("paid at once", [(100, march(1))], [(march(2), 100)], [march(2)]),
        ("paid in two", [(100, march(1))], [(march(2), 60), (march(5), 40)], [march(5)]),
        ("paid in part", [(100, march(1))], [(march(2), 99)], [None]),
        ("paid before it was promised", [(100, march(3))], [(march(2), 100)], [None]),
        ("paid on the day it was promised", [(100, march(3))], [(march(3), 100)], [march(3)]),
        ("told of out of order", [(100, march(1))], [(march(5), 40), (march(2), 60)], [march(5)]),
        ("the oldest first", [(100, march(1)), (100, march(2))], [(march(3), 150)], [march(3), None]),
        (
            "what is over goes to the next",
            [(100, march(1)), (100, march(2))],
            [(march(3), 150), (march(4), 50)],
            [march(3), march(4)],
        ),
        ("nothing promised", [], [(march(3), 150)], []),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
def test_receipts_serve_the_oldest_promise_that_lacks_money(story, promises, receipts, complete_on):
    assert settle(promises, receipts) == complete_on, story


DAYS = st.dates(march(1), march(12))
CENTS = st.integers(1, 12)
RECEIPTS = st.lists(st.tuples(DAYS, CENTS), max_size=8)
PROMISES = st.lists(st.tuples(CENTS, DAYS), max_size=6).map(lambda made: sorted(made, key=lambda promise: promise[1]))


def settled_cent_by_cent(promises, receipts):
    lacking = [amount for amount, _ in promises]
    complete_on = [None] * len(promises)
    for received_on, cents in sorted(receipts):
        for _ in range(cents):
            for n, (_, made_on) in enumerate(promises):
                if lacking[n] and made_on <= received_on:
                    lacking[n] -= 1
                    if not lacking[n]:
                        complete_on[n] = received_on
                    break
    return complete_on


@given_any(PROMISES, RECEIPTS)
def test_settling_is_handing_out_each_cent_once(promises, receipts):
    assert settle(promises, receipts) == settled_cent_by_cent(promises, receipts)


@given_any(PROMISES, RECEIPTS, DAYS)
def test_no_cent_counts_twice_on_any_day(promises, receipts, day):
    kept = sum(
        amount
        for (amount, _), on in zip(promises, settle(promises, receipts), strict=True)
        if on is not None and on <= day
    )
    assert kept <= sum(cents for received_on, cents in receipts if received_on <= day)


@given_any(PROMISES, RECEIPTS, st.tuples(DAYS, CENTS))
def test_more_money_never_makes_a_promise_later(promises, receipts, more):
    before, after = settle(promises, receipts), settle(promises, [*receipts, more])
    assert all(on is None or (then is not None and then <= on) for on, then in zip(before, after, strict=True))


@given_any(PROMISES, RECEIPTS, DAYS)
def test_what_comes_later_does_not_change_what_a_day_knew(promises, receipts, day):
    known = [(received_on, cents) for received_on, cents in receipts if received_on <= day]
    by_then = [on if on is not None and on <= day else None for on in settle(promises, receipts)]
    assert settle(promises, known) == by_then


@given_any(PROMISES, RECEIPTS, st.tuples(CENTS, st.just(march(13))))
def test_a_younger_promise_takes_nothing_from_an_older_one(promises, receipts, younger):
    assert settle([*promises, younger], receipts)[:-1] == settle(promises, receipts)


@pytest.mark.parametrize(
    ("story", "moves", "since"),
    [
        ("never owed", [], None),
        ("owed", [(march(1), 100)], None),
        ("paid", [(march(1), 100), (march(4), -60), (march(6), -40)], march(6)),
        ("paid more than enough", [(march(1), 100), (march(4), -100), (march(6), -40)], march(4)),
        ("paid, then charged again", [(march(1), 100), (march(4), -100), (march(6), 5)], None),
        ("paid again", [(march(1), 100), (march(4), -100), (march(6), 5), (march(9), -5)], march(9)),
        ("paid before it was charged", [(march(4), 100), (march(1), -100)], march(1)),
        ("charged and paid on one day", [(march(1), 100), (march(2), -100), (march(2), 5), (march(3), -5)], march(3)),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
def test_a_debt_is_cleared_on_the_day_from_which_nothing_is_owed_any_more(story, moves, since):
    assert cleared_on(moves) == since, story


# Days in dispute


@pytest.mark.parametrize(
    ("story", "disputes", "due"),
    [
        ("no dispute", [], march(10)),
        ("three days", [(march(4), march(7))], march(13)),
        ("still open", [(march(4), None)], None),
        ("opened on the day due", [(march(10), march(12))], march(12)),
        ("opened after the day due", [(march(11), march(20))], march(10)),
        ("open since after the day due", [(march(11), None)], march(10)),
        ("ended before the promise", [(march(1), march(2))], march(10)),
        ("open when it was promised", [(march(1), march(5))], march(12)),
        ("moved into a second dispute", [(march(4), march(7)), (march(12), march(14))], march(15)),
        ("days in two disputes", [(march(4), march(7)), (march(6), march(8))], march(14)),
        ("recorded in another order", [(march(6), march(8)), (march(4), march(7))], march(14)),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
def test_days_in_dispute_move_the_day_of_a_promise(story, disputes, due):
    assert due_after_disputes(march(10), march(3), disputes) == due, story


def due_day_by_day(due_on, made_on, disputes):
    day, left = made_on, (due_on - made_on).days
    while True:
        disputed = [ended for opened, ended in disputes if opened <= day and (ended is None or day < ended)]
        if None in disputed:
            return None
        if not disputed:
            if not left:
                return day
            left -= 1
        day += timedelta(1)


DISPUTES = st.lists(
    st.tuples(DAYS, st.none() | st.integers(0, 9)).map(
        lambda dispute: (dispute[0], None if dispute[1] is None else dispute[0] + timedelta(dispute[1]))
    ),
    max_size=5,
)


@given_any(DAYS, st.integers(0, 9), DISPUTES)
def test_a_promise_is_due_after_as_many_days_without_dispute_as_were_asked_for(made_on, days, disputes):
    due_on = made_on + timedelta(days)
    assert due_after_disputes(due_on, made_on, disputes) == due_day_by_day(due_on, made_on, disputes)
