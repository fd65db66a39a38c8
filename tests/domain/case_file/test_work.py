"""The work on a case file: actions with their outcome and next action, and the parties."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from scenario import CARL, DEBTOR, GUARANTOR, OPENED, STRANGER, TODAY, TOMORROW, WHEN_OPENED, euros, given

from domain.case_file import CaseFile
from domain.case_file.activity import (
    ActionBeforeCaseFile,
    ActionLogged,
    Channel,
    DebtorIsNoParty,
    Direction,
    Located,
    LocatedIncomplete,
    NewAction,
    NextActionIncomplete,
    NotAParty,
    Outcome,
    PartyAdded,
    PartyAlready,
    PartyRemoved,
    PartyRole,
    SuccessorMissing,
)
from domain.case_file.progress import CaseFileClosed, ClosingReason
from domain.case_file.promises import PromiseDueTooEarly, PromiseMade
from domain.days import DayOutOfRange
from domain.doubts import Doubt, Doubtful
from domain.errors import TextNotAllowed
from domain.personal import LINE, NAME

A1, PROMISE = UUID(int=401), UUID(int=402)
YESTERDAY = TODAY.replace(day=15)
CALL = NewAction(TODAY, Channel.CALL, Direction.OUTGOING, Outcome.CONTACTED)
CALLED = ActionLogged(A1, TODAY, Channel.CALL, Direction.OUTGOING, Outcome.CONTACTED)
GUARANTEES = PartyAdded(GUARANTOR, PartyRole.GUARANTOR)


def case_file(*past):
    return given(CaseFile(), OPENED, *past)


def log(*, promise=None, ask_first=False, **changes):
    return lambda c: c.log_action(A1, replace(CALL, **changes), promise, ask_first=ask_first, today=TODAY, by=CARL)


# Actions


def test_an_action_is_logged_with_its_next_one():
    case_file().when(
        log(phone=" 600 000 000 ", note="pays on Friday ", next_action=" call again", next_action_on=TOMORROW)
    ).then(
        replace(
            CALLED,
            phone="600 000 000",
            note="pays on Friday",
            next_action="call again",
            next_action_on=TOMORROW,
        )
    )


def test_an_action_may_be_logged_late_but_not_ahead():
    case_file().when(log(done_on=YESTERDAY)).then(replace(CALLED, done_on=YESTERDAY))
    case_file().when(log(done_on=TOMORROW)).then_refused(DayOutOfRange, field="done_on")


def test_an_action_is_not_older_than_the_case_file():
    before = WHEN_OPENED - timedelta(days=1)
    case_file().when(log(done_on=WHEN_OPENED)).then(replace(CALLED, done_on=WHEN_OPENED))
    case_file().when(log(done_on=before)).then_refused(ActionBeforeCaseFile, field="done_on", opened_on=WHEN_OPENED)


def test_a_next_action_a_year_or_more_away_is_asked_about_first_together_with_its_promise():
    far = {"next_action": "call", "next_action_on": TODAY + timedelta(days=365)}
    near = {"next_action": "call", "next_action_on": TODAY + timedelta(days=364)}
    above = (PROMISE, euros(5000), TOMORROW)
    case_file().when(log(**far, ask_first=True)).then_refused(Doubtful, doubts=[Doubt.NEXT_ACTION_FAR_AHEAD])
    case_file().when(log(**far, ask_first=True, promise=above)).then_refused(
        Doubtful, doubts=[Doubt.NEXT_ACTION_FAR_AHEAD, Doubt.PROMISE_ABOVE_DEBT]
    )
    case_file().when(log(**far)).then(replace(CALLED, **far))
    case_file().when(log(**near, ask_first=True)).then(replace(CALLED, **near))


@pytest.mark.parametrize(
    ("next_action", "next_action_on"), [("call", None), (None, TOMORROW), (" ", TOMORROW), ("call", YESTERDAY)]
)
def test_a_next_action_has_a_text_and_a_day_from_today_on(next_action, next_action_on):
    case_file().when(log(next_action=next_action, next_action_on=next_action_on)).then_refused(
        NextActionIncomplete, field="next_action_on"
    )


def test_the_next_action_of_an_action_logged_late_still_lies_ahead():
    case_file().when(log(done_on=YESTERDAY, next_action="call", next_action_on=YESTERDAY)).then_refused(
        NextActionIncomplete, field="next_action_on", today=TODAY
    )


def test_the_person_spoken_to_is_the_debtor_or_a_party():
    case_file().when(log(person_id=DEBTOR)).then(CALLED)
    case_file(GUARANTEES).when(log(person_id=GUARANTOR)).then(replace(CALLED, person_id=GUARANTOR))
    case_file(GUARANTEES).when(log(person_id=STRANGER)).then_refused(NotAParty, field="person_id")


def test_one_command_logs_the_action_and_makes_the_promise():
    case_file().when(log(outcome=Outcome.PROMISE, promise=(PROMISE, euros(50), TOMORROW))).then(
        replace(CALLED, outcome=Outcome.PROMISE), PromiseMade(PROMISE, euros(50), TOMORROW, TODAY)
    )


def test_what_was_promised_in_an_action_that_is_logged_later_was_promised_on_its_day():
    earlier = log(done_on=YESTERDAY, outcome=Outcome.PROMISE, promise=(PROMISE, euros(50), YESTERDAY))
    case_file().when(earlier).then(
        replace(CALLED, done_on=YESTERDAY, outcome=Outcome.PROMISE),
        PromiseMade(PROMISE, euros(50), YESTERDAY, YESTERDAY),
    )


def test_where_the_promise_is_refused_so_is_the_action():
    case_file().when(log(promise=(PROMISE, euros(50), YESTERDAY))).then_refused(PromiseDueTooEarly, field="due_on")


@pytest.mark.parametrize(("field", "most"), [("note", 4000), ("next_action", 500), ("phone", 200)])
def test_the_texts_of_an_action_are_bounded(field, most):
    case_file().when(log(**{field: "x" * (most + 1)})).then_refused(TextNotAllowed, field=field, at_most=most)


@pytest.mark.parametrize(
    ("direction", "channel", "next_action_on", "settles"),
    [
        (Direction.OUTGOING, Channel.CALL, None, True),
        (Direction.INCOMING, Channel.CALL, None, False),
        (Direction.OUTGOING, Channel.INTERNAL, None, False),
        (Direction.INCOMING, Channel.CALL, TOMORROW, True),
        (Direction.OUTGOING, Channel.INTERNAL, TOMORROW, True),
    ],
)
def test_what_was_to_be_done_next_is_settled_by_reaching_out_or_by_a_new_next_action(
    direction, channel, next_action_on, settles
):
    action = replace(CALLED, direction=direction, channel=channel, next_action_on=next_action_on)
    assert action.settles_next_action is settles


def test_what_was_to_be_done_next_is_kept_where_that_is_said_and_nothing_takes_its_place():
    kept = replace(CALLED, keeps_next_action=True)
    case_file().when(log(keeps_next_action=True)).then(kept)
    assert not kept.settles_next_action
    replaced = replace(CALLED, next_action="call again", next_action_on=TOMORROW)
    case_file().when(log(next_action="call again", next_action_on=TOMORROW, keeps_next_action=True)).then(replaced)
    assert replaced.settles_next_action


# Debtor located


def located(**found):
    return log(outcome=Outcome.LOCATED, located=Located(**found) if found else None)


def test_a_located_debtor_has_a_new_address_or_phone_and_its_source():
    case_file().when(located(source=" padrón ", phone="600 111 222")).then(
        replace(CALLED, outcome=Outcome.LOCATED, located=Located("padrón", phone="600 111 222"))
    )
    case_file().when(located(source="padrón", address="Calle Mayor 1", phone=" ")).then(
        replace(CALLED, outcome=Outcome.LOCATED, located=Located("padrón", address="Calle Mayor 1"))
    )


@pytest.mark.parametrize("found", [{}, {"source": "padrón"}, {"source": "padrón", "address": " ", "phone": ""}])
def test_a_located_debtor_without_address_or_phone_is_refused(found):
    case_file().when(located(**found)).then_refused(LocatedIncomplete, field="located")


def test_a_located_debtor_without_a_source_is_refused():
    case_file().when(located(source=" ", phone="600")).then_refused(TextNotAllowed, field="located/source")


@pytest.mark.parametrize(("field", "at_most"), [("address", LINE), ("phone", NAME)])
def test_where_a_debtor_was_located_fits_its_field(field, at_most):
    case_file().when(located(source="padrón", **{field: "x" * (at_most + 1)})).then_refused(
        TextNotAllowed, field=f"located/{field}"
    )


def test_an_address_comes_with_the_outcome_located_only():
    case_file().when(log(located=Located("padrón", "Calle Mayor 1"))).then_refused(LocatedIncomplete, field="outcome")


# Company-registry entries

SUCCEEDS = PartyAdded(STRANGER, PartyRole.SUCCESSOR)
ENTRY = replace(CALLED, outcome=Outcome.REGISTRY_ENTRY, successor_id=STRANGER)


def test_a_registry_entry_adds_the_successor_company_as_a_party_once():
    registry = log(outcome=Outcome.REGISTRY_ENTRY, successor_id=STRANGER)
    case_file().when(registry).then(ENTRY, SUCCEEDS)
    case_file(ENTRY, SUCCEEDS).when(registry).then(ENTRY)


def test_a_registry_entry_names_a_successor_and_nothing_else_does():
    case_file().when(log(outcome=Outcome.REGISTRY_ENTRY)).then_refused(SuccessorMissing, field="successor_id")
    case_file().when(log(successor_id=STRANGER)).then_refused(SuccessorMissing, field="successor_id")


def test_a_company_does_not_succeed_itself():
    case_file().when(log(outcome=Outcome.REGISTRY_ENTRY, successor_id=DEBTOR)).then_refused(DebtorIsNoParty)


# Parties


def test_a_party_is_added_and_removed_by_role():
    case_file().when(lambda c: c.add_party(GUARANTOR, PartyRole.GUARANTOR, by=CARL)).then(GUARANTEES)
    case_file(GUARANTEES).when(lambda c: c.remove_party(GUARANTOR, PartyRole.GUARANTOR, by=CARL)).then(
        PartyRemoved(GUARANTOR, PartyRole.GUARANTOR)
    )


def test_somebody_may_be_a_party_in_two_roles_but_not_twice_in_one():
    case_file(GUARANTEES).when(lambda c: c.add_party(GUARANTOR, PartyRole.HEIR, by=CARL)).then(
        PartyAdded(GUARANTOR, PartyRole.HEIR)
    )
    case_file(GUARANTEES).when(lambda c: c.add_party(GUARANTOR, PartyRole.GUARANTOR, by=CARL)).then_refused(
        PartyAlready, field="client_id", role=PartyRole.GUARANTOR
    )


def test_the_debtor_is_no_further_party():
    case_file().when(lambda c: c.add_party(DEBTOR, PartyRole.GUARANTOR, by=CARL)).then_refused(
        DebtorIsNoParty, field="client_id"
    )


def test_only_a_party_in_that_role_is_removed_from_it():
    case_file(GUARANTEES).when(lambda c: c.remove_party(GUARANTOR, PartyRole.HEIR, by=CARL)).then_refused(
        NotAParty, field="client_id", role=PartyRole.HEIR
    )


def test_who_was_removed_is_no_longer_spoken_to():
    case_file(GUARANTEES, PartyRemoved(GUARANTOR, PartyRole.GUARANTOR)).when(log(person_id=GUARANTOR)).then_refused(
        NotAParty
    )


# Notices


def test_what_came_of_a_notice_is_logged_unless_the_case_file_was_closed_meanwhile():
    def notice(case_file):
        return case_file.log_notice(A1, CALL, today=TODAY)

    case_file().when(notice).then(CALLED)
    case_file(CaseFileClosed(TODAY, ClosingReason.PAID)).when(notice).then()
