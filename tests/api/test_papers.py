"""What is sent to clients as PDF says what it must, is safe whatever texts hold, and is shown to whoever may see it."""

from uuid import UUID

import pdf_text
import pytest
from office import euros, payment

from api.papers.letters import print_letter
from api.papers.press import press_of
from domain.invoice.issuing import Recipient
from domain.payment_reference import payment_reference, printed
from domain.sending import Language

ISSUER = {
    "name": "Cobros del Ebro S.L.",
    "tax_id": "B41234568",
    "street": "Calle Mayor 12",
    "postcode": "50001",
    "city": "Zaragoza",
    "country": "ES",
    "email": "facturas@cobrosdelebro.es",
    "iban": "ES9121000418450200051332",
    "footer": "Registro Mercantil de Zaragoza, hoja Z-7890",
}
CLIENT = {
    "name": "Ferretería Núñez S.A.",
    "identification": {"kind": "cif", "number": "A58818501"},
    "address": {"street": "Avenida de la Luz 3", "postcode": "41001", "city": "Sevilla"},
}
LINES = [
    {"description": "Gestión de marzo", "quantity": "2", "unit_price": "150", "tax_rate": "21", "discount": "10"},
    {"description": "Manual impreso", "quantity": "1.5", "unit_price": "12.345678", "tax_rate": "4"},
    {"description": "Curso", "unit_price": "100", "treatment": "E1", "withholding": "15"},
    {"description": "Chatarra", "quantity": "1000", "unit_price": "0.2", "treatment": "S2"},
]
ONE = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]
HOSTILE = '#strong[x] $y$ \\ <b> "Ñ" {{7*7}} #read("/etc/passwd")'
TURNED_ROUND = f"\u202e{HOSTILE}"


@pytest.fixture
def office(sqlite_office):
    sqlite_office.dora.does("/api/issuer/identity", ISSUER)
    return sqlite_office


def reference_of(invoice):
    return printed(payment_reference(UUID(invoice)))


def drafted(office, lines=LINES, **more):
    client = more.pop("client", None) or office.ana.does("/api/clients", CLIENT)
    return office.ana.does("/api/invoices", {"client_id": client, "lines": lines, **more})


def issued(office, lines=ONE, issued_on="2026-03-16", **more):
    invoice = drafted(office, lines, **more)
    rate = {"rate": "0.9205", "on": issued_on, "source": "Banco de España"} if "currency" in more else None
    office.ana.does(f"/api/invoices/{invoice}/issue", {"issued_on": issued_on, "exchange_rate": rate})
    return invoice


