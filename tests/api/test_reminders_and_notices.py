"""Reminders by policy, notices that become actions, an SMS through a real gateway, letters that wait to be printed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from carriers import (
    ISSUER,
    client_with,
    issued_invoice,
    mail_server,
    message,
    set_up_mail,
    set_up_sms,
    sms_gateway,
    state,
)
from eventually import eventually
from office import PEOPLE, payment

from infrastructure.main import credentials


@pytest.fixture
def mail():
    with mail_server() as (port, box):
        box.port = port
        yield box


@pytest.fixture
def sms():
    with sms_gateway() as (port, box):
        box.port = port
        yield box


def set_clock(office, day, hour=12):
    office.clock.now = datetime(2026, 4, day, hour, tzinfo=UTC)
    logins = credentials(office.store)
    office.tokens.update({name: logins.issue(name, now=office.clock.now) for name in PEOPLE})
    logins.close()


def policy(office, *days, on=True):
    steps = [{"days": one, "channel": "email", "template": "first_reminder"} for one in days]
    office.dora.does("/api/correspondence/reminder-policy", {"on": on, "from_hour": 9, "steps": steps})


def sent_invoice(office, name):
    """Issued and sent on 16 March, due on 1 April."""
    client = client_with(office, name, email=f"{name.split()[0].lower()}@deudora.es")
    invoice = issued_invoice(office, client, due_days=16)
    office.carl.does(f"/api/invoices/{invoice}/sent", {})
    return invoice


def reminders(office, invoice):
    return office.ana.sees("/api/messages", matter_id=invoice)["items"]


def test_each_step_of_the_policy_reminds_once_of_what_is_overdue_and_not_in_dispute(office, mail):
    set_up_mail(office, mail.port)
    overdue, disputed, paid = (sent_invoice(office, name) for name in ("Debe S.L.", "Discute S.L.", "Paga S.L."))
    never_sent = issued_invoice(office, client_with(office, "Nada S.L.", email="nada@nada.es"), due_days=16)
    office.carl.does(f"/api/invoices/{disputed}/dispute", {"claim": "No era eso"})
    waiting = office.carl.does(f"/api/invoices/{paid}/payments", payment("121.00"))
    office.bea.does(f"/api/invoices/{paid}/payments/{waiting}/approval")
    policy(office, 3, 10)
    set_clock(office, 4, hour=6)  # in Madrid it is eight
    sent_invoice(office, "Otra S.L.")
    assert reminders(office, overdue) == []
    set_clock(office, 4, hour=7)
    [first] = eventually(lambda: reminders(office, overdue))
    eventually(lambda: state(office, first["id"]) == "accepted")
    set_clock(office, 5)
    set_clock(office, 11)
    eventually(lambda: len(reminders(office, overdue)) == 2)
    eventually(lambda: all(one["state"] == "accepted" for one in reminders(office, overdue)))
    assert [reminders(office, one) for one in (disputed, paid, never_sent)] == [[], [], []]
    assert [mail["To"].addresses[0].addr_spec for mail in mail.mails] == ["debe@deudora.es"] * 2
    assert office.store.events.history(UUID(overdue))[-1].event.channel == "marked"  # a reminder is no sending


def test_a_reminder_that_waits_is_not_sent_once_the_invoice_is_paid(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    invoice = sent_invoice(office, "Debe S.L.")
    set_clock(office, 4)
    mail.does = "refuse for now"
    sent = office.carl.does(f"/api/invoices/{invoice}/reminders", {"channel": "email"})
    eventually(lambda: message(office, sent)["line"]["why"] == "not_now")
    told = office.carl.does(f"/api/invoices/{invoice}/payments", payment("121.00", received_on="2026-04-04"))
    office.bea.does(f"/api/invoices/{invoice}/payments/{told}/approval")
    office.clock.now += timedelta(minutes=1)
    eventually(lambda: state(office, sent) == "cancelled")
    assert message(office, sent)["line"]["why"] == "matter"


def test_a_notice_becomes_an_action_with_its_outcome(sqlite_office, mail, sms):
    office = sqlite_office
    set_up_mail(office, mail.port)
    set_up_sms(office, sms.port)
    client = client_with(office)
    file = office.ana.does(
        "/api/case-files",
        {
            "reference": "EXP-1",
            "debtor_id": client,
            "principal": {"amount": "1000.00", "currency": "EUR"},
            "opened_on": "2026-01-10",
            "due_on": "2026-02-10",
        },
    )
    promise = {"amount": {"amount": "50.00", "currency": "EUR"}, "due_on": "2026-03-20"}
    office.carl.does(f"/api/case-files/{file}/promises", promise)
    by_sms = office.carl.does(f"/api/case-files/{file}/notices", {"channel": "sms", "kind": "promise_reminder"})
    eventually(lambda: state(office, by_sms) == "accepted")
    [taken] = sms.taken
    assert (taken["to"], taken["id"], taken["authorization"]) == ("+34600123123", by_sms, "Bearer s3cret")
    assert "50,00" in taken["text"]
    assert "20 mar 2026" in taken["text"]
    mail.does = "refuse"
    by_mail = office.carl.does(f"/api/case-files/{file}/notices", {"channel": "email", "kind": "demand"})
    eventually(lambda: state(office, by_mail) == "failed")
    actions = [one.event for one in office.store.events.history(UUID(file)) if one.name == "ActionLogged"]
    assert [(one.channel, one.outcome) for one in actions] == [("sms", "sent"), ("email", "not_delivered")]


@pytest.mark.parametrize(
    ("does", "wanted", "why"),
    [("refuse", "failed", "refused"), ("say no", "failed", "refused"), ("refuse for now", "queued", "not_now")],
)
def test_what_a_gateway_answers_is_understood(sqlite_office, sms, does, wanted, why):
    office = sqlite_office
    set_up_sms(office, sms.port)
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    sms.does = does
    sent = office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "sms"})
    line = eventually(lambda: (one := message(office, sent)["line"])["why"] and one)
    assert (line["state"], line["why"]) == (wanted, why)


def test_a_gateway_that_dies_after_taking_an_sms_leaves_it_unknown(sqlite_office, sms):
    office = sqlite_office
    set_up_sms(office, sms.port)
    office.dora.does("/api/issuer/identity", ISSUER)
    sms.does = "die"
    sent = office.carl.does(f"/api/invoices/{issued_invoice(office, client_with(office))}/sending", {"channel": "sms"})
    eventually(lambda: state(office, sent) == "unknown")
    assert sms.tries == 1


def test_a_letter_waits_to_be_printed_and_the_invoice_is_sent_once_it_is(sqlite_office):
    office = sqlite_office
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office))
    sent = office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "post"})
    letter = office.carl.get(f"/api/messages/{sent}/letter")
    assert letter.content.startswith(b"%PDF")
    assert state(office, sent) == "queued"
    office.carl.does(f"/api/messages/{sent}/printing")
    assert state(office, sent) == "accepted"
    assert office.store.events.history(UUID(invoice))[-1].event.channel == "post"


def test_many_at_once_are_each_on_their_own(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    good = issued_invoice(office, client_with(office))
    without = issued_invoice(office, client_with(office, "Muda S.L.", email=None))
    body = {"channel": "email", "ids": [good, without]}
    first, again = (office.carl.post("/api/invoices/sending", body, key="k1").json() for _ in range(2))
    assert first["items"] == again["items"]
    [sent, refused] = first["items"]
    assert refused["message_id"] is None
    assert refused["refused"].startswith("The client has no")
    eventually(lambda: state(office, sent["message_id"]) == "accepted")
    assert len(mail.taken) == 1
