"""The link by which a client reads an estimate and answers it, without logging in; whoever has it may.

It is the estimate's id with an HMAC of it by a key of the store. So it is kept nowhere: it can be told again, a message
sent twice carries the same one, a copied database opens nothing, and it lives on after a restore. It dies where the
estimate does: a new version revokes it, and so does time.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from uuid import UUID

MAC_BYTES = 16
"""128 bits: nobody guesses that."""


class EstimateLinks:
    def __init__(self, keys: Callable[[], Sequence[bytes]]) -> None:
        """The key that signs them now, and those that signed what was sent before."""
        self._keys = keys

    def path(self, estimate_id: UUID) -> str:
        """Of its page, without the slash before."""
        token = base64.urlsafe_b64encode(estimate_id.bytes + _mac(self._keys()[0], estimate_id)).rstrip(b"=").decode()
        return f"e/{token}"

    def estimate_of(self, token: str) -> UUID | None:
        try:
            raw = base64.urlsafe_b64decode(f"{token}=")
        except (binascii.Error, ValueError):
            return None
        if len(raw) != 16 + MAC_BYTES:
            return None
        estimate_id = UUID(bytes=raw[:16])
        known = any(hmac.compare_digest(raw[16:], _mac(key, estimate_id)) for key in self._keys())
        return estimate_id if known else None


def _mac(key: bytes, estimate_id: UUID) -> bytes:
    return hmac.digest(key, estimate_id.bytes, "sha256")[:MAC_BYTES]
