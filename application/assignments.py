"""Who holds which clients: assigned now or planned, one or many at once, taken back; and substitutes for some days.

Many at once are one append: all of them change hands or none does. `LIMIT` is what one append is asked to carry; more
go zone by zone.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from application.clients import own_client
from application.portfolio import check_user, check_works
from application.restrictions import one_with
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.client import Client, portfolio
from domain.errors import Conflict, Invalid, Refusal
from domain.events import Recorded
from domain.people import PLANNER, NoSuchUser, OnlyReads, Role, User, user_id

LIMIT = 5_000
"""Clients. Their streams are read one by one, which on PostgreSQL takes some seconds of it."""


class NobodyChosen(Invalid):
    title = "There is no client among those that were chosen"


class NobodyMoves(Conflict):
    """There would be nothing to undo."""

    title = "All of them are assigned like that already"


class TooManyClients(Invalid):
    title = "These are too many clients for one go: choose fewer, by zone or by collector"


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one client when many were given back; `refused` says why it was left as it is."""

    client_id: UUID
    refused: Refusal | None = None


def assign_client(
    store: EventStore, command: Command, client_id: UUID, *, collector: str | None, from_on: date
) -> Outcome:
    """To this collector, or to nobody; planned, where the day is yet to come."""
    return _assign(store, command, [client_id], collector=collector, from_on=from_on, made=client_id)


def reassign_clients(
    store: EventStore,
    command: Command,
    choose: Callable[[], Collection[UUID]],
    *,
    collector: str | None,
    from_on: date,
) -> Outcome:
    """All of them or none. The outcome's id is that of the reassignment, by which it is undone.

    `choose` says which clients; it is not asked where the same command was carried out before, for then others are
    meant by "all of Ana's".
    """
    command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    if (known := store.outcome_of(command)) is not None:
        return known
    client_ids = choose()
    if not client_ids:
        raise NobodyChosen(field="clients")
    if len(client_ids) > LIMIT:
        raise TooManyClients(field="clients", count=len(client_ids), at_most=LIMIT)
    return _assign(store, command, sorted({*client_ids}), collector=collector, from_on=from_on, made=command.id)


def _assign(
    store: EventStore,
    command: Command,
    client_ids: Sequence[UUID],
    *,
    collector: str | None,
    from_on: date,
    made: UUID,
) -> Outcome:
    """Those that were merged go together, as they have one holder."""
    today, by = command.today, command.actor

    def decide(log: Streams) -> Decision:
        by.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        changes: list[Change] = []
        for client_id in sorted(one_with(store, client_ids)):
            client, plan_id = log.load(Client(), client_id), uuid5(command.id, f"plan {client_id}")
            events = client.assign_to_collector(collector, from_on, plan_id=plan_id, today=today, by=by)
            changes.append(Change(client_id, events, client_id))
        if collector is not None:
            check_works(log, collector)
        moving = [one for one in changes if one.events]
        if not moving and made == command.id:
            raise NobodyMoves(field="to")
        return Decision(moving, id=made)

    return change(store, command, decide)


def cancel_assignments(store: EventStore, command: Command, plans: Collection[tuple[UUID, UUID]]) -> Outcome:
    """Plans that wait, each with its client: all of them or none."""
    by_client: dict[UUID, list[UUID]] = {}
    for client_id, plan_id in sorted(plans):
        by_client.setdefault(client_id, []).append(plan_id)

    def decide(log: Streams) -> Decision:
        changes: list[Change] = []
        for client_id, plan_ids in by_client.items():
            client = own_client(log, client_id, command)
            events = [event for one in plan_ids for event in client.cancel_assignment(one, by=command.actor)]
            changes.append(Change(client_id, events, client_id))
        return Decision(changes, id=command.id)

    return change(store, command, decide)


