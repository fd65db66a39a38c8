"""Importing a file through the pages, from choosing it to what was left out of it."""

import csv
import re
from contextlib import closing
from io import BytesIO
from uuid import UUID

import pytest
from office import euros, payment
from openpyxl import Workbook
from playwright.sync_api import expect
from receivables import BIGGEST, SAMPLE, of_the_biggest
from sqlalchemy import insert, select, update

from api.app import BODY_AT_MOST, FILE_AT_MOST
from api.http.jobs import JobKey
from application.invoices import IMPORTED_NUMBER
from infrastructure.imports.uploads import pieces, uploads
from infrastructure.jobs import StoredJobs, jobs
from infrastructure.wiring import credentials


def of(header, *rows):
    return "\n".join(";".join(map(str, row)) for row in (header, *rows)).encode()


@pytest.fixture
def clients(unique):
    """A file of three clients, and the second one's number, who cannot be loaded."""

    def clients():
        first, second, third = (unique("C") for _ in range(3))
        header = ("Cód. cliente", "Razón social", "Tipo", "Zona")
        data = of(
            header,
            (first, "Muñoz <script>alert(1)</script>", "Persona", "Centro"),
            (second, "", "Empresa", "Sur"),
            (third, "=Gómez S.L.", "Empresa", "Sur"),
        )
        return data, second

    return clients


def bring(page, data, contents="clients", name="clientes.csv"):
    page.goto("/import")
    page.locator(f"[type=radio][value={contents}]").check()
    page.locator("[name=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Subir").click()
    expect(page.get_by_role("heading", name="2. Qué es cada columna")).to_be_visible()


def check(page):
    page.get_by_role("button", name="Comprobar todo el fichero").click()
    expect(page.get_by_role("heading", name="3. Qué se cargaría")).to_be_visible(timeout=60_000)


def loaded(page):
    expect(page.get_by_role("heading", name="4. Cargado")).to_be_visible(timeout=60_000)


def figure(page, name):
    return page.locator("dl.figures div").filter(has=page.get_by_text(name, exact=True)).locator("dd")


@of_the_biggest
@pytest.mark.on_both_databases
def test_the_real_receivables_are_loaded_with_the_figures_of_any_correct_load(browse, office, keep):
    page = browse("dora")
    bring(page, BIGGEST.file.read_bytes(), "receivables", BIGGEST.file.name)
    page.get_by_label("Las deudas son nuestras").check()
    page.get_by_label("Gestor del cliente, en todas las filas").fill("ibm-collector")
    page.get_by_label("Forma de pago, en todas las filas").select_option("transfer")
    page.get_by_label("Registrado por, en todas las filas").fill("ibm-collector")
    page.get_by_label("Aprobado por, en todas las filas").fill("ibm-approver")
    keep(page, "import-columns")
    check(page)
    expect(figure(page, "Con errores")).to_have_text("0")
    keep(page, "import-preview")
    page.get_by_role("button", name="Cargar").click()
    loaded(page)
    keep(page, "import-result")
    assert int(figure(page, "Expedientes").inner_text().replace(".", "")) == BIGGEST.case_files
    assert int(figure(page, "Clientes").inner_text().replace(".", "")) == BIGGEST.clients
    for month, collected in BIGGEST.collected.items():
        shown = office.ana.sees("/api/escritorio/collections-report", month=month)
        assert shown["totals"] == [euros(str(collected))]
    for day, standing in BIGGEST.standing.items():
        shown = office.ana.sees("/api/escritorio/summary", as_of=str(day))
        assert (shown["case_files"], shown["unpaid"]["count"]) == (standing.issued, standing.unpaid[0])
        assert shown["overdue"] == {"count": standing.overdue[0], "totals": [euros(str(standing.overdue[1]))]}


