"""Lists of expenses: what they are asked for over HTTP and on their page."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator

from api.http.shapes import Body, Cursor, Limit, Search
from domain.expense import State
from projections.expenses.lists import Filters

ALL = "all"


def _any_state(said: Any) -> Any:
    return None if said == ALL else said


class ExpenseList(Body):
    """Which expenses; by when they were claimed, with a hyphen the latest first."""

    state: State | None = None
    collector: Search = None
    case_file_id: UUID | None = None
    sort: Literal["position", "-position"] = "-position"
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self) -> Filters:
        return Filters(self.state and self.state.value, self.collector, self.case_file_id)


class ExpensePage(ExpenseList):
    state: Annotated[State | None, BeforeValidator(_any_state)] = None
