"""Payments that wait, the month's collections report, the calendar."""

from datetime import date

from agency import ANA, BEA, CARL
from scenario import TODAY, euros

from application import business, case_files, debts, payments
from domain.case_file.debt import Item
from domain.case_file.progress import ClosingReason
from domain.case_file.schedule import Instalment
from domain.people import OPERATOR
from projections.escritorio.money import calendar, collections_report, list_unapproved_payments

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def lines(db, month, viewer=BEA, collector=None):
    report = collections_report(db, viewer, month, collector)
    assert report.count == len(report.lines)
    return [(line.collector, line.kind, int(line.amount.amount)) for line in report.lines]


def test_a_collection_counts_for_whoever_held_the_debtor_the_day_the_money_came(agency):
    debtor = agency.client(collector="ana", since=date(2026, 1, 1))
    agency.assign(debtor, "carl", date(2026, 2, 10))
    file = agency.case_file(debtor)
    agency.payment(file, 10, date(2026, 2, 9))
    agency.payment(file, 20, date(2026, 2, 10))
    with agency.desk() as db:
        assert lines(db, FEBRUARY) == [("ana", "collected", 10), ("carl", "collected", 20)]
        assert lines(db, FEBRUARY, ANA) == [("ana", "collected", 10)]
        assert lines(db, FEBRUARY, CARL) == [("carl", "collected", 20)]
        assert lines(db, FEBRUARY, ANA, "carl") == []
        assert lines(db, FEBRUARY, BEA, "carl") == [("carl", "collected", 20)]
        assert lines(db, MARCH) == []


def test_the_case_file_s_own_collector_comes_before_its_debtor_s(agency):
    file = agency.case_file(agency.client(collector="ana"))
    for collector, from_on in (("carl", date(2026, 2, 5)), (None, date(2026, 2, 15))):
        case_files.assign_case_file(agency.log, agency.command(), file, collector=collector, from_on=from_on)
    for day, amount in ((4, 10), (5, 20), (14, 30), (15, 40)):
        agency.payment(file, amount, date(2026, 2, day))
    with agency.desk() as db:
        assert [collector for collector, _, _ in lines(db, FEBRUARY)] == ["ana", "carl", "carl", "ana"]


def test_what_nobody_held_is_a_line_without_collector_that_supervisors_see(agency):
    agency.payment(agency.case_file(agency.client(collector="ana", since=date(2026, 3, 1))), 10, date(2026, 2, 20))
    with agency.desk() as db:
        assert lines(db, FEBRUARY) == [(None, "collected", 10)]
        assert lines(db, FEBRUARY, ANA) == []


def test_a_collection_that_was_moved_counts_for_whom_it_was_moved_to(agency):
    file = agency.case_file(agency.client(collector="ana"))
    payment = agency.payment(file, 10, date(2026, 2, 20))
    moved = {"payment_id": payment, "collector": "carl", "reason": "estaba de baja"}
    payments.move_collection(agency.log, agency.command(BEA), file, **moved)
    with agency.desk() as db:
        assert lines(db, FEBRUARY) == [("carl", "collected", 10)]


def test_a_return_is_a_line_below_zero_in_the_month_it_was_returned_for_whom_it_was_collected(agency):
    debtor = agency.client(collector="ana")
    file = agency.case_file(debtor)
    payment = agency.payment(file, 10, date(2026, 2, 20))
    agency.assign(debtor, "carl", date(2026, 3, 1))
    agency.return_(file, payment, date(2026, 3, 5))
    agency.payment(file, 30, date(2026, 3, 6))
    with agency.desk() as db:
        assert lines(db, FEBRUARY) == [("ana", "collected", 10)]
        assert lines(db, MARCH) == [("ana", "returned", -10), ("carl", "collected", 30)]
        assert collections_report(db, BEA, MARCH, None).totals == [euros(20)]


def test_only_approved_money_is_reported_and_reopening_takes_it_out_again(agency):
    file = agency.case_file()
    agency.tell_of_payment(file, 10)
    payment = agency.payment(file, 20)
    with agency.desk() as db:
        assert lines(db, MARCH) == [(None, "collected", 20)]
    payments.reopen_payment(agency.log, agency.command(BEA), file, payment_id=payment, reason="undo")
    with agency.desk() as db:
        assert lines(db, MARCH) == []


