"""The demo agency: its people, its working days and the clock by which all that happens in it is recorded.

What happens is told by stories. Each does what is to be done on a day and yields the day on which it goes on. The
agency takes them in the order of time until today, and leaves them there, in the middle of things.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import holidays

from application.streams import Command, EventStore
from domain.people import Actor, Role

DEMO = UUID("d3a0d3a0-4e0c-4c9b-8f55-2c1f6f0c9e11")
"""Every id of the demo follows from this one."""

YEAR = timedelta(days=365)
MADRID = ZoneInfo("Europe/Madrid")
OPENS = time(8, 30)
OPEN_MINUTES = 9 * 60

ANA, BRUNO, CARLA = (Actor(name, frozenset({Role.COLLECTOR})) for name in ("ana", "bruno", "carla"))
SOFIA, TOMAS = (Actor(name, frozenset({Role.SUPERVISOR})) for name in ("sofia", "tomas"))
ELENA = Actor("elena", frozenset({Role.ADMINISTRATOR}))
HUGO = Actor("hugo", frozenset({Role.AUDITOR}))

SKILL = {ANA: 0.85, BRUNO: 0.65, CARLA: 0.45}
"""How often a collector gets through to people, and their word is kept."""

Story = Iterator[date]


@dataclass
class Agency:
    store: EventStore
    today: date
    random: Random
    at: datetime = field(init=False)
    next_actions: dict[UUID, date] = field(default_factory=dict[UUID, date])
    """By case file, the day from which its story goes on."""

    def __post_init__(self) -> None:
        self._holidays = holidays.country_holidays("ES", years=range(self.today.year - 2, self.today.year + 3))
        self.at = datetime.combine(self.working_day_before(self.today - YEAR), OPENS, MADRID)
        self._stories: list[tuple[datetime, int, Story, Random]] = []
        self._numbers = count(1)

    def begin(self, story: Story, on: date, *, at: time | None = None, chance: Random | None = None) -> None:
        """At that time of the day, or at some minute of its office hours. With a chance of its own a story moves no
        other one."""
        chance, moment = chance or self.random, datetime.combine(on, at or OPENS, MADRID)
        if at is None:
            moment += timedelta(minutes=chance.randrange(OPEN_MINUTES))
        heappush(self._stories, (moment, next(self._numbers), story, chance))

    def work(self, progress: Callable[[float], None]) -> None:
        """Until yesterday evening, so that nothing is recorded in the future, whatever the hour."""
        began = self.at
        while self._stories and self._stories[0][0].date() < self.today:
            moment, _, story, chance = heappop(self._stories)
            if moment.date() > self.at.date():
                progress((moment - began) / YEAR)
            self.at = max(self.at, moment)
            goes_on = next(story, None)
            if goes_on is not None:
                self.begin(story, goes_on, chance=chance)
        progress(1.0)

    def command(self, actor: Actor, chance: Random | None = None) -> Command:
        """The next one, some seconds after the last."""
        self.at += timedelta(seconds=(chance or self.random).randint(4, 25))
        command_id = self.new_id("command")
        return Command(command_id, actor, self.at.astimezone(UTC), self.at.date(), command_id)

    def new_id(self, what: str) -> UUID:
        return uuid5(DEMO, f"{what} {next(self._numbers)}")

    def day_in(self, days: int) -> date:
        """The first working day from then on. Today is one, so that there is something to see on a Sunday too."""
        day = self.at.date() + timedelta(days=days)
        while day != self.today and not self._is_working_day(day):
            day += timedelta(days=1)
        return day

    def working_day_before(self, day: date) -> date:
        day -= timedelta(days=1)
        while not self._is_working_day(day):
            day -= timedelta(days=1)
        return day

    def working_days_before_today(self, number: int) -> date:
        day = self.today
        for _ in range(number):
            day = self.working_day_before(day)
        return day

    def supervisor(self, *, other_than: str = "") -> Actor:
        return self.random.choice([one for one in (SOFIA, TOMAS) if one.name != other_than])

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one_of(self, texts: Sequence[str]) -> str:
        return self.random.choice(texts)

    def _is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._holidays  # noqa: PLR2004 - Monday to Friday
