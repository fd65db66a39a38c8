"""Steps are counted by day and by month: for the client, for whoever holds it, and for everybody.

What a portfolio comes to is always the sum of what the clients in it come to.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from projections.invoices import tables
from projections.invoices.steps import Step, counted
from projections.invoices.tables import BLOCKS, EVERYBODY, days, months, portfolio, steps
from projections.projection import NEVER
from projections.rows import Row, Rows
from projections.schema import TableOf

NOTHING = {f"{block}_{of}": 0 for block in BLOCKS for of in ("count", "amount")}

Place = tuple[date, int, str]
"""A day, or a month by its first; the year that it counts in; the currency."""

Changes = Mapping[Place, Mapping[str, int]]


def announce(rows: Rows, document: Row) -> None:
    """Where it counts; as soon as it is known, so that this is read for a whole batch at once."""
    rows.fetch([("scope", scope) for scope in _scopes(document)])


def recount(rows: Rows, document: Row, document_id: UUID, now: Sequence[Step]) -> None:
    """Of an invoice or estimate, announced before, that was something else. Only what differs is written."""
    before = {row["from_on"]: Step(**_without_id(row)) for row in rows.all(steps, document_id).values()}
    after = {step.from_on: step for step in now}
    changed: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for from_on in before.keys() | after.keys():
        was, is_ = before.get(from_on), after.get(from_on)
        if was == is_:
            continue
        if was is not None:
            count(changed, was, -1)
        if is_ is not None:
            count(changed, is_, 1)
            rows.add(steps, _row(document_id, is_))
        else:
            rows.remove(steps, document_id, from_on)
    if changed:
        whole_months = by_month(changed)
        for scope in _scopes(document):
            _add(rows, days, scope, changed)
            _add(rows, months, scope, whole_months)


def change_hands(rows: Rows, client_id: UUID, before: str, after: str) -> None:
    """From one portfolio to another goes what the client has come to so far."""
    rows.fetch([("scope", scope) for scope in (client_id, portfolio(before), portfolio(after))])
    for table in (days, months):
        own = {key: {name: row[name] for name in NOTHING} for key, row in rows.all(table, client_id).items()}
        _add(rows, table, portfolio(before), {key: _times(values, -1) for key, values in own.items()})
        _add(rows, table, portfolio(after), own)


def _scopes(document: Row) -> Sequence[UUID]:
    return (document["client_id"], portfolio(document["collector"]), EVERYBODY)


def count(changed: Mapping[Place, dict[str, int]], step: Step, sign: int) -> None:
    """From its first day on, until its last: a change of each block on both."""
    ends = ((step.from_on, sign), (step.to_on, -sign))
    for block, (count, amount) in counted(step).items():
        for day, times in ends:
            if day != NEVER:
                columns = changed[day, step.year, step.currency]
                columns[f"{block}_count"] += times * count
                columns[f"{block}_amount"] += times * amount


def by_month(changed: Changes) -> Changes:
    found: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (day, year, currency), values in changed.items():
        columns = found[day.replace(day=1), year, currency]
        for name, value in values.items():
            columns[name] += value
    return found


def _add(rows: Rows, table: TableOf[dict[str, Any]], scope: UUID, changes: Mapping[Any, Mapping[str, int]]) -> None:
    """A row that comes to nothing goes: what stays does not tell in which order things came about."""
    there, names = rows.all(table, scope), table.primary_key.columns.keys()
    for key, values in changes.items():
        if not any(values.values()):
            continue
        row = there.get(key)
        if row is None:
            rows.add(table, {**dict(zip(names, (scope, *key), strict=True)), **NOTHING, **values})
            continue
        for name, value in values.items():
            row[name] += value
        if not any(row[name] for name in NOTHING):
            rows.remove(table, scope, *key)


def _times(values: Mapping[str, int], factor: int) -> Mapping[str, int]:
    return {name: factor * value for name, value in values.items()}


def _row(document_id: UUID, step: Step) -> tables.Step:
    return tables.Step(
        document_id=document_id,
        from_on=step.from_on,
        to_on=step.to_on,
        year=step.year,
        currency=step.currency,
        state=step.state,
        overdue=step.overdue,
        in_collection=step.in_collection,
        unsent=step.unsent,
        owed=step.owed,
        paid=step.paid,
    )


def _without_id(row: Row) -> Mapping[str, Any]:
    return {name: row[name] for name in Step.__slots__}
