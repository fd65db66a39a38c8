"""A case file's notices to its debtor: a demand, the reminder of a promise or of an instalment, from the templates."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from application.portfolio import load_case_file
from application.recipients import addressee
from application.sending import Addressed, Draft, check_may_go_on, held_back, queued
from application.streams import Command, Decision, EventStore, Outcome, Streams, change
from application.wording import FormatsIn, abroad_of, name_of, of_debt, sender_of, written, zero_in
from domain.case_file import CaseFile
from domain.case_file.debt import DebtAdjusted, ItemsAdded, Part
from domain.case_file.progress import CaseFileIsClosed, CaseFileOpened
from domain.case_file.promises import PromiseMade, PromiseNotFound
from domain.case_file.schedule import Instalment, PaymentPlanAgreed, PaymentPlanEnded, of_invoices, taken_off
from domain.client import Client
from domain.correspondence.templates import NOTICES, Placeholder, TemplateKind
from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.issuer import ISSUER, Issuer
from domain.message import Kind, Matter
from domain.money import Money
from domain.people import WORKS
from domain.sending import Language

KINDS: Mapping[TemplateKind, Kind] = {
    TemplateKind.DEMAND: Kind.DEMAND,
    TemplateKind.PROMISE_REMINDER: Kind.PROMISE_REMINDER,
    TemplateKind.INSTALMENT_REMINDER: Kind.INSTALMENT_REMINDER,
}


_Due = tuple[UUID | None, Instalment]
"""With the invoice of ours that it is, if any."""


class NotANotice(Invalid):
    title = "A case file's notice is a demand, or the reminder of a promise or an instalment"


class NothingOwed(Conflict):
    title = "Nothing is owed on this case file"


class NoticeWaits(Conflict):
    title = "The same notice waits to be sent already"

    def __init__(self, since: datetime, reference: str) -> None:
        """`since` is when it was queued."""
        super().__init__(since=since, reference=reference)
        self.since = since
        self.reference = reference


class NothingExpected(Conflict):
    title = "There is no promise or instalment to remind of"


def send_notice(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    *,
    message_id: UUID,
    notice: TemplateKind,
    addressed: Addressed,
    language: Language | None = None,
    promise_id: UUID | None = None,
    formats: FormatsIn,
    credit: Money | None,
    waits: datetime | None = None,
) -> Outcome:
    """In the language of the business, unless another is asked for; of a promise, the next one if none is named.

    `credit` is what the debtor has paid too much elsewhere, as read models know it. Raises `HeldBack`
    unless a supervisor says why it is sent all the same. `waits`: whoever asks first knows of another of the kind
    that was queued then, and waits: it is refused.

    It becomes an action on the case file once it is known whether it arrived: see `application/outbox.py`.
    """

    def decide(log: Streams) -> Decision:
        draft = draft_notice(log, command, case_file_id, notice, language, promise_id, formats, credit)
        if waits is not None:
            reference = load_case_file(log, case_file_id, command.actor, command.today).reference
            raise NoticeWaits(waits, reference)
        return queued(log, command, message_id, draft, addressed)

    return change(store, command, decide)


def draft_notice(
    log: Streams,
    command: Command,
    case_file_id: UUID,
    notice: TemplateKind,
    language: Language | None,
    promise_id: UUID | None,
    formats: FormatsIn,
    credit: Money | None,
) -> Draft:
    """While the case file is disputed or in insolvency, or what is owed is covered, it is a supervisor's alone."""
    command.actor.require(*WORKS)
    case_file = load_case_file(log, case_file_id, command.actor, command.today)
    if notice not in NOTICES:
        raise NotANotice(field="kind", known=[*NOTICES])
    _check_notifiable(case_file)
    spoken = language or log.load_or_new(Issuer(), ISSUER).terms.language
    client, in_words = addressee(log, case_file.debtor_id), formats(spoken)
    values = {**of_debt(case_file_id, case_file, in_words), Placeholder.CREDITOR: _creditor(log, case_file)}
    if case_file.creditor_id is not None:  # else the debtor told us, or owes us by what we did together
        values[Placeholder.SOURCE] = values[Placeholder.CREDITOR]
    owed = case_file.outstanding
    if notice is not TemplateKind.DEMAND:
        expected = expected_of(log.history(case_file_id), case_file, notice, promise_id, command.today)
        values[Placeholder.AMOUNT] = in_words.money(expected.amount)
        values[Placeholder.DUE_ON] = in_words.spelled_day(expected.due_on)
        owed = expected.amount
    stopped = case_file.stops_demands or held_back(case_file.ledger, owed, credit)
    check_may_go_on(stopped, command.actor)
    template = written(
        log, notice, spoken, client[1], values, today=command.today, formats=formats, nothing=zero_in(case_file)
    )
    abroad = abroad_of(log, client[1], in_words)
    return Draft(
        KINDS[notice], Matter.CASE_FILE, case_file_id, *client, spoken, template, abroad=abroad, stopped=stopped
    )


