"""What is doubtful in a file of clients is loaded as it stands, named, and not used; what is certainly wrong is bad."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from scenario import DORA, TODAY

from api.imports.likenesses import within
from application import clients
from application.clients import verify_client
from application.imports import Wish, import_file
from application.imports.client_lines import WRONG_EMAIL, WRONG_POSTCODE
from application.imports.maps import Contents
from application.recipients import ways
from application.streams import Command, Streams
from domain.client import Client, ClientRegistered
from domain.client.contacts import Medium
from domain.client.details import Address
from domain.sending import Channel
from infrastructure.imports.tables import read_table, write_left_out

CONTACTS = """reference;name;phones;emails;postcode;notes
U10;Uno;6,00111E+08;;08001;x
U11;Dos;600111222.0;;8001.0;x
U12;Tres;612 345 678 / 91 123 45 67;;28001;x
U13;Cuatro;no tiene;;28001;x
U14;Cinco;0034600111223; 0034911234567;;28001;x
U15;Seis;600111224;juan@ejemplo;08001;x
U16;Siete;600111225;a@ejemplo.com, c@ejemplo.com;08001;x
"""


def command():
    return Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


@pytest.fixture
def load(store, tmp_path):
    def load(written, **options):
        path = Path(tmp_path, "clients.csv")
        path.write_text(written, encoding="utf-8")
        return import_file(
            store.events, command(), read_table(path), Contents.CLIENTS, wish=Wish(leave_out_bad=True), **options
        )

    return load


def client(store, reference):
    log = Streams(store.events)
    return log.load(Client(), log.claimed(clients.REFERENCE, [reference])[reference])


def known(store, reference, medium):
    return [one.value for one in client(store, reference).contacts.known.values() if one.medium is medium]


def told(findings):
    return [(one.line, one.column, one.value) for one in findings]


def test_all_that_is_wrong_or_doubtful_of_a_row_is_told_at_once_though_the_row_is_left_out(load, tmp_path):
    report = load("reference;name;emails;postcode;payment_days\nU1;Uno;mal@@correo;280;treinta\nU2;;;280;5\n")
    assert told(report.bad) == [(2, "payment_days", "treinta"), (3, "name", "")]
    assert told(report.doubtful) == [(2, "emails", "mal@@correo"), (2, "postcode", "280"), (3, "postcode", "280")]
    assert report.warnings == []
    written = StringIO()
    write_left_out(written, read_table(Path(tmp_path, "clients.csv")), report.of_bad_rows)
    [_, first, second] = written.getvalue().splitlines()
    for reason in ("not a whole number", WRONG_EMAIL, WRONG_POSTCODE):
        assert reason in first
    assert ("2;" in first, "emails, payment_days, postcode" in first, WRONG_POSTCODE in second) == (True, True, True)


def test_the_phones_emails_and_postcodes_of_a_careless_file_are_what_they_mean(store, load):
    report = load(CONTACTS)
    assert (report.clients, told(report.bad)) == (6, [(2, "phones", "6,00111E+08")])
    assert told(report.warnings) == [
        (5, "phones", "no tiene"),
        (6, "phones", "0034600111223 | 0034911234567"),
        (7, "emails", "juan@ejemplo"),
    ]
    assert {reference: known(store, reference, Medium.PHONE) for reference in ("U11", "U12", "U13", "U14", "U15")} == {
        "U11": ["+34600111222"],
        "U12": ["+34612345678", "+34911234567"],
        "U13": [],
        "U14": ["+34600111223", "+34911234567"],
        "U15": ["+34600111224"],
    }
    assert known(store, "U16", Medium.EMAIL) == ["a@ejemplo.com", "c@ejemplo.com"]
    assert client(store, "U11").details.address.postcode == "08001"
    assert ways(client(store, "U15"), Channel.EMAIL, region="ES") == []


def test_a_careless_file_that_is_loaded_again_changes_nothing_and_warns_of_nothing_twice(load):
    load(CONTACTS)
    again = load(CONTACTS)
    assert (again.clients, again.skipped, told(again.warnings)) == (
        0,
        6,
        [(6, "phones", "0034600111223 | 0034911234567")],
    )


WRONG = """reference;name;identification;phones;emails;street;postcode;city;account
W1;Uno;12345678A;123;nadie@;Calle 1;99999;Madrid;ES0000000000000000000000
W2;Dos;12345678Z;;;Calle 2;28001;Madrid;
"""


def test_every_cell_that_is_doubtful_is_named_with_what_stands_there(load):
    assert told(load(WRONG).warnings) == [
        (2, "account", "ES0000000000000000000000"),
        (2, "emails", "nadie@"),
        (2, "identification", "12345678A"),
        (2, "phones", "123"),
        (2, "postcode", "99999"),
    ]


def test_no_letter_goes_to_a_doubtful_postcode_until_somebody_confirms_it(store, load):
    load(WRONG)
    assert client(store, "W1").details.address == Address("Calle 1", "99999", None, "Madrid", valid=False)
    assert ways(client(store, "W1"), Channel.POST, region="ES") == []
    assert ways(client(store, "W2"), Channel.POST, region="ES") != []
    client_id = Streams(store.events).claimed(clients.REFERENCE, ["W1"])["W1"]
    verify_client(store.events, command(), client_id)
    assert ways(client(store, "W1"), Channel.POST, region="ES") != []


def test_a_doubtful_address_stays_so_until_it_is_typed_otherwise():
    kept = Address("Calle 1", "99999", None, "Madrid", valid=False)
    registered = Client().evolve(ClientRegistered("C", "Uno", address=kept))
    same = registered.details.checked(registered.details)
    assert same.address == kept
    typed = Address("Calle 1", "28001", None, "Madrid")
    assert registered.details.checked(registered.details).differing(registered.details) == ()
    assert (typed.valid, kept.valid) == (True, False)


def test_those_of_a_file_who_look_like_one_person_are_paired(load):
    report = load(
        "reference;name;phones\nA;José Pérez García;600111222\nB;Otra Persona;600 111 222\nC;Jose Perez Garcia;\n"
        "D;Gonzales Ruiz, Ana;\nE;González Ruíz, Ana;611222333\n",
        dry_run=True,
    )
    assert [(one.line, one.other_line, one.by) for one in within(report)] == [
        (2, 3, ["phone"]),
        (2, 4, ["name"]),
        (5, 6, ["name"]),
    ]


def test_phones_and_emails_of_several_columns_are_all_the_clients_and_a_doubtful_one_is_named_by_its_own(store, load):
    report = load(
        "Código;Nombre;TELEFONO;TELEFONO 2;MOVIL;TFNO FIJO;E-mail;Correo electrónico 2\n"
        "A;Ana;600111222;600 111 222;600111333;911234567;a@ejemplo.com;b@ejemplo.com\n"
        "B;Bea;;123;;911234568;;\n"
    )
    assert known(store, "A", Medium.PHONE) == ["+34600111222", "+34600111333", "+34911234567"]
    assert known(store, "A", Medium.EMAIL) == ["a@ejemplo.com", "b@ejemplo.com"]
    assert told(report.warnings) == [(3, "TELEFONO 2", "123")]
    assert not report.unused


def test_what_stands_twice_in_a_file_is_told_with_the_line_and_the_name_that_has_it(load):
    report = load("reference;name;identification\nA;Ana Ruiz;12345678Z\nB;Bea Gil;12345678-Z\nA;Carlos Paz;\n")
    assert [(*one[:3], str(one.why)) for one in report.bad] == [
        (3, "identification", "12345678-Z", "line 2 has the same identification: Ana Ruiz"),
        (4, "name", "Carlos Paz", "line 2 (Ana Ruiz) tells of the same, and says Ana Ruiz"),
    ]
