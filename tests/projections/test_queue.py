"""The queue: who is in it and why, when they leave it and come back, in which order, and who sees whom."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from agency import ANA, BEA, CARL, on
from scenario import TODAY, euros

from application import case_files, invoices, queue, restrictions
from domain.case_file.activity import Outcome
from domain.case_file.progress import ClosingReason
from domain.days import DayOutOfRange
from domain.money import Money
from projections.queue import REASONS, SORTS, Filters, Sorting, day_of_work, list_queue
from projections.queue import queue as counted

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO = TODAY - timedelta(days=20)


def listed(db, viewer=BEA, day=TODAY, sort="value", hour=9, limit=50, cursor=None, **filters):
    return list_queue(db, viewer, on(day), Filters(**filters), Sorting(sort, "EUR", hour), cursor, limit)


def lines(db, *args, **named):
    return listed(db, *args, **named).items


def why(db, *args, **named):
    return {one.references[0]: one.reason for one in lines(db, *args, **named)}


def test_each_is_there_for_the_first_reason_that_holds(agency):
    def file(reference, **more):
        return agency.case_file(reference=reference, opened_on=LONG_AGO - timedelta(days=40), **more)

    later = TODAY + timedelta(days=30)
    agency.promise(file("broken"), 100, LONG_AGO, made_on=LONG_AGO - timedelta(days=5))
    agency.promise(file("promised", due_on=later), 100, TODAY, made_on=LONG_AGO)
    agency.call(file("planned for today"), LONG_AGO, next_on=TODAY)
    agency.payment(file("paid"), 1000)
    disputed = file("disputed")
    case_files.open_dispute(agency.log, agency.command(), disputed, dispute_id=uuid4(), claim="No es", opened_on=TODAY)
    file("never called", due_on=later)
    agency.call(file("falls due", due_on=TODAY), LONG_AGO)
    agency.call(file("overdue", due_on=YESTERDAY), LONG_AGO)
    agency.call(file("nobody cares", due_on=later), TODAY - timedelta(days=31))
    returned = file("returned")
    payment = agency.payment(returned, 1000)
    case_files.close_case_file(agency.log, agency.command(BEA), returned, reason=ClosingReason.PAID, note=None)
    agency.return_(returned, payment)
    agency.call(file("in good hands", due_on=YESTERDAY), LONG_AGO, next_on=TOMORROW)
    agency.call(file("not due", due_on=later), LONG_AGO)
    agency.imported_invoice(agency.client("Cliente"))
    with agency.desk() as db:
        found = why(db)
        assert found == {
            "returned": "returned_after_closing",
            "broken": "broken_promise",
            "promised": "promise_due",
            "planned for today": "next_action",
            "paid": "to_close",
            "disputed": "dispute",
            "never called": "new",
            "falls due": "due",
            "overdue": "overdue",
            "nobody cares": "idle",
            next(iter(found.keys() - SAID)): "invoices_due",
        }
        assert {one.reason for one in counted(db, BEA, on(TODAY)).parts} == set(REASONS)
        for reason in REASONS:
            assert {one.reason for one in lines(db, reason=reason)} == {reason}


SAID = {
    "returned",
    "broken",
    "promised",
    "planned for today",
    "paid",
    "disputed",
    "never called",
    "falls due",
    "overdue",
    "nobody cares",
}


def test_who_was_worked_leaves_for_the_day_and_comes_back_if_nothing_is_planned(agency):
    agency.call(agency.case_file(reference="E"), TODAY, outcome=Outcome.NO_ANSWER)
    with agency.desk() as db:
        assert why(db) == {}
        assert why(db, day=TOMORROW) == {"E": "overdue"}


def test_a_next_action_keeps_a_case_file_away_until_its_day(agency):
    agency.call(agency.case_file(reference="E"), TODAY, next_on=TODAY + timedelta(days=3))
    with agency.desk() as db:
        assert why(db, day=TODAY + timedelta(days=2)) == {}
        assert why(db, day=TODAY + timedelta(days=3)) == {"E": "next_action"}


def test_a_promise_that_breaks_comes_back_before_the_next_action_and_not_again_once_it_was_followed_up(agency):
    file = agency.case_file(reference="E")
    agency.call(file, TODAY, next_on=TODAY + timedelta(days=30), outcome=Outcome.PROMISE)
    agency.promise(file, 100, TODAY + timedelta(days=1))
    broke = TODAY + timedelta(days=4)
    with agency.desk() as db:
        assert why(db, day=TODAY) == {}
        assert why(db, day=TODAY + timedelta(days=1)) == {"E": "promise_due"}
        assert why(db, day=broke) == {"E": "broken_promise"}
        [line] = lines(db, day=broke)
        assert (line.promised, line.promised_for) == (euros(100), TODAY + timedelta(days=1))
    agency.call(file, broke, next_on=broke + timedelta(days=7))
    with agency.desk() as db:
        assert why(db, day=broke + timedelta(days=1)) == {}
        assert why(db, day=broke + timedelta(days=7)) == {"E": "broken_promise"}


def test_what_is_skipped_comes_back_on_its_day_or_once_somebody_works_it(agency):
    files = {name: agency.case_file(reference=name) for name in ("left", "worked")}
    client = agency.client("Cliente")
    agency.imported_invoice(client)
    until = TODAY + timedelta(days=7)
    for file in files.values():
        queue.skip_case_file(agency.log, agency.command(), file, until=until)
    queue.skip_client(agency.log, agency.command(), client, until=until)
    agency.call(files["worked"], TODAY)
    with agency.desk() as db:
        assert why(db) == {}
        assert why(db, day=until - timedelta(days=1)) == {"worked": "overdue"}
        assert {one.debtor for one in lines(db, day=until)} == {"Deudor", "Cliente"}


@pytest.mark.parametrize("until", [TODAY, YESTERDAY, TODAY + timedelta(days=61)])
def test_nobody_is_skipped_for_long_nor_for_a_day_that_is_gone(agency, until):
    file, client = agency.case_file(), agency.client()
    for skip, skipped in ((queue.skip_case_file, file), (queue.skip_client, client)):
        with pytest.raises(DayOutOfRange) as refused:
            skip(agency.log, agency.command(), skipped, until=until)
        assert refused.value.details["field"] == "until"


def test_the_most_to_be_expected_comes_first_by_age_kept_promises_and_contacts(agency):
    def file(reference, amount, due_on):
        return agency.case_file(reference=reference, amount=amount, opened_on=date(2025, 1, 1), due_on=due_on)

    file("old and much", 1000, TODAY - timedelta(days=400))
    file("new and little", 200, TODAY - timedelta(days=10))
    kept = file("keeps its word", 300, TODAY - timedelta(days=10))
    agency.promise(kept, 100, LONG_AGO, made_on=LONG_AGO)
    agency.payment(kept, 100, LONG_AGO)
    agency.call(file("spoken to", 200, TODAY - timedelta(days=10)), YESTERDAY)
    with agency.desk() as db:
        found = [(one.references[0], one.chance, one.value) for one in lines(db)]
    assert found == [
        ("spoken to", 68, euros(136)),
        ("keeps its word", 66, euros(132)),
        ("new and little", 56, euros(112)),
        ("old and much", 4, euros(40)),
    ]


def test_a_chance_is_never_nothing(agency):
    file = agency.case_file(reference="E", opened_on=date(2024, 1, 1), due_on=date(2024, 1, 1))
    agency.promise(file, 100, LONG_AGO, made_on=LONG_AGO)
    with agency.desk() as db:
        assert [(one.chance, one.value) for one in lines(db)] == [(1, euros(10))]


def test_amounts_of_another_currency_come_after_the_own(agency):
    agency.case_file(reference="pesos", amount=900_000, currency="CLP")
    agency.case_file(reference="euros", amount=10)
    with agency.desk() as db:
        assert [one.references[0] for one in lines(db)] == ["euros", "pesos"]
        assert counted(db, BEA, on(TODAY)).outstanding == [Money.of(900_000, "CLP"), euros(10)]


def test_invoices_due_are_one_line_a_client_while_nobody_disputes_or_collects_them(agency):
    client = agency.client("Cliente")
    first, second, disputed, collected, paid = (agency.imported_invoice(client, 100) for _ in range(5))
    agency.invoice_payment(paid, 100)
    agency.invoice_payment(second, 40)
    invoices.dispute_invoice(
        agency.log, agency.command(), disputed, dispute_id=uuid4(), claim="No es así", disputed_on=TODAY
    )
    case_files.open_case_file_from_invoices(
        agency.log, agency.command(), uuid4(), reference="E", invoice_ids=[collected], opened_on=TODAY
    )
    with agency.desk() as db:
        [line] = lines(db, reason="invoices_due")
    assert (line.kind, line.id, line.debtor, line.count, line.outstanding) == (
        "client",
        client,
        "Cliente",
        2,
        euros(160),
    )
    assert set(line.references) == {str(first), str(second)}


def test_invoices_of_merged_clients_are_due_from_whoever_survives(agency):
    kept, merged = agency.client("Queda"), agency.client("Se une")
    agency.imported_invoice(merged, 100)
    restrictions.merge_client(agency.log, agency.command(BEA), merged, into=kept, reason="La misma")
    with agency.desk() as db:
        assert [(one.id, one.debtor) for one in lines(db)] == [(kept, "Queda")]


def test_nobody_who_is_blocked_is_in_it(agency):
    client = agency.client("Bloqueada")
    agency.case_file(client)
    agency.imported_invoice(client)
    restrictions.block_client(agency.log, agency.command(BEA), client, reason="Lo pide")
    with agency.desk() as db:
        assert lines(db) == []


def test_each_sees_the_own_queue_and_a_supervisor_that_of_all_or_of_one(agency):
    agency.case_file(agency.client(collector="ana"), reference="of ana")
    agency.case_file(agency.client(collector="carl"), reference="of carl")
    agency.imported_invoice(agency.client("Cliente", collector="ana"))
    with agency.desk() as db:
        assert {one.debtor for one in lines(db, ANA)} == {"Deudor", "Cliente"}
        assert why(db, CARL) == {"of carl": "new"}
        assert counted(db, CARL, on(TODAY)).count == 1
        assert len(lines(db, BEA)) == 3
        assert why(db, BEA, collector="carl") == {"of carl": "new"}
        assert counted(db, BEA, on(TODAY), "ana").count == 2


@pytest.mark.parametrize("sort", SORTS)
def test_pages_go_through_all_of_it_once_in_whatever_order(agency, sort):
    for number in range(4):
        file = agency.case_file(amount=100 + number, reference=f"E{number}", due_on=TODAY - timedelta(days=9 * number))
        if number % 2:
            agency.promise(file, 10, TODAY, made_on=LONG_AGO)
    for number in range(3):
        agency.imported_invoice(agency.client(f"Cliente {number}"), 100 + number)
    with agency.desk() as db:
        whole = [one.id for one in lines(db, sort=sort)]
        pages, cursor = [], None
        while True:
            page = listed(db, sort=sort, limit=2, cursor=cursor)
            pages += [one.id for one in page.items]
            if (cursor := page.next) is None:
                break
    assert pages == whole
    assert len(set(whole)) == 7


def test_by_hour_comes_first_whose_calls_are_answered_next(agency):
    def answered(reference, hours):
        file = agency.case_file(reference=reference)
        for day, hour in enumerate(hours):
            when = LONG_AGO + timedelta(days=day)
            command = agency.command(day=when)
            agency.call(file, when, command=replace(command, at=command.at.replace(hour=hour)))

    answered("afternoon", (16, 16, 10))
    answered("morning", (10, 10))
    agency.case_file(reference="never")
    with agency.desk() as db:
        found = {one.references[0]: one.answers_at for one in lines(db)}
        assert found == {"afternoon": 16, "morning": 10, "never": None}
        assert [one.references[0] for one in lines(db, sort="hour", hour=9)] == ["morning", "afternoon", "never"]
        assert [one.references[0] for one in lines(db, sort="hour", hour=12)] == ["afternoon", "morning", "never"]


def test_how_the_day_goes_counts_ones_own_work(agency):
    file, other = (agency.case_file(agency.client(collector="ana"), reference=name) for name in ("E", "F"))
    agency.call(file, by=ANA)
    agency.call(file, outcome=Outcome.NO_ANSWER, by=ANA)
    agency.call(other, by=BEA)
    agency.promise(file, 50, TOMORROW)
    with agency.desk() as db:
        own, all_ = day_of_work(db, ANA, TODAY), day_of_work(db, BEA, TODAY)
        assert (own.worked, own.calls, own.answered, own.promises, own.promised) == (1, 2, 1, 1, [euros(50)])
        assert (all_.worked, all_.calls, all_.answered) == (2, 3, 2)
        assert day_of_work(db, ANA, TOMORROW).worked == 0
