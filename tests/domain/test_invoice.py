"""An invoice: from draft to issued, corrected, sent, disputed and paid."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from issued import CREDIT_NUMBER, DRAFTED, ISSUED, ISSUED_ON, ISSUER, LINE, NOTE, RECIPIENT, issuing
from scenario import ANA, BEA, CARL, DEBTOR, DORA, EMIL, TODAY, TOMORROW, euros, given

from domain.days import DayOutOfRange
from domain.doubts import Doubt, Doubtful
from domain.errors import NotFound, ReasonRequired, TextNotAllowed
from domain.invoice import Invoice, Stage
from domain.invoice.crediting import CreditNoteTooLarge
from domain.invoice.following import (
    DisputedInvoice,
    InvoiceDisputed,
    InvoiceDisputedAlready,
    InvoiceDisputeEnded,
    InvoiceNotDisputed,
    InvoiceSent,
)
from domain.invoice.issuing import (
    DAYS_AT_MOST,
    Correction,
    DueDaysOutOfRange,
    InvoiceDraftChanged,
    InvoiceDraftDeleted,
    InvoiceExists,
    InvoiceImported,
    InvoiceIsVoid,
    InvoiceNotDraft,
    InvoiceNotIssued,
    InvoiceVoided,
    Issuance,
    Kind,
    NewInvoice,
    Recipient,
    RecipientNotIdentified,
    VoidNotAllowed,
)
from domain.invoice.settling import (
    InvoiceCreditMoved,
    InvoiceCreditReceived,
    InvoiceCreditTakenBack,
    InvoiceGivenBack,
    InvoiceInCollection,
    InvoicePaid,
    InvoiceSettledInCollection,
    InvoiceTakenIntoCollection,
    MoreThanOwed,
    NotThatMuchPaid,
    PaymentsOnInvoiceWait,
    TransferNotFound,
)
from domain.lines import NewLine
from domain.money import Money
from domain.payments import (
    Method,
    NewPayment,
    PaymentApproved,
    PaymentExceedsDebt,
    PaymentRecorded,
    PaymentRejected,
    PaymentReopened,
    PaymentReturned,
    PaymentWithdrawn,
)
from domain.people import RoleRequired
from domain.sending import Channel, Language

OTHER, CASE_FILE, P1, MOVE = (UUID(int=n) for n in range(21, 25))
WORK = NewLine("Gestión de marzo", Decimal(10), Decimal(100), Decimal(21))
SMALL = replace(WORK, quantity=Decimal(1))
TOLD = NewInvoice("EUR", [WORK], 30)
IMPORTED = InvoiceImported("A-1", DEBTOR, ISSUED_ON, TODAY, "EUR", (LINE,), euros(1210), ("Gestión de marzo",))
SENT = InvoiceSent(Channel.MARKED, TODAY)
RECORDED = PaymentRecorded(P1, euros(1210), TODAY, Method.TRANSFER, "ana")
APPROVED = PaymentApproved(P1, "bea")
PAID = (DRAFTED, ISSUED, RECORDED, APPROVED)
TAKEN = InvoiceTakenIntoCollection(CASE_FILE, euros(1210), TODAY)
NOTHING = Money.zero("EUR")


def crediting(lines=None, why="Descuento", by=ANA):
    return lambda invoice: invoice.issue_credit_note(
        NOTE,
        CREDIT_NUMBER,
        Correction.ART_80_ONE_TWO_SIX,
        lines,
        why,
        Issuance(TODAY),
        issuer=ISSUER,
        recipient=RECIPIENT,
        by=by,
    )


def credit_note(*lines):
    [event] = crediting(lines or None)(given(Invoice(), DRAFTED, ISSUED).state)
    return event


# Drafts


def test_whoever_works_here_drafts_an_invoice_that_adds_up_to_something():
    given(Invoice()).when(lambda i: i.draft(DEBTOR, TOLD, today=ISSUED_ON, by=CARL)).then(DRAFTED)
    given(Invoice()).when(lambda i: i.draft(DEBTOR, TOLD, today=ISSUED_ON, by=EMIL)).then_refused(RoleRequired)
    given(Invoice(), DRAFTED).when(lambda i: i.draft(DEBTOR, TOLD, today=TODAY, by=CARL)).then_refused(
        InvoiceExists, field="id"
    )


def test_a_draft_keeps_all_that_is_told_of_it():
    estimate, note = UUID(int=25), "Según lo hablado"
    told = replace(TOLD, language=Language.ENGLISH, operated_on=TODAY, note=f" {note} ")
    drafted = replace(DRAFTED, language=Language.ENGLISH, operated_on=TODAY, estimate_id=estimate, note=note)
    given(Invoice()).when(lambda i: i.draft_of_estimate(DEBTOR, told, estimate, today=ISSUED_ON)).then(drafted)
    changed = InvoiceDraftChanged(
        "EUR", (LINE,), 30, Language.ENGLISH, operated_on=TODAY, descriptions=("Gestión de marzo",), note=note
    )
    given(Invoice(), DRAFTED).when(lambda i: i.change_draft(told, by=CARL)).then(changed)


@pytest.mark.parametrize("due_days", [-1, DAYS_AT_MOST + 1])
def test_an_invoice_is_due_within_a_year_of_its_issue(due_days):
    def draft(days):
        return lambda i: i.draft(DEBTOR, replace(TOLD, due_days=days), today=ISSUED_ON, by=CARL)

    for allowed in (0, DAYS_AT_MOST):
        given(Invoice()).when(draft(allowed)).then(replace(DRAFTED, due_days=allowed))
    given(Invoice()).when(draft(due_days)).then_refused(DueDaysOutOfRange, field="due_days", at_most=DAYS_AT_MOST)


@pytest.mark.parametrize(
    ("wrong", "refusal"), [({"operated_on": date(202, 3, 1)}, DayOutOfRange), ({"note": "x" * 4001}, TextNotAllowed)]
)
def test_what_is_wrong_with_a_draft_is_told_at_its_field(wrong, refusal):
    draft = replace(TOLD, **wrong)
    [field] = wrong
    given(Invoice()).when(lambda i: i.draft(DEBTOR, draft, today=TODAY, by=CARL)).then_refused(refusal, field=field)


def test_a_draft_is_changed_and_deleted():
    small = replace(TOLD, lines=[SMALL], note="Urgente")
    changed = InvoiceDraftChanged(
        "EUR",
        (replace(LINE, quantity=Decimal(1)),),
        30,
        Language.SPANISH,
        descriptions=("Gestión de marzo",),
        note="Urgente",
    )
    given(Invoice(), DRAFTED).when(lambda i: i.change_draft(small, by=CARL)).then(changed)
    given(Invoice(), DRAFTED).when(lambda i: i.change_draft(TOLD, by=CARL)).then()
    given(Invoice(), DRAFTED).when(lambda i: i.delete_draft(by=CARL)).then(InvoiceDraftDeleted())
    given(Invoice(), DRAFTED, InvoiceDraftDeleted()).when(lambda i: i.delete_draft(by=CARL)).then_refused(NotFound)


@pytest.mark.parametrize("change", [lambda i: i.change_draft(TOLD, by=ANA), lambda i: i.delete_draft(by=ANA)])
def test_what_is_issued_is_changed_no_more(change):
    given(Invoice(), DRAFTED, ISSUED).when(change).then_refused(InvoiceNotDraft, stage=Stage.ISSUED)


# Issued


def test_issued_it_carries_who_to_whom_what_and_the_tax_by_rate():
    given(Invoice(), DRAFTED).when(issuing()).then(ISSUED)
    given(Invoice(), DRAFTED, ISSUED).when(issuing()).then_refused(InvoiceNotDraft)


def test_above_400_euros_the_client_has_to_be_identified_in_spain():
    unknown = Recipient("Alguien")
    given(Invoice(), DRAFTED).when(issuing(unknown)).then_refused(RecipientNotIdentified, field="client_id")
    small = replace(DRAFTED, lines=(replace(LINE, quantity=Decimal(1)),))
    [issued] = issuing(unknown)(given(Invoice(), small).state)
    assert (issued.kind, issued.gross) == (Kind.SIMPLIFIED, euros(121))
    [elsewhere] = issuing(unknown, issuer=replace(ISSUER, country="FR"))(given(Invoice(), DRAFTED).state)
    assert elsewhere.kind is Kind.SIMPLIFIED


def test_drafts_and_imports_are_voided_while_nothing_is_paid():
    voided = InvoiceVoided(TODAY, "Repetida")

    def void(i):
        return i.void("Repetida", today=TODAY, by=ANA)

    given(Invoice(), DRAFTED).when(void).then(voided)
    given(Invoice(), IMPORTED).when(void).then(voided)
    in_collection = InvoiceTakenIntoCollection(CASE_FILE, euros(1210), TODAY)
    for paid in ((RECORDED,), (RECORDED, APPROVED), (in_collection,), (credit_note(SMALL),)):
        given(Invoice(), IMPORTED, *paid).when(void).then_refused(VoidNotAllowed)
    given(Invoice(), DRAFTED, ISSUED).when(void).then_refused(VoidNotAllowed)
    given(Invoice(), DRAFTED).when(lambda i: i.void("Repetida", today=TODAY, by=CARL)).then_refused(RoleRequired)
    given(Invoice(), DRAFTED).when(lambda i: i.void("Repetida", today=TODAY, by=DORA)).then(voided)
    given(Invoice(), DRAFTED).when(lambda i: i.void(" ", today=TODAY, by=ANA)).then_refused(ReasonRequired)
    given(Invoice(), IMPORTED, voided).when(void).then_refused(InvoiceIsVoid)
    given(Invoice(), IMPORTED, voided).when(
        lambda i: i.mark_as_sent(Channel.POST, TODAY, today=TODAY, by=ANA)
    ).then_refused(InvoiceIsVoid)


def test_an_imported_one_keeps_its_number():
    def importing(invoice, by=ANA):
        return invoice.import_(" A-1 ", DEBTOR, "EUR", [WORK], issued_on=ISSUED_ON, due_on=TODAY, today=TODAY, by=by)

    given(Invoice()).when(importing).then(IMPORTED)
    given(Invoice(), IMPORTED).when(importing).then_refused(InvoiceExists, field="number")
    given(Invoice()).when(lambda i: importing(i, by=CARL)).then_refused(RoleRequired)
    given(Invoice()).when(lambda i: importing(i, by=DORA)).then(IMPORTED)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"issued_on": TOMORROW}, "issued_on"), ({"due_on": date(202, 4, 1)}, "due_on")]
)
def test_an_imported_one_was_issued_by_now_and_is_due_on_a_day_there_is(wrong, field):
    days = {"issued_on": ISSUED_ON, "due_on": TODAY} | wrong
    given(Invoice()).when(lambda i: i.import_("A-1", DEBTOR, "EUR", [WORK], **days, today=TODAY, by=ANA)).then_refused(
        DayOutOfRange, field=field
    )


def test_the_number_of_an_imported_one_is_bounded():
    given(Invoice()).when(
        lambda i: i.import_("9" * 201, DEBTOR, "EUR", [WORK], issued_on=TODAY, due_on=TODAY, today=TODAY, by=ANA)
    ).then_refused(TextNotAllowed, field="number")


# Credit notes


def test_a_credit_note_takes_off_the_whole_or_a_part():
    given(Invoice(), DRAFTED, ISSUED).when(crediting()).then(credit_note())
    assert credit_note().payable == euros(1210)
    left = given(Invoice(), DRAFTED, ISSUED, credit_note(SMALL)).state
    assert left.outstanding == euros(1089)


def test_no_more_is_credited_than_is_left():
    past = (DRAFTED, ISSUED, credit_note(SMALL))
    given(Invoice(), *past).when(crediting([WORK])).then_refused(CreditNoteTooLarge, field="lines")
    given(Invoice(), DRAFTED).when(crediting()).then_refused(InvoiceNotIssued)
    given(Invoice(), DRAFTED, ISSUED).when(crediting(by=CARL)).then_refused(RoleRequired)


def test_what_was_paid_of_what_is_credited_is_credit():
    assert given(Invoice(), *PAID, credit_note(SMALL)).state.outstanding == Money.of_minor(-12100, "EUR")


# Sent, disputed


def test_somebody_says_that_it_was_sent():
    def sending(on):
        return lambda invoice: invoice.mark_as_sent(Channel.MARKED, on, today=TODAY, by=CARL)

    given(Invoice(), DRAFTED, ISSUED).when(sending(TODAY)).then(SENT)
    given(Invoice(), DRAFTED).when(sending(TODAY)).then_refused(InvoiceNotIssued)
    for day in (TOMORROW, ISSUED_ON - timedelta(days=1)):
        given(Invoice(), DRAFTED, ISSUED).when(sending(day)).then_refused(DayOutOfRange, field="sent_on")


def test_what_we_sent_ourselves_names_its_message():
    given(Invoice(), DRAFTED, ISSUED).when(lambda i: i.sent_by_message(NOTE, Channel.EMAIL, TODAY)).then(
        InvoiceSent(Channel.EMAIL, TODAY, NOTE)
    )


def test_a_dispute_begins_and_ends():
    disputed = InvoiceDisputed(NOTE, TODAY, "No lo pidió")

    def dispute(i):
        return i.dispute_it(NOTE, "No lo pidió", TODAY, today=TODAY, by=CARL)

    def end(i):
        return i.end_dispute("Sí lo pidió", TODAY, today=TODAY, by=CARL)

    given(Invoice(), DRAFTED, ISSUED).when(dispute).then(disputed)
    given(Invoice(), DRAFTED, ISSUED, disputed).when(dispute).then_refused(InvoiceDisputedAlready, dispute_id=NOTE)
    given(Invoice(), DRAFTED, ISSUED, disputed).when(end).then(InvoiceDisputeEnded(NOTE, TODAY, "Sí lo pidió"))
    given(Invoice(), DRAFTED, ISSUED).when(end).then_refused(InvoiceNotDisputed)
    again = given(Invoice(), DRAFTED, ISSUED, disputed, InvoiceDisputeEnded(NOTE, TODAY, "Sí lo pidió"))
    again.when(dispute).then(disputed)


@pytest.mark.parametrize(
    "command",
    [
        lambda i: i.mark_as_sent(Channel.MARKED, TODAY, today=TODAY, by=EMIL),
        lambda i: i.dispute_it(NOTE, "No lo pidió", TODAY, today=TODAY, by=EMIL),
        lambda i: i.end_dispute("Sí lo pidió", TODAY, today=TODAY, by=EMIL),
        lambda i: i.record_payment(P1, NewPayment(euros(1), TODAY, Method.CASH), today=TODAY, by=EMIL),
    ],
)
def test_who_only_reads_neither_sends_nor_disputes_nor_records(command):
    given(Invoice(), DRAFTED, ISSUED, InvoiceDisputed(NOTE, TODAY, "x")).when(command).then_refused(RoleRequired)


def test_a_dispute_is_of_days_since_the_invoice_and_tells_its_claim_and_result():
    def dispute(claim="No lo pidió", on=TODAY):
        return lambda i: i.dispute_it(NOTE, claim, on, today=TODAY, by=CARL)

    def end(result="Sí lo pidió", on=TODAY):
        return lambda i: i.end_dispute(result, on, today=TODAY, by=CARL)

    began = TODAY - timedelta(days=1)
    issued = given(Invoice(), DRAFTED, ISSUED)
    disputed = given(Invoice(), DRAFTED, ISSUED, InvoiceDisputed(NOTE, began, "No lo pidió"))
    for day in (TOMORROW, ISSUED_ON - timedelta(days=1)):
        issued.when(dispute(on=day)).then_refused(DayOutOfRange, field="disputed_on")
    for day in (TOMORROW, began - timedelta(days=1)):
        disputed.when(end(on=day)).then_refused(DayOutOfRange, field="ended_on")
    issued.when(dispute(" ")).then_refused(TextNotAllowed, field="claim")
    disputed.when(end(" ")).then_refused(TextNotAllowed, field="result")


# Paid


def test_payments_are_those_of_the_ledger():
    new = NewPayment(euros(1210), TODAY, Method.TRANSFER)

    def record(i):
        return i.record_payment(P1, new, today=TODAY, by=ANA)

    def approve(i):
        return i.approve_payment(P1, four_eyes=True, by=BEA)

    given(Invoice(), DRAFTED, ISSUED).when(record).then(RECORDED)
    given(Invoice(), DRAFTED).when(record).then_refused(InvoiceNotIssued)
    given(Invoice(), DRAFTED, ISSUED, RECORDED).when(approve).then(APPROVED)
    given(Invoice(), DRAFTED, ISSUED, credit_note(SMALL), RECORDED).when(approve).then_refused(PaymentExceedsDebt)
    assert given(Invoice(), *PAID).state.outstanding == NOTHING


def test_each_decision_on_a_payment_keeps_what_is_told_of_it():
    waits = given(Invoice(), DRAFTED, ISSUED, RECORDED)
    waits.when(lambda i: i.reject_payment(P1, "No consta", four_eyes=True, by=BEA)).then(
        PaymentRejected(P1, "bea", "No consta")
    )
    waits.when(lambda i: i.withdraw_payment(P1, "Repetido", by=ANA)).then(PaymentWithdrawn(P1, "ana", "Repetido"))
    waits.when(lambda i: i.withdraw_payment(P1, "Repetido", by=EMIL)).then_refused(RoleRequired)
    waits.when(lambda i: i.approve_imported_payment(P1, "Luis Roca", by=DORA)).then(PaymentApproved(P1, "Luis Roca"))
    given(Invoice(), *PAID).when(lambda i: i.reopen_payment(P1, "Error", four_eyes=True, by=BEA)).then(
        PaymentReopened(P1, "bea", "Error")
    )
    too_much = given(Invoice(), DRAFTED, ISSUED, replace(RECORDED, amount=euros(1211)))
    too_much.when(lambda i: i.approve_imported_payment(P1, "Luis Roca", by=DORA)).then_refused(
        PaymentExceedsDebt, owed=euros(1210)
    )
    too_much.when(lambda i: i.approve_payment(P1, four_eyes=True, overpayment=True, by=BEA)).then(
        replace(APPROVED, overpayment=True)
    )


def test_more_than_the_invoice_is_asked_about_first():
    new = NewPayment(euros(1211), TODAY, Method.TRANSFER)
    given(Invoice(), DRAFTED, ISSUED).when(
        lambda i: i.record_payment(P1, new, ask_first=True, today=TODAY, by=ANA)
    ).then_refused(Doubtful, doubts=[Doubt.MORE_THAN_OUTSTANDING])
    given(Invoice(), DRAFTED, ISSUED).when(lambda i: i.record_payment(P1, new, today=TODAY, by=ANA)).then(
        replace(RECORDED, amount=euros(1211))
    )


# Moved


def moving(amount, to=OTHER, by=ANA):
    return lambda invoice: invoice.move_credit(MOVE, amount, to, "Era de la otra", today=TODAY, by=by)


def test_money_that_is_there_is_moved_to_an_invoice_that_is_owed_it():
    moved = InvoiceCreditMoved(MOVE, OTHER, euros(200), TODAY, "Era de la otra")
    received = InvoiceCreditReceived(MOVE, OTHER, euros(200), TODAY)
    given(Invoice(), *PAID).when(moving(euros(200))).then(moved)
    given(Invoice(), *PAID).when(moving(euros(1210))).then(replace(moved, amount=euros(1210)))
    given(Invoice(), *PAID).when(moving(euros("1210.01"))).then_refused(
        NotThatMuchPaid, field="amount", available=euros(1210)
    )
    given(Invoice(), *PAID).when(moving(euros(200), by=CARL)).then_refused(RoleRequired)

    def receive(i):
        return i.receive_credit(MOVE, euros(200), OTHER, today=TODAY)

    given(Invoice(), DRAFTED, ISSUED).when(receive).then(received)
    given(Invoice(), *PAID).when(receive).then_refused(MoreThanOwed, field="amount", outstanding=NOTHING)
    given(Invoice(), DRAFTED, ISSUED).when(lambda i: i.receive_credit(MOVE, euros(1210), OTHER, today=TODAY)).then(
        replace(received, amount=euros(1210))
    )


def test_taken_back_all_is_as_before():
    moved = InvoiceCreditMoved(MOVE, OTHER, euros(200), TODAY, "Era de la otra")
    back = InvoiceCreditTakenBack(MOVE, TODAY)
    given(Invoice(), *PAID, moved).when(lambda i: i.take_back_credit(MOVE, on=ISSUED_ON)).then(back)
    given(Invoice(), *PAID).when(lambda i: i.take_back_credit(MOVE, on=TODAY)).then_refused(
        TransferNotFound, field="transfer_id"
    )
    assert given(Invoice(), *PAID, moved, back).state == given(Invoice(), *PAID).state


def test_what_was_moved_of_a_payment_that_is_returned_is_no_longer_covered():
    moved = InvoiceCreditMoved(MOVE, OTHER, euros(200), TODAY, "Era de la otra")
    returned = PaymentReturned(P1, "bea", TODAY, "Sin fondos")
    assert given(Invoice(), *PAID, moved).state.settlement.uncovered == []
    assert given(Invoice(), *PAID, moved, returned).state.settlement.uncovered == [MOVE]


# In collection


def taking(invoice):
    return invoice.take_into_collection(CASE_FILE, on=TODAY)


def test_what_is_unpaid_goes_into_collection_once_nothing_waits():
    given(Invoice(), DRAFTED, ISSUED).when(taking).then(TAKEN)
    given(Invoice(), DRAFTED, ISSUED, RECORDED).when(taking).then_refused(PaymentsOnInvoiceWait, waiting=1)
    all_but_a_cent = replace(RECORDED, amount=euros("1209.99"))
    given(Invoice(), DRAFTED, ISSUED, all_but_a_cent, APPROVED).when(taking).then(replace(TAKEN, amount=euros("0.01")))
    given(Invoice(), *PAID).when(taking).then_refused(InvoicePaid)
    given(Invoice(), DRAFTED, ISSUED, TAKEN).when(taking).then_refused(InvoiceInCollection, case_file_id=CASE_FILE)
    given(Invoice(), DRAFTED, ISSUED, InvoiceDisputed(NOTE, TODAY, "x")).when(taking).then_refused(
        DisputedInvoice, field="invoice_ids", number="F2026-0007"
    )


@pytest.mark.parametrize(
    "pay",
    [
        lambda i: i.record_payment(P1, NewPayment(euros(1), TODAY, Method.CASH), today=TODAY, by=ANA),
        lambda i: i.approve_payment(P1, four_eyes=True, by=BEA),
        lambda i: i.reject_payment(P1, "No consta", four_eyes=True, by=BEA),
        lambda i: i.reopen_payment(P1, "undo", four_eyes=True, by=BEA),
        moving(euros(1)),
        lambda i: i.receive_credit(MOVE, euros(1), OTHER, today=TODAY),
    ],
)
def test_in_collection_it_is_paid_through_its_case_file_alone(pay):
    given(Invoice(), DRAFTED, ISSUED, TAKEN).when(pay).then_refused(InvoiceInCollection)


def test_the_bank_returns_a_payment_from_before_even_so():
    half = replace(RECORDED, amount=euros(605))
    past = (DRAFTED, ISSUED, half, APPROVED, replace(TAKEN, amount=euros(605)))
    given(Invoice(), *past).when(
        lambda i: i.return_payment(P1, TODAY, "Sin fondos", four_eyes=True, today=TODAY, by=BEA)
    ).then(PaymentReturned(P1, "bea", TODAY, "Sin fondos"))


def test_what_its_case_file_collects_and_gives_up_is_settled_by_the_difference():
    first = InvoiceSettledInCollection(CASE_FILE, euros(500), euros(10), TODAY)

    def settle(i):
        return i.settle_in_collection(CASE_FILE, euros(500), euros(10), on=TODAY)

    given(Invoice(), DRAFTED, ISSUED, TAKEN).when(settle).then(first)
    given(Invoice(), DRAFTED, ISSUED, TAKEN, first).when(settle).then()
    given(Invoice(), DRAFTED, ISSUED, TAKEN, first).when(
        lambda i: i.settle_in_collection(CASE_FILE, euros(200), NOTHING, on=TODAY)
    ).then(InvoiceSettledInCollection(CASE_FILE, -euros(300), -euros(10), TODAY))
    assert given(Invoice(), DRAFTED, ISSUED, TAKEN, first).state.outstanding == euros(700)
    given(Invoice(), DRAFTED, ISSUED, TAKEN, first).when(
        lambda i: i.settle_in_collection(CASE_FILE, euros(500), euros(15), on=TODAY)
    ).then(InvoiceSettledInCollection(CASE_FILE, NOTHING, euros(5), TODAY))


@pytest.mark.parametrize(
    ("past", "day", "doubts"),
    [
        ([DRAFTED, ISSUED], ISSUED.due_on, {Doubt.NOT_DUE_YET, Doubt.NEVER_SENT}),
        ([DRAFTED, ISSUED], ISSUED.due_on + timedelta(days=1), {Doubt.NEVER_SENT}),
        ([DRAFTED, ISSUED, SENT], ISSUED.due_on, {Doubt.NOT_DUE_YET}),
        ([DRAFTED, ISSUED, SENT], ISSUED.due_on + timedelta(days=1), set()),
        ([IMPORTED], TOMORROW, set()),
    ],
)
def test_it_is_doubtful_to_collect_what_is_not_due_or_was_never_sent(past, day, doubts):
    assert given(Invoice(), *past).state.collection_doubts(day) == doubts


def test_given_back_it_is_paid_to_us_again():
    back = InvoiceGivenBack(CASE_FILE, TODAY)
    given(Invoice(), DRAFTED, ISSUED, TAKEN).when(lambda i: i.give_back(CASE_FILE, on=TODAY)).then(back)
    given(Invoice(), DRAFTED, ISSUED, TAKEN).when(lambda i: i.give_back(OTHER, on=TODAY)).then()
    again = InvoiceTakenIntoCollection(OTHER, euros(1210), TODAY)
    given(Invoice(), DRAFTED, ISSUED, TAKEN, back).when(lambda i: i.take_into_collection(OTHER, on=TODAY)).then(again)
