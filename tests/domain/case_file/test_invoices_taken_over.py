"""What a case file's money, and what it gave up, is to each invoice that it took over."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from scenario import ANA, INVOICES, OPENED, TODAY, euros, given

from domain.case_file import CaseFile, InvoicesGivenBack
from domain.case_file.debt import (
    AdjustmentKind,
    CostCharged,
    DebtAdjusted,
    InvoiceShare,
    Item,
    ItemsAdded,
    Part,
)
from domain.case_file.progress import CaseFileClosed, CaseFileIsClosed, CaseFileReopened, ClosingReason
from domain.money import Money

ID, FIRST, SECOND = UUID(int=301), UUID(int=501), UUID(int=502)
TAKEN_OVER = replace(OPENED, items=(replace(INVOICES[0], invoice_id=FIRST), replace(INVOICES[1], invoice_id=SECOND)))
"""600 euros of the first invoice, 400 of the second."""
CREDITED = DebtAdjusted(ID, AdjustmentKind.CREDIT_NOTE, Part.PRINCIPAL, -euros(150), TODAY, "abono", invoice_id=SECOND)


def case_file(*past):
    return given(CaseFile(), TAKEN_OVER, *past)


def shares(paid, *past):
    """What was paid of the first and of the second, and what was waived of each."""
    of_each = case_file(*past).state.debt.invoice_shares(Money.of_minor(100 * paid, "EUR"))
    first, second = of_each[FIRST], of_each[SECOND]
    return (first.paid, second.paid), (first.waived, second.waived)


def each(first, second):
    return Money.of_minor(100 * first, "EUR"), Money.of_minor(100 * second, "EUR")


def waived(amount):
    return DebtAdjusted(ID, AdjustmentKind.WAIVER, Part.PRINCIPAL, -euros(amount), TODAY, "quita")


def test_a_case_file_that_took_over_no_invoice_has_no_share_of_any():
    assert given(CaseFile(), OPENED).state.debt.invoice_shares(euros(100)) == {}


def test_invoices_are_paid_one_by_one_once_costs_are():
    costs = CostCharged(ID, euros(50), TODAY)
    assert shares(700) == (each(600, 100), each(0, 0))
    assert shares(700, costs) == (each(600, 50), each(0, 0))
    assert shares(2000) == (each(600, 400), each(0, 0))


def test_what_was_waived_comes_off_the_last_invoice_first():
    assert shares(0, waived(300)) == (each(0, 0), each(0, 300))
    assert shares(700, waived(500)) == (each(500, 0), each(100, 400))


def test_what_is_owed_beside_the_invoices_is_paid_after_them_and_waived_before_them():
    beside = ItemsAdded((Item("EXTRA", TODAY, TODAY, euros(200)),), TODAY)
    assert shares(1100, beside) == (each(600, 400), each(0, 0))
    assert shares(0, beside, waived(300)) == (each(0, 0), each(0, 100))


@given_any(st.integers(0, 120_000), st.integers(0, 100_000))
def test_no_invoice_is_paid_or_waived_above_its_amount_and_all_that_pays_the_principal_is_shared_out(paid, given_up):
    off = [waived(Money.of_minor(given_up, "EUR").amount)] if given_up else []
    of_each = case_file(*off).state.debt.invoice_shares(Money.of_minor(paid, "EUR"))
    assert sum(share.paid.minor for share in of_each.values()) == min(paid, 100_000 - given_up)
    assert sum(share.waived.minor for share in of_each.values()) == given_up
    assert of_each[FIRST].paid + of_each[FIRST].waived <= euros(600)
    assert of_each[SECOND].paid + of_each[SECOND].waived <= euros(400)


def credit(amount, invoice_id=SECOND):
    return lambda c: c.credit_invoice(ID, invoice_id, euros(amount), "abono", today=TODAY)


def test_a_credit_note_lowers_what_its_invoice_is_owed_here():
    case_file().when(credit(150)).then(CREDITED)
    debt = case_file(CREDITED).state.debt
    assert debt.invoices == {FIRST: euros(600), SECOND: euros(250)}
    assert debt.owed == euros(850)
    assert shares(2000, CREDITED) == (each(600, 250), each(0, 0))


def test_a_credit_note_takes_off_no_more_than_is_still_owed_of_its_invoice():
    case_file().when(credit(1000)).then(replace(CREDITED, amount=-euros(400)))
    case_file(waived(300)).when(credit(150)).then(replace(CREDITED, amount=-euros(100)))
    case_file(waived(400)).when(credit(150)).then()
    case_file(CREDITED).when(credit(400)).then(replace(CREDITED, amount=-euros(250)))


def test_a_closed_case_file_takes_no_credit_note_but_what_a_bank_took_back_or_gave_again():
    closed = case_file(CaseFileClosed(TODAY, ClosingReason.UNCOLLECTIBLE))
    returned = Item("F-1", TODAY, TODAY, euros(50), invoice_id=FIRST)
    closed.when(credit(150)).then_refused(CaseFileIsClosed)
    closed.when(lambda c: c.owe_more(returned, today=TODAY)).then(ItemsAdded((returned,), TODAY))
    closed.when(lambda c: c.owe_less(ID, SECOND, euros(150), "abono", today=TODAY)).then(
        replace(CREDITED, kind=AdjustmentKind.CORRECTION)
    )


def test_more_that_an_invoice_is_owed_adds_to_what_it_came_with():
    returned = ItemsAdded((Item("F-1", TODAY, TODAY, euros(50), invoice_id=FIRST),), TODAY)
    assert case_file(returned).state.debt.invoices == {FIRST: euros(650), SECOND: euros(400)}
    assert shares(1050, returned) == (each(650, 400), each(0, 0))


def test_an_invoice_can_be_taken_over_later_than_the_rest():
    third = UUID(int=503)
    later = ItemsAdded((Item("F-3", TODAY, TODAY, euros(70), invoice_id=third),), TODAY)
    assert case_file(later).state.debt.invoice_shares(euros(1010))[third] == InvoiceShare(*each(10, 0))


@pytest.mark.parametrize("reason", [one for one in ClosingReason if one is not ClosingReason.WITHDRAWN])
def test_what_was_withdrawn_gave_its_invoices_back_and_is_not_opened_again(reason):
    def reopen(case_file):
        return case_file.reopen("otra vez", today=TODAY, by=ANA)

    case_file(CaseFileClosed(TODAY, ClosingReason.WITHDRAWN)).when(reopen).then_refused(InvoicesGivenBack)
    case_file(CaseFileClosed(TODAY, reason)).when(reopen).then(CaseFileReopened(TODAY, "otra vez"))
