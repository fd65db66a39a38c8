"""The demo: a Spanish collection agency that never was, with a year of work behind it, up to yesterday.

Everything in it goes through the use cases, so every rule holds; the same day makes the same demo, ids included.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count
from random import Random
from typing import Protocol
from uuid import UUID, uuid5

from application import business
from application.assignments import appoint_substitute, assign_client, reassign_clients
from application.files import Files
from application.streams import EventStore
from domain.business import Kind as BusinessKind
from domain.client.details import Kind
from domain.people import OPERATOR, Actor
from infrastructure.demo import stories
from infrastructure.demo.agency import ANA, BRUNO, CARLA, DEMO, ELENA, HUGO, SOFIA, TOMAS, Agency, Story
from infrastructure.demo.collecting import leave_for_approval
from infrastructure.demo.expenses import begin_expenses, keep_receipts
from infrastructure.demo.file import File
from infrastructure.demo.invoices import begin_invoices, bring_earlier_invoices, describe_issuer
from infrastructure.demo.letters import write_to_debtors
from infrastructure.demo.people import Client, Creditor, Register, creditors
from infrastructure.demo.stories import StoryOf
from infrastructure.demo.tasks import Planned, plan_tasks, settle_tasks

SEED = 7


@dataclass(frozen=True)
class DemoUser:
    """Who can log in to a demo, with a password that is no secret."""

    actor: Actor
    password: str
    full_name: str

    @property
    def email(self) -> str:
        return f"{self.actor.name}@recobros.example"


USERS = (
    DemoUser(ANA, "ana-cobra-bien", "Ana Belmonte Ruiz"),
    DemoUser(BRUNO, "bruno-cobra-algo", "Bruno Carrasco Peña"),
    DemoUser(CARLA, "carla-acaba-de-llegar", "Carla Estévez Mora"),
    DemoUser(SOFIA, "sofia-aprueba", "Sofía Llorente Gil"),
    DemoUser(TOMAS, "tomas-tambien-aprueba", "Tomás Orduña Sanz"),
    DemoUser(ELENA, "elena-administra", "Elena Quiroga Vidal"),
    DemoUser(HUGO, "hugo-solo-mira", "Hugo Zamora Ibáñez"),
)


class Credentials(Protocol):
    def set_password(self, name: str, password: str) -> None: ...


class StoreInUse(Exception):
    """A demo is made in an empty store only; there is something in this one."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def is_demo(store: EventStore) -> bool:
    """Whether this store was made by `fill`: its first command tells, for good."""
    return any(first.command_id == uuid5(DEMO, "command 1") for first in store.since(0, 1))


def fill(
    store: EventStore,
    credentials: Credentials,
    files: Files,
    *,
    today: date,
    progress: Callable[[float], None] = lambda _: None,
) -> None:
    """`progress` hears how much of the year is done, from 0 to 1. Raises `StoreInUse`.

    The year is one transaction. Passwords and files come before it: cut short in between, the store is still empty.
    """
    _check_empty(store)  # before any user of a store in use gets a password that everybody knows
    for user in USERS:
        credentials.set_password(user.actor.name, user.password)
    keep_receipts(files)
    with store.locked() as log:
        _check_empty(log)
        agency = Agency(log, today, Random(SEED))  # noqa: S311 - chance, not secrecy
        _found(agency)
        debtors = _plan(agency, files)
        agency.work(progress)
        _look_ahead(agency, debtors)


def _check_empty(store: EventStore) -> None:
    position, _ = store.head()
    if position:
        raise StoreInUse


def _found(agency: Agency) -> None:
    business.describe_business(
        agency.store,
        agency.command(OPERATOR),
        name="Recobros del Levante (demostración)",
        kind=BusinessKind.AGENCY,
        country="ES",
        time_zone="Europe/Madrid",
    )
    business.set_deadlines(agency.store, agency.command(OPERATOR), grace_days=2, idle_days=30)
    for user in USERS:
        business.add_user(
            agency.store,
            agency.command(OPERATOR),
            name=user.actor.name,
            roles=user.actor.roles,
            full_name=user.full_name,
            email=user.email,
        )
    describe_issuer(agency)


# Which stories are told


@dataclass(frozen=True)
class Plot:
    """So many case files with this story, opened at even distances from the oldest to the newest, in days before today.

    `own_debtor` is of which kind, where the story is about the debtor and not about one debt among several; `further`
    of which kind is whoever stands beside the debtor. With `beside` there is a second case file, opened by the story.
    """

    story: StoryOf
    how_many: int
    oldest: int
    newest: int
    own_debtor: Kind | None = None
    further: Kind | None = None
    beside: bool = False


PERSON, COMPANY = Kind.PERSON, Kind.COMPANY
PLOTS = (
    Plot(stories.pays_when_asked, 70, 362, 335),
    Plot(stories.pays_when_asked, 78, 330, 1),
    Plot(stories.agrees_a_plan, 60, 340, 4),
    Plot(stories.breaks_a_plan, 8, 330, 180),
    Plot(stories.refuses, 30, 360, 60),
    Plot(stories.refuses, 6, 55, 15),
    Plot(stories.disputes, 18, 340, 45),
    Plot(stories.disputes, 6, 35, 4),
    Plot(stories.has_paid_the_creditor, 14, 350, 12),
    Plot(stories.settles, 16, 330, 25),
    Plot(stories.is_worked_by_another, 10, 300, 30),
    Plot(stories.cannot_be_found, 13, 350, 60, PERSON),
    Plot(stories.cannot_be_found, 3, 24, 8, PERSON),
    Plot(stories.is_found, 14, 340, 20, PERSON),
    Plot(stories.becomes_insolvent, 7, 330, 100, COMPANY),
    Plot(stories.becomes_insolvent, 3, 55, 30, COMPANY),
    Plot(story=stories.dies, how_many=8, oldest=320, newest=60, own_debtor=PERSON, further=PERSON),
    Plot(story=stories.has_a_guarantor, how_many=4, oldest=300, newest=60, own_debtor=PERSON, further=PERSON),
    Plot(story=stories.has_a_co_debtor, how_many=2, oldest=240, newest=120, own_debtor=PERSON, further=PERSON),
    Plot(story=stories.is_succeeded, how_many=4, oldest=300, newest=60, own_debtor=COMPANY, further=COMPANY),
    Plot(stories.pays_too_much, 6, 300, 40, PERSON),
    Plot(stories.is_right_to_dispute, 4, 280, 60, PERSON),
    Plot(stories.is_time_barred, 2, 280, 120, PERSON),
    Plot(stories.is_withdrawn, 4, 280, 90, PERSON),
    Plot(stories.is_sold, 2, 280, 120, PERSON),
    Plot(stories.pays_two_with_one_receipt, 4, 320, 60, COMPANY, beside=True),
)
DEBTORS = 170


