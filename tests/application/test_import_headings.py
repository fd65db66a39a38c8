from datetime import date
from decimal import Decimal

import pytest

from application.imports.headings import column_of, columns_of
from application.imports.maps import COLUMNS, Contents, Part

KNOWN = {
    (Part.CLIENTS, "reference"): [
        "Cód. cliente",
        "CÓDIGO DE CLIENTE",
        "Nº Cliente",
        "N.º de cliente",
        "customerID",
        "Account",
    ],
    (Part.CLIENTS, "name"): [
        "Razón social",
        "RAZON SOCIAL",
        "Nombre y apellidos",
        "Deudor",
        "Nombre / Razón social",
        "Prestatario",
    ],
    (Part.CLIENTS, "identification"): ["NIF/CIF", "N.I.F.", "C.I.F./N.I.F.", "DNI", "D.N.I. / N.I.E.", "VAT number"],
    (Part.CLIENTS, "phones"): ["Tlf.", "Teléfono 1", "Tfno.", "Móvil", "Tel. móvil", "TELEFONO(S)", "Phone No."],
    (Part.CLIENTS, "emails"): ["E-mail", "Correo electrónico", "e mail", "Mail", "CORREO", "Correo-e", "E-correo"],
    (Part.CLIENTS, "street"): ["Dirección", "Domicilio fiscal", "DIR.", "Address line 1"],
    (Part.CLIENTS, "postcode"): ["C.P.", "CP", "Cód. Postal", "Código postal", "C. Postal", "Zip code", "Postcode"],
    (Part.CLIENTS, "city"): ["Población", "Localidad", "Municipio", "Pobl.", "Town"],
    (Part.CLIENTS, "zone"): ["Provincia", "Zona", "Ruta"],
    (Part.CLIENTS, "account"): ["IBAN", "Cuenta bancaria", "Nº de cuenta", "Nº Cta."],
    (Part.CLIENTS, "notes"): ["Observaciones", "Obs.", "Comentarios", "Notas"],
    (Part.CASE_FILES, "reference"): ["Nº Factura", "N.º factura", "Num. fra.", "FACTURA", "Expediente", "Inv. no."],
    (Part.CASE_FILES, "principal"): [
        "Importe pendiente",
        "IMPORTE (€)",
        "Imp. pte.",
        "Saldo",
        "Gross amt",
        "Importe original",
    ],
    (Part.CASE_FILES, "opened_on"): [
        "Fecha",
        "F. Factura",
        "Fecha de emisión",
        "Fec. fra.",
        "Invoice Date",
        "Fecha formalización",
    ],
    (Part.CASE_FILES, "due_on"): ["F. Vto.", "Vencimiento", "Fecha de vencimiento", "Fec. Vto", "Due date", "Due by"],
    (Part.CASE_FILES, "creditor_reference"): ["Acreedor", "Cód. acreedor", "Mandante"],
    (Part.CASE_FILES, "number"): ["Nº", "Inv. #", "Inv. no.", "Invoice #"],
    (Part.CASE_FILES, "outstanding"): ["Resta", "Balance left", "Restante", "Queda", "Queda por pagar"],
    (Part.CASE_FILES, "currency"): ["Divisa", "Moneda", "Currency"],
    (Part.PAYMENTS, "amount"): ["Cobrado", "Importe", "Paid", "Abonado", "A cuenta", "A cta.", "Pagos a cuenta"],
    (Part.PAYMENTS, "received_on"): ["Fecha de cobro", "F. pago", "Fecha valor", "Payment date"],
    (Part.PAYMENTS, "method"): ["Forma de pago", "Medio de pago", "Payment method"],
    (Part.INVOICES, "number"): ["Nº Factura", "Número de factura", "Nº", "Invoice Number"],
    (Part.INVOICES, "total"): ["Total factura", "Importe total", "TOTAL", "Importe original", "Gross amt"],
    (Part.INVOICES, "unit_price"): ["Base imponible", "Base", "Precio unitario", "Net amount"],
    (Part.INVOICES, "tax_rate"): ["% IVA", "Tipo de IVA", "VAT rate"],
    (Part.INVOICES, "due_on"): ["Vto.", "Fecha vto", "Vencimiento"],
    (Part.INVOICE_PAYMENTS, "invoice_number"): ["Nº de factura", "Factura"],
}


