"""What people call their columns, in Spanish and English, and which of ours each of these is.

A heading is known whatever its case, accents, blanks and punctuation, and however its usual words are shortened:
`N.º factura`, `Num. de Factura` and `NRO FACTURA` are one. What stands in brackets, a number at the end, and what
follows a slash are left away where the whole is not known: `Importe (€)`, `Teléfono 1`, `NIF/CIF`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from types import MappingProxyType

from application.imports.cells import Unreadable, amount, percentage, says_nothing, settled_mark, without_currency
from application.imports.days import Days
from application.imports.maps import COLUMNS, EMAILS, PHONES, Contents, Map, Part, Section
from application.imports.table import Cell
from application.imports.words import meaning, says_no_role
from domain.client.details import ClientRole, recognised
from domain.folding import words_of

_SHORT: Mapping[str, str] = {
    short: word
    for word, all_ in {
        "n": "no num numero nro nr num nmero number",
        "fecha": "f fec fch fech fcha",
        "vencimiento": "vto vcto venc vencim vencto vtos vencimientos",
        "importe": "imp impte import importes",
        "factura": "fra fact fras facturas fac",
        "telefono": "tel tlf tlfn tfno tfn telf telef telefonos tels tlfs tfnos",
        "codigo": "cod cdgo cdigo code",
        "cliente": "clte cli clientes",
        "direccion": "dir direc direcc",
        "pendiente": "pte pdte pend ptes pendientes",
        "documento": "doc docto docs",
        "identificacion": "ident identif identificador",
        "observaciones": "obs observ observacion",
        "referencia": "ref refer",
        "expediente": "exp expte exped",
        "poblacion": "pobl poblac",
        "provincia": "prov",
        "correo": "correos",
        "email": "mail emails mails",
        "movil": "mvil moviles mov",
        "cuenta": "cta ctas cuentas",
        "acuenta": "acta",
        "emision": "emis",
        "descuento": "dto dcto",
        "cantidad": "cant ctd",
        "unitario": "unit ud unid",
        "apellidos": "apellido",
        "retencion": "ret",
        "nota": "notas",
        "dia": "dias",
        "acreedor": "acreedores",
        "deudor": "deudores",
        "amount": "amt",
        "invoice": "inv",
    }.items()
    for short in all_.split()
}
LONGEST = 200
_EMPTY = frozenset(["de", "del", "la", "el", "los", "las", "en", "y", "al", "a", "the", "of", "por", "su", "its"])


def folded(heading: str) -> str:
    """Its words, each as we write it, without what tells nothing."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-záéíóú])(?=[A-Z][a-z])", " ", heading).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("#", " n ")
    plain = re.sub(r"\b(\w)\.\s*(?=\w\b)", r"\1", re.sub(r"\be[-\s.]?mail", "email", plain))
    plain = re.sub(r"\ba\s+(?=(?:cuenta|cta)\b)", "a", plain)  # paid on account, which is no account
    words = (_SHORT.get(word, word) for word in re.findall(r"[^\W_]+", plain))
    return "".join(word for word in words if word not in _EMPTY) or "".join(re.findall(r"\w+", plain))


def _readings(heading: str) -> Iterator[str]:
    """All of it, then less and less. No heading that is known is as long as some that are sent."""
    heading = heading[:LONGEST]
    yield folded(heading)
    bare = re.sub(r"\(.*?\)|\[.*?\]", " ", heading)
    yield folded(bare)
    yield folded(re.sub(r"[\s_.ºª]*\d+\s*%?\s*$", "", bare))
    yield from map(folded, re.split(r"[/|]| or? ", bare))


# Words that several of our columns share

