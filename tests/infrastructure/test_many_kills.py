"""A thousand kills: servers at work on all that people do at once, killed at any moment, the first of their start too.

Each round stands by itself, on a store of its own and with its own seed: a run that was broken off goes on with those
that are left, such as `-k "round-1 or round-2"`.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Event, Lock

import httpx2
import pytest
from agency import dump
from carriers import ISSUER
from eventually import DEADLINE_SECONDS
from forked_server import forked
from office import add_people, opening, payment
from server_process import kill, served

from domain.client import ClientRegistered
from domain.invoice.issuing import InvoiceIssued
from domain.payments import PaymentApproved, PaymentRecorded
from domain.series import NumberTaken
from domain.task import TaskPlanned
from infrastructure.log import chain
from infrastructure.read_models.projector import Projector
from infrastructure.read_models.served import PROJECTIONS, rebuild
from infrastructure.stores import open_store
from infrastructure.wiring import now

ROUNDS, KILLS = 20, 25
"""So many kills in each round, on each database."""

WORKERS = 8
AT_MOST = 60
"""Answers that are awaited before a kill."""

TASKS_ON = "2099-12-01"

IN_ITS_START = 0.2
"""Of the servers: killed within their first moments, ready or not."""


@dataclass
class Asked:
    """A command as it was sent, and what it made once somebody was told."""

    who: str
    path: str
    body: dict
    key: str
    made: str | None = None
    answered: bool = False


@dataclass
class Office:
    """What is there to work on, and all that was asked of any server up to now."""

    tokens: dict[str, str]
    files: list[str] = field(default_factory=list)
    debtor: str = ""
    asked: list[Asked] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def send(self, http, asked):
        """True where it was answered, and done; a server that dies on the way gives no answer."""
        headers = {"Authorization": f"Bearer {self.tokens[asked.who]}", "Idempotency-Key": asked.key}
        answer = http.post(asked.path, json=asked.body, headers=headers)
        if answer.status_code == 503:
            return False
        assert answer.is_success, f"{asked.path}: {answer.status_code} {answer.text}"
        made = answer.json()["id"]
        assert asked.made in (None, made), f"{asked.path}: done twice"
        asked.made, asked.answered = made, True
        return True

    def ask(self, http, who, path, body, key):
        """What it made; None where nobody said."""
        asked = Asked(who, path, body, key)
        with self.lock:
            self.asked.append(asked)
        return asked.made if self.send(http, asked) else None

    def of(self, end):
        return [one for one in self.asked if one.path.endswith(end)]


def work(office, address, rng, name, enough):
    """One person at a desk, until the server is gone."""
    number = 0
    with suppress(httpx2.TransportError), httpx2.Client(base_url=address, timeout=DEADLINE_SECONDS) as http:
        while True:
            number += 1
            do_one(office, http, rng, f"{name}-{number}")
            enough()


def do_one(office, http, rng, key):
    file = rng.choice(office.files)
    match rng.randrange(5):
        case 0 | 1:
            paid = office.ask(http, "carl", f"/api/case-files/{file}/payments", payment("0.01"), key)
            if paid is not None and rng.random() < 0.5:
                office.ask(http, "ana", f"/api/case-files/{file}/payments/{paid}/approval", {}, f"{key}-approved")
        case 2:
            office.ask(http, "ana", "/api/clients", {"name": f"Deudora {key}", "reference": f"C-{key}"}, key)
        case 3:
            office.ask(http, "carl", "/api/tasks", {"title": key, "day": TASKS_ON}, key)
        case _:
            lines = [{"description": key, "unit_price": "10", "tax_rate": "21"}]
            draft = office.ask(http, "ana", "/api/invoices", {"client_id": office.debtor, "lines": lines}, key)
            if draft is not None:
                office.ask(http, "ana", f"/api/invoices/{draft}/issue", {}, f"{key}-issued")


def kill_while_it_works(office, store, master_key_file, rng, which):
    """Once so many answers came, wherever the others are; before, all that got no answer is asked again."""
    wanted, seeds = rng.randrange(1, AT_MOST), [rng.random() for _ in range(WORKERS)]
    answers, killed_now = Counter(), Event()

    def enough():
        with office.lock:
            answers["all"] += 1
            if answers["all"] >= wanted:
                killed_now.set()

    with served(store, master_key_file, "--workers=2") as (process, address):
        ask_again(office, address)
        with ThreadPoolExecutor(WORKERS) as people:
            at_work = [
                people.submit(work, office, address, Random(seed), f"{which}-{one}", enough)  # noqa: S311 - no secret
                for one, seed in enumerate(seeds)
            ]
            assert killed_now.wait(DEADLINE_SECONDS)
            kill(process)
        for one in at_work:
            one.result()


def ask_again(office, address):
    """What nobody answered is done then, once; what was answered is answered the same."""
    with httpx2.Client(base_url=address, timeout=DEADLINE_SECONDS) as http:
        for asked in [one for one in office.asked if not one.answered] + office.asked[-5:]:
            while not office.send(http, asked):
                pass


def filled(store, master_key_file):
    with open_store(store, master_key_file) as opened:
        tokens = add_people(opened, now())
    with served(store, master_key_file) as (_, address), httpx2.Client(base_url=address) as http:
        office = Office(tokens)

        def does(who, path, body, key):
            asked = Asked(who, path, body, key)
            assert office.send(http, asked)
            return asked.made

        does("dora", "/api/issuer/identity", ISSUER, "issuer")
        office.debtor = does("ana", "/api/clients", {"name": "Deudora"}, "debtor")
        held = {"collector": "carl", "from": "2026-01-01"}
        does("ana", f"/api/clients/{office.debtor}/assignment", held, "held")
        for number in range(6):
            opened = opening(f"EXP-{number}", office.debtor)
            office.files.append(does("ana", "/api/case-files", opened, f"file-{number}"))
    return office


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    """Where it is: the servers open it themselves."""
    return str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(ROUNDS), ids=lambda number: f"round-{number}-")
def test_servers_killed_over_and_over_lose_nothing_and_do_nothing_twice(store, master_key_file, seed):
    rng = Random(seed)  # noqa: S311 - no secret
    office = filled(store, master_key_file)
    for number in range(KILLS):
        if rng.random() < IN_ITS_START:
            process, _ = forked(store, master_key_file, "--workers=2")
            Event().wait(rng.uniform(0.05, 1.5))
            kill(process)
        else:
            kill_while_it_works(office, store, master_key_file, rng, f"{seed}-{number}")
    with served(store, master_key_file) as (_, address):
        ask_again(office, address)
    with open_store(store, master_key_file) as opened:
        check(office, opened)


def check(office, opened):
    assert isinstance(opened.events.verify(), chain.Head)
    told = Counter[type]()
    made, numbers, issued, position = Counter[str](), [], [], 0
    while page := opened.events.since(position, 1000):
        position = page[-1].position
        for recorded in page:
            told[type(recorded.event)] += 1
            match recorded.event:
                case PaymentRecorded(payment_id=payment_id):
                    made[str(payment_id)] += 1
                case NumberTaken(sequence=sequence):
                    numbers.append(sequence)
                case InvoiceIssued():
                    issued.append(str(recorded.stream))
                case TaskPlanned():
                    made[str(recorded.stream)] += 1
    assert made == Counter(one.made for one in [*office.of("/payments"), *office.of("/tasks")])
    assert told[PaymentApproved] == len(office.of("/approval")) > 0
    assert told[ClientRegistered] == 1 + len(office.of("/clients"))
    assert numbers == list(range(1, len(issued) + 1))
    assert sorted(issued) == sorted(one.made for one in office.of("/issue"))
    assert len(issued) > 0
    shown = read_models(opened)
    rebuild(opened)
    assert read_models(opened) == shown


def read_models(opened):
    with closing(opened.generations.open(opened.generations.current())) as generation:
        Projector(opened.events, generation, PROJECTIONS).catch_up()
        return dump(generation)