def test_currencies_are_totalled_apart(agency):
    agency.payment(agency.case_file(), 20)
    agency.payment(agency.case_file(currency="USD"), 30, currency="USD")
    with agency.desk() as db:
        assert [str(total) for total in collections_report(db, BEA, MARCH, None).totals] == ["20.00 EUR", "30.00 USD"]


def test_a_payment_approved_without_second_review_reads_so_for_ever(agency):
    business.switch_four_eyes_off(agency.log, agency.command(), reason="solo hay una persona")
    file = agency.case_file()
    payment = agency.tell_of_payment(file, 10)
    agency.approve(file, payment, by=OPERATOR)
    agency.return_(file, payment)
    with agency.desk() as db:
        assert [line.second_review for line in collections_report(db, BEA, MARCH, None).lines] == [False, False]


def test_payments_that_wait_are_listed_the_longest_waiting_first_page_by_page(agency):
    file = agency.case_file(agency.client(collector="ana"), reference="E-1")
    told = [agency.tell_of_payment(file, amount) for amount in (10, 20, 30)]
    other = agency.case_file()
    agency.tell_of_payment(other, 40)
    with agency.desk() as db:
        first = list_unapproved_payments(db, ANA, None, 2)
        rest = list_unapproved_payments(db, ANA, first.next, 2)
        everybodys = list_unapproved_payments(db, BEA, None, 50)
    assert [payment.id for payment in (*first.items, *rest.items)] == told
    assert rest.next is None
    assert (first.items[0].case_file, first.items[0].recorded_by, first.items[0].amount) == (
        "E-1",
        "operator",
        euros(10),
    )
    assert len(everybodys.items) == 4


def expected(db, month, viewer=BEA):
    return {
        day.day.day: tuple(int(sum(money.amount for money in part)) for part in (day.promised, day.instalments))
        for day in calendar(db, viewer, month).days
        if day.promised or day.instalments
    }


def test_the_calendar_shows_what_is_expected_collected_and_done_each_day(agency):
    file = agency.case_file(agency.client(collector="ana"), 1000, due_on=date(2026, 3, 20))
    agency.promise(file, 300, date(2026, 3, 25))
    agency.payment(file, 40, date(2026, 3, 2))
    agency.call(file, date(2026, 3, 2))
    with agency.desk() as db:
        assert expected(db, MARCH) == {20: (0, 1000), 25: (300, 0)}
        assert expected(db, MARCH, CARL) == {}
        second = calendar(db, ANA, MARCH).days[1]
        assert (second.collected, second.actions) == ([euros(40)], 1)
        assert len(calendar(db, ANA, FEBRUARY).days) == 28


def test_a_payment_plan_takes_the_schedule_s_place_until_it_ends(agency):
    file = agency.case_file(amount=1000, due_on=date(2026, 5, 1))
    plan = [Instalment(date(2026, 4, day), euros(500)) for day in (10, 20)]
    debts.agree_plan(agency.log, agency.command(), file, plan_id=file, instalments=plan)
    with agency.desk() as db:
        assert expected(db, date(2026, 4, 1)) == {10: (0, 500), 20: (0, 500)}
        assert expected(db, date(2026, 5, 1)) == {}
    debts.end_plan(agency.log, agency.command(), file, reason="no cumple")
    with agency.desk() as db:
        assert expected(db, date(2026, 4, 1)) == {}
        assert expected(db, date(2026, 5, 1)) == {1: (0, 1000)}


def test_a_second_plan_on_the_day_the_first_one_ended_restores_the_schedule_once(agency):
    file = agency.case_file(amount=1000, due_on=date(2026, 5, 1))
    for number in (1, 2):
        plan = [Instalment(date(2026, 4, 10), euros(1000))]
        debts.agree_plan(agency.log, agency.command(), file, plan_id=agency.client(), instalments=plan)
        debts.end_plan(agency.log, agency.command(), file, reason=f"{number}")
    with agency.desk() as db:
        assert expected(db, date(2026, 5, 1)) == {1: (0, 1000)}


def test_a_closed_case_file_is_expected_to_pay_until_it_was_closed(agency):
    file = agency.case_file(due_on=date(2026, 3, 1))
    debts.add_items(agency.log, agency.command(), file, items=[Item("G", TODAY, date(2026, 3, 25), euros(70))])
    case_files.close_case_file(agency.log, agency.command(), file, reason=ClosingReason.SOLD)
    with agency.desk() as db:
        assert expected(db, MARCH) == {1: (0, 1000)}
