"""A creditor's next file through the pages' forms: what may be closed by them, and how much of it a page shows."""

import gzip
import re
from decimal import Decimal

import pytest
from bad_debts import BAD_FILES
from eventually import eventually

from api.imports import debts as import_debts

HEADER = "reference;creditor_reference;debtor_reference;principal;currency;opened_on;due_on"


class Importing:
    """Somebody's browser, with a file of debts."""

    def __init__(self, office, name="ana"):
        self.office, self._name = office, name

    def bring(self, *told, creditor="ACR"):
        """Checked to the end; the page of what would come of it."""
        rows = [f"{one};{creditor};DEU;{amount};EUR;2026-01-10;2026-02-10" for one, amount in told]
        sent = {"file": ("deudas.csv", "\n".join([HEADER, *rows]).encode())}
        answer = self.post("/import", {"contents": "case-files"}, files=sent)
        self.address = answer.headers["Location"]
        eventually(lambda: "2. Qué es cada columna" in self.get())
        columns = {f"columns.case_files.{one}": one for one in HEADER.split(";")}
        assert self.post(f"{self.address}/columns", columns).status_code == 303
        return eventually(lambda: (page := self.get()) and "3. Qué se cargaría" in page and page)

    def matching(
        self, text=f"{HEADER}\nA;ACR;DEU;10;EUR;2026-01-10;2026-02-10", contents="receivables", name="deudas.csv"
    ):
        """The page on which the columns of a new file are matched."""
        sent = {"file": (name, text.encode() if isinstance(text, str) else text)}
        self.address = self.post("/import", {"contents": contents}, files=sent).headers["Location"]
        return eventually(lambda: (page := self.get()) and "2. Qué es cada columna" in page and page)

    def debts(self, text, contents="receivables", name="deudas.csv", **creditor):
        """The same of a file whose columns are left as the page guesses them."""
        page = self.matching(text, contents, name)
        chosen = re.findall(r'<select id="([^"]+)" name="[^"]+"[^>]*>(.*?)</select>', page, re.DOTALL)
        guessed = {name: found[1] for name, told in chosen if (found := re.search(r"<option selected>(.*?)<", told))}
        guessed |= dict(re.findall(r'<input name="(constants[^"]+)" value="([^"]+)"', page))
        assert self.post(f"{self.address}/columns", {**guessed, **creditor}).status_code == 303
        return eventually(lambda: (page := self.get()) and "3. Qué se cargaría" in page and page)

    def load(self, **form):
        assert self.post(f"{self.address}/load", form).status_code == 303
        return eventually(lambda: (page := self.get()) and "4. Cargado" in page and page)

    def get(self, path=""):
        return self.office.http.get(self.address + path, headers=self.office.browser(self._name)).text

    def post(self, path, form, **more):
        return self.office.http.post(
            path, data=form, headers=self.office.browser(self._name), follow_redirects=False, **more
        )


@pytest.fixture
def importing(office):
    for reference in ("ACR", "OTRO", "DEU"):
        office.client(f"Cliente {reference}", reference=reference)
    return Importing(office)


def open_ones(office):
    return {one["reference"] for one in office.ana.sees("/api/escritorio/case-files", limit=200)["items"]}


def id_of(office, reference):
    [found] = office.ana.sees("/api/escritorio/case-files", reference=reference)["items"]
    return found["id"]


def test_what_a_page_has_no_room_for_is_closed_by_a_tick_of_its_own(importing, monkeypatch):
    monkeypatch.setattr(import_debts, "SHOWN", 2)
    office = importing.office
    importing.bring(*((name, 10) for name in "ABCDE"))
    importing.load()
    page = importing.bring(("A", 10))
    assert "Cerrar también los 2 que no se muestran aquí" in page
    importing.load(withdrawn_rest="yes", withdrawn=[id_of(office, "B")])
    office.seen.position = office.store.events.head()[0]
    assert open_ones(office) == {"A", "C"}


def figures(page):
    """Clients that are new, and rows with errors, as a page tells them."""
    told = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))
    return told["Clientes"], told.get("Con errores")


