"""A log to measure with: an agency's case files, worked on as time goes by, appended straight through the event store.

For every case file its debtor is registered and assigned, it is opened and called about; promises are made, payments
recorded and approved. What happens to one lies spread among what happens to a few thousand others, as in real life.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from application.streams import Change, Command, Decision
from domain.case_file import Event, activity, debt, progress, promises, schedule
from domain.client import ClientRegistered
from domain.client import Event as ClientEvent
from domain.client.details import Kind
from domain.client.portfolio import ClientAssignedToCollector
from domain.money import Money
from domain.payments import Method, PaymentApproved, PaymentRecorded
from domain.people import OPERATOR
from infrastructure.stores import Store

UNAPPROVED = 0.1
"""Of the last payments, so many still wait."""

OPEN_AT_ONCE = 5_000
APPENDED_AT_ONCE = 20_000

TODAY = date(2026, 11, 20)
COLLECTORS = [f"collector{n}" for n in range(20)]
CREDITOR = UUID(int=1)


def fill(store: Store, case_files: int, *, seed: int = 1) -> None:
    """Ten events for each case file, and as many debtors as case files."""
    random = Random(seed)  # noqa: S311 - the same log every time
    versions: dict[UUID, int] = {}
    changes = [Change(CREDITOR, [ClientRegistered("CREDITOR", "Acreedora, S.A.", Kind.COMPANY)], CREDITOR)]
    count = 0
    for change in _in_turn(random, case_files):
        changes.append(change)
        count += len(change.events)
        if count >= APPENDED_AT_ONCE:
            _append(store, random, changes, versions)
            changes, count = [], 0
    _append(store, random, changes, versions)


def _append(store: Store, random: Random, changes: list[Change], versions: dict[UUID, int]) -> None:
    command_id = UUID(int=random.getrandbits(128))
    command = Command(command_id, OPERATOR, datetime.now(UTC), TODAY, command_id)
    store.events.append(
        Decision(changes), command, after={change.stream: versions.get(change.stream, 0) for change in changes}
    )
    for change in changes:
        versions[change.stream] = versions.get(change.stream, 0) + len(change.events)


def _in_turn(random: Random, case_files: int) -> Iterator[Change]:
    """One step of one of the case files now in work, over and over; a new one begins when one is done."""
    begun = (_case_file(random, number) for number in range(case_files))
    at_work = [story for story, _ in zip(begun, range(OPEN_AT_ONCE), strict=False)]
    while at_work:
        place = random.randrange(len(at_work))
        change = next(at_work[place], None)
        if change is not None:
            yield change
        elif (story := next(begun, None)) is not None:
            at_work[place] = story
        else:
            at_work[place] = at_work[-1]
            at_work.pop()


def _case_file(random: Random, number: int) -> Iterator[Change]:
    def new_id() -> UUID:
        return UUID(int=random.getrandbits(128))

    stream, debtor = new_id(), new_id()
    opened_on = TODAY - timedelta(days=random.randrange(30, 700))
    principal = Money.of_minor(random.randrange(10_000, 500_000), "EUR")
    third = Money.of_minor(principal.minor // 3, "EUR")
    name = f"{random.choice(NAMES)} {random.choice(SURNAMES)} {random.choice(SURNAMES)}"
    registered: list[ClientEvent] = [
        ClientRegistered(f"D-{number:07}", name, Kind.PERSON, f"zone {number % 40}"),
        ClientAssignedToCollector(random.choice(COLLECTORS), opened_on),
    ]
    yield Change(debtor, registered, debtor)

    def on_it(*events: Event) -> Change:
        return Change(stream, events, debtor)

    item = debt.Item(f"F-{number}", opened_on - timedelta(days=60), opened_on - timedelta(days=30), principal)
    due = schedule.Instalment(item.due_on, principal)
    yield on_it(progress.CaseFileOpened(f"E-{number:07}", CREDITOR, debtor, "EUR", opened_on, (item,), (due,)))
    for week in (1, 2):
        day = opened_on + timedelta(weeks=week)
        yield on_it(
            activity.ActionLogged(
                new_id(),
                day,
                activity.Channel.CALL,
                activity.Direction.OUTGOING,
                activity.Outcome.CONTACTED,
                note="Dice que lo mira y que llamemos la semana que viene.",
                next_action="Volver a llamar",
                next_action_on=day + timedelta(weeks=1),
            )
        )
    yield on_it(promises.PromiseMade(new_id(), third, opened_on + timedelta(days=25), opened_on + timedelta(days=15)))
    for weeks, waits in ((3, False), (4, random.random() < UNAPPROVED)):
        payment, received_on = new_id(), opened_on + timedelta(weeks=weeks)
        yield on_it(PaymentRecorded(payment, third, received_on, Method.TRANSFER, recorded_by="collector1"))
        if not waits:
            yield on_it(PaymentApproved(payment, "supervisor1"))


NAMES = [
    "José",
    "María",
    "Núria",
    "Íñigo",
    "Begoña",
    "Ángel",
    "Lucía",
    "Óscar",
    "Ximena",
    "Álvaro",
    "Concepción",
    "Iker",
    "Noa",
    "Saúl",
    "Rocío",
]
SURNAMES = [
    "Núñez",
    "García",
    "Peña",
    "Ibáñez",
    "Castaño",
    "Muñoz",
    "Ortega",
    "Vidal",
    "Zúñiga",
    "Ferrer",
    "Ñíguez",
    "Soler",
    "Pérez",
    "Roca",
    "Antúnez",
]
