"""Which instalment a notice reminds of: what is due next and unpaid, by the schedule in force."""

from datetime import date
from functools import reduce
from uuid import UUID

import pytest
from scenario import OPENED, TODAY, WHEN_OPENED, euros

from application.notices import NothingExpected, expected_of
from domain.case_file import CaseFile
from domain.case_file.debt import Item, ItemsAdded
from domain.case_file.schedule import Instalment, PaymentPlanAgreed, PaymentPlanEnded
from domain.correspondence.templates import TemplateKind
from domain.payments import Method, PaymentApproved, PaymentRecorded

PAID = UUID(int=91)
PLAN = PaymentPlanAgreed(
    UUID(int=92), (Instalment(date(2026, 4, 1), euros(500)), Instalment(date(2026, 5, 1), euros(500))), WHEN_OPENED
)
LATER = ItemsAdded((Item("F-3", WHEN_OPENED, date(2026, 3, 20), euros(70)),), WHEN_OPENED)


def reminded_of(*history, today=TODAY):
    case_file = reduce(CaseFile.evolve, history, CaseFile())
    return expected_of(history, case_file, TemplateKind.INSTALMENT_REMINDER, None, today)


def paid(amount):
    return (
        PaymentRecorded(PAID, euros(amount), WHEN_OPENED, Method.CASH, "ana"),
        PaymentApproved(PAID, "bea"),
    )


def test_of_what_is_late_the_last_and_of_what_is_to_come_the_first():
    assert reminded_of(OPENED) == Instalment(date(2025, 12, 1), euros(400))
    assert reminded_of(OPENED, today=date(2025, 10, 15)) == Instalment(date(2025, 11, 1), euros(600))


def test_a_plan_takes_the_place_of_the_schedule_until_it_ends():
    assert reminded_of(OPENED, PLAN) == Instalment(date(2026, 4, 1), euros(500))
    ended = PaymentPlanEnded(PLAN.plan_id, WHEN_OPENED, "No cumplió")
    assert reminded_of(OPENED, PLAN, ended) == Instalment(date(2025, 12, 1), euros(400))


def test_what_was_added_to_the_debt_is_due_beside_it():
    assert reminded_of(OPENED, LATER) == Instalment(date(2026, 3, 20), euros(70))
    assert reminded_of(OPENED, PLAN, LATER) == Instalment(date(2026, 3, 20), euros(70))


def test_what_was_paid_pays_what_is_due_first():
    assert reminded_of(OPENED, PLAN, *paid(600)) == Instalment(date(2026, 5, 1), euros(400))
    with pytest.raises(NothingExpected):
        reminded_of(OPENED, PLAN, *paid(1000))
