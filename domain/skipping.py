"""To skip somebody in the queue: a case file, or a client with invoices due, is not shown in it before a day.

What is done with a case file meanwhile ends it, and so does the day. Nobody loses sight of a debt for long this way:
whoever has a reason to wait plans a next action.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.days import check_day

SKIPPED_AT_MOST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class QueueSkipped:
    """`until` is the business day on which it is shown again."""

    until: date


Event = QueueSkipped


def skip(until: date, *, today: date) -> QueueSkipped:
    """Raises `DayOutOfRange` for a day that is not to come, or further off than `SKIPPED_AT_MOST`."""
    check_day(until, "until", at_least=today + timedelta(days=1), at_most=today + SKIPPED_AT_MOST)
    return QueueSkipped(until)
