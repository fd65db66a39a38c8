"""Images and documents: kept beside the log, of which an event holds the id and the hash."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`sha256` is of the content, as 64 hexadecimal digits: whoever reads the file can tell that it is the same."""

    id: UUID
    sha256: str


class Files(Protocol):
    """Each file is encrypted with the key of the client, or the user, that it is about: its subject.

    A file is kept before the event that names it is appended. One that no event came to name does no harm, and goes
    with its subject.
    """

    def keep(self, file_id: UUID, subject: UUID, content: bytes) -> StoredFile:
        """The same again changes nothing, so that a command may be sent twice. Kept once this returns."""
        ...

    def read(self, file_id: UUID) -> bytes | None:
        """None where it was removed, or its subject erased."""
        ...

    def remove(self, file_id: UUID) -> None: ...

    def remove_all_of(self, subject: UUID) -> None: ...


class NotAnImage(Invalid):
    title = "This is no picture, or a damaged one"


class TooManyPixels(Invalid):
    title = "This picture has too many pixels"


class TooMuchToRead(Invalid):
    title = "This file is too large: reading it takes too much memory or time"


class OthersAreRead(Conflict):
    title = "Other files are being read just now: try it again in a moment"


class Images(Protocol):
    """Pictures from outside are decoded and drawn again, so that nothing else that lies in their bytes is kept.

    Each raises, with the field that it came from, `NotAnImage` for what is no JPEG, PNG or WebP that can be decoded,
    `TooManyPixels` before decoding more than memory is meant for (a decompression bomb), `TooMuchToRead` where decoding
    takes more than it may all the same, and `OthersAreRead` where the turn does not come.
    """

    def redrawn(self, content: bytes, *, longest: int, field: str) -> bytes:
        """As JPEG: upright, on white, without metadata, its longer side at most `longest` pixels."""
        ...

    def portrait(self, content: bytes, *, field: str) -> bytes:
        """Of a person or a shop front: as WebP, upright, without metadata, at most 256 pixels a side."""
        ...