def pdf(person, path, **query):
    answer = person.get(path, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


def said(person, path, **query):
    return pdf_text.text(pdf(person, path, **query))


def holds_in_order(text, *parts):
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is not in {text[at:]!r}"
        at = found + len(part)
    return True


# Invoices


def test_an_issued_invoice_says_all_that_the_law_asks_for(office):
    invoice = issued(office, LINES, operated_on="2026-03-10", note="Gracias.\nHasta pronto.")
    made = pdf(office.ana, f"/api/invoices/{invoice}/pdf")
    assert pdf_text.title(made) == "Factura F2026-0001"
    assert pdf_text.language(made) == "es"
    assert b"pdfuaid" in made
    assert holds_in_order(
        pdf_text.text(made),
        "Cobros del Ebro S.L. NIF: B41234568 Calle Mayor 12 50001 Zaragoza",
        "Ferretería Núñez S.A. Avenida de la Luz 3 41001 Sevilla NIF: A58818501",
        "Factura F2026-0001",
        "16 de marzo de 2026",
        "10 de marzo de 2026",
        "15 de abril de 2026",
        "Gestión de marzo 2 150,00 10 % 21 % 270,00",
        "Manual impreso 1,5 12,345678 4 % 18,52",
        "Curso 1 100,00 Exenta 100,00",
        "Chatarra 1.000 0,20 Inversión del sujeto pasivo 200,00",
        "21 % 270,00 56,70 4 % 18,52 0,74",
        "Base imponible 588,52 € IVA 57,44 € Total con impuestos 645,96 €",
        "Retención, 15 % de 100,00 -15,00 €",
        "Total a pagar 630,96 €",
        "A pagar hasta el 15 de abril de 2026.",
        f"ES91 2100 0418 4502 0005 1332, con la referencia {reference_of(invoice)}",
        "Inversión del sujeto pasivo: el impuesto lo ingresa el destinatario (art. 84.Uno.2.º",
        "Operación exenta de IVA (art. 20",
        "Gracias. Hasta pronto.",
        "Registro Mercantil de Zaragoza, hoja Z-7890 1 de 1",
    )


def test_in_dollars_the_tax_is_told_in_euros_too_and_a_description_keeps_its_lines(office):
    work = {"description": "Reforma del baño:\nalicatado\nfontanería", "unit_price": "5000", "tax_rate": "21"}
    client = office.ana.does("/api/clients", CLIENT)
    invoice = issued(office, [work], client=client, currency="USD")
    assert holds_in_order(
        said(office.ana, f"/api/invoices/{invoice}/pdf"),
        "Reforma del baño: alicatado fontanería 1 5.000,00",
        "Cuota Cuota (EUR) 21 % 5.000,00 1.050,00 966,53",
        "IVA en EUR: 966,53 €, al cambio de 0,9205 EUR por 1 USD del 16 de marzo de 2026 (Banco de España).",
    )


def test_the_country_of_an_address_is_printed_where_it_is_another_than_the_issuers(office):
    def text_of(country):
        client = office.ana.does(
            "/api/clients",
            {
                **CLIENT,
                "identification": None,
                "address": {"street": "Rua Nova 3", "city": "Porto", "country": country},
            },
        )
        return said(office.ana, f"/api/invoices/{issued(office, client=client)}/pdf")

    assert "PORTUGAL" in text_of("PT")
    assert "ESPAÑA" not in text_of("ES")


def test_an_address_abroad_ends_with_its_country_on_every_paper_whatever_the_language_and_what_it_is_taxed_by(office):
    address = {"street": "Hauptstrasse 1", "postcode": "10115", "city": "Berlin", "country": "DE"}
    known = {"identification": {"kind": "vat", "number": "DE136695976"}, "address": address}
    client = office.ana.does("/api/clients", {**CLIENT, **known})
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    spanish, english = issued(office, client=client), issued(office, client=client, language="en")
    sent = office.carl.does(f"/api/invoices/{spanish}/sending", {"channel": "post"})
    papers = [f"/api/invoices/{one}/pdf" for one in (spanish, english)]
    for path in (*papers, f"/api/clients/{client}/statement", f"/api/messages/{sent}/letter"):
        assert "10115 Berlin ALEMANIA" in said(office.carl, path)
    assert "NIF-IVA: DE136695976" in said(office.carl, papers[0])
    assert "VAT no.: DE136695976" in said(office.carl, papers[1])


def test_what_was_issued_is_printed_the_same_whatever_changes_afterwards(office):
    client = office.ana.does("/api/clients", CLIENT)
    invoice = issued(office, client=client)
    before = said(office.ana, f"/api/invoices/{invoice}/pdf")
    office.ana.does(f"/api/clients/{client}/correction", {**CLIENT, "name": "Otra S.A.", "reason": "Se fusionó"})
    office.dora.does("/api/issuer/identity", {**ISSUER, "name": "Otro nombre S.L.", "iban": None})
    office.ana.does(f"/api/invoices/{invoice}/payments", payment("10.00"))
    assert said(office.ana, f"/api/invoices/{invoice}/pdf") == before


@pytest.mark.parametrize("currency", [{}, {"currency": "USD"}])
def test_the_credit_note_of_an_invoice_that_came_to_nothing_says_its_rates(office, currency):
    invoice = issued(office, [*ONE, {**ONE[0], "unit_price": "-100"}], **currency)
    note = office.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "Error"})
    told = said(office.ana, f"/api/invoices/{invoice}/credit-notes/{note}/pdf")
    assert "21 % 0,00 0,00" in told


def test_a_draft_says_that_it_is_one_and_a_deleted_one_is_gone(office):
    invoice = drafted(office, language="en")
    made = pdf(office.ana, f"/api/invoices/{invoice}/pdf")
    assert holds_in_order(pdf_text.text(made), "DRAFT", "Invoice", "30 days after issue", "21%", "Total to pay")
    assert pdf_text.language(made) == "en"
    office.ana.does(f"/api/invoices/{invoice}/deletion")
    assert office.ana.get(f"/api/invoices/{invoice}/pdf").status_code == 404


def test_what_is_said_in_english_has_its_figures_as_english_has_them(office):
    invoice = drafted(office, language="en", lines=[{**ONE[0], "quantity": "1.5", "unit_price": "1234.5"}])
    text = said(office.ana, f"/api/invoices/{invoice}/pdf")
    assert holds_in_order(text, "1.5 1,234.50 21% 1,851.75", "Total to pay €2,240.62")


