"""The master key: the one secret of a store, in a file of its own, from which every other key is derived."""

import base64
import binascii
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZE = 32


class NoMasterKey(Exception):
    """There is no master key where one must be. Without the one a store was made with nothing personal can be read."""


class MasterKeyUnsafe(Exception):
    """The file with the master key can't be what it should be, or others can read it."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    secret: bytes = field(repr=False)

    def subkey(self, label: str) -> bytes:
        """A key of its own for each use, which tells nothing about the others."""
        return HKDF(SHA256(), SIZE, salt=None, info=f"recobro: {label}".encode()).derive(self.secret)


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """An HMAC that nobody without the key can look up by trying values. Each part stands behind its length."""
    return hmac.digest(key, b"".join(len(part).to_bytes(4) + part for part in parts), "sha256")


def master_key(path: Path, *, create: bool) -> MasterKey:
    """The key in that file. `create` makes one where there is none, readable by its owner alone."""
    if create and not path.exists():
        _create(path)
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        raise NoMasterKey(f"there is no master key in {path}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MasterKeyUnsafe(f"{path} must be for its owner alone: chmod 600 {path}")
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise MasterKeyUnsafe(f"{path} does not hold a key in base64") from None
    if len(secret) != SIZE:
        raise MasterKeyUnsafe(f"{path} must hold {SIZE} bytes in base64, and holds {len(secret)}")
    return MasterKey(secret)


def _create(path: Path) -> None:
    """Written whole beside its place and then linked there: of two processes one is first, and the other reads that."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(SIZE)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
