"""What a benchmark says, and how it measures: both sides in turn, several times, by their medians."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

RUNS = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """`measured` is how many times as fast (or, for `at_most`, how much) beside what `required` asks for."""

    what: str
    beside: str
    ours: str
    theirs: str
    measured: float
    required: float
    unit: str = " times"
    at_most: bool = False

    @property
    def falls_short(self) -> bool:
        return self.measured > self.required if self.at_most else self.measured < self.required


def seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def side_by_side(*sides: Callable[[], object], runs: int = RUNS) -> list[float]:
    """The median seconds of each. They take turns, so that a slow moment of the machine falls on all of them."""
    taken = [[seconds(side) for side in sides] for _ in range(runs)]
    return [median(column) for column in zip(*taken, strict=True)]


def rate(count: int, taken: float, unit: str = "events") -> str:
    return f"{count / taken:,.0f} {unit}/s"
