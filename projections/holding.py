"""Who holds from which day on, as read models keep it: by the rule of `domain.holdings`, so that all say the same.

Those that ask who held on a day have a row for each holding; those that only need who holds now have all holdings in
one column of text, a line for each.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.holdings import Holding, held_from
from projections.rows import Row, Rows
from projections.schema import R, TableOf

DAY = len("2026-01-01")


def hold(rows: Rows, table: TableOf[R], partition: UUID, values: R) -> Sequence[Row]:
    """Add a row with `from_on` and `collector`, if it counts. Gives those that do, in order of their days."""
    new = Holding(values["from_on"], values.get("collector") or None)
    if new in held_from(
        [Holding(row["from_on"], row["collector"] or None) for row in _in_order(rows, table, partition)], new
    ):
        rows.add(table, values)
    else:
        rows.remove(table, partition, new.from_on)
    return _in_order(rows, table, partition)


def _in_order(rows: Rows, table: TableOf[R], partition: UUID) -> Sequence[Row]:
    return sorted(rows.all(table, partition).values(), key=lambda row: row["from_on"])


def with_holding(holdings: str, from_on: date, collector: str) -> str:
    known = [Holding(date.fromisoformat(line[:DAY]), line[DAY:] or None) for line in holdings.split("\n") if line]
    return "\n".join(
        f"{one.from_on}{one.collector or ''}" for one in held_from(known, Holding(from_on, collector or None))
    )


def last_holder(holdings: str) -> str:
    """Assignments begin today or before, so whoever holds from the latest day holds now. Empty where nobody does."""
    return holdings.rpartition("\n")[2][DAY:]
