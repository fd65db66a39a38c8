"""An expense: what somebody paid for the work, claims back, and a supervisor approves or rejects.

Unapproved → approved, rejected or withdrawn; approved → settled with its month; what is approved or rejected may be
reopened, that is unapproved again, until it is settled. The months are in `domain.expense_account`. Who bears an
expense is settled with its approval: one that the debtor bears becomes a cost of the case file in the same append.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.money import Money, check_above_zero
from domain.people import WORKS, Actor, Role, user_id
from domain.personal import About, Personal, optional_long_text, reason


class Kind(StrEnum):
    FUEL = "fuel"
    CALLS = "calls"
    BUROFAX = "burofax"
    RECEIPT = "receipt"
    OTHER = "other"


class BorneBy(StrEnum):
    US = "us"
    DEBTOR = "debtor"
    CREDITOR = "creditor"


class State(StrEnum):
    UNAPPROVED = "unapproved"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"


class MediaType(StrEnum):
    """What an attachment is kept as; images of every kind are drawn again as JPEG."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"


# What can happen


@dataclass(frozen=True, slots=True)
class ExpenseClaimed:
    """`debtor_id` is the case file's debtor, where there is a case file: then the note is about that client."""

    claimed_by: str
    kind: Kind
    amount: Money
    spent_on: date
    borne_by: BorneBy = BorneBy.US
    case_file_id: UUID | None = None
    debtor_id: UUID | None = None
    note: Annotated[str | None, About("debtor_id")] = None


@dataclass(frozen=True, slots=True)
class ExpenseAttached:
    """A document or a picture, in place of an earlier one. It is kept beside the log: see `application/files.py`."""

    file_id: UUID
    sha256: str
    media_type: MediaType


@dataclass(frozen=True, slots=True)
class ExpenseApproved:
    """`second_review` is false for ever where the claimer approved it alone, four eyes being switched off."""

    approved_by: str
    second_review: bool = True


@dataclass(frozen=True, slots=True)
class ExpenseRejected:
    rejected_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class ExpenseReopened:
    reopened_by: str
    reason: Personal


@dataclass(frozen=True, slots=True)
class ExpenseWithdrawn:
    pass


@dataclass(frozen=True, slots=True)
class ExpenseSettled:
    """`month` is the first day of the month that was closed: the expense's own, or a later one."""

    settlement_id: UUID
    month: date


@dataclass(frozen=True, slots=True)
class ExpenseUnsettled:
    """Its month was reopened: it is approved, and waits for the next closing."""

    settlement_id: UUID


Event = (
    ExpenseClaimed
    | ExpenseAttached
    | ExpenseApproved
    | ExpenseRejected
    | ExpenseReopened
    | ExpenseWithdrawn
    | ExpenseSettled
    | ExpenseUnsettled
)


# What is refused


class ExpenseExists(Conflict):
    title = "This expense is claimed already"


class ExpenseAlreadyDecided(Conflict):
    title = "This expense was decided on already"


class ExpenseNotDecided(Conflict):
    title = "This expense still waits for a decision"


class ExpenseMonthClosed(Conflict):
    title = "This expense was settled with its month: reopen the month first"


class OwnExpense(Forbidden):
    title = "Whoever claims an expense cannot decide on it"


class NotTheClaimer(Forbidden):
    title = "Only whoever claimed an expense can change or withdraw it"


class SpentInFuture(Invalid):
    title = "An expense cannot be from after today"


class BearerNeedsCaseFile(Invalid):
    title = "What the debtor or the creditor bears needs a case file"


# The expense


@dataclass(frozen=True, slots=True)
class NewExpense:
    """An expense as somebody claims it."""

    kind: Kind
    amount: Money
    spent_on: date
    borne_by: BorneBy = BorneBy.US
    case_file_id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True)
