"""What is owed: items, charges, adjustments, allocation, schedule, plan, and credit."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, permutations
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from scenario import ANA, CARL, DORA, EMIL, INVOICES, OPENED, TODAY, TOMORROW, euros, given

from domain.case_file import CaseFile
from domain.case_file.debt import (
    LEGAL_ORDER,
    MAX_ITEMS,
    AdjustmentKind,
    AdjustmentTooLarge,
    AdjustmentUpwards,
    AllocationOrderChanged,
    AllocationOrderIncomplete,
    CostCharged,
    CreditMoved,
    CreditReceived,
    Debt,
    DebtAdjusted,
    InterestCharged,
    Item,
    ItemsAdded,
    NothingOwed,
    Part,
    TooMany,
)
from domain.case_file.progress import CaseFileClosed, CaseFileIsClosed, ClosingReason
from domain.case_file.schedule import (
    MAX_INSTALMENTS,
    Instalment,
    NoPlan,
    PaymentPlanAgreed,
    PaymentPlanEnded,
    PlanAgreedAlready,
    PlanDiffers,
)
from domain.days import DayOutOfRange
from domain.doubts import Doubt, Doubtful
from domain.errors import ReasonRequired, TextNotAllowed
from domain.money import AmountNotAllowed, CurrencyMismatch, Money
from domain.payments import Method, PaymentApproved, PaymentRecorded, PaymentReturned
from domain.people import RoleRequired
from domain.personal import LINE
from domain.refunds import NoSuchCredit

ID, OTHER = UUID(int=301), UUID(int=302)
COST = CostCharged(ID, euros(50), TODAY, "burofax")
INTEREST = InterestCharged(ID, euros(20), TODAY)
WAIVED = DebtAdjusted(ID, AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(100), TODAY, "agreed to settle")
PAID_1200 = (
    PaymentRecorded(ID, euros(1200), TODAY, Method.TRANSFER, "ana", overpayment=True),
    PaymentApproved(ID, "bea"),
)
HALVES = (Instalment(date(2026, 4, 1), euros(500)), Instalment(date(2026, 5, 1), euros(500)))
PLAN = PaymentPlanAgreed(ID, HALVES, TODAY)

BELOW_ONE_CENT = pytest.mark.parametrize("amount", [Money.zero("EUR"), -euros(1)])


def case_file(*past):
    return given(CaseFile(), OPENED, *past)


def outstanding(*past):
    return case_file(*past).state.outstanding


# Following the creditor


TOLD = Item("EXP-1", TODAY, TOMORROW, euros(1000))
CORRECTED = DebtAdjusted(ID, AdjustmentKind.CORRECTION, Part.PRINCIPAL, -euros(300), TODAY, "su fichero")


def follow(amount, by=DORA):
    told = replace(TOLD, amount=euros(amount))
    return lambda c: c.follow_creditor(ID, told, "su fichero", today=TODAY, by=by)


def test_what_the_creditor_claims_more_is_an_item_and_less_a_correction():
    added = ItemsAdded((replace(TOLD, amount=euros(250)),), TODAY)
    case_file().when(follow(1250)).then(added)
    case_file().when(follow(700)).then(CORRECTED)
    case_file(added, CORRECTED).when(follow(950)).then()
    case_file().when(follow("1000.01")).then(ItemsAdded((replace(TOLD, amount=euros("0.01")),), TODAY))


def test_what_was_waived_here_the_creditor_claims_all_the_same():
    case_file(WAIVED).when(follow(1000)).then()
    case_file(WAIVED).when(follow(700)).then(CORRECTED)
    case_file(WAIVED).when(follow(99)).then_refused(AdjustmentTooLarge, field="amount")


def test_costs_and_payments_are_nothing_the_creditor_claims():
    case_file(COST, INTEREST, *PAID_1200).when(follow(1000)).then()
    assert case_file(*PAID_1200, CORRECTED).state.credit == euros(500)


def test_a_creditor_is_followed_by_those_who_import_and_not_onto_a_closed_case_file():
    case_file().when(follow(700, by=CARL)).then_refused(RoleRequired)
    closed = CaseFileClosed(TODAY, ClosingReason.WITHDRAWN)
    case_file(closed).when(follow(700)).then_refused(CaseFileIsClosed)


@given_any(st.lists(st.integers(1, 10**6), min_size=1, max_size=5))
def test_once_followed_a_creditor_claims_just_that_and_is_followed_no_further(claims):
    followed = case_file().state
    for cents in claims:
        told = replace(TOLD, amount=Money.of_minor(cents, "EUR"))
        for event in followed.follow_creditor(ID, told, "su fichero", today=TODAY, by=ANA):
            followed = followed.evolve(event)
        assert followed.debt.claimed == told.amount == followed.outstanding
        assert followed.follow_creditor(ID, told, "su fichero", today=TODAY, by=ANA) == []


# Items, costs and interest


def test_the_principal_is_the_sum_of_the_items():
    assert case_file().state.debt.principal == outstanding() == euros(1000)


def test_items_added_are_more_principal():
    more = Item(" F-3 ", TODAY, TODAY, euros(5))
    added = ItemsAdded((replace(more, number="F-3"),), TODAY)
    case_file().when(lambda c: c.add_items(ID, [more], today=TODAY, by=ANA)).then(added)
    assert case_file(added).state.debt.principal == outstanding(added) == euros(1005)


def test_no_items_are_nothing_owed():
    case_file().when(lambda c: c.add_items(ID, [], today=TODAY, by=ANA)).then_refused(NothingOwed, field="items")


def test_there_is_an_end_to_items():
    case_file().when(lambda c: c.add_items(ID, [INVOICES[0]] * (MAX_ITEMS + 1), today=TODAY, by=ANA)).then_refused(
        TooMany, field="items", at_most=MAX_ITEMS
    )


@BELOW_ONE_CENT
def test_an_item_is_above_zero(amount):
    case_file().when(
        lambda c: c.add_items(ID, [replace(INVOICES[0], amount=amount)], today=TODAY, by=ANA)
    ).then_refused(AmountNotAllowed, field="items")


def test_an_item_is_in_the_currency_of_the_case_file():
    dollars = replace(INVOICES[0], amount=Money.of(1, "USD"))
    case_file().when(lambda c: c.add_items(ID, [dollars], today=TODAY, by=ANA)).then_refused(
        CurrencyMismatch, field="items", currency="USD", expected="EUR"
    )


def test_the_number_of_an_item_is_bounded():
    case_file().when(
        lambda c: c.add_items(ID, [replace(INVOICES[0], number="9" * 201)], today=TODAY, by=ANA)
    ).then_refused(TextNotAllowed, field="number")


def test_an_item_needs_no_number_but_days_that_the_calendar_of_debts_has():
    unnumbered = replace(INVOICES[0], number=" ")
    added = ItemsAdded((replace(INVOICES[0], number=""),), TODAY)
    case_file().when(lambda c: c.add_items(ID, [unnumbered], today=TODAY, by=ANA)).then(added)
    for field in ("issued_on", "due_on"):
        mistyped = replace(INVOICES[0], **{field: date(202, 1, 1)})
        case_file().when(lambda c, item=mistyped: c.add_items(ID, [item], today=TODAY, by=ANA)).then_refused(
            DayOutOfRange, field=f"items/{field}"
        )


def test_costs_and_interest_raise_what_is_owed():
    case_file().when(lambda c: c.charge_cost(ID, euros(50), TODAY, " burofax ", today=TODAY, by=ANA)).then(COST)
    case_file().when(lambda c: c.charge_interest(ID, euros(20), TODAY, None, today=TODAY, by=ANA)).then(INTEREST)
    late = replace(INTEREST, concept="mora 2025")
    case_file().when(lambda c: c.charge_interest(ID, euros(20), TODAY, " mora 2025", today=TODAY, by=ANA)).then(late)
    assert outstanding(COST, INTEREST) == euros(1070)
    assert case_file(COST, INTEREST).state.debt.principal == euros(1000)


EACH_CHARGE = pytest.mark.parametrize("charge", [CaseFile.charge_cost, CaseFile.charge_interest])


@EACH_CHARGE
def test_nothing_is_charged_on_a_day_to_come(charge):
    case_file().when(lambda c: charge(c, ID, euros(1), TOMORROW, None, today=TODAY, by=CARL)).then_refused(
        DayOutOfRange, field="charged_on"
    )


@EACH_CHARGE
def test_nothing_is_charged_in_another_currency(charge):
    case_file().when(lambda c: charge(c, ID, Money.of(1, "COP"), TODAY, None, today=TODAY, by=CARL)).then_refused(
        CurrencyMismatch, field="currency", currency="COP", expected="EUR"
    )


@EACH_CHARGE
def test_what_a_charge_is_for_fits_a_line(charge):
    case_file().when(lambda c: charge(c, ID, euros(1), TODAY, "x" * (LINE + 1), today=TODAY, by=CARL)).then_refused(
        TextNotAllowed, field="concept"
    )


@EACH_CHARGE
@BELOW_ONE_CENT
def test_a_charge_is_above_zero(charge, amount):
    case_file().when(lambda c: charge(c, ID, amount, TODAY, None, today=TODAY, by=CARL)).then_refused(
        AmountNotAllowed, field="amount"
    )


@EACH_CHARGE
def test_more_costs_or_interest_than_principal_is_asked_about_first(charge):
    def charged(amount, *, on=case_file, **more):
        return on().when(lambda c: charge(c, ID, amount, TODAY, None, today=TODAY, by=ANA, **more))

    made = replace(COST if charge is CaseFile.charge_cost else INTEREST, concept=None)
    charged(euros(1000), ask_first=True).then(replace(made, amount=euros(1000)))
    charged(euros("1000.01"), ask_first=True).then_refused(Doubtful, doubts=[Doubt.CHARGED_ABOVE_PRINCIPAL])
    charged(euros("1000.01")).then(replace(made, amount=euros("1000.01")))
    again = lambda: case_file(replace(made, amount=euros(600)))  # noqa: E731 - with what was charged before
    charged(euros("400.01"), on=again, ask_first=True).then_refused(Doubtful, doubts=[Doubt.CHARGED_ABOVE_PRINCIPAL])


# Adjustments


def adjust(amount, kind=AdjustmentKind.WAIVER, part=Part.PRINCIPAL, on=TODAY, why="agreed to settle", by=ANA):
    return lambda c: c.adjust_debt(ID, kind, part, amount, on, why, today=TODAY, by=by)


def test_a_waiver_lowers_what_is_owed_and_leaves_the_principal_as_it_was():
    case_file().when(adjust(-euros(100))).then(WAIVED)
    assert outstanding(WAIVED) == euros(900)
    assert case_file(WAIVED).state.debt.principal == euros(1000)


def test_only_a_correction_raises_the_debt():
    case_file().when(adjust(euros(1), AdjustmentKind.CORRECTION)).then(
        replace(WAIVED, kind=AdjustmentKind.CORRECTION, amount=euros(1))
    )
    for kind in (AdjustmentKind.WAIVER, AdjustmentKind.CREDIT_NOTE):
        case_file().when(adjust(euros(1), kind)).then_refused(AdjustmentUpwards, field="amount", kind=kind)


@pytest.mark.parametrize(("part", "all_of_it"), [(Part.PRINCIPAL, 1000), (Part.COSTS, 50), (Part.INTEREST, 20)])
def test_an_adjustment_takes_off_at_most_that_part_of_the_debt(part, all_of_it):
    charged = case_file(COST, INTEREST)
    charged.when(adjust(-euros(all_of_it), part=part)).then(replace(WAIVED, part=part, amount=-euros(all_of_it)))
    charged.when(adjust(-euros(all_of_it) - euros("0.01"), part=part)).then_refused(
        AdjustmentTooLarge, field="amount", part=part, owed=euros(all_of_it)
    )


def test_a_waiver_gives_up_only_what_is_outstanding_and_a_credit_note_leaves_credit():
    paid = case_file(PaymentRecorded(ID, euros(600), TODAY, Method.CASH, "ana"), PaymentApproved(ID, "bea"))
    paid.when(adjust(-euros(400))).then(replace(WAIVED, amount=-euros(400)))
    paid.when(adjust(-euros(401))).then_refused(AdjustmentTooLarge, field="amount", outstanding=euros(400))
    paid.when(adjust(-euros(1000), AdjustmentKind.CREDIT_NOTE)).then(
        replace(WAIVED, kind=AdjustmentKind.CREDIT_NOTE, amount=-euros(1000))
    )


def test_what_was_never_charged_cannot_be_waived():
    case_file().when(adjust(-euros(1), part=Part.COSTS)).then_refused(AdjustmentTooLarge, part=Part.COSTS)


def test_an_adjustment_has_an_amount_a_reason_and_a_day_gone_by():
    case_file().when(adjust(Money.zero("EUR"))).then_refused(AmountNotAllowed, field="amount")
    case_file().when(adjust(-euros(1), why=" ")).then_refused(ReasonRequired, field="reason")
    case_file().when(adjust(-euros(1), on=TOMORROW)).then_refused(DayOutOfRange, field="adjusted_on")
    case_file().when(adjust(-Money.of(1, "USD"))).then_refused(CurrencyMismatch, field="currency")


def test_who_does_not_work_takes_nothing_off_a_debt():
    case_file().when(adjust(-euros(1), by=EMIL)).then_refused(RoleRequired)


# Allocation

CENTS = st.integers(0, 10**6)


@given_any(CENTS, CENTS, CENTS, CENTS, st.permutations(LEGAL_ORDER))
def test_allocation_adds_up_to_what_was_paid_or_what_is_owed_and_pays_each_part_in_full_before_the_next(
    principal, costs, interest, paid, order
):
    parts = {Part.PRINCIPAL: principal, Part.COSTS: costs, Part.INTEREST: interest}
    debt = Debt(charged={part: Money.of_minor(cents, "EUR") for part, cents in parts.items()}, order=tuple(order))
    allocated = {part: money.minor for part, money in debt.allocate(Money.of_minor(paid, "EUR")).items()}

    assert sum(allocated.values()) == min(paid, sum(parts.values()))
    assert all(0 <= allocated[part] <= parts[part] for part in parts)
    for earlier, later in pairwise(order):
        assert allocated[later] == 0 or allocated[earlier] == parts[earlier]


def test_the_law_pays_costs_first_then_interest_then_principal():
    debt = case_file(COST, INTEREST).state.debt
    assert debt.allocate(euros(60)) == {
        Part.COSTS: euros(50),
        Part.INTEREST: euros(10),
        Part.PRINCIPAL: Money.zero("EUR"),
    }


PRINCIPAL_FIRST = (Part.PRINCIPAL, Part.COSTS, Part.INTEREST)


def test_the_order_of_allocation_changes_with_a_reason():
    changed = AllocationOrderChanged(PRINCIPAL_FIRST, "agreed in writing")
    case_file().when(lambda c: c.change_allocation_order(PRINCIPAL_FIRST, changed.reason, by=CARL)).then(changed)
    case_file().when(lambda c: c.change_allocation_order(PRINCIPAL_FIRST, None, by=CARL)).then_refused(ReasonRequired)
    case_file(changed).when(lambda c: c.change_allocation_order(PRINCIPAL_FIRST, "again", by=CARL)).then()
    assert case_file(COST, changed).state.debt.allocate(euros(60))[Part.PRINCIPAL] == euros(60)


@pytest.mark.parametrize("order", [(), PRINCIPAL_FIRST[:2], (*PRINCIPAL_FIRST, Part.COSTS), (Part.COSTS,) * 3])
def test_an_order_of_allocation_names_each_part_once(order):
    case_file().when(lambda c: c.change_allocation_order(order, "x", by=CARL)).then_refused(
        AllocationOrderIncomplete, field="order"
    )


@pytest.mark.parametrize("order", tuple(permutations(Part)))
def test_every_order_of_the_three_parts_is_allowed(order):
    state = case_file(AllocationOrderChanged(PRINCIPAL_FIRST, "x"), AllocationOrderChanged(order, "x")).state
    assert state.debt.order == order


# The payment plan


def agree(*instalments):
    return lambda c: c.agree_plan(ID, instalments, today=TODAY, by=CARL)


def test_a_plan_for_all_that_is_outstanding_is_agreed_in_order_of_its_days():
    case_file().when(agree(*reversed(HALVES))).then(PLAN)


@pytest.mark.parametrize("amount", ["499.99", "500.01"])
def test_a_plan_adds_up_to_what_is_outstanding(amount):
    case_file().when(agree(HALVES[0], replace(HALVES[1], amount=euros(amount)))).then_refused(
        PlanDiffers, field="instalments", outstanding=euros(1000)
    )


def test_what_is_paid_already_needs_no_plan():
    paid = (PaymentRecorded(ID, euros(1000), TODAY, Method.CASH, "ana"), PaymentApproved(ID, "bea"))
    case_file(*paid).when(agree()).then_refused(PlanDiffers, field="instalments")


def test_there_is_one_plan_at_a_time():
    case_file(PLAN).when(agree(*HALVES)).then_refused(PlanAgreedAlready, plan_id=ID)


def test_a_plan_ends_with_a_reason_and_another_can_follow():
    ended = PaymentPlanEnded(ID, TODAY, "two instalments missed")
    case_file(PLAN).when(lambda c: c.end_plan(ended.reason, today=TODAY, by=CARL)).then(ended)
    case_file(PLAN).when(lambda c: c.end_plan(None, today=TODAY, by=CARL)).then_refused(ReasonRequired)
    case_file(PLAN, ended).when(agree(*HALVES)).then(PLAN)


def test_without_a_plan_there_is_nothing_to_end():
    case_file().when(lambda c: c.end_plan("x", today=TODAY, by=CARL)).then_refused(NoPlan)


def test_an_instalment_is_above_zero_and_in_the_currency_of_the_case_file():
    case_file().when(agree(replace(HALVES[0], amount=Money.zero("EUR")))).then_refused(
        AmountNotAllowed, field="instalments"
    )
    case_file().when(agree(replace(HALVES[0], amount=Money.of(1000, "USD")))).then_refused(
        CurrencyMismatch, field="instalments"
    )


def test_there_is_an_end_to_instalments():
    cents = [Instalment(TODAY + timedelta(n), euros("0.01")) for n in range(MAX_INSTALMENTS + 1)]
    case_file().when(agree(*cents)).then_refused(TooMany, field="instalments")


# Credit: what was paid too much

MOVED = CreditMoved(ID, euros(150), TODAY, OTHER, "same debtor")


def move(amount, why="same debtor", by=ANA, to=OTHER):
    return lambda c: c.move_credit(ID, amount, to, why, today=TODAY, by=by)


def test_what_is_paid_above_the_debt_is_credit():
    state = case_file(*PAID_1200).state
    assert (state.outstanding, state.credit) == (-euros(200), euros(200))
    assert case_file().state.credit == Money.zero("EUR")


def test_credit_is_moved_by_a_supervisor_with_a_reason():
    case_file(*PAID_1200).when(move(euros(150))).then(MOVED)
    case_file(*PAID_1200).when(move(euros(200))).then(replace(MOVED, amount=euros(200)))
    case_file(*PAID_1200).when(move(euros(150), why=None)).then_refused(ReasonRequired)
    case_file(*PAID_1200).when(move(euros(150), by=CARL)).then_refused(RoleRequired)


def test_no_more_credit_is_moved_than_there_is():
    case_file(*PAID_1200).when(move(euros("200.01"))).then_refused(NoSuchCredit, credit=euros(200))
    case_file(*PAID_1200, MOVED).when(move(euros("50.01"))).then_refused(NoSuchCredit, credit=euros(50))
    case_file().when(move(euros("0.01"))).then_refused(NoSuchCredit)


def test_credit_received_lowers_what_is_outstanding():
    received = CreditReceived(ID, euros(150), TODAY, OTHER)
    case_file().when(lambda c: c.receive_credit(ID, euros(150), OTHER, today=TODAY, by=ANA)).then(received)
    assert outstanding(received) == euros(850)


def test_credit_that_was_moved_away_and_is_covered_no_more_is_owed_again():
    assert case_file(*PAID_1200, MOVED).state.paid_back == Money.zero("EUR")
    returned = PaymentReturned(ID, "bea", TODAY, "devuelto")
    assert case_file(*PAID_1200, MOVED, returned).state.paid_back == MOVED.amount


def test_credit_moved_and_received_leaves_the_sum_of_both_case_files_as_it_was():
    received = CreditReceived(ID, MOVED.amount, TODAY, OTHER)
    assert outstanding(*PAID_1200, MOVED) + outstanding(received) == outstanding(*PAID_1200) + outstanding()


@BELOW_ONE_CENT
def test_credit_that_moves_is_above_zero(amount):
    case_file(*PAID_1200).when(move(amount)).then_refused(AmountNotAllowed, field="amount")
    case_file().when(lambda c: c.receive_credit(ID, amount, OTHER, today=TODAY, by=ANA)).then_refused(AmountNotAllowed)


def test_credit_does_not_change_its_currency():
    case_file().when(lambda c: c.receive_credit(ID, Money.of(1, "USD"), OTHER, today=TODAY, by=ANA)).then_refused(
        CurrencyMismatch
    )
