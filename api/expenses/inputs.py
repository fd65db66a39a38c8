"""What people and programs tell of an expense, and of a person's month."""

from datetime import date
from uuid import UUID

from api.http.shapes import Body, Day, Line, MoneyBody, Month, Name, Note
from domain.expense import BorneBy, Kind, NewExpense


class ExpenseBody(Body):
    """What the debtor or the creditor bears needs a case file."""

    kind: Kind
    amount: MoneyBody
    spent_on: Day | None = None
    borne_by: BorneBy = BorneBy.US
    case_file_id: UUID | None = None
    note: Note | None = None

    def expense(self, today: date) -> NewExpense:
        return NewExpense(
            kind=self.kind,
            amount=self.amount.money(),
            spent_on=self.spent_on or today,
            borne_by=self.borne_by,
            case_file_id=self.case_file_id,
            note=self.note,
        )


class Approval(Body):
    """`despite`: why the debtor is charged with it though the case file is disputed or in insolvency."""

    despite: Line | None = None


class MonthOf(Body):
    collector: Name
    month: Month


class MonthReopening(MonthOf):
    reason: Line
