"""Expenses: claimed, decided on, and settled month by month.

An approval writes up to three streams at once: the expense, its claimer's account, and the case file whose debtor
bears it. Undoing it takes the cost back with a correction on the day of the cost: what was never owed may leave credit
where it has been paid meanwhile. A closed case file takes neither; and a cost that was waived meanwhile stays.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from application.attachments import Attachment, checked
from application.collection import case_file_changes
from application.files import Files, Images
from application.portfolio import load_case_file
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file.debt import AdjustmentKind, AdjustmentTooLarge, Part
from domain.client import Client
from domain.errors import Conflict, Invalid, NotFound
from domain.expense import BorneBy, Event, Expense, ExpenseAttached, ExpenseClaimed, NewExpense, State, about
from domain.expense_account import Event as AccountEvent
from domain.expense_account import ExpenseAccount, ExpensesSettled, account_id
from domain.people import WORKS, Actor, user_id
from domain.personal import LINE


class NoCreditor(Invalid):
    title = "The debt of this case file is our own: there is no creditor to bear it"


class CostTakenOffMeanwhile(Conflict):
    title = "The cost on the case file was waived or corrected meanwhile, so the approval cannot be undone"


# Claiming


def claim_expense(
    store: EventStore,
    command: Command,
    expense_id: UUID,
    *,
    files: Files,
    expense: NewExpense,
    attachment: Attachment | None = None,
) -> Outcome:
    """With what is attached to it, if something is: both or neither."""
    kept = _keeper(files, attachment) if attachment else None

    def decide(log: Streams) -> Decision:
        debtor_id = _check_case_file(log, command, expense_id, expense)
        new = log.load_or_new(Expense(), expense_id)
        events = new.claim(expense, debtor_id=debtor_id, today=command.today, by=command.actor)
        subject = about(debtor_id, command.actor.name)
        attached = [kept(subject)] if kept else []
        return Decision([Change(expense_id, [*events, *attached], subject)], id=expense_id)

    return change(store, command, decide)


def _check_case_file(log: Streams, command: Command, expense_id: UUID, new: NewExpense) -> UUID | None:
    """Its debtor. What the debtor is to bear must be a cost that could be charged as things stand."""
    if new.case_file_id is None:
        return None
    case_file = load_case_file(log, new.case_file_id, command.actor, command.today)
    log.load(Client(), case_file.debtor_id).restrictions.check_may_be_told()
    if new.borne_by is BorneBy.DEBTOR:
        case_file.charge_cost(expense_id, new.amount, new.spent_on, None, today=command.today, by=command.actor)
    if new.borne_by is BorneBy.CREDITOR and case_file.creditor_id is None:
        raise NoCreditor(field="borne_by")
    return case_file.debtor_id


def attach(
    store: EventStore,
    command: Command,
    expense_id: UUID,
    *,
    files: Files,
    images: Images,
    content: bytes,
    field: str = "attachment",
) -> Outcome:
    """In place of what was attached before. Who may not attach anything is refused before it is looked at."""
    command.actor.require(*WORKS)
    attachment = checked(content, images, field=field)
    kept = _keeper(files, attachment)

    def decide(log: Streams) -> Decision:
        expense = _load(log, expense_id, command.actor)
        expense.check_changeable(command.actor)  # before anything is kept
        if (debtor := _debtor(log, expense.claimed)) is not None:
            debtor.restrictions.check_may_be_told()
        events = expense.attach(kept(expense.subject), by=command.actor)
        return Decision([Change(expense_id, events, expense.subject)], id=expense_id)

    return change(store, command, decide)


def _keeper(files: Files, attachment: Attachment) -> Callable[[UUID], ExpenseAttached]:
    """Kept once, by the first try that comes so far: the last one holds the log's lock, and files lie beside it."""

    @cache
    def kept(subject: UUID) -> ExpenseAttached:
        return attachment.kept_about(subject, files)

    return kept


