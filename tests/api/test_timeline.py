"""What a case file's history says in words."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import get_args
from uuid import UUID

import pytest
from scenario import CREDITOR, GUARANTOR, INVOICES, OPENED, TODAY, euros

from api.case_files.timeline import timeline
from api.http.formats import formats
from api.http.words import words
from api.payments.timeline import decision_on
from domain import case_file, payments, refunds, skipping
from domain.business import Business
from domain.case_file import activity, debt, progress, promises, proposals, schedule
from domain.events import Category, Recorded

ID, PAID, PROMISED, FILE = (UUID(int=number) for number in range(10, 14))
AT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
BUSINESS = Business(country="GB")

CALL = activity.ActionLogged(
    ID,
    date(2026, 3, 15),
    activity.Channel.CALL,
    activity.Direction.INCOMING,
    activity.Outcome.LOCATED,
    person_id=GUARANTOR,
    phone="600 100 200",
    note="Trabaja allí",
    next_action="Visitar",
    next_action_on=TODAY,
    located=activity.Located("vecinos", address="Calle Mayor 1"),
    successor_id=CREDITOR,
)
RECORDED = payments.PaymentRecorded(
    PAID,
    euros(100),
    TODAY,
    payments.Method.CASH,
    "pepa",
    imported_by="dora",
    overpayment=True,
    payer="Su hermana",
    note="En mano",
)
REFUND = UUID(int=99)
PROPOSED = refunds.RefundProposed(REFUND, euros(10), TODAY, "carl", "pagó dos veces")
PROMISE = promises.PromiseMade(PROMISED, euros(50), TODAY, TODAY)
PROPOSAL = UUID(int=77)
CHANGE_PROPOSED = proposals.DebtChangeProposed(
    PROPOSAL, proposals.Kind.COST, debt.Part.COSTS, euros(10), TODAY, "carl", why="Burofax"
)

TOLD = {
    OPENED: ("Case file opened on 10 Jan 2026: €1,000.00", []),
    progress.CaseFileAssignedToCollector("carl", TODAY): ("Assigned to carl from 16 Mar 2026", []),
    progress.CaseFileUnassigned(TODAY): ("From 16 Mar 2026 on it follows the debtor's collector", []),
    progress.StageChanged(progress.Stage.LEGAL, TODAY, "Demanda"): ("Stage: Legal", ["Demanda"]),
    skipping.QueueSkipped(TODAY): ("Skipped in the queue until 16 Mar 2026", []),
    progress.DisputeOpened(ID, TODAY, "Ya pagó"): ("Dispute opened on 16 Mar 2026", ["Ya pagó"]),
    progress.DisputeEnded(ID, TODAY, "No era así"): ("Dispute ended on 16 Mar 2026", ["No era así"]),
    progress.CaseFileClosed(TODAY, progress.ClosingReason.SOLD): ("Case file closed: Sold", []),
    progress.CaseFileReopened(TODAY, "undo"): ("Case file reopened", ["undone"]),
    debt.ItemsAdded(INVOICES, TODAY): ("2 items added: €1,000.00", []),
    debt.CostCharged(ID, euros(10), TODAY, "Burofax"): ("Cost of €10.00 on 16 Mar 2026", ["Burofax"]),
    debt.InterestCharged(ID, euros(10), TODAY): ("Interest of €10.00 on 16 Mar 2026", []),
    debt.DebtAdjusted(ID, debt.AdjustmentKind.WAIVER, debt.Part.PRINCIPAL, -euros(10), TODAY, "quita"): (
        "Waiver: -€10.00 (Principal)",
        ["quita"],
    ),
    debt.AllocationOrderChanged(tuple(debt.Part), "pactado"): (
        "Payments now go to: Principal, Costs, Interest",
        ["pactado"],
    ),
    debt.CreditMoved(ID, euros(10), TODAY, FILE, "era suyo"): ("Credit of €10.00 moved to EXP-2", ["era suyo"]),
    debt.CreditReceived(ID, euros(10), TODAY, ID): ("Credit of €10.00 came from another case file", []),
    debt.CreditMoved(ID, euros(10), TODAY, None, "era suyo"): (
        "Credit of €10.00 given back to the payer",
        ["era suyo"],
    ),
    PROPOSED: ("Refund of €10.00 proposed", ["pagó dos veces"]),
    refunds.RefundApproved(REFUND, "ana", second_review=False): (
        "Refund of €10.00 approved",
        ["Without a second review"],
    ),
    refunds.RefundRejected(REFUND, "ana", "otra deuda"): ("Refund of €10.00 rejected", ["otra deuda"]),
    refunds.RefundWithdrawn(REFUND, "ana", "por error"): ("Refund of €10.00 withdrawn", ["por error"]),
    progress.CaseFileClosed(TODAY, progress.ClosingReason.PAID, "Lo usará", euros(10)): (
        "Case file closed: Paid",
        ["Credit kept: €10.00", "Lo usará"],
    ),
    CHANGE_PROPOSED: ("Proposed: Cost, €10.00 (Costs)", ["Burofax"]),
    proposals.DebtChangeApproved(PROPOSAL, "bea"): ("Proposal of €10.00 approved", []),
    proposals.DebtChangeApproved(PROPOSAL, "bea", second_review=False): (
        "Proposal of €10.00 approved",
        ["Without a second review"],
    ),
    proposals.DebtChangeRejected(PROPOSAL, "bea", "ya estaba"): ("Proposal of €10.00 rejected", ["ya estaba"]),
    proposals.DebtChangeWithdrawn(PROPOSAL, "carl"): ("Proposal of €10.00 withdrawn", []),
    schedule.PaymentPlanAgreed(ID, OPENED.schedule[:1], TODAY): ("Plan of 1 instalment: €600.00", []),
    schedule.PaymentPlanEnded(ID, TODAY, "incumplido"): ("Payment plan ended on 16 Mar 2026", ["incumplido"]),
    PROMISE: ("Promise to pay €50.00 by 16 Mar 2026", []),
    promises.PromiseCancelled(PROMISED, TODAY, "no puede"): ("Promise of €50.00 cancelled", ["no puede"]),
    CALL: (
        "Call (incoming): Debtor located",
        [
            "Done on 15 Mar 2026",
            "With Fiadora",
            "Phone 600 100 200",
            "Found: Calle Mayor 1 (source: vecinos)",
            "Successor: [suprimido]",
            "Trabaja allí",
            "Next: Visitar, 16 Mar 2026",
        ],
    ),
    activity.PartyAdded(GUARANTOR, activity.PartyRole.GUARANTOR): ("Fiadora added: Guarantor", []),
    activity.PartyRemoved(GUARANTOR, activity.PartyRole.HEIR): ("Fiadora is no longer a party: Heir", []),
    RECORDED: (
        "Payment of €100.00 recorded: Cash, received on 16 Mar 2026",
        ["Imported; the file names pepa", "Paid by Su hermana", "Overpayment", "En mano"],
    ),
    payments.PaymentApproved(PAID, "ana", second_review=False): (
        "Payment of €100.00 approved",
        ["Imported; the file names ana", "Without a second review"],
    ),
    payments.PaymentRejected(PAID, "bea", "no consta"): ("Payment of €100.00 rejected", ["no consta"]),
    payments.PaymentReturned(PAID, "bea", TODAY, "sin fondos"): (
        "Payment of €100.00 returned on 16 Mar 2026",
        ["sin fondos"],
    ),
    payments.PaymentReopened(PAID, "bea", "undo"): ("Payment of €100.00 reopened", ["undone"]),
    payments.PaymentWithdrawn(PAID, "bea", "era de otro"): ("Payment of €100.00 withdrawn", ["era de otro"]),
    payments.CollectionMoved(PAID, "carl", "era suyo"): ("Collection of €100.00 counted for carl", ["era suyo"]),
    payments.CollectionMoved(PAID, "carl", "era suyo", "bea", "eva"): (
        "Collection of €100.00 counted for carl, no longer for eva",
        ["era suyo"],
    ),
}


def recorded(event):
    nothing = {"position": 1, "version": 1, "command_id": ID, "correlation_id": ID, "causation_id": None}
    nothing |= {"stream": ID, "category": Category.CASE_FILE}
    return Recorded(**nothing, name=type(event).__name__, recorded_at=AT, actor="bea", hash=b"", event=event)


def reader(language="en"):
    known = words(language, BUSINESS)
    return SimpleNamespace(
        words=known,
        formats=formats(language, BUSINESS),
        business=BUSINESS,
        _=lambda message, **values: known.gettext(message) % values,
        person=lambda name: name,
        holder=lambda name: name or known.gettext("nobody"),
    )


def test_every_event_of_a_case_file_is_told_here():
    assert {type(event) for event in TOLD} == set(get_args(case_file.Event))


@pytest.mark.parametrize("event", TOLD, ids=lambda event: type(event).__name__)
def test_an_event_in_words(event):
    history = [recorded(one) for one in (RECORDED, PROMISE, PROPOSED, CHANGE_PROPOSED, event)]
    latest = timeline(reader(), history, {GUARANTOR: "Fiadora"}, {FILE: "EXP-2"})[0]
    assert (latest.text, latest.more, latest.actor, latest.at) == (*TOLD[event], "bea", AT)


@pytest.mark.parametrize("event", TOLD, ids=lambda event: type(event).__name__)
def test_an_event_in_spanish(event):
    history = [recorded(one) for one in (RECORDED, PROMISE, PROPOSED, CHANGE_PROPOSED, event)]
    assert timeline(reader("es"), history, {}, {})[0].text != timeline(reader(), history, {}, {})[0].text


def test_the_latest_comes_first():
    history = [recorded(OPENED), recorded(PROMISE)]
    assert [entry.text[:9] for entry in timeline(reader(), history, {}, {})] == ["Promise t", "Case file"]


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        ([payments.PaymentApproved(PAID, "ana")], "ana approved it on 16 Mar 2026, 10:30."),
        ([payments.PaymentRejected(PAID, "ana", "no consta")], "ana rejected it on 16 Mar 2026, 10:30: no consta"),
        (
            [payments.PaymentApproved(PAID, "ana"), payments.PaymentReopened(PAID, "bea", "undo")],
            "bea reopened it on 16 Mar 2026, 10:30: undone",
        ),
        (
            [payments.PaymentReturned(PAID, "bea", TODAY, "sin fondos")],
            "bea recorded its return on 16 Mar 2026, 10:30: sin fondos",
        ),
        ([payments.PaymentApproved(ID, "ana")], ""),
    ],
)
def test_who_decided_on_a_payment_when_and_why(decisions, told):
    assert decision_on(reader(), [recorded(event) for event in (RECORDED, *decisions)], PAID) == told
