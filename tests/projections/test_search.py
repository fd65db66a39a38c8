"""One box for everything: what is found by what, for whom, in which order."""

from decimal import Decimal
from uuid import uuid4

import pytest
from agency import ANA, BEA, CARL, on
from scenario import TODAY, euros

from application import activity, case_files, debts, payments
from domain.case_file import CaseFile
from domain.case_file.activity import PartyRole
from domain.case_file.debt import Item
from domain.money import Money
from domain.payment_reference import payment_reference, printed
from domain.payments import Method, NewPayment
from projections.desk.case_files import Filters, list_case_files
from projections.desk.clients import find_by_number, known_to, named
from projections.desk.search import find_clients, free_reference, own, search


def asked(db, text, viewer=BEA, *, amount=None, limit=10):
    return search(db, viewer, text, amount, limit)


def files(found):
    return [one.reference for one in found.case_files.items]


def people(found):
    return [one.name for one in found.clients.items]


def test_a_case_file_is_found_by_how_its_reference_begins_in_capitals_or_not(agency):
    for reference in ("EXP-1", "EXP-10", "EXP-2", "otra"):
        agency.case_file(reference=reference)
    with agency.desk() as db:
        assert files(asked(db, "exp-1")) == ["EXP-1", "EXP-10"]
        assert files(asked(db, " OTRA ")) == ["otra"]
        assert files(asked(db, "XP")) == []


def test_people_are_found_by_how_any_word_of_the_name_begins_without_accents(agency):
    for reference, name in (("A", "José Núñez Ibáñez"), ("B", "Nuñeza, S.L."), ("C", "Ana Josefa Ruiz")):
        agency.case_file(agency.client(name), reference=reference)
    with agency.desk() as db:
        assert people(asked(db, "nunez")) == ["José Núñez Ibáñez", "Nuñeza, S.L."]
        assert people(asked(db, "IBÁÑ jos")) == ["José Núñez Ibáñez"]
        assert people(asked(db, "nuñeza sl")) == ["Nuñeza, S.L."]
        assert people(asked(db, "ose")) == []
        assert files(asked(db, "jos")) == ["A", "C"]


def test_names_are_found_in_any_order_whatever_their_letters_hyphens_and_apostrophes(agency):
    for name in ("Łukasz O\u2019Brien", "Søren García-Pérez", "Þóra d'Angelo"):
        agency.case_file(agency.client(name))
    found = {
        "o'brien lukasz": "Łukasz O\u2019Brien",
        "OBRIEN": "Łukasz O\u2019Brien",
        "perez soren": "Søren García-Pérez",
        "garcia-perez": "Søren García-Pérez",
        "garciaperez": "Søren García-Pérez",
        "angelo thora": "Þóra d'Angelo",
        "d\u00b4angelo": "Þóra d'Angelo",
    }
    with agency.desk() as db:
        assert {text: people(asked(db, text)) for text in found} == {text: [name] for text, name in found.items()}


def test_the_end_of_a_reference_finds_its_case_file_first(agency):
    for reference in ("EXP-2026-0365", "03651", "EXP-2026-03650", "0366"):
        agency.case_file(reference=reference)
    with agency.desk() as db:
        assert files(asked(db, "0365")) == ["EXP-2026-0365", "03651", "EXP-2026-03650"]
        assert files(asked(db, "exp 2026 0365"))[0] == "EXP-2026-0365"
        assert files(asked(db, "2026/0365"))[0] == "EXP-2026-0365"


def test_a_case_file_is_found_by_the_numbers_of_its_items(agency):
    file = agency.case_file(reference="E")
    item = Item("Factura F2025/00417", TODAY, TODAY, euros(10))
    debts.add_items(agency.log, agency.command(), file, items=[item])
    with agency.desk() as db:
        for text in ("F2025/00417", "f202500417", "00417", "417", "factura f2025"):
            assert files(asked(db, text)) == ["E"]
            page = list_case_files(db, BEA, on(TODAY), Filters(text=text), "reference", None, 10)
            assert [one.reference for one in page.items] == ["E"]
        assert files(asked(db, "F2025/0042")) == []


