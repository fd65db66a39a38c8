"""The list of clients and a client whole: who sees whom, by what they are found, what a change does to it."""

from uuid import uuid4

import pytest
from agency import ANA, BEA, CARL
from scenario import TODAY

from application import clients
from domain.client.contacts import Contact, ContactState, Medium
from domain.client.details import Address, ClientRole, Details, Identification, IdentificationKind, Kind
from domain.client.finances import Card, CardBrand, CreditEntry, account_of
from domain.people import Actor, Role
from projections.clients.detail import client_detail
from projections.clients.finding import find_known
from projections.clients.listing import Filters, list_clients, zones

NIF = IdentificationKind.NIF


def phone(value, **more):
    return Contact(Medium.PHONE, value, **more)


def email(value, **more):
    return Contact(Medium.EMAIL, value, **more)


@pytest.fixture
def register(agency):
    return agency.register


def listed(db, viewer=BEA, sort="name", **filters):
    return [one.name for one in list_clients(db, viewer, Filters(**filters), sort, None, 50).items]


def test_a_line_shows_how_a_client_is_reached_the_preferred_way_first(agency, register):
    register(
        "Ana Ruiz",
        phone("600123123"),
        phone("600123124", preferred=True),
        phone("600123125", state=ContactState.DO_NOT_CALL),
        email("ana@ejemplo.es"),
        kind=Kind.PERSON,
        identification=Identification(NIF, "12.345.678-Z"),
        address=Address(city="Vigo"),
        zone="Norte",
        collector="ana",
    )
    with agency.desk() as db:
        [line] = list_clients(db, BEA, Filters(), "name", None, 50).items
    assert (line.number, line.kind, line.city, line.zone, line.collector) == (
        "C-00001",
        "person",
        "Vigo",
        "Norte",
        "ana",
    )
    assert (line.identification, line.phones, line.emails) == (
        "12345678Z",
        ["+34600123124", "+34600123123"],
        ["ana@ejemplo.es"],
    )


def test_who_has_no_reference_of_their_own_is_chosen_by_the_whole_id_alone(agency):
    known_by_id = agency.client("Ana")
    agency.client("Bea", reference="B-1")
    with agency.desk() as db:
        assert listed(db, reference=str(known_by_id)) == ["Ana"]
        assert listed(db, reference="B-1") == ["Bea"]
        assert listed(db, reference="B-2") == listed(db, text=str(known_by_id)[:8]) == []


def test_the_list_is_chosen_by_what_is_known_and_sorted(agency, register):
    register("Óscar Ñandú", phone("600123123"), zone="Norte", address=Address(city="A Coruña"), collector="ana")
    register("Álvaro Gil", email("alvaro@ejemplo.es"), zone="Sur", roles=(ClientRole.CREDITOR,), kind=Kind.PERSON)
    register("Beatriz Nandín", identification=Identification(NIF, "12345678Z"), address=Address(city="Cádiz"))
    with agency.desk() as db:
        assert listed(db) == ["Álvaro Gil", "Beatriz Nandín", "Óscar Ñandú"]
        assert listed(db, sort="-number") == ["Beatriz Nandín", "Álvaro Gil", "Óscar Ñandú"]
        assert listed(db, sort="city") == ["Óscar Ñandú", "Beatriz Nandín", "Álvaro Gil"]
        assert listed(db, zone="Norte") == listed(db, city="A CORUÑA") == listed(db, collector="ana") == ["Óscar Ñandú"]
        assert listed(db, role=ClientRole.CREDITOR) == listed(db, kind=Kind.PERSON) == ["Álvaro Gil"]
        assert listed(db, text="nand") == ["Beatriz Nandín", "Óscar Ñandú"]
        assert listed(db, text="600 123") == listed(db, text="+34 600 12 31 23") == ["Óscar Ñandú"]
        assert listed(db, text="ALVARO@ejemplo.es") == ["Álvaro Gil"]
        assert listed(db, text="12.345.678-z") == ["Beatriz Nandín"]
        assert zones(db, BEA) == ["Norte", "Sur"]


@pytest.mark.parametrize("text", ["d-0161@example.com", "d-0161@exam", "d-0161", "0161@example.com", "EXAMPLE.COM"])
def test_an_e_mail_is_found_whole_and_from_each_of_its_words_on(agency, register, text):
    register("Deudora", email("d-0161@example.com"))
    register("Otra", email("e-0162@example.org"))
    with agency.desk() as db:
        assert listed(db, text=text) == ["Deudora"]
        assert [one.name for one in find_known(db, BEA, text, 5).clients] == ["Deudora"]


def test_pages_show_each_client_once(agency, register):
    names = [f"Cliente {number % 3}" for number in range(8)]
    for name in names:
        register(name)
    with agency.desk() as db:
        for sort in ("name", "-name", "number", "city"):
            found, cursor = [], None
            while True:
                page = list_clients(db, BEA, Filters(), sort, cursor, 3)
                found += [one.number for one in page.items]
                if (cursor := page.next) is None:
                    break
            assert sorted(found) == [f"C-{number:05}" for number in range(1, 9)]


