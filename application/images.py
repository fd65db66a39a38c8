"""A client's picture: kept beside the log before the log says so, and removed once it says that."""

from uuid import UUID

from application.clients import load_client
from application.files import Files
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.client import Client


def change_image(
    store: EventStore, files: Files, command: Command, client_id: UUID, *, file_id: UUID, portrait: bytes
) -> Outcome:
    """`portrait` is one as `Images` makes it."""
    before = load_client(Streams(store), client_id, command).image
    kept = files.keep(file_id, client_id, portrait)

    def decide(log: Streams) -> Decision:
        events = load_client(log, client_id, command).change_image(kept.id, kept.sha256, by=command.actor)
        return Decision([Change(client_id, events, client_id)], id=client_id)

    outcome = change(store, command, decide)
    _remove_others(store, files, client_id, before, file_id)
    return outcome


def remove_image(store: EventStore, files: Files, command: Command, client_id: UUID) -> Outcome:
    before = load_client(Streams(store), client_id, command).image

    def decide(log: Streams) -> Decision:
        events = load_client(log, client_id, command).remove_image(by=command.actor)
        return Decision([Change(client_id, events, client_id)], id=client_id)

    outcome = change(store, command, decide)
    _remove_others(store, files, client_id, before)
    return outcome


def _remove_others(store: EventStore, files: Files, client_id: UUID, *file_ids: UUID | None) -> None:
    """All but the one that the log names: a command sent again may come long after others changed the picture."""
    client, _ = store.load(Client(), client_id)
    for file_id in file_ids:
        if file_id is not None and file_id != client.image:
            files.remove(file_id)


def image_of(store: EventStore, files: Files, client_id: UUID) -> bytes | None:
    client, _ = store.load(Client(), client_id)
    return files.read(client.image) if client.image is not None else None
