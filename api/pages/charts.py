"""Charts as figures for inline SVG: the template draws them, beside a table for those who do not see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.money import Money

WIDTH, HEIGHT, GAP = 330, 80, 3


@dataclass(frozen=True)
class Bar:
    """One day's, with its place in a picture of WIDTH by HEIGHT."""

    day: date
    amount: Money | None
    x: float
    y: float
    width: float
    height: float
    when: str


def bars(amounts: Sequence[tuple[date, Money | None]], today: date) -> list[Bar]:
    """From left to right, as high as the largest lets them be. What went back beyond what came is no bar."""
    largest = max((amount.minor for _, amount in amounts if amount is not None), default=0)
    step = WIDTH / max(len(amounts), 1)
    made: list[Bar] = []
    for n, (day, amount) in enumerate(amounts):
        height = HEIGHT * max(amount.minor, 0) / largest if amount is not None and largest > 0 else 0.0
        when = "today" if day == today else "done" if day < today else "future"
        made.append(
            Bar(day=day, amount=amount, x=n * step, y=HEIGHT - height, width=step - GAP, height=height, when=when)
        )
    return made


@dataclass(frozen=True)
class Column:
    """One of a few that are told apart by name, with its place in a picture of WIDTH by HEIGHT."""

    name: str
    amount: Money
    x: float
    y: float
    width: float
    height: float


def columns(amounts: Sequence[tuple[str, Money]]) -> list[Column]:
    """From left to right, as high as the largest lets them be."""
    largest = max((amount.minor for _, amount in amounts), default=0)
    step = WIDTH / max(len(amounts), 1)
    heights = [HEIGHT * max(amount.minor, 0) / largest if largest > 0 else 0.0 for _, amount in amounts]
    return [
        Column(name=name, amount=amount, x=n * step, y=HEIGHT - height, width=step - 4 * GAP, height=height)
        for n, ((name, amount), height) in enumerate(zip(amounts, heights, strict=True))
    ]