def test_a_collector_sees_the_own_portfolio_and_whom_nobody_holds(agency, register):
    mine, others = register("Mía", phone("600123123"), collector="ana"), register("Suya", collector="carl")
    creditor = register("Acreedora")
    agency.case_file(mine, creditor=creditor, reference="E")
    with agency.desk() as db:
        assert listed(db, ANA) == ["Mía"]
        assert client_detail(db, ANA, mine).line.roles == ["debtor"]
        assert client_detail(db, ANA, creditor).line.roles == ["creditor"]
        assert client_detail(db, ANA, others) is None
        assert client_detail(db, Actor("emil", frozenset({Role.AUDITOR})), others).line.name == "Suya"


def test_another_s_exact_phone_or_identification_tells_who_it_is_and_who_holds_it(agency, register):
    register(
        "Ana Ruiz",
        phone("600123123"),
        identification=Identification(NIF, "12345678Z"),
        collector="carl",
        accounts=[account_of("ES9121000418450200051332")],
    )
    with agency.desk() as db:
        for text in ("600 123 123", "+34600123123", "0034 600123123", "12345678-z"):
            known = find_known(db, ANA, text, 5)
            assert ([*known.clients], [(one.name, one.collector) for one in known.elsewhere]) == (
                [],
                [("Ana Ruiz", "carl")],
            )
            assert [one.name for one in find_known(db, CARL, text, 5).clients] == ["Ana Ruiz"]
        for text in ("600 123 12", "1234567", "ES9121000418450200051332"):
            assert find_known(db, ANA, text, 5).elsewhere == []


def test_what_is_changed_is_found_by_the_new_and_no_more_by_the_old(agency, register):
    client = register("Ana Ruiz", phone("600123123"), identification=Identification(NIF, "12345678Z"))
    with agency.desk() as db:
        [contact] = client_detail(db, BEA, client).contacts
    told = Details("Ana Ruiz Gil", identification=Identification(NIF, "87654321X"), address=Address(city="Vigo"))
    clients.correct_client(agency.log, agency.command(), client, details=told, reason="Mal escrito")
    clients.change_contact(
        agency.log, agency.command(), client, contact_id=contact.id, contact=phone("600123124"), reason="Otro"
    )
    with agency.desk() as db:
        assert (
            listed(db, text="ruiz gil")
            == listed(db, text="87654321x")
            == listed(db, text="600123124")
            == ["Ana Ruiz Gil"]
        )
        assert listed(db, text="12345678Z") == listed(db, text="600123123") == []


def test_the_identification_that_was_given_up_is_free_for_whose_it_is(agency, register):
    client = register("Ana Ruiz", identification=Identification(NIF, "12345678Z"))
    with pytest.raises(clients.IdentificationInUse) as refused:
        register("Eva Gil", identification=Identification(NIF, "12345678Z"))
    assert refused.value.details == {"field": "identification", "holder": client}
    clients.correct_client(agency.log, agency.command(), client, details=Details("Ana Ruiz"), reason="Era de otra")
    register("Eva Gil", identification=Identification(NIF, "12345678Z"))


def test_the_verified_mark_names_who_and_when_and_goes_with_a_change(agency, register):
    client = register("Ana Ruiz")
    clients.verify_client(agency.log, agency.command(BEA), client)
    with agency.desk() as db:
        detail = client_detail(db, BEA, client)
        assert detail.line.verified
        assert (detail.verified_by, detail.verified_at.date()) == ("bea", TODAY)
        assert listed(db, verified=True) == ["Ana Ruiz"]
    clients.correct_client(agency.log, agency.command(), client, details=Details("Ana Ruiz", zone="Sur"), reason="x")
    with agency.desk() as db:
        assert client_detail(db, BEA, client).line.verified
    clients.add_contact(agency.log, agency.command(), client, contact_id=uuid4(), contact=phone("600123123"))
    with agency.desk() as db:
        assert not client_detail(db, BEA, client).line.verified


def test_a_client_s_money(agency, register):
    client = register("Ana Ruiz")
    card, entry, account = uuid4(), uuid4(), uuid4()
    clients.add_account(
        agency.log, agency.command(), client, account_id=account, account=account_of("ES9121000418450200051332")
    )
    clients.add_card(agency.log, agency.command(), client, card_id=card, card=Card(CardBrand.VISA, "4242", "tok_1"))
    clients.add_credit_entry(
        agency.log, agency.command(), client, entry_id=entry, entry=CreditEntry(TODAY, "Informe", "720")
    )
    with agency.desk() as db:
        detail = client_detail(db, BEA, client)
        assert [one.number for one in detail.accounts] == ["ES9121000418450200051332"]
        assert [(one.brand, one.last_four) for one in detail.cards] == [("visa", "4242")]
        assert [(one.source, one.score) for one in detail.credit_entries] == [("Informe", "720")]
        assert listed(db, text="ES91 2100") == ["Ana Ruiz"]
    clients.remove_account(agency.log, agency.command(), client, account_id=account, reason="Cerrada")
    clients.remove_card(agency.log, agency.command(), client, card_id=card, reason="Caducada")
    clients.remove_credit_entry(agency.log, agency.command(), client, entry_id=entry, reason="De otra")
    with agency.desk() as db:
        detail = client_detail(db, BEA, client)
        assert (detail.accounts, detail.cards, detail.credit_entries) == ([], [], [])
        assert listed(db, text="ES91 2100") == []


@pytest.mark.parametrize("typed", ["C-00002", "c2", "00002", "2"])
def test_a_client_is_listed_by_the_short_number_however_it_is_typed(agency, typed):
    for name in ("Primera", "Segunda", "Tercera"):
        agency.client(name)
    with agency.desk() as db:
        assert listed(db, text=typed) == ["Segunda"]
