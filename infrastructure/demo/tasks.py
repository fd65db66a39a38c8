"""The demo's tasks: what its people have before them around today, and what they have done of it."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date, time
from random import Random
from uuid import UUID

from application import tasks
from domain.client import Client as ClientState
from domain.people import Actor
from domain.task import Colour, Details, Kind
from infrastructure.demo.agency import ANA, BRUNO, CARLA, SOFIA, Agency, Story
from infrastructure.demo.people import Client

SEED = 11

CALLS = (
    ("Llamar para reclamar la cuota", "Quedó en pagar a principios de mes; preguntar por el resguardo."),
    ("Devolver la llamada", "Llamó ayer por la tarde y pidió hablar con quien lleva lo suyo."),
    ("Confirmar la transferencia", None),
    ("Llamar: promete pagar esta semana", "Mejor después de las seis."),
)
VISITS = (
    ("Visita en el domicilio", "Llevar la propuesta de plan de pagos impresa."),
    ("Reunión para firmar el plan", "Traer dos copias y el DNI."),
    ("Entregar el requerimiento en mano", None),
)
MEETINGS = (
    ("Firma del plan de pagos en la oficina", "Dos copias."),
    ("Reunión en la oficina", None),
)
CHORES = (
    ("Pedir nota simple", "Al registro de la provincia."),
    ("Preparar el burofax", "Con acuse de recibo y certificación de texto."),
    ("Revisar el extracto del banco", None),
    ("Actualizar la dirección", None),
)
OFFICE = (
    ("Reunión de equipo", Kind.MEETING, "Repaso de las promesas del mes."),
    ("Cerrar el parte de cobros", Kind.TASK, None),
    ("Llamar al banco por las devoluciones", Kind.CALL, "Preguntar por los recibos devueltos de ayer."),
)
COLOURS = {Kind.CALL: Colour.BLUE, Kind.VISIT: Colour.VIOLET, Kind.MEETING: Colour.GREEN, Kind.TASK: Colour.AMBER}

BEHIND, AHEAD = 8, 12
"""How many days on each side of today have tasks."""

Planned = tuple[date, UUID, Actor]


def plan_tasks(agency: Agency, debtors: Iterable[Client], planned: list[Planned]) -> Story:
    """Some weeks ago everybody planned what is around today."""
    with _own_chance(agency):
        for collector in (ANA, BRUNO, CARLA):
            clients = sorted(
                (one for one in debtors if _holder(agency, one) == collector.name), key=lambda one: one.reference
            )
            for day in dict.fromkeys(agency.day_in(_days_from(agency) + days) for days in range(-BEHIND, AHEAD)):
                that_day = range(agency.random.choice((0, 1, 1, 2, 3)))
                planned += [_plan(agency, collector, day, clients) for _ in that_day]
        planned += [_office(agency, day) for day in (agency.today, agency.day_in(_days_from(agency) + 3))]
    yield from ()


def settle_tasks(agency: Agency, planned: Iterable[Planned]) -> Story:
    """What was for the days before today is done, was begun or left, or just lies there."""
    with _own_chance(agency):
        for day, task_id, collector in planned:
            if day < agency.today:
                _settle(agency, task_id, collector)
    yield from ()


@contextmanager
def _own_chance(agency: Agency) -> Generator[None]:
    """So that nothing else in the demo turns out otherwise for its tasks."""
    others, agency.random = agency.random, Random(SEED)  # noqa: S311 - chance, not secrecy
    try:
        yield
    finally:
        agency.random = others


def _holder(agency: Agency, client: Client) -> str | None:
    known, _ = agency.store.load(ClientState(), client.id)
    return known.held_by(agency.at.date())


def _days_from(agency: Agency) -> int:
    """How many until today."""
    return (agency.today - agency.at.date()).days


def _plan(agency: Agency, collector: Actor, day: date, clients: Sequence[Client]) -> Planned:
    kind = agency.random.choice((Kind.CALL, Kind.CALL, Kind.CALL, Kind.VISIT, Kind.VISIT, Kind.MEETING, Kind.TASK))
    title, notes = agency.random.choice(
        {Kind.CALL: CALLS, Kind.VISIT: VISITS, Kind.MEETING: MEETINGS, Kind.TASK: CHORES}[kind]
    )
    client = agency.random.choice(clients)
    timed = kind is not Kind.TASK
    details = Details(
        kind=kind,
        title=title,
        assignee=collector.name,
        day=day,
        starts_at=time(agency.random.randint(9, 18), agency.random.choice((0, 15, 30, 45))) if timed else None,
        minutes=agency.random.choice((15, 30, 60)) if timed else None,
        notes=notes,
        colour=COLOURS[kind] if agency.chance(0.8) else agency.random.choice([*Colour]),
    )
    task_id = agency.new_id("task")
    tasks.plan_task(agency.store, agency.command(collector), task_id, client_id=client.id, details=details)
    return day, task_id, collector


def _office(agency: Agency, day: date) -> Planned:
    title, kind, notes = agency.random.choice(OFFICE)
    details = Details(kind, title, SOFIA.name, day, notes=notes, colour=Colour.GREEN)
    task_id = agency.new_id("task")
    tasks.plan_task(agency.store, agency.command(SOFIA), task_id, client_id=None, details=details)
    return day, task_id, SOFIA


def _settle(agency: Agency, task_id: UUID, collector: Actor) -> None:
    what = agency.random.random()
    if what < 0.7:  # noqa: PLR2004 - most of them
        result = agency.random.choice((None, None, "Hecho.", "Hablado; queda en llamar él.", "Entregado en mano."))
        tasks.complete_task(agency.store, agency.command(collector), task_id, result=result)
    elif what < 0.8:  # noqa: PLR2004
        tasks.mark_task_unattended(agency.store, agency.command(collector), task_id)
    elif what < 0.88:  # noqa: PLR2004
        tasks.start_task(agency.store, agency.command(collector), task_id)