def test_a_draft_is_printed_before_anybody_has_said_who_issues(sqlite_office):
    text = said(sqlite_office.ana, f"/api/invoices/{drafted(sqlite_office)}/pdf")
    assert text.startswith("BORRADOR Recobro")


def test_a_credit_note_says_what_it_corrects_and_its_amounts_are_below_zero(office):
    invoice = issued(office)
    part = {"lines": [{**ONE[0], "quantity": "0.5"}], "correction": "R1", "reason": "Se cobró de más"}
    note = office.ana.does(f"/api/invoices/{invoice}/credit-note", part)
    assert holds_in_order(
        said(office.ana, f"/api/invoices/{invoice}/credit-notes/{note}/pdf"),
        "Factura rectificativa R2026-0001",
        "la factura F2026-0001, de 16 de marzo de 2026",
        "Se cobró de más (art. 80.Uno, Dos y Seis de la Ley 37/1992, del IVA)",
        "Gestión -0,5 100,00 21 % -50,00",
        "Total de la rectificativa -60,50 €",
    )
    assert office.ana.get(f"/api/invoices/{invoice}/credit-notes/{invoice}/pdf").status_code == 404


def test_what_is_called_otherwise_in_latin_america_is(office):
    office.dora.does("/api/issuer/identity", {**ISSUER, "tax_id": "900373913-4", "country": "CO", "iban": None})
    estimate = office.ana.does("/api/estimates", {"client_id": office.client(), "lines": ONE, "currency": "COP"})
    assert holds_in_order(said(office.ana, f"/api/estimates/{estimate}/pdf"), "NIT: ", "Cotización P2026-0001")


def test_two_hundred_lines_take_several_pages_each_with_its_head_and_number(office):
    lines = [{**ONE[0], "description": f"Línea {number} " + "larga " * 20} for number in range(1, 201)]
    made = pdf_text.pages(pdf(office.ana, f"/api/invoices/{issued(office, lines)}/pdf"))
    assert len(made) > 5
    for number, page in enumerate(made, start=1):
        assert page.endswith(f"{number} de {len(made)}")
        assert "Factura F2026-0001" in page
        assert "Descripción Cantidad Precio unitario IVA Importe (EUR)" in page or "Total a pagar" in page
    whole = " ".join(made)
    assert all(f"Línea {number} larga" in whole for number in range(1, 201))
    assert "24.200,00 €" in whole


def test_a_text_is_a_text_whatever_it_holds(office):
    client = office.ana.does("/api/clients", {**CLIENT, "name": TURNED_ROUND})
    lines = [{**ONE[0], "description": TURNED_ROUND}, {**ONE[0], "description": "Larguísimapalabra" * 29}]
    text = said(office.ana, f"/api/invoices/{issued(office, lines, client=client, note=TURNED_ROUND)}/pdf")
    without_blanks = text.replace(" ", "")
    assert without_blanks.count(HOSTILE.replace(" ", "")) == 3
    assert "Larguísimapalabra" * 29 in without_blanks


def test_a_sign_that_the_fonts_lack_is_refused_before_it_is_issued_and_a_draft_shows_the_rest(office):
    issued(office)  # so that it is known who issues
    client = office.ana.does("/api/clients", {**CLIENT, "name": "Ramen 株式会社 🍜", "identification": None})
    draft = office.ana.does("/api/invoices", {"client_id": client, "lines": ONE})
    estimate = office.ana.does("/api/estimates", {"client_id": client, "lines": ONE})
    for path, told in ((f"invoices/{draft}/issue", {}), (f"estimates/{estimate}/sent", {})):
        refused = office.ana.post(f"/api/{path}", told)
        assert (refused.status_code, refused.json()["field"], refused.json()["character"]) == (
            409,
            "recipient/name",
            "株",
        )
    statement = office.ana.get(f"/api/clients/{client}/statement", from_="2026-01-01", to="2026-03-16")
    assert (statement.status_code, statement.json()["character"]) == (409, "株")
    made = pdf(office.ana, f"/api/invoices/{draft}/pdf")
    assert "Ramen" in pdf_text.text(made)
    assert b"/MarkInfo" in made
    assert b"pdfuaid" not in made


# Estimates and letters