_CLIENT = """
    codigo cliente, n cliente, id cliente, referencia cliente, cuenta cliente, cliente n, cliente id, cliente codigo,
    customer id, client id, customer n, client n, customer code, client code, account n, customer ref,
    account, account number, client reference, customer reference, n socio, codigo socio, id socio,
    n abonado, codigo abonado, n client,
    codigo tercero, n tercero, id tercero, codigo titular, n titular, id titular, n asociado, codigo asociado,
    codigo persona, id persona, subcuenta, cuenta contable, codigo contable,
    cliente, customer, client, socio, abonado
"""
_DEBTOR = """
    codigo deudor, n deudor, id deudor, referencia deudor, n debtor, debtor id, debtor n, debtor code, debtor reference
"""
_CASE_FILE = """
    expediente, n expediente, referencia expediente, codigo expediente, id expediente, case file, case n,
    reference case file
"""
_LOAN = """
    prestamo, n prestamo, n loan, credito, n credito, operacion, n operacion, contrato, n contrato, loan id, loan n,
    referencia prestamo, reference loan
"""
_INVOICE = """
    factura, n factura, factura n, codigo factura, id factura, referencia factura, serie numero, serie n factura,
    invoice n, invoice, invoice id, invoice reference, n documento, documento n, documento, n serie factura,
    invoice document, document n, doc id, doc n, bill n, n invoice
"""
_CURRENCY = "moneda, divisa, currency, codigo moneda, codigo divisa, currency code, mon, div, ccy, invoice currency"
_ISSUED = """
    fecha factura, fecha emision, fecha emision factura, emision, fecha expedicion, fecha documento, invoice date,
    issue date, emitida, issued on, issued, date issued, document date, bill date, fecha operacion, fecha, date
"""
_DUE = """
    vencimiento, fecha vencimiento, vencimiento factura, fecha vencimiento factura, vence, fecha vence, vence dia,
    due date, due, due on, due by, date due, payment due date, fecha limite, fecha limite pago, fecha prevista pago,
    due in date, maturity, maturity date
"""
_LEFT = """
    pendiente, importe pendiente, saldo pendiente, pendiente cobro, importe pendiente cobro, pendiente pago,
    total pendiente, deuda pendiente, monto pendiente, capital pendiente, principal pendiente, capital vivo, deuda viva,
    importe vivo, saldo vivo, saldo, saldo deudor, saldo actual, deuda actual, resto, resto pendiente, por cobrar,
    resta, restante, importe restante, saldo restante, queda, queda por pagar, balance left, amount left, left,
    outstanding, outstanding amount, amount outstanding, amount left to pay, left to pay, open amount,
    balance, balance due, outstanding balance, outstanding principal, unpaid
"""
_OWED = """
    deuda, importe deuda, total deuda, deuda total, importe adeudado, total adeudado, cantidad adeudada, monto adeudado,
    monto deuda, impagado, importe impagado, importe reclamado, total reclamado, importe reclamacion,
    cantidad reclamada, saldo total, deuda vencida, importe vencido, amount due, debt, debt amount, total open amount
"""
"""What is left of a total that stands beside it; alone, it may as well be the total."""
_LENT = """
    importe prestamo, importe prestado, importe concedido, importe financiado, capital prestado, capital concedido,
    capital inicial, principal inicial, importe inicial, importe original, deuda inicial, deuda original, loan amount,
    amount lent, amount financed, original amount, original principal, original loan amount
"""
_RECEIPT = """
    recibo, n recibo, referencia pago, referencia cobro, n pago, n cobro, id pago, id cobro, referencia, receipt,
    receipt n, payment id, payment reference, reference payment, n operacion, operacion
"""
_PAID = """
    importe cobrado, importe pagado, cobrado, pagado, importe cobro, importe pago, total cobrado,
    total pagado, cantidad cobrada, amount paid, paid amount, paid, payment amount, amount received,
    importe abonado, abonado, total abonado, a cuenta, importe a cuenta, entregado a cuenta, entrega a cuenta,
    entregas a cuenta, pagado a cuenta, pago a cuenta, pagos a cuenta, cobrado a cuenta, cobro a cuenta,
    cobros a cuenta, paid on account, abono, ingreso, valor pagado, importe, amount, invoice amount
"""
_RECEIVED = """
    fecha cobro, fecha pago, cobrado el, cobrada el, pagado el, pagada el, cobrada, fecha ingreso, fecha abono,
    fecha valor, recibido el, recibido,
    payment date, paid on, date paid, settled date, clear date, received on, date received, fecha, date
"""
_METHOD = "forma pago, forma cobro, metodo, metodo pago, medio, medio pago, via pago, forma, payment method, method"
_RECORDED_BY = "registrado por, grabado por, anotado por, recorded by, gestor, cobrador, usuario, collector"
_APPROVED_BY = "aprobado por, autorizado por, validado por, approved by, supervisor"
_DISPUTED = "disputa, en disputa, disputada, disputado, reclamada, disputed, in dispute"