@pytest.mark.parametrize("use", [False, True])
def test_the_preview_shows_what_loading_would_do_with_those_whose_identification_is_here(importing, use):
    importing.office.client("Ana Diez", reference="M0", identification={"kind": "nif", "number": "12345678Z"})
    file = "Código;Nombre;NIF\nM1;Pepa Uno;00000001R\nM2;Ana Diez Bis;12345678Z\nM2;Zoe Nueva;00000014Z"
    page = importing.debts(file, "clients", "clientes.csv")
    assert figures(page) == ("2", "1")
    assert "esta identificación ya es de Ana Diez" in page
    if use:
        importing.post(f"{importing.address}/recognised", {"recognised": "use"})
        page = eventually(lambda: (page := importing.get()) and "Dejarlas fuera" in page and page)
        assert figures(page) == ("1", "1")
    loaded = importing.load(leave_out_bad="yes")
    assert figures(loaded)[0] == figures(page)[0]


PAID = "Deudor;Factura;Fecha factura;Importe total;Cobrado;Fecha cobro;Pendiente"


def test_what_was_paid_is_not_taken_off_what_is_left_and_where_the_total_is_missing_the_preview_says_what_it_is(office):
    importing = Importing(office)
    page = importing.debts(f"{PAID}\nBar Uno, S.L.;F-1;10/01/26;1.210,00;210,00;01/03/26;1.000,00", creditor="none")
    assert "1.210,00" in page
    assert figures(page) == ("1", "0")
    without = PAID.replace("Importe total;", "")
    page = importing.debts(f"{without}\nBar Dos, S.L.;F-2;10/01/26;210,00;01/03/26;1.000,00", creditor="none")
    assert "1.210,00" in page
    assert "«Pendiente» es lo que queda por pagar y «Cobrado» lo ya cobrado: la deuda es la suma de los dos" in page


def test_all_that_is_wrong_or_doubtful_of_a_row_is_among_its_errors(office):
    told = "Deudor;Factura;Fecha;Importe;Correo;CP\nBar Uno, S.L.;F-1;10/01/26;12x;mal@@correo;280"
    page = Importing(office).debts(told, creditor="none")
    for wrong in ("12x", "mal@@correo", "280"):
        assert f'<td data-label="Valor">{wrong}</td>' in page
    assert "A tener en cuenta" not in page


def test_choosing_what_is_left_of_an_invoice_for_its_total_beside_what_was_paid_is_refused_at_that_column(office):
    importing = Importing(office)
    importing.matching(
        f"{PAID}\nBar Uno, S.L.;F-1;10/01/26;1.210,00;210,00;01/03/26;1.000,00", contents="invoiced-receivables"
    )
    ours = {"number": "Factura", "total": "Pendiente", "issued_on": "Fecha factura", "due_on": "Fecha factura"}
    chosen = {f"columns.invoices.{one}": theirs for one, theirs in ours.items()}
    chosen |= {"columns.clients.name": "Deudor", "constants.invoices.currency": "EUR"}
    chosen |= {"columns.invoice_payments.amount": "Cobrado", "columns.invoice_payments.received_on": "Fecha cobro"}
    chosen |= {"constants.invoice_payments.currency": "EUR", "form_name": "columns"}
    page = importing.post(f"{importing.address}/columns", chosen).text
    assert "«Pendiente» es lo que queda por pagar: si también se elige lo cobrado, «Cobrado»" in page
    assert 'id="columns.invoices.total-error"' in page


def test_only_what_the_preview_told_of_is_closed_whatever_a_form_says(importing):
    office = importing.office
    importing.bring(("X", 10), creditor="OTRO")
    importing.load()
    importing.bring(("A", 10), ("B", 20))
    importing.load()
    importing.bring(("A", 10))
    office.seen.position = office.store.events.head()[0]
    forged = [id_of(office, "X"), id_of(office, "A"), "no-id", id_of(office, "B")]
    assert "1 expediente como retirado" in importing.load(withdrawn=forged)
    office.seen.position = office.store.events.head()[0]
    assert open_ones(office) == {"A", "X"}