def test_an_estimate_says_until_when_it_is_valid_and_whose_place_it_takes(office):
    told = {"client_id": office.client(), "lines": ONE, "language": "en", "valid_days": 15}
    first = office.ana.does("/api/estimates", told)
    assert holds_in_order(said(office.ana, f"/api/estimates/{first}/pdf"), "DRAFT", "15 days after it is sent")
    office.ana.does(f"/api/estimates/{first}/sent", {})
    sent = said(office.ana, f"/api/estimates/{first}/pdf")
    assert holds_in_order(
        sent, "Estimate P2026-0001", "16 March 2026", "31 March 2026", "Total of the estimate €121.00"
    )
    assert "DRAFT" not in sent
    second = office.ana.does(f"/api/estimates/{first}/version")
    assert holds_in_order(said(office.ana, f"/api/estimates/{second}/pdf"), "P2026-0002", "In place of P2026-0001")


def test_a_letter_has_its_address_day_and_paragraphs(office):
    press = press_of(office.http.app.state.service)
    recipient = Recipient("Juan Pérez", None, "C/ Sol 3", "28001", "Madrid")
    letter = print_letter(
        press,
        recipient,
        subject="Requerimiento EXP-1",
        text=f"Estimado señor:\n\n{HOSTILE}\n\nAtentamente,\nAna",
        on=office.clock().date(),
        language=Language.SPANISH,
    )
    assert letter.name == "Requerimiento-EXP-1.pdf"
    assert pdf_text.title(letter.content) == "Requerimiento EXP-1"
    assert holds_in_order(
        pdf_text.text(letter.content),
        "Juan Pérez C/ Sol 3 28001 Madrid",
        "Zaragoza, 16 de marzo de 2026",
        "Estimado señor:",
        HOSTILE,
        "Atentamente, Ana",
    )


# Statements


def test_a_statement_tells_every_transaction_between_two_days(office):
    client = office.ana.does("/api/clients", CLIENT)
    old, first, second = (
        issued(office, client=client, issued_on=day) for day in ("2026-01-20", "2026-02-10", "2026-02-10")
    )
    issued(office, client=client, currency="USD", issued_on="2026-02-11")
    drafted(office, client=client)
    paid(office, old, "21.00", "2026-01-31")
    paid(office, first, "100.00", "2026-02-12")
    bounced = paid(office, first, "5.00", "2026-02-13")
    paid(office, second, "130.00", "2026-02-14", overpayment=True)
    office.ana.does(f"/api/invoices/{old}/payments", payment("1.00"))  # which waits for a decision
    undone = {"returned_on": "2026-02-20", "reason": "Sin fondos"}
    office.bea.does(f"/api/invoices/{first}/payments/{bounced}/return", undone)
    move = {"amount": euros("9.00"), "to": old, "reason": "Sobraba"}
    office.ana.does(f"/api/invoices/{second}/credit-moves", move)
    part = {"lines": [{**ONE[0], "unit_price": "10"}], "reason": "Error"}
    office.ana.does(f"/api/invoices/{first}/credit-note", part)
    assert holds_in_order(
        said(office.ana, f"/api/clients/{client}/statement", from_="2026-02-01", to="2026-03-31"),
        "Extracto de cuenta Del 1 de febrero de 2026 al 31 de marzo de 2026",
        "Importes en EUR Día Movimiento Cargo Abono Saldo 01/02/2026 Saldo anterior 100,00",
        f"10/02/2026 Factura F2026-0002, vence el 12/03/2026. Referencia de pago: {reference_of(first)} 121,00 221,00",
        f"10/02/2026 Factura F2026-0003, vence el 12/03/2026. Referencia de pago: {reference_of(second)} 121,00 342,00",
        "12/02/2026 Pago de la factura F2026-0002: transferencia 100,00 242,00",
        "13/02/2026 Pago de la factura F2026-0002: transferencia 5,00 237,00",
        "14/02/2026 Pago de la factura F2026-0003: transferencia 130,00 107,00",
        "20/02/2026 Devolución del pago de la factura F2026-0002: transferencia 5,00 112,00",
        "16/03/2026 Traspaso de 9,00 € de la factura F2026-0003 a la F2026-0001 112,00",
        "16/03/2026 Rectificativa R2026-0001 de la factura F2026-0002 12,10 99,90",
        "31/03/2026 Saldo pendiente 99,90 €",
        "Importes en USD",
        "01/02/2026 Saldo anterior 0,00",
        "31/03/2026 Saldo pendiente 121,00",
    )


