"""One case file in full, and who changed which payment."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from agency import ANA, BEA, CARL, on
from scenario import TODAY, euros

from application import activity, payments
from domain.case_file.activity import PartyRole
from projections.audit import Filters, list_payment_changes
from projections.desk.detail import case_file_detail

MADRID = ZoneInfo("Europe/Madrid")


def changes(db, **asked):
    cursor, limit = asked.pop("cursor", None), asked.pop("limit", 50)
    return list_payment_changes(db, MADRID, Filters(**asked), cursor, limit)


def test_a_case_file_in_full(agency):
    file = agency.case_file(agency.client(collector="ana"), 1000, due_on=date(2026, 2, 1))
    guarantor = agency.client("Fiadora")
    activity.add_party(agency.log, agency.command(), file, client_id=guarantor, role=PartyRole.GUARANTOR)
    agency.promise(file, 300, TODAY)
    agency.payment(file, 400)
    with agency.desk() as db:
        detail = case_file_detail(db, ANA, on(TODAY), file)
        assert case_file_detail(db, CARL, on(TODAY), file) is None
    assert [(part.part, part.owed, part.paid) for part in detail.debt][-1] == ("principal", euros(1000), euros(400))
    assert [(party.name, party.role) for party in detail.parties] == [("Fiadora", "guarantor")]
    assert [promise.state for promise in detail.promises] == ["kept"]
    assert [(line.open, line.overdue) for line in detail.schedule] == [(euros(600), True)]
    assert (detail.in_arrears_since, detail.line.outstanding) == (date(2026, 2, 1), euros(600))


def test_promises_read_awaiting_approval_broken_open_or_cancelled(agency):
    made_on = TODAY - timedelta(days=5)
    file = agency.case_file()
    covered = agency.promise(file, 100, made_on, made_on)
    broken = agency.promise(file, 100, made_on, made_on)
    still_open = agency.promise(file, 100, TODAY, made_on)
    cancelled = agency.promise(file, 100, made_on, made_on)
    activity.cancel_promise(agency.log, agency.command(), file, promise_id=cancelled, reason="acuerdo")
    agency.tell_of_payment(file, 100, made_on)
    with agency.desk() as db:
        shown = {promise.id: promise.state for promise in case_file_detail(db, BEA, on(TODAY), file).promises}
    assert shown == {covered: "awaiting_approval", broken: "broken", still_open: "open", cancelled: "cancelled"}


def test_the_audit_tells_who_did_what_before_and_after_and_why(agency):
    file = agency.case_file(reference="E-1")
    payment = agency.payment(file, 10)
    agency.return_(file, payment)
    moved = {"payment_id": payment, "collector": "carl", "reason": "era suyo"}
    payments.move_collection(agency.log, agency.command(BEA), file, **moved)
    with agency.desk() as db:
        found = changes(db, debt_id=file).items
    assert [(one.what, one.before, one.after, one.actor, one.reason) for one in found] == [
        ("CollectionMoved", "returned", "returned", "bea", "era suyo"),
        ("PaymentReturned", "approved", "returned", "bea", "sin fondos"),
        ("PaymentApproved", "unapproved", "approved", "bea", None),
        ("PaymentRecorded", None, "unapproved", "operator", None),
    ]
    recorded = agency.log.history(file)
    assert [one.hash for one in found] == [one.hash.hex() for one in reversed(recorded)][: len(found)]
    assert {(one.case_file, one.amount) for one in found} == {("E-1", euros(10))}
    assert [(one.counted_for, one.counts_for) for one in found] == [(None, "carl"), *[(None, None)] * 3]


def test_the_audit_is_narrowed_and_paged(agency):
    file = agency.case_file()
    first, second = agency.payment(file, 10), agency.tell_of_payment(file, 20)
    with agency.desk() as db:
        assert {one.payment_id for one in changes(db).items} == {first, second}
        assert [one.what for one in changes(db, payment_id=second).items] == ["PaymentRecorded"]
        assert [one.what for one in changes(db, actor="bea").items] == ["PaymentApproved"]
        assert len(changes(db, from_day=TODAY, to_day=TODAY).items) == 3
        assert changes(db, from_day=TODAY + timedelta(days=1)).items == []
        assert changes(db, to_day=TODAY - timedelta(days=1)).items == []
        page = changes(db, limit=2)
        assert len(page.items) == 2
        assert [one.what for one in changes(db, limit=2, cursor=page.next).items] == ["PaymentRecorded"]


def test_the_audit_is_narrowed_to_a_reference_and_to_who_did_it_here_or_as_a_file_says(agency):
    file = agency.case_file(reference="E-7")
    agency.payment(agency.case_file(reference="E-8"), 10)
    agency.payment(file, 10)
    with agency.desk() as db:
        assert {one.case_file for one in changes(db, case_file="E-7").items} == {"E-7"}
        assert changes(db, case_file="E-").items == []
        assert [one.what for one in changes(db, case_file="E-7", people=["bea"]).items] == ["PaymentApproved"]
        assert changes(db, people=["nobody"]).items == []
