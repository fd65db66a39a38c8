"""A picture of a client. What it shows lies beside the log (`application/files.py`); an event has its id and hash."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClientImageChanged:
    """`sha256` is of the kept content, in hexadecimal digits."""

    file_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True)
class ClientImageRemoved:
    pass


Event = ClientImageChanged | ClientImageRemoved
