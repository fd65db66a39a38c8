"""What only the history of a case file tells."""

from datetime import date
from uuid import uuid4

from agency import BEA, CARL
from scenario import TODAY, euros

from application import activity, debts, payments
from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, Located, NewAction, Outcome, PartyRole
from domain.case_file.debt import Item
from domain.payments import PaymentApproved
from projections.desk.detail import case_file_references, client_names
from projections.desk.history_details import history_details


def log(agency, file, outcome, **more):
    action = NewAction(TODAY, Channel.CALL, Direction.OUTGOING, outcome, **more)
    activity.log_action(agency.log, agency.command(), file, action_id=uuid4(), action=action)


def test_items_are_those_it_was_opened_with_and_those_added(sqlite_agency):
    agency = sqlite_agency
    file = agency.case_file()
    item = Item("F-2", date(2026, 1, 1), date(2026, 2, 1), euros(50))
    debts.add_items(agency.log, agency.command(), file, items=[item])
    assert [item.number for item in history_details(agency.log.history(file)).items] == ["F", "F-2"]


def test_contact_data_is_what_was_learned_last_wrong_numbers_at_the_end(sqlite_agency):
    agency = sqlite_agency
    file, guarantor = agency.case_file(), agency.client("Fiadora")
    activity.add_party(agency.log, agency.command(), file, client_id=guarantor, role=PartyRole.GUARANTOR)
    log(agency, file, Outcome.LOCATED, located=Located("vecinos", "Calle Mayor 1", "600 100 200"))
    log(agency, file, Outcome.NO_ANSWER, phone="600100200")
    log(agency, file, Outcome.CONTACTED, phone="911 222 333")
    log(agency, file, Outcome.WRONG_NUMBER, phone="911222333")
    log(agency, file, Outcome.CONTACTED, phone="622 000 000", person_id=guarantor)
    known = history_details(agency.log.history(file))
    assert [(one.value, one.is_phone, one.source, one.wrong) for one in known.contacts_of(None)] == [
        ("600100200", True, "vecinos", False),
        ("Calle Mayor 1", False, "vecinos", False),
        ("911222333", True, None, True),
    ]
    assert [one.value for one in known.contacts_of(guarantor)] == ["622 000 000"]
    assert known.clients == {guarantor}


def test_a_payment_has_its_last_decision_unless_it_was_reopened(sqlite_agency):
    agency = sqlite_agency
    file = agency.case_file()
    approved, reopened = agency.payment(file, 10), agency.payment(file, 20)
    payments.reopen_payment(agency.log, agency.command(BEA), CaseFile, file, payment_id=reopened, reason="undo")
    moved = {"payment_id": approved, "collector": "carl", "reason": "era suyo"}
    payments.move_collection(agency.log, agency.command(BEA), file, **moved)
    known = history_details(agency.log.history(file)).payments
    assert isinstance(known[approved].decision.event, PaymentApproved)
    assert (known[approved].credited_to, known[reopened].decision) == ("carl", None)


def test_names_of_whom_a_history_names_and_references_of_what_one_may_see(agency):
    carl, own = agency.client("De Carl", collector="carl"), agency.client("De Ana", collector="ana")
    file, other = agency.case_file(carl, reference="E-1"), agency.case_file(own, reference="E-2")
    with agency.desk() as db:
        assert client_names(db, {carl}) == {carl: "De Carl"}
        assert case_file_references(db, BEA, {file, other}) == {file: "E-1", other: "E-2"}
        assert case_file_references(db, CARL, {file, other}) == {file: "E-1"}