def test_a_case_file_opened_after_the_preview_is_not_closed_with_those_it_showed(importing):
    office = importing.office
    importing.bring(("A", 10), ("B", 20))
    importing.load()
    importing.bring(("A", 10))
    preview = importing.address
    importing.bring(("C", 30))
    importing.load()
    importing.address = preview
    office.seen.position = office.store.events.head()[0]
    importing.load(withdrawn=[id_of(office, "B"), id_of(office, "C")], withdrawn_rest="yes")
    office.seen.position = office.store.events.head()[0]
    assert open_ones(office) == {"A", "C"}


def test_a_page_of_many_debts_stays_light(importing):
    importing.bring(*((f"EXP-2026-{number:06}", 100 + number) for number in range(300)))
    importing.load()
    changed = [(f"EXP-2026-{number:06}", 50 + number) for number in range(150)]
    page = importing.bring(*changed, *((f"EXP-2027-{number:06}", 9) for number in range(150)))
    assert "Estos son los primeros 100 de 150" in page
    assert len(gzip.compress(page.encode())) < 25_000
    rows = importing.get("/debts.csv").splitlines()
    assert len(rows) == 1 + 150 * 3
    assert len([row for row in rows if "No está en el fichero" in row]) == 150


@pytest.mark.parametrize("chosen", ["", "new"])
def test_whose_debts_they_are_can_be_searched_for_before_any_column_is_chosen(importing, chosen):
    importing.matching()
    told = {"form_name": "columns", "search": "creditor", "creditor_text": "ACR", "creditor": chosen}
    answer = importing.post(f"{importing.address}/columns", told)
    assert answer.status_code == 200
    assert "Cliente ACR" in answer.text


def test_a_creditor_for_all_debts_is_refused_beside_a_column_that_says_another(importing):
    rows = "Deudor;Nº;Moneda;Vencimiento;Importe;Acreedor\nBar;F-1;EUR;2026-01-10;100;{}"
    page = importing.matching(rows.format("Otra, S.A."))
    guessed = dict(re.findall(r'<select id="([^"]+)"(?:(?!</select>).)*?<option selected>(.*?)<', page, re.DOTALL))
    assert guessed["columns.case_files.creditor_name"] == "Acreedor"
    chosen = {"form_name": "columns", **guessed, "creditor": "new", "creditor_name": "Una, S.A."}
    answer = importing.post(f"{importing.address}/columns", chosen)
    assert answer.status_code == 422
    assert "«Una, S.A.», y «Acreedor» del fichero dice «Otra, S.A.»" in answer.text
    importing.debts(rows.format("Una, S.A."), creditor="new", creditor_name="Una, S.A.")


# Where it leads, and in whose words


DEBTS = "Deudor;NIF;N.º de préstamo;Importe pendiente;Moneda;Vencimiento\n"


@pytest.mark.parametrize("rows", [2, 25])
def test_a_load_says_what_it_comes_to_and_leads_to_what_it_loaded(importing, rows):
    office = importing.office
    debts = [f"Deudora {number};;D-{number:03};{10 + number};EUR;2026-02-10\n" for number in range(rows)]
    importing.debts(DEBTS + "".join(debts) + "Otra;;D-USD;7,50;USD;2026-02-10\n", creditor="none")
    page = importing.load()
    euros = sum(10 + number for number in range(rows))
    assert f"{rows + 1} deudas nuevas: {euros},00\xa0€ · 7,50\xa0US$" in page
    office.seen.position = office.store.events.head()[0]
    debt = office.ana.sees(f"/api/case-files/by-reference/D-{0:03}")["id"]
    assert f'<a href="/case-files/{debt}">D-000</a> <span class="quiet">Deudora 0</span>' in page
    for list_ in ("case-files", "clients"):
        assert len(re.findall(f'href="/{list_}/[0-9a-f-]{{36}}"', page)) == min(rows + 1, 20)
    assert ("Estos son los primeros 20 de 26" in page) == (rows > 20)
    assert 'href="/clients?sort=-number&amp;import=' in page


