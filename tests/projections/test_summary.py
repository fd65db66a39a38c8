"""The summary at any business day, as known now."""

from datetime import date, timedelta

from agency import ANA, BEA, on
from scenario import TODAY, euros

from application import activity, case_files, debts
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.case_file.progress import ClosingReason, Stage
from domain.case_file.schedule import Instalment
from projections.desk.summary import summary


def at(db, day, viewer=BEA, **settings):
    return summary(db, viewer, on(day, **settings))


def money(amounts):
    return amounts.count, [str(total.amount) for total in amounts.totals]


def raised(shown):
    return {flag for flag, count in shown.flags.items() if count}


def test_an_empty_desk_has_no_figures(agency):
    with agency.desk() as db:
        shown = at(db, TODAY)
    assert (shown.case_files, shown.open, shown.totals, money(shown.unpaid)) == (0, 0, [], (0, []))


def test_unpaid_and_overdue_are_as_of_the_day(agency):
    file = agency.case_file(amount=1000, opened_on=date(2026, 1, 10), due_on=date(2026, 2, 1))
    agency.payment(file, 400, date(2026, 2, 10))
    agency.payment(file, 600, date(2026, 3, 1))
    with agency.desk() as db:
        days = [(1, 9), (1, 10), (2, 1), (2, 2), (2, 10), (3, 1)]
        found = [
            (day, money(shown.unpaid), money(shown.overdue)) for day in days for shown in [at(db, date(2026, *day))]
        ]
        assert at(db, TODAY).totals[0].collected == euros(1000)
    assert found == [
        ((1, 9), (0, []), (0, [])),  # before it was opened
        ((1, 10), (1, ["1000.00"]), (0, ["0.00"])),
        ((2, 1), (1, ["1000.00"]), (0, ["0.00"])),  # due that day is not overdue yet
        ((2, 2), (1, ["1000.00"]), (1, ["1000.00"])),
        ((2, 10), (1, ["600.00"]), (1, ["600.00"])),
        ((3, 1), (0, ["0.00"]), (0, ["0.00"])),
    ]


def test_a_returned_payment_counts_from_the_day_received_until_the_day_returned(agency):
    file = agency.case_file(amount=1000)
    agency.return_(file, agency.payment(file, 400, date(2026, 2, 10)), date(2026, 3, 5))
    with agency.desk() as db:
        found = [at(db, day).totals[0].collected for day in (date(2026, 2, 9), date(2026, 2, 10), date(2026, 3, 5))]
    assert found == [euros(400) - euros(400), euros(400), euros(400) - euros(400)]


def test_outstanding_is_all_that_was_charged_by_then(agency):
    file = agency.case_file(amount=1000)
    told = {"amount": euros(50), "charged_on": date(2026, 2, 1)}
    debts.charge(agency.log, agency.command(), file, Part.COSTS, charge_id=agency.client(), **told)
    waived = {"kind": AdjustmentKind.WAIVER, "part": Part.PRINCIPAL, "adjusted_on": date(2026, 3, 1), "reason": "quita"}
    debts.adjust_debt(agency.log, agency.command(BEA), file, adjustment_id=file, amount=-euros(200), **waived)
    with agency.desk() as db:
        found = [at(db, date(2026, month, 1)).totals[0] for month in (2, 3)]
    assert [total.outstanding for total in found] == [euros(1050), euros(850)]
    assert [total.principal for total in found] == [euros(1000), euros(1000)]


def test_what_is_not_due_yet_is_what_of_the_outstanding_money_comes_last(agency):
    file = agency.case_file(amount=300, due_on=date(2026, 2, 1))
    items = [Item("G", TODAY, date(2026, 12, 1), euros(500))]
    debts.add_items(agency.log, agency.command(day=date(2026, 3, 1)), file, items=items)
    agency.payment(file, 100, date(2026, 3, 2))
    with agency.desk() as db:
        assert money(at(db, date(2026, 2, 15)).overdue) == (1, ["300.00"])  # the later item was not there yet
        assert money(at(db, date(2026, 3, 2)).overdue) == (1, ["200.00"])


def test_a_payment_plan_makes_nothing_overdue_before_its_own_days(agency):
    file = agency.case_file(amount=1000, due_on=date(2026, 2, 1))
    plan = [Instalment(date(2026, month, 10), euros(500)) for month in (4, 5)]
    agreed = agency.command(day=date(2026, 3, 1))
    debts.agree_plan(agency.log, agreed, file, plan_id=agency.client(), instalments=plan)
    debts.end_plan(agency.log, agency.command(day=date(2026, 3, 10)), file, reason="no cumple")
    with agency.desk() as db:
        found = [(day, at(db, date(*day))) for day in ((2026, 2, 28), (2026, 3, 1), (2026, 3, 10))]
    assert [(money(shown.overdue), shown.flags["plan"]) for _, shown in found] == [
        ((1, ["1000.00"]), 0),
        ((0, ["0.00"]), 1),
        ((1, ["1000.00"]), 0),
    ]


