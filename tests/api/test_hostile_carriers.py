"""Mail servers and SMS gateways that mean harm: of their answers one bounded line is kept, and nobody waits on."""

from base64 import b64encode
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from zlib import compressobj

import pytest
from carriers import (
    ISSUER,
    client_with,
    gateway_at,
    issued_invoice,
    mail_server,
    message,
    set_up_mail,
    set_up_sms,
    state,
)
from eventually import eventually
from office import serving
from originals import copied_folder

from domain.message import ANSWER_AT_MOST

pytestmark = pytest.mark.whole("mail servers and SMS gateways that mean harm")

PATIENCE = 0.5
"""An answer that drips takes a thousand seconds, far longer than `eventually` waits."""

NASTY = {
    "lines": b"550 no\r\n" + b'{"level": "error", "event": "forged"}\r\n',
    "a lone line end": b"550 no\rforged\r\n",
    "control characters": b"550 no \x00\x07\x08\x0b\x0c\x7f\x9b\r\n",
    "escapes of a terminal": b"550 \x1b[2J\x1b]0;owned\x07 no\r\n",
    "text that runs backwards": "550 no \u202egnp.exe\u202c \u200bhidden\r\n".encode(),
    "markup": b"550 <script>alert(1)</script><img src=x onerror=alert(1)>\r\n",
    "no utf-8": b"550 \xff\xfe\xc3( no\r\n",
    "a long line": b"550 " + b"x" * 8000 + b"\r\n",
    "many lines": b"550-no\r\n" * 1000 + b"550 no\r\n",
    "no reply": b"HTTP/1.1 200 OK\r\n\r\n",
    "a code that is none": b"-55 no\r\n",
    "a code beyond all": b"999 no\r\n",
}
NEVER_ENDING = {"a line": b"x" * 1024, "an answer of many lines": b"250-more\r\n" * 64}


class Host(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def listening(talk):
    """A port at which each connection is talked to by `talk(handler)`, until the block ends."""

    class Handler(StreamRequestHandler):
        def handle(self):
            with suppress(OSError):  # the other side has had enough
                talk(self)

    with Host(("127.0.0.1", 0), Handler) as host:
        thread = Thread(target=host.serve_forever)
        thread.start()
        try:
            yield host.server_address[1]
        finally:
            host.shutdown()
            thread.join()


def smtp(at, answer, *, then=b"250 ok\r\n"):
    """Polite up to the command `at`, which is answered so: bytes, or what is called with the handler."""

    def talk(handler):
        def say(what):
            what(handler) if callable(what) else handler.wfile.write(what)

        say(answer if at == "greeting" else b"220 here\r\n")
        for line in handler.rfile:
            word = line.split()[0].decode().upper()
            if word == "DATA" and at != "DATA":
                handler.wfile.write(b"354 go on\r\n")
                while handler.rfile.readline() not in {b".\r\n", b""}:
                    pass
                say(answer if at == "message" else then)
            else:
                say(answer if word == at else then)

    return talk


def drip(handler):
    """A byte at a time, each well within the patience that there is with an answer."""
    for one in b"250-" + b"x" * 10_000:
        handler.wfile.write(bytes([one]))
        Event().wait(PATIENCE / 5)


def without_end(part):
    def talk(handler):
        handler.wfile.write(b"250-")
        while True:
            handler.wfile.write(part)

    return talk


@pytest.fixture
def impatient(tmp_path, office_folder, master_key_file):
    with (
        copied_folder(office_folder, master_key_file, tmp_path / "data") as store,
        serving(store, office_folder.tokens, patience=PATIENCE) as served,
    ):
        yield served


def sent_by(office, channel):
    """What came of the first attempt, with what is kept of the answer."""
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    sent = office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": channel})
    return sent, eventually(
        lambda: (one := message(office, sent))["line"]["attempt"] == 1 and one["line"]["state"] != "handed_over" and one
    )


def assert_harmless(office, sent, found, logged):
    answer = found["history"][-1]["answer"]
    assert answer is None or (answer.isprintable() and len(answer) <= ANSWER_AT_MOST), answer
    shown = office.http.get(f"/messages/{sent}", headers=office.browser("ana")).text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "forged" not in logged()
    assert "\x1b" not in logged()


@pytest.mark.parametrize("at", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "message"])
def test_of_what_a_mail_server_answers_one_harmless_line_is_kept(impatient, logged, at):
    for answer in NASTY.values():
        with listening(smtp(at, answer)) as port:
            set_up_mail(impatient, port)
            sent, found = sent_by(impatient, "email")
        assert (found["line"]["state"] == "accepted") <= (at == "EHLO")  # whoever knows no EHLO is asked with HELO
        assert_harmless(impatient, sent, found, logged)