def test_what_one_import_loaded_is_shown_as_lists_of_its_own(importing):
    office = importing.office
    importing.debts(DEBTS + "Primera;;D-1;10;EUR;2026-02-10\n", creditor="none")
    importing.load()
    importing.debts(DEBTS + "Segunda;;D-2;20;EUR;2026-02-10\n", creditor="none")
    page = importing.load()
    office.seen.position = office.store.events.head()[0]
    for path, name in (("/escritorio/case-files", "D-2"), ("/clients", "Segunda")):
        [address] = re.findall(f'href="({path}[?][^"]*import=[^"]*)"', page)
        shown = office.http.get(address.replace("&amp;", "&"), headers=office.browser("ana")).text
        assert name in shown
        assert not any(other in shown for other in ("D-1", "Primera"))
        assert "Cargado con una importación" in shown
    import_id = importing.address.rsplit("/", 1)[1]
    [file] = office.ana.sees("/api/escritorio/case-files", **{"import": import_id})["items"]
    [client] = office.ana.sees("/api/clients", **{"import": import_id})["items"]
    assert (file["reference"], client["name"]) == ("D-2", "Segunda")


def test_invoices_that_an_import_loaded_are_a_list_of_their_own(importing):
    office = importing.office
    for number in ("F-1", "F-2"):
        importing.debts(
            f"client;number;issued_on;due_on;amount;currency\nCliente {number};{number};2026-01-01;2026-02-01;10;EUR\n",
            contents="invoiced-receivables",
            name="facturas.csv",
        )
        page = importing.load()
    office.seen.position = office.store.events.head()[0]
    [address] = re.findall('href="(/invoices[?][^"]*import=[^"]*)"', page)
    shown = office.http.get(address.replace("&amp;", "&"), headers=office.browser("ana")).text
    assert "F-2" in shown
    assert "F-1" not in shown


def test_what_is_left_to_pay_of_an_invoice_and_its_tax_load_and_columns_that_are_not_used_are_named(importing):
    office = importing.office
    heading = "Factura;Nombre;Apellidos;Fecha;Vto.;Total;Pendiente;Base imponible;Cuota IVA;Sucursal\n"
    paid = "A/2026/1;Ana;Ejemplo Gil;10/01/2026;10/02/2026;1.210,00;0,00;1.000,00;210,00;Centro\n"
    credited = "A/2026/2;Ana;Ejemplo Gil;10/01/2026;10/02/2026;(242,00);;;;Centro\n"
    page = importing.debts(heading + paid + credited, "invoiced-receivables")
    assert "Columnas que no se usan: Sucursal" in page
    assert "es una rectificativa" in page
    loaded = importing.load(leave_out_bad="yes")
    assert "Columnas que no se usan: Sucursal" in loaded
    for told in (page, loaded):
        assert "1 cobro espera aprobación" in told
        assert "1 cobro se deduce del importe pendiente" in told
        assert 'href="/invoices/payments"' in told
    office.seen.position = office.store.events.head()[0]
    [invoice] = office.ana.sees("/api/invoices")["items"]
    importing.address = f"/invoices/{invoice['id']}"
    page = importing.get()
    assert [one for one in ("1.000,00", "210,00", "Ana Ejemplo Gil") if one not in page] == []
    assert "Pagado según el importe pendiente" in page


def test_payments_without_references_are_checked_and_a_column_without_a_constant_is_asked_for_as_one(importing):
    importing.bring(("A", 10))
    importing.load()
    page = importing.debts("Expediente;Importe;Fecha de cobro\nA;5,00;01/02/2026\n", "payments")
    assert "Sin errores" in page
    importing.matching("Sucursal;Notas\nCentro;nada\n", "payments")
    page = importing.post(
        f"{importing.address}/columns", {"form_name": "columns", "constants.payments.currency": "EUR"}
    ).text
    assert "Elija la columna</span>" in page


