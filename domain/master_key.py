"""That the master key was changed, as the log tells it. What is encrypted and hashed with it is infrastructure's."""

from dataclasses import dataclass
from uuid import UUID

MASTER_KEY = UUID("0d0c3c8e-6a0f-4f0e-9a55-6d1c3f6f2b7e")
"""The stream of its rotations: its version is how often the key was changed."""


@dataclass(frozen=True, slots=True)
class MasterKeyRotated:
    """`former` is the key before, encrypted under the one after it: nonce and ciphertext, in base64."""

    former: str


Event = MasterKeyRotated