def test_closed_case_files_are_neither_unpaid_nor_in_a_stage_while_they_are_closed(agency):
    file = agency.case_file()
    closed, again = date(2026, 2, 10), date(2026, 3, 1)
    reason = ClosingReason.UNLOCATABLE
    case_files.close_case_file(agency.log, agency.command(day=closed), file, reason=reason)
    case_files.reopen_case_file(agency.log, agency.command(BEA, day=again), file, reason="localizado")
    with agency.desk() as db:
        found = [at(db, day) for day in (closed - timedelta(days=1), closed, again)]
    assert [(shown.open, shown.closed, shown.unpaid.count, sum(shown.stages.values())) for shown in found] == [
        (1, 0, 1, 1),
        (0, 1, 0, 0),
        (1, 0, 1, 1),
    ]


def test_stages_are_those_of_the_day(agency):
    file = agency.case_file()
    for month, stage in ((2, Stage.LEGAL), (3, Stage.AMICABLE)):
        case_files.change_stage(agency.log, agency.command(day=date(2026, month, 1)), file, stage=stage)
    with agency.desk() as db:
        found = [at(db, date(2026, month, 1)).stages for month in (2, 3)] + [at(db, date(2026, 1, 31)).stages]
    assert [[stage for stage, count in stages.items() if count] for stages in found] == [
        ["legal"],
        ["amicable"],
        ["amicable"],
    ]


def test_a_promise_is_open_then_broken_after_its_grace_then_kept(agency):
    file = agency.case_file()
    agency.call(file, TODAY)
    agency.promise(file, 100, date(2026, 2, 6), made_on=date(2026, 2, 2))  # a Friday
    agency.payment(file, 100, date(2026, 2, 20))
    with agency.desk() as db:
        found = [raised(at(db, date(2026, 2, day), grace=1, idle=365)) for day in (1, 2, 9, 10, 20)]
    assert found == [set(), {"promise"}, {"promise"}, {"broken_promise"}, set()]


def test_a_promise_covered_by_money_still_unapproved_is_not_broken_until_that_is_rejected(agency):
    file = agency.case_file()
    agency.call(file, TODAY)
    agency.promise(file, 100, date(2026, 2, 6), made_on=date(2026, 2, 2))
    agency.tell_of_payment(file, 100, date(2026, 2, 5))
    with agency.desk() as db:
        assert raised(at(db, date(2026, 2, 20), idle=365)) == {"unapproved_payment"}


def test_days_in_dispute_move_the_day_of_a_promise(agency):
    file = agency.case_file()
    agency.promise(file, 100, date(2026, 2, 6), made_on=date(2026, 2, 2))
    opened = {"dispute_id": file, "claim": "no es mía", "opened_on": date(2026, 2, 4)}
    case_files.open_dispute(agency.log, agency.command(), file, **opened)
    with agency.desk() as db:
        assert raised(at(db, date(2026, 2, 20), idle=365)) == {"promise", "dispute"}
    case_files.end_dispute(agency.log, agency.command(), file, result="es suya", ended_on=date(2026, 2, 14))
    with agency.desk() as db:
        found = [raised(at(db, date(2026, 2, day), idle=365)) for day in (13, 16, 17)]
    assert found == [{"promise", "dispute"}, {"promise"}, {"broken_promise"}]


def test_a_cancelled_promise_is_neither_open_nor_broken(agency):
    file = agency.case_file()
    promise = agency.promise(file, 100, date(2026, 2, 6), made_on=date(2026, 2, 2))
    cancelled = agency.command(day=date(2026, 2, 4))
    activity.cancel_promise(agency.log, cancelled, file, promise_id=promise, reason="acuerdo")
    with agency.desk() as db:
        assert raised(at(db, date(2026, 2, 20), idle=365)) == set()


def test_a_case_file_is_idle_so_many_days_after_the_last_action(agency):
    agency.call(agency.case_file(opened_on=date(2026, 1, 10)), date(2026, 2, 1))
    with agency.desk() as db:
        found = [at(db, date(2026, *day)).flags["idle"] for day in ((2, 8), (2, 9), (3, 2), (3, 3))]
        assert at(db, date(2026, 3, 3), idle=31).flags["idle"] == 0
    assert found == [0, 0, 0, 1]


def test_collectors_see_the_figures_of_their_own_portfolio_and_currencies_stand_apart(agency):
    agency.case_file(agency.client(collector="ana"), 100)
    agency.case_file(amount=200, currency="USD")
    with agency.desk() as db:
        assert money(at(db, TODAY, ANA).unpaid) == (1, ["100.00"])
        assert [str(total.outstanding) for total in at(db, TODAY).totals] == ["100.00 EUR", "200.00 USD"]
