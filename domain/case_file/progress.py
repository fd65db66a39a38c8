"""Where a case file stands: opened, assigned, its stage, disputes, closed and reopened."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.case_file.debt import Item
from domain.case_file.schedule import Instalment
from domain.errors import Conflict, Invalid
from domain.money import Money
from domain.personal import About, Personal


class Stage(StrEnum):
    LOCATING = "locating"
    AMICABLE = "amicable"
    PRE_LEGAL = "pre_legal"
    LEGAL = "legal"
    INSOLVENCY = "insolvency"


class Stop(StrEnum):
    """Why nothing is charged and nothing demanded."""

    DISPUTE = "dispute"
    INSOLVENCY = "insolvency"


@dataclass(frozen=True, slots=True)
class Stops:
    """What stops charges and demands at some time: what a supervisor said of it holds for nothing that came later."""

    dispute_id: UUID | None
    insolvency: bool

    def beyond(self, known: "Stops") -> bool:
        """Whether one of these was not there when those were."""
        return self.dispute_id not in {None, known.dispute_id} or (self.insolvency and not known.insolvency)


class ClosingReason(StrEnum):
    PAID = "paid"
    SETTLED_WITH_WAIVER = "settled_with_waiver"
    UNCOLLECTIBLE = "uncollectible"
    UNLOCATABLE = "unlocatable"
    INSOLVENT = "insolvent"
    DECEASED = "deceased"
    TIME_BARRED = "time_barred"
    UNFOUNDED = "unfounded"
    WITHDRAWN = "withdrawn"
    SOLD = "sold"


# What can happen


@dataclass(frozen=True, slots=True)
class CaseFileOpened:
    """A claim on a debtor, for a creditor or, where `creditor_id` is None, for ourselves."""

    reference: str
    creditor_id: UUID | None
    debtor_id: UUID
    currency: str
    opened_on: date
    items: tuple[Item, ...]
    schedule: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class CaseFileAssignedToCollector:
    """From this day on it no longer follows its debtor's collector."""

    collector: str
    from_on: date


@dataclass(frozen=True, slots=True)
class CaseFileUnassigned:
    """From this day on it follows its debtor's collector again."""

    from_on: date


@dataclass(frozen=True, slots=True)
class StageChanged:
    stage: Stage
    changed_on: date
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    dispute_id: UUID
    opened_on: date
    claim: Personal


@dataclass(frozen=True, slots=True)
class DisputeEnded:
    dispute_id: UUID
    ended_on: date
    result: Personal


@dataclass(frozen=True, slots=True)
class CaseFileClosed:
    """`credit_kept` is what had been paid too much and was left there on purpose; the note says why."""

    closed_on: date
    closed_for: ClosingReason
    note: Annotated[str | None, About()] = None
    credit_kept: Money | None = None


@dataclass(frozen=True, slots=True)
class CaseFileReopened:
    reopened_on: date
    reason: Personal


Event = (
    CaseFileOpened
    | CaseFileAssignedToCollector
    | CaseFileUnassigned
    | StageChanged
    | DisputeOpened
    | DisputeEnded
    | CaseFileClosed
    | CaseFileReopened
)


# What is refused


class CaseFileExists(Conflict):
    title = "This case file is open already"


class CaseFileIsClosed(Conflict):
    title = "The case file is closed: reopen it first"


class InvoicesGivenBack(Conflict):
    title = "Its invoices were given back when it was withdrawn: open a new case file from them"


class CaseFileNotClosed(Conflict):
    title = "The case file is open"


class PaymentsWaiting(Conflict):
    title = "A payment still waits for a decision"


class ChargesStopped(Conflict):
    title = "Nothing is charged while the case file is disputed or in insolvency, unless a supervisor says why"


class DemandsStopped(Conflict):
    title = "Nothing is demanded while the case file is disputed or in insolvency, unless a supervisor says why"


class StillOwed(Conflict):
    title = "There is still money outstanding"


class NothingCollected(Conflict):
    title = "Nothing that was collected stands on it: it is not closed as paid"


class NothingWaived(Conflict):
    title = "Nothing of it was waived: it is not closed as settled with a waiver"


class CreditLeft(Conflict):
    title = "There is credit on it: pay it back, move it to another case file, or say why it is kept"


class RefundWaits(Conflict):
    title = "A refund of its credit waits for approval: it can be closed once that is decided"


class NoteMissing(Invalid):
    title = "A note says why the credit is kept"


class DisputeOpenAlready(Conflict):
    title = "A dispute is open already"


class NoDispute(Conflict):
    title = "There is no open dispute"


class OwnDebtor(Invalid):
    title = "Creditor and debtor cannot be the same client"
