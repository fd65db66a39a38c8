"""What the log alone tells of an expense."""

from application import expenses
from application.streams import EventStore
from domain.expense import ExpenseClaimed
from domain.people import Actor
from domain.personal import BLOCKED
from projections.expenses.lists import ExpenseLine


def note_of(store: EventStore, viewer: Actor, line: ExpenseLine) -> str | None:
    """Which the log alone tells, but not to everybody."""
    [recorded] = store.since(line.position - 1, 1)
    assert isinstance(recorded.event, ExpenseClaimed)  # noqa: S101 - that is the position's meaning
    return recorded.event.note if expenses.is_told_to(store, viewer, recorded.event) else BLOCKED
