"""A served application and the people who work with it, logged in: what the tests of the API drive."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient
from PIL import Image

from api.http.pace import Pace
from api.pages.context import SEEN, SESSION
from application import business
from application.streams import Command
from domain.people import OPERATOR, Role
from infrastructure.main import build
from infrastructure.stores import Store
from infrastructure.wiring import credentials

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

OPERATIONS = "token-of-the-monitoring"

ASKED_AT_MOST = 15
"""Each time waits for two seconds."""

PEOPLE = {
    "carl": [Role.COLLECTOR],
    "cora": [Role.COLLECTOR],
    "ana": [Role.SUPERVISOR],
    "bea": [Role.SUPERVISOR],
    "dora": [Role.ADMINISTRATOR],
    "emil": [Role.AUDITOR],
}


def command(at: datetime = NOW) -> Command:
    new = uuid4()
    return Command(new, OPERATOR, at, at.date(), correlation_id=new)


def add_people(store: Store, now: datetime = NOW) -> dict[str, str]:
    """Their tokens. They have no passwords yet: argon2 is slow on purpose."""
    logins = credentials(store)
    tokens = {}
    for name, roles in PEOPLE.items():
        business.add_user(store.events, command(now), name=name, roles=roles)
        tokens[name] = logins.issue(name, now=now)
    logins.close()
    return tokens


@dataclass
class Person:
    """Somebody who is logged in, and sees what was done before: each answer's position is read after."""

    http: TestClient
    token: str
    seen: "Seen"

    def post(self, path, body=None, *, key=None, **headers):
        extra = {"Idempotency-Key": key} if key else {}
        answer = self.http.post(path, json=body, headers=self._headers(**extra, **headers))
        if "Log-Position" in answer.headers:
            self.seen.position = max(self.seen.position, int(answer.headers["Log-Position"]))
        return answer

    def get(self, path, **query):
        """The answer once read models have come up: on a machine with much to do it may have to be asked again."""
        for _ in range(ASKED_AT_MOST):
            answer = self.asks_once(path, **query)
            if answer.status_code != 503:
                break
        return answer

    def asks_once(self, path, **query):
        query = {name.rstrip("_"): value for name, value in query.items() if value is not None}
        return self.http.get(path, params=query, headers=self._headers(**{"Read-After": str(self.seen.position)}))

    def does(self, path, body=None, **more):
        """A command that must be carried out; the id of what it made."""
        answer = self.post(path, body, **more)
        assert answer.is_success, answer.text
        return answer.json()["id"]

    def sees(self, path, **query):
        """What a question is answered."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _headers(self, **extra):
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **extra}


@dataclass
class Seen:
    position: int = 0


@dataclass
class Office:
    """The people who work with one served application. `clock` is what it takes the time from."""

    http: TestClient
    store: Store
    tokens: dict[str, str]
    clock: "Clock"
    seen: Seen = field(default_factory=Seen)

    def __getattr__(self, name):
        if name not in self.tokens:
            raise AttributeError(name)
        return Person(self.http, self.tokens[name], self.seen)

    def browser(self, name):
        """The headers of that person's browser, which has seen all that was done: pages wait for it."""
        position, _ = self.store.events.head()
        return {
            "Cookie": f"{SESSION}={self.tokens[name]}; {SEEN}={position}",
            "Sec-Fetch-Site": "same-origin",
            "Accept-Language": "es",
        }

    @property
    def today(self):
        """The business's day, which in Madrid begins an hour or two before that of UTC."""
        return business_day(self.clock.now)

    def client(self, name="Deudora S.L.", **more):
        return self.ana.does("/api/clients", {"name": name, **more})

    def case_file(self, reference="EXP-1", principal="1000.00", collector="carl", **more):
        """Opened on 10 January, in that collector's portfolio; its id."""
        debtor = self.client(f"Deudora de {reference}")
        if collector:
            self.ana.does(f"/api/clients/{debtor}/assignment", {"collector": collector, "from": "2026-01-01"})
        return self.ana.does("/api/case-files", opening(reference, debtor, principal) | more)


def give_passwords(office: Office, *names: str) -> None:
    """To those of `PEOPLE` who are to be chosen as users are: as everybody who works with a store has one."""
    logins = credentials(office.store)
    for name in names:
        logins.set_password(name, "una contraseña larga")
        office.tokens[name] = logins.issue(name, now=office.clock.now)
    logins.close()


def business_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Europe/Madrid")).date()


def opening(reference, debtor, principal="1000.00"):
    return {
        "reference": reference,
        "debtor_id": debtor,
        "principal": euros(principal),
        "opened_on": "2026-01-10",
        "due_on": "2026-02-10",
    }


def euros(amount):
    return {"amount": amount, "currency": "EUR"}


def payment(amount="100.00", **more):
    return {"amount": euros(amount), "received_on": "2026-03-16", "method": "transfer", **more}


def picture(colour="red", format_="JPEG"):
    made = BytesIO()
    Image.new("RGB", (600, 400), colour).save(made, format_)
    return made.getvalue()


def send_image(person, client, content):
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = person.http.post(f"/api/clients/{client}/image", files={"image": ("foto.jpg", content)}, headers=headers)
    if answer.is_success:
        person.seen.position = max(person.seen.position, answer.json()["position"])
    return answer


def upload(person, expense_id, content, *, key=None):
    headers = {"Authorization": f"Bearer {person.token}", "Accept-Language": "en"}
    headers |= {"Idempotency-Key": key} if key else {}
    answer = person.http.post(f"/api/expenses/{expense_id}/attachment", content=content, headers=headers)
    person.seen.position = max(person.seen.position, int(answer.headers.get("Log-Position", 0)))
    return answer


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def serving(
    store: Store,
    tokens: dict[str, str],
    *,
    patience: float = 30,
    public_url: str | None = "http://testserver/",
    pace: Pace | None = None,
) -> Iterator[Office]:
    """A store in which these people work, and read models that are there. `patience` is with mail servers."""
    clock = Clock()
    app = build(store, public_url=public_url, operations_token=OPERATIONS, clock=clock, patience=patience, pace=pace)
    with TestClient(app, client=("127.0.0.1", 50000)) as http:
        yield Office(http, store, dict(tokens), clock)
