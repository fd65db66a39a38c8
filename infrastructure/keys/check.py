"""Whether a store's master key and its clients' keys are those that its log was written with.

Beside the clients' keys stands a check value of the master key, and the hash of the log's first event once there is
one. A store from before that, and a log that was empty when it was opened last, get theirs after something personal in
the log has been read with these keys. Nothing is written before.
"""

from collections.abc import Iterator
from typing import Any

from infrastructure.keys.client_keys import KeyCheck, Keys, KeyTable
from infrastructure.keys.keyring import Keyring, WrongMasterKey
from infrastructure.log.codec import Codec, StoredEvent, UnreadableEvent
from infrastructure.log.engine import Entry, Log

PAGE = 1_000
CHECK = "check value"


class WrongKeys(Exception):
    """The clients' keys are not there, or are another store's."""


def check_together(*, log: bool, keys: bool) -> bool:
    """Whether both are there, or neither: keys are never made anew beside a log, nor a log beside keys."""
    if log != keys:
        missing = "the clients' keys (keys.db, or the schema keys)" if log else "the log (events.db, or its tables)"
        raise WrongKeys(f"{missing} must lie beside the rest of the store, and are not there: put back a copy")
    return log


def check_keys(log: Log, table: KeyTable, keyring: Keyring) -> KeyCheck:
    """What is to be kept of them. Raises `WrongMasterKey` or `WrongKeys`, and changes nothing."""
    kept, first, values = table.check(), log.entries(0, 1), keyring.subkeys(CHECK)
    found = KeyCheck(values[0], first[0].hash if first else b"")
    if kept is not None and kept.master_key not in values:  # of a former one until a rotation is done
        raise WrongMasterKey
    if kept is not None and kept.log not in {b"", found.log}:
        raise WrongKeys("the clients' keys are not those of the log that they lie beside")
    if kept != found:
        _check_by_reading(log, table, keyring)
    return found


def keep_check(log: Log, table: KeyTable, keyring: Keyring) -> None:
    """Of two processes that make one store with a key each, the second is refused."""
    found = check_keys(log, table, keyring)
    if table.check() != found:
        table.keep_check(found)
        check_keys(log, table, keyring)


def _check_by_reading(log: Log, table: KeyTable, keyring: Keyring) -> None:
    """The first thing said about a client who is not erased, with the keys there are."""
    codec, keys = Codec(), Keys(table, keyring)
    for entry, kept in _personal(log, codec):
        clients = {client for client, _, _ in kept.personal}
        if clients - table.select([*clients]).keys():
            raise WrongKeys("the clients' keys are not those of the log that they lie beside")
        ready = keys.to_read(clients)
        try:
            codec.event(entry.name, kept, ready, stream=entry.stream, version=entry.version)
        except UnreadableEvent:
            raise WrongKeys("the clients' keys do not read what the log says about the clients") from None
        if ready:
            return


def _personal(log: Log, codec: Codec) -> Iterator[tuple[Entry, StoredEvent[Any]]]:
    position = 0
    while page := log.entries(position, PAGE):
        position = page[-1].position
        for entry in page:
            kept = codec.read(entry.name, entry.state)
            if kept.personal:
                yield entry, kept
