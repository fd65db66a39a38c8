"""What people and programs tell of a case file: what is owed, what is done about it, where it stands."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from api.http.shapes import Body, Day, Instalments, Items, Line, MoneyBody, Name, Note
from domain.case_file.activity import Channel, Direction, Located, NewAction, Outcome, PartyRole
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.case_file.progress import ClosingReason, Stage
from domain.errors import Invalid
from domain.money import Money


class NewItems(Body):
    """`despite` as in `Charge`."""

    items: Items
    despite: Line | None = None


class Charge(Body):
    """`despite`: why a supervisor charges it though the case file is disputed or in insolvency.

    `ask_first`: where more of that kind would be charged than the whole principal, it is refused (409) and says so.
    """

    amount: MoneyBody
    charged_on: Day | None = None
    concept: Line | None = None
    despite: Line | None = None
    ask_first: StrictBool = False


class Adjustment(Body):
    """The amount is below zero for what is owed no longer; only a correction may raise the debt."""

    kind: AdjustmentKind
    part: Part = Part.PRINCIPAL
    amount: MoneyBody
    adjusted_on: Day | None = None
    reason: Line


class AllocationOrder(Body):
    order: Annotated[Sequence[Part], Field(min_length=3, max_length=3)]
    reason: Line


class NewPlan(Body):
    instalments: Instalments


class Approval(Body):
    """`despite`: why it is charged though the case file is disputed or in insolvency."""

    despite: Line | None = None


class CreditMove(Body):
    """To another case file. What goes back to the payer is proposed as a refund."""

    amount: MoneyBody
    to: UUID
    reason: Line


class LocatedBody(Body):
    source: Line
    address: Line | None = None
    phone: Name | None = None

    def located(self) -> Located:
        return Located(self.source, self.address, self.phone)


class NewPromise(Body):
    """`ask_first`: where it is more than what is outstanding, it is refused (409) and says so."""

    amount: MoneyBody
    due_on: Day
    ask_first: StrictBool = False

    def promised(self, promise_id: UUID, field: str = "amount") -> tuple[UUID, Money, date]:
        return promise_id, self.amount.money(field), self.due_on


class ClaimBody(Body):
    claim: Note


class ActionBody(Body):
    """What came of it: a promise of the debtor, or a dispute, which is opened. All is recorded, or nothing.

    `keeps_next_action`: what was to be done next still is; else reaching out does it. `ask_first`: where the next
    action is a year or more away, or the promise is doubtful, it is refused (409) and says so.
    """

    channel: Channel
    direction: Direction = Direction.OUTGOING
    outcome: Outcome
    done_on: Day | None = None
    person_id: UUID | None = None
    phone: Name | None = None
    note: Note | None = None
    next_action: Line | None = None
    next_action_on: Day | None = None
    located: LocatedBody | None = None
    successor_id: UUID | None = None
    keeps_next_action: StrictBool = False
    promise: NewPromise | None = None
    dispute: ClaimBody | None = None
    ask_first: StrictBool = False

    def action(self, today: date) -> NewAction:
        return NewAction(
            done_on=self.done_on or today,
            channel=self.channel,
            direction=self.direction,
            outcome=self.outcome,
            person_id=self.person_id,
            phone=self.phone,
            note=self.note,
            next_action=self.next_action,
            next_action_on=self.next_action_on,
            located=self.located.located() if self.located else None,
            successor_id=self.successor_id,
            keeps_next_action=self.keeps_next_action,
        )


class PartyBody(Body):
    client_id: UUID
    role: PartyRole


class PrincipalOrItems(Invalid):
    title = "Tell either the principal and the day it is due, or the items"


class NewCaseFile(Body):
    """What is owed is one `principal` with its `due_on`, or `items`; `schedule` may say when it falls due."""

    reference: Name
    creditor_id: UUID | None = None
    debtor_id: UUID
    opened_on: Day
    principal: MoneyBody | None = None
    due_on: Day | None = None
    items: Items | None = None
    schedule: Instalments | None = None

    def owed(self) -> Sequence[Item]:
        """A principal with a schedule is due on the last day of that."""
        due_on = self.due_on or max((instalment.due_on for instalment in self.schedule or ()), default=None)
        if self.principal is None and self.due_on is None and self.items is not None:
            return [item.item() for item in self.items]
        if self.principal is None or due_on is None or self.items is not None:
            raise PrincipalOrItems(field="principal")
        return [Item(self.reference, min(self.opened_on, due_on), due_on, self.principal.money("principal"))]


class FromInvoices(Body):
    """`ask_first`: where an invoice is not due yet or was never sent, it is refused (409) and says so."""

    reference: Name
    invoice_ids: Annotated[Sequence[UUID], Field(min_length=1, max_length=1000)]
    opened_on: Day | None = None
    ask_first: StrictBool = False


class Assignment(Body):
    """`collector` null: the case file follows its debtor's collector again.

    `ask_first`: where collections of past months would count for another collector, it is refused (409) and says so.
    """

    collector: Name | None
    from_: Annotated[Day, Field(alias="from")]
    ask_first: StrictBool = False


class NewStage(Body):
    stage: Stage
    note: Note | None = None


class NewDispute(Body):
    claim: Note
    opened_on: Day | None = None


class DisputeEnd(Body):
    result: Note
    ended_on: Day | None = None


class Closing(Body):
    """`keep_credit`: what was paid too much stays there as credit; the note says why.

    Where nothing was collected `paid` is refused (409), and `settled_with_waiver` where nothing was waived; `fits` says
    which reason is likely.
    """

    reason: ClosingReason
    note: Note | None = None
    keep_credit: StrictBool = False
