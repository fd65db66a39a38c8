"""Reminders by policy, notices that become actions, an SMS through a real gateway, letters that wait to be printed."""

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

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
    sms_gateway,
    state,
)
from eventually import eventually
from office import PEOPLE, euros, opening, payment

from api.pages.toasts import TOAST
from application.imports import import_file
from application.imports.maps import Contents
from application.imports.table import Row, Table
from application.invoices import IMPORTED_NUMBER
from application.streams import Command
from domain.invoice import Invoice
from domain.payment_reference import payment_reference, printed
from domain.people import OPERATOR
from infrastructure.read_models.served import ReadModels
from infrastructure.sending.reminding import Reminding
from infrastructure.wiring import credentials


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


def test_the_policy_reminds_nobody_while_sending_is_suspended(office, mail):
    set_up_mail(office, mail.port)
    overdue = sent_invoice(office, "Debe S.L.")
    office.dora.does("/api/correspondence/suspension", {})
    policy(office, 3)
    set_clock(office, 4)
    assert reminders(office, overdue) == []  # the read models know it
    read_models = ReadModels(office.store)
    with closing(read_models), read_models.snapshot() as snapshot:
        assert not Reminding(office.store.events).go_on(snapshot.db, office.clock())
    resumed = int(office.dora.post("/api/correspondence/resumption", {}).headers["Log-Position"])
    [reminder] = eventually(lambda: reminders(office, overdue))
    assert office.store.events.history(UUID(reminder["id"]))[0].position > resumed


def test_a_reminder_says_that_the_invoice_goes_along_again_only_where_it_was_sent_and_nothing_where_we_have_none(
    sqlite_office,
):
    office = sqlite_office
    office.dora.does("/api/issuer/identity", ISSUER)
    sent = sent_invoice(office, "Debe S.L.")
    never_sent = issued_invoice(office, client_with(office, "Nada S.L.", email="nada@nada.es"), due_days=16)
    table = Table(
        ("number", "name", "total", "issued_on", "due_on", "currency", "street", "city"),
        [Row(2, ("V-1", "Vieja S.L.", "121", "2026-02-01", "2026-03-01", "EUR", "Sol 1", "Lugo"))],
    )
    command = Command(uuid4(), OPERATOR, office.clock(), office.clock().date(), uuid4(), route="import")
    import_file(office.store.events, command, table, Contents.INVOICED_RECEIVABLES)
    [imported] = office.store.events.claimed(IMPORTED_NUMBER, ["V-1"]).values()
    set_clock(office, 4)
    bodies = []
    for invoice in (sent, never_sent, imported):
        reminder = office.ana.does(f"/api/invoices/{invoice}/reminders", {"channel": "post"})
        bodies.append(office.store.events.history(UUID(reminder))[0].event.body)
    assert ["Se la adjuntamos de nuevo." in one for one in bodies] == [True, False, False]
    assert ["Se la adjuntamos." in one for one in bodies] == [False, True, False]
    assert not any("adjunta" in one for one in bodies[2:])


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
    assert "20 de marzo de 2026" in taken["text"]
    told = office.carl.does(f"/api/case-files/{file}/notices", {"channel": "email", "kind": "demand"})
    eventually(lambda: state(office, told) == "accepted")
    said = " ".join(mail.mails[-1].get_body().get_content().split())
    for part in (
        "Principal: 1.000,00 € Total: 1.000,00 €",
        "a la cuenta ES91 2100 0418 4502 0005 1332",
        f"con la referencia {printed(payment_reference(UUID(file)))}",
        "Responsable: Cobros S.L., B99286320, Mayor 1, 28001 Madrid",
        "en cobros@agencia.es, y reclamar",
    ):
        assert part in said, part
    assert "proceden de" not in said  # it is owed to ourselves
    mail.does = "refuse"
    by_mail = office.carl.does(f"/api/case-files/{file}/notices", {"channel": "email", "kind": "demand", "again": True})
    eventually(lambda: state(office, by_mail) == "failed")
    actions = [one.event for one in office.store.events.history(UUID(file)) if one.name == "ActionLogged"]
    assert [(one.channel, one.outcome) for one in actions] == [
        ("sms", "sent"),
        ("email", "sent"),
        ("email", "not_delivered"),
    ]


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
    told = {"Accept-Language": "es"}
    first, again = (office.carl.post("/api/invoices/sending", body, key="k1", **told).json() for _ in range(2))
    assert first["items"] == again["items"]
    [sent, refused] = first["items"]
    assert refused["message_id"] is None
    assert refused["refused"].startswith("El cliente no tiene")
    eventually(lambda: state(office, sent["message_id"]) == "accepted")
    assert len(mail.taken) == 1


