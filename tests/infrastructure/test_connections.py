"""Whoever opens connections and asks nothing, or asks slowly, shuts nobody out."""

import resource
import select
import socket
import sqlite3
import ssl
from collections.abc import Callable
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from eventually import DEADLINE_SECONDS, eventually
from office import add_people
from server_process import connected, ended, served, started

from infrastructure.stores import open_store
from infrastructure.wiring import now

MANY = 600
HALF = b"GET /log-in HTTP/1.1\r\nHost: recobro\r\nX-Slow: "
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 999\r\n\r\n"
SLOW_BODY = b"POST /api/token HTTP/1.1\r\nHost: recobro\r\n" + FORM
ASKED = b"GET /health/live HTTP/1.1\r\nHost: recobro\r\n\r\n"

FOREVER, SOON = 600, 0.5


@pytest.fixture(scope="module")
def patient(tmp_path_factory, session_key):
    """Its limits of time end nothing here: room has to be made."""
    told = dict.fromkeys(("header_seconds", "idle_seconds", "stalled_seconds"), FOREVER)
    with served(tmp_path_factory.mktemp("patient"), session_key, **told) as (_, address):
        yield address


@pytest.fixture(scope="module")
def impatient(tmp_path_factory, session_key):
    told = dict.fromkeys(("header_seconds", "idle_seconds", "stalled_seconds"), SOON)
    with served(tmp_path_factory.mktemp("impatient"), session_key, **told) as (_, address):
        yield address


@contextmanager
def many(address, source: Callable[[int], str], said: bytes, number=MANY):
    held = []
    try:
        for each in range(number):
            held.append(connected(address, source(each)))
            if said:
                with suppress(OSError):  # it made room already
                    held[-1].sendall(said)
        yield held
    finally:
        for one in held:
            one.close()


def one_address(_):
    return "127.0.0.2"


def each_its_own(number):
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def read_to_the_end(connection):
    said = b""
    with suppress(ConnectionError):
        while part := connection.recv(1 << 16):
            said += part
    return said


def is_alive(connection):
    """Asked over this very connection, which asks nothing afterwards."""
    connection.sendall(ASKED)
    said = b""
    while not said.endswith(b"}") and (part := connection.recv(1 << 16)):
        said += part
    assert said.startswith(b"HTTP/1.1 200")


def answers(address, source="127.0.0.1"):
    transport = httpx2.HTTPTransport(local_address=source, verify=False)
    with httpx2.Client(base_url=address, timeout=DEADLINE_SECONDS, transport=transport) as http:
        return [http.get(path).status_code for path in ("/health/live", "/log-in")]


@pytest.mark.parametrize("said", [b"", HALF, SLOW_BODY], ids=["nothing", "half a header", "no body"])
@pytest.mark.parametrize("source", [one_address, each_its_own])
def test_hundreds_of_connections_that_ask_nothing_shut_nobody_out(patient, source, said):
    with many(patient, source, said) as held:
        assert answers(patient) == [200, 200]
        at_most = 100 if source is one_address else 500
        assert eventually(lambda: ended(held) >= MANY - at_most)


def test_who_shares_an_address_with_them_is_answered_too(patient):
    with many(patient, one_address, HALF):
        assert answers(patient, "127.0.0.2") == [200, 200]


