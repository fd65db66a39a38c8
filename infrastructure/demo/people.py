"""Who the demo's case files are about: invented creditors, debtors, and those who stand beside a debtor."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from uuid import UUID, uuid5

from faker import Faker
from stdnum.es import cif, dni

from application.assignments import assign_client
from application.clients import register_client
from domain.client.contacts import Contact, ContactKind, ContactState, Medium
from domain.client.details import Address, ClientRole, Details, Identification, IdentificationKind, Kind
from domain.people import Actor
from infrastructure.demo.agency import ANA, BRUNO, CARLA, DEMO, ELENA, Agency

ZONES = {
    ANA: ("Madrid", "Getafe", "Alcalá de Henares", "Toledo", "Guadalajara"),
    BRUNO: ("Valencia", "Castellón", "Alicante", "Murcia", "Albacete"),
    CARLA: ("Sevilla", "Málaga", "Cádiz", "Córdoba", "Huelva"),
}


@dataclass(frozen=True)
class Client:
    """`zone` and who is to hold the client are known from the start: a creditor's account is its zone's collector's."""

    id: UUID
    reference: str
    name: str
    kind: Kind
    zone: str
    collector: Actor | None = None

    @property
    def role(self) -> ClientRole:
        return ClientRole.CREDITOR if self.reference.startswith("ACR") else ClientRole.DEBTOR

    def register(self, agency: Agency) -> None:
        registered = agency.command(ELENA)
        register_client(
            agency.store,
            registered,
            self.id,
            reference=self.reference,
            details=described(self),
            contacts=reached(self),
        )
        if self.collector is not None:
            assigned = agency.command(agency.supervisor())
            assign_client(agency.store, assigned, self.id, collector=self.collector.name, from_on=assigned.today)


def described(client: Client) -> Details:
    """By its reference alone, so that all else in the demo stays as it was. The numbers are beyond those given out."""
    chance, number = Random(client.reference), _number(client)  # noqa: S311 - chance, not secrecy
    street = f"{chance.choice(_STREETS)}, {chance.randint(1, 120)}"
    if client.kind is Kind.COMPANY:
        identification = Identification(
            IdentificationKind.CIF, f"B{number:07}{cif.calc_check_digits(f'B{number:07}')[0]}"
        )
    else:
        dni_number = f"{99_000_000 + number}"
        identification = Identification(IdentificationKind.NIF, f"{dni_number}{dni.calc_check_digit(dni_number)}")
    return Details(
        client.name,
        client.kind,
        identification,
        Address(street, _POSTCODES[client.zone], city=client.zone),
        client.zone,
        roles=(client.role,),
        payment_days=30 if client.role is ClientRole.CREDITOR else None,
    )


def reached(client: Client) -> Sequence[Contact]:
    """Most by a mobile phone, many by e-mail; some do not want it, some numbers are wrong by now."""
    chance, number = Random(client.reference[::-1]), _number(client)  # noqa: S311 - chance, not secrecy
    state = chance.choices(
        (ContactState.VALID, ContactState.UNVERIFIED, ContactState.WRONG, ContactState.DO_NOT_CALL), (80, 10, 6, 4)
    )[0]
    contacts = [Contact(Medium.PHONE, f"60000{number:04}", ContactKind.MOBILE, state=state, preferred=True)]
    if chance.random() < 0.3:  # noqa: PLR2004 - nearly a third have another
        whose = (
            chance.choice(("Su pareja", "Su madre", "Su hermano")) if client.kind is Kind.PERSON else "Administración"
        )
        contacts.append(
            Contact(
                Medium.PHONE, f"91000{number:04}", ContactKind.HOME, whose, hours="Por las tardes", source="Contrato"
            )
        )
    if chance.random() < 0.7:  # noqa: PLR2004 - most have an address
        contacts.append(Contact(Medium.EMAIL, f"{client.reference.lower()}@example.com"))
    return contacts


def _number(client: Client) -> int:
    """Of its own among all: its reference's, apart for creditors, debtors and those beside them."""
    kind, _, number = client.reference.partition("-")
    return {"ACR": 0, "D": 1000, "T": 5000}[kind] + int(number)


_STREETS = (
    "Calle Mayor", "Calle de la Paz", "Avenida de la Constitución", "Calle Real", "Plaza de España", "Calle Nueva",
    "Calle del Sol", "Avenida de Andalucía", "Calle San Juan", "Paseo de la Alameda", "Calle Cervantes", "Ronda Norte",
)  # fmt: skip

_POSTCODES = {
    "Madrid": "28013", "Getafe": "28901", "Alcalá de Henares": "28801", "Toledo": "45001", "Guadalajara": "19001",
    "Valencia": "46001", "Castellón": "12001", "Alicante": "03001", "Murcia": "30001", "Albacete": "02001",
    "Sevilla": "41001", "Málaga": "29001", "Cádiz": "11001", "Córdoba": "14001", "Huelva": "21001",
}  # fmt: skip


@dataclass(frozen=True)
class Creditor:
    """What it claims of whom: usual amounts in euros, for what, and from persons or from companies."""

    client: Client
    amounts: tuple[int, int]
    claims: str
    from_companies: bool

    @property
    def collector(self) -> Actor:
        """Who looks after its account."""
        return _works_in(self.client.zone)


def creditors() -> Sequence[Creditor]:
    return [
        Creditor(
            Client(
                id=_id("creditor", number),
                reference=f"ACR-{number:02}",
                name=name,
                kind=Kind.COMPANY,
                zone=zone,
                collector=_works_in(zone),
            ),
            (least, most),
            claims,
            from_companies,
        )
        for number, (name, zone, least, most, claims, from_companies) in enumerate(_CREDITORS, start=1)
    ]


def _works_in(zone: str) -> Actor:
    return next(collector for collector, zones in ZONES.items() if zone in zones)


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
        return Client(
            id=_id("debtor", number),
            reference=f"D-{number:04}",
            name=self._name(kind),
            kind=kind,
            zone=zone,
            collector=held_by,
        )

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