def owed_file(office, client, reference="EXP-1", **more):
    body = {"reference": reference, "debtor_id": client, "opened_on": "2026-01-10", "due_on": "2026-02-10", **more}
    return office.ana.does("/api/case-files", {"principal": {"amount": "100.00", "currency": "EUR"}, **body})


DEMAND = {"channel": "email", "kind": "demand"}


def test_nothing_is_demanded_while_money_that_waits_covers_the_debt(office, mail):
    set_up_mail(office, mail.port)
    file = owed_file(office, client_with(office))
    told = office.carl.does(f"/api/case-files/{file}/payments", payment("100.00"))
    answer = office.carl.post(f"/api/case-files/{file}/notices", DEMAND)
    assert (answer.status_code, answer.json()["waiting"]["amount"]) == (409, "100.00")
    office.bea.does(f"/api/case-files/{file}/payments/{told}/rejection", {"reason": "No llegó"})
    sent = office.carl.does(f"/api/case-files/{file}/notices", DEMAND)
    eventually(lambda: state(office, sent) == "accepted")


def test_a_supervisor_sends_what_is_held_back_saying_why_and_the_message_keeps_it(office, mail):
    set_up_mail(office, mail.port)
    file = owed_file(office, client_with(office))
    office.carl.does(f"/api/case-files/{file}/payments", payment("100.00"))
    address = f"/api/case-files/{file}/notices"
    for person, body in ((office.carl, DEMAND | {"despite": "x"}), (office.ana, DEMAND)):
        answer = person.post(address, body)
        assert (answer.status_code, answer.json()["waiting"]["amount"]) == (409, "100.00")
    sent = office.ana.does(address, DEMAND | {"despite": "El cheque no tiene fondos"})
    eventually(lambda: state(office, sent) == "accepted")
    found = message(office, sent)
    assert (found["told"]["despite"], found["held_back"]) == ("El cheque no tiene fondos", None)


def test_what_waits_in_the_outbox_is_held_back_until_that_money_is_decided_on(office, mail):
    set_up_mail(office, mail.port)
    client = client_with(office)
    file, other = owed_file(office, client), owed_file(office, client, "EXP-2")
    mail.does = "refuse for now"
    sent = office.carl.does(f"/api/case-files/{file}/notices", DEMAND)
    eventually(lambda: message(office, sent)["line"]["why"] == "not_now")
    told = office.carl.does(f"/api/case-files/{file}/payments", payment("100.00"))
    mail.does = "accept"
    office.clock.now += timedelta(minutes=1)
    free = office.carl.does(f"/api/case-files/{other}/notices", DEMAND)
    eventually(lambda: state(office, free) == "accepted")  # so the outbox was looked at
    found = message(office, sent)
    assert (found["line"]["state"], found["held_back"]["waiting"]["amount"]) == ("queued", "100.00")
    office.bea.does(f"/api/case-files/{file}/payments/{told}/rejection", {"reason": "No llegó"})
    eventually(lambda: state(office, sent) == "accepted")
    assert message(office, sent)["held_back"] is None


