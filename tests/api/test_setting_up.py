"""What an administrator meets before and while people work with it."""

import re
from contextlib import closing
from uuid import uuid4

from office import command

from application import business
from application.clients import register_client
from domain.client.details import Details
from infrastructure.wiring import credentials


def page(office, name, path):
    return office.http.get(path, headers=office.browser(name)).text


def send(office, path, **fields):
    told = {"key": uuid4().hex, **fields}
    return office.http.post(path, data=told, headers=office.browser("dora"), follow_redirects=False)


def test_only_the_steps_that_are_needed_are_counted_as_left(office):
    assert "Quedan 3 pasos" in page(office, "dora", "/first-steps")
    assert page(office, "dora", "/first-steps").count("Si lo necesita") == 2


def test_what_was_done_from_the_command_line_is_said_to_be_so_in_words_for_people(office):
    client_id = uuid4()
    register_client(office.store.events, command(), client_id, reference="C-1", details=Details("Clienta Ejemplo"))
    shown = page(office, "dora", f"/clients/{client_id}")
    assert ("línea de órdenes" in shown, "· operator" in shown) == (True, False)


def test_a_new_client_goes_to_nobody_who_only_reads_or_is_gone(office):
    with closing(credentials(office.store)) as logins:
        for name in ("carl", "cora", "emil"):
            logins.set_password(name, "a password that is long enough")
    business.disable_user(office.store.events, command(), name="cora")
    choices = re.search(r'<select[^>]*name="collector".*?</select>', page(office, "ana", "/clients/new"), re.DOTALL)[0]
    assert re.findall(r'value="(\w+)"', choices) == ["carl"]


def test_the_limit_for_charges_is_shown_as_it_is_so_that_saving_the_form_changes_nothing(office):
    for limit, shown in (("0", "0,00"), ("300,50", "300,50")):
        send(office, "/settings/charge-limit", currency="EUR", limit=limit)
        typed = re.search(r'name="limit" value="([^"]*)"', page(office, "dora", "/settings"))[1]
        assert typed == shown
        before = office.store.events.head()
        send(office, "/settings/charge-limit", currency="EUR", limit=typed)
        assert office.store.events.head() == before
    assert (
        "no puede ser negativo"
        in send(office, "/settings/charge-limit", form_name="charge-limit", currency="EUR", limit="-5").text
    )
    send(office, "/settings/charge-limit", currency="EUR", limit="")
    assert office.ana.sees("/api/business")["charge_limits"] == []
