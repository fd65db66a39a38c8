"""Files that wait to be loaded, for a day at most: whose they are, what was chosen for them, and what came of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from api.http.jobs import JobKey
from application.imports import NOTHING_WISHED, Wish
from application.imports.maps import Contents

LIFE = timedelta(days=1)

READING, CHECKING, LOADING = "reading", "checking", "loading"
"""What is done with a file: the kinds of its jobs."""


class Content(StrEnum):
    """What is kept of an upload: the file itself, the rows that were left out of it, and all that it says otherwise of
    debts than is known here."""

    TABLE = "table"
    LEFT_OUT = "left-out"
    DEBTS = "debts"


@dataclass(frozen=True, slots=True)
class Upload:
    """`at` is when it came. `mapping` is the map as the columns were matched, none yet where it is empty; then what is
    wished when it is loaded, and which case files that it does not name are to be closed. `header_line` and `sheet` are
    None where nobody chose others than are found."""

    id: UUID
    by: str
    name: str
    contents: Contents
    at: datetime
    mapping: Mapping[str, Any] = field(default_factory=dict[str, Any])
    wish: Wish = NOTHING_WISHED
    withdrawn: Sequence[UUID] = ()
    header_line: int | None = None
    sheet: str | None = None

    @property
    def address(self) -> str:
        return f"/import/{self.id}"

    @property
    def reading(self) -> JobKey:
        return JobKey(READING, str(self.id))

    @property
    def checking(self) -> JobKey:
        return JobKey(CHECKING, str(self.id))

    @property
    def loading(self) -> JobKey:
        return JobKey(LOADING, str(self.id))


class Uploads(Protocol):
    """Of a store, for all its processes."""

    def bring(self, upload: Upload, data: BinaryIO) -> Upload:
        """The same again where the form was sent twice."""
        ...

    def find(self, upload_id: UUID, by: str) -> Upload | None:
        """One's own: what somebody else brings is nobody's business until it is loaded."""
        ...

    def waiting(self, by: str) -> Sequence[Upload]:
        """One's own that wait, the latest first."""
        ...

    def keep(self, upload: Upload) -> None:
        """What was chosen for it, in place of what was before."""
        ...

    def write(self, upload_id: UUID, content: Content, data: BinaryIO) -> None:
        """In place of what was there."""
        ...

    def read(self, upload_id: UUID, content: Content) -> Iterator[bytes]:
        """Piece by piece; none where there is no such content."""
        ...

    def drop(self, upload_id: UUID, content: Content) -> None: ...

    def forget_content(self, upload_id: UUID) -> None:
        """Once it is loaded: what it said is in the log, and is to be erased there alone."""
        ...

    def remove(self, upload_id: UUID) -> None:
        """With all that was told of it."""
        ...

    def remove_old(self, now: datetime) -> None:
        """Those whose time is over."""
        ...

    def remove_loaded(self) -> None:
        """What is told of files that were loaded quotes them, and so may the rows that were left out: once a client is
        erased, neither stays."""
        ...