def test_every_error_is_shown_in_place_what_is_left_out_is_downloaded_and_nothing_else_stays(browse, office, clients):
    data, second = clients()
    page = browse("ana")
    bring(page, data)
    check(page)
    wrong = page.get_by_role("row").filter(has_text="Razón social")
    expect(wrong).to_contain_text("3")
    expect(figure(page, "Con errores")).to_have_text("1")
    page.get_by_role("button", name="Cargar todas menos 1 fila").click()
    loaded(page)
    expect(figure(page, "Clientes")).to_have_text("2")
    waits = Waiting(office, page.url)
    assert {one.part for one in waits.pieces} == {"left-out"}
    assert {one.kind for one in waits.jobs} == {"loading"}
    assert "Muñoz" not in str(waits.loading.result)
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar las filas que faltan").click()
    [left_out] = csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines(), delimiter=";")
    assert (left_out["Cód. cliente"], left_out["línea"], left_out["columna"]) == (second, "3", "Razón social")
    mended = data.replace(f"{second};;".encode(), f"{second};Ya con nombre;".encode())
    bring(page, mended)
    expect(page.get_by_label("Tipo: “Persona”")).to_have_value("person")
    check(page)
    expect(figure(page, "Ya estaban")).to_have_text("2")
    page.get_by_role("button", name="Cargar 1 fila").click()
    loaded(page)


def test_words_that_nobody_knows_are_asked_for_and_the_matching_is_offered_again(browse, unique):
    def data():
        return of(("Número", "Razón social", "Clase"), (unique("C"), "Ana", "Gente"), (unique("C"), "Gómez", "Firma"))

    page, name = browse("ana"), unique("Contaplus <b>")
    bring(page, data())
    page.get_by_label("Número del cliente", exact=True).select_option("Número")
    page.get_by_label("Persona o empresa", exact=True).select_option("Clase")
    page.get_by_label("Recordar como").fill(name)
    page.get_by_role("button", name="Comprobar todo el fichero").click()
    page.get_by_label("Clase: “Gente”").select_option("person")
    page.get_by_label("Clase: “Firma”").select_option("company")
    expect(page.get_by_label("Recordar como")).to_have_value(name)
    check(page)
    expect(figure(page, "Con errores")).to_have_text("0")
    bring(page, data())
    expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Número del cliente", exact=True)).to_have_value("Número")
    check(page)
    expect(figure(page, "Clientes")).to_have_text("2")


