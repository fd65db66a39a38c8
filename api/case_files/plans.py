"""Forms of several rows: the instalments of a payment plan, divided evenly or written by hand, and a debt's items."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from api.pages.context import PageContext
from api.pages.forms import Form
from api.pages.rows import as_typed
from domain.case_file.schedule import Instalment, equal_instalments
from domain.days import check_day
from domain.errors import Invalid, Refusal
from domain.money import Money

INSTALMENT = ("due_on", "amount")
ITEM = ("number", "issued_on", "due_on", "amount")
ITEMS_AT_ONCE = 5

INSTALMENTS_AT_MOST = 24


class InstalmentsOutOfRange(Invalid):
    title = "A plan made here has 1 to 24 instalments"


class Every(StrEnum):
    MONTH = "month"
    FORTNIGHT = "fortnight"
    WEEK = "week"


def month_later(day: date, months: int) -> date:
    """The same day of a later month, or its last where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def days_of(first_on: date, count: int, every: Every) -> Sequence[date]:
    if every is Every.MONTH:
        return [month_later(first_on, months) for months in range(count)]
    step = timedelta(weeks=1 if every is Every.WEEK else 2)
    return [first_on + step * number for number in range(count)]


def plan_rows(context: PageContext, outstanding: Money, sent: Form | None) -> Mapping[str, Any]:
    """What was typed, if it was refused; else what the address asks for, divided to the last cent."""
    first_on = month_later(context.today, 1)
    asked: dict[str, Sequence[str]] = {"count": ["3"], "first_on": [first_on.isoformat()], "every": [Every.MONTH]}
    query = context.request.query_params
    form = Form({**asked, **{name: [query[name]] for name in asked if name in query}, "form_name": ["division"]})
    if sent:
        return {"division": form, "rows": as_typed(sent, INSTALMENT)}
    if "count" not in query:
        return {"division": form, "rows": []}
    try:
        rows = _divided(form, outstanding)
    except Refusal as refusal:
        return {"division": form.refused(refusal), "rows": []}
    return {"division": form, "rows": [(one.due_on.isoformat(), context.formats.typed(one.amount)) for one in rows]}


def _divided(form: Form, outstanding: Money) -> Sequence[Instalment]:
    count, first_on = form.number("count"), form.day("first_on")
    if not 1 <= count <= INSTALMENTS_AT_MOST:
        raise InstalmentsOutOfRange(field="count")
    check_day(first_on, "first_on")
    return equal_instalments(outstanding, days_of(first_on, count, form.choice("every", Every)))
