"""The link by which a client reads an estimate and answers it, without logging in; whoever has it may.

It is the estimate's id with an HMAC of it by a key of the store. So it is kept nowhere: it can be told again, a message
sent twice carries the same one, a copied database opens nothing, and it lives on after a restore. It dies where the
estimate does: a new version revokes it, and so does time.
"""

import base64
import binascii
import hmac
from uuid import UUID

MAC_BYTES = 16
"""128 bits: nobody guesses that."""


class EstimateLinks:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def path(self, estimate_id: UUID) -> str:
        """Of its page, without the slash before."""
        token = base64.urlsafe_b64encode(estimate_id.bytes + self._mac(estimate_id)).rstrip(b"=").decode()
        return f"e/{token}"

    def estimate_of(self, token: str) -> UUID | None:
        try:
            told = base64.urlsafe_b64decode(f"{token}=")
        except (binascii.Error, ValueError):
            return None
        if len(told) != 16 + MAC_BYTES:
            return None
        estimate_id = UUID(bytes=told[:16])
        return estimate_id if hmac.compare_digest(told[16:], self._mac(estimate_id)) else None

    def _mac(self, estimate_id: UUID) -> bytes:
        return hmac.digest(self._key, estimate_id.bytes, "sha256")[:MAC_BYTES]