def test_parties_lead_to_the_case_files_they_are_on(agency):
    file, guarantor = agency.case_file(reference="E"), agency.client("Avala, S.A.")
    activity.add_party(agency.log, agency.command(), file, client_id=guarantor, role=PartyRole.GUARANTOR)
    with agency.desk() as db:
        [hit] = asked(db, "avala").case_files.items
        assert (hit.reference, hit.party) == ("E", "Avala, S.A.")


def test_amounts_are_found_whatever_decimals_their_currency_has(agency):
    agency.case_file(amount=1500, reference="euros")
    agency.case_file(amount=1500, reference="pesos", currency="CLP")
    paid = agency.case_file(amount=900, reference="paid")
    agency.payment(paid, 250)
    with agency.desk() as db:
        assert files(asked(db, "1500", amount=Decimal(1500))) == ["euros", "pesos"]
        assert files(asked(db, "15", amount=Decimal(15))) == []
        found = asked(db, "250,00", amount=Decimal("250.00"))
        assert [(one.amount, one.case_file) for one in found.payments.items] == [(euros(250), "paid")]
        assert files(asked(db, "650", amount=Decimal(650))) == ["paid"]
        assert asked(db, "0.001", amount=Decimal("0.001")).case_files.items == []


def test_a_payment_is_found_by_its_own_reference(agency):
    file = agency.case_file(reference="E")
    told = NewPayment(Money.of(10, "EUR"), TODAY, Method.TRANSFER, reference="TR-77")
    payments.record_payment(agency.log, agency.command(), CaseFile, file, payment_id=file, payment=told)
    with agency.desk() as db:
        assert [one.case_file for one in asked(db, "tr-7").payments.items] == ["E"]


def test_clients_are_numbered_as_they_are_registered_and_found_by_that_number(agency):
    first, second = agency.client("Primera"), agency.client("Segunda")
    with agency.desk() as db:
        assert [named(db, BEA, [one])[one].number for one in (first, second)] == ["C-00001", "C-00002"]
        assert people(asked(db, "C-00002")) == people(asked(db, "c2")) == ["Segunda"]
        assert find_by_number(db, BEA, 1).id == first
        assert find_by_number(db, BEA, 3) is None


def test_nobody_is_found_by_part_of_an_id_that_stands_for_a_reference(agency):
    client = agency.client("Primera")
    with agency.desk() as db:
        assert [people(asked(db, str(client)[:length])) for length in (2, 4, 8, 13, 35)] == [[]] * 5
        assert people(asked(db, str(client))) == ["Primera"]
        assert find_clients(db, "Primera", 10, known_to(BEA)).items[0].reference == str(client)


def test_a_collector_finds_the_own_portfolio_and_whom_the_debts_are_owed_to(agency):
    creditor = agency.client("Acreedora García")
    mine, others = agency.client("Mía García", collector="ana"), agency.client("Suya García", collector="carl")
    agency.case_file(mine, reference="mine", creditor=creditor)
    theirs = agency.case_file(others, reference="theirs", creditor=creditor)
    with agency.desk() as db:
        found = asked(db, "garcia", ANA)
        assert (files(found), people(found)) == (["mine"], ["Acreedora García", "Mía García"])
        assert [(one.owes, one.is_owed) for one in found.clients.items] == [(False, True), (True, False)]
        assert [one.name for one in find_clients(db, "garcia", 10, own(ANA)).items] == ["Mía García"]
        assert [one.name for one in find_clients(db, "garcia", 1, known_to(BEA)).items] == ["Acreedora García"]
    case_files.assign_case_file(agency.log, agency.command(), theirs, collector="ana", from_on=TODAY)
    with agency.desk() as db:
        assert files(asked(db, "suya", ANA)) == ["theirs"]


