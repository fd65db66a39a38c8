"""What is paid asks for nothing more: no promise is broken, nothing is late or idle; and what came back is seen to."""

from datetime import date, timedelta

import pytest
from agency import ANA, BEA, CARL, on
from scenario import TODAY, euros

from application import case_files, debts
from domain.case_file.debt import AdjustmentKind, Part
from domain.case_file.progress import ClosingReason
from projections.desk.calendar import day_list
from projections.desk.case_files import Filters, list_case_files, today
from projections.desk.detail import case_file_detail
from projections.desk.summary import summary

FRIDAY, MONDAY, TUESDAY = date(2026, 2, 6), date(2026, 2, 9), date(2026, 2, 10)
MADE = date(2026, 2, 2)


def states(db, file, *, grace=0):
    return [promise.state for promise in case_file_detail(db, BEA, on(TODAY, grace=grace), file).promises]


def flags_on(db, day, **settings):
    return {flag for flag, count in summary(db, BEA, on(day, **settings)).flags.items() if count}


def waive(agency, file, amount, day=TODAY):
    told = {"kind": AdjustmentKind.WAIVER, "part": Part.PRINCIPAL, "adjusted_on": day, "reason": "quita"}
    debts.adjust_debt(agency.log, agency.command(BEA), file, adjustment_id=agency.client(), amount=-amount, **told)


@pytest.mark.parametrize(
    ("paid_on", "grace", "state"),
    [
        (FRIDAY, 0, "kept"),
        (MONDAY, 0, "kept_late"),
        (MONDAY, 1, "kept"),
        (TUESDAY, 1, "kept_late"),
    ],
)
def test_a_promise_paid_after_its_day_and_grace_is_kept_late(agency, paid_on, grace, state):
    file = agency.case_file()
    agency.promise(file, 100, FRIDAY, made_on=MADE)
    agency.payment(file, 100, paid_on)
    with agency.desk() as db:
        assert states(db, file, grace=grace) == [state]
        [entry] = day_list(db, BEA, on(TODAY, grace=grace), FRIDAY, None, 50).promises.items
        assert entry.state == {"kept": "paid", "kept_late": "paid_late"}[state]


def test_a_promise_paid_in_time_and_approved_later_is_kept_in_time(agency):
    file = agency.case_file()
    agency.promise(file, 100, FRIDAY, made_on=MADE)
    payment = agency.tell_of_payment(file, 100, FRIDAY)
    with agency.desk() as db:
        assert states(db, file) == ["awaiting_approval"]
    agency.approve(file, payment)
    with agency.desk() as db:
        assert states(db, file) == ["kept"]


def test_days_in_dispute_are_not_counted_as_late(agency):
    file = agency.case_file()
    agency.promise(file, 100, FRIDAY, made_on=MADE)
    opened = {"dispute_id": file, "claim": "no es mía", "opened_on": date(2026, 2, 4)}
    case_files.open_dispute(agency.log, agency.command(), file, **opened)
    case_files.end_dispute(agency.log, agency.command(), file, result="es suya", ended_on=date(2026, 2, 14))
    agency.payment(file, 100, date(2026, 2, 16))
    with agency.desk() as db:
        assert states(db, file) == ["kept"]


def test_a_fully_paid_case_file_has_no_broken_promise(agency):
    file = agency.case_file(amount=100)
    agency.payment(file, 60, date(2026, 2, 1))
    agency.promise(file, 100, FRIDAY, made_on=MADE)
    payment = agency.tell_of_payment(file, 40, TUESDAY)
    with agency.desk() as db:
        assert states(db, file) == ["awaiting_approval"]
        assert "broken_promise" not in flags_on(db, TODAY)
    agency.approve(file, payment)
    with agency.desk() as db:
        assert states(db, file) == ["cleared"]
        assert list_case_files(db, BEA, on(TODAY), Filters(), "reference", None, 50).items[0].flags == []
        assert today(db, BEA, on(TODAY)).broken_promises.count == 0
        assert flags_on(db, TODAY) == set()
        assert "broken_promise" in flags_on(db, MONDAY)  # as it was that day
    agency.return_(file, payment, date(2026, 3, 1))
    with agency.desk() as db:
        assert states(db, file) == ["broken"]