def test_an_answer_to_the_message_that_says_nothing_leaves_it_unknown_and_it_is_not_sent_again(impatient):
    for answer in ("no reply", "a code that is none", "a code beyond all"):
        with listening(smtp("message", NASTY[answer])) as port:
            set_up_mail(impatient, port)
            _, found = sent_by(impatient, "email")
        assert found["line"]["state"] == "unknown", answer


@pytest.mark.parametrize("at", ["greeting", "EHLO", "RCPT", "message"])
@pytest.mark.parametrize("how", [drip, *map(without_end, NEVER_ENDING.values())], ids=["drip", *NEVER_ENDING])
def test_a_mail_server_whose_answer_does_not_end_keeps_nobody_waiting(impatient, logged, at, how):
    with listening(smtp(at, how)) as port:
        set_up_mail(impatient, port)
        sent, found = sent_by(impatient, "email")
    assert found["line"]["state"] == ("unknown" if at == "message" else "queued")
    assert_harmless(impatient, sent, found, logged)


def test_a_mail_server_is_given_so_long_in_all_however_often_it_answers_in_time(impatient):
    def talk(handler):
        for said in (
            b"220 here\r\n",
            b"250-here\r\n250 AUTH CRAM-MD5 LOGIN PLAIN\r\n",
            *[b"334 " + b64encode(b"x") + b"\r\n"] * 999,
        ):
            Event().wait(PATIENCE * 0.8)
            handler.wfile.write(said)
            handler.rfile.readline()

    with listening(talk) as port:
        set_up_mail(impatient, port, user="cobros")
        impatient.dora.post("/api/correspondence/secrets", {"secret": "mail_password", "value": "s3cret"})
        _, found = sent_by(impatient, "email")
    assert found["line"]["state"] == "queued"


def test_a_test_mail_tells_no_more_of_what_the_server_answers(impatient):
    for answer in NASTY.values():
        with listening(smtp("RCPT", answer)) as port:
            set_up_mail(impatient, port)
            told = {"channel": "email", "to": "dora@agencia.es"}
            tried = impatient.dora.post("/api/correspondence/test", told).json()["answer"]
        assert tried is None or (tried.isprintable() and len(tried) <= ANSWER_AT_MOST)


# Headers and commands

HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}

FORGED = "Eva\r\nBcc: eva@mala.es\r\n\r\n.\r\nRCPT TO:<eva@mala.es>\r\n"
ENCODED = "=?utf-8?q?Eva=0D=0ABcc:_eva@mala.es=0D=0A?="
"""RFC 2047: whoever decodes it has lines in a header."""


@pytest.mark.parametrize("name", [FORGED, ENCODED, '"Eva" <eva@mala.es>, Ana', "Eva\u2028Bcc: eva@mala.es"])
def test_no_name_or_text_brings_a_header_or_a_command_into_a_mail(sqlite_office, name):
    office = sqlite_office
    with mail_server() as (port, box):
        set_up_mail(office, port, sender_name=name)
        told = {"kind": "invoice", "language": "es", "short": "Hola", "subject": f"{{nombre}} {name}"}
        office.dora.does("/api/correspondence/templates", told | {"body": f"{FORGED}\n.\n{{nombre}}"})
        invoice = issued_invoice(office, client_with(office, name))
        sent = office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "email"})
        eventually(lambda: state(office, sent) == "accepted")
    [one] = box.mails
    assert set(one.keys()) == HEADERS
    assert [to.addr_spec for to in one["To"].addresses] == ["pagos@deudora.es"]
    assert [by.addr_spec for by in one["From"].addresses] == ["cobros@agencia.es"]
    assert not any("\n" in str(value) or "\r" in str(value) for value in one.values())
    assert box.tries == 1


