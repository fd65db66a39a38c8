"""The desk's list: who sees what, filters, sorting and pages."""

import base64
import json
from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from agency import ANA, BEA, CARL, on
from scenario import TODAY, euros

from application import case_files, payments
from domain.case_file import CaseFile
from domain.case_file.progress import ClosingReason, Stage
from projections.desk.case_files import SORTS, Filters, holders, list_case_files, today
from projections.desk.clients import find_by_reference
from projections.pages import CursorNotUnderstood, UnknownSort


def listed(db, viewer=BEA, *, sort="reference", as_of=None, **filters):
    page = list_case_files(db, viewer, as_of or on(TODAY), Filters(**filters), sort, None, 200)
    assert page.next is None
    return [line.reference for line in page.items]


def all_pages(db, sort, limit, **filters):
    found, cursor = [], None
    while True:
        page = list_case_files(db, BEA, on(TODAY), Filters(**filters), sort, cursor, limit)
        found += [line.reference for line in page.items]
        cursor = page.next
        if cursor is None:
            return found


def test_who_holds_case_files_is_known_each_once_open_or_closed(agency):
    for collector in ("carl", "ana", "ana", None):
        agency.case_file(agency.client("Deudora", collector=collector), 1000)
    closed = agency.case_file(agency.client("Deudora", collector="bea"), 1000)
    case_files.close_case_file(agency.log, agency.command(), closed, reason=ClosingReason.UNFOUNDED)
    with agency.desk() as db:
        assert holders(db) == ["ana", "bea", "carl"]


def test_a_line_tells_where_the_case_file_stands(agency):
    creditor, debtor = agency.client("Acreedora, S.A."), agency.client("José Núñez", collector="ana")
    file = agency.case_file(debtor, 1000, reference="E-1", creditor=creditor)
    agency.payment(file, 400)
    agency.tell_of_payment(file, 50)
    agency.call(file, TODAY, next_on=TODAY + timedelta(days=3))
    with agency.desk() as db:
        [line] = list_case_files(db, ANA, on(TODAY), Filters(), "reference", None, 50).items
    assert (line.client, line.debtor, line.collector) == ("Acreedora, S.A.", "José Núñez", "ana")
    assert (line.principal, line.collected, line.outstanding) == (euros(1000), euros(400), euros(600))
    assert (line.last_action_on, line.next_action_on, line.next_action) == (TODAY, TODAY + timedelta(days=3), "Llamar")
    assert (line.state, line.stage, line.flags) == ("open", "amicable", ["unapproved_payment"])


def test_a_collector_sees_the_own_portfolio_and_a_supervisor_all(agency):
    agency.case_file(agency.client(collector="ana"), reference="of ana")
    agency.case_file(agency.client(collector="carl"), reference="of carl")
    agency.case_file(reference="of nobody")
    lent = agency.case_file(agency.client(collector="carl"), reference="lent to ana")
    case_files.assign_case_file(agency.log, agency.command(), lent, collector="ana", from_on=TODAY)
    with agency.desk() as db:
        assert listed(db, ANA) == ["lent to ana", "of ana"]
        assert listed(db, CARL) == ["of carl"]
        assert listed(db, BEA) == ["lent to ana", "of ana", "of carl", "of nobody"]
        assert listed(db, BEA, collector="ana") == ["lent to ana", "of ana"]


def test_case_files_follow_their_debtor_to_a_new_collector_unless_assigned_themselves(agency):
    debtor = agency.client(collector="ana")
    agency.case_file(debtor, reference="follows")
    own = agency.case_file(debtor, reference="own")
    case_files.assign_case_file(agency.log, agency.command(), own, collector="ana", from_on=TODAY)
    agency.assign(debtor, "carl", TODAY)
    with agency.desk() as db:
        assert (listed(db, ANA), listed(db, CARL)) == (["own"], ["follows"])
    case_files.assign_case_file(agency.log, agency.command(), own, collector=None, from_on=TODAY)
    with agency.desk() as db:
        assert (listed(db, ANA), listed(db, CARL)) == ([], ["follows", "own"])


