"""The rows that a batch of events touches: read once, changed in memory, written in bulk.

Every table of a read model is cut into partitions: the first column of its primary key is an id that events name (of a
case file, of a client), and `table.info["kind"]` says whose id. The first event of a batch that asks for a table loads
it for all partitions that the batch touches. Partitions stay in memory between batches; the least recently used leave.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Select, Table, bindparam, select

from projections.bulk import delete_rows, insert_rows, update_rows
from projections.schema import R, TableOf

Key = tuple[Any, ...]
Touched = tuple[str, UUID]

LOADED_AT_ONCE = 500


class State(Enum):
    """What has to be done about a row."""

    NEW = 1
    STORED = 2
    CHANGED = 3
    GONE = 4


class UnknownColumn(LookupError):
    """A projection names a column that its table has not."""


class Row(dict[str, Any]):
    """A row that tells its table when it is first changed. It has its table's columns, and never another."""

    __slots__ = ("_changed", "state")

    def __init__(self, blank: Mapping[str, Any], values: Mapping[str, Any], state: State, changed: list["Row"]) -> None:
        super().__init__(blank)
        self.update(values)  # tells nobody
        if len(self) != len(blank):
            raise UnknownColumn(*(values.keys() - blank.keys()))
        self.state = state
        self._changed = changed

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self:
            raise UnknownColumn(name)
        if self.state is State.STORED and self[name] != value:
            self.state = State.CHANGED
            self._changed.append(self)
        super().__setitem__(name, value)

    def change(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self[name] = value


@cache
def _of_partitions(table: Table) -> Select[Any]:
    first, *_ = key = table.primary_key.columns
    return select(table).where(first.in_(bindparam("partitions", expanding=True))).order_by(*key)


class Pending:
    """What is still to be written to one table."""

    __slots__ = ("blank", "changed", "deleted", "key", "new", "partition", "select", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        [self.partition, *self.key] = (column.name for column in table.primary_key)
        self.select = _of_partitions(table)
        self.blank: dict[str, Any] = dict.fromkeys(table.columns.keys())
        self.new: list[Row] = []
        self.changed: list[Row] = []  # the very list that its rows append themselves to
        self.deleted: list[Key] = []

    def clear(self) -> None:
        self.new.clear()
        self.changed.clear()
        self.deleted.clear()

    def write(self, db: Connection) -> None:
        if not (self.new or self.changed or self.deleted):
            return
        new = [row for row in self.new if row.state is State.NEW]
        changed = [row for row in self.changed if row.state is State.CHANGED]
        delete_rows(db, self.table, self.deleted)
        update_rows(db, self.table, changed)
        insert_rows(db, self.table, new)
        for row in (*new, *changed):
            row.state = State.STORED
        self.clear()


class Partition:
    """What is known of one partition: of a new one everything, of another the tables that were loaded."""

    __slots__ = ("groups", "id", "is_new")

    def __init__(self, id_: UUID, *, is_new: bool) -> None:
        self.id = id_
        self.is_new = is_new
        self.groups: dict[Table, dict[Key, Row]] = {}


class Rows:
    """One read model's rows. Change the rows that `one` and `all` give in place; `write` knows what changed."""

    def __init__(self, tables: Sequence[Table], partitions_kept: int) -> None:
        self._pending = {table: Pending(table) for table in tables}
        # By the ids' numbers, which are compared ten times as fast as the ids.
        self._kept: dict[str, OrderedDict[int, Partition]] = {table.info["kind"]: OrderedDict() for table in tables}
        self._kept_of = {table: self._kept[table.info["kind"]] for table in tables}
        self._partitions_kept = partitions_kept
        self._batch: dict[str, list[Partition]] = {kind: [] for kind in self._kept}
        self._unsettled: dict[int, UUID] = {}
        self._db: Connection | None = None

    # What a projection asks

    def one(self, table: Table, partition: UUID) -> Row:
        """The row of a table that has one row a partition. Raises `KeyError` where there is none."""
        return self.all(table, partition)[()]

    def all(self, table: Table, partition: UUID) -> Mapping[Key, Row]:
        """The partition's rows by the rest of their primary key, in the order they were added."""
        return self._group(table, partition)

    def add(self, table: TableOf[R], values: R) -> Row:
        """A new row, or these values in the row with that key. Columns not named are null."""
        pending = self._pending[table]
        group = self._group(table, values[pending.partition])
        key = tuple([values[name] for name in pending.key])
        row = group.get(key)
        if row is None:
            row = group[key] = Row(pending.blank, values, State.NEW, pending.changed)
            pending.new.append(row)
        else:
            row.change({**pending.blank, **values})
        return row

    def append(self, table: TableOf[R], values: R) -> None:
        """A new row of a table that only ever grows, and of which nothing is loaded."""
        pending = self._pending[table]
        pending.new.append(Row(pending.blank, values, State.NEW, pending.changed))

    def remove(self, table: Table, partition: UUID, *key: Any) -> None:
        row = self._group(table, partition).pop(key, None)
        if row is not None:
            if row.state is not State.NEW:
                self._pending[table].deleted.append((partition, *key))
            row.state = State.GONE

    def fetch(self, touched: Iterable[Touched]) -> None:
        """Announce further partitions, that only the rows themselves could name."""
        if self._db is None:
            raise LookupError("no batch is being projected")
        self.begin(self._db, touched)

    def settle_later(self, partition: UUID) -> None:
        """Once the batch is folded, the projection's `settle` is to be called for this partition."""
        self._unsettled[partition.int] = partition

    def _group(self, table: Table, partition: UUID) -> dict[Key, Row]:
        try:
            kept = self._kept_of[table][partition.int]
        except KeyError:
            raise LookupError(f"{table.name}: a partition is touched that the read model did not announce") from None
        group = kept.groups.get(table)
        if group is None and kept.is_new:
            group = kept.groups[table] = {}
        elif group is None:
            self._load(table)
            group = kept.groups.get(table)
        if group is None:
            raise LookupError(f"{table.name}: a partition is touched that this batch did not announce")
        return group

    def _load(self, table: Table) -> None:
        """For the whole batch at once: what one of its events asks for, others will."""
        if self._db is None:
            raise LookupError("no batch is being projected")
        pending = self._pending[table]
        missing = {p.id.int: p for p in self._batch[table.info["kind"]] if table not in p.groups and not p.is_new}
        for partition in missing.values():
            partition.groups[table] = {}
        wanted = [partition.id for partition in missing.values()]
        for start in range(0, len(wanted), LOADED_AT_ONCE):
            chosen = {"partitions": wanted[start : start + LOADED_AT_ONCE]}
            for values in self._db.execute(pending.select, chosen).mappings():
                row = Row(pending.blank, cast("Mapping[str, Any]", values), State.STORED, pending.changed)
                missing[row[pending.partition].int].groups[table][tuple([row[name] for name in pending.key])] = row

    # What the projector does around it

    def begin(self, db: Connection, touched: Iterable[Touched], new: Iterable[Touched] = ()) -> None:
        """A batch touches these partitions; of those in `new` nothing is stored yet."""
        self._db = db
        for kind, partition in new:
            self._kept[kind].setdefault(partition.int, Partition(partition, is_new=True))
        for kind, partition in touched:
            kept, number = self._kept[kind], partition.int
            if number in kept:
                kept.move_to_end(number)
            else:
                kept[number] = Partition(partition, is_new=False)
            self._batch[kind].append(kept[number])

    def unsettled(self) -> Sequence[UUID]:
        """The partitions that are still to be settled, each once."""
        partitions, self._unsettled = [*self._unsettled.values()], {}
        return partitions

    def write(self, db: Connection) -> None:
        """Write what changed since the last write; nothing more can be fetched afterwards."""
        self._end()
        for pending in self._pending.values():
            pending.write(db)

    def let_go(self) -> None:
        """Keep no more partitions in memory than allowed; what was changed must have been written."""
        for kept in self._kept.values():
            while len(kept) > self._partitions_kept:
                kept.popitem(last=False)

    def forget(self) -> None:
        """Drop everything, written or not: after a failed batch, or when another projector has written."""
        self._end()
        self._unsettled.clear()
        for pending in self._pending.values():
            pending.clear()
        for kept in self._kept.values():
            kept.clear()

    def _end(self) -> None:
        self._db = None
        for batch in self._batch.values():
            batch.clear()
