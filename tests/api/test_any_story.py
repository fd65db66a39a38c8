"""Whatever people ask for in whatever order, each answer and all that is shown is what a simple model says.

The model knows a debt, its payments and who recorded them, and nothing of events, streams, read models or HTTP.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from office import euros, payment

cents = st.integers(1, 60_000).map(lambda minor: Decimal(minor).scaleb(-2))
anyone = st.sampled_from(["carl", "cora", "ana", "bea", "dora", "emil"])
decider = st.sampled_from(["carl", "ana", "bea"])
reference = count(1)

WORKS = {"carl", "ana", "bea", "dora"}  # cora too, but this debt is not hers
DECIDES = {"ana", "bea"}


@dataclass
class Paid:
    amount: Decimal
    recorder: str
    state: str = "unapproved"


@dataclass
class Model:
    owed: Decimal = Decimal("1000.00")
    closed: bool = False
    proposed: int = 0  # changes of the debt that wait for a supervisor
    payments: dict[str, Paid] = field(default_factory=dict)

    def sum_of(self, state):
        return sum((paid.amount for paid in self.payments.values() if paid.state == state), Decimal("0.00"))

    @property
    def collected(self):
        return self.sum_of("approved")

    @property
    def waiting(self):
        return sum(paid.state == "unapproved" for paid in self.payments.values())

    def may_work(self, who):
        """The status of a refusal, or None."""
        if who == "cora":
            return 404
        if who not in WORKS:
            return 403
        return 409 if self.closed else None

    def may_decide(self, who, paid, *states, while_closed=False):
        if self.closed and not while_closed:
            return 409
        if paid.state not in states:
            return 409
        return 403 if who not in DECIDES or who == paid.recorder else None


class AnyStory(RuleBasedStateMachine):
    """One case file of an office that others work in too."""

    office = None
    payments = Bundle("payments")

    def __init__(self):
        super().__init__()
        self.model = Model()
        self.case_file = self.office.case_file(f"EXP-{next(reference)}")
        self.at = f"/api/case-files/{self.case_file}"

    def ask(self, who, path, body, refused, done=200):
        """What is asked for is done or refused as the model says; its id where it was done."""
        answer = getattr(self.office, who).post(f"{self.at}/{path}", body)
        assert answer.status_code == (refused or done), (who, path, answer.text)
        return None if refused else answer.json()["id"]

    @rule(target=payments, who=anyone, amount=cents)
    def record(self, who, amount):
        made = self.ask(who, "payments", payment(str(amount)), self.model.may_work(who), 201)
        if made:
            self.model.payments[made] = Paid(amount, who)
        return made

    @rule(paid_id=payments.filter(bool), who=decider)
    def approve(self, paid_id, who):
        paid = self.model.payments[paid_id]
        refused = self.model.may_decide(who, paid, "unapproved")
        if refused is None and paid.amount > self.model.owed - self.model.collected:
            refused = 409
        self.ask(who, f"payments/{paid_id}/approval", None, refused)
        if refused is None:
            paid.state = "approved"

    @rule(paid_id=payments.filter(bool), who=decider)
    def reject(self, paid_id, who):
        self.move(paid_id, who, "rejection", {"reason": "No consta"}, "rejected", "unapproved")

    @rule(paid_id=payments.filter(bool), who=decider)
    def return_(self, paid_id, who):
        body = {"reason": "Devuelto", "returned_on": "2026-03-16"}
        self.move(paid_id, who, "return", body, "returned", "approved", while_closed=True)

    @rule(paid_id=payments.filter(bool), who=decider)
    def reopen_payment(self, paid_id, who):
        self.move(paid_id, who, "reopening", {"reason": "undo"}, "unapproved", "approved", "rejected", "returned")

    def move(self, paid_id, who, path, body, to, *states, **more):
        paid = self.model.payments[paid_id]
        refused = self.model.may_decide(who, paid, *states, **more)
        self.ask(who, f"payments/{paid_id}/{path}", body, refused)
        if refused is None:
            paid.state = to

    @rule(who=anyone, amount=cents)
    def charge_a_cost(self, who, amount):
        refused = self.model.may_work(who)
        self.ask(who, "costs", {"amount": euros(str(amount))}, refused, 201)
        if refused is None and who in DECIDES:
            self.model.owed += amount
        elif refused is None:
            self.model.proposed += 1

    @rule(who=anyone)
    def close(self, who):
        refused = self.model.may_work(who) or (409 if self.model.waiting or self.model.proposed else None)
        self.ask(who, "closing", {"reason": "uncollectible"}, refused)
        self.model.closed = self.model.closed or refused is None

    @rule(who=decider)
    def reopen(self, who):
        refused = 403 if who not in DECIDES else None if self.model.closed else 409
        self.ask(who, "reopening", {"reason": "Ha aparecido"}, refused)
        self.model.closed = self.model.closed and refused is not None

    @invariant()
    def the_desk_shows_what_the_model_knows(self):
        shown = self.office.ana.sees(self.at)
        line, model = shown["line"], self.model
        assert line["collected"] == euros(str(model.collected))
        assert line["outstanding"] == euros(str(model.owed - model.collected))
        assert line["state"] == ("closed" if model.closed else "open")
        assert ("unapproved_payment" in line["flags"]) == (model.waiting > 0)
        assert {one["id"]: one["state"] for one in shown["payments"]} == {
            paid_id: paid.state for paid_id, paid in model.payments.items()
        }


def run(office, examples):
    class OfThisOffice(AnyStory):
        pass

    OfThisOffice.office = office
    run_state_machine_as_test(
        OfThisOffice,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_story_is_told_as_the_model_tells_it(office):
    run(office, examples=8)


@pytest.mark.long
def test_very_many_stories_are_told_as_the_model_tells_them(office):
    run(office, examples=200)
