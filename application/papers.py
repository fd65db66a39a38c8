"""The papers that go along with messages, or are posted, as PDF: made outside, from the log and the files beside it."""

from typing import Protocol
from uuid import UUID


class Papers(Protocol):
    """What can't be made is a refusal, such as `NotFound`."""

    def invoice_pdf(self, invoice_id: UUID, /) -> bytes: ...

    def estimate_pdf(self, estimate_id: UUID, /) -> bytes: ...

    def letter_pdf(self, message_id: UUID, /) -> bytes:
        """A message of the outbox as a letter, its address where windows of envelopes are."""
        ...

    def estimate_link(self, estimate_id: UUID, /) -> str | None:
        """Where the client reads and answers it: an address that lets in whoever has it; None where there is none."""
        ...