def _plan(agency: Agency, files_beside: Files) -> Mapping[UUID, Client]:
    """Who owes what to whom, and since when. Case files are numbered as they are opened. Gives back all debtors."""
    register, claimants, known = Register(agency.random), creditors(), dict[UUID, Client]()
    openings = sorted(((day, plot) for plot in PLOTS for day in _days(agency, plot)), key=lambda opening: opening[0])
    owing = _debtors_of_several(agency, register, sum(plot.own_debtor is None for _, plot in openings))
    agency.begin(_manage(agency, claimants, known), agency.at.date())
    numbers, files = count(1), list[File]()
    agency.begin(leave_for_approval(agency, files), agency.working_days_before_today(15))
    planned = list[Planned]()
    agency.begin(plan_tasks(agency, known.values(), planned), agency.working_days_before_today(15), at=time(9))
    agency.begin(settle_tasks(agency, planned), agency.working_days_before_today(1), at=time(16))

    spending = Random(SEED + 1)  # noqa: S311 - chance, not secrecy
    begin_expenses(agency, files_beside, files, spending)
    begin_invoices(agency, claimants, Random(SEED + 2))  # noqa: S311 - chance, not secrecy
    writing = Random(SEED + 3)  # noqa: S311 - chance, not secrecy
    for collector in (ANA, BRUNO, CARLA):
        begun = write_to_debtors(agency, files, collector, writing)
        agency.begin(begun, agency.working_days_before_today(9), chance=writing)

    def claim(day: date, debtor: Client, further: Client | None = None, beside: File | None = None) -> File:
        reference = f"EXP-{day.year}-{next(numbers):04}"
        creditor = agency.random.choice([one for one in claimants if one.from_companies == (debtor.kind is COMPANY)])
        files.append(
            File(
                agency=agency,
                id=uuid5(DEMO, reference),
                reference=reference,
                creditor=creditor,
                debtor=debtor,
                further=further,
                beside=beside,
            )
        )
        return files[-1]

    for day, plot in openings:
        debtor = register.debtor(plot.own_debtor) if plot.own_debtor else owing.pop()
        further = register.further(plot.further, debtor.zone) if plot.further else None
        file = claim(day, debtor, further, claim(day, debtor) if plot.beside else None)
        agency.begin(_open(file, plot.story, known), day)
    return known


def _days(agency: Agency, plot: Plot) -> Iterator[date]:
    step = (plot.oldest - plot.newest) / (plot.how_many - 1)
    for number in range(plot.how_many):
        yield agency.working_day_before(agency.today - timedelta(days=plot.oldest - round(number * step) - 1))


def _debtors_of_several(agency: Agency, register: Register, debts: int) -> list[Client]:
    """Those who owe more than once, each at least once and as often as that, in any order."""
    own = sum(plot.how_many for plot in PLOTS if plot.own_debtor)
    debtors = [register.debtor(COMPANY if number % 5 == 0 else PERSON) for number in range(DEBTORS - own)]
    owing = debtors + agency.random.choices(debtors, k=debts - len(debtors))
    agency.random.shuffle(owing)
    return owing


def _open(file: File, story: StoryOf, known: dict[UUID, Client]) -> Story:
    """A debtor is registered with the first debt."""
    if file.debtor.id not in known:
        known[file.debtor.id] = file.debtor
        file.debtor.register(file.agency)
    file.open()
    yield from story(file)


def _look_ahead(agency: Agency, debtors: Mapping[UUID, Client]) -> None:
    """Bruno stands in for Carla, who is away for two weeks; and next month a town of hers becomes Ana's."""
    given = agency.command(SOFIA)
    appoint_substitute(
        agency.store,
        given,
        agency.new_id("substitution"),
        collector=CARLA.name,
        substitute=BRUNO.name,
        from_on=agency.today,
        until_on=agency.today + timedelta(days=13),
    )
    moved = [one.id for one in debtors.values() if one.zone == "Córdoba" and one.collector is CARLA]
    first = (agency.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    reassign_clients(agency.store, agency.command(SOFIA), lambda: moved, collector=ANA.name, from_on=first)


def _manage(agency: Agency, claimants: Sequence[Creditor], known: dict[UUID, Client]) -> Story:
    """The creditors come first, with what they were invoiced before; in summer a zone changes hands."""
    for creditor in claimants:
        creditor.client.register(agency)
    bring_earlier_invoices(agency, claimants)
    yield agency.day_in(200)
    for debtor in known.values():
        if debtor.zone == "Huelva" and debtor.collector is CARLA:
            given = agency.command(SOFIA)
            assign_client(agency.store, given, debtor.id, collector=BRUNO.name, from_on=given.today)
