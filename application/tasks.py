"""What people do with tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from application.portfolio import check_works, load_case_file
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file.activity import NewAction
from domain.client import Client
from domain.errors import Invalid, NotFound
from domain.task import Details, Event, State, Task


class NotOfThisClient(Invalid):
    title = "The task's client has no part in this case file"


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of a task, as an action on a case file of its client."""

    case_file_id: UUID
    action_id: UUID
    action: NewAction


def plan_task(
    store: EventStore, command: Command, task_id: UUID, *, client_id: UUID | None, details: Details
) -> Outcome:
    """For a client of the own portfolio, or for none; whoever sees all may for any.

    Where no address is told, not even an empty one, it is the client's.
    """

    def decide(log: Streams) -> Decision:
        planned = details
        if client_id is not None:
            client = log.load(Client(), client_id)
            if not _holds(client, command):
                raise NotFound(id=client_id)
            client.restrictions.check_usable()
            if details.address is None:
                planned = replace(details, address=address_of(client))
        return _planned(log, command, task_id, client_id, planned)

    return change(store, command, decide)


def copy_task(store: EventStore, command: Command, task_id: UUID, *, copy_id: UUID, day: date) -> Outcome:
    """The same once more, on another day."""

    def decide(log: Streams) -> Decision:
        task = _load_task(log, task_id, command)
        if task.client_id is not None:
            log.load(Client(), task.client_id).restrictions.check_usable()
        details = replace(task.details, day=day, repeats=None)  # the rule stays with the one series
        return _planned(log, command, copy_id, task.client_id, details, copy_of=task_id)

    return change(store, command, decide)


def edit_task(
    store: EventStore, command: Command, task_id: UUID, *, details: Details, seen: int | None = None
) -> Outcome:
    """`seen` is the version that was changed: refused where it is another by now."""

    def decide(log: Streams) -> Decision:
        task = _load_task(log, task_id, command, tells=True)
        log.check_seen(task_id, seen)
        events = task.edit(details, zone=_zone(log), today=command.today, by=command.actor)
        if details.assignee != task.details.assignee:
            check_works(log, details.assignee, "assignee")
        return Decision([Change(task_id, events, task.subject)], id=task_id)

    return change(store, command, decide)


def start_task(store: EventStore, command: Command, task_id: UUID) -> Outcome:
    return _change_task(store, command, task_id, lambda task: task.start(by=command.actor))


def mark_task_unattended(store: EventStore, command: Command, task_id: UUID) -> Outcome:
    """Where it repeats, its next occurrence is planned too."""

    def decide(log: Streams) -> Decision:
        task = _load_task(log, task_id, command)
        next_id, following = _going_on(log, command, task_id, task)
        events = task.mark_unattended(next_id=next_id, by=command.actor)
        return Decision([Change(task_id, events, task.subject), *following], id=task_id)

    return change(store, command, decide)


def reopen_task(store: EventStore, command: Command, task_id: UUID, *, seen: State | None = None) -> Outcome:
    """`seen` is the state whose step is to be taken back; any where it is None."""
    return _change_task(store, command, task_id, lambda task: task.reopen(seen=seen, by=command.actor))


def complete_task(
    store: EventStore,
    command: Command,
    task_id: UUID,
    *,
    result: str | None = None,
    logged: Logged | None = None,
    ask_first: bool = False,
) -> Outcome:
    """With an action on a case file of the client, if what came of it belongs there: both are recorded, or neither.

    Where it repeats, its next occurrence is planned too.
    """

    def decide(log: Streams) -> Decision:
        task = _load_task(log, task_id, command, tells=result is not None)
        next_id, following = _going_on(log, command, task_id, task)
        if logged is None:
            completed = task.complete(result, next_id=next_id, by=command.actor)
            return Decision([Change(task_id, completed, task.subject), *following], id=task_id)
        case_file = load_case_file(log, logged.case_file_id, command.actor, command.today)
        log.load(Client(), case_file.debtor_id).restrictions.check_not_blocked()
        if task.client_id is None or not case_file.work.concerns(task.client_id):
            raise NotOfThisClient(field="case_file_id")
        logged_at = (logged.case_file_id, logged.action_id)
        completed = task.complete(result, logged=logged_at, next_id=next_id, by=command.actor)
        action = case_file.log_action(
            logged.action_id, logged.action, ask_first=ask_first, today=command.today, by=command.actor
        )
        both = [Change(task_id, completed, task.subject), Change(logged.case_file_id, action, case_file.debtor_id)]
        return Decision([*both, *following], id=task_id)

    return change(store, command, decide)


def address_of(client: Client) -> str | None:
    return client.details.address.line if client.details else None


def _planned(
    log: Streams, command: Command, task_id: UUID, client_id: UUID | None, details: Details, copy_of: UUID | None = None
) -> Decision:
    planned = log.load_or_new(Task(), task_id).plan(
        details, client_id=client_id, copy_of=copy_of, zone=_zone(log), today=command.today, by=command.actor
    )
    check_works(log, details.assignee, "assignee")
    subject = Task().evolve(planned[0]).subject
    return Decision([Change(task_id, planned, subject)], id=task_id)


def _going_on(log: Streams, command: Command, task_id: UUID, task: Task) -> tuple[UUID | None, Sequence[Change]]:
    """The next occurrence of a task that repeats: its id, and what plans it. There is none for who was erased."""
    following = task.next(command.today)
    if following is None or (task.client_id is not None and log.load(Client(), task.client_id).restrictions.erased):
        return None, []
    next_id = uuid5(command.id, f"after {task_id}")
    planned = Task().plan(
        following, client_id=task.client_id, copy_of=task_id, zone=None, today=command.today, by=command.actor
    )
    return next_id, [Change(next_id, planned, Task().evolve(planned[0]).subject)]


def _zone(log: Streams) -> ZoneInfo:
    return log.load_or_new(Business(), BUSINESS).zone


def _change_task(
    store: EventStore, command: Command, task_id: UUID, decide: Callable[[Task], Sequence[Event]]
) -> Outcome:
    """For what the task alone decides."""

    def decided(log: Streams) -> Decision:
        task = _load_task(log, task_id, command)
        return Decision([Change(task_id, decide(task), task.subject)], id=task_id)

    return change(store, command, decided)


def _load_task(log: Streams, task_id: UUID, command: Command, *, tells: bool = False) -> Task:
    """A collector works the tasks given to them and those of the own clients; others seem not to be there.

    `tells`: what is done tells something of the client, which could not be kept of one who is erased. Steps can still
    be taken then, so that nothing stays open for ever.
    """
    task = log.load(Task(), task_id)
    client = log.load(Client(), task.client_id) if task.client_id else None
    given = task.details.assignee == command.actor.name
    if not (command.actor.sees_all or given or (client and _holds(client, command))):
        raise NotFound(id=task_id)
    if client is not None and tells:
        client.restrictions.check_may_be_told()
    elif client is not None:
        client.restrictions.check_not_blocked()
    return task


def _holds(client: Client, command: Command) -> bool:
    return command.actor.sees(client.held_by(command.today))
