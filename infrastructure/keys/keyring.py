"""The master keys of a store, from its first to the one in use, and what is hashed and sealed with them.

The log has each key but the last, encrypted under the one after it, so whoever has the last has them all, and an older
one opens nothing that came later. What was hashed under a key is hashed again under each after it, so that hashes from
before a rotation go on to be found and cannot be looked up with the key from before. What was sealed under a former
key is still read, until it is sealed again.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.master_key import MASTER_KEY, MasterKeyRotated
from infrastructure.keys.master_key import MasterKey, NoMasterKey, keyed_hash, master_key
from infrastructure.log.codec import Codec
from infrastructure.log.engine import Log, LogUnavailable

NONCE = 12
FORMER = "former master key"


class WrongMasterKey(Exception):
    """The store's keys were wrapped by another master key than the one given."""

    def __init__(self) -> None:
        super().__init__(
            "this is not the master key that the store was made with, or it was rotated since: find that one and name"
            " its file in RECOBRO_MASTER_KEY_FILE; or the clients' keys are another store's (nothing was changed)"
        )


def next_to(file: Path) -> Path:
    """Where the key lies that is about to take the place of the one in this file, or already has in the log."""
    return file.with_name(f"{file.name}.next")


def seal(cipher: AESGCM, what: bytes, bound_to: bytes) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, what, bound_to)


def unseal(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """Raises `InvalidTag` where it was sealed under another key, or bound to something else."""
    return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def rotated(former: MasterKey, new: MasterKey) -> MasterKeyRotated:
    """The event by which `new` takes the place of `former`."""
    return MasterKeyRotated(b64encode(seal(AESGCM(new.subkey(FORMER)), former.secret, b"")).decode())


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """From the first to the one in use, and the subkeys that were asked for, in the same order."""

    all: tuple[MasterKey, ...]
    _subkeys: dict[str, tuple[bytes, ...]] = field(default_factory=dict[str, tuple[bytes, ...]], repr=False)

    @classmethod
    def opened(cls, last: MasterKey, rotations: Sequence[MasterKeyRotated]) -> Self:
        """Raises `WrongMasterKey` where `last` is not the key of the latest rotation."""
        keys = [last]
        for rotation in reversed(rotations):
            try:
                former = unseal(AESGCM(keys[-1].subkey(FORMER)), b64decode(rotation.former), b"")
            except InvalidTag:
                raise WrongMasterKey from None
            keys.append(MasterKey(former))
        return cls(tuple(reversed(keys)))

    def subkeys(self, label: str) -> tuple[bytes, ...]:
        if label not in self._subkeys:
            self._subkeys[label] = tuple(key.subkey(label) for key in self.all)
        return self._subkeys[label]


class Keyring:
    """The keys as the log has them, with the one in use from its file. Another process may rotate it at any time."""

    def __init__(self, log: Log, file: Path) -> None:
        """Raises `NoMasterKey`, `MasterKeyUnsafe` or `WrongMasterKey`."""
        self.file = file
        self.log = log
        self._keys = self._opened()

    def of(self, log: Log) -> "Keyring":
        """Those of a copy of the log, or of the log within a transaction."""
        return Keyring(log, self.file)

    @property
    def rotations(self) -> int:
        return len(self._keys.all) - 1

    @property
    def master(self) -> MasterKey:
        """The one in use."""
        return self._keys.all[-1]

    def subkeys(self, label: str) -> Sequence[bytes]:
        """The key for one use that is derived from the master key, then those from the former ones, latest first."""
        return self._keys.subkeys(label)[::-1]

    def ciphers(self, label: str) -> Sequence[AESGCM]:
        """To seal with the first of them, and to try all where something is to be unsealed."""
        return [AESGCM(key) for key in self.subkeys(label)]

    def seal(self, label: str, what: bytes, bound_to: bytes) -> bytes:
        """Under the key in use now."""
        self.renew()
        return seal(self.ciphers(label)[0], what, bound_to)

    def unseal(self, label: str, sealed: bytes, bound_to: bytes) -> bytes | None:
        """Under whichever of the keys it was sealed; None where under none of them, or bound to something else."""
        self.renew()
        for cipher in self.ciphers(label):
            with suppress(InvalidTag):
                return unseal(cipher, sealed, bound_to)
        return None

    def hash(self, label: str, *parts: bytes) -> bytes:
        """An HMAC of them under the first key, and of that under each later one."""
        first, *later = self._keys.subkeys(label)
        return reduce(lambda hashed, key: keyed_hash(key, hashed), later, keyed_hash(first, *parts))

    def renew(self) -> bool:
        """Whether the key was rotated since this looked last.

        Raises `LogUnavailable` where it was, and its file does not have the new key yet.
        """
        if not self.log.stream(MASTER_KEY, after=self.rotations):
            return False
        try:
            self._keys = self._opened()
        except (WrongMasterKey, NoMasterKey):
            raise LogUnavailable(f"the master key was rotated, and {self.file} does not hold the new one") from None
        return True

    def _opened(self) -> MasterKeys:
        """With the key that is about to take its place in the file, where the log has it already."""
        codec = Codec()
        rotations: list[MasterKeyRotated] = [
            codec.read(entry.name, entry.state).event for entry in self.log.stream(MASTER_KEY)
        ]
        try:
            return MasterKeys.opened(master_key(self.file, create=False), rotations)
        except (WrongMasterKey, NoMasterKey):
            if not next_to(self.file).exists():
                raise
            return MasterKeys.opened(master_key(next_to(self.file), create=False), rotations)
