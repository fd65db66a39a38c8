"""Times from one day to another, in which something holds of a case file: a stage, a dispute, a plan, being closed."""

from datetime import date
from uuid import UUID

from projections.desk import tables
from projections.projection import NEVER
from projections.rows import Rows


def begin_span(rows: Rows, case_file_id: UUID, what: str, from_on: date, value: str | None = None) -> None:
    number = len(rows.all(tables.spans, case_file_id))
    rows.add(
        tables.spans,
        tables.Span(case_file_id=case_file_id, number=number, what=what, value=value, from_on=from_on, to_on=NEVER),
    )


def end_spans(rows: Rows, case_file_id: UUID, what: str, to_on: date) -> None:
    for row in rows.all(tables.spans, case_file_id).values():
        if row["what"] == what and row["to_on"] == NEVER:
            row["to_on"] = to_on