def test_an_assignment_from_an_earlier_day_told_later_does_not_take_the_case_file_away(agency):
    debtor = agency.client(collector="ana", since=date(2026, 3, 1))
    agency.case_file(debtor, reference="E")
    agency.assign(debtor, "carl", date(2026, 2, 1))
    with agency.desk() as db:
        assert listed(db, ANA) == ["E"]


def test_filters_narrow_the_list(agency):
    debtor = agency.client("Íñigo Ibáñez")
    closed = agency.case_file(debtor, reference="closed")
    case_files.close_case_file(agency.log, agency.command(), closed, reason=ClosingReason.UNFOUNDED)
    legal = agency.case_file(reference="legal")
    case_files.change_stage(agency.log, agency.command(), legal, stage=Stage.LEGAL)
    disputed = agency.case_file(debtor, reference="disputed")
    told = {"claim": "no es mía", "opened_on": TODAY}
    case_files.open_dispute(agency.log, agency.command(), disputed, dispute_id=legal, **told)
    with agency.desk() as db:
        assert listed(db) == ["disputed", "legal"]
        assert listed(db, state="closed") == ["closed"]
        assert listed(db, state="all") == ["closed", "disputed", "legal"]
        assert listed(db, stage="legal") == ["legal"]
        assert listed(db, flag="dispute") == ["disputed"]
        assert listed(db, debtor_id=debtor, state="all") == ["closed", "disputed"]
        assert listed(db, reference="legal") == ["legal"]
        assert listed(db, text="inigo IBANEZ") == ["disputed"]
        assert listed(db, text="leg") == ["legal"]
        assert listed(db, text="100%") == []


def test_names_sort_without_accents_and_with_enye_after_n(agency):
    for name in ("Nuria", "Ñandú", "Óscar", "Álvaro", "nzeki", "Beatriz", "zoe"):
        agency.case_file(agency.client(name), reference=name)
    in_order = ["Álvaro", "Beatriz", "Nuria", "nzeki", "Ñandú", "Óscar", "zoe"]
    with agency.desk() as db:
        assert listed(db, sort="debtor") == in_order
        assert listed(db, sort="-debtor") == in_order[::-1]
        assert all_pages(db, "debtor", 2) == in_order


def test_pages_show_each_case_file_once_and_in_order_though_many_are_equal(agency):
    debtor = agency.client()
    for number in range(14):
        file = agency.case_file(debtor, 100 + number % 2, reference=f"E-{number:02}")
        if number % 3 == 0:
            agency.call(file, TODAY, next_on=TODAY + timedelta(days=number % 2))
        if number % 4 == 0:
            case_files.close_case_file(agency.log, agency.command(), file, reason=ClosingReason.SOLD)
    asked = product(("", "-"), SORTS, (("open", 10), ("all", 14)), (1, 3, 7))
    with agency.desk() as db:
        for direction, name, (state, count), limit in asked:
            paged = all_pages(db, direction + name, limit, state=state)
            assert paged == listed(db, sort=direction + name, state=state)
            assert len(set(paged)) == count