_WRITTEN: Mapping[tuple[Part, str], str] = {
    (Part.CLIENTS, "reference"): f"{_CLIENT}, {_DEBTOR}, referencia, codigo, id, reference, ref",
    (Part.CLIENTS, "name"): """
        nombre, razon social, nombre razon social, razon social nombre, nombre apellidos, apellidos nombre,
        nombre cliente, nombre completo, nombre fiscal, nombre comercial, denominacion, denominacion social, empresa,
        sociedad, deudor, nombre deudor, titular, nombre titular, cliente nombre, razon, apellidos, tercero,
        prestatario, nombre prestatario, titular prestamo, borrower, borrower name,
        name, full name, customer name, client name, name customer, company, company name, business name, debtor,
        debtor name, contact name, acreedor, nombre acreedor, cliente, customer, client, nombre pila, nombres,
        primer nombre, first name, given name, forename
    """,
    (Part.CLIENTS, "surname"): """
        primer apellido o apellidos,
        primer apellido, 1 apellido, 1er apellido, apellido 1, apellido1, apellido primero, apellido paterno, paterno,
        surname, surnames, last name, family name, first surname, apellidos
    """,
    (Part.CLIENTS, "second_surname"): """
        segundo apellido, 2 apellido, 2o apellido, 2do apellido, apellido 2, apellido2, apellido segundo,
        apellido materno, materno, second surname, second last name
    """,
    (Part.CLIENTS, "kind"): """
        tipo, tipo persona, tipo cliente, persona, persona fisica juridica, fisica juridica, naturaleza,
        personalidad, tipo deudor, type, customer type, client type, person or company, entity type
    """,
    (Part.CLIENTS, "identification"): """
        nif, dni, cif, nie, nif cif, cif nif, dni nif, nif dni, dni cif, nif nie, dni nie, nif cif nie, nif dni cif,
        identificacion fiscal, n identificacion fiscal, codigo identificacion fiscal, identificacion, n identificacion,
        nif cliente, cif cliente, dni cliente, nif deudor, cif deudor, dni deudor, vat, vat n, vat id, tax id, tax n,
        fiscal id, id fiscal, documento identidad, n documento identidad, documento identificacion, nit, rut, ruc,
        rfc, cuit, cuil, cedula, cedula ciudadania, n cedula, documento, n documento, pasaporte, id n, national id
    """,
    (Part.CLIENTS, "identification_kind"): """
        tipo documento, tipo identificacion, tipo documento identidad, tipo id, clase documento,
        kind identification, id type, document type, identification type
    """,
    (Part.CLIENTS, "phones"): """
        telefono, movil, telefono movil, celular, n telefono, telefono contacto, telefono fijo, telefono cliente,
        telefono deudor, telefono movil fijo, telefono fijo movil, telefono celular, telefono particular,
        telefono principal, fijo, contacto telefonico, n movil, n celular, whatsapp, phone, phones, phone n, mobile,
        mobile phone, cell, cell phone, cellphone, telephone, telephone n, contact phone, contact n, tel movil,
        telefono casa, telefono domicilio, telefono trabajo, telefono empresa, telefono oficina, home phone, work phone
    """,
    (Part.CLIENTS, "phones_2"): """
        segundo telefono, 2o telefono, otro telefono, otros telefonos, telefono alternativo, telefono secundario,
        telefono adicional, other phone, second phone, alternative phone, more phones,
        mas telefonos
    """,
    (
        Part.CLIENTS,
        "phones_3",
    ): "tercer telefono, 3er telefono, otros telefonos 2, mas telefonos 2, more phones 2, third phone",
    (Part.CLIENTS, "phones_4"): "cuarto telefono, otros telefonos 3, mas telefonos 3, more phones 3, fourth phone",
    (Part.CLIENTS, "emails"): """
        email, correo, correo electronico, direccion email, direccion correo, direccion correo electronico,
        email cliente, email deudor, correo cliente, email contacto, email address, contact email, mail address,
        email facturacion, customer email, correo e, e correo
    """,
    (Part.CLIENTS, "emails_2"): """
        segundo email, otro email, email alternativo, email secundario, otro correo, segundo correo,
        correo alternativo, other email, second email, otros emails, otros correos electronicos, more emails,
        mas correos electronicos, mas correos
    """,
    (
        Part.CLIENTS,
        "emails_3",
    ): "tercer email, otros correos electronicos 2, mas correos 2, more emails 2, third email",
    (Part.CLIENTS, "street"): """
        direccion, domicilio, calle, direccion postal, domicilio fiscal, domicilio social, direccion fiscal,
        direccion completa, direccion cliente, domicilio deudor, direccion deudor, via, calle n, direccion 1,
        address, street, street address, address line 1, address 1, postal address, billing address
    """,
    (Part.CLIENTS, "postcode"): """
        cp, codigo postal, c postal, cpostal, codigo postal cliente, codpostal, cod postal, postcode, post code, zip,
        zip code, zipcode, postal code, postalcode
    """,
    (Part.CLIENTS, "district"): "barrio, distrito, colonia, urbanizacion, pedania, district, neighbourhood, area",
    (Part.CLIENTS, "city"): """
        poblacion, ciudad, localidad, municipio, poblacion cliente, ciudad cliente, poblacion deudor, comuna, canton,
        city, town, locality, municipality
    """,
    (Part.CLIENTS, "zone"): """
        zona, ruta, provincia, region, departamento, estado provincia, zone, route, province, county, state province,
        territory, country code, pais, country
    """,
    (Part.CLIENTS, "account"): """
        iban, cuenta, cuenta bancaria, n cuenta, codigo cuenta, ccc, n cuenta bancaria, cuenta iban, iban cliente,
        cuenta corriente, codigo cuenta cliente, cbu, clabe, domiciliacion, bank account, iban code
    """,
    (
        Part.CLIENTS,
        "roles",
    ): "papel, rol, roles, role, acreedor deudor, acreedor o deudor, mandante o deudor, creditor or debtor",
    (Part.CLIENTS, "payment_days"): """
        plazo pago, dia pago, plazo, plazo dia, dia vencimiento, condiciones pago, payment terms, terms,
        payment days, credit days, net days, pays within
    """,
    (Part.CLIENTS, "notes"): """
        nota, observaciones, comentarios, comentario, anotaciones, nota cliente, observaciones cliente, notes, note,
        comments, comment, remarks, memo
    """,
    (Part.CLIENTS, "collector"): """
        gestor, cobrador, agente, comercial, vendedor, gestor asignado, asignado, responsable, collector, agent,
        sales rep, assigned to, account manager, gestor cliente, collector client
    """,
    (
        Part.CASE_FILES,
        "reference",
    ): f"{_CASE_FILE}, {_LOAN}, {_INVOICE}, referencia, referencia deuda, id deuda, n deuda",
    (Part.CASE_FILES, "number"): f"{_INVOICE}, n deuda, n debt, recibo, n recibo, {_LOAN}",
    (Part.CASE_FILES, "creditor_reference"): """
        codigo acreedor, n acreedor, id acreedor, referencia acreedor, codigo mandante, creditor id, creditor code,
        creditor reference, acreedor, mandante, cedente, cartera, creditor, nif acreedor, cif acreedor, n mandante,
        n creditor
    """,
    (Part.CASE_FILES, "creditor_name"): """
        acreedor, nombre acreedor, mandante, nombre mandante, cedente, cartera, creditor, creditor name, name creditor
    """,
    (Part.CASE_FILES, "creditor_identification"): """
        nif acreedor, cif acreedor, nif mandante, cif mandante, identificacion acreedor, identificacion mandante,
        identification creditor
    """,
    (Part.CASE_FILES, "debtor_reference"): f"{_DEBTOR}, deudor, debtor, {_CLIENT}",
    (Part.CASE_FILES, "principal"): """
        importe pendiente, pendiente, saldo pendiente, importe deuda, deuda, deuda pendiente, importe adeudado,
        importe impagado, impagado, pendiente cobro, importe pendiente cobro, importe reclamado, total deuda,
        deuda total, saldo total, deuda actual, deuda viva, deuda vencida, importe vencido, capital vivo,
        total adeudado, total reclamado, importe reclamacion, cantidad adeudada, cantidad reclamada,
        total pendiente, principal, capital, capital pendiente, saldo, saldo deudor, importe total, importe factura,
        total factura, importe, cuantia, monto, monto pendiente, monto adeudado, monto deuda, valor, total, nominal,
        amount due, outstanding amount, outstanding, amount outstanding, open amount, balance, balance due, debt,
        debt amount, total open amount, invoice amount, total amount, amount, total con iva, total c iva,
        total iva incluido, importe con iva, importe c iva, total a pagar, gross amount, gross,
    """
    f"{_LENT}, {_LEFT}",
    (Part.CASE_FILES, "outstanding"): f"{_LEFT}, {_OWED}",
    (Part.CASE_FILES, "currency"): _CURRENCY,
    (Part.CASE_FILES, "opened_on"): f"""
        fecha apertura, apertura, fecha alta, opened on, open date, fecha deuda, origination date, fecha contrato,
        fecha formalizacion, formalizacion, fecha concesion, fecha desembolso, fecha firma, disbursement date,
        {_ISSUED}
    """,
    (Part.CASE_FILES, "due_on"): f"{_DUE}, fecha impago, fecha exigible",
    (Part.CASE_FILES, "collector"): "gestor expediente, gestor prestamo, collector case file, collector loan",
    (Part.CASE_FILES, "disputed"): _DISPUTED,
    (Part.PAYMENTS, "reference"): _RECEIPT,
    (Part.PAYMENTS, "case_file_reference"): f"{_CASE_FILE}, {_LOAN}, {_INVOICE}",
    (Part.PAYMENTS, "amount"): _PAID,
    (Part.PAYMENTS, "currency"): _CURRENCY,
    (Part.PAYMENTS, "received_on"): _RECEIVED,
    (Part.PAYMENTS, "method"): _METHOD,
    (Part.PAYMENTS, "recorded_by"): _RECORDED_BY,
    (Part.PAYMENTS, "approved_by"): _APPROVED_BY,
    (Part.INVOICES, "number"): f"{_INVOICE}, n, referencia, number",
    (Part.INVOICES, "client_reference"): f"{_CLIENT}, {_DEBTOR}",
    (Part.INVOICES, "total"): """
        total factura, importe total, total pagar, importe factura, importe total factura, total, total iva incluido,
        total con iva, importe con iva, importe liquido, liquido, importe, monto total, monto, valor total,
        total c iva, importe c iva, importe original,
        gross amount, gross, original amount,
        invoice total, total invoice, total amount, grand total, amount due, invoice amount, total open amount, amount
    """,
    (Part.INVOICES, "outstanding"): f"{_LEFT}, amount due",
    (Part.INVOICES, "currency"): _CURRENCY,
    (Part.INVOICES, "issued_on"): _ISSUED,
    (Part.INVOICES, "due_on"): _DUE,
    (
        Part.INVOICES,
        "description",
    ): "concepto, descripcion, detalle, description, item, details, subject, asunto, what it is for",
    (Part.INVOICES, "quantity"): "cantidad, unidades, n unidades, uds, quantity, qty, units",
    (Part.INVOICES, "unit_price"): """
        precio unitario, precio, base imponible, base, neto, importe neto, importe sin iva, subtotal, unit price,
        price, net, net amount, taxable amount, taxable base, precio unidad sin impuestos, price a unit before tax
    """,
    (Part.INVOICES, "discount"): "descuento, porcentaje descuento, discount",
    (Part.INVOICES, "tax_rate"): """
        tipo iva, iva, porcentaje iva, tipo impositivo, tasa iva, igic, tipo igic, tipo impuesto,
        vat rate, tax rate, vat
    """,
    (Part.INVOICES, "withholding"): """
        tipo irpf, irpf, porcentaje irpf, tipo retencion, retencion, porcentaje retencion, withholding, withheld
    """,
    (Part.INVOICES, "taxable_base"): """
        base imponible, base, importe base, base iva, neto, importe neto, importe sin iva, subtotal, total base,
        net, net amount, taxable amount, taxable base, tax base
    """,
    (Part.INVOICES, "tax_amount"): """
        cuota iva, cuota, amount tax, importe iva, iva importe, total iva, cuota impuesto, importe impuesto, cuota igic,
        importe igic, cuota repercutida, iva repercutido, impuesto, impuestos, total impuestos,
        vat amount, tax amount, tax, taxes, total tax, total vat
    """,
    (
        Part.INVOICES,
        "sent_on",
    ): "fecha envio, enviada, enviado, enviada el, dia en que se envio, sent on, sent, date sent, day it was sent",
    (Part.INVOICES, "disputed"): _DISPUTED,
    (Part.INVOICE_PAYMENTS, "reference"): _RECEIPT,
    (Part.INVOICE_PAYMENTS, "invoice_number"): _INVOICE,
    (Part.INVOICE_PAYMENTS, "amount"): _PAID,
    (Part.INVOICE_PAYMENTS, "currency"): _CURRENCY,
    (Part.INVOICE_PAYMENTS, "received_on"): _RECEIVED,
    (Part.INVOICE_PAYMENTS, "method"): _METHOD,
    (Part.INVOICE_PAYMENTS, "recorded_by"): _RECORDED_BY,
    (Part.INVOICE_PAYMENTS, "approved_by"): _APPROVED_BY,
}
"""The likeliest first."""


