"""Amounts in lists: looked for in whatever currency, and added up by currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from domain.money import MINOR_DIGITS, Money

HELD = 10**15
"""What a column of minor units holds of what people type."""


def amounts_to(column: ColumnElement[Any], currency: ColumnElement[str], amount: Decimal) -> ColumnElement[bool]:
    meant: list[ColumnElement[bool]] = []
    for digits in sorted(set(MINOR_DIGITS.values())):
        minor = amount.scaleb(digits)
        if minor == minor.to_integral_value() and abs(minor) < HELD:
            codes = [code for code, decimals in MINOR_DIGITS.items() if decimals == digits]
            meant.append(and_(column == int(minor), currency.in_(codes)))
    return or_(*meant) if meant else false()


@dataclass(frozen=True, slots=True)
class CountAndTotals:
    """Of what waits for a decision, with a total for each currency."""

    count: int
    totals: Sequence[Money]


@dataclass(frozen=True, slots=True)
class MovedCollections:
    """What of a month (`2026-03`) would count for another than `collector`, whom it counts for now; None is nobody.

    A total for each currency, below zero where more of it was returned that month than came in.
    """

    month: str
    collector: str | None
    totals: Sequence[Money]
