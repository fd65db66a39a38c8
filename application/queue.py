"""The queue of whom to reach next: to skip somebody in it until a day."""

from datetime import date
from uuid import UUID

from application.clients import own_client
from application.portfolio import change_case_file
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change


def skip_case_file(store: EventStore, command: Command, case_file_id: UUID, *, until: date) -> Outcome:
    return change_case_file(
        store, command, case_file_id, lambda file: file.skip(until, today=command.today, by=command.actor)
    )


def skip_client(store: EventStore, command: Command, client_id: UUID, *, until: date) -> Outcome:
    """With the invoices that are due from this client; a case file of theirs is skipped by itself."""

    def decide(log: Streams) -> Decision:
        client = own_client(log, client_id, command)
        skipped = client.skip(until, today=command.today, by=command.actor)
        return Decision([Change(client_id, skipped, client_id)], id=client_id)

    return change(store, command, decide)