_COUNTER = folded("Nº")
_PEOPLE = frozenset({"cliente", "customer", "client", "deudor", "debtor", "socio", "abonado", "acreedor", "creditor"})
_ANYTHING = frozenset({"referencia", "reference", "id"})
_REFERENCES_OF_PEOPLE = frozenset({"reference", "debtor_reference", "client_reference"})


@cache
def _names(part: Part, ours: str) -> Sequence[str]:
    """Our own name, then what people call it. A mere “Cliente” is a reference only where no column has codes; a mere
    “Nº” comes last, as it may count the rows."""
    written = _WRITTEN.get((part, ours), "").split(",")
    names = [*dict.fromkeys([folded(ours), *map(folded, filter(str.strip, written))])]
    if ours in _REFERENCES_OF_PEOPLE:
        of_people = _PEOPLE.intersection(names)
        names.sort(key=lambda name: 1 if name in of_people else 2 if of_people and name in _ANYTHING else 0)
    return sorted(names, key=lambda name: name == _COUNTER)


@cache
def _all_names() -> frozenset[str]:
    return frozenset(name for part, columns in COLUMNS.items() for ours in columns for name in _names(part, ours))


def is_known(heading: str) -> bool:
    return any(reading in _all_names() for reading in _readings(heading) if reading)