def withdraw_expense(store: EventStore, command: Command, expense_id: UUID) -> Outcome:
    def decide(log: Streams) -> Decision:
        expense = _load(log, expense_id, command.actor)
        return Decision([Change(expense_id, expense.withdraw(by=command.actor), expense.subject)], id=expense_id)

    return change(store, command, decide)


# Deciding


def approve_expense(store: EventStore, command: Command, expense_id: UUID, *, despite: str | None = None) -> Outcome:
    """`despite`: why the debtor is charged with it though the case file is disputed or in insolvency."""

    def decide(log: Streams) -> Decision:
        expense = _load(log, expense_id, command.actor)
        claim = expense.claimed
        account = log.load_or_new(ExpenseAccount(), account_id(claim.claimed_by))
        approved = expense.approve(four_eyes=_four_eyes(log), by=command.actor)
        entered = account.enter(expense_id, claim.amount, claim.spent_on, collector=claim.claimed_by)
        return _decided(expense_id, expense, approved, entered, _charged(log, command, expense_id, claim, despite))

    return change(store, command, decide)


def reject_expense(store: EventStore, command: Command, expense_id: UUID, *, reason: str | None) -> Outcome:
    def decide(log: Streams) -> Decision:
        expense = _load(log, expense_id, command.actor)
        rejected = expense.reject(reason, four_eyes=_four_eyes(log), by=command.actor)
        return _decided(expense_id, expense, rejected)

    return change(store, command, decide)


def reopen_expense(
    store: EventStore, command: Command, expense_id: UUID, *, adjustment_id: UUID, reason: str | None
) -> Outcome:
    """`adjustment_id` is that of the correction on the case file, where there is a cost to take back."""

    def decide(log: Streams) -> Decision:
        expense = _load(log, expense_id, command.actor)
        reopened = expense.reopen(reason, four_eyes=_four_eyes(log), by=command.actor)
        if expense.state is not State.APPROVED:
            return _decided(expense_id, expense, reopened)
        claim = expense.claimed
        account = log.load_or_new(ExpenseAccount(), account_id(claim.claimed_by))
        taken_back = _taken_back(log, command, claim, adjustment_id, reason)
        return _decided(expense_id, expense, reopened, account.take_out(expense_id), taken_back)

    return change(store, command, decide)


def _charged(
    log: Streams, command: Command, expense_id: UUID, claim: ExpenseClaimed, despite: str | None
) -> Sequence[Change]:
    """The cost has the expense's id: so a case file tells what a cost came from."""
    if claim.borne_by is not BorneBy.DEBTOR or claim.case_file_id is None:
        return ()
    case_file = load_case_file(log, claim.case_file_id, command.actor, command.today)
    concept = " ".join((claim.note or "").split())[:LINE]
    charged = case_file.charge_cost(
        expense_id, claim.amount, claim.spent_on, concept, despite=despite, today=command.today, by=command.actor
    )
    return case_file_changes(log, command, claim.case_file_id, case_file, charged)


def _taken_back(
    log: Streams, command: Command, claim: ExpenseClaimed, adjustment_id: UUID, why: str | None
) -> Sequence[Change]:
    """On the day of the cost, so that on no day, seen from now on, the debtor owed it."""
    if claim.borne_by is not BorneBy.DEBTOR or claim.case_file_id is None:
        return ()
    case_file = load_case_file(log, claim.case_file_id, command.actor, command.today)
    correction = AdjustmentKind.CORRECTION, Part.COSTS, -claim.amount, claim.spent_on, why
    try:
        taken_back = case_file.adjust_debt(adjustment_id, *correction, today=command.today, by=command.actor)
    except AdjustmentTooLarge:
        raise CostTakenOffMeanwhile(case_file_id=claim.case_file_id) from None
    return case_file_changes(log, command, claim.case_file_id, case_file, taken_back)


def _decided(
    expense_id: UUID,
    expense: Expense,
    events: Sequence[Event],
    on_account: Sequence[AccountEvent] = (),
    on_case_file: Sequence[Change] = (),
) -> Decision:
    claimer = expense.claimed.claimed_by
    account = [Change(account_id(claimer), on_account, user_id(claimer))] if on_account else []
    return Decision([Change(expense_id, events, expense.subject), *account, *on_case_file], id=expense_id)


