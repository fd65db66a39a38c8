"""The short numbers of clients: C-00123 was the 123rd to be registered. Each read model that shows them counts them."""

import re
from typing import TypedDict
from uuid import UUID

from projections.rows import Rows
from projections.schema import Int32, PrimaryKey, TableOf


class Counter(TypedDict):
    counter_id: PrimaryKey[UUID]
    reached: Int32


def short(number: int) -> str:
    return f"C-{number:05}"


def next_number(rows: Rows, counters: TableOf[Counter], counter_id: UUID) -> int:
    counter = rows.all(counters, counter_id).get(()) or rows.add(counters, Counter(counter_id=counter_id, reached=0))
    counter["reached"] += 1
    return int(counter["reached"])


def number_in(text: str) -> int | None:
    """Of a short number, however it was typed: C-00123, c123."""
    match = re.fullmatch(r"[cC]-?0*([1-9][0-9]{0,8})", text.strip())
    return int(match[1]) if match else None


def number_or_digits(text: str) -> int | None:
    """As `number_in`, or only its digits: for lists, where they may be part of something else as well."""
    return number_in(text) or number_in(f"C{text.strip()}")