@pytest.mark.parametrize(
    ("part", "ours", "written"), [(*where, written) for where, all_ in KNOWN.items() for written in all_]
)
def test_a_column_is_known_by_what_people_call_it_however_they_write_it(part, ours, written):
    header = ("Otra cosa", f" {written.upper()} ", "Más")
    assert column_of(part, ours, header) == header[1]
    assert column_of(part, ours, ("Otra cosa", written)) == written


def test_our_own_names_come_before_what_others_mean_by_them():
    for contents in Contents:
        for part, columns in columns_of(contents, COLUMNS[contents.parts[-1]]).items():
            if part is contents.parts[-1] and len(contents.parts) == 1:
                assert columns == {ours: ours for ours in columns}


def test_in_one_row_for_all_a_mere_reference_is_that_of_the_debt_and_the_clients_is_the_debtors():
    told = columns_of(Contents.RECEIVABLES, ("Cliente", "Razón social", "Factura", "Importe", "Fecha", "Vencimiento"))
    assert told[Part.CLIENTS] == {"reference": "Cliente", "name": "Razón social"}
    assert told[Part.CASE_FILES] == {
        "number": "Factura",
        "principal": "Importe",
        "opened_on": "Fecha",
        "due_on": "Vencimiento",
    }
    assert "received_on" not in told[Part.PAYMENTS]
    assert "reference" not in columns_of(Contents.RECEIVABLES, ("Nombre", "Referencia", "Importe"))[Part.CLIENTS]


@pytest.mark.parametrize(
    ("cells", "amount"),
    [
        (["210,00", "52,50"], True),
        (["6,01"], True),
        (["21,00 €"], True),
        ([Decimal(210)], True),
        ([], True),
        (["21"], False),
        (["21%", "10 %"], False),
        (["5,5", ""], False),
        ([Decimal(21)], False),
    ],
)
def test_beside_a_base_and_a_total_a_mere_tax_is_its_amount_unless_its_cells_are_rates(cells, amount):
    header = ("Factura", "Fecha", "Vencimiento", "Base imponible", "IVA", "Total", "Pendiente")
    told = columns_of(Contents.INVOICED_RECEIVABLES, header, {"IVA": cells})[Part.INVOICES]
    of_tax = {ours: name for ours, name in told.items() if name in {"IVA", "Base imponible"}}
    amounts = {"tax_amount": "IVA", "taxable_base": "Base imponible"}
    assert of_tax == (amounts if amount else {"tax_rate": "IVA", "unit_price": "Base imponible"})


@pytest.mark.parametrize(
    ("header", "cells", "owed"),
    [
        ("Importe;IVA;Total", "100,00;21,00;121,00", "Total"),
        ("Importe;IVA 21%;Total factura", "100,00 €;21,00 €;121,00 €", "Total factura"),
        ("Importe factura;Impuestos;Total", "100,00;21,00;121,00", "Total"),
        ("Importe;% IVA;Importe total", "100,00;21;121,00", "Importe total"),
        ("Importe;IVA;IRPF;Total", "100,00;21,00;15,00;106,00", "Total"),
        ("Amount;VAT;Total", "100.00;21.00;121.00", "Total"),
        ("Importe;IVA;Total", "121,00;21,00;363,00", "Importe"),
        ("Importe;Total", "100,00;121,00", "Importe"),
    ],
)
def test_the_total_is_what_is_owed_where_an_amount_and_the_tax_on_it_come_to_it(header, cells, owed):
    names = header.split(";")
    written = {name: [cell] for name, cell in zip(names, cells.split(";"), strict=True)}
    told = columns_of(Contents.RECEIVABLES, ("Nombre", "Factura", *names, "Fecha cobro"), written)
    assert told[Part.CASE_FILES]["principal"] == told[Part.PAYMENTS].get("amount", owed) == owed
    assert told[Part.CLIENTS] == {"name": "Nombre"}