# SMS


def http(answer):
    """Reads the request, then answers so: bytes, or what is called with the handler."""

    def talk(handler):
        length = 0
        while line := handler.rfile.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        handler.rfile.read(length)
        answer(handler) if callable(answer) else handler.wfile.write(answer)

    return talk


def status(line, body=b"", *headers):
    return b"\r\n".join([b"HTTP/1.1 " + line, *headers, b"Content-Length: %d" % len(body), b"", body])


def packed(megabytes):
    """That much of nothing, as far as whoever unpacks it reads on."""
    packing = compressobj(1, wbits=31)
    parts = [packing.compress(bytes(2**20)) for _ in range(megabytes)]
    return status(b"200 OK", b"".join([*parts, packing.flush()]), b"Content-Encoding: gzip")


def dripping(head):
    def talk(handler):
        for one in head + b"x" * 10_000:
            handler.wfile.write(bytes([one]))
            Event().wait(PATIENCE / 5)

    return talk


def endless(head):
    def talk(handler):
        handler.wfile.write(head)
        while True:
            handler.wfile.write(b"x" * 1024)

    return talk


ANSWERS = {
    "a huge body": (status(b"422 No", b"x" * 5_000_000), "failed"),
    "markup": (status(b"422 No", b"<script>alert(1)</script><img src=x onerror=alert(1)>"), "failed"),
    "lines and escapes": (status(b"422 No", b'no\r\n{"event": "forged"}\n\x1b[2J\x00 \xff\xe2\x80\xae'), "failed"),
    "no json": (status(b"200 OK", b'{"status": '), "failed"),
    "another status": (status(b"999 \x1b[2J", b""), "failed"),
    "no http": (b"220 smtp here\r\n", "unknown"),
    "a header with a line end": (status(b"200 OK", b"", b"X: a\rforged"), "unknown"),
    "a header without end": (endless(b"HTTP/1.1 200 OK\r\nX: "), "unknown"),
    "a body without end": (endless(b"HTTP/1.1 422 No\r\n\r\n"), "failed"),
    "only interim answers": (
        lambda handler: [handler.wfile.write(b"HTTP/1.1 103 Hints\r\n\r\n") for _ in iter(int, 1)],
        "unknown",
    ),
    "a header that drips": (dripping(b"HTTP/1.1 200 OK\r\nX: "), "unknown"),
    "a body that drips": (dripping(b"HTTP/1.1 200 OK\r\n\r\n"), "unknown"),
    "a body that unpacks to too much": (packed(200), "failed"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_of_what_an_sms_gateway_answers_one_harmless_line_is_kept(impatient, logged, answer):
    said, wanted = ANSWERS[answer]
    with listening(http(said)) as port:
        set_up_sms(impatient, port)
        sent, found = sent_by(impatient, "sms")
    assert found["line"]["state"] == wanted
    assert_harmless(impatient, sent, found, logged)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_gateway_that_points_elsewhere_is_not_followed(impatient, code):
    asked = []
    with listening(lambda handler: asked.append(handler.rfile.readline())) as elsewhere:
        for to in (
            f"http://127.0.0.1:{elsewhere}/",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "//x",
        ):
            with listening(http(status(b"%d Moved" % code, b"", b"Location: " + to.encode()))) as port:
                set_up_sms(impatient, port)
                _, found = sent_by(impatient, "sms")
            assert (found["line"]["state"], found["line"]["why"]) == ("queued", "not_set_up")
    assert asked == []


def test_a_text_on_several_lines_is_no_header_of_the_gateway_s(impatient):
    asked = []
    with listening(lambda handler: asked.append(handler.rfile.readline())) as port:
        set_up_sms(impatient, port)
        gateway = gateway_at(port)
        gateway["headers"] = [{"name": "X-Text", "value": "{text}"}]
        impatient.dora.does("/api/correspondence/sms-gateway", gateway)
        told = {"kind": "invoice", "language": "es", "subject": "Hola", "body": "Hola", "short": "uno\nX-Forged: dos"}
        impatient.dora.does("/api/correspondence/templates", told)
        _, found = sent_by(impatient, "sms")
    assert found["line"]["why"] == "not_set_up"
    assert not any(asked)
