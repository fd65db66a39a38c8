"""Where a request comes from is what the connection says, or what a proxy says that is trusted."""

from contextlib import ExitStack

import httpx2
import pytest
from eventually import DEADLINE_SECONDS
from pydantic import ValidationError
from server_process import connected, ended, served

from api.http.attempts import PAIR
from infrastructure.settings import Settings

PROXY = "127.0.0.9"


@pytest.fixture(scope="module")
def address(tmp_path_factory, session_key):
    told = {"trusted_proxies": f"{PROXY}, 10.0.0.0/8", "connections_per_address": 3}
    with served(tmp_path_factory.mktemp("proxied"), session_key, **told) as (_, address):
        yield address


def coming(address, source, **forwarded):
    headers = {name.replace("_", "-"): value for name, value in forwarded.items()}
    transport = httpx2.HTTPTransport(local_address=source)
    return httpx2.Client(base_url=address, headers=headers, timeout=DEADLINE_SECONDS, transport=transport)


@pytest.mark.parametrize(("source", "believed"), [(PROXY, True), ("127.0.0.1", False)])
def test_who_came_over_https_is_told_by_a_trusted_proxy_alone(address, source, believed):
    with coming(address, source, X_Forwarded_Proto="https") as http:
        assert ("Strict-Transport-Security" in http.get("/log-in").headers) is believed


@pytest.mark.parametrize(("source", "last"), [(PROXY, 401), ("127.0.0.1", 429)])
def test_attempts_to_log_in_are_counted_by_the_address_that_a_trusted_proxy_tells(address, source, last):
    """The last in the header is the proxy's word; what stands before it anybody may have written."""
    wrong = {"username": f"somebody at {source}", "password": "wrong"}
    for attempt in range(PAIR.at_once + 2):
        with coming(address, source, X_Forwarded_For=f"192.0.2.1, 198.51.100.{attempt}") as http:
            status = http.post("/api/token", data=wrong).status_code
    assert status == last


@pytest.mark.parametrize(("source", "make_room"), [(PROXY, 0), ("127.0.0.8", 3)])
def test_a_trusted_proxy_may_have_more_connections_than_anybody_else(address, source, make_room):
    with ExitStack() as opened:
        held = [opened.enter_context(connected(address, source)) for _ in range(6)]
        with coming(address, "127.0.0.1") as http:
            assert http.get("/health/live").status_code == 200
        assert ended(held) == make_room


def test_a_trusted_proxy_is_an_address_or_a_network_and_never_everybody(monkeypatch):
    monkeypatch.setenv("RECOBRO_TRUSTED_PROXIES", "*")
    with pytest.raises(ValidationError):
        Settings()