def paid(office, invoice, amount, received_on, **more):
    recorded = office.ana.does(f"/api/invoices/{invoice}/payments", payment(amount, received_on=received_on, **more))
    office.bea.does(f"/api/invoices/{invoice}/payments/{recorded}/approval")
    return recorded


def test_what_happened_on_one_day_is_on_the_statement_in_the_order_in_which_it_happened(office):
    client = office.ana.does("/api/clients", CLIENT)
    old, new = (issued(office, client=client, issued_on="2026-01-20") for _ in range(2))
    bounced = paid(office, old, "21.00", "2026-03-16")
    paid(office, new, "151.00", "2026-03-16", overpayment=True)
    credit = {"amount": euros("30.00"), "reason": "Sobraba"}
    moved = office.ana.does(f"/api/invoices/{new}/credit-moves", credit | {"to": old})
    office.ana.does(f"/api/invoices/{new}/credit-moves/{moved}/taking-back")
    refund = office.ana.does(f"/api/invoices/{new}/refunds", credit)
    office.bea.does(f"/api/invoices/{new}/refunds/{refund}/approval")
    back = {"returned_on": "2026-03-16", "reason": "Sin fondos"}
    office.bea.does(f"/api/invoices/{old}/payments/{bounced}/return", back)
    assert holds_in_order(
        said(office.ana, f"/api/clients/{client}/statement", from_="2026-03-01"),
        "16/03/2026 Pago de la factura F2026-0001: transferencia 21,00 221,00",
        "16/03/2026 Pago de la factura F2026-0002: transferencia 151,00 70,00",
        "16/03/2026 Traspaso de 30,00 € de la factura F2026-0002 a la F2026-0001 70,00",
        "de la factura F2026-0001 a la F2026-0002 70,00",
        "de la factura F2026-0002 30,00 100,00",
        "16/03/2026 Devolución del pago de la factura F2026-0001: transferencia 21,00 121,00",
    )


def test_what_a_case_file_collects_of_invoices_is_on_the_statement(office):
    client = office.ana.does("/api/clients", CLIENT)
    invoice = issued(office, client=client, issued_on="2026-01-20")
    file = office.ana.does("/api/case-files/from-invoices", {"reference": "EXP-7", "invoice_ids": [invoice]})
    recorded = office.ana.does(f"/api/case-files/{file}/payments", payment("21.00"))
    office.bea.does(f"/api/case-files/{file}/payments/{recorded}/approval")
    waiver = {"kind": "waiver", "amount": euros("-20.00"), "reason": "Acuerdo"}
    office.bea.does(f"/api/case-files/{file}/adjustments", waiver)
    assert holds_in_order(
        said(office.ana, f"/api/clients/{client}/statement"),
        "Del 1 de enero de 2026 al 16 de marzo de 2026",
        "Factura F2026-0001",
        "16/03/2026 Cobrado por gestión de cobro de la factura F2026-0001 21,00 100,00",
        "16/03/2026 Quita de la factura F2026-0001 20,00 80,00",
        "Saldo pendiente 80,00 €",
    )


def test_what_a_case_file_collected_and_came_back_is_on_the_statement_twice_and_what_was_undone_is_not(office):
    client = office.ana.does("/api/clients", CLIENT)
    invoice = issued(office, client=client, issued_on="2026-01-20")
    file = office.ana.does("/api/case-files/from-invoices", {"reference": "EXP-7", "invoice_ids": [invoice]})
    undone, returned = (office.ana.does(f"/api/case-files/{file}/payments", payment(x)) for x in ("30.00", "21.00"))
    for one in (undone, returned):
        office.bea.does(f"/api/case-files/{file}/payments/{one}/approval")
    office.bea.does(f"/api/case-files/{file}/payments/{undone}/reopening", {"reason": "Error"})
    on = {"returned_on": "2026-03-16", "reason": "Sin fondos"}
    office.bea.does(f"/api/case-files/{file}/payments/{returned}/return", on)
    printed = said(office.ana, f"/api/clients/{client}/statement")
    assert holds_in_order(
        printed,
        "16/03/2026 Cobrado por gestión de cobro de la factura F2026-0001 21,00 100,00",
        "16/03/2026 Devolución de lo cobrado por gestión de cobro de la factura F2026-0001 21,00 121,00",
        "Saldo pendiente 121,00 €",
    )
    assert "30,00" not in printed


