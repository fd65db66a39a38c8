"""Puts another master key in place of a store's, while it is served. What was interrupted goes on where it stood.

The new key is on the disk first, beside the one in use. Then, in one transaction of the log, what was hashed under the
keys before is hashed again under it, and the event that says so is appended: from there on no process appends with the
keys that it knew before. Then the new key takes its place in the file, and what was encrypted under the former is
encrypted anew; until that is done, it is read with the former.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import LiteralString

from sqlalchemy import Engine

from application.streams import Change, Command, Decision
from domain.master_key import MASTER_KEY
from infrastructure.access.attempts import USE as ATTEMPTS
from infrastructure.access.second_factors import RECOVERY_CODES, StoredSecondFactors
from infrastructure.imports.uploads import StoredUploads
from infrastructure.jobs import StoredJobs
from infrastructure.keys.check import CHECK, check_keys
from infrastructure.keys.keyring import Keyring, next_to, rotated
from infrastructure.keys.master_key import MasterKey, keyed_hash, master_key
from infrastructure.keys.stored_secrets import StoredSecrets
from infrastructure.log.codec import Codec
from infrastructure.log.event_store import CLAIMS, LogEventStore
from infrastructure.stores import Store

HASHED: Sequence[tuple[LiteralString, LiteralString, str]] = (
    ("claims", "value", CLAIMS),
    ("commands", "fingerprint", "command bodies"),
    ("tokens", "token_hash", "tokens"),
    ("attempts", "what", ATTEMPTS),
    ("recovery_codes", "code_hash", RECOVERY_CODES),
)
"""Tables and columns of the log's database, and the use of the master key by which they were hashed."""


def prepare(file: Path) -> Path:
    """Where the next key lies, made unless it is there: for all hosts to have before one of them rotates."""
    master_key(next_to(file), create=True)
    return next_to(file)


def rotate(store: Store, engine: Engine, command: Command, progress: Callable[[int], None]) -> Path:
    """The file in which the former key is kept: backups from before need it. `engine` is the database of the log."""
    if not _is_unfinished(store):
        new = master_key(prepare(store.keyring.file), create=False)
        with store.log.locked() as log:
            keyring = store.keyring.of(log)
            if keyring.master != new:  # which another host, or another process, may have put in place meanwhile
                _rehash(store, keyring, new, command)
        store.keyring.renew()
    former = _in_its_place(store.keyring)
    store.keys.rewrap(progress)
    StoredSecrets(engine, store.keyring).reseal()
    StoredSecondFactors(engine, store.keyring).reseal()
    StoredUploads(engine, store.keyring).reseal()
    StoredJobs(engine, store.keyring).reseal()
    store.key_table.replace_check(check_keys(store.log, store.key_table, store.keyring))
    return former


def _is_unfinished(store: Store) -> bool:
    kept = store.key_table.check()
    return kept is not None and kept.master_key != store.keyring.subkeys(CHECK)[0]


def _rehash(store: Store, keyring: Keyring, new: MasterKey, command: Command) -> None:
    for table, column, label in HASHED:
        keyring.log.rehash(table, column, partial(keyed_hash, new.subkey(label)))
    rotation = Change(MASTER_KEY, [rotated(keyring.master, new)])
    within = LogEventStore(keyring.log, Codec(), store.keys, keyring)
    within.append(Decision([rotation]), command, after={MASTER_KEY: keyring.rotations})


def _in_its_place(keyring: Keyring) -> Path:
    """The new key, with the one it replaces beside it: named by how many rotations that had seen."""
    file, new = keyring.file, next_to(keyring.file)
    former = file.with_name(f"{file.name}.{keyring.rotations - 1}")
    if new.exists() and master_key(new, create=False) == keyring.master:
        if file.exists():
            former.unlink(missing_ok=True)
            former.hardlink_to(file)
        new.replace(file)
    return former