def test_a_payment_in_another_currency_than_its_debt_is_told_with_the_name_of_the_column(importing):
    importing.bring(("A", 10))
    importing.load()
    importing.matching("Expediente;Importe;Fecha de cobro\nA;5,00;01/02/2026\n", "payments")
    columns = {"case_file_reference": "Expediente", "amount": "Importe", "received_on": "Fecha de cobro"}
    told = {f"columns.payments.{ours}": theirs for ours, theirs in columns.items()}
    importing.post(f"{importing.address}/columns", {**told, "constants.payments.currency": "USD"})
    page = eventually(lambda: (page := importing.get()) and "3. Qué se cargaría" in page and page)
    assert '<td data-label="Columna">Moneda</td>' in page
    assert '<td data-label="Columna">currency</td>' not in page


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_spreadsheet_of_debts_loads_to_the_cent_or_is_refused_by_its_cells(importing, name):
    office, bad = importing.office, BAD_FILES[name]
    page = importing.debts(bad.data, name=f"deudas.{bad.suffix}", creditor="none")
    for line, column, value in bad.refused:
        wrong = rf'>{line}</td>\s*<td data-label="Columna">{column}</td><td data-label="Valor">{re.escape(value)}</td>'
        assert re.search(wrong, page)
    if bad.debts:
        importing.load(leave_out_bad="yes" if bad.refused else "")
        office.seen.position = office.store.events.head()[0]
    opened = office.ana.sees("/api/escritorio/case-files", limit=200)["items"]
    total = sum(Decimal(one["principal"]["amount"]) for one in opened)
    assert (len(opened), str(total or "0.00")) == (bad.debts, bad.euros)


def test_a_lender_reads_nothing_of_creditors_nor_of_invoices_when_debts_come_in(importing):
    office = importing.office
    business = {"name": "Presta Ejemplo", "kind": "lender", "country": "ES", "time_zone": "Europe/Madrid"}
    office.dora.does("/api/business/description", business)
    importing.address = "/import"
    pages = [importing.get()]
    importing.debts(DEBTS + "Deudora;;P-1;10;EUR;2026-02-10\nOtra;;P-2;20;EUR;2026-02-10\n")
    pages += [importing.get("?step=columns"), importing.get(), importing.load()]
    importing.debts(DEBTS + "Deudora;;P-1;10;EUR;2026-02-10\n")
    pages += [importing.get(), importing.load()]
    importing.address = "/case-files/new"
    pages += [importing.get()]
    for page in pages:
        shown = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL).casefold()
        assert [word for word in ("acreedor", "por cada factura", "por factura", "expediente") if word in shown] == []


def test_what_nobody_has_confirmed_is_no_link_to_call_or_write_to(importing):
    importing.debts(
        "Código;Nombre;Teléfono;E-mail\nA;Ana Sánchez;600111222;ana@ejemplo.es\nB;Bea Pérez;123;bea@ejemplo\n",
        "clients",
    )
    importing.load()
    browser = importing.office.browser("ana")
    page = importing.office.http.get("/clients?text=Pérez", headers=browser).text
    assert ("bea@ejemplo" in page, "mailto:bea" in page, "tel:123" in page) == (True, False, False)
    page = importing.office.http.get("/clients?text=Sánchez", headers=browser).text
    assert ("mailto:ana@ejemplo.es" in page, "tel:+34600111222" in page) == (True, True)
    bea = next(one for one in importing.office.ana.sees("/api/clients")["items"] if one["name"] == "Bea Pérez")
    assert set(bea["unverified"]) == {"123", "bea@ejemplo"}
    page = importing.office.http.get(f"/clients/{bea['id']}", headers=browser).text
    assert ("bea@ejemplo" in page, "mailto:" in page, "tel:" in page) == (True, False, False)


def test_the_columns_step_marks_what_is_needed_and_names_what_would_do_in_its_place(importing):
    page = importing.matching("Nombre;Nº factura;Importe;Fecha\nAna;F-1;10;2026-01-10")
    marks = {
        name: re.sub(r"<[^>]+>", " ", mark).split()
        for name, mark in re.findall(r'<label for="columns.([a-z_.]+)">.*?</label>(.*?)</th>', page, re.DOTALL)
    }
    assert marks["case_files.principal"] == ["necesario", "o", "en", "su", "lugar:", "Importe", "pendiente"]
    assert marks["case_files.due_on"] == ["necesario", "o", "en", "su", "lugar:", "Fecha", "de", "apertura"]
    assert marks["clients.notes"] == marks["payments.amount"] == ["opcional"]
