"""Clients' keys: what is personal is encrypted with the key of the client it is about, so forgetting one key erases it.

Each key lies in a table wrapped by the master key. It is on the disk before anything encrypted with it is.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from threading import Event, Lock
from typing import NamedTuple, Protocol
from uuid import UUID

from cachetools import LRUCache
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infrastructure.keys.keyring import Keyring, WrongMasterKey, seal, unseal
from infrastructure.log.engine import StoreDamaged

WRAPPING = "clients' keys"
PAGE = 1_000
KEPT = 100_000
"""How many clients' keys are held: as bytes, since a cipher made ready takes 2 KB and less than 2 µs."""


class KeyCheck(NamedTuple):
    """Which master key the clients' keys are wrapped by, as a value that does not tell it, and which log they are of,
    by the hash of its first event: empty while it has none."""

    master_key: bytes
    log: bytes


class KeyTable(Protocol):
    damaged: Event
    """Set once the database has said so of the keys."""

    def check_in_place(self) -> None:
        """Raises `StoreDamaged` where a key that is known would be lost: see `Files` of `sqlite`."""
        ...

    def trouble(self) -> str | None:
        """What people have to see to, as far as it shows."""
        ...

    def check(self) -> KeyCheck | None:
        """None also in a store from before there was one."""
        ...

    def keep_check(self, check: KeyCheck) -> None:
        """What is kept of another master key or another log stays."""
        ...

    def replace_check(self, check: KeyCheck) -> None:
        """Whatever is kept of the master key before."""
        ...

    def select(self, clients: Sequence[UUID]) -> Mapping[UUID, bytes | None]:
        """The wrapped keys there are; None for a client who is erased."""
        ...

    def insert(self, wrapped: Sequence[tuple[UUID, bytes]]) -> None:
        """Store keys durably. A client who has a row already keeps it."""
        ...

    def page(self, after: UUID | None, limit: int) -> Sequence[tuple[UUID, bytes]]:
        """So many clients with their wrapped keys, in the order of their ids, from past one of them on."""
        ...

    def rewrap(self, wrapped: Sequence[tuple[UUID, bytes, bytes]]) -> None:
        """Each client's key as it was wrapped, and as it is now. One that is no longer as it was stays as it is."""
        ...

    def remove(self, clients: Sequence[UUID]) -> None:
        """As if they had never had keys."""
        ...

    def clear_traces(self) -> None:
        """See that nothing that was overwritten stays in the database's files."""
        ...

    def forget(self, clients: Sequence[UUID]) -> None:
        """Overwrite the keys, leaving rows without one, and clear their traces."""
        ...

    def close(self) -> None: ...


