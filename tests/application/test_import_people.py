"""Whom and what the rows of a file of debts mean that do not say it by a reference of ours."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from scenario import DORA, TODAY, euros

from application.clients import register_client
from application.imports import BadRows, Wish, import_file
from application.imports.client_lines import NAME_NEEDED
from application.imports.columns import ColumnsMissing
from application.imports.lookups import Lookups
from application.imports.maps import Contents, Part, Section
from application.imports.people import OTHER_NAME_HERE, SAY_WHETHER, SAY_WHICH, SEVERAL_IN_FILE, SameNames
from application.imports.table import Row, Table, Why
from application.restrictions import merge_client
from application.streams import Command
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered
from domain.client.details import ClientRole, Details, Identification, IdentificationKind
from domain.folding import compact
from domain.payments import PaymentRecorded

HEADER = ("NIF", "Deudor", "Factura", "Importe", "Fecha", "Vencimiento")
OURS = {
    "NIF": ("clients", "identification"),
    "Deudor": ("clients", "name"),
    "Código": ("clients", "reference"),
    "Factura": ("case_files", "number"),
    "Importe": ("case_files", "principal"),
    "Fecha": ("case_files", "opened_on"),
    "Vencimiento": ("case_files", "due_on"),
    "Acreedor": ("case_files", "creditor_name"),
    "CIF acreedor": ("case_files", "creditor_identification"),
    "Cobrado": ("payments", "amount"),
    "Día de cobro": ("payments", "received_on"),
}
CREDITOR = UUID(int=11)
SUMINISTROS, NIF = "Suministros Ejemplo, S.L.", "B12345674"
ALL = SameNames(all=True)


def mapping(header=HEADER, **constants):
    sections = {}
    for part in (Part.CLIENTS, Part.CASE_FILES, Part.PAYMENTS):
        columns = {OURS[name][1]: name for name in header if OURS[name][0] == part}
        sections[part] = Section(columns)
    sections[Part.CASE_FILES] = Section(sections[Part.CASE_FILES].columns, {"currency": "EUR", **constants})
    sections[Part.PAYMENTS] = Section(sections[Part.PAYMENTS].columns, {"currency": "EUR", "method": "transfer"})
    return sections


def of(*rows, header=HEADER):
    return Table(header, [Row(line, row) for line, row in enumerate(rows, start=2)])


def row(nif, name, number, amount="100,00", day="2026-02-03", due="2026-03-05"):
    return (nif, name, number, amount, day, due)


def command():
    return Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def all_of(store, *kinds):
    return [known for known in store.events.since(0, 10_000) if isinstance(known.event, kinds)]


def find(store):
    """All that there are, as a read model would that is behind the log."""
    return lambda names: {name: [known.stream for known in all_of(store, ClientRegistered)] for name in names}


def load(store, table, *, header=HEADER, dry_run=False, contents=Contents.RECEIVABLES, map_=None, **wish):
    wish = {"same_names": SameNames()} | wish
    constants = wish.pop("constants", {"creditor_reference": "ACREEDOR"})
    return import_file(
        store.events,
        command(),
        table,
        contents,
        mapping=map_ or mapping(header, **constants),
        dry_run=dry_run,
        wish=Wish(**wish),
        lookups=Lookups(namesakes=find(store)),
        open_case_files=lambda _: [known.stream for known in all_of(store, CaseFileOpened)],
    )


def register(store, client_id, reference, name, nif=None):
    known = Identification(IdentificationKind.CIF, nif) if nif else None
    details = Details(name, identification=known)
    register_client(store.events, command(), client_id, reference=reference, details=details)


def names(store):
    return [known.event.name for known in all_of(store, ClientRegistered)]


def debts(store):
    return {known.event.reference: known.event for known in all_of(store, CaseFileOpened)}


def why(report):
    return {(found.line, found.column, str(found.why)) for found in report.bad}


@pytest.fixture
def books(store):
    """One creditor, who sends a file every month."""
    register(store, CREDITOR, "ACREEDOR", "Mayorista de Ejemplo")
    return store


FILE = of(
    row("b12345674", SUMINISTROS, "A-2026/101", "1.133,82"),
    row("12345678A", "Persona De Prueba", "A-2026/102", "98,50"),
    row("", "Sin Identificar, S.A.", "A-2026/103", "12.000,00"),
    row("B-12345674", "SUMINISTROS EJEMPLO SL", "A-2026/104", "77,00"),
)


# People


def test_debtors_without_references_are_one_client_each_and_debts_are_known_by_creditor_and_number(books):
    report = load(books, FILE)
    assert (report.clients, report.case_files, report.skipped, report.bad) == (3, 4, 0, [])
    made = [known for known in all_of(books, ClientRegistered) if known.stream != CREDITOR]
    assert [one.event.name for one in made] == [SUMINISTROS, "Persona De Prueba", "Sin Identificar, S.A."]
    assert {one.event.roles for one in made} == {(ClientRole.DEBTOR,)}
    assert [(one.event.reference, one.stream) for one in made] == [(str(one.stream), one.stream) for one in made]
    assert sorted(debts(books)) == [f"ACREEDOR-A-2026/10{n}" for n in (1, 2, 3, 4)]
    opened = debts(books)["ACREEDOR-A-2026/104"]
    assert (opened.creditor_id, opened.debtor_id, opened.items[0].number) == (CREDITOR, made[0].stream, "A-2026/104")


def test_the_same_file_again_changes_nothing_and_asks_nothing(books):
    load(books, FILE)
    head = books.events.head()
    report = load(books, FILE)
    assert (report.skipped, report.bad, report.namesakes, report.debts.withdrawn) == (4, [], [], [])
    assert books.events.head() == head


def test_the_next_months_file_finds_people_by_the_debts_that_it_tells_again(books):
    load(books, FILE)
    new = row("", "SIN IDENTIFICAR SA", "A-2026/200")
    report = load(books, of(*(one.cells for one in FILE.rows), new))
    assert (report.clients, report.case_files, report.skipped, report.bad) == (0, 1, 4, [])
    before, after = (debts(books)[f"ACREEDOR-A-2026/{n}"].debtor_id for n in (103, 200))
    assert before == after


def test_who_has_the_identification_of_a_client_here_is_that_client(books):
    register(books, UUID(int=12), "C-12", "Suministros (antes Ejemplo)", NIF)
    report = load(books, FILE)
    assert (report.clients, report.identified) == (2, 1)
    assert debts(books)["ACREEDOR-A-2026/101"].debtor_id == UUID(int=12)


def test_nobody_is_told_to_be_recognised_whose_rows_are_refused_for_their_name(books):
    register(books, UUID(int=12), "C-12", "Panadería Nuria", NIF)
    refused = load(books, FILE, dry_run=True)
    assert (refused.bad_rows, refused.identified) == (2, 0)
    said = load(books, FILE, dry_run=True, recognise=True)
    assert (said.bad_rows, said.identified) == (0, 1)


@pytest.mark.parametrize("line_of_client", ["here", "in the file"])
def test_two_names_of_one_identification_are_two_people_until_it_is_said_that_they_are_one(books, line_of_client):
    antonio, maria = row("12345678Z", "García López, Antonio", "1"), row("12345678z", "MARTÍNEZ RUIZ MARÍA", "2")
    if line_of_client == "here":
        load(books, of(antonio))
        file, bad = of(maria), {(2, "NIF", str(Why(OTHER_NAME_HERE, name="García López, Antonio")))}
    else:
        file, bad = of(antonio, maria), {(3, "NIF", "line 2 has the same identification: García López, Antonio")}
    with pytest.raises(BadRows) as refused:
        load(books, file)
    assert why(refused.value.report) == bad
    for asked in (load(books, file, dry_run=True, recognise=recognise) for recognise in (True, False)):
        assert [(one.line, one.name) for one in asked.recognised] == [(max(line for line, *_ in bad), maria[1])]
    said = load(books, file, recognise=True)
    assert (said.bad, len(debts(books)), names(books)[1:]) == ([], 2, ["García López, Antonio"])
    assert load(books, file).skipped == len(file.rows)


@pytest.mark.parametrize(
    ("name", "written_otherwise"),
    [
        ("García López, Antonio", "antonio garcia lopez"),
        ("García López, Antonio", "GARCIA ANTONIO"),
        ("García López, Antonio", "A. Garcia Lopes"),
        ("Talleres Ruiz, S.L.", "TALLERES RUIZ SOCIEDAD LIMITADA"),
        ("Coca-Cola", "Coca Cola S.A."),
    ],
)
def test_one_identification_with_names_that_are_alike_is_one_person(books, name, written_otherwise):
    report = load(books, of(row(NIF, name, "1"), row(NIF, written_otherwise, "2")))
    assert (report.clients, report.case_files, report.bad) == (1, 2, [])
    assert load(books, of(row(NIF, written_otherwise, "3"))).clients == 0


def test_who_was_merged_is_whoever_is_kept(books):
    register(books, UUID(int=12), "C-12", "Suministros", NIF)
    register(books, UUID(int=13), "C-13", "Suministros Ejemplo")
    merge_client(books.events, command(), UUID(int=12), into=UUID(int=13), reason="el mismo")
    load(books, of(row(NIF, SUMINISTROS, "1")))
    assert debts(books)["ACREEDOR-1"].debtor_id == UUID(int=13)


def test_a_name_alone_is_told_and_waits_for_a_word(books):
    register(books, UUID(int=12), "C-12", "SUMINISTROS EJEMPLO SL")
    file = of(row("", SUMINISTROS, "1"), row("", SUMINISTROS, "2"), row("", "Otra, S.A.", "3"))
    with pytest.raises(BadRows) as refused:
        load(books, file)
    report = refused.value.report
    assert why(report) == {(2, "Deudor", SAY_WHETHER), (3, "Deudor", SAY_WHETHER)}
    [asked] = report.namesakes
    assert (asked.line, asked.name, asked.like, asked.undecided) == (2, SUMINISTROS, [UUID(int=12)], True)
    report = load(books, file, same_names=ALL)
    assert (report.clients, report.case_files) == (1, 3)
    assert {debts(books)[f"ACREEDOR-{n}"].debtor_id for n in (1, 2)} == {UUID(int=12)}


@pytest.mark.parametrize("chosen", [UUID(int=12), UUID(int=13), None])
def test_of_several_of_one_name_it_is_the_one_that_is_chosen_or_somebody_new(books, chosen):
    for number in (12, 13):
        register(books, UUID(int=number), f"C-{number}", "García López, José")
    file = of(row("", "GARCIA LOPEZ JOSE", "1"))
    report = load(books, file, dry_run=True, same_names=ALL)
    assert why(report) == {(2, "Deudor", SAY_WHICH)}
    [asked] = report.namesakes
    load(books, file, same_names=SameNames(chosen={asked.key: chosen}))
    debtor = debts(books)["ACREEDOR-1"].debtor_id
    assert debtor == chosen if chosen else debtor not in {UUID(int=12), UUID(int=13)}


def test_nobody_is_chosen_who_has_another_name(books):
    register(books, UUID(int=12), "C-12", SUMINISTROS)
    register(books, UUID(int=13), "C-13", "Otra")
    file = of(row("", SUMINISTROS, "1"))
    report = load(books, file, dry_run=True, same_names=SameNames(chosen={"debtor 2": UUID(int=13)}))
    assert why(report) == {(2, "Deudor", SAY_WHETHER)}


def test_who_has_another_identification_is_somebody_else_of_the_same_name(books):
    register(books, UUID(int=12), "C-12", SUMINISTROS, "A28015865")
    report = load(books, of(row(NIF, SUMINISTROS, "1")))
    assert (report.clients, report.namesakes) == (1, [])


def test_a_row_without_identification_is_whoever_has_the_name_in_the_file(books):
    load(books, of(row("", "SUMINISTROS EJEMPLO SL", "1"), row(NIF, SUMINISTROS, "2")))
    assert names(books)[1:] == ["SUMINISTROS EJEMPLO SL"]
    assert len({one.debtor_id for one in debts(books).values()}) == 1


def test_a_name_that_several_of_the_file_have_is_refused_without_an_identification(books):
    file = of(row(NIF, SUMINISTROS, "1"), row("A28015865", SUMINISTROS, "2"), row("", SUMINISTROS, "3"))
    report = load(books, file, dry_run=True)
    assert why(report) == {(4, "Deudor", SEVERAL_IN_FILE)}


def test_rows_with_and_without_the_reference_of_a_client_mean_the_same_one(books):
    header = ("Código", *HEADER)
    file = of(
        ("7", *row(NIF, SUMINISTROS, "1")), ("", *row(NIF, "", "2")), ("", *row("", SUMINISTROS, "3")), header=header
    )
    report = load(books, file, header=header)
    assert (report.clients, report.case_files, report.bad) == (1, 3, [])
    assert len({one.debtor_id for one in debts(books).values()}) == 1


def test_a_row_that_tells_nobody_is_bad(books):
    report = load(books, of(row("", "", "1"), row("", "Ana", "")), dry_run=True)
    assert why(report) == {(2, "Deudor", "this is needed"), (3, "Factura", "this is needed")}


# Creditors


def test_somebody_new_has_a_name_whatever_else_the_row_tells(books):
    assert why(load(books, of(row(NIF, "", "1")), dry_run=True)) == {(2, "Deudor", NAME_NEEDED)}


def test_creditors_in_a_column_are_known_by_reference_or_name_or_registered_once(books):
    header = ("Acreedor", *HEADER)
    rows = [
        ("ACREEDOR", *row(NIF, SUMINISTROS, "1")),
        ("Nuevo, S.L.", *row(NIF, SUMINISTROS, "1")),
        ("NUEVO SL", *row(NIF, SUMINISTROS, "2")),
        ("", *row(NIF, SUMINISTROS, "3")),
    ]
    report = load(books, of(*rows, header=header), header=header, constants={})
    assert (report.clients, report.case_files) == (2, 4)
    new = next(known for known in all_of(books, ClientRegistered) if known.event.name == "Nuevo, S.L.")
    assert new.event.roles == (ClientRole.CREDITOR,)
    code = str(new.stream)[:8].upper()
    assert sorted(debts(books)) == sorted(["ACREEDOR-1", f"{code}-1", f"{code}-2", "3"])
    assert debts(books)["3"].creditor_id is None
    head = books.events.head()
    again = load(books, of(*rows, header=header), header=header, constants={}, same_names=ALL)
    assert (again.skipped, again.bad, books.events.head()) == (4, [], head)


def test_a_creditor_is_found_by_its_identification(books):
    register(books, UUID(int=12), "C-12", "Acreedora Uno", "A28015865")
    header = ("CIF acreedor", *HEADER)
    load(books, of(("A-28015865", *row(NIF, SUMINISTROS, "1")), header=header), header=header, constants={})
    assert debts(books)["C-12-1"].creditor_id == UUID(int=12)


def test_a_new_creditor_for_the_whole_file_is_registered_with_its_first_good_row(books):
    rows = (row("", "", "1"), row(NIF, SUMINISTROS, "2"))
    report = load(books, of(*rows), constants={"creditor_name": "Acreedora Nueva"}, leave_out_bad=True)
    assert (report.clients, report.case_files, report.bad_rows) == (2, 1, 1)
    assert (len(report.newcomers), len(report.new_creditors)) == (1, 1)
    load(books, of(row("", "", "1")), constants={"creditor_name": "Otra Acreedora"}, leave_out_bad=True)
    assert "Otra Acreedora" not in names(books)


def test_the_debts_of_a_creditor_that_was_merged_are_known_again(books):
    load(books, of(row(NIF, SUMINISTROS, "1")))
    register(books, UUID(int=12), "C-12", "Mayorista, S.A.")
    merge_client(books.events, command(), CREDITOR, into=UUID(int=12), reason="el mismo")
    again = load(books, of(row(NIF, SUMINISTROS, "1")), constants={"creditor_reference": "C-12"})
    assert (again.skipped, again.case_files, again.bad) == (1, 0, [])


def test_debts_that_were_loaded_under_their_number_alone_are_known_again(books):
    load(books, of(row(NIF, SUMINISTROS, "1")), map_=_by_reference())
    assert list(debts(books)) == ["1"]
    again = load(books, of(row(NIF, SUMINISTROS, "1"), row(NIF, SUMINISTROS, "2", "5,00")))
    assert (again.skipped, sorted(debts(books))) == (1, ["1", "ACREEDOR-2"])


def test_the_same_number_of_two_creditors_is_two_debts(books):
    register(books, UUID(int=12), "C-12", "Otra")
    for creditor in ("ACREEDOR", "C-12"):
        load(books, of(row(NIF, SUMINISTROS, "1")), constants={"creditor_reference": creditor})
    assert sorted(debts(books)) == ["ACREEDOR-1", "C-12-1"]


def test_the_same_customer_number_of_two_creditors_is_two_clients_and_one_where_it_is_the_same_person(books):
    register(books, UUID(int=12), "C-12", "Otra")
    header = ("Acreedor", "Código", *HEADER)
    rows = [
        ("ACREEDOR", "7", *row("", "Ana Pérez", "1")),
        ("C-12", "7", *row("", "Bea Ruiz", "1")),
        ("ACREEDOR", "8", *row(NIF, SUMINISTROS, "2")),
        ("C-12", "8", *row(NIF, SUMINISTROS.upper(), "2")),
    ]
    report = load(books, of(*rows, header=header), header=header, constants={})
    assert (report.bad, report.case_files) == ([], 4)
    clients = {known.event.reference: known for known in all_of(books, ClientRegistered)}
    named = {reference: clients[reference].event.name for reference in ("ACREEDOR-7", "C-12-7", "8")}
    assert named == {"ACREEDOR-7": "Ana Pérez", "C-12-7": "Bea Ruiz", "8": SUMINISTROS}
    owed_by = {reference: debt.debtor_id for reference, debt in debts(books).items()}
    assert owed_by["ACREEDOR-1"] == clients["ACREEDOR-7"].stream != owed_by["C-12-1"] == clients["C-12-7"].stream
    assert owed_by["ACREEDOR-2"] == owed_by["C-12-2"]
    next_month = of(("C-12", "7", *row("", "Bea Ruiz", "3")), header=header)
    report = load(books, next_month, header=header, constants={})
    assert (report.bad, report.clients, report.case_files) == ([], 0, 1)
    assert debts(books)["C-12-3"].debtor_id == owed_by["C-12-1"]


@pytest.mark.parametrize(
    ("nif", "name", "another"),
    [
        ("", "Bea Ruiz", True),
        ("", "Ana Ruiz", True),
        ("B58378431", "Ana Pérez", True),
        ("", "PÉREZ, Ana", False),
        ("", "Ana Pérez Gil", False),
        (NIF, "Otro Nombre", False),
    ],
)
def test_a_later_file_of_another_creditor_with_a_number_that_somebody_else_has_here_is_about_its_own(
    books, nif, name, another
):
    register(books, UUID(int=12), "C-12", "Otra")
    header = ("Acreedor", "Código", *HEADER)
    load(books, of(("ACREEDOR", "7", *row(NIF, "Ana Pérez", "1")), header=header), header=header, constants={})
    later = of(("C-12", "7", *row(nif, name, "2")), header=header)
    report = load(books, later, header=header, constants={})
    owed_by = {reference: debt.debtor_id for reference, debt in debts(books).items()}
    assert (report.bad, owed_by["C-12-2"] != owed_by["ACREEDOR-1"]) == ([], another)
    assert any("somebody else here has this number" in one.why for one in report.warnings) == another
    again = load(books, later, header=header, constants={})
    assert (again.bad, again.clients, again.skipped) == ([], 0, 1)


def test_a_creditor_who_renames_its_customer_means_the_same_one_as_long_as_a_debt_that_is_here_says_so(books):
    header = ("Código", *HEADER)
    load(books, of(("7", *row("", "Ana Pérez", "1")), header=header), header=header)
    report = load(
        books, of(("7", *row("", "Bea Ruiz", "1")), ("7", *row("", "Bea Ruiz", "2")), header=header), header=header
    )
    owed_by = {reference: debt.debtor_id for reference, debt in debts(books).items()}
    assert (report.bad, owed_by["ACREEDOR-1"]) == ([], owed_by["ACREEDOR-2"])


@pytest.mark.parametrize(("first", "then"), [("7", "Ana Pérez"), ("Ana Pérez", "7")])
def test_who_is_named_by_a_number_alone_is_whoever_has_it(books, first, then):
    header = ("Código", *HEADER)
    load(books, of(("7", *row("", first, "1")), header=header), header=header)
    report = load(books, of(("7", *row("", then, "2")), header=header), header=header)
    owed_by = {reference: debt.debtor_id for reference, debt in debts(books).items()}
    assert (report.bad, owed_by["ACREEDOR-1"]) == ([], owed_by["ACREEDOR-2"])


def _by_reference():
    map_ = mapping(creditor_reference="ACREEDOR")
    columns = {**map_[Part.CASE_FILES].columns, "reference": "Factura"}
    del columns["number"]
    return {**map_, Part.CASE_FILES: Section(columns, map_[Part.CASE_FILES].constants)}


# Debts


def test_what_a_file_tells_no_more_is_known_though_it_gives_no_references(books):
    load(books, FILE)
    report = load(books, of(*(one.cells for one in FILE.rows[1:])), dry_run=True)
    assert [one.reference for one in report.debts.withdrawn] == ["ACREEDOR-A-2026/101"]
    unreadable = of(*(one.cells for one in FILE.rows[2:]), row(NIF, SUMINISTROS, "A-2026/101", "mucho"))
    report = load(books, unreadable, dry_run=True)
    assert [one.reference for one in report.debts.withdrawn] == ["ACREEDOR-A-2026/102"]


def test_payments_are_loaded_where_the_file_has_them_and_known_as_their_debt(books):
    header = (*HEADER, "Cobrado", "Día de cobro")
    file = of(
        (*row(NIF, SUMINISTROS, "1"), "40,00", "2026-02-20"), (*row(NIF, SUMINISTROS, "2"), "", ""), header=header
    )
    report = load(books, file, header=header)
    assert (report.case_files, report.payments) == (2, 1)
    [paid] = all_of(books, PaymentRecorded)
    assert (paid.event.reference, paid.event.amount) == ("ACREEDOR-1", euros(40))
    assert load(books, file, header=header).skipped == 2


def test_one_day_stands_for_the_other(books):
    header = HEADER[:5]
    load(books, of(row(NIF, SUMINISTROS, "1")[:5], header=header), header=header)
    header = (*HEADER[:4], "Vencimiento")
    rows = ((NIF, SUMINISTROS, "2", "1,00", "2026-03-01"), (NIF, SUMINISTROS, "3", "1,00", "2026-05-01"))
    load(books, of(*rows, header=header), header=header)
    days = {one.reference[-1]: (one.opened_on, one.items[0].due_on) for one in debts(books).values()}
    assert days == {
        "1": (date(2026, 2, 3), date(2026, 2, 3)),
        "2": (date(2026, 3, 1), date(2026, 3, 1)),
        "3": (TODAY, date(2026, 5, 1)),
    }
    assert load(books, of(*rows, header=header), header=header).skipped == 2


def test_rows_that_look_like_one_debt_are_told_and_loaded_as_two(books):
    report = load(books, of(row(NIF, SUMINISTROS, "1"), row(NIF, SUMINISTROS, "1-BIS"), row("", "Ana", "7")))
    assert report.case_files == 3
    told_of = [(found.line, found.column, str(found.why)) for found in report.warnings]
    assert told_of == [(3, "Factura", "this looks like the debt of line 2: it is loaded as another")]


def test_all_columns_that_are_missing_are_named_at_once(books):
    with pytest.raises(ColumnsMissing) as refused:
        load(books, of(header=("Vencimiento",)), header=("Vencimiento",))
    assert refused.value.details["columns"] == [
        "name / reference / identification",
        "reference / number",
        "principal / outstanding",
    ]
    with pytest.raises(ColumnsMissing) as refused:
        load(books, of(header=("Deudor",)), header=("Deudor",))
    assert refused.value.details["columns"] == ["reference / number", "principal / outstanding", "opened_on / due_on"]


def test_names_are_the_same_whatever_their_capitals_accents_blanks_and_dots():
    assert (
        compact("Suministros Ejemplo, S.L.")
        == compact(" SUMINISTROS  EJÉMPLO S. L.")
        == compact("suministros ejemplo sl")
    )
    assert compact("Ejemplo 2") != compact("Ejemplo")


def test_a_case_file_keeps_the_creditors_number(books):
    load(books, of(row(NIF, SUMINISTROS, "1")))
    assert [item.number for item in debts(books)["ACREEDOR-1"].items] == ["1"]