class Expense:
    details: ExpenseClaimed | None = None
    state: State = State.UNAPPROVED
    attachment: ExpenseAttached | None = None

    @property
    def claimed(self) -> ExpenseClaimed:
        if self.details is None:
            raise NotFound
        return self.details

    @property
    def subject(self) -> UUID:
        """Whom its note, reasons and attachment are about: the case file's debtor, else whoever claimed it."""
        return about(self.claimed.debtor_id, self.claimed.claimed_by)

    def claim(self, new: NewExpense, *, debtor_id: UUID | None, today: date, by: Actor) -> list[Event]:
        """`debtor_id` is that of the case file, None without one."""
        by.require(*WORKS)
        if self.details is not None:
            raise ExpenseExists(field="id")
        check_above_zero(new.amount)
        check_day(new.spent_on, "spent_on")
        if new.spent_on > today:
            raise SpentInFuture(field="spent_on", today=today)
        if new.borne_by is not BorneBy.US and new.case_file_id is None:
            raise BearerNeedsCaseFile(field="case_file_id")
        note = optional_long_text(new.note, "note")
        return [
            ExpenseClaimed(
                claimed_by=by.name,
                kind=new.kind,
                amount=new.amount,
                spent_on=new.spent_on,
                borne_by=new.borne_by,
                case_file_id=new.case_file_id,
                debtor_id=debtor_id,
                note=note,
            )
        ]

    def attach(self, attached: ExpenseAttached, *, by: Actor) -> list[Event]:
        """Whoever decides has seen all there is: afterwards nothing is attached."""
        self.check_changeable(by)
        return [] if attached == self.attachment else [attached]

    def withdraw(self, *, by: Actor) -> list[Event]:
        self.check_changeable(by)
        return [ExpenseWithdrawn()]

    def approve(self, *, four_eyes: bool, by: Actor) -> list[Event]:
        second_review = self._decides(four_eyes=four_eyes, by=by)
        self._check_undecided()
        return [ExpenseApproved(by.name, second_review)]

    def reject(self, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._decides(four_eyes=four_eyes, by=by)
        self._check_undecided()
        return [ExpenseRejected(by.name, reason(why))]

    def reopen(self, why: str | None, *, four_eyes: bool, by: Actor) -> list[Event]:
        self._decides(four_eyes=four_eyes, by=by)
        match self.state:
            case State.APPROVED | State.REJECTED:
                return [ExpenseReopened(by.name, reason(why))]
            case State.SETTLED:
                raise ExpenseMonthClosed
            case State.WITHDRAWN:
                raise ExpenseAlreadyDecided(state=self.state)
            case State.UNAPPROVED:
                raise ExpenseNotDecided
            case _:
                assert_never(self.state)

    def settle(self, settlement_id: UUID, month: date) -> list[Event]:
        """Its claimer's account, which decides on months, knows which are approved and not settled yet."""
        return [ExpenseSettled(settlement_id, month)]

    def unsettle(self, settlement_id: UUID) -> list[Event]:
        return [ExpenseUnsettled(settlement_id)]

    def check_changeable(self, by: Actor) -> None:
        """By whoever claimed it, until it is decided on."""
        by.require(*WORKS)
        if by.name != self.claimed.claimed_by:
            raise NotTheClaimer
        self._check_undecided()

    def _check_undecided(self) -> None:
        if self.state is not State.UNAPPROVED:
            raise ExpenseAlreadyDecided(state=self.state)

    def _decides(self, *, four_eyes: bool, by: Actor) -> bool:
        """Whether this is a second pair of eyes."""
        by.require(Role.SUPERVISOR)
        own = by.name == self.claimed.claimed_by
        if own and four_eyes:
            raise OwnExpense
        return not own

    def evolve(self, event: Event) -> Self:
        match event:
            case ExpenseClaimed():
                return replace(self, details=event)
            case ExpenseAttached():
                return replace(self, attachment=event)
            case ExpenseApproved() | ExpenseUnsettled():
                return replace(self, state=State.APPROVED)
            case ExpenseRejected():
                return replace(self, state=State.REJECTED)
            case ExpenseReopened():
                return replace(self, state=State.UNAPPROVED)
            case ExpenseWithdrawn():
                return replace(self, state=State.WITHDRAWN)
            case ExpenseSettled():
                return replace(self, state=State.SETTLED)
            case _:
                assert_never(event)


def about(debtor_id: UUID | None, claimed_by: str) -> UUID:
    return debtor_id or user_id(claimed_by)
