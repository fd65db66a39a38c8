"""What raises or lowers a debt is proposed by one person and decided on by another."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from scenario import ANA, BEA, CARL, OPENED, TODAY, euros, given

from domain.case_file import CaseFile
from domain.case_file.debt import (
    AdjustmentKind,
    AdjustmentTooLarge,
    CostCharged,
    DebtAdjusted,
    InterestCharged,
    Item,
    ItemsAdded,
    Part,
)
from domain.case_file.progress import (
    ChargesStopped,
    ClosingReason,
    DisputeEnded,
    DisputeOpened,
    Stage,
    StageChanged,
)
from domain.case_file.proposals import (
    DebtChangeApproved,
    DebtChangeProposed,
    DebtChangeRejected,
    DebtChangeWithdrawn,
    Kind,
    OwnProposal,
    ProposalDecided,
    ProposalNotFound,
    ProposalsWaiting,
    ProposedByAnother,
)
from domain.errors import ReasonRequired
from domain.money import Money
from domain.people import RoleRequired

P, OTHER = UUID(int=401), UUID(int=403)
COST = CostCharged(P, euros(50), TODAY, "Burofax")
PROPOSED = DebtChangeProposed(P, Kind.COST, Part.COSTS, euros(50), TODAY, "carl", why="Burofax")
ITEM = Item("F-9", TODAY, TODAY, euros(10))
WAIVER = DebtAdjusted(P, AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(100), TODAY, "quita")
WAIVED = DebtChangeProposed(P, Kind.WAIVER, Part.PRINCIPAL, -euros(100), TODAY, "carl", why="quita")
UPWARDS = AdjustmentKind.CORRECTION, Part.PRINCIPAL, euros(10), TODAY
DISPUTED = DisputeOpened(UUID(int=402), TODAY, "ya pagó")


def reject(why, by, *, four_eyes=True):
    return lambda c: c.reject_proposal(P, why, four_eyes=four_eyes, by=by)


def charge(by, **more):
    return lambda c: c.charge_cost(P, euros(50), TODAY, "Burofax", today=TODAY, by=by, **more)


def approve(by, *, four_eyes=True, **more):
    return lambda c: c.approve_proposal(P, four_eyes=four_eyes, today=TODAY, by=by, **more)


def case_file(*past):
    return given(CaseFile(), OPENED, *past)


def test_a_collector_proposes_what_a_supervisor_does():
    case_file().when(charge(CARL)).then(PROPOSED)
    case_file().when(charge(ANA)).then(COST)
    items = DebtChangeProposed(P, Kind.ITEMS, Part.PRINCIPAL, euros(10), TODAY, "carl", (ITEM,))
    case_file().when(lambda c: c.add_items(P, [ITEM], today=TODAY, by=CARL)).then(items)
    waive = AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(100), TODAY, "quita"
    case_file().when(lambda c: c.adjust_debt(P, *waive, today=TODAY, by=CARL)).then(WAIVED)


def test_above_the_limit_a_supervisor_proposes_too():
    case_file().when(charge(ANA, alone_up_to=euros(50))).then(replace(COST, alone_on=TODAY))
    case_file().when(charge(ANA, alone_up_to=euros(49))).then(replace(PROPOSED, proposed_by="ana"))
    case_file().when(charge(ANA, alone_up_to=Money.zero("EUR"))).then(replace(PROPOSED, proposed_by="ana"))


def test_what_supervisors_charge_alone_on_one_day_counts_together():
    """However it is parted, and whatever day the charge is dated."""
    proposed = replace(PROPOSED, proposed_by="ana")
    item = replace(ITEM, amount=euros(60))
    raised = ItemsAdded((item,), TODAY, alone_on=TODAY)
    case_file(raised).when(charge(ANA, alone_up_to=euros(100))).then(proposed)
    case_file(raised).when(charge(ANA, alone_up_to=euros(110))).then(replace(COST, alone_on=TODAY))
    day_before = replace(raised, alone_on=TODAY - timedelta(1))
    case_file(day_before).when(charge(ANA, alone_up_to=euros(100))).then(replace(COST, alone_on=TODAY))
    approved = replace(raised, alone_on=None)
    case_file(approved).when(charge(ANA, alone_up_to=euros(50))).then(replace(COST, alone_on=TODAY))


@pytest.mark.parametrize(
    ("raise_it", "raised"),
    [
        (lambda c, **m: c.add_items(P, [ITEM], **m), ItemsAdded((ITEM,), TODAY)),
        (lambda c, **m: c.charge_cost(P, euros(10), TODAY, "x", **m), CostCharged(P, euros(10), TODAY, "x")),
        (lambda c, **m: c.charge_interest(P, euros(10), TODAY, "x", **m), InterestCharged(P, euros(10), TODAY, "x")),
        (lambda c, **m: c.adjust_debt(P, *UPWARDS, "x", **m), DebtAdjusted(P, *UPWARDS, "x")),
    ],
    ids=["items", "cost", "interest", "correction"],
)
def test_each_way_to_raise_the_debt_is_under_the_limit_and_proposed_above_it(raise_it, raised):
    def by_ana(up_to):
        return lambda c: raise_it(c, alone_up_to=up_to, today=TODAY, by=ANA)

    case_file().when(by_ana(euros(10))).then(replace(raised, alone_on=TODAY))
    case_file().when(by_ana(None)).then(raised)
    [proposed] = by_ana(euros(9))(case_file().state)
    assert (type(proposed), proposed.amount, proposed.proposed_by) == (DebtChangeProposed, euros(10), "ana")
    case_file(proposed).when(approve(BEA)).then(DebtChangeApproved(P, "bea"), raised)


@pytest.mark.parametrize("kind", [Kind.ITEMS, Kind.COST, Kind.INTEREST])
def test_whatever_is_approved_despite_a_dispute_says_why(kind):
    items = (ITEM,) if kind is Kind.ITEMS else ()
    proposed = DebtChangeProposed(P, kind, Part.COSTS, euros(10), TODAY, "carl", items)
    _, done = approve(ANA, despite="tasa")(case_file(proposed, DISPUTED).state)
    assert done.despite == "tasa"


@pytest.mark.parametrize(
    "charged",
    [
        CostCharged(OTHER, euros(60), TODAY, alone_on=TODAY),
        InterestCharged(OTHER, euros(60), TODAY, alone_on=TODAY),
        DebtAdjusted(OTHER, AdjustmentKind.CORRECTION, Part.PRINCIPAL, euros(60), TODAY, "error", alone_on=TODAY),
    ],
    ids=lambda one: type(one).__name__,
)
def test_whatever_raises_the_debt_counts_towards_the_limit_and_is_owed(charged):
    case_file(charged).when(charge(ANA, alone_up_to=euros(109))).then(replace(PROPOSED, proposed_by="ana"))
    case_file(charged).when(charge(ANA, alone_up_to=euros(110))).then(replace(COST, alone_on=TODAY))
    assert case_file(charged).state.outstanding == euros(1060)


def test_what_takes_off_a_debt_is_under_no_limit():
    waive = AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(100), TODAY, "quita"
    case_file().when(lambda c: c.adjust_debt(P, *waive, alone_up_to=euros(1), today=TODAY, by=ANA)).then(WAIVER)


def test_nothing_is_owed_before_the_approval_which_makes_the_change():
    file = CaseFile().evolve(OPENED)
    assert file.evolve(PROPOSED).outstanding == file.outstanding
    case_file(PROPOSED).when(approve(ANA)).then(DebtChangeApproved(P, "ana"), COST)
    case_file(WAIVED).when(approve(ANA)).then(DebtChangeApproved(P, "ana"), WAIVER)
    items = DebtChangeProposed(P, Kind.ITEMS, Part.PRINCIPAL, euros(10), TODAY, "carl", (ITEM,))
    case_file(items).when(approve(ANA)).then(DebtChangeApproved(P, "ana"), ItemsAdded((ITEM,), TODAY))


def test_nobody_decides_on_the_own_proposal_and_only_a_supervisor_does():
    own = replace(PROPOSED, proposed_by="ana")
    for verb in (approve(ANA), reject("no", ANA)):
        case_file(own).when(verb).then_refused(OwnProposal)
    case_file(own).when(approve(BEA)).then(DebtChangeApproved(P, "bea"), COST)
    case_file(own).when(approve(CARL)).then_refused(RoleRequired)


def test_with_four_eyes_switched_off_one_person_decides_alone_and_the_approval_says_so_for_ever():
    own = case_file(replace(PROPOSED, proposed_by="ana"))
    own.when(approve(ANA, four_eyes=False)).then(DebtChangeApproved(P, "ana", second_review=False), COST)
    own.when(approve(BEA, four_eyes=False)).then(DebtChangeApproved(P, "bea"), COST)
    own.when(reject("no", ANA, four_eyes=False)).then(DebtChangeRejected(P, "ana", "no"))


def test_a_rejection_says_why_and_who_proposed_it_withdraws_it():
    case_file(PROPOSED).when(reject(" ya estaba ", ANA)).then(DebtChangeRejected(P, "ana", "ya estaba"))
    case_file(PROPOSED).when(reject(" ", ANA)).then_refused(ReasonRequired)
    case_file(PROPOSED).when(lambda c: c.withdraw_proposal(P, by=CARL)).then(DebtChangeWithdrawn(P, "carl"))
    case_file(PROPOSED).when(lambda c: c.withdraw_proposal(P, by=ANA)).then_refused(ProposedByAnother, proposal_id=P)


@pytest.mark.parametrize(
    "decided", [DebtChangeApproved(P, "ana"), DebtChangeRejected(P, "ana", "no"), DebtChangeWithdrawn(P, "carl")]
)
def test_what_is_decided_is_not_decided_again(decided):
    for verb in (approve(BEA), reject("no", BEA), lambda c: c.withdraw_proposal(P, by=CARL)):
        case_file(PROPOSED, decided).when(verb).then_refused(ProposalDecided)
    case_file().when(approve(BEA)).then_refused(ProposalNotFound)


def test_what_was_said_of_a_hold_does_not_pass_one_that_came_later():
    told, insolvent = replace(PROPOSED, despite="tasa"), StageChanged(Stage.INSOLVENCY, TODAY)
    other = replace(DISPUTED, dispute_id=UUID(int=999))
    for later in ([insolvent], [DisputeEnded(DISPUTED.dispute_id, TODAY, "no"), other]):
        case_file(DISPUTED, told, *later).when(approve(ANA)).then_refused(ChargesStopped, field="despite")


def test_the_approval_asks_the_rules_again():
    case_file(PROPOSED, DISPUTED).when(approve(ANA)).then_refused(ChargesStopped, field="despite")
    case_file(PROPOSED, DISPUTED).when(approve(ANA, despite="tasa")).then(
        DebtChangeApproved(P, "ana"), replace(COST, despite="tasa")
    )
    told = replace(PROPOSED, despite="tasa")
    case_file(DISPUTED, told).when(approve(ANA)).then(DebtChangeApproved(P, "ana"), replace(COST, despite="tasa"))
    gone = replace(WAIVER, adjustment_id=UUID(int=403), amount=-OPENED.items[0].amount - OPENED.items[1].amount)
    case_file(WAIVED, gone).when(approve(ANA)).then_refused(AdjustmentTooLarge)


def test_a_case_file_is_not_closed_while_a_proposal_waits():
    def close(case_file):
        return case_file.close(ClosingReason.UNCOLLECTIBLE, today=TODAY, by=ANA)

    case_file(PROPOSED).when(close).then_refused(ProposalsWaiting, waiting=1)
    assert CaseFile().evolve(OPENED).evolve(PROPOSED).evolve(DebtChangeWithdrawn(P, "carl")).proposals.waiting == set()
