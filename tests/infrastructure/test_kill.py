"""Real server processes on a real store, killed without warning."""

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from uuid import UUID

import httpx2
import pytest
from eventually import DEADLINE_SECONDS, eventually
from office import add_people, opening, payment
from server_process import kill, served, started

from domain.payments import PaymentRecorded
from infrastructure.log import chain
from infrastructure.stores import Store, open_store
from infrastructure.wiring import credentials, now

ENOUGH = 40  # payments acknowledged before the server is killed


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path, master_key_file):
    """Its address and the means to open it: the servers open it themselves."""
    address = str(tmp_path / "data") if request.param == "sqlite" else request.getfixturevalue("postgres_address")
    return lambda: open_store(address, master_key_file)


def token(opened: Store, name: str) -> dict[str, str]:
    logins = credentials(opened)
    headers = {"Authorization": f"Bearer {logins.issue(name, now=now())}"}
    logins.close()
    return headers


def record_until_killed(address: str, headers, case_file, keys, acknowledged, wanted: Event):
    """One collector at work: each payment under a key of its own, noted once the server has said yes."""
    with httpx2.Client(base_url=address, headers=headers, timeout=DEADLINE_SECONDS) as http:
        for key in keys:
            acknowledged[key] = None
            try:
                answer = http.post(
                    f"/api/case-files/{case_file}/payments", json=payment("1.00"), headers={"Idempotency-Key": key}
                )
            except httpx2.TransportError:
                return
            assert answer.status_code == 201, answer.text
            acknowledged[key] = answer.json()["id"]
            if sum(made is not None for made in list(acknowledged.values())) >= ENOUGH:
                wanted.set()


def test_a_server_killed_under_load_loses_nothing_it_acknowledged_and_does_nothing_twice(store, master_key_file):
    with store() as opened:
        add_people(opened)
        headers, seen = token(opened, "ana"), token(opened, "carl")
        with served(opened.address, master_key_file) as (process, address):
            with httpx2.Client(base_url=address, headers=headers) as http:
                debtor = http.post("/api/clients", json={"name": "Deudora"}).json()["id"]
                http.post(f"/api/clients/{debtor}/assignment", json={"collector": "carl", "from": "2026-01-01"})
                case_file = http.post("/api/case-files", json=opening("EXP-1", debtor)).json()["id"]
            acknowledged: dict[str, str | None] = {}
            wanted = Event()
            with ThreadPoolExecutor(4) as pool:
                for worker in range(4):
                    keys = (f"{worker}-{number}" for number in count())
                    pool.submit(record_until_killed, address, seen, case_file, keys, acknowledged, wanted)
                assert wanted.wait(DEADLINE_SECONDS)
                kill(process)
        with (
            served(opened.address, master_key_file) as (_, address),
            httpx2.Client(base_url=address, headers=seen) as http,
        ):
            for key, made in acknowledged.items():  # whoever got no answer asks again; whoever got one gets the same
                answer = http.post(
                    f"/api/case-files/{case_file}/payments", json=payment("1.00"), headers={"Idempotency-Key": key}
                )
                assert answer.status_code == 201
                assert made in (None, answer.json()["id"])
                acknowledged[key] = answer.json()["id"]
            recorded = [
                str(one.event.payment_id)
                for one in opened.events.history(UUID(case_file))
                if isinstance(one.event, PaymentRecorded)
            ]
            assert Counter(recorded) == Counter(acknowledged.values())
            position, _ = opened.events.head()
            desk = http.get("/api/escritorio/today", headers={"Read-After": str(position)}).json()
            assert desk["unapproved"] == {
                "count": len(recorded),
                "totals": [{"amount": f"{len(recorded)}.00", "currency": "EUR"}],
            }
            assert isinstance(opened.events.verify(), chain.Head)


def test_when_the_leading_process_is_killed_another_keeps_the_read_models_up(store, master_key_file):
    with store() as opened:
        add_people(opened)
        headers = token(opened, "ana")
        with (
            served(opened.address, master_key_file) as (first, _),
            served(opened.address, master_key_file) as (_, address),
            httpx2.Client(base_url=address, headers=headers, timeout=DEADLINE_SECONDS) as http,
        ):
            kill(first)
            position = http.post("/api/clients", json={"name": "Ana"}).json()["position"]
            eventually(lambda: http.get("/api/clients", headers={"Read-After": str(position)}).status_code == 200)
            assert [client["name"] for client in http.get("/api/clients").json()["items"]] == ["Ana"]


def test_a_server_told_to_stop_answers_what_it_was_asked_and_goes(store, master_key_file):
    with store() as opened:
        add_people(opened)
        headers = token(opened, "ana")
        with served(opened.address, master_key_file, "--workers=2", start=started) as (process, address):
            with httpx2.Client(base_url=address, headers=headers, timeout=DEADLINE_SECONDS) as http:
                assert http.post("/api/clients", json={"name": "Ana"}).status_code == 201
            process.send_signal(signal.SIGTERM)
            assert process.wait(DEADLINE_SECONDS) in (0, -signal.SIGTERM)
        assert opened.events.head()[0] > 0