def test_credit_elsewhere_covers_a_debt_unless_it_is_another_creditors(office, mail):
    set_up_mail(office, mail.port)
    client = client_with(office)
    creditor = office.ana.does("/api/clients", {"name": "Banco Acreedor"})
    paid, own, theirs = (
        owed_file(office, client, "EXP-1"),
        owed_file(office, client, "EXP-2"),
        owed_file(office, client, "EXP-3", creditor_id=creditor),
    )
    told = office.carl.does(f"/api/case-files/{paid}/payments", payment("200.00", overpayment=True))
    office.bea.does(f"/api/case-files/{paid}/payments/{told}/approval")
    office.ana.sees(f"/api/case-files/{paid}")
    answer = office.carl.post(f"/api/case-files/{own}/notices", DEMAND)
    assert (answer.status_code, answer.json()["credit"]["amount"]) == (409, "100.00")
    office.carl.does(f"/api/case-files/{theirs}/notices", DEMAND)


def test_a_reminder_of_an_invoice_is_held_back_by_money_that_waits(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    policy(office, 3)
    invoice = sent_invoice(office, "Debe S.L.")
    other = sent_invoice(office, "Otra S.L.")
    office.carl.does(f"/api/invoices/{invoice}/payments", payment("121.00"))
    set_clock(office, 4)
    eventually(lambda: reminders(office, other))
    assert reminders(office, invoice) == []
    by_mail = {"channel": "email"}
    for person in (office.carl, office.ana):
        assert person.post(f"/api/invoices/{invoice}/reminders", by_mail).status_code == 409
    sent = office.ana.does(f"/api/invoices/{invoice}/reminders", by_mail | {"despite": "Pago de otra factura"})
    eventually(lambda: state(office, sent) == "accepted")


def test_a_demand_of_a_creditors_debt_says_where_the_data_come_from(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    creditor = office.ana.does("/api/clients", {"name": "Banco Acreedor"})
    file = owed_file(office, client_with(office), creditor_id=creditor)
    office.carl.does(f"/api/case-files/{file}/notices", DEMAND)
    [one] = eventually(lambda: mail.mails)
    assert "Sus datos proceden de Banco Acreedor." in one.get_body().get_content()


def test_no_demand_is_sent_before_an_account_is_set_and_sms_only_through_a_gateway(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    office.dora.does("/api/issuer/identity", {**ISSUER, "iban": None})
    file = owed_file(office, client_with(office))
    refused = office.carl.post(f"/api/case-files/{file}/notices", DEMAND)
    assert (refused.status_code, refused.json()["placeholder"]) == (409, "account")
    office.dora.does("/api/issuer/identity", {**ISSUER, "iban": None, "account": "Bancolombia, ahorros 123-456789-01"})
    office.carl.does(f"/api/case-files/{file}/notices", DEMAND)
    [one] = eventually(lambda: mail.mails)
    assert "a la cuenta Bancolombia, ahorros 123-456789-01" in one.get_body().get_content()
    assert office.carl.post(f"/api/case-files/{file}/notices", {**DEMAND, "channel": "sms"}).status_code == 409


def contacts(office, client):
    return {one["value"]: one["state"] for one in office.ana.sees(f"/api/clients/{client}")["contacts"]}


def two_mails(office):
    client = client_with(office, email="primero@deudora.es", phone=None)
    office.ana.does(f"/api/clients/{client}/contacts", {"medium": "email", "value": "segundo@deudora.es"})
    return client


@pytest.mark.parametrize(
    ("does", "why", "first_is"),
    [("refuse one", "no_such_address", "wrong"), ("refuse one by policy", "refused", "valid")],
)
def test_a_notice_goes_to_the_next_contact_and_one_where_nobody_is_is_marked(office, mail, does, why, first_is):
    set_up_mail(office, mail.port)
    client = two_mails(office)
    file = owed_file(office, client)
    mail.does = does
    sent = office.carl.does(f"/api/case-files/{file}/notices", DEMAND)
    eventually(lambda: len(office.ana.sees("/api/messages", matter_id=file)["items"]) == 2)
    second, first = office.ana.sees("/api/messages", matter_id=file)["items"]
    eventually(lambda: state(office, second["id"]) == "accepted")
    assert (first["id"], first["state"], first["why"]) == (sent, "failed", why)
    found = message(office, second["id"])
    assert (found["told"]["to"], found["instead_of"]) == ("segundo@deudora.es", sent)
    assert [mail["To"].addresses[0].addr_spec for mail in mail.mails] == ["segundo@deudora.es"]
    assert contacts(office, client) == {"primero@deudora.es": first_is, "segundo@deudora.es": "valid"}
    actions = [one.event.outcome for one in office.store.events.history(UUID(file)) if one.name == "ActionLogged"]
    assert actions == ["not_delivered", "sent"]


def test_where_nobody_is_left_to_write_to_it_ends(sqlite_office, mail):
    office = sqlite_office
    set_up_mail(office, mail.port)
    client = two_mails(office)
    file = owed_file(office, client)
    mail.does = "refuse"
    office.carl.does(f"/api/case-files/{file}/notices", DEMAND)
    failed = eventually(
        lambda: (found := office.ana.sees("/api/messages", matter_id=file, state="failed")["items"])[1:] and found
    )
    assert len(failed) == len(office.ana.sees("/api/messages", matter_id=file)["items"]) == 2
    assert set(contacts(office, client).values()) == {"wrong"}
    changed = [one.event for one in office.store.events.history(UUID(client)) if one.name == "ContactChanged"]
    assert all(one.reason.startswith("550 5.1.1") for one in changed)
    assert office.carl.post(f"/api/case-files/{file}/notices", DEMAND).status_code == 409


def test_a_number_that_the_gateway_does_not_know_is_marked(sqlite_office, sms):
    office = sqlite_office
    set_up_sms(office, sms.port)
    office.dora.does("/api/correspondence/sms-gateway", {**gateway_at(sms.port), "unknown_if": "no such number"})
    office.dora.does("/api/issuer/identity", ISSUER)
    client = client_with(office, email=None)
    sms.does = "refuse"
    sent = office.carl.does(f"/api/invoices/{issued_invoice(office, client)}/sending", {"channel": "sms"})
    eventually(lambda: state(office, sent) == "failed")
    assert message(office, sent)["line"]["why"] == "no_such_address"
    assert contacts(office, client) == {"+34600123123": "wrong"}


def test_while_disputed_a_demand_is_a_supervisors_who_says_why_and_the_message_keeps_it(office, mail):
    set_up_mail(office, mail.port)
    file = owed_file(office, client_with(office))
    office.carl.does(f"/api/case-files/{file}/dispute", {"claim": "Ya pagó"})
    address = f"/api/case-files/{file}/notices"
    for person, body in ((office.carl, DEMAND), (office.carl, DEMAND | {"despite": "x"}), (office.ana, DEMAND)):
        answer = person.post(address, body)
        assert (answer.status_code, answer.json()["stopped_by"]) == (409, "dispute")
    sent = office.ana.does(address, DEMAND | {"despite": "Lo pide el juzgado"})
    eventually(lambda: state(office, sent) == "accepted")
    assert message(office, sent)["told"]["despite"] == "Lo pide el juzgado"
    office.carl.does(f"/api/case-files/{file}/dispute-end", {"result": "La debe"})
    office.carl.does(f"/api/case-files/{file}/stage", {"stage": "insolvency"})
    assert office.carl.post(address, DEMAND).json()["stopped_by"] == "insolvency"


@pytest.mark.parametrize("later", ["insolvency", "another dispute", None])
def test_a_reason_to_demand_though_disputed_does_not_pass_a_hold_that_came_later(office, mail, later):
    set_up_mail(office, mail.port)
    file = owed_file(office, client_with(office))
    at = f"/api/case-files/{file}"
    office.carl.does(f"{at}/dispute", {"claim": "Ya pagó"})
    mail.does = "refuse for now"
    sent = office.ana.does(f"{at}/notices", DEMAND | {"despite": "Lo pide el juzgado"})
    eventually(lambda: message(office, sent)["line"]["why"] is not None)
    if later == "insolvency":
        office.carl.does(f"{at}/stage", {"stage": "insolvency"})
    elif later:
        office.carl.does(f"{at}/dispute-end", {"result": "La debe"})
        office.carl.does(f"{at}/dispute", {"claim": "El género llegó roto"})
    mail.does = "accept"
    office.clock.now += timedelta(minutes=1)
    eventually(lambda: state(office, sent) == ("cancelled" if later else "accepted"))


def test_a_case_file_s_letters_are_whose_it_is_though_its_debtor_is_another_s(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    debtor = client_with(office)
    file = office.ana.does("/api/case-files", opening("EXP-1", debtor))
    before = office.carl.does(f"/api/case-files/{file}/notices", {"kind": "demand", "channel": "post"})
    office.ana.does(f"/api/case-files/{file}/assignment", {"collector": "cora", "from": str(office.today)})
    after = office.cora.does(f"/api/case-files/{file}/notices", {"kind": "demand", "channel": "post", "again": True})

    def seen(person):
        return [one["id"] for one in person.sees("/api/messages", matter_id=file)["items"]]

    assert (seen(office.cora), seen(office.carl)) == ([after, before], [])
    assert office.carl.post(f"/api/messages/{after}/printing").status_code == 404
    office.cora.does(f"/api/messages/{after}/printing")
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "bea", "from": str(office.today)})
    assert seen(office.cora) == [after, before]
    office.ana.does(f"/api/case-files/{file}/assignment", {"collector": None, "from": str(office.today)})
    assert (seen(office.cora), seen(office.bea)) == ([], [after, before])


def test_the_form_of_a_notice_begins_with_a_way_that_works_and_names_the_debtor(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    file = office.ana.does("/api/case-files", opening("EXP-1", client_with(office, "Deudora S.L.")))

    def form(path=f"/case-files/{file}/notice"):
        return office.http.get(path, headers=office.browser("carl")).text

    shown = form()
    assert '<input type="hidden" name="channel" value="post">' in shown
    assert f'href="/case-files/{file}"' in shown
    assert "Deudora S.L." in shown
    assert 'name="channel" value="post"' not in form(f"/case-files/{file}/notice?channel=email")


def test_who_has_no_postal_address_is_told_to_lack_that_where_a_letter_is_to_be_sent(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    file = office.case_file()
    page = office.http.get(f"/case-files/{file}/notice?channel=post", headers=office.browser("carl")).text
    assert "El cliente no tiene dirección postal completa" in page
    refused = office.carl.post(f"/api/case-files/{file}/notices", LETTER)
    assert (refused.status_code, "postal address" in refused.json()["title"]) == (409, True)


LETTER = {"channel": "post", "kind": "demand"}


def test_whoever_asks_first_is_told_of_a_notice_of_the_kind_that_waits_already(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    file = owed_file(office, client_with(office))
    at = f"/api/case-files/{file}/notices"
    office.carl.does(at, LETTER | {"ask_first": True})
    office.carl.sees("/api/messages", matter_id=file)
    again = office.carl.post(at, LETTER | {"ask_first": True})
    assert (again.status_code, again.json()["reference"], again.json()["since"][:10]) == (409, "EXP-1", "2026-03-16")
    office.carl.does(at, LETTER | {"again": True})
    assert len(office.carl.sees("/api/messages", matter_id=file)["items"]) == 2


@pytest.mark.parametrize("what", ["invoice", "reminder", "demand"])
def test_the_same_goes_to_a_contact_once_a_day_unless_it_is_asked_for_again(office, what):
    office.dora.does("/api/issuer/identity", ISSUER)
    if what == "demand":
        debt = owed_file(office, client_with(office))
        at, body, many = f"/api/case-files/{debt}/notices", LETTER, "/api/case-files/notices"
    else:
        debt = issued_invoice(office, client_with(office), due_days=0, issued_on="2026-03-01")
        path = {"invoice": "sending", "reminder": "reminders"}[what]
        at, body, many = f"/api/invoices/{debt}/{path}", {"channel": "post"}, f"/api/invoices/{path}"
    first = office.carl.does(at, body)
    again = office.carl.post(at, body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/sent-today")
    assert (again.json()["message_id"], again.json()["since"][:10]) == (first, "2026-03-16")
    [of_many] = office.carl.post(many, body | {"ids": [debt]}).json()["items"]
    assert (of_many["message_id"], of_many["refused"] is not None) == (None, True)
    office.carl.does(at, body | {"body": "Otra cosa"})
    office.carl.does(at, body | {"again": True})
    assert [
        one["message_id"] is not None
        for one in office.carl.post(many, body | {"ids": [debt], "again": True}).json()["items"]
    ] == [True]
    assert len(office.carl.sees("/api/messages", matter_id=debt)["items"]) == 4
    office.clock.now += timedelta(days=1)
    with closing(credentials(office.store)) as logins:
        office.tokens.update({name: logins.issue(name, now=office.clock.now) for name in PEOPLE})
    office.carl.does(at, body)


def test_what_was_cancelled_may_be_sent_again(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    at = f"/api/case-files/{owed_file(office, client_with(office))}/notices"
    office.carl.does(f"/api/messages/{office.carl.does(at, LETTER)}/cancellation")
    office.carl.does(at, LETTER)


def test_a_reminder_that_is_sent_twice_on_the_page_asks_whether_it_is_meant(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoice = issued_invoice(office, client_with(office), due_days=0, issued_on="2026-03-01")
    here = f"/invoices/{invoice}/reminder"

    def send(key, **more):
        typed = {"form_name": "send", "channel": "post", "subject": "Aviso", "body": "Pague", "key": key, **more}
        return office.http.post(here, data=typed, headers=office.browser("carl"), follow_redirects=False)

    assert [send("a").status_code, send("a").status_code] == [303, 303]
    asked = send("b")
    assert asked.status_code == 422
    assert "Lo mismo ya se ha enviado hoy a este contacto, o está en espera, desde el 16 mar 2026" in asked.text
    assert '<button name="sure" value="yes">Enviarlo de todos modos</button>' in asked.text
    assert len(office.carl.sees("/api/messages", matter_id=invoice)["items"]) == 1
    assert send("b", sure="yes").status_code == 303
    assert len(office.carl.sees("/api/messages", matter_id=invoice)["items"]) == 2


def test_of_the_ticked_ones_those_with_a_demand_that_waits_are_left_out_and_named(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    debtor = client_with(office)
    files = [owed_file(office, debtor, reference) for reference in ("EXP-1", "EXP-2")]
    office.carl.does(f"/api/case-files/{files[0]}/notices", LETTER)
    office.carl.sees("/api/messages")
    typed = {"case_file": files, "goes_by": "post", "template": "demand", "form_name": "ticked", "key": "k"}
    carl = office.browser("carl")
    answer = office.http.post("/case-files/notices", data=typed, headers=carl, follow_redirects=False)
    carl["Cookie"] += f"; {TOAST}={answer.cookies[TOAST]}"
    told = office.http.get(answer.headers["location"], headers=carl).text
    assert "Ya hay un aviso igual en espera: EXP-1, desde el 16 mar 2026" in told
    assert [len(office.carl.sees("/api/messages", matter_id=file)["items"]) for file in files] == [1, 1]


def test_a_notice_that_is_sent_keeps_what_was_to_be_done_next(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    file = owed_file(office, client_with(office))
    planned = {"channel": "call", "outcome": "no_answer", "next_action": "Llamar", "next_action_on": "2026-03-16"}
    office.carl.does(f"/api/case-files/{file}/actions", planned)
    letter = office.carl.does(f"/api/case-files/{file}/notices", LETTER)
    office.carl.does(f"/api/messages/{letter}/printing")
    line = office.carl.sees(f"/api/case-files/{file}")["line"]
    assert (line["last_action_on"], line["next_action"]) == ("2026-03-16", "Llamar")
    logged = [one for one in office.store.events.history(UUID(file)) if one.name == "ActionLogged"]
    assert len(logged) == 2


def test_of_many_reminders_each_that_is_not_sent_is_named_with_its_reason(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    invoices = [sent_invoice(office, "Debe S.L."), sent_invoice(office, "Otra S.L.")]
    numbers = [office.store.events.load(Invoice(), UUID(one))[0].number for one in invoices]
    typed = {"invoice": invoices, "goes_by": "post", "form_name": "ticked", "key": "k"}
    ana = office.browser("ana")
    answer = office.http.post("/invoices/reminders", data=typed, headers=ana, follow_redirects=False)
    ana["Cookie"] += f"; {TOAST}={answer.cookies[TOAST]}"
    told = office.http.get(answer.headers["location"], headers=ana).text
    assert "Sin enviar: 2." in told
    assert f"({', '.join(numbers)})" in told


@pytest.mark.parametrize("since", ["a payment that waits", "a payment", "a dispute"])
def test_a_letter_is_not_printed_once_what_it_asks_for_is_paid_or_disputed(office, since):
    office.dora.does("/api/issuer/identity", ISSUER)
    file = owed_file(office, client_with(office))
    at = f"/api/case-files/{file}"
    letter = office.carl.does(f"{at}/notices", LETTER)
    assert office.carl.get(f"/api/messages/{letter}/letter").content.startswith(b"%PDF")
    if since == "a dispute":
        office.carl.does(f"{at}/dispute", {"claim": "No lo recibió"})
    else:
        paid = office.carl.does(f"{at}/payments", payment("100.00"))
        if since == "a payment":
            office.ana.does(f"{at}/payments/{paid}/approval")
    refused = office.carl.get(f"/api/messages/{letter}/letter"), office.carl.post(f"/api/messages/{letter}/printing")
    kind = "held-back" if since == "a payment that waits" else "no-longer-sent"
    assert [(one.status_code, one.json()["type"]) for one in refused] == [(409, f"/problems/{kind}")] * 2
    typed = {"message": [letter], "form_name": "printing", "key": "k"}
    carl = office.browser("carl")
    answer = office.http.post("/messages/printing", data=typed, headers=carl, follow_redirects=False)
    carl["Cookie"] += f"; {TOAST}={answer.cookies[TOAST]}"
    assert (
        "0 cartas impresas. 1 no debe enviarse ahora" in office.http.get(answer.headers["location"], headers=carl).text
    )
    assert state(office, letter) == "queued"
    office.carl.does(f"/api/messages/{letter}/cancellation")


def breakdown(office, file):
    """The amounts of a demand's lines, by what is written before each."""
    sent = office.ana.does(f"/api/case-files/{file}/notices", {**DEMAND, "despite": "Se le pide todo"})
    told = message(office, sent)["told"]["body"].replace("\xa0", " ")
    found = re.findall(r"^([^:\n]+): ([\d.]+,\d\d) €$", told, re.MULTILINE)
    return {name: Decimal(amount.replace(".", "").replace(",", ".")) for name, amount in found}


@pytest.mark.parametrize(
    ("paid", "refunded", "moved", "returned", "more"),
    [
        ("250.00", "50.00", None, True, False),
        ("250.00", None, "50.00", True, False),
        ("250.00", "20.00", "30.00", True, True),
        ("250.00", "50.00", None, False, True),
        ("80.00", None, None, False, True),
        (None, None, None, False, False),
    ],
)
def test_the_parts_of_a_demand_add_up_to_its_total_and_that_less_what_was_paid_to_what_is_outstanding(
    office, mail, paid, refunded, moved, returned, more
):
    set_up_mail(office, mail.port)
    client = client_with(office)
    file, other = owed_file(office, client, principal=euros("200.00")), owed_file(office, client, "EXP-2")
    at = f"/api/case-files/{file}"
    if paid:
        told = office.carl.does(f"{at}/payments", payment(paid, overpayment=True))
        office.bea.does(f"{at}/payments/{told}/approval")
    if refunded:
        refund = office.carl.does(f"{at}/refunds", {"amount": euros(refunded), "reason": "Pagó de más"})
        office.bea.does(f"{at}/refunds/{refund}/approval")
    if moved:
        office.ana.does(f"{at}/credit-moves", {"amount": euros(moved), "to": other, "reason": "Pagó de más"})
    if returned:
        office.bea.does(
            f"{at}/payments/{told}/return", {"returned_on": payment()["received_on"], "reason": "Sin fondos"}
        )
    if more:
        office.ana.does(f"{at}/costs", {"amount": euros("12.00"), "concept": "Burofax"})
    said = breakdown(office, file)
    total, outstanding, settled = said.pop("Total"), said.pop("Pendiente"), said.pop("Pagado", 0)
    assert sum(said.values()) == total, said
    assert total - settled == outstanding
