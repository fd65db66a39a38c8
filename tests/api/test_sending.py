"""What is sent reaches a real mail server, whatever that does with it; and it is in the outbox what became of it."""

from contextlib import closing
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from carriers import (
    client_with,
    estimate_of,
    issued_invoice,
    mail_server,
    message,
    put_right,
    set_up_mail,
    state,
)
from eventually import eventually
from office import PEOPLE, serving
from originals import copied_folder

from application.outbox import attempt_message
from domain.correspondence import SendingIsSuspended
from infrastructure.stores import open_store
from infrastructure.wiring import credentials

PATIENCE = 0.5


@pytest.fixture
def impatient_office(tmp_path, office_folder, master_key_file):
    with (
        copied_folder(office_folder, master_key_file, tmp_path / "data") as store,
        serving(store, office_folder.tokens, patience=PATIENCE) as served,
    ):
        yield served


@pytest.fixture
def mail():
    with mail_server() as (port, box):
        box.port = port
        yield box


def becomes(office, message_id, wanted):
    return eventually(lambda: (found := message(office, message_id))["line"]["state"] == wanted and found)


def send(office, invoice, **more):
    return office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "email", **more})


def events(office, stream):
    return [one.name for one in office.store.events.history(UUID(stream))]


def later(office, more):
    """People log in again: what they had has expired."""
    office.clock.now += more
    logins = credentials(office.store)
    office.tokens.update({name: logins.issue(name, now=office.clock.now) for name in PEOPLE})
    logins.close()


def test_an_invoice_goes_by_mail_with_its_pdf_and_is_sent_once_that_is_accepted(office, mail):
    set_up_mail(office, mail.port)
    invoice = issued_invoice(office, client_with(office))
    sent = send(office, invoice)
    found = becomes(office, sent, "accepted")
    [one] = mail.mails
    assert (one["To"].addresses[0].addr_spec, one["From"].addresses[0].addr_spec) == (
        "pagos@deudora.es",
        "cobros@agencia.es",
    )
    assert one["Subject"] == "Factura F2026-0001 de Cobros S.L."
    assert "121,00" in one.get_body().get_content()
    [pdf] = one.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content().startswith(b"%PDF")
    assert found["told"]["to"] == "pagos@deudora.es"
    assert [change["what"] for change in found["history"]] == ["MessageQueued", "MessageAttempted", "MessageAccepted"]
    history = office.store.events.history(UUID(invoice))
    assert history[-1].name == "InvoiceSent"
    assert history[-1].event.message_id == UUID(sent)
    accepted = office.store.events.history(UUID(sent))[-1]
    assert (accepted.command_id, accepted.position + 1) == (history[-1].command_id, history[-1].position)


def test_while_sending_is_suspended_nothing_leaves_the_outbox(office, mail):
    set_up_mail(office, mail.port)
    invoice = issued_invoice(office, client_with(office))
    office.dora.does("/api/correspondence/suspension", {})
    sent = send(office, invoice)
    with pytest.raises(SendingIsSuspended):
        attempt_message(office.store.events, UUID(sent), at=office.clock(), today=office.today)
    assert message(office, sent)["line"]["state"] == "queued"
    assert "Los envíos están parados" in office.http.get("/messages", headers=office.browser("carl")).text
    resumed = office.dora.post("/api/correspondence/resumption", {}).headers["Log-Position"]
    becomes(office, sent, "accepted")
    [attempted] = [one for one in office.store.events.history(UUID(sent)) if one.name == "MessageAttempted"]
    assert attempted.position > int(resumed)
    assert "Los envíos están parados" not in office.http.get("/messages", headers=office.browser("carl")).text


def test_what_is_refused_for_good_is_not_tried_again_unless_somebody_says_so(office, mail):
    set_up_mail(office, mail.port)
    mail.does = "refuse"
    client = client_with(office)
    invoice = issued_invoice(office, client)
    sent = send(office, invoice)
    found = becomes(office, sent, "failed")
    assert found["line"]["why"] == "no_such_address"
    assert found["history"][-1]["answer"].startswith("550 5.1.1")
    assert events(office, invoice)[-1] == "InvoiceIssued"
    mail.does = "accept"
    assert office.carl.post(f"/api/messages/{sent}/retry").status_code == 409
    put_right(office, client)
    office.carl.does(f"/api/messages/{sent}/retry")
    becomes(office, sent, "accepted")
    assert len(mail.taken) == 1