def test_a_column_that_is_needed_is_asked_for_and_what_was_chosen_stays(browse, unique):
    page = browse("ana")
    bring(page, of(("Uno", "Dos"), (unique("C"), "Ana")))
    page.get_by_label("Número del cliente", exact=True).select_option("Uno")
    page.get_by_role("button", name="Comprobar todo el fichero").click()
    expect(page.get_by_label("Nombre", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Número del cliente", exact=True)).to_have_value("Uno")


def test_an_excel_file_is_loaded_without_javascript(browse, unique):
    book = Workbook()
    for row in (("Código", "Nombre"), (unique("C"), "Ana Muñoz"), (unique("C"), "Gómez")):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    page = browse("ana", java_script_enabled=False)
    bring(page, file.getvalue(), name="clientes.xlsx")
    check(page)
    page.get_by_role("button", name="Cargar 2 filas").click()
    loaded(page)
    page.goto("/import")
    expect(page.get_by_role("listitem").filter(has_text="clientes.xlsx").first).to_contain_text("Cargado")


def test_what_is_no_table_is_refused_with_why(browse):
    page = browse("ana")
    page.goto("/import")
    page.locator("[name=file]").set_input_files(
        {"name": "<i>.xlsx", "mimeType": "text/csv", "buffer": b"PK\x03\x04<b>"}
    )
    page.get_by_role("button", name="Subir").click()
    expect(page.get_by_text("es un libro .xlsx dañado, o no lo es")).to_be_visible()
    expect(page.get_by_role("heading", name="<i>.xlsx")).to_be_visible()


def test_payments_that_are_decided_are_an_administrators(browse, office, unique):
    reference = unique("EXP")
    office.case_file(reference)
    data = of(
        ("Expediente", "Recibo", "Importe", "Fecha", "Forma de pago", "Aprobado por"),
        (reference, unique("R"), "12,50", "31/01/2026", "Transferencia", "marta"),
    )
    page = browse("ana")
    bring(page, data, "payments")
    expect(page.get_by_label("Aprobado por", exact=True)).to_have_count(0)
    page = browse("dora")
    bring(page, data, "payments")
    expect(page.get_by_label("Aprobado por", exact=True)).to_have_value("Aprobado por")
    check(page)
    page.get_by_role("button", name="Cargar 1 fila").click()
    loaded(page)
    page.goto(f"/audit?case_file={reference}")
    expect(page.get_by_role("row").filter(has_text="marta")).to_contain_text("importado por dora")


def upload(office, data, name="ana"):
    answer = office.http.post(
        "/import", data={"contents": "clients"}, files={"file": ("clientes.csv", data)}, headers=office.browser(name)
    )
    return answer.headers["Location"]


class Waiting:
    """What the database has of the file at this address."""

    def __init__(self, office, address):
        self._id = UUID(address.rpartition("/")[2])
        with closing(credentials(office.store)) as logins, logins.engine.begin() as db:
            self.upload = db.execute(select(uploads).where(uploads.c.upload_id == self._id)).one_or_none()
            self.pieces = db.execute(select(pieces).where(pieces.c.upload_id == self._id)).all()
            self.jobs = db.execute(select(jobs).where(jobs.c.subject == str(self._id))).all()
            self.loading = StoredJobs(logins.engine, office.store.keyring).look(JobKey("loading", str(self._id)))


def changed(office, statement):
    with closing(credentials(office.store)) as logins, logins.engine.begin() as db:
        db.execute(statement)


def test_a_file_is_nobody_elses_and_can_be_read_by_nobody_in_the_database(office, clients):
    address = upload(office, clients()[0])
    assert office.http.get(address, headers=office.browser("ana")).status_code == 200
    for name, status in (("bea", 404), ("dora", 404), ("carl", 403), ("emil", 403)):
        assert (name, office.http.get(address, headers=office.browser(name)).status_code) == (name, status)
    waits = Waiting(office, address)
    kept = [waits.upload.sealed, *(one.sealed for one in (*waits.pieces, *waits.jobs))]
    assert len(kept) == 3  # what was chosen, the file, what was read in it
    for told in ("clientes.csv", "Muñoz", "Mu\\u00f1oz", "Razón social"):
        assert not any(told.encode() in one for one in kept)


def test_a_file_that_is_too_large_is_refused(office):
    form = office.browser("ana") | {"Content-Type": "application/x-www-form-urlencoded"}
    for path, at_most in (("/import", FILE_AT_MOST), ("/account/tokens", BODY_AT_MOST)):
        answer = office.http.post(path, content=b"x" * (at_most + 1), headers=form)
        assert (path, answer.status_code) == (path, 413)
        assert "demasiado grande" in answer.text


def test_what_was_broken_off_is_said_and_goes_on_without_loading_twice(browse, office, clients):
    data, _second = clients()
    page = browse("ana")
    bring(page, data)
    check(page)
    address = page.url
    row = {**Waiting(office, address).jobs[0]._mapping, "kind": "loading", "state": "broken_off", "sealed": None}
    changed(office, insert(jobs).values(row))
    page.goto(address)
    expect(page.get_by_text("El servidor se paró a la mitad")).to_be_visible()
    page.get_by_role("button", name="Seguir").click()
    expect(page.get_by_role("heading", name="3. Qué se cargaría")).to_be_visible()  # one row is bad: nothing was loaded
    page.get_by_role("button", name="Cargar todas menos 1 fila").click()
    loaded(page)
    assert office.http.post(f"{address}/load", headers=office.browser("ana")).status_code == 303  # sent again
    page.reload()
    loaded(page)


def test_files_older_than_a_day_are_removed(browse, office, clients):
    address = upload(office, clients()[0])
    this = uploads.c.upload_id == Waiting(office, address).upload.upload_id
    changed(office, update(uploads).where(this).values(kept_until=0))
    browse("ana").goto("/import")
    gone = Waiting(office, address)
    assert (gone.upload, gone.pieces, gone.jobs) == (None, [], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found(browse, violations, keep, clients, scheme):
    page = browse("ana", color_scheme=scheme)
    page.goto("/import")
    found = violations(page)
    bring(page, clients()[0])
    found += violations(page)
    check(page)
    found += violations(page)
    keep(page, f"import-errors-{scheme}")
    page.get_by_role("button", name="Cargar todas menos 1 fila").click()
    loaded(page)
    found += violations(page)
    page.goto("/import")
    keep(page, f"import-{scheme}")
    assert found == []


# A creditor's next file


DEBTS = ("Expediente", "Cód. acreedor", "Cód. deudor", "Importe", "Fecha", "Vencimiento")


@pytest.mark.on_both_databases
def test_a_creditors_next_file_is_compared_with_the_books_before_it_is_loaded(browse, office, unique, keep, violations):
    creditor, debtor = unique("ACR"), unique("DEU")
    office.client("Telefónica Móviles", reference=creditor)
    office.client("Ana Muñoz", reference=debtor)
    same, more, less, gone, paying, stays, new = (unique("EXP") for _ in range(7))

    def of_debts(*told):
        rows = [(one, creditor, debtor, amount, "01/02/2026", "01/03/2026") for one, amount in told]
        return of(DEBTS, *rows)

    last = ((same, 100), (more, 200), (less, 300), (gone, 400), (paying, 500), (stays, 600))
    page = browse("ana")
    bring(page, of_debts(*last), "receivables", "mayo.csv")
    check(page)
    expect(figure(page, "Nuevo").first).to_contain_text("6")
    page.get_by_role("button", name="Cargar 6 filas").click()
    loaded(page)

    paid = office.ana.sees(f"/api/case-files/by-reference/{paying}")["id"]
    office.ana.does(f"/api/case-files/{paid}/payments", payment("10.00", received_on="2026-02-05"))
    changed = of_debts((same, 100), (more, "250,50"), (less, 120), (new, 60))
    bring(page, changed, "receivables", "junio.csv")
    check(page)
    expect(figure(page, "Deben más")).to_contain_text("50,50")
    expect(figure(page, "Deben menos")).to_contain_text("-180,00")
    expect(figure(page, "No está en el fichero")).to_contain_text("1.500,00")
    expect(page.get_by_role("row").filter(has_text=paying)).to_contain_text("Sigue abierto")
    expect(page.get_by_role("row").filter(has_text=more)).to_contain_text("Ana Muñoz")
    assert violations(page) == []
    keep(page, "import-debts")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 800})
    assert violations(page) == []
    keep(page, "import-debts-phone-dark")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar las diferencias").click()
    told = download.value.path().read_text("utf-8-sig")
    assert f"{less};EUR;300,00;120,00;-180,00" in told

    page.get_by_label("Dejarlas también aquí").check()
    page.get_by_label(f"Cerrar {gone}").check()
    page.get_by_role("button", name="Cargar, y cerrar lo marcado").click()
    loaded(page)
    expect(page.get_by_text("2 deudas han quedado como dice el fichero")).to_be_visible()
    expect(page.get_by_text("Se ha cerrado 1 expediente como retirado")).to_be_visible()
    keep(page, "import-debts-loaded")

    def stands(reference):
        found = office.ana.sees(f"/api/case-files/by-reference/{reference}")["id"]
        shown = office.ana.sees(f"/api/case-files/{found}")["line"]
        return shown["state"], shown["outstanding"]["amount"]

    assert [stands(one) for one in (same, more, less, gone, paying, stays, new)] == [
        ("open", "100.00"),
        ("open", "250.50"),
        ("open", "120.00"),
        ("closed", "400.00"),
        ("open", "500.00"),
        ("open", "600.00"),
        ("open", "60.00"),
    ]
    bring(page, changed, "receivables", "junio.csv")
    check(page)
    expect(figure(page, "Ya estaban")).to_have_text("4")
    expect(figure(page, "Nuevo")).to_have_text("0")


PEOPLE = ("Cód. cliente", "Nombre", "NIF", "Teléfono", "Expediente", "Importe", "Fecha", "Vencimiento", "Fecha cobro")


def test_clients_who_look_like_somebody_here_are_shown_and_the_same_identification_is_used(
    browse, office, unique, keep, violations
):
    nif, phone, same = "00000001R", "611222333", unique("Nuria Prats")
    known = office.client(same, identification={"kind": "nif", "number": nif}, collector="carl")
    office.client("Ramón Yagüe", contacts=[{"medium": "phone", "value": phone}])
    first, second = unique("EXP"), unique("EXP")
    data = of(
        PEOPLE,
        (unique("C"), "N. Prats", nif, "", first, 10, "01/02/2026", "01/03/2026", ""),
        (unique("C"), "Yague, Ramon", "", phone, second, 20, "01/02/2026", "01/03/2026", ""),
    )
    page = browse("ana", viewport={"width": 390, "height": 800})
    bring(page, data, "receivables")
    page.get_by_label("Las deudas son nuestras").check()
    page.get_by_label("Forma de pago, en todas las filas").select_option("transfer")
    check(page)
    alike = page.get_by_role("row")
    expect(alike.filter(has_text="N. Prats").first).to_contain_text("misma identificación")
    expect(alike.filter(has_text="Yague, Ramon")).to_contain_text("mismo teléfono, nombre parecido")
    expect(page.get_by_role("link", name=same)).to_have_attribute("href", f"/clients/{known}")
    assert violations(page) == []
    keep(page, "import-alike-phone")
    expect(figure(page, "Con errores")).to_have_text("1")
    page.get_by_role("button", name="Es ese cliente: usar el que ya está").click()
    page.get_by_role("button", name="Cargar 2 filas").click()
    loaded(page)
    expect(figure(page, "Clientes")).to_have_text("1")
    [of_known] = office.ana.sees("/api/escritorio/case-files", debtor_id=known)["items"]
    assert of_known["reference"] == first


def test_invoices_issued_elsewhere_are_loaded_with_their_clients_and_payments(browse, office, keep):
    # Under numbers of their own: the same file is loaded as case files too, and a reference serves one payment.
    text = SAMPLE.file.read_text("utf-8")
    numbers = [row["invoiceNumber"] for row in csv.DictReader(text.splitlines())]
    for number in numbers:
        text = text.replace(number, f"FA-{number}")
    page = browse("dora")
    bring(page, text.encode(), "invoiced-receivables", SAMPLE.file.name)
    expect(page.get_by_label("Número de la factura", exact=True)).to_have_value("invoiceNumber")
    expect(page.get_by_label("Total de la factura", exact=True)).to_have_value("InvoiceAmount")
    page.get_by_label("Día en que se envió", exact=True).select_option("InvoiceDate")
    page.get_by_label("Forma de pago, en todas las filas").select_option("transfer")
    keep(page, "import-invoices-columns")
    check(page)
    expect(figure(page, "Con errores")).to_have_text("0")
    keep(page, "import-invoices-preview")
    page.get_by_role("button", name="Cargar").click()
    loaded(page)
    expect(figure(page, "Facturas")).to_have_text(str(SAMPLE.case_files))
    expect(figure(page, "Cobros")).to_have_text(str(SAMPLE.case_files))
    led_to = re.compile(r"/invoices\?year=all&import=[0-9a-f-]{36}")
    expect(page.get_by_role("link", name="Ver las facturas")).to_have_attribute("href", led_to)
    loaded_as = {f"FA-{number}" for number in numbers}
    assert set(office.store.events.claimed(IMPORTED_NUMBER, loaded_as)) == loaded_as


def test_a_creditors_debts_are_loaded_as_they_come_and_who_has_a_name_of_somebody_here_is_chosen(
    browse, office, unique, keep, violations
):
    name, creditor = unique("Sin Identificar Ejemplo"), unique("Acreedora")
    known = office.client(name.upper())
    office.client(creditor, reference=unique("ACR"))
    header = ("NIF", "Deudor", "Población", "Nº Factura", "Fecha", "Vencimiento", "Importe pendiente")
    data = of(
        header,
        ("b12345674", "Suministros Ejemplo, S.L.", "Getafe", "A/101", "03/02/2026", "05/03/2026", "1.133,82 €"),
        ("", f"{name}.", "Toledo", "A/103", "5/2/26", "7/3/26", "12.000,00"),
        ("B-12345674", "SUMINISTROS EJEMPLO SL", "Getafe", "A/104", "2026-02-06 00:00:00", "8/3/26", "77,00 EUR"),
    )
    page = browse("ana")
    bring(page, data, "receivables", "deudas.csv")
    page.get_by_role("button", name="Comprobar todo el fichero").click()
    expect(page.get_by_text("Elija de quién son")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Buscar al acreedor").fill(creditor)
    page.get_by_role("radio", name=creditor).check()
    keep(page, "import-creditor")
    check(page)
    expect(figure(page, "Con errores")).to_have_text("0")
    expect(figure(page, "Nuevo").first).to_contain_text("13.210,82")
    expect(page.get_by_label(f"Quién es {name}.")).to_have_value(str(known))
    assert violations(page) == []
    keep(page, "import-same-name")
    page.get_by_role("button", name="Cargar 3 filas").click()
    loaded(page)
    expect(figure(page, "Clientes")).to_have_text("1")
    [debt] = office.ana.sees("/api/escritorio/case-files", debtor_id=known)["items"]
    assert (debt["client"], debt["outstanding"]["amount"]) == (creditor, "12000.00")
    bring(page, data, "receivables", "deudas.csv")
    page.get_by_label("Un acreedor nuevo").check()
    page.get_by_label("Nombre del acreedor nuevo").fill(creditor)
    check(page)
    expect(figure(page, "Ya estaban")).to_have_text("3")


def test_another_sheet_and_line_are_chosen_and_doubtful_cells_are_counted_named_and_found_in_clients(browse, unique):
    book, (good, doubtful) = Workbook(), (unique("C"), unique("C"))
    book.active.title = "Portada"
    book.active.append(["Código", "Nombre"])
    book.active.append([unique("C"), "Nadie de Portada"])
    sheet = book.create_sheet("Datos")
    heading = ("Código", "Nombre", "Tlf.", "Correo", "CIF")
    for row in (
        ("Columna 1", "Columna 2", "Columna 3", "Columna 4", "Columna 5"),
        heading,
        (good, f"Buena {good}", "600111222", "", ""),
        (doubtful, f"Dudosa {doubtful}", "12", "esto no es un correo", ""),
    ):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    page = browse("ana")
    bring(page, file.getvalue(), name="clientes.xlsx")
    expect(page.get_by_text("hoja «Portada»")).to_be_visible()
    for name, choose, shown in (
        ("sheet", lambda field: field.select_option("Datos"), "hoja «Datos»"),
        ("header_line", lambda field: field.fill("1"), "columnas nombradas en la línea 1"),
        ("header_line", lambda field: field.fill("2"), "columnas nombradas en la línea 2"),
    ):
        page.get_by_text("Otra línea u hoja").click()
        choose(page.locator(f"[name={name}]"))
        page.get_by_role("button", name="Leerlo de nuevo").click()
        expect(page.get_by_text(shown)).to_be_visible(timeout=60_000)
    check(page)
    expect(figure(page, "Avisos")).to_have_text("2")
    for column, value in (("Tlf.", "12"), ("Correo", "esto no es un correo")):
        expect(page.get_by_role("row").filter(has_text=value).filter(has_text=column)).to_have_count(1)
    page.get_by_role("button", name="Cargar 2 filas").click()
    loaded(page)
    page.goto("/clients")
    page.get_by_role("link", name="Con datos dudosos").click()
    expect(page).to_have_url(re.compile("verified=doubtful"))
    expect(page.get_by_role("link", name=f"Dudosa {doubtful}")).to_be_visible()
    expect(page.get_by_role("link", name=f"Buena {good}")).to_have_count(0)