def test_those_that_ask_nothing_go_first_and_the_longest_idle_before(tmp_path, master_key_file):
    told = {"connections": 3, "idle_seconds": FOREVER, "stalled_seconds": FOREVER}
    with served(tmp_path / "data", master_key_file, **told) as (_, address), ExitStack() as opened:
        busy = opened.enter_context(connected(address))
        busy.sendall(SLOW_BODY[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert busy.recv(1 << 16).startswith(b"HTTP/1.1 100 Continue")
        busy.sendall(400 * b"a")
        # One by one: whoever asked whether the server is ready may still count as connected, and goes before these.
        first = opened.enter_context(connected(address))
        is_alive(first)
        second = opened.enter_context(connected(address))
        is_alive(second)
        with connected(address):
            assert first.recv(1) == b""
            assert ended([busy, second]) == 0
            with connected(address), connected(address):
                assert second.recv(1) == b""
                assert ended([busy]) == 0


def test_it_is_the_longest_idle_also_where_all_of_it_happens_within_a_millisecond(tmp_path, master_key_file):
    told = {"connections": 3, "idle_seconds": FOREVER, "stalled_seconds": FOREVER}
    with served(tmp_path / "data", master_key_file, **told) as (_, address):
        for _ in range(30):
            with connected(address) as asked:
                is_alive(asked)
                with connected(address), connected(address), connected(address):
                    assert asked.recv(1) == b""


def test_who_awaits_an_answer_makes_no_room_and_others_are_told_to_come_again(tmp_path, master_key_file):
    with open_store(tmp_path / "data", master_key_file) as store:
        ana = add_people(store, now())["ana"]
    with (
        served(tmp_path / "data", master_key_file, connections=2) as (_, address),
        closing(sqlite3.connect(tmp_path / "data" / "events.db")) as writer,
        connected(address) as one,
        connected(address) as two,
    ):
        writer.execute("BEGIN IMMEDIATE")
        for waiting in (one, two):  # until nobody else writes
            waiting.sendall(
                b"POST /api/clients HTTP/1.1\r\nHost: recobro\r\nContent-Type: application/json\r\n"
                b"Authorization: Bearer %b\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n" % ana.encode()
            )
            assert waiting.recv(1 << 16).startswith(b"HTTP/1.1 100 Continue")
            waiting.sendall(b'{"name":"Ana"}')
        with connected(address) as third:
            assert read_to_the_end(third).startswith(b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain")
        writer.rollback()
        assert [waiting.recv(1 << 16)[:12] for waiting in (one, two)] == 2 * [b"HTTP/1.1 201"]


def test_a_header_that_comes_byte_by_byte_is_not_waited_for(impatient):
    with connected(impatient) as slow:
        slow.sendall(HALF)
        eventually(lambda: ended([slow]) or not slow.send(b"a"))  # nothing after its end, which would drop the answer
        assert read_to_the_end(slow).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_a_body_that_comes_byte_by_byte_is_not_waited_for(impatient):
    with connected(impatient) as slow:
        slow.sendall(SLOW_BODY)
        eventually(lambda: ended([slow]) or not slow.send(b"a"))  # nothing after its end, which would drop the answer
        assert read_to_the_end(slow).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


@pytest.mark.parametrize("said", [b"", ASKED], ids=["before the first request", "between two"])
def test_a_connection_that_asks_nothing_ends(impatient, said):
    with connected(impatient) as idle:
        idle.sendall(said)
        assert read_to_the_end(idle).count(b"HTTP/1.1 200") == (1 if said else 0)


def test_an_answer_that_nobody_takes_is_given_up(impatient):
    place = urlsplit(impatient)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((place.hostname, place.port))
        deaf.sendall(100 * b"GET /api/openapi.json HTTP/1.1\r\nHost: recobro\r\n\r\n")
        gone = select.poll()
        gone.register(deaf, select.POLLHUP)
        assert eventually(lambda: gone.poll(0))


@pytest.mark.parametrize(
    "said",
    [
        b"GET /" + 100_000 * b"a" + b" HTTP/1.1\r\nHost: recobro\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + 20_000 * b"a:b\r\n" + b"\r\n",
        b"GET / HTTP/1.1\r\nX: " + 100_000 * b"a",
        b"POST /api/token HTTP/1.1\r\nHost: recobro\r\nTransfer-Encoding: chunked\r\n\r\n1;" + 1_000_000 * b"a",
    ],
    ids=["address", "many names", "one value", "around a body"],
)
def test_a_header_without_end_is_refused(patient, said):
    with connected(patient) as endless:
        with suppress(ConnectionError):
            endless.sendall(said)
        assert read_to_the_end(endless).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "framed",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nnone",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: +4\r\n\r\nnone",
        b"Content-Length : 4\r\n\r\nnone",
    ],
    ids=["two ways", "two lengths", "another coding last", "a sign", "a blank"],
)
def test_a_request_that_could_be_two_is_refused(patient, framed):
    """By a proxy before it, it might be taken for one that ends elsewhere (request smuggling)."""
    with connected(patient) as doubtful:
        doubtful.sendall(
            b"POST /health/live HTTP/1.1\r\nHost: here\r\n" + framed + b"GET /health/live HTTP/1.1\r\n\r\n"
        )
        answered = read_to_the_end(doubtful)
    assert answered.startswith(b"HTTP/1.1 400 ")
    assert answered.count(b"HTTP/1.1") == 1


@pytest.fixture
def certificate(tmp_path):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now, place = datetime.now(UTC), x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).add_extension(
        place, critical=True
    )
    (tmp_path / "certificate.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return [f"--certificate={tmp_path / 'certificate.pem'}", f"--certificate-key={tmp_path / 'key.pem'}"]


def unverified():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize("source", [one_address, each_its_own])
def test_over_https_those_that_never_say_hello_shut_nobody_out(tmp_path, master_key_file, certificate, source):
    told = {"https": True, "header_seconds": FOREVER}
    with served(tmp_path / "data", master_key_file, *certificate, **told) as (_, address):
        with many(address, source, b"") as held:
            assert answers(address) == [200, 200]
            assert eventually(lambda: ended(held) >= MANY - (100 if source is one_address else 500))
        with connected(address) as silent, unverified().wrap_socket(silent) as known:
            is_alive(known)


def test_a_handshake_that_does_not_come_is_not_waited_for(tmp_path, master_key_file, certificate):
    told = {"https": True, "header_seconds": 2}
    with served(tmp_path / "data", master_key_file, *certificate, **told) as (_, address), connected(address) as silent:
        assert silent.recv(1) == b""


def test_where_the_system_allows_few_files_there_are_fewer_connections(tmp_path, master_key_file):
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    with (
        served(tmp_path / "data", master_key_file, start=started, before=few, header_seconds=FOREVER) as (_, address),
        many(address, each_its_own, HALF),
    ):
        assert answers(address) == [200, 200]


def test_several_processes_have_their_limits_each(tmp_path, master_key_file):
    told = {"header_seconds": FOREVER, "connections": 50}
    with (
        served(tmp_path / "data", master_key_file, "--workers=2", **told) as (_, address),
        many(address, each_its_own, HALF) as held,
    ):
        assert answers(address) == [200, 200]
        assert eventually(lambda: ended(held) >= MANY - 100)