def tells_what_is_left(heading: str) -> bool:
    """Whether it is headed as what is left to pay, whatever else the file tells: what was paid is not in that."""
    return _is_headed(heading, _LEFT)


def paid_beside(header: Sequence[str]) -> str | None:
    """The column that says what was paid, and nothing else: a mere “Importe” may be anything."""
    others = [name for name in header if not _is_headed(name, _MERE_AMOUNT)]
    return column_of(Part.PAYMENTS, "amount", others)


def whole_beside(left: str, header: Sequence[str]) -> str | None:
    """The column of all that was owed, beside one of what is left of it."""
    others = [name for name in header if name != left and not tells_what_is_left(name)]
    return column_of(Part.INVOICES, "total", others) or column_of(Part.CASE_FILES, "principal", others)


def _is_headed(heading: str, written: str) -> bool:
    """As one of these, all of it."""
    whole, bare, without_number, *_ = _readings(heading)
    return not _folded_names(written).isdisjoint((whole, bare, without_number))


@cache
def _folded_names(written: str) -> frozenset[str]:
    return frozenset(map(folded, filter(str.strip, written.split(","))))


def are_spanish(header: Sequence[str]) -> bool:
    """Whether more of these headings have words that only Spanish has than words that only English has."""
    words = [{*words_of(name)} for name in header]
    spanish, english = (sum(not one.isdisjoint(of.split()) for one in words) for of in (_SPANISH, _ENGLISH))
    return spanish > english


_SPANISH = """
    nombre apellido apellidos razon nif cif dni deudor acreedor cliente factura fecha importe vencimiento vto
    pendiente saldo deuda moneda divisa telefono movil correo direccion domicilio poblacion provincia codigo
    referencia numero expediente cobro cobrado pago pagado total tipo gestor cobrador cartera iva base cuota
    concepto emision notas
"""
_ENGLISH = """
    name surname debtor creditor customer client invoice date amount due outstanding balance debt currency phone
    mobile address city zip postcode code reference number payment paid tax vat type collector description
    issued notes
"""


def codes_among(columns: Sequence[str]) -> Sequence[str]:
    """Those that are headed like what people are known by, accounts of the books among them."""
    codes = ({*_names(Part.CLIENTS, "reference")} | _MERE_ACCOUNTS) - _PEOPLE - _ANYTHING
    return [name for name in columns if not codes.isdisjoint(_readings(name))]


def column_of(part: Part, ours: str, header: Sequence[str]) -> str | None:
    """Their column for one of ours: exactly named, else by the likeliest name of it that is there."""
    if ours in header:
        return ours
    depths: dict[str, str] = {}
    by_depth = [[*_readings(name)] for name in header]
    for depth in range(max(map(len, by_depth), default=0)):
        for name, readings in zip(header, by_depth, strict=True):
            if depth < len(readings) and readings[depth]:
                depths.setdefault(readings[depth], name)
    return next((depths[name] for name in _names(part, ours) if name in depths), None)


def columns_of(
    contents: Contents, header: Sequence[str], written: Mapping[str, Sequence[Cell]] = MappingProxyType({})
) -> Mapping[Part, dict[str, str]]:
    """Their columns by ours, for all that a file of these contents tells. `written` is what stands in them."""
    parts = {
        part: {ours: name for ours in COLUMNS[part] if (name := column_of(part, ours, header))}
        for part in contents.parts
    }
    _by_their_cells(contents, parts, header, written)
    if Part.INVOICES in parts:
        _rate_or_amount(parts[Part.INVOICES], written)
        _price_or_total(parts[Part.INVOICES])
        _each_once(parts[Part.INVOICES])
    if Part.CLIENTS in parts:
        _joined_once(parts[Part.CLIENTS])
        if contents is Contents.CLIENTS:
            _name_and_reference(parts[Part.CLIENTS], header)
        _reached_by_all(parts[Part.CLIENTS], header)
    if contents is Contents.CASE_FILES:
        for ours in ("number", "creditor_name", "creditor_identification"):  # all is known by references of ours
            parts[Part.CASE_FILES].pop(ours, None)
    if contents is Contents.RECEIVABLES:
        _one_row_for_all(parts, Part.CASE_FILES, Part.PAYMENTS, header, written)
    if Part.CASE_FILES in parts:
        _whole_and_left(parts[Part.CASE_FILES], parts.get(Part.PAYMENTS, {}), header)
    if contents is Contents.INVOICED_RECEIVABLES:
        _one_row_for_all(parts, Part.INVOICES, Part.INVOICE_PAYMENTS, header, written)
    return parts


def _by_their_cells(
    contents: Contents,
    parts: Mapping[Part, dict[str, str]],
    header: Sequence[str],
    written: Mapping[str, Sequence[Cell]],
) -> None:
    if contents is Contents.RECEIVABLES and _counts_rows(parts[Part.CASE_FILES].get("number", ""), written):
        del parts[Part.CASE_FILES]["number"]
    for part, whole, paid in (
        (Part.CASE_FILES, "principal", Part.PAYMENTS),
        (Part.INVOICES, "total", Part.INVOICE_PAYMENTS),
    ):
        if part in parts:
            _with_its_tax(parts, (part, whole), paid, header, written)
    if Part.CLIENTS in parts:
        _number_or_identification(parts, header, written)
        _client_or_paid(parts[Part.CLIENTS], [parts[part] for part in _PAYMENTS if part in parts], header, written)
    _of_bank_or_books(parts, header, written)
    if Part.CLIENTS in parts and _are_roles(written.get(parts[Part.CLIENTS].get("kind", ""), ())):
        kind = parts[Part.CLIENTS].pop("kind")
        parts[Part.CLIENTS].setdefault("roles", kind)
    for part in (Part.PAYMENTS, Part.INVOICE_PAYMENTS):
        if part in parts:
            _amount_or_day(part, parts[part], header, written)