def test_what_is_refused_for_now_waits_longer_and_longer_and_then_fails_for_good(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    mail.does = "refuse for now"
    sent = send(office, issued_invoice(office, client_with(office)))
    for number, wait in enumerate((1, 5, 30, 120, 720), start=1):
        found = eventually(
            lambda number=number: (
                (one := message(office, sent))["line"]["attempt"] == number and one["line"]["due_at"] and one
            )
        )
        due = office.clock.now + timedelta(minutes=wait)
        assert datetime.fromisoformat(found["line"]["due_at"]) == due
        later(office, timedelta(minutes=wait))
    becomes(office, sent, "failed")
    assert mail.tries == 6


def test_a_server_that_drops_the_line_before_the_message_is_tried_again(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    mail.does = "drop"
    sent = send(office, issued_invoice(office, client_with(office)))
    found = eventually(lambda: (one := message(office, sent))["line"]["why"] == "unreachable" and one)
    assert found["line"]["state"] == "queued"
    mail.does = "accept"
    later(office, timedelta(minutes=1))
    becomes(office, sent, "accepted")
    assert len(mail.taken) == 1


@pytest.mark.parametrize("does", ["die", "be slow"])
def test_what_may_have_been_taken_is_unknown_and_never_sent_again_by_itself(impatient_office, mail, does):
    office = impatient_office
    set_up_mail(office, mail.port)
    mail.does = does
    invoice = issued_invoice(office, client_with(office))
    sent = send(office, invoice)
    becomes(office, sent, "unknown")
    mail.does = "accept"
    mail.go_on.set()
    later(office, timedelta(days=30))
    other = send(office, issued_invoice(office, client_with(office, "Otra S.L.", email="otra@otra.es")))
    becomes(office, other, "accepted")  # so the outbox was looked at again
    assert state(office, sent) == "unknown"
    assert len(mail.taken) == 2
    assert office.carl.post(f"/api/messages/{sent}/resolution").is_success
    assert state(office, sent) == "accepted"
    assert events(office, invoice)[-1] == "InvoiceSent"
    assert len(mail.taken) == 2


def test_an_attempt_that_was_cut_short_is_unknown_at_the_next_start_and_not_made_again(
    tmp_path, office_folder, master_key_file, mail
):
    """As if killed between the attempt and its outcome: the log has the one and not the other."""
    mail.does = "refuse for now"
    with copied_folder(office_folder, master_key_file, tmp_path / "data") as store:
        with serving(store, office_folder.tokens) as office:
            set_up_mail(office, mail.port)
            sent = send(office, issued_invoice(office, client_with(office)))
            eventually(lambda: message(office, sent)["line"]["why"] == "not_now")
        later_on = office.clock.now + timedelta(minutes=1)
        with closing(open_store(store.address, master_key_file)) as again:
            assert attempt_message(again.events, UUID(sent), at=later_on, today=later_on.date())
        mail.does = "accept"
        with serving(open_store(store.address, master_key_file), office_folder.tokens) as office:
            office.clock.now = later_on
            found = becomes(office, sent, "unknown")
    assert [change["what"] for change in found["history"]][-2:] == ["MessageAttempted", "MessageLost"]
    assert (mail.tries, mail.taken) == (1, [])


def test_nothing_is_sent_to_whoever_wants_nothing_or_is_blocked(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    client = client_with(office, phone=None)
    invoice = issued_invoice(office, client)
    [contact] = office.carl.sees(f"/api/clients/{client}")["contacts"]
    told = {"value": contact["value"], "state": "do_not_call", "reason": "no quiere"}
    office.carl.does(f"/api/clients/{client}/contacts/{contact['id']}/correction", told)
    for more in ({}, {"contact_id": contact["id"]}):
        answer = office.carl.post(f"/api/invoices/{invoice}/sending", {"channel": "email", **more})
        assert answer.status_code == 409
    office.carl.does(f"/api/clients/{client}/contacts", {"medium": "email", "value": "si@deudora.es"})
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": "lo pide"})
    assert office.ana.post(f"/api/invoices/{invoice}/sending", {"channel": "email"}).status_code == 409
    assert mail.tries == 0


def test_an_estimate_is_sent_with_its_last_day_and_its_pdf(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    estimate = estimate_of(office, client_with(office))
    sent = office.carl.does(f"/api/estimates/{estimate}/sending", {"channel": "email"})
    becomes(office, sent, "accepted")
    [one] = mail.mails
    assert "15 de abril de 2026" in one.get_body().get_content()
    assert [part.get_content_type() for part in one.iter_attachments()] == ["application/pdf"]
    assert events(office, estimate)[-1] == "EstimateSent"
