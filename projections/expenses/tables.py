"""The tables of expenses and of the months that are closed, and what events do to their rows."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import Index, MetaData

from domain import expense, expense_account
from domain.case_file.progress import CaseFileOpened
from domain.days import next_month
from domain.events import Recorded
from domain.expense import State
from projections.projection import NEVER, NOT_YET, Projection
from projections.rows import Rows
from projections.schema import PrimaryKey, table_of

metadata = MetaData()


class Expense(TypedDict):
    expense_id: PrimaryKey[UUID]
    position: int  # where it was claimed in the log
    claimed_at: datetime  # UTC
    claimed_by: str
    kind: str
    amount: int  # minor units
    currency: str
    spent_on: date
    borne_by: str
    case_file_id: NotRequired[UUID | None]
    state: str
    decided_by: NotRequired[str | None]
    second_review: bool
    attachment: NotRequired[str | None]  # its media type
    settled_in: date  # the first day of the month that it was settled with; NEVER until then


expenses = table_of(
    Expense,
    "expenses",
    metadata,
    Index("expenses_position", "position"),
    Index("expenses_state", "state", "position"),
    Index("expenses_claimed_by", "claimed_by", "position"),
    Index("expenses_claimed_by_state", "claimed_by", "state", "position"),
    Index("expenses_case_file", "case_file_id", "position"),
    Index("expenses_spent", "state", "spent_on"),
    Index("expenses_settled", "settled_in"),
    info={"kind": "expense"},
)


class Account(TypedDict):
    account_id: PrimaryKey[UUID]
    collector: str
    open_from: date  # the first month that is not closed


accounts = table_of(
    Account,
    "expense_accounts",
    metadata,
    Index("expense_accounts_collector", "collector"),
    info={"kind": "expense_account"},
)


class Settlement(TypedDict):
    account_id: PrimaryKey[UUID]
    month: PrimaryKey[date]
    collector: str
    settled_by: str
    settled_at: datetime  # UTC
    settlement_id: UUID


settlements = table_of(
    Settlement,
    "expense_settlements",
    metadata,
    Index("expense_settlements_month", "month"),
    info={"kind": "expense_account"},
)
"""Those that stand."""


class CaseFile(TypedDict):
    case_file_id: PrimaryKey[UUID]
    reference: str


case_files = table_of(
    CaseFile,
    "expense_case_files",
    metadata,
    info={"kind": "expense_case_file"},
)


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    if isinstance(recorded.event, expense.Event):
        return (("expense", recorded.stream),)
    if isinstance(recorded.event, expense_account.Event):
        return (("expense_account", recorded.stream),)
    return ()


def project(rows: Rows, recorded: Recorded) -> None:
    stream = recorded.stream
    match recorded.event:
        case CaseFileOpened() as event:
            rows.append(case_files, CaseFile(case_file_id=stream, reference=event.reference))
        case expense.ExpenseClaimed() as event:
            rows.add(
                expenses,
                Expense(
                    expense_id=stream,
                    position=recorded.position,
                    claimed_at=recorded.recorded_at.replace(tzinfo=None),
                    claimed_by=event.claimed_by,
                    kind=event.kind.value,
                    amount=event.amount.minor,
                    currency=event.amount.currency,
                    spent_on=event.spent_on,
                    borne_by=event.borne_by.value,
                    case_file_id=event.case_file_id,
                    state=State.UNAPPROVED.value,
                    second_review=True,
                    settled_in=NEVER,
                ),
            )
        case expense.ExpenseAttached() as event:
            rows.one(expenses, stream)["attachment"] = event.media_type.value
        case expense.ExpenseApproved() as event:
            _stands(rows, stream, State.APPROVED, decided_by=event.approved_by, second_review=event.second_review)
        case expense.ExpenseRejected() as event:
            _stands(rows, stream, State.REJECTED, decided_by=event.rejected_by)
        case expense.ExpenseReopened():
            _stands(rows, stream, State.UNAPPROVED, decided_by=None, second_review=True)
        case expense.ExpenseWithdrawn():
            _stands(rows, stream, State.WITHDRAWN)
        case expense.ExpenseSettled() as event:
            _stands(rows, stream, State.SETTLED, settled_in=event.month)
        case expense.ExpenseUnsettled():
            _stands(rows, stream, State.APPROVED, settled_in=NEVER)
        case expense_account.ExpenseEntered() as event:
            if () not in rows.all(accounts, stream):
                rows.add(accounts, Account(account_id=stream, collector=event.collector, open_from=NOT_YET))
        case expense_account.ExpensesSettled() as event:
            rows.add(
                settlements,
                Settlement(
                    account_id=stream,
                    month=event.month,
                    collector=event.collector,
                    settled_by=event.settled_by,
                    settled_at=recorded.recorded_at.replace(tzinfo=None),
                    settlement_id=event.settlement_id,
                ),
            )
            rows.one(accounts, stream)["open_from"] = next_month(event.month)
        case expense_account.SettlementReopened() as event:
            rows.remove(settlements, stream, event.month)
            closed = [month for (month,) in rows.all(settlements, stream)]
            rows.one(accounts, stream)["open_from"] = next_month(max(closed)) if closed else NOT_YET
        case _:
            pass


def _stands(rows: Rows, expense_id: UUID, state: State, **values: Any) -> None:
    rows.one(expenses, expense_id).change({"state": state.value, **values})


projection = Projection("expenses", 1, metadata, touches, project)