@pytest.mark.parametrize(
    ("cells", "paid"), [(["50,00", ""], True), (["50 €"], True), (["0", "20"], True), (["1001", "1002"], False)]
)
def test_a_subscriber_is_known_by_a_column_of_whole_numbers_and_another_is_what_was_paid(cells, paid):
    told = columns_of(Contents.RECEIVABLES, ("Nombre", "Factura", "Importe", "Abonado"), {"Abonado": cells})
    assert (told[Part.CLIENTS].get("reference") == "Abonado") is not paid
    assert (told[Part.PAYMENTS].get("amount") == "Abonado") is paid


@pytest.mark.parametrize("left", ["Resta", "Balance left", "Restante", "Queda", "Resto", "Por cobrar"])
def test_what_is_left_is_the_debt_where_the_file_tells_no_day_of_payment(left):
    header = ("Nombre", "Factura", "Importe original", "A cuenta", left)
    told = columns_of(Contents.RECEIVABLES, header, {"A cuenta": ["50,00"]})
    assert (told[Part.CASE_FILES]["principal"], told[Part.PAYMENTS]) == (left, {})


@pytest.mark.parametrize("heading", ["Cuenta", "Cta.", "Nº de cuenta"])
def test_customers_are_known_by_their_accounts_of_the_books(heading):
    header = ("Nombre", heading, "Factura", "Importe", "IBAN")
    told = columns_of(Contents.RECEIVABLES, header, {heading: ["4300001", Decimal(4300002), "5720001"]})
    assert told[Part.CLIENTS] == {"name": "Nombre", "reference": heading, "account": "IBAN"}
    for cells in (["1001", "1002"], ["43A", "43B"], ["ES9121000418450200051332"]):
        assert "reference" not in columns_of(Contents.RECEIVABLES, header, {heading: cells})[Part.CLIENTS]
    header = ("Factura", heading, "Importe")
    told = columns_of(Contents.CASE_FILES, header, {heading: ["4300001"]})
    assert told[Part.CASE_FILES]["debtor_reference"] == heading


@pytest.mark.parametrize("heading", ["Cuenta", "Nº de cuenta", "Cta.", "Account"])
@pytest.mark.parametrize(
    ("cells", "is_of_a_bank"),
    [
        (["430001", "430002"], False),
        (["4300000001", "4300000002"], False),
        (["Domiciliado", ""], False),
        (["ES91 2100 0418 4502 0005 1332", "430001"], True),
        (["ES00 2100 0418 4502 0005 1332"], True),
        (["2100-0418-45-0200051332"], True),
        ([""], True),
    ],
)
def test_a_mere_account_is_one_of_a_bank_where_its_cells_look_so(heading, cells, is_of_a_bank):
    told = columns_of(Contents.CLIENTS, ("Nombre", heading), {heading: cells})[Part.CLIENTS]
    assert (told.get("account") == heading) is is_of_a_bank
    if not is_of_a_bank:
        told = columns_of(Contents.CLIENTS, ("Nombre", heading, "Cuenta bancaria"), {heading: cells})[Part.CLIENTS]
        assert told["account"] == "Cuenta bancaria"


def test_nothing_is_made_of_a_heading_that_tells_nothing():
    for header in [("", "Columna A"), ("???", "---"), (str(date(2026, 1, 1)), str(Decimal(5)))]:
        for contents in Contents:
            assert not any(columns_of(contents, header).values())