def expected_of(
    history: Sequence[Event], case_file: CaseFile, notice: TemplateKind, promise_id: UUID | None, today: date
) -> Instalment:
    """What is to be paid when: of a promise that stands, or of the schedule what is due next and not paid."""
    if notice is TemplateKind.PROMISE_REMINDER:
        return _promised(history, case_file, promise_id, today)
    unpaid = unpaid_instalments(_in_force(history), case_file.outstanding)
    if not unpaid:
        raise NothingExpected
    return next((one for one in unpaid if one.due_on >= today), unpaid[-1])


def nothing_expected(store: EventStore, case_file_id: UUID, today: date) -> Collection[TemplateKind]:
    """Of which notices there is nothing to remind."""
    case_file, _ = store.load(CaseFile(), case_file_id)
    history = [one.event for one in store.history(case_file_id)]
    none: list[TemplateKind] = []
    for notice in NOTICES:
        try:
            if notice is not TemplateKind.DEMAND:
                expected_of(history, case_file, notice, None, today)
        except NothingExpected:
            none.append(notice)
    return none


def unpaid_instalments(schedule: Sequence[Instalment], outstanding: Money) -> Sequence[Instalment]:
    """What is left of each: money pays the first ones, so the last ones are what is outstanding."""
    left, unpaid = max(outstanding, Money.zero(outstanding.currency)), list[Instalment]()
    for one in sorted(schedule, key=lambda one: one.due_on, reverse=True):
        amount = min(left, one.amount)
        left -= amount
        if amount.amount > 0:
            unpaid.append(Instalment(one.due_on, amount))
    return unpaid[::-1]


def _promised(history: Sequence[Event], case_file: CaseFile, promise_id: UUID | None, today: date) -> Instalment:
    standing = [
        one for one in history if isinstance(one, PromiseMade) and case_file.promises.standing.get(one.promise_id)
    ]
    if promise_id is not None:
        named = next((one for one in standing if one.promise_id == promise_id), None)
        if named is None:
            raise PromiseNotFound(promise_id=promise_id)
        return Instalment(named.due_on, named.amount)
    if not standing:
        raise NothingExpected
    by_day = sorted(standing, key=lambda one: one.due_on)
    chosen = next((one for one in by_day if one.due_on >= today), by_day[-1])
    return Instalment(chosen.due_on, chosen.amount)


def _in_force(history: Sequence[Event]) -> Sequence[Instalment]:
    """The plan that was agreed, while it lasts; else the schedule that the debt came with. What was added to the debt
    since is due beside it, each item on its own day. Each less what adjustments of the principal took off it."""
    schedule: Sequence[_Due] = ()
    plan: Sequence[_Due] = ()
    adjusted, since_plan = Counter[UUID | None](), Counter[UUID | None]()
    for event in history:
        match event:
            case CaseFileOpened():
                owed = [(Instalment(item.due_on, item.amount), item.invoice_id) for item in event.items]
                schedule = [*zip(of_invoices(event.schedule, owed), event.schedule, strict=True)]
            case ItemsAdded():
                added = [(item.invoice_id, Instalment(item.due_on, item.amount)) for item in event.items]
                schedule = [*schedule, *added]
                plan = [*plan, *added] if plan else ()
            case DebtAdjusted(part=Part.PRINCIPAL):
                adjusted[event.invoice_id] += event.amount.minor
                since_plan[event.invoice_id] += event.amount.minor
            case PaymentPlanAgreed():
                plan = [(None, one) for one in event.instalments]
                since_plan.clear()
            case PaymentPlanEnded():
                plan = ()
            case _:
                pass
    due = sorted(plan or schedule, key=lambda one: one[1].due_on)
    off = taken_off([(of, one.amount.minor) for of, one in due], since_plan if plan else adjusted)
    return [
        replace(one, amount=one.amount - Money.of_minor(minor, one.amount.currency))
        for (_, one), minor in zip(due, off, strict=True)
    ]


def _check_notifiable(case_file: CaseFile) -> None:
    if case_file.closed_for is not None:
        raise CaseFileIsClosed(closed_for=case_file.closed_for)
    if case_file.outstanding.amount <= 0:
        raise NothingOwed


def _creditor(log: Streams, case_file: CaseFile) -> str:
    return name_of(log.load(Client(), case_file.creditor_id)) if case_file.creditor_id else sender_of(log)
