"""Tasks of a day or a month, one's own, the team's or a client's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from api.pages.context import PageContext
from api.pages.forms import Form
from api.pages.list_address import link
from api.pages.months import weeks
from api.tasks.views import ShownTask, reached_of_day, with_reach
from domain.days import check_day, next_month
from projections.clients.listing import known_by
from projections.desk.search import owing_by
from projections.tasks.lists import Filters, list_tasks, tasks_of_day, tasks_of_month

IN_A_CELL, IN_A_DAY, CASE_FILES, FOUND = 3, 200, 50, 50


ALL = "all"


@dataclass(frozen=True)
class Asked:
    """The part of the calendar of tasks that is shown, as its address says it.

    `who` is a user's name, `ALL` for whatever the reader may see, or empty: the reader's own, of a client everybody's.
    It may be a tab of the client's page.
    """

    view: Literal["day", "month"]
    day: date
    who: str = ""
    client_id: UUID | None = None
    in_tab: bool = False

    def address(self, **changed: Any) -> str:
        asked = replace(self, **changed)
        if asked.in_tab:
            return f"/clients/{asked.client_id}?tab=tasks&view={asked.view}&day={asked.day}"
        return link("/tasks", view=asked.view, day=asked.day, who=asked.who, client_id=asked.client_id)

    def list_of(self, day: date) -> str:
        return self.address(view="day", day=day)

    def new(self, day: date) -> str:
        return link("/tasks/new", day=day, client_id=self.client_id)

    def assignee(self, own: str) -> str | None:
        if self.who == ALL or (self.client_id and not self.who):
            return None
        return self.who or own


def found_tasks(context: PageContext, db: Connection, asked: Asked, typed: str) -> Sequence[ShownTask]:
    """The latest first, of whoever's tasks are looked at."""
    filters = Filters(
        asked.client_id,
        asked.assignee(context.viewer.name),
        text=typed,
        known=known_by(typed),
        owing=owing_by(context.viewer, typed),
    )
    return with_reach(
        db, context.viewer, list_tasks(db, context.viewer, context.today, filters, "-begins", None, FOUND).items
    )


def in_tab(context: PageContext, client_id: UUID) -> Asked:
    """As the address of the client's page says it; a client has few tasks, so its month comes first."""
    query = context.request.query_params
    day = Form({"day": query.getlist("day")}).optional_day("day")
    return Asked("day" if query.get("view") == "day" else "month", day or context.today, "", client_id, in_tab=True)


def shown_tasks(context: PageContext, db: Connection, asked: Asked) -> dict[str, Any]:
    """What `shown_tasks.html` shows: the day's list, or the month's grid."""
    check_day(asked.day, "day")
    month, filters = asked.day.replace(day=1), Filters(asked.client_id, asked.assignee(context.viewer.name))
    if asked.view == "day":
        return {
            "asked": asked,
            "title": context.formats.long_day(asked.day),
            "steps": (asked.day - timedelta(days=1), asked.day + timedelta(days=1)),
            "listed": reached_of_day(
                db, context.viewer, tasks_of_day(db, context.viewer, context.today, asked.day, filters, IN_A_DAY)
            ),
        }
    by_day = tasks_of_month(db, context.viewer, context.today, month, filters, IN_A_CELL)
    return {
        "asked": asked,
        "title": context.formats.month(month),
        "steps": ((month - timedelta(days=1)).replace(day=1), next_month(month)),
        "weeks": weeks(context, month, by_day),
        "weekdays": context.formats.weekdays(),
    }
