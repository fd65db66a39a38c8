"""Clients blocked, merged and erased."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from application.clients import own_client
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.case_file import CaseFile
from domain.case_file.activity import PartyAdded
from domain.case_file.progress import CaseFileOpened
from domain.client import Client
from domain.client.restrictions import ClientErased, ClientMerged, ErasureGround, Event, Restrictions, RetentionGround

READ_AT_ONCE = 1000


def block_client(store: EventStore, command: Command, client_id: UUID, *, reason: str | None) -> Outcome:
    return _change(store, command, client_id, lambda s: s.block(reason, by=command.actor))


def unblock_client(store: EventStore, command: Command, client_id: UUID, *, reason: str | None) -> Outcome:
    return _change(store, command, client_id, lambda s: s.unblock(reason, by=command.actor))


def set_retention(
    store: EventStore, command: Command, client_id: UUID, *, until: date, ground: RetentionGround
) -> Outcome:
    return _change(store, command, client_id, lambda s: s.set_retention(until, ground, by=command.actor))


def merge_client(store: EventStore, command: Command, client_id: UUID, *, into: UUID, reason: str | None) -> Outcome:
    """The one writes it down; the other is asked, and must not change meanwhile."""

    def decide(log: Streams) -> Decision:
        client, survivor = (own_client(log, one, command) for one in (client_id, into))
        events = client.restrictions.merge(
            into,
            survivor.restrictions,
            reason,
            itself=client_id == into,
            one_holder=client.held_by(command.today) == survivor.held_by(command.today),
            by=command.actor,
        )
        return Decision([Change(client_id, events, client_id)], id=into)

    return change(store, command, decide)


def unmerge_client(store: EventStore, command: Command, client_id: UUID, *, reason: str | None) -> Outcome:
    return _change(store, command, client_id, lambda s: s.unmerge(reason, by=command.actor))


def absorbed_by(log: EventStore, client_id: UUID) -> Sequence[UUID]:
    """All that were merged into it, or into those."""
    into = _merged(log)
    found: list[UUID] = []
    reached = {client_id}
    while reached := {one for one, survivor in into.items() if survivor in reached}:
        found.extend(sorted(reached))
    return found


def one_with(log: EventStore, clients: Collection[UUID]) -> set[UUID]:
    """They, whoever they were merged into, and all that were merged into the same: one account or another of theirs."""
    into, found = _merged(log), {*clients}
    while further := {two for pair in into.items() if not found.isdisjoint(pair) for two in pair} - found:
        found |= further
    return found


def _merged(log: EventStore) -> Mapping[UUID, UUID]:
    """Whom each client was merged into who is merged now."""
    merged = {recorded.stream for recorded in log.every(ClientMerged)}
    into = {one: log.load(Client(), one)[0].restrictions.merged_into for one in sorted(merged)}
    return {one: survivor for one, survivor in into.items() if survivor is not None}


def erase_client(
    store: EventStore,
    command: Command,
    client_id: UUID,
    *,
    ground: ErasureGround,
    case_files: Callable[[Collection[UUID]], tuple[Collection[UUID], int]],
) -> Outcome:
    """Those merged into the client are erased along.

    `case_files` tells which of them name any of these clients, in whatever role, by which position of the log. What
    came after is looked through, and nothing new comes in between: the log is locked.

    Raises `StillNeeded` where it may not be yet, which the log then holds. What follows from an erasure outside of the
    log is not done here: see `Service.forget_erased`.
    """
    with store.locked() as locked:
        absorbed = absorbed_by(locked, client_id)
        known, up_to = case_files([client_id, *absorbed])
        named = {*known, *_named_since(locked, up_to, {client_id, *absorbed})}

        def decide(log: Streams) -> Decision:
            client = log.load(Client(), client_id).restrictions
            others = {one: log.load(Client(), one).restrictions for one in absorbed}
            events = client.erase(
                ground,
                [*others.values()],
                case_files_open=any(log.load(CaseFile(), one).closed_for is None for one in sorted(named)),
                today=command.today,
                by=command.actor,
            )
            along = [one for one, other in others.items() if not other.erased] if _erases(events) else []
            changes = [Change(client_id, events), *(Change(one, [ClientErased(ground)]) for one in along)]
            return Decision(changes, id=client_id)

        outcome = change(locked, command, decide)
    client, _ = store.load(Client(), client_id)
    client.restrictions.check_erased()
    return outcome


def _erases(events: Sequence[Event]) -> bool:
    return any(isinstance(event, ClientErased) for event in events)


def _named_since(log: EventStore, position: int, clients: Collection[UUID]) -> set[UUID]:
    """The case files that have come to name any of these clients since."""
    found: set[UUID] = set()
    while later := log.since(position, READ_AT_ONCE):
        for recorded in later:
            match recorded.event:
                case CaseFileOpened(debtor_id=debtor_id, creditor_id=creditor_id):
                    named = debtor_id in clients or creditor_id in clients
                case PartyAdded(client_id=party_id):
                    named = party_id in clients
                case _:
                    named = False
            if named:
                found.add(recorded.stream)
        position = later[-1].position
    return found


def _change(
    store: EventStore, command: Command, client_id: UUID, decide: Callable[[Restrictions], Sequence[Event]]
) -> Outcome:
    def decided(log: Streams) -> Decision:
        client = own_client(log, client_id, command)
        return Decision([Change(client_id, decide(client.restrictions), client_id)], id=client_id)

    return change(store, command, decided)
