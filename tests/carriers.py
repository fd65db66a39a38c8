"""A real mail server and a real SMS gateway, which do as they are told; and an office that is set up to use them."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from threading import Event, Thread

from aiosmtpd.controller import Controller

ISSUER = {
    "name": "Cobros S.L.",
    "tax_id": "B99286320",
    "street": "Mayor 1",
    "postcode": "28001",
    "city": "Madrid",
    "country": "ES",
    "email": "cobros@agencia.es",
    "iban": "ES9121000418450200051332",
}


@dataclass
class Box:
    """What a carrier has taken, and what it does with the next: `does` is one of its methods' names."""

    does: str = "accept"
    taken: list = field(default_factory=list)
    tries: int = 0
    heard: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    @property
    def mails(self):
        return [message_from_bytes(one, policy=default) for one in self.taken]


class Handler:
    """Of aiosmtpd. What it `accept`s it keeps."""

    def __init__(self, box):
        self.box = box

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802 - aiosmtpd's
        self.box.tries += 1
        self.box.heard.set()
        match self.box.does:
            case "refuse":
                return f"550 5.1.1 <{address}>: user unknown"
            case "refuse one" if address.startswith("primero"):
                return f"550 5.1.1 <{address}>: user unknown"
            case "refuse one by policy" if address.startswith("primero"):
                return "550 5.7.1 Blocked by policy"
            case "refuse for now":
                return "451 4.7.1 Try again later"
            case "drop":
                server.transport.abort()
                return "421 gone"
            case _:
                envelope.rcpt_tos.append(address)
                return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - aiosmtpd's
        if self.box.does == "refuse content":
            return "554 5.6.0 Not this"
        self.box.taken.append(envelope.content)
        match self.box.does:
            case "die":
                server.transport.abort()
                return "421 gone"
            case "be slow":
                await server.loop.run_in_executor(None, self.box.go_on.wait)
                return "250 OK at last"
            case _:
                return "250 OK queued as A1"


@contextmanager
def mail_server(**how):
    """Its port and its box. It ends what it is slow with when the block ends."""
    box = Box()
    listening = create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    served = []

    class Listening(Controller):
        def _create_server(self):
            return self.loop.create_server(self._factory_invoker, sock=listening, ssl=self.ssl_context)

        def factory(self):
            served.append(super().factory())
            return served[-1]

    controller = Listening(Handler(box), hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port, box
    finally:
        box.go_on.set()
        ended = Event()
        controller.loop.call_soon_threadsafe(end_all, controller.loop, served, ended)
        ended.wait()
        controller.stop()


def end_all(loop, served, ended):
    """Connections that a client has left, of which the server has not heard yet, would outlive its loop."""
    for one in served:
        if one.transport is not None:
            one.transport.abort()
    loop.call_soon(ended.set)


@contextmanager
def sms_gateway():
    box = Box()

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.tries += 1
            if box.does == "die":
                box.taken.append(json.loads(body))
                self.connection.close()
                return
            status, answer = {
                "accept": (200, '{"status": "queued"}'),
                "refuse": (422, '{"error": "no such number"}'),
                "refuse for now": (503, "later"),
                "say no": (200, '{"status": "rejected"}'),
            }[box.does]
            if box.does == "accept":
                box.taken.append(json.loads(body) | {"authorization": self.headers["Authorization"]})
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], box
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# An office that sends


def set_up_mail(office, port, *, by="dora", **more):
    administrator = getattr(office, by)
    administrator.does("/api/issuer/identity", ISSUER)
    administrator.does(
        "/api/correspondence/mail-server",
        {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "cobros@agencia.es",
            "sender_name": "Cobros S.L.",
            **more,
        },
    )


def gateway_at(port):
    return {
        "url": f"http://127.0.0.1:{port}/send",
        "headers": [{"name": "Authorization", "value": "Bearer {token}"}],
        "body": '{"to": "{to}", "text": "{text}", "id": "{id}"}',
        "accepted_if": "queued",
    }


def set_up_sms(office, port):
    office.dora.does("/api/correspondence/sms-gateway", gateway_at(port))
    answer = office.dora.post("/api/correspondence/secrets", {"secret": "sms_token", "value": "s3cret"})
    assert answer.status_code == 204


def client_with(
    office, name="Deudora S.L.", *, email="pagos@deudora.es", phone="600 123 123", collector="carl", by="ana"
):
    """With a contact of each kind that is given; it can be invoiced, and be written to by post."""
    supervisor = getattr(office, by)
    client = supervisor.does(
        "/api/clients",
        {
            "name": name,
            "kind": "company",
            "address": {"street": "Sol 3", "postcode": "28013", "city": "Madrid"},
        },
    )
    if collector:
        supervisor.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
    for medium, value in (("email", email), ("phone", phone)):
        if value:
            supervisor.does(f"/api/clients/{client}/contacts", {"medium": medium, "value": value})
    return client


def put_right(office, client):
    """Somebody has found out that the contact marked as wrong is right."""
    [contact] = [one for one in office.ana.sees(f"/api/clients/{client}")["contacts"] if one["state"] == "wrong"]
    told = {"value": contact["value"], "state": "valid", "reason": "Lo confirma"}
    office.ana.does(f"/api/clients/{client}/contacts/{contact['id']}/correction", told)


def issued_invoice(office, client, *, price="100", due_days=30, issued_on=None, by="carl"):
    person = getattr(office, by)
    invoice = person.does(
        "/api/invoices",
        {
            "client_id": client,
            "due_days": due_days,
            "lines": [{"description": "Servicios", "unit_price": price, "tax_rate": "21"}],
        },
    )
    person.does(f"/api/invoices/{invoice}/issue", {"issued_on": issued_on, "earlier_day_confirmed": True})
    return invoice


def estimate_of(office, client):
    return office.carl.does(
        "/api/estimates",
        {
            "client_id": client,
            "valid_days": 30,
            "lines": [{"description": "Obra", "unit_price": "50", "tax_rate": "21"}],
        },
    )


def message(office, message_id, by="ana"):
    return getattr(office, by).sees(f"/api/messages/{message_id}")


def state(office, message_id):
    return message(office, message_id)["line"]["state"]