def cursor_of(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize("cursor", ["x", "bm8=", cursor_of("a"), cursor_of("a", "b"), cursor_of(None, 5)])
@pytest.mark.parametrize("sort", ["next_action_on", "outstanding", "reference"])
def test_a_cursor_of_something_else_is_refused(sqlite_agency, sort, cursor):
    with sqlite_agency.desk() as db, pytest.raises(CursorNotUnderstood):
        list_case_files(db, BEA, on(TODAY), Filters(), sort, cursor, 50)


@pytest.mark.parametrize(
    ("sort", "first"),
    [("outstanding", 10**20), ("outstanding", str(10**20)), ("outstanding", "1e999"), ("reference", "a\0"),
     ("reference", "\ud800"), ("next_action_on", "2026-13-01")],
)  # fmt: skip
def test_a_cursor_that_no_database_could_hold_is_refused(agency, sort, first):
    with agency.desk() as db, pytest.raises(CursorNotUnderstood):
        list_case_files(db, BEA, on(TODAY), Filters(), sort, cursor_of(first, str(uuid4())), 50)


def test_an_unknown_sort_is_refused_with_those_that_are_known(sqlite_agency):
    with sqlite_agency.desk() as db, pytest.raises(UnknownSort) as refused:
        list_case_files(db, BEA, on(TODAY), Filters(), "colour", None, 50)
    assert "debtor" in refused.value.details["known"]


def test_today_asks_for_what_is_due_late_broken_idle_and_unapproved(agency):
    debtor = agency.client(collector="ana")
    due, late, broken, _ = (agency.case_file(debtor, reference=r) for r in ("due", "late", "broken", "idle"))
    agency.call(due, TODAY, next_on=TODAY)
    agency.call(late, TODAY - timedelta(days=20), next_on=TODAY - timedelta(days=2))
    agency.promise(broken, 100, TODAY - timedelta(days=4), made_on=TODAY - timedelta(days=5))
    agency.call(broken, TODAY)
    payment = agency.tell_of_payment(due, 70)
    with agency.desk() as db:
        shown = today(db, ANA, on(TODAY, grace=1))
        assert today(db, CARL, on(TODAY)).unapproved.count == 0
    listed_in = {
        name: ([line.reference for line in part.items], part.count)
        for name in ("due", "late", "broken_promises", "idle")
        for part in [getattr(shown, name)]
    }
    assert listed_in == {
        "due": (["due"], 1),
        "late": (["late"], 1),
        "broken_promises": (["broken"], 1),
        "idle": (["idle"], 1),
    }
    assert (shown.unapproved.count, shown.unapproved.totals) == (1, [euros(70)])
    payments.reject_payment(agency.log, agency.command(BEA), CaseFile, due, payment_id=payment, reason="falso")
    with agency.desk() as db:
        assert today(db, ANA, on(TODAY)).unapproved.count == 0


def test_an_exact_reference_tells_anyone_whose_case_file_it_is(agency):
    agency.case_file(agency.client("José Núñez", collector="carl"), reference="E-7")
    with agency.desk() as db:
        held = find_by_reference(db, "E-7")
        assert (held.debtor, held.collector) == ("José Núñez", "carl")
        assert find_by_reference(db, "E-") is None


def test_a_list_may_be_narrowed_down_to_what_is_late_what_is_promised_for_today_and_what_has_nothing_next(agency):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for reference, next_on in (("late", yesterday), ("due", TODAY), ("planned", tomorrow)):
        agency.call(agency.case_file(reference=reference), yesterday, next_on=next_on)
    promised = agency.case_file(reference="promised")
    agency.promise(promised, 100, TODAY, made_on=yesterday)
    agency.call(promised, yesterday, next_on=tomorrow)
    agency.promise(agency.case_file(reference="promised for later"), 100, tomorrow)
    paid = agency.case_file(reference="paid", amount=10)
    agency.call(paid, yesterday, next_on=TODAY)
    agency.payment(paid, 10)
    with agency.desk() as db:
        assert listed(db, flag="late") == ["late"]
        assert listed(db, flag="promise_due") == ["promised"]
        assert listed(db, flag="nothing_next") == ["promised for later"]
        assert listed(db, flag="to_close") == ["paid"]
        asked = today(db, BEA, on(TODAY))
        assert [line.reference for line in asked.promises_due.items] == ["promised"]
        assert [line.reference for line in asked.to_close.items] == ["paid"]


@pytest.mark.parametrize("typed", ["C-00002", "c-2", "00002", "2"])
def test_case_files_are_found_by_the_number_of_their_debtor_or_creditor(agency, typed):
    known = [agency.client("Deudora"), agency.client("Acreedora")]
    agency.case_file(known[0], reference="A", creditor=known[1])
    agency.case_file(known[1], reference="B")
    agency.case_file(known[0], reference="C")
    with agency.desk() as db:
        assert listed(db, text=typed) == ["A", "B"]
