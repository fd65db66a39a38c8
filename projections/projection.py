"""What a read model is: tables, which partitions of them an event touches, and what it does to their rows.

`project(rows, recorded)` is the only code path: live, in a rebuild, and for reports of the past. The rows that a batch
touches are read once, changed in memory and written in bulk; see `Rows`.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy import MetaData, Table
from sqlalchemy.schema import CreateTable

from domain.events import Recorded
from projections.rows import Rows, Touched

NEVER = date(9999, 12, 31)
"""Stands for a day that has not come, so that columns of days compare and sort without nulls."""

NOT_YET = date(1, 1, 1)
"""Stands for a day in the past that never was."""


def _nothing(_: Rows, __: UUID) -> None:
    pass


@dataclass(frozen=True)
class Projection:
    """`touches` names (kind, id) of the partitions an event may read or change, so that a batch loads them at once.

    `settle` works out what follows from the rest of a partition, once a batch: where `project` said `settle_later`.
    Raise `version` when the same events give other rows; a changed table is noticed by itself.
    """

    name: str
    version: int
    metadata: MetaData
    touches: Callable[[Recorded], Iterable[Touched]]
    project: Callable[[Rows, Recorded], None]
    settle: Callable[[Rows, UUID], None] = _nothing

    @property
    def tables(self) -> Sequence[Table]:
        return self.metadata.sorted_tables

    @cached_property
    def fingerprint(self) -> str:
        """Tells whether stored rows are of this shape and meaning."""
        shape = "".join(str(CreateTable(table)) for table in self.tables)
        return hashlib.sha256(f"{self.version}{shape}".encode()).hexdigest()[:16]