def _number_or_identification(
    parts: Mapping[Part, dict[str, str]], header: Sequence[str], written: Mapping[str, Sequence[Cell]]
) -> None:
    """A column “Documento” has either who owes or what: its cells tell. The other may be in another column."""
    client, name = parts[Part.CLIENTS], parts[Part.CLIENTS].get("identification")
    debts = [(part, ours) for part in (Part.CASE_FILES, Part.INVOICES) for ours in ("reference", "number")]
    both = [(part, ours) for part, ours in debts if name and parts.get(part, {}).get(ours) == name]
    if name is None or not both:
        return
    cells = [str(cell) for cell in written.get(name, ()) if str(cell).strip()]
    identifies = 2 * sum(_is_identification(cell) for cell in cells) > len(cells)
    others = [other for other in header if other != name]
    for part, ours in both if identifies else [(Part.CLIENTS, "identification")]:
        columns = parts[part] if identifies else client
        if (other := column_of(part, ours, others)) is None:
            del columns[ours]
        else:
            columns[ours] = other


def _with_its_tax(
    parts: Mapping[Part, dict[str, str]],
    owed: tuple[Part, str],
    paid: Part,
    header: Sequence[str],
    written: Mapping[str, Sequence[Cell]],
) -> None:
    """A mere “Importe” is what was owed before tax where its cells and those of a column of the tax come to those of a
    total. Then the total is owed, and paid; and a column “VAT” identifies nobody."""
    part, whole = owed
    totals = [name for name in header if _is_headed(name, _TOTAL)]
    taxes = [name for name in header if any(_says(Part.INVOICES, ours, name) for ours in ("tax_rate", "tax_amount"))]
    withheld = column_of(Part.INVOICES, "withholding", header)
    for columns, ours in ((parts[part], whole), (parts.get(paid, {}), "amount")):
        net = columns.get(ours, "")
        if not _is_headed(net, _MERE_AMOUNT):
            continue
        for tax, total in product(taxes, totals):
            if _come_to(*(_amounts(written.get(name, ())) for name in (net, tax, total, withheld or ""))):
                columns[ours] = total
                if parts.get(Part.CLIENTS, {}).get("identification") == tax:
                    del parts[Part.CLIENTS]["identification"]
                break


_MERE_AMOUNT = """
    importe, importe factura, cuantia, monto, valor, nominal, principal, capital, amount, invoice amount
"""
_TOTAL = """
    total, total factura, importe total, importe total factura, total importe, monto total, valor total, total con iva,
    total c iva, total iva incluido, importe con iva, importe c iva, total a pagar, total pagar, invoice total,
    total invoice, total amount, grand total, gross amount, gross
"""


def _come_to(
    net: Sequence[Decimal], tax: Sequence[Decimal], total: Sequence[Decimal], withheld: Sequence[Decimal]
) -> bool:
    """Whether an amount comes to a total with its tax, be that told as an amount or a rate, less what is withheld."""
    return any(
        (amount + added - less).quantize(_CENT) in {one.quantize(_CENT) for one in total}
        for amount, one_tax in product(net, tax)
        for added in (one_tax, amount * one_tax / 100)
        for one_less in (*withheld, Decimal(0))
        for less in (abs(one_less), amount * abs(one_less) / 100)
    )


_CENT = Decimal("0.01")
_LOOKED_AT = 5


def _amounts(cells: Sequence[Cell]) -> Sequence[Decimal]:
    """The first that differ. They may be those of a page, which has but a few."""
    mark = settled_mark(cells) or ","
    found: dict[Decimal, None] = {}
    for cell in cells:
        with suppress(Unreadable):
            found[percentage(cell, mark)] = None
        if len(found) == _LOOKED_AT:
            break
    return [*found]


def _client_or_paid(
    client: dict[str, str],
    payments: Sequence[dict[str, str]],
    header: Sequence[str],
    written: Mapping[str, Sequence[Cell]],
) -> None:
    """A column “Abonado” has who owes, a subscriber, or what was paid: its cells tell. Numbers of people are whole."""
    for name in [name for name in header if _is_headed(name, "abonado")]:
        cells = [str(cell) for cell in written.get(name, ()) if not says_nothing(str(cell))]
        paid = all(map(_is_amount, cells)) and any(_NO_NUMBER_OF_A_PERSON.search(cell) for cell in cells)
        columns = [client] if paid else payments
        others = [other for other in header if other != name]
        for of in columns:
            part = Part.CLIENTS if of is client else Part.PAYMENTS
            for ours in [ours for ours, theirs in of.items() if theirs == name]:
                del of[ours]
                if other := column_of(part, ours, others):
                    of[ours] = other


_NO_NUMBER_OF_A_PERSON = re.compile(r"[.,]\d\d?\D*$|^0$|€")
_PAYMENTS = (Part.PAYMENTS, Part.INVOICE_PAYMENTS)


def _of_bank_or_books(
    parts: Mapping[Part, dict[str, str]], header: Sequence[str], written: Mapping[str, Sequence[Cell]]
) -> None:
    """A mere “Cuenta” is a bank account, or one of somebody's books: its cells tell. In Spanish books those of
    customers begin with 43: the client is known by it. Nothing else is read of the latter, and the former may be in
    another column."""
    mere = [name for name in header if name != "account" and not _MERE_ACCOUNTS.isdisjoint(_readings(name))]
    of_books = [name for name in mere if _are_of_books(written.get(name, ()))]
    client = parts.get(Part.CLIENTS, {})
    if client.get("account") in of_books:
        del client["account"]
        if other := column_of(Part.CLIENTS, "account", [name for name in header if name not in of_books]):
            client["account"] = other
    of_customers = next((name for name in of_books if _are_of_customers(written[name])), None)
    for part, ours in _KNOWN_AS:
        if of_customers and part in parts and parts[part].get(ours) in {None, client.get("name")}:
            parts[part][ours] = of_customers


