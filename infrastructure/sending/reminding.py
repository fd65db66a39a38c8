"""Puts the reminders that the policy asks for into the outbox: once a day, from the hour on that the policy says.

The leader asks it to go on again and again; each time it looks at some invoices, so that other work goes on meanwhile.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Connection

from api.http.failures import failure
from api.http.formats import formats
from application.reminders import LATE_AT_MOST, remind_by_policy
from application.streams import EventStore
from domain.business import BUSINESS, Business
from domain.correspondence import CORRESPONDENCE, Correspondence, ReminderPolicySet, ReminderStep
from domain.errors import Refusal
from projections.covering import credit_beside
from projections.messages.outbox import to_remind

AT_ONCE = 50

log = structlog.get_logger(__name__)


class Reminding:
    """It remembers up to where it has seen to a day; a new process begins the day anew, which reminds nobody twice."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._seeing_to: tuple[date, ReminderPolicySet] | None = None
        self._steps: list[ReminderStep] = []
        self._after: UUID | None = None

    def go_on(self, db: Connection, now: datetime) -> bool:
        """Whether anything was put into the outbox. Another policy is seen to at once, on the same day."""
        business, _ = self._store.load(Business(), BUSINESS)
        correspondence, _ = self._store.load(Correspondence(), CORRESPONDENCE)
        policy, local = correspondence.policy, now.astimezone(business.zone)
        if correspondence.suspended or not policy.on or local.hour < policy.from_hour:
            return False
        if self._seeing_to != (local.date(), policy):
            self._seeing_to, self._steps, self._after = (local.date(), policy), [*reversed(policy.steps)], None
        if not self._steps:
            return False
        return self._remind(db, business, self._steps[0], now, local.date())

    def _remind(self, db: Connection, business: Business, step: ReminderStep, now: datetime, today: date) -> bool:
        """The last step first: whoever is late for one is not reminded of two in one day."""
        due_to = today - timedelta(days=step.days)
        found = to_remind(db, step.days, due_to - LATE_AT_MOST + timedelta(days=1), due_to, AT_ONCE, after=self._after)
        reminded = False
        for invoice_id in found:
            try:
                remind_by_policy(
                    self._store,
                    invoice_id,
                    step,
                    at=now,
                    today=today,
                    formats=lambda language: formats(language, business),
                    credit=credit_beside(db, invoice_id),
                )
                reminded = True
            except Refusal as refusal:  # most are paid
                log.info("no reminder", invoice=str(invoice_id), why=type(refusal).__name__)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others' day has come too
                log.error("a reminder was not queued", invoice=str(invoice_id), **failure(error))  # noqa: TRY400
            self._after = invoice_id
        if len(found) < AT_ONCE:
            self._steps, self._after = self._steps[1:], None
        return reminded