# Months


def settle_month(store: EventStore, command: Command, *, settlement_id: UUID, collector: str, month: date) -> Outcome:
    """Close a person's month (by its first day): the settlement and every expense that it settles, in one append."""
    account_stream = account_id(collector)

    def decide(log: Streams) -> Decision:
        account = log.load_or_new(ExpenseAccount(), account_stream)
        four_eyes = _four_eyes(log)
        events = account.settle(
            settlement_id, month, collector=collector, four_eyes=four_eyes, today=command.today, by=command.actor
        )
        settled = [
            expense_id for event in events if isinstance(event, ExpensesSettled) for expense_id in event.expenses
        ]
        return Decision(
            [
                Change(account_stream, events, user_id(collector)),
                *_each(log, settled, lambda expense: expense.settle(settlement_id, month)),
            ],
            id=settlement_id,
        )

    return change(store, command, decide)


def reopen_month(store: EventStore, command: Command, *, collector: str, month: date, reason: str | None) -> Outcome:
    """The last one that was closed: its expenses are approved again, and wait for the next closing."""
    account_stream = account_id(collector)

    def decide(log: Streams) -> Decision:
        account = log.load_or_new(ExpenseAccount(), account_stream)
        events = account.reopen(month, reason, collector=collector, four_eyes=_four_eyes(log), by=command.actor)
        last = account.closed[-1]
        return Decision(
            [
                Change(account_stream, events, user_id(collector)),
                *_each(log, last.settled, lambda expense: expense.unsettle(last.settlement_id)),
            ],
            id=last.settlement_id,
        )

    return change(store, command, decide)


def _each(log: Streams, expense_ids: Iterable[UUID], decide: Callable[[Expense], Sequence[Event]]) -> Sequence[Change]:
    loaded = {expense_id: log.load(Expense(), expense_id) for expense_id in expense_ids}
    return [Change(expense_id, decide(expense), expense.subject) for expense_id, expense in loaded.items()]


# Asking


def find_expense(store: EventStore, viewer: Actor, expense_id: UUID) -> Expense:
    """As the log has it. Raises `NotFound` where it is not there or not to be seen."""
    return _load(Streams(store), expense_id, viewer)


def is_told_to(store: EventStore, viewer: Actor, claimed: ExpenseClaimed) -> bool:
    """Whether note, reasons and what is attached may be read: where the debtor is blocked, by an auditor alone."""
    debtor = _debtor(Streams(store), claimed)
    return debtor is None or debtor.restrictions.seen(viewer)


def read_attachment(store: EventStore, files: Files, viewer: Actor, expense_id: UUID) -> Attachment:
    """Raises `NotFound` where there is none, or none any more; `ClientHidden` where it is about one who is blocked."""
    log = Streams(store)
    expense = _load(log, expense_id, viewer)
    if (debtor := _debtor(log, expense.claimed)) is not None:
        debtor.restrictions.check_seen(viewer)
    attached = expense.attachment
    content = files.read(attached.file_id) if attached else None
    if attached is None or content is None:
        raise NotFound(id=expense_id)
    return Attachment(attached.media_type, content)


def _load(log: Streams, expense_id: UUID, actor: Actor) -> Expense:
    """One's own, or anybody's for those who see all."""
    expense = log.load(Expense(), expense_id)
    if not actor.sees_all and expense.claimed.claimed_by != actor.name:
        raise NotFound(id=expense_id)
    return expense


def _debtor(log: Streams, claimed: ExpenseClaimed) -> Client | None:
    """Whom what is said in it is about, where it belongs to a case file."""
    return log.load(Client(), claimed.debtor_id) if claimed.debtor_id else None


def _four_eyes(log: Streams) -> bool:
    return log.load_or_new(Business(), BUSINESS).four_eyes