def test_a_waiver_of_the_rest_ends_what_a_promise_lacks(agency):
    file = agency.case_file(amount=100)
    agency.promise(file, 100, FRIDAY, made_on=MADE)
    agency.payment(file, 60, FRIDAY)
    waive(agency, file, euros(40), MONDAY)
    with agency.desk() as db:
        assert states(db, file) == ["cleared"]
        [entry] = day_list(db, BEA, on(TODAY), FRIDAY, None, 50).promises.items
        assert (entry.state, entry.open.minor) == ("cleared", 0)


def test_a_case_file_with_nothing_outstanding_is_neither_late_nor_idle(agency):
    file = agency.case_file(agency.client(collector="ana"))
    agency.call(file, date(2026, 1, 12), next_on=date(2026, 1, 20))
    with agency.desk() as db:
        asked = today(db, ANA, on(TODAY))
        assert (asked.late.count, asked.idle.count) == (1, 1)
    agency.payment(file, 1000, date(2026, 3, 2))
    with agency.desk() as db:
        asked = today(db, ANA, on(TODAY))
        assert (asked.late.count, asked.idle.count) == (0, 0)
        assert list_case_files(db, ANA, on(TODAY), Filters(flag="idle"), "reference", None, 50).items == []
        [line] = list_case_files(db, ANA, on(TODAY), Filters(), "reference", None, 50).items
        assert line.flags == []
        assert flags_on(db, TODAY) == set()
        assert flags_on(db, date(2026, 3, 1)) == {"idle"}


# Returned after closing


@pytest.mark.parametrize("reason", [ClosingReason.PAID, ClosingReason.SETTLED_WITH_WAIVER, ClosingReason.UNCOLLECTIBLE])
def test_a_return_after_the_closing_is_on_the_desk_of_the_collector_and_of_supervisors(agency, reason):
    file = agency.case_file(agency.client(collector="ana"), 1000)
    payment = agency.payment(file, 800, date(2026, 2, 2))
    waive(agency, file, euros(200), date(2026, 2, 2))
    closed_on, returned_on = date(2026, 2, 10), date(2026, 2, 20)
    case_files.close_case_file(agency.log, agency.command(day=closed_on), file, reason=reason)
    with agency.desk() as db:
        assert today(db, ANA, on(TODAY)).returned_after_closing.count == 0
    agency.return_(file, payment, returned_on)
    with agency.desk() as db:
        for viewer, count in ((ANA, 1), (BEA, 1), (CARL, 0)):
            some = today(db, viewer, on(TODAY)).returned_after_closing
            assert (some.count, len(some.items)) == (count, count)
        for state in ("open", "closed", "all"):
            filters = Filters(state=state, flag="returned_after_closing")
            [line] = list_case_files(db, ANA, on(TODAY), filters, "reference", None, 50).items
            assert (line.state, line.flags, line.outstanding) == ("closed", ["returned_after_closing"], euros(800))
        assert flags_on(db, returned_on - timedelta(days=1)) == set()
        assert flags_on(db, returned_on) == {"returned_after_closing"}
    case_files.reopen_case_file(agency.log, agency.command(BEA), file, reason="devuelto")
    with agency.desk() as db:
        assert today(db, ANA, on(TODAY)).returned_after_closing.count == 0
        [line] = list_case_files(db, ANA, on(TODAY), Filters(), "reference", None, 50).items
        assert "returned_after_closing" not in line.flags
        assert "returned_after_closing" not in flags_on(db, TODAY)


def test_a_case_file_closed_with_money_outstanding_is_no_case_of_a_return(agency):
    file = agency.case_file()
    agency.return_(file, agency.payment(file, 800, date(2026, 2, 2)), date(2026, 2, 5))
    case_files.close_case_file(agency.log, agency.command(), file, reason=ClosingReason.UNCOLLECTIBLE)
    with agency.desk() as db:
        assert today(db, BEA, on(TODAY)).returned_after_closing.count == 0
