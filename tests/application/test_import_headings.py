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
    (Part.CLIENTS, "emails"): ["E-mail", "Correo electrónico", "e mail", "Mail", "CORREO", "Email address"],
    (Part.CLIENTS, "street"): ["Dirección", "Domicilio fiscal", "DIR.", "Address line 1"],
    (Part.CLIENTS, "postcode"): ["C.P.", "CP", "Cód. Postal", "Código postal", "C. Postal", "Zip code", "Postcode"],
    (Part.CLIENTS, "city"): ["Población", "Localidad", "Municipio", "Pobl.", "Town"],
    (Part.CLIENTS, "zone"): ["Provincia", "Zona", "Ruta"],
    (Part.CLIENTS, "account"): ["IBAN", "Cuenta bancaria", "Nº de cuenta", "Nº Cta."],
    (Part.CLIENTS, "notes"): ["Observaciones", "Obs.", "Comentarios", "Notas"],
    (Part.CASE_FILES, "reference"): ["Nº Factura", "N.º factura", "Num. fra.", "FACTURA", "Expediente", "Invoice no."],
    (Part.CASE_FILES, "principal"): ["Importe pendiente", "IMPORTE (€)", "Imp. pte.", "Deuda", "Saldo", "Amount due"],
    (Part.CASE_FILES, "opened_on"): [
        "Fecha",
        "F. Factura",
        "Fecha de emisión",
        "Fec. fra.",
        "Invoice Date",
        "Fecha formalización",
    ],
    (Part.CASE_FILES, "due_on"): ["F. Vto.", "Vencimiento", "Fecha de vencimiento", "Fec. Vto", "VTO", "Due date"],
    (Part.CASE_FILES, "creditor_reference"): ["Acreedor", "Cód. acreedor", "Mandante"],
    (Part.CASE_FILES, "currency"): ["Divisa", "Moneda", "Currency"],
    (Part.PAYMENTS, "amount"): ["Importe cobrado", "Cobrado", "Importe", "Amount paid"],
    (Part.PAYMENTS, "received_on"): ["Fecha de cobro", "F. pago", "Fecha valor", "Payment date"],
    (Part.PAYMENTS, "method"): ["Forma de pago", "Medio de pago", "Payment method"],
    (Part.INVOICES, "number"): ["Nº Factura", "Número de factura", "Nº", "Invoice Number"],
    (Part.INVOICES, "total"): ["Total factura", "Importe total", "TOTAL", "Invoice total"],
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
