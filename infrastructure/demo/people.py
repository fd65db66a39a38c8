"""Who the demo's case files are about: invented creditors, debtors, and those who stand beside a debtor."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from uuid import UUID, uuid5

from faker import Faker

from application.clients import assign_client, register_client
from domain.client.details import Details, Kind
from domain.people import Actor
from infrastructure.demo.agency import ANA, BRUNO, CARLA, DEMO, ELENA, Agency

ZONES = {
    ANA: ("Madrid", "Getafe", "Alcalá de Henares", "Toledo", "Guadalajara"),
    BRUNO: ("Valencia", "Castellón", "Alicante", "Murcia", "Albacete"),
    CARLA: ("Sevilla", "Málaga", "Cádiz", "Córdoba", "Huelva"),
}


@dataclass(frozen=True)
class Client:
    """`zone` and who is to hold the client are known from the start; nobody holds a creditor."""

    id: UUID
    reference: str
    name: str
    kind: Kind
    zone: str
    collector: Actor | None = None

    def register(self, agency: Agency) -> None:
        registered = agency.command(ELENA)
        register_client(
            agency.store,
            registered,
            self.id,
            reference=self.reference,
            details=Details(self.name, self.kind, zone=self.zone),
        )
        if self.collector is not None:
            assigned = agency.command(agency.supervisor())
            assign_client(agency.store, assigned, self.id, collector=self.collector.name, from_on=assigned.today)


@dataclass(frozen=True)
class Creditor:
    """What it claims of whom: usual amounts in euros, for what, and from persons or from companies."""

    client: Client
    amounts: tuple[int, int]
    claims: str
    from_companies: bool


def creditors() -> Sequence[Creditor]:
    return [
        Creditor(
            Client(_id("creditor", number), f"ACR-{number:02}", name, Kind.COMPANY, zone),
            (least, most),
            claims,
            from_companies,
        )
        for number, (name, zone, least, most, claims, from_companies) in enumerate(_CREDITORS, start=1)
    ]


_CREDITORS = (
    ("Telefonía Brisamar, S.A.", "Madrid", 60, 600, "FT", False),
    ("Línea Alborada Comunicaciones, S.A.", "Valencia", 80, 700, "LA", False),
    ("Fibra Cuatro Ríos, S.L.", "Sevilla", 50, 450, "FC", False),
    ("Aguas de Valdemirlo, S.A.", "Toledo", 70, 500, "AG", False),
    ("Energía Montecierzo Comercializadora, S.L.", "Madrid", 120, 1800, "EM", True),
    ("Gas Riberalta, S.A.", "Alicante", 90, 900, "GR", False),
    ("Clínica Dental Arco Sur, S.L.P.", "Málaga", 250, 3200, "CD", False),
    ("Centro Médico Los Tilares, S.L.", "Murcia", 150, 2500, "CM", False),
    ("Financiera Torrealba, E.F.C., S.A.", "Madrid", 900, 12000, "FIN", False),
    ("Crédito Peñaclara, E.F.C., S.A.", "Valencia", 600, 8000, "CP", False),
    ("Suministros Industriales Valdoria, S.A.", "Guadalajara", 800, 15000, "SI", True),
    ("Distribuciones Hortícolas Vegaluz, S.L.", "Sevilla", 400, 9000, "DH", True),
)


class Register:
    """Makes up further people and companies, each once, the same ones in the same order every time."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._faker = Faker("es_ES")
        self._faker.seed_instance(random.getrandbits(32))
        self._names: set[str] = set()
        self._debtors, self._further = count(1), count(1)

    def debtor(self, kind: Kind) -> Client:
        """One in forty is in nobody's portfolio yet."""
        number = next(self._debtors)
        collector = self._random.choice((ANA, BRUNO, CARLA))
        zone = self._random.choice(ZONES[collector])
        held_by = None if number % 40 == 0 else collector
        return Client(_id("debtor", number), f"D-{number:04}", self._name(kind), kind, zone, held_by)

    def further(self, kind: Kind, zone: str) -> Client:
        number = next(self._further)
        return Client(_id("further", number), f"T-{number:03}", self._name(kind), kind, zone)

    def _name(self, kind: Kind) -> str:
        name = ""
        while not name or name in self._names:
            if kind is Kind.COMPANY:
                trade = self._random.choice(_TRADES)
                name = f"{trade} {self._faker.last_name()} y {self._faker.last_name()}, S.L."
            else:
                name = f"{self._faker.first_name()} {self._faker.last_name()} {self._faker.last_name()}"
        self._names.add(name)
        return name


_TRADES = (
    "Construcciones", "Hostelería", "Transportes", "Talleres", "Frutas", "Reformas", "Panificadora", "Carpintería",
    "Electricidad", "Asesoría", "Ferretería", "Jardinería",
)  # fmt: skip


def _id(what: str, number: int) -> UUID:
    return uuid5(DEMO, f"{what} {number}")