class Keys:
    def __init__(self, table: KeyTable, keyring: Keyring) -> None:
        self._table = table
        self._keyring = keyring
        self._known = LRUCache[UUID, bytes](KEPT)
        self._lock = Lock()  # even reading changes which of them was used last
        self._forgotten = set[UUID]()  # for good, even while the table, or an older copy of it, still has their keys
        self.absent = set[UUID]()  # without a row, who were looked for to read what the log says about them
        self._lost: dict[UUID, int | None] = {}

    def to_read(self, clients: Iterable[UUID]) -> dict[UUID, AESGCM]:
        """The keys there are; erased clients have none."""
        ready, missing = self._look_up(clients)
        if missing:
            known = self._table.select(missing)
            for client, wrapped in known.items():
                if wrapped is not None:
                    ready[client] = self._unwrap(client, wrapped)
            if self.absent:
                self.absent.difference_update(known)
            self.absent.update(client for client in missing if client not in known)
        return ready

    def to_write(self, clients: Iterable[UUID]) -> dict[UUID, AESGCM]:
        """The clients' keys, made where there are none yet; erased clients have none, and get none."""
        self._table.check_in_place()
        if not self._lost.keys().isdisjoint(clients := [*clients]):
            raise StoreDamaged("keys", "one that is needed is lost: put back the newest copy of the keys")
        ready, missing = self._look_up(clients)
        if missing:
            known = self._table.select(missing)
            new = [(client, self._new(client)) for client in missing if client not in known]
            if new:
                self._table.insert(new)
                known = self._table.select(missing)  # another process may have been first
            for client in missing:
                wrapped = known[client]
                if wrapped is not None:
                    ready[client] = self._unwrap(client, wrapped)
        return ready

    def known(self, clients: Sequence[UUID]) -> Collection[UUID]:
        """Who of them has a key, or had one that was destroyed."""
        return self._table.select(clients).keys()

    def lose(self, clients: Mapping[UUID, int | None]) -> None:
        """These have no key and were not erased: clients with the position of the log at which they were registered,
        and whoever else the log says something about, users among them, who can't be erased."""
        for client, position in clients.items():
            if client not in self._forgotten:
                self._lost[client] = position or self._lost.get(client)

    @property
    def lost(self) -> Collection[UUID]:
        return self._lost.keys()

    def lost_told(self) -> str | None:
        """To whoever runs the service."""
        positions = [position for position in [*self._lost.values()] if position]
        if not positions:
            return None
        return (
            f"those of {len(positions)} clients are lost, from position {min(positions)} of the log"
            " on: stop, put back the newest copy of the keys, and rebuild; where there is none, erase these clients"
        )

    def rewrap(self, progress: Callable[[int], None]) -> None:
        """All of them under the master key in use. Whoever is erased meanwhile stays so. Doing it again is harmless."""
        after, done = None, 0
        while page := self._table.page(after, PAGE):
            (current, *former), after = self._keyring.ciphers(WRAPPING), page[-1][0]
            old = [(client, wrapped, _opened(former, client, wrapped)) for client, wrapped in page]
            self._table.rewrap(
                [(client, wrapped, seal(current, key, client.bytes)) for client, wrapped, key in old if key is not None]
            )
            done += len(page)
            progress(done)
        self._table.clear_traces()

    def forget(self, clients: Sequence[UUID]) -> None:
        """Destroy their keys, for all processes."""
        for client in clients:
            self.use_no_more(client)
        if clients:
            self._table.forget(clients)

    def use_no_more(self, client: UUID) -> bool:
        """The client is erased, whoever destroys the key. False where that was known."""
        if client in self._forgotten:
            return False
        self._forgotten.add(client)
        self.absent.discard(client)
        self._lost.pop(client, None)
        with self._lock:
            self._known.pop(client, None)
        return True

    def remove_all_but(self, clients: Collection[UUID]) -> None:
        """Of clients who are in no log any more. That somebody is erased stays known."""
        after = None
        while page := self._table.page(after, PAGE):
            after = page[-1][0]
            self._table.remove([client for client, _ in page if client not in clients])
        self._table.clear_traces()

    def close(self) -> None:
        self._table.close()

    def _look_up(self, clients: Iterable[UUID]) -> tuple[dict[UUID, AESGCM], list[UUID]]:
        known: dict[UUID, bytes] = {}
        missing: list[UUID] = []
        with self._lock:
            for client in clients:
                if client in self._forgotten:
                    continue
                try:
                    known[client] = self._known[client]
                except KeyError:
                    missing.append(client)
        return {client: AESGCM(key) for client, key in known.items()}, missing

    def _new(self, client: UUID) -> bytes:
        return seal(self._keyring.ciphers(WRAPPING)[0], os.urandom(32), client.bytes)

    def _unwrap(self, client: UUID, wrapped: bytes) -> AESGCM:
        key = _opened(self._keyring.ciphers(WRAPPING), client, wrapped)
        if key is None and self._keyring.renew():
            key = _opened(self._keyring.ciphers(WRAPPING), client, wrapped)
        if key is None:
            raise WrongMasterKey
        with self._lock:
            self._known[client] = key
        return AESGCM(key)


def _opened(ciphers: Iterable[AESGCM], client: UUID, wrapped: bytes) -> bytes | None:
    """None where none of them does."""
    for cipher in ciphers:
        with suppress(InvalidTag):
            return unseal(cipher, wrapped, client.bytes)
    return None