def test_an_exact_reference_in_another_portfolio_shows_debtor_and_holder_and_nothing_more(agency):
    agency.case_file(agency.client("José", collector="carl"), reference="EXP-7")
    with agency.desk() as db:
        found = asked(db, "exp-7", ANA)
        assert (found.elsewhere.debtor, found.elsewhere.collector) == ("José", "carl")
        assert files(found) == []
        assert asked(db, "exp-", ANA).elsewhere is None
        assert asked(db, "exp-7", CARL).elsewhere is None


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "C-0", "c-", "😀", "~"])
def test_no_text_is_a_pattern(sqlite_agency, text):
    sqlite_agency.case_file(sqlite_agency.client("Deudor"), reference="E")
    with sqlite_agency.desk() as db:
        found = asked(db, text)
        assert (found.case_files.items, found.clients.items, found.payments.items) == ([], [], [])


def test_more_than_fit_are_said_to_be_there(sqlite_agency):
    for number in range(3):
        sqlite_agency.case_file(sqlite_agency.client("Mismo Nombre"), reference=f"E-{number}")
    with sqlite_agency.desk() as db:
        found = asked(db, "mismo", limit=2)
        assert (len(found.clients.items), found.clients.more) == (2, True)
        assert not asked(db, "mismo", limit=3).clients.more


def test_the_next_free_reference_follows_the_highest_of_its_shape(agency):
    for reference in ("EXP-2026-0009", "EXP-2026-0100", "EXP-2026-99x", "EXP-2025-0300", "ZZZ"):
        agency.case_file(reference=reference)
    with agency.desk() as db:
        assert free_reference(db, 2026) == "EXP-2026-0101"
        assert free_reference(db, 2027) == "EXP-2027-0001"
    agency.case_file(reference="EXP-2026-9999")
    agency.case_file(reference="EXP-2026-10000")
    with agency.desk() as db:
        assert free_reference(db, 2026) == "EXP-2026-10001"


def test_a_case_file_is_found_by_its_payment_reference_as_a_bank_or_a_debtor_writes_it(agency):
    file = agency.case_file(reference="EXP-1")
    agency.case_file(reference="EXP-2")
    reference = payment_reference(file)
    with agency.desk() as db:
        for text in (reference, printed(reference), reference.lower(), reference[4:], printed(reference)[:14]):
            assert files(asked(db, text)) == ["EXP-1"], text
        assert files(asked(db, payment_reference(agency.client()))) == []


def test_a_case_file_is_found_by_the_last_characters_of_its_payment_reference(agency):
    file = agency.case_file(reference="EXP-1")
    agency.case_file(reference="EXP-2")
    reference = payment_reference(file)
    with agency.desk() as db:
        for text in (reference[-4:], reference[-6:].lower(), printed(reference)[-9:]):
            assert files(asked(db, text)) == ["EXP-1"], text
            page = list_case_files(db, BEA, on(TODAY), Filters(text=text), "reference", None, 10)
            assert [one.reference for one in page.items] == ["EXP-1"]
        assert files(asked(db, reference[-3:])) == []


def test_a_payment_is_found_by_part_of_its_reference(agency):
    file, told = (
        agency.case_file(reference="E"),
        NewPayment(euros(10), TODAY, Method.TRANSFER, reference="TRF-2026-001234"),
    )
    payments.record_payment(agency.log, agency.command(), CaseFile, file, payment_id=uuid4(), payment=told)
    with agency.desk() as db:
        for text in ("TRF-2026", "2026-0012", "1234", "trf2026"):
            assert [one.reference for one in asked(db, text).payments.items] == ["TRF-2026-001234"], text
        assert asked(db, "234").payments.items == []


def test_a_case_file_is_found_by_the_amount_of_an_open_promise(agency):
    file = agency.case_file(reference="promised", amount=900)
    agency.promise(file, 125, TODAY)
    kept = agency.case_file(reference="kept", amount=900)
    agency.promise(kept, 125, TODAY)
    agency.payment(kept, 125)
    with agency.desk() as db:
        assert files(asked(db, "125", amount=Decimal(125))) == ["promised"]
