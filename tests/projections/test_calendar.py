"""The calendar: what each day expects and brought in, by name in the grid and in a day's list, and in sums."""

from datetime import date

from agency import ANA, BEA, CARL, on
from scenario import TODAY, euros

from application import case_files, debts
from domain.case_file.debt import Item
from domain.case_file.progress import ClosingReason
from domain.case_file.schedule import Instalment
from projections.desk.calendar import calendar, day_list, entries_by_day, find_expected

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def grid(db, viewer=BEA, case_file=None, limit=3):
    by_day = entries_by_day(db, viewer, on(TODAY), MARCH, case_file, limit)
    return {
        day.day: (some.count, [(one.kind, int(one.amount.amount), one.state) for one in some.items])
        for day, some in by_day.items()
    }


def test_each_day_names_in_turn_the_largest_of_what_is_expected_and_came_in(agency):
    file = agency.case_file(agency.client("Deudora", collector="ana"), 1000, reference="E-1", due_on=date(2026, 3, 25))
    for amount in (100, 300, 200):
        agency.promise(file, amount, date(2026, 3, 25))
    agency.payment(file, 40, date(2026, 3, 2))
    with agency.desk() as db:
        assert grid(db) == {
            2: (1, [("payment", 40, "paid")]),
            25: (4, [("promise", 300, "expected"), ("instalment", 1000, "expected"), ("promise", 200, "expected")]),
        }
        assert grid(db, ANA) == grid(db, case_file=file) == grid(db)
        assert grid(db, CARL) == grid(db, case_file=agency.client()) == {}
        [first, *_] = entries_by_day(db, BEA, on(TODAY), MARCH, None, 3)[date(2026, 3, 25)].items
        assert (first.debtor, first.debt, first.collector) == ("Deudora", "E-1", "ana")


def test_what_is_paid_on_an_invoice_came_in_too(agency):
    invoice = agency.imported_invoice(agency.client("Cliente", collector="ana"))
    agency.invoice_payment(invoice, 40, date(2026, 3, 2))
    file = agency.case_file()
    with agency.desk() as db:
        assert grid(db) == grid(db, ANA) == {2: (1, [("invoice_payment", 40, "paid")])}
        assert grid(db, CARL) == grid(db, case_file=file) == {}
        listed = day_list(db, ANA, on(TODAY), date(2026, 3, 2), None, 50)
        assert [(one.debt_id, one.debt, one.debtor) for one in listed.invoice_payments.items] == [
            (invoice, str(invoice), "Cliente")
        ]
        assert (listed.invoice_payments.count, listed.payments.count) == (1, 0)


def test_an_instalment_is_open_by_what_is_outstanding_beyond_the_later_ones(agency):
    file = agency.case_file(amount=900, due_on=date(2026, 5, 1))
    plan = [Instalment(date(2026, 4, day), euros(300)) for day in (10, 10, 20)]
    debts.agree_plan(agency.log, agency.command(), file, plan_id=file, instalments=plan)
    agency.payment(file, 400)
    with agency.desk() as db:
        tenth = day_list(db, BEA, on(TODAY), date(2026, 4, 10), None, 50).instalments
        standing = [(one.open.minor, one.state) for one in sorted(tenth.items, key=lambda one: one.key)]
        assert standing == [(0, "paid"), (20000, "expected")]
        overdue = day_list(db, BEA, on(date(2026, 4, 11)), date(2026, 4, 10), None, 50).instalments
        assert {one.state for one in overdue.items} == {"paid", "missed"}
        assert {one.of_plan for one in tenth.items} == {True}
        assert not day_list(db, BEA, on(TODAY), date(2026, 5, 1), None, 50).instalments.items


def test_what_a_plan_has_taken_the_place_of_is_not_asked_for(agency):
    file = agency.case_file(amount=900, due_on=date(2026, 3, 2))
    debts.agree_plan(
        agency.log, agency.command(), file, plan_id=file, instalments=[Instalment(date(2026, 4, 1), euros(900))]
    )
    with agency.desk() as db:
        [replaced] = day_list(db, BEA, on(TODAY), date(2026, 3, 2), None, 50).instalments.items
    assert (replaced.state, replaced.open.minor, replaced.of_plan) == ("replaced", 0, False)


def test_a_promise_is_kept_awaits_approval_or_is_broken(agency):
    file = agency.case_file(amount=900)
    for amount in (100, 200, 300):
        agency.promise(file, amount, TODAY)
    agency.payment(file, 100)
    agency.tell_of_payment(file, 200)
    with agency.desk() as db:
        today = day_list(db, BEA, on(TODAY), TODAY, None, 50)
        states = [(int(one.amount.amount), one.state, int(one.open.amount)) for one in today.promises.items]
        assert states == [(300, "expected", 300), (200, "awaiting_approval", 0), (100, "paid", 0)]
        assert [int(one.amount.amount) for one in today.payments.items] == [100]
        [missed, *_] = day_list(db, BEA, on(date(2026, 4, 1)), TODAY, None, 50).promises.items
        assert missed.state == "missed"


def test_a_day_lists_what_was_done_and_so_many_of_each_kind(agency):
    file = agency.case_file(agency.client("Deudora", collector="ana"), reference="E-1")
    agency.call(file)
    agency.call(file)
    with agency.desk() as db:
        day = day_list(db, ANA, on(TODAY), TODAY, None, 1)
        assert day.actions_count == 2
        assert [(one.channel, one.debtor, one.case_file, one.actor) for one in day.actions] == [
            ("call", "Deudora", "E-1", "operator")
        ]
        assert day_list(db, CARL, on(TODAY), TODAY, None, 50).actions_count == 0


def test_what_is_expected_is_found_by_its_key_by_whoever_sees_it(agency):
    file = agency.case_file(agency.client(collector="ana"), due_on=date(2026, 3, 25))
    promise = agency.promise(file, 300, date(2026, 3, 25))
    day = date(2026, 3, 25)
    with agency.desk() as db:
        found = find_expected(db, ANA, on(TODAY), day, f"{file}.{promise}")
        assert found is not None
        assert found.amount == euros(300)
        assert find_expected(db, ANA, on(TODAY), day, f"{file}.0") is not None
        for viewer, key in ((CARL, f"{file}.{promise}"), (ANA, f"{file}.9"), (ANA, "x"), (ANA, "")):
            assert find_expected(db, viewer, on(TODAY), day, key) is None


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