def test_a_statement_of_who_was_kept_holds_what_was_merged_into_it_and_comes_in_english_too(office):
    merged, kept = (office.ana.does("/api/clients", {"name": name}) for name in ("Una S.L.", "Otra S.L."))
    issued(office, client=merged)
    office.ana.does(f"/api/clients/{merged}/merging", {"into": kept, "reason": "Es la misma"})
    for asked in (merged, kept):
        assert holds_in_order(
            said(office.ana, f"/api/clients/{asked}/statement", language="en"),
            "Otra S.L.",
            "Statement of account",
            "Balance to be paid €121.00",
        )


def test_a_statement_of_nothing_says_so_and_its_days_must_be_in_order(office):
    at = f"/api/clients/{office.client()}/statement"
    assert "Hasta entonces no se facturó nada." in said(office.ana, at)
    answer = office.ana.get(at, from_="2026-03-02", to="2026-03-01")
    assert (answer.status_code, answer.json()["field"]) == (422, "to")


# For whom


def test_a_paper_is_shown_to_whoever_may_see_its_client(office):
    client = office.ana.does("/api/clients", {**CLIENT, "collector": "carl"})
    invoice = issued(office, client=client)
    note = office.ana.does(f"/api/invoices/{invoice}/credit-note", {"reason": "Error"})
    estimate = office.ana.does("/api/estimates", {"client_id": client, "lines": ONE})
    papers = [
        f"/api/invoices/{invoice}/pdf",
        f"/api/invoices/{invoice}/credit-notes/{note}/pdf",
        f"/api/estimates/{estimate}/pdf",
        f"/api/clients/{client}/statement",
    ]

    def seen_by(name):
        return {getattr(office, name).get(path).status_code for path in papers}

    assert seen_by("carl") == seen_by("ana") == seen_by("emil") == {200}
    assert seen_by("cora") == {404}
    office.ana.does(f"/api/clients/{client}/blocking", {"reason": "Lo pide"})
    assert seen_by("carl") == seen_by("ana") == {403}
    assert seen_by("emil") == {200}


def test_of_one_who_is_erased_the_figures_stay(office):
    client = office.ana.does("/api/clients", CLIENT)
    invoice = issued(office, client=client)
    office.dora.does(f"/api/clients/{client}/retention", {"until": "2026-03-01", "ground": "accounting"})
    office.dora.does(f"/api/clients/{client}/erasure", {"ground": "asked_for"})
    text = said(office.ana, f"/api/invoices/{invoice}/pdf")
    assert holds_in_order(text, "[suprimido]", "F2026-0001", "[suprimido] 1 100,00", "121,00 €")
    assert "Núñez" not in text
    assert "[suprimido]" in said(office.ana, f"/api/clients/{client}/statement")


def test_a_debt_shows_its_payment_reference_and_an_invoice_is_found_by_it(office):
    client = office.ana.does("/api/clients", CLIENT)
    invoice, _other = (issued(office, client=client) for _ in range(2))
    line = office.ana.sees(f"/api/invoices/{invoice}")["detail"]["line"]
    assert line["payment_reference"] == payment_reference(UUID(invoice))
    text = printed(line["payment_reference"]).lower()
    assert [one["id"] for one in office.ana.sees("/api/invoices", text=text)["items"]] == [invoice]
    file = office.ana.does("/api/case-files/from-invoices", {"reference": "EXP-8", "invoice_ids": [invoice]})
    assert office.ana.sees(f"/api/case-files/{file}")["payment_reference"] == payment_reference(UUID(file))


def test_a_street_of_two_lines_is_kept_and_printed_as_two_on_invoices_and_letters(office):
    lines = "Polígono Los Olivos,  nave 3\nCalle del Cobre 14"
    address = {**CLIENT["address"], "street": lines}
    client = office.ana.does("/api/clients", {**CLIENT, "address": address})
    street = lines.replace("  ", " ")
    assert office.ana.sees(f"/api/clients/{client}")["street"] == street
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    invoice = issued(office, client=client)
    printed = said(office.ana, f"/api/invoices/{invoice}/pdf")
    assert holds_in_order(printed, "Polígono Los Olivos, nave 3", "Calle del Cobre 14", "41001 Sevilla")
    sent = office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "post"})
    letter = said(office.carl, f"/api/messages/{sent}/letter")
    assert holds_in_order(letter, "Polígono Los Olivos, nave 3", "Calle del Cobre 14", "41001 Sevilla")