_KNOWN_AS = (
    (Part.CLIENTS, "reference"),
    (Part.CASE_FILES, "debtor_reference"),
    (Part.INVOICES, "client_reference"),
)
_MERE_ACCOUNTS = frozenset(map(folded, ("cuenta", "n cuenta", "codigo cuenta", "domiciliacion", "account")))
_OF_BANK = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}|[0-9]{18}|[0-9]{20}|[0-9]{22}")
"""An IBAN, or as long as those of Mexico, of Spain and Peru, and of Argentina; one with a wrong digit is one too."""


def _are_of_books(cells: Sequence[Cell]) -> bool:
    numbers = _account_numbers(cells)
    return 2 * sum(_OF_BANK.fullmatch(one) is not None for one in numbers) < len(numbers)


def _are_of_customers(cells: Sequence[Cell]) -> bool:
    numbers = _account_numbers(cells)
    mostly = 2 * sum(one.startswith("43") for one in numbers) > len(numbers)
    return mostly and all(re.fullmatch(r"[0-9]{3,}", one) for one in numbers)


def _account_numbers(cells: Sequence[Cell]) -> Sequence[str]:
    written = [format(cell, "f") if isinstance(cell, Decimal) else str(cell) for cell in cells]
    return [re.sub(r"[\W_]", "", one).upper() for one in written if not says_nothing(one)]


def _is_identification(written: str) -> bool:
    """Of a person or company here: other countries' have no shape that a document's number has not as well."""
    return recognised(written).valid and re.search(r"\d{5}", re.sub(r"[\W_]", "", written)) is not None


def _are_roles(cells: Sequence[Cell]) -> bool:
    """A column “Tipo” may tell who owes and who is owed, in place of who is a person and who a company."""
    said = [one.strip() for cell in cells for one in str(cell).split("|") if one.strip()]
    return bool(said) and all(meaning(one, ClientRole) or says_no_role(one) for one in said)


def _counts_rows(name: str, written: Mapping[str, Sequence[Cell]]) -> bool:
    """1, 2, 3 below a mere “Nº”: nothing is known by these numbers, the next file has them for others."""
    cells = [str(cell).strip() for cell in written.get(name, ())]
    return len(cells) > 1 and folded(name) == _COUNTER and cells == [str(n) for n in range(1, len(cells) + 1)]


def _amount_or_day(
    part: Part, payment: dict[str, str], header: Sequence[str], written: Mapping[str, Sequence[Cell]]
) -> None:
    """A column “Cobrado” has either what was paid or when: its cells tell. The other may be in another column."""
    either = [name for name in header if not _says(part, "amount", name).isdisjoint(_says(part, "received_on", name))]
    for name in either:
        cells = [cell for cell in written.get(name, ()) if str(cell).strip()]
        for ours, reads in (("amount", _is_amount), ("received_on", _is_day)):
            if payment.get(ours) == name and cells and not any(map(reads, cells)):
                others = [other for other in header if other not in either]
                payment.pop(ours)
                if (other := column_of(part, ours, others)) is not None:
                    payment[ours] = other
    if payment.get("amount") in either and payment.get("amount") == payment.get("received_on"):
        del payment["received_on"]  # it is empty, or has both


def _says(part: Part, ours: str, name: str) -> set[str]:
    return {*_readings(name)} & {*_names(part, ours)}


def _is_amount(cell: Cell) -> bool:
    if isinstance(cell, date):
        return False
    for decimal_mark in (",", "."):
        with suppress(Unreadable):
            amount(cell, decimal_mark)
            return True
    return False


def _is_day(cell: Cell) -> bool:
    with suppress(Unreadable):
        return not _is_amount(cell) and bool(Days().read(cell))
    return False


def _whole_and_left(debt: dict[str, str], payment: Mapping[str, str], header: Sequence[str]) -> None:
    """Beside what was paid the principal is all that was owed, and what is left of it is told besides. Where a file
    has no column of the whole, what is left says it together with what was paid. Without payments what is left is the
    principal."""
    left, whole = debt.get("outstanding"), debt.get("principal")
    if left is None:
        return
    if "amount" not in payment:
        if left != "outstanding":
            del debt["outstanding"]
            if tells_what_is_left(left):
                debt["principal"] = left
        return
    if whole is None or whole == left or tells_what_is_left(whole) or _is_headed(whole, _OWED):
        whole = whole_beside(left, header)
    if whole is not None:
        debt["principal"] = whole
    elif tells_what_is_left(left):
        debt.pop("principal", None)
    else:
        del debt["outstanding"]


def _rate_or_amount(invoice: dict[str, str], written: Mapping[str, Sequence[Cell]]) -> None:
    """A column “IVA” has either. Beside a base and a total it is the amount between them, unless it has rates."""
    name = invoice.get("tax_rate", "")
    may_be_amount = folded(name) in _TAXES and "%" not in name and "tax_amount" not in invoice
    if may_be_amount and {"taxable_base", "total"} <= invoice.keys() and not _are_rates(written.get(name, ())):
        invoice["tax_amount"] = invoice.pop("tax_rate")


def _price_or_total(invoice: dict[str, str]) -> None:
    """A base is no price where the tax on it is not told; of a total with its rate, or a base with its tax, the price
    follows."""
    if {"unit_price", "tax_rate"} <= invoice.keys():
        return
    base_and_tax = {"taxable_base", "tax_amount"} <= invoice.keys()
    useless = ["quantity", "unit_price", "discount"]
    useless += ["tax_rate"] if base_and_tax else [] if "tax_rate" in invoice else ["withholding"]
    for ours in useless:
        invoice.pop(ours, None)