def carry_out_assignment(
    store: EventStore, client_id: UUID, *, plan_id: UUID, correlation_id: UUID, at: datetime, today: date
) -> Outcome:
    """What was planned, once its day has come; nothing where it is not planned any more, or was carried out already.

    The command's id follows from the plan, so that however many processes try, and however often, it happens once. So
    nothing must be recorded under it before its day.
    """
    client, _ = store.load(Client(), client_id)
    if client.portfolio.due(plan_id, today) is None:
        return Outcome(client_id, store.head()[0])
    command = Command(
        uuid5(plan_id, "carried out"),
        PLANNER,
        at,
        today,
        correlation_id,
        causation_id=plan_id,
        route="planned assignment",
        fingerprint=plan_id.bytes,
    )

    def decide(log: Streams) -> Decision:
        client = log.load(Client(), client_id)
        plan = client.portfolio.due(plan_id, today)
        if plan is None:
            return Decision([], id=client_id)
        try:
            if plan.collector is not None:
                check_works(log, plan.collector)
            may_hold = True
        except (NoSuchUser, OnlyReads):
            may_hold = False
        return Decision(
            [Change(client_id, client.portfolio.carry_out(plan, may_hold=may_hold), client_id)], id=client_id
        )

    return change(store, command, decide)


def undo_assignments(
    store: EventStore, command: Command, client_ids: Sequence[UUID], *, done_by: UUID
) -> tuple[Outcome, Sequence[Undone]]:
    """What that command did with these clients, wherever it was the last that changed who holds them.

    The others are left as they are, each with the refusal that says why.
    """
    results: list[Undone] = []

    def decide(log: Streams) -> Decision:
        command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        results.clear()
        changes: list[Change] = []
        for client_id in client_ids:
            try:
                events = portfolio.undo(_of_portfolio(log.recorded(client_id)), done_by, today=command.today)
            except Refusal as refusal:
                results.append(Undone(client_id, refusal))
            else:
                results.append(Undone(client_id))
                changes.append(Change(client_id, events, client_id))
        return Decision(changes, id=done_by)

    outcome = change(store, command, decide)
    return outcome, results or [_undone(store, command, client_id, done_by) for client_id in client_ids]


def _undone(store: EventStore, command: Command, client_id: UUID, done_by: UUID) -> Undone:
    """What this command, which was carried out before, did then."""
    history = _of_portfolio(store.history(client_id))
    if all(by != command.id for by, _ in history):
        try:
            portfolio.undo(history, done_by, today=command.today)
        except Refusal as refusal:
            return Undone(client_id, refusal)
    return Undone(client_id)


def _of_portfolio(recorded: Sequence[Recorded]) -> Sequence[tuple[UUID, portfolio.Event]]:
    return [(one.command_id, one.event) for one in recorded if isinstance(one.event, portfolio.Event)]


# Substitutes


def appoint_substitute(
    store: EventStore,
    command: Command,
    substitution_id: UUID,
    *,
    collector: str,
    substitute: str,
    from_on: date,
    until_on: date,
) -> Outcome:
    """From one day to another, both included, `substitute` works the portfolio of `collector` too."""

    def decide(log: Streams) -> Decision:
        command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
        check_user(log, collector)
        check_works(log, substitute, field="substitute")
        log.load(User(), user_id(collector)).check_does_not_stand_in(substitute, from_on, until_on)
        events = log.load(User(), user_id(substitute)).stand_in(
            substitution_id, collector, from_on, until_on, today=command.today, by=command.actor
        )
        return Decision([Change(user_id(substitute), events)], id=substitution_id)

    return change(store, command, decide)


def end_substitution(store: EventStore, command: Command, substitution_id: UUID, *, substitute: str) -> Outcome:
    """From today on."""

    def decide(log: Streams) -> Decision:
        user = log.load(User(), user_id(substitute))
        events = user.end_substitution(substitution_id, today=command.today, by=command.actor)
        return Decision([Change(user_id(substitute), events)], id=substitution_id)

    return change(store, command, decide)
