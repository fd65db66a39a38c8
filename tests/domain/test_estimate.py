"""An estimate: drafted, sent, answered once before it expires, and made an invoice."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from scenario import CARL, DEBTOR, EMIL, TODAY, TOMORROW, euros, given

from domain.days import DayOutOfRange
from domain.errors import NotFound, TextNotAllowed
from domain.estimate import (
    Answer,
    Estimate,
    EstimateAccepted,
    EstimateChanged,
    EstimateDeclined,
    EstimateDeleted,
    EstimateDrafted,
    EstimateExists,
    EstimateExpired,
    EstimateInvoiced,
    EstimateInvoiceDeleted,
    EstimateNotAccepted,
    EstimateNotDraft,
    EstimateNotOpen,
    EstimateNotRevisable,
    EstimateNotSent,
    EstimateReinstated,
    EstimateRevised,
    EstimateSent,
    NewEstimate,
    Stage,
    ValidDaysOutOfRange,
)
from domain.lines import Line, NewLine
from domain.money import Money
from domain.people import RoleRequired
from domain.sending import Channel, Language
from domain.series import NumberTaken

NEXT, INVOICE = UUID(int=31), UUID(int=32)
DRAFTED_ON, SENT_ON = date(2026, 3, 1), date(2026, 3, 2)
NUMBER = NumberTaken("P2026", 3, "P2026-0003", DRAFTED_ON, NEXT)
TOLD = NewEstimate("EUR", [NewLine("Reclamación", Decimal(2), Decimal(50), Decimal(21))], 30)
DRAFTED = EstimateDrafted(
    "P2026-0003",
    DEBTOR,
    "EUR",
    (Line(Decimal(2), Decimal(50), Decimal(21)),),
    euros(121),
    30,
    Language.SPANISH,
    DRAFTED_ON,
    descriptions=("Reclamación",),
)
SENT = EstimateSent(Channel.MARKED, SENT_ON, SENT_ON + timedelta(days=30))
ACCEPTED = EstimateAccepted(TODAY, by_link=True, answered_by="Eva Luz", note="Adelante")
SAYS_YES = Answer(TODAY, by_link=True, answered_by=" Eva  Luz ", note=" Adelante ")


def draft(estimate, told):
    return estimate.draft(DEBTOR, NUMBER, told, by=CARL)


def change(estimate, told):
    return estimate.change(told, by=CARL)


def test_whoever_works_here_drafts_it_under_a_number():
    given(Estimate()).when(lambda e: e.draft(DEBTOR, NUMBER, TOLD, by=CARL)).then(DRAFTED)
    given(Estimate()).when(lambda e: e.draft(DEBTOR, NUMBER, TOLD, by=EMIL)).then_refused(RoleRequired)
    given(Estimate(), DRAFTED).when(lambda e: e.draft(DEBTOR, NUMBER, TOLD, by=CARL)).then_refused(
        EstimateExists, field="id"
    )
    drafted = given(Estimate(), DRAFTED).state
    assert (drafted.number, drafted.client_id, drafted.total) == ("P2026-0003", DEBTOR, euros(121))


def test_a_draft_keeps_all_that_is_told_of_it():
    told = replace(TOLD, currency="USD", language=Language.ENGLISH, note=" A medida ")
    total = Money.of(121, "USD")
    drafted = replace(DRAFTED, currency="USD", total=total, language=Language.ENGLISH, revises=NEXT, note="A medida")
    given(Estimate()).when(lambda e: e.draft(DEBTOR, NUMBER, told, revises=NEXT, by=CARL)).then(drafted)
    changed = EstimateChanged("USD", DRAFTED.lines, total, 30, Language.ENGLISH, ("Reclamación",), "A medida")
    given(Estimate(), DRAFTED).when(lambda e: e.change(told, by=CARL)).then(changed)
    for past in ((drafted,), (DRAFTED, changed)):
        kept = given(Estimate(), *past).state
        assert (kept.as_written, kept.total) == (replace(told, note="A medida"), total)
    assert given(Estimate(), drafted).state.revises == NEXT


@pytest.mark.parametrize(("past", "write"), [((), draft), ((DRAFTED,), change)])
@pytest.mark.parametrize(
    ("wrong", "refusal", "details"),
    [
        ({"valid_days": -1}, ValidDaysOutOfRange, {"field": "valid_days", "at_most": 365}),
        ({"valid_days": 366}, ValidDaysOutOfRange, {"field": "valid_days", "at_most": 365}),
        ({"note": "x" * 4001}, TextNotAllowed, {"field": "note"}),
    ],
)
def test_what_is_wrong_with_a_draft_is_told_at_its_field(past, write, wrong, refusal, details):
    given(Estimate(), *past).when(lambda e: write(e, replace(TOLD, **wrong))).then_refused(refusal, **details)


@pytest.mark.parametrize("days", [0, 365])
def test_it_is_valid_for_a_year_at_most(days):
    given(Estimate()).when(lambda e: e.draft(DEBTOR, NUMBER, replace(TOLD, valid_days=days), by=CARL)).then(
        replace(DRAFTED, valid_days=days)
    )


def test_only_a_draft_is_changed_or_deleted():
    changed = EstimateChanged("EUR", DRAFTED.lines, euros(121), 15, Language.SPANISH, descriptions=("Reclamación",))
    given(Estimate(), DRAFTED).when(lambda e: e.change(replace(TOLD, valid_days=15), by=CARL)).then(changed)
    given(Estimate(), DRAFTED).when(lambda e: e.change(TOLD, by=CARL)).then()
    given(Estimate(), DRAFTED).when(lambda e: e.delete(by=CARL)).then(EstimateDeleted())
    given(Estimate(), DRAFTED, SENT).when(lambda e: e.change(TOLD, by=CARL)).then_refused(
        EstimateNotDraft, stage=Stage.SENT
    )
    given(Estimate(), DRAFTED, SENT).when(lambda e: e.delete(by=CARL)).then_refused(EstimateNotDraft, stage=Stage.SENT)
    given(Estimate(), DRAFTED, EstimateDeleted()).when(lambda e: e.delete(by=CARL)).then_refused(NotFound)


def test_sent_it_is_valid_for_its_days_and_sent_again_anew():
    def sending(on):
        return lambda estimate: estimate.mark_as_sent(Channel.MARKED, on, today=TODAY, by=CARL)

    given(Estimate(), DRAFTED).when(sending(SENT_ON)).then(SENT)
    again = EstimateSent(Channel.MARKED, TODAY, TODAY + timedelta(days=30))
    given(Estimate(), DRAFTED, SENT).when(sending(TODAY)).then(again)
    given(Estimate(), DRAFTED, SENT, ACCEPTED).when(sending(TODAY)).then_refused(EstimateNotOpen, stage=Stage.ACCEPTED)
    given(Estimate(), DRAFTED).when(sending(TOMORROW)).then_refused(DayOutOfRange, field="sent_on", at_most=TODAY)


def test_what_we_sent_ourselves_names_its_message_and_is_valid_as_long():
    sent = replace(SENT, channel=Channel.EMAIL, message_id=NEXT)
    given(Estimate(), DRAFTED).when(lambda e: e.sent_by_message(NEXT, Channel.EMAIL, SENT_ON)).then(sent)


def test_a_draft_cannot_be_answered_and_only_what_was_sent_waits_for_an_answer():

    def check(e):
        return e.check_answerable()

    check(given(Estimate(), DRAFTED, SENT).state)
    given(Estimate(), DRAFTED).when(check).then_refused(EstimateNotSent)
    given(Estimate(), DRAFTED, SENT, ACCEPTED).when(check).then_refused(EstimateNotOpen, stage=Stage.ACCEPTED)


def test_the_client_answers_once():
    given(Estimate(), DRAFTED, SENT).when(lambda e: e.accept(SAYS_YES, today=TODAY)).then(ACCEPTED)
    declined = EstimateDeclined(TODAY, by_link=False)
    given(Estimate(), DRAFTED, SENT).when(lambda e: e.decline(Answer(TODAY), today=TODAY)).then(declined)
    for stage, past in (
        (Stage.DRAFT, [DRAFTED]),
        (Stage.ACCEPTED, [DRAFTED, SENT, ACCEPTED]),
        (Stage.DECLINED, [DRAFTED, SENT, declined]),
    ):
        given(Estimate(), *past).when(lambda e: e.accept(SAYS_YES, today=TODAY)).then_refused(
            EstimateNotOpen, stage=stage
        )


@pytest.mark.parametrize(
    ("answer", "answered"), [(Estimate.accept, EstimateAccepted), (Estimate.decline, EstimateDeclined)]
)
def test_an_answer_tells_who_gave_it_and_in_which_words(answer, answered):
    given(Estimate(), DRAFTED, SENT).when(lambda e: answer(e, SAYS_YES, today=TODAY)).then(
        answered(TODAY, by_link=True, answered_by="Eva Luz", note="Adelante")
    )
    for field, wrong in (("answered_by", "x" * 201), ("note", "x" * 4001)):
        told = replace(SAYS_YES, **{field: wrong})
        given(Estimate(), DRAFTED, SENT).when(lambda e, told=told: answer(e, told, today=TODAY)).then_refused(
            TextNotAllowed, field=field
        )


@pytest.mark.parametrize(
    ("on", "today", "refusal", "details"),
    [
        (date(2026, 4, 2), date(2026, 4, 2), EstimateExpired, {"expires_on": date(2026, 4, 1)}),
        (date(2026, 4, 1), date(2026, 4, 2), None, {}),
        (date(2026, 3, 1), TODAY, DayOutOfRange, {"field": "answered_on"}),
        (date(2026, 3, 17), TODAY, DayOutOfRange, {"field": "answered_on"}),
    ],
)
def test_it_is_answered_between_the_day_it_was_sent_and_the_day_it_expires(on, today, refusal, details):
    answering = given(Estimate(), DRAFTED, SENT).when(lambda e: e.accept(Answer(on), today=today))
    if refusal:
        answering.then_refused(refusal, **details)
    else:
        answering.then(EstimateAccepted(on, by_link=False))


def test_a_new_version_takes_its_place():
    revised = EstimateRevised(NEXT, TODAY)

    def revise(e):
        return e.revise(NEXT, today=TODAY, by=CARL)

    given(Estimate(), DRAFTED, SENT).when(revise).then(revised)
    given(Estimate(), DRAFTED, SENT, ACCEPTED).when(revise).then_refused(EstimateNotRevisable, stage=Stage.ACCEPTED)
    given(Estimate(), DRAFTED, SENT, revised).when(revise).then_refused(EstimateNotRevisable)
    given(Estimate(), DRAFTED, SENT, revised).when(lambda e: e.accept(SAYS_YES, today=TODAY)).then_refused(
        EstimateNotOpen
    )


@pytest.mark.parametrize("before", [(), (SENT,), (SENT, EstimateDeclined(TODAY, by_link=True))], ids=len)
def test_it_is_what_it_was_before_once_the_version_in_its_place_is_deleted(before):
    revised, reinstated = EstimateRevised(NEXT, TODAY), EstimateReinstated(NEXT, TODAY)

    def reinstate(e):
        return e.reinstate(NEXT, today=TODAY)

    given(Estimate(), DRAFTED, *before, revised).when(reinstate).then(reinstated)
    again = given(Estimate(), DRAFTED, *before, revised, reinstated)
    assert again.state.stage is given(Estimate(), DRAFTED, *before).state.stage
    again.when(reinstate).then()
    given(Estimate(), DRAFTED, *before, EstimateRevised(INVOICE, TODAY)).when(reinstate).then()


def test_accepted_it_is_invoiced_once():
    invoiced = EstimateInvoiced(INVOICE)
    given(Estimate(), DRAFTED, SENT, ACCEPTED).when(lambda e: e.invoice(INVOICE)).then(invoiced)
    given(Estimate(), DRAFTED, SENT, ACCEPTED, invoiced).when(lambda e: e.invoice(NEXT)).then_refused(
        EstimateNotAccepted, stage=Stage.ACCEPTED, invoice_id=INVOICE
    )
    given(Estimate(), DRAFTED, SENT).when(lambda e: e.invoice(INVOICE)).then_refused(
        EstimateNotAccepted, stage=Stage.SENT, invoice_id=None
    )


def test_it_is_invoiced_again_once_the_draft_of_its_invoice_is_deleted():
    invoiced, deleted = EstimateInvoiced(INVOICE), EstimateInvoiceDeleted(INVOICE)

    def let_go(e):
        return e.let_go_of_invoice(INVOICE)

    given(Estimate(), DRAFTED, SENT, ACCEPTED, invoiced).when(let_go).then(deleted)
    given(Estimate(), DRAFTED, SENT, ACCEPTED, EstimateInvoiced(NEXT)).when(let_go).then()
    given(Estimate(), DRAFTED, SENT, ACCEPTED, invoiced, deleted).when(lambda e: e.invoice(NEXT)).then(
        EstimateInvoiced(NEXT)
    )


def test_it_can_be_written_again_as_it_was():
    assert given(Estimate(), DRAFTED).state.as_written == replace(TOLD, lines=[*TOLD.lines])
