"""Clients' keys: what is personal is encrypted with the key of the client it is about, so forgetting one key erases it.

Each key lies in a table wrapped by the master key. It is on the disk before anything encrypted with it is.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infrastructure.lru import LRU
from infrastructure.master_key import MasterKey

NONCE = 12
KEPT = 100_000
"""How many clients' keys are held: as bytes, since a cipher made ready takes 2 KB and less than 2 µs."""


class WrongMasterKey(Exception):
    """The store's keys were wrapped by another master key than the one given."""

    def __init__(self) -> None:
        super().__init__(
            "this is not the master key that the store was made with: find that one and name its file in"
            " RECOBRO_MASTER_KEY_FILE (nothing was changed)"
        )


class KeyCheck(NamedTuple):
    """Which master key the clients' keys are wrapped by, as a value that does not tell it, and which log they are of,
    by the hash of its first event: empty while it has none."""

    master_key: bytes
    log: bytes


class KeyTable(Protocol):
    def check(self) -> KeyCheck | None:
        """None also in a store from before there was one."""
        ...

    def keep_check(self, check: KeyCheck) -> None:
        """What is kept of another master key or another log stays."""
        ...

    def select(self, clients: Sequence[UUID]) -> Mapping[UUID, bytes | None]:
        """The wrapped keys there are; None for a client who is erased."""
        ...

    def insert(self, wrapped: Sequence[tuple[UUID, bytes]]) -> None:
        """Store keys durably. A client who has a row already keeps it."""
        ...

    def forget(self, clients: Sequence[UUID]) -> None:
        """Overwrite the keys, leaving rows without one, and see that no copy of them stays in the database's files."""
        ...

    def close(self) -> None: ...


class Keys:
    def __init__(self, table: KeyTable, master: MasterKey) -> None:
        self._table = table
        self._wrapping = AESGCM(master.subkey("clients' keys"))
        self._known = LRU[UUID, bytes](KEPT)
        self._forgotten = set[UUID]()  # for good, even while the table, or an older copy of it, still has their keys

    def to_read(self, clients: Iterable[UUID]) -> dict[UUID, AESGCM]:
        """The keys there are; erased clients have none."""
        ready, missing = self._look_up(clients)
        if missing:
            for client, wrapped in self._table.select(missing).items():
                if wrapped is not None:
                    ready[client] = self._unwrap(client, wrapped)
        return ready

    def to_write(self, clients: Iterable[UUID]) -> dict[UUID, AESGCM]:
        """The clients' keys, made where there are none yet; erased clients have none, and get none."""
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
        self._known.drop(client)
        return True

    def close(self) -> None:
        self._table.close()

    def _look_up(self, clients: Iterable[UUID]) -> tuple[dict[UUID, AESGCM], list[UUID]]:
        ready: dict[UUID, AESGCM] = {}
        missing: list[UUID] = []
        for client in clients:
            if client in self._forgotten:
                continue
            key = self._known.get(client)
            if key is None:
                missing.append(client)
            else:
                ready[client] = AESGCM(key)
        return ready, missing

    def _new(self, client: UUID) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._wrapping.encrypt(nonce, os.urandom(32), client.bytes)

    def _unwrap(self, client: UUID, wrapped: bytes) -> AESGCM:
        try:
            key = self._wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], client.bytes)
        except InvalidTag:
            raise WrongMasterKey from None
        self._known.put(client, key)
        return AESGCM(key)
