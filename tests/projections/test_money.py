"""Payments that wait or were rejected, a debtor's, and the month's collections report."""

from datetime import UTC, date, datetime, timedelta

from agency import ANA, BEA, CARL
from scenario import euros

from application import business, case_files, payments
from domain.case_file import CaseFile
from domain.people import OPERATOR
from projections.desk.collections import collections_report
from projections.desk.money import (
    list_unapproved_payments,
    payments_of,
    rejected_payments,
    some_payments,
)

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
    payments.reopen_payment(agency.log, agency.command(BEA), CaseFile, file, payment_id=payment, reason="undo")
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


def test_a_report_totals_each_collector_s_lines_and_last_what_nobody_held(agency):
    agency.payment(agency.case_file(), 5)
    agency.payment(agency.case_file(agency.client(collector="carl")), 30)
    ana = agency.case_file(agency.client(collector="ana"))
    agency.return_(ana, agency.payment(ana, 10))
    agency.payment(ana, 20)
    with agency.desk() as db:
        totals = collections_report(db, BEA, MARCH, None).by_collector
    assert [(one.collector, one.count, one.totals) for one in totals] == [
        ("ana", 3, [euros(20)]),
        ("carl", 1, [euros(30)]),
        (None, 1, [euros(5)]),
    ]


def test_what_stands_rejected_is_listed_the_latest_first_by_the_day_of_the_decision(agency):
    file = agency.case_file(agency.client(collector="ana"))
    told = [agency.tell_of_payment(file, amount) for amount in (10, 20, 30)]
    for payment, day in zip(told, (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 10)), strict=True):
        decided = agency.command(BEA, day=day)
        payments.reject_payment(agency.log, decided, CaseFile, file, payment_id=payment, reason="no está en el banco")
    payments.reopen_payment(agency.log, agency.command(BEA), CaseFile, file, payment_id=told[1], reason="undo")
    with agency.desk() as db:
        since = datetime(2026, 3, 1, tzinfo=UTC)
        assert [one.id for one, _ in rejected_payments(db, ANA, since, 50)] == [told[2], told[0]]
        assert [one.id for one, _ in rejected_payments(db, ANA, since, 1)] == [told[2]]
        assert [one.id for one, _ in rejected_payments(db, ANA, since + timedelta(days=5), 50)] == [told[2]]
        assert rejected_payments(db, CARL, since, 50) == []


def test_a_debtor_s_payments_are_found_on_all_its_case_files(agency):
    debtor = agency.client(collector="ana")
    first, second = agency.case_file(debtor), agency.case_file(debtor)
    agency.payment(first, 10, date(2026, 3, 1))
    agency.tell_of_payment(second, 20, date(2026, 3, 2))
    agency.payment(agency.case_file(), 30)
    with agency.desk() as db:
        found = payments_of(db, ANA, debtor, 50)
        assert [(one.amount, one.state) for one in found] == [(euros(20), "unapproved"), (euros(10), "approved")]
        assert len(payments_of(db, ANA, debtor, 1)) == 1
        assert payments_of(db, CARL, debtor, 50) == []


def test_chosen_payments_are_those_that_whoever_chooses_sees(agency):
    mine, other = agency.case_file(agency.client(collector="ana")), agency.case_file()
    told = [(file, agency.tell_of_payment(file, 10)) for file in (mine, other)]
    with agency.desk() as db:
        assert [one.id for one in some_payments(db, BEA, [*told, (mine, other)])] == [payment for _, payment in told]
        assert [one.id for one in some_payments(db, ANA, told)] == [told[0][1]]
        assert some_payments(db, BEA, []) == []