def _are_rates(cells: Sequence[Cell]) -> bool:
    """`21`, `21 %` and `10,50` may be rates; `210,00`, `6,01` and `21 €` are amounts."""
    mark = settled_mark(cells)
    for cell in cells:
        with suppress(Unreadable):
            if isinstance(cell, str) and without_currency(cell)[1] is not None:
                return False
            rate = percentage(cell, mark)
            if rate > _HIGHEST_RATE or rate % _STEP_OF_RATES:
                return False
    return bool(cells)


_TAXES = frozenset({"iva", "igic", "vat"})
_HIGHEST_RATE = 30
_STEP_OF_RATES = Decimal("0.1")
"""Taxes on sales that are called so stay below it, and are told to a tenth at most: 5.5, 8.1, 21, 27."""


def _each_once(invoice: dict[str, str]) -> None:
    """What a total or a price is taken from says nothing else; a base and its tax tell something together only."""
    if invoice.get("outstanding") == invoice.get("total"):
        invoice.pop("outstanding", None)
    if "unit_price" in invoice or not {"taxable_base", "tax_amount"} <= invoice.keys():
        invoice.pop("taxable_base", None)
        invoice.pop("tax_amount", None)


def _joined_once(client: dict[str, str]) -> None:
    """A column “Apellidos” alone, or “Apellidos, Nombre”, is all of a name."""
    for ours, others in (("surname", ("name",)), ("second_surname", ("name", "surname"))):
        if client.get(ours) in {client.get(other) for other in others}:
            client.pop(ours, None)


def _name_and_reference(client: dict[str, str], header: Sequence[str]) -> None:
    """A column “Cliente” is the name, and another may be the reference."""
    if "name" not in client or client.get("reference") != client["name"]:
        return
    others = [name for name in header if name not in client.values()]
    if (other := column_of(Part.CLIENTS, "reference", others)) is None:
        del client["reference"]
    else:
        client["reference"] = other


def _reached_by_all(client: dict[str, str], header: Sequence[str]) -> None:
    """Further columns of phones, or of e-mails, are further phones and e-mails of the same client."""
    for first, *others in (PHONES, EMAILS):
        names, taken = {*_names(Part.CLIENTS, first)}, {*client.values()}
        more = [name for name in header if name not in taken and not names.isdisjoint(_readings(name))]
        client.update(zip([ours for ours in others if ours not in client], more, strict=False))


def own_map(
    contents: Contents, header: Sequence[str], written: Mapping[str, Sequence[Cell]] = MappingProxyType({})
) -> Map:
    """For a file that comes without a map: its columns as they are headed."""
    return {part: Section(columns) for part, columns in columns_of(contents, header, written).items()}


def _one_row_for_all(
    parts: Mapping[Part, dict[str, str]],
    owed: Part,
    paid: Part,
    header: Sequence[str],
    written: Mapping[str, Sequence[Cell]],
) -> None:
    """In a file of receivables the same columns may say who owes, what, and what was paid of it.

    What the row tells of itself is left away: that the debt is its client's, and the payment the debt's.
    """
    client, debt, payment = parts[Part.CLIENTS], parts[owed], parts[paid]
    for ours in ("debtor_reference", "client_reference"):
        debt.pop(ours, None)
    if debt.get("reference") == debt.get("number"):  # the creditor's own: ours follows from it
        debt.pop("reference", None)
    if debt.get("creditor_reference") in {debt.get("creditor_name"), debt.get("creditor_identification")}:
        debt.pop("creditor_reference", None)
    known_as = {debt.get("reference"), debt.get("number")} - {None}
    if client.get("reference") in known_as:  # a mere “reference” is the debt's
        client.pop("reference", None)
    if "creditor_name" in debt and client.get("name") == debt["creditor_name"]:
        del client["name"]
    if "name" not in client and "reference" in client:
        client["name"] = client["reference"]
    payment.pop("case_file_reference", None)
    payment.pop("invoice_number", None)
    if payment.get("reference") in known_as:
        del payment["reference"]
    if payment.get("received_on") in {debt.get("opened_on"), debt.get("issued_on")}:
        payment.pop("received_on", None)
    taken = {*client.values(), *debt.values(), *payment.values()}
    _other_than_owed(paid, payment, debt, [name for name in header if name not in taken])
    _paid_on_no_day(debt, payment, written)


def _other_than_owed(part: Part, payment: dict[str, str], debt: Mapping[str, str], others: Sequence[str]) -> None:
    """What was owed was not paid where another column than a mere “Importe” says what was."""
    if payment.get("amount") in {debt.get("principal"), debt.get("total")} - {None}:
        of_payments = [name for name in others if not _is_headed(name, _MERE_AMOUNT)]
        payment["amount"] = column_of(part, "amount", of_payments) or payment["amount"]


def _paid_on_no_day(debt: Mapping[str, str], payment: dict[str, str], written: Mapping[str, Sequence[Cell]]) -> None:
    """What was paid without a day is left away where the file tells what is left, or nothing was paid. Else it stays,
    so that its day is asked for: without it all that was paid would be owed."""
    paid = payment.get("amount")
    if "received_on" in payment or paid is None:
        return
    nothing = paid in {debt.get("principal"), debt.get("total")} or all(map(_is_nothing, written.get(paid, ())))
    if nothing or "outstanding" in debt:
        del payment["amount"]


def _is_nothing(cell: Cell) -> bool:
    """A dash and the like, or nought."""
    for decimal_mark in (",", "."):
        with suppress(Unreadable):
            return says_nothing(str(cell)) or not amount(cell, decimal_mark)
    return False
