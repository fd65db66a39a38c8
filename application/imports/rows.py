"""The rows of a file read through a map: what each says of a client, of a case file or an invoice, and a payment."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from application.imports import cells
from application.imports.balance_columns import UnreadPayments, reckoned_from, without_taking_off_twice
from application.imports.columns import NOTHING, PERCENTAGES, Cells, Columns, Orders, check_columns
from application.imports.headings import codes_among, own_map, tells_what_is_left
from application.imports.maps import EMAILS, PHONES, Contents, Map, MapNotAllowed, Part, Section
from application.imports.table import Cell, Finding, Row, Table, Why, left_out_of
from application.imports.words import says_no_role
from domain.addresses import PostcodeNotValid, postcode
from domain.client.contacts import Contact, Medium
from domain.client.details import Address, ClientRole, Details, Identification, IdentificationKind, Kind, recognised
from domain.client.finances import Account, account_of
from domain.errors import Refusal
from domain.folding import compact
from domain.lines import NewLine, checked_lines, totals
from domain.money import Money
from domain.payments import Method
from domain.personal import NAME, long_text, text

NONE = Decimal(0)

PLAINEST_FIRST = ("1", "0.1", "0.01")
"""Which rates are tried where a rate is worked out of amounts."""

NAMES = ("name", "surname", "second_surname")
"""What a name is made of, in the order in which it is said."""

_DEBTOR = tuple((Part.CLIENTS, ours) for ours in ("reference", "identification", "name", "surname"))
_CREDITOR = ((Part.CASE_FILES, "creditor_name"), (Part.CASE_FILES, "creditor_identification"))
_INSTEAD: Mapping[str, Sequence[tuple[Part, str]]] = {
    "debtor_reference": _DEBTOR,
    "debtor_id": ((Part.CASE_FILES, "debtor_reference"), *_DEBTOR),
    "client_reference": _DEBTOR,
    "reference": _DEBTOR,
    "creditor_id": ((Part.CASE_FILES, "creditor_reference"), *_CREDITOR),
    "creditor_reference": _CREDITOR,
    "case_file_reference": ((Part.CASE_FILES, "number"), (Part.CASE_FILES, "reference")),
    "invoice_number": ((Part.INVOICES, "number"),),
    "opened_on": ((Part.CASE_FILES, "due_on"),),
    "due_on": ((Part.CASE_FILES, "opened_on"),),
}
"""Which columns tell the same where a file lacks one of ours."""

PAID_ALIKE = Why("line %(line)s has the same day and amount paid of the same: it is loaded as another payment")

NO_LETTER = Why("a DNI has a letter behind its digits, and this has none: it is kept as a code")

_DNI = re.compile(r"\d{7,8}")
_LETTERED = re.compile(r"dni|nif")

RECKONED = Why("“%(left)s” is what is left and “%(paid)s” what was paid of it: the debt is both together")
NOTHING_OWED = Why("nothing is owed: the row is left out")

WHO = ("recorded_by", "approved_by")
"""By whom a payment was recorded, and approved."""

STILL_OPEN = Why("nothing is owed in the file, but %(here)s is outstanding here: the row is left out")

_WHOLE = ((Part.CASE_FILES, "principal"), (Part.INVOICES, "total"))
"""The columns of all that was owed, be anything of it paid or not."""

AS_INVOICED = "Según la factura original"
"""What an invoice is for of which a file does not tell."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """`name` is None in a later row of the same client; then its `details` have none either.

    `told_in` says which of our columns tells each contact, by what is written there.
    `reference` is empty where none is told: then `people` finds the client by what else is told.
    """

    reference: str
    name: str | None
    details: Details
    contacts: tuple[Contact, ...]
    account: Account | None
    collector: str | None
    told_in: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CreditorRow:
    """Whom the debt is owed to; ourselves where nothing is told."""

    reference: str | None = None
    identification: Identification | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFileRow:
    """`number` is the creditor's own of the debt: where `reference` is empty, one follows from that, see `people`.

    Of the two days one may be missing. Where `debtor_reference` is empty, it is the client of the row who owes.
    `outstanding` is what is left of the principal to pay, `paid` what the row says was paid, whatever it tells of the
    day. `reckoned`: nothing tells the principal but what is left and what was paid of it. `recorded_by` and
    `approved_by` are of what was paid where only what is left tells of that.
    """

    reference: str
    number: str
    creditor: CreditorRow
    debtor_reference: str
    principal: Money
    outstanding: Money | None
    opened_on: date | None
    due_on: date | None
    collector: str | None
    disputed: bool
    reckoned: bool
    paid: Money | None = None
    recorded_by: str | None = None
    approved_by: str | None = None

    @property
    def known_as(self) -> str:
        return self.reference

    @property
    def whole(self) -> Money:
        return self.principal

    @property
    def settled_as(self) -> str:
        return _settled_as(self.known_as, self.outstanding)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """`total` is what is to be paid, and what the line has to come to where its price is told.

    `outstanding` is what is left of it to pay, `paid` what the row says was paid, whatever it tells of the day.
    `reckoned`: price and rate follow from the base and the tax on it. `recorded_by` and `approved_by` are of what was
    paid where only what is left tells of that.
    """

    number: str
    client_reference: str
    total: Money
    outstanding: Money | None
    issued_on: date
    due_on: date
    description: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    discount: Decimal | None
    tax_rate: Decimal | None
    withholding: Decimal | None
    reckoned: bool
    sent_on: date | None
    disputed: bool
    paid: Money | None = None
    recorded_by: str | None = None
    approved_by: str | None = None

    @property
    def known_as(self) -> str:
        return self.number

    @property
    def whole(self) -> Money:
        return self.total

    @property
    def settled_as(self) -> str:
        return _settled_as(self.known_as, self.outstanding)

    @property
    def line(self) -> NewLine:
        """Without a price it is the total, whatever tax there is in that."""
        return NewLine(
            self.description or AS_INVOICED,
            quantity=Decimal(1) if self.quantity is None else self.quantity,
            unit_price=self.total.amount if self.unit_price is None else self.unit_price,
            tax_rate=self.tax_rate or NONE,
            discount=self.discount or NONE,
            withholding=self.withholding or NONE,
        )


Owed = TypeVar("Owed", CaseFileRow, InvoiceRow)


def _settled_as(known_as: str, outstanding: Money | None) -> str:
    """The reference of what was paid where the file tells only what is left."""
    return f"{known_as}-pendiente-{'' if outstanding is None else outstanding.amount}"


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """`towards` is the reference of the case file, or the number of the invoice.

    `towards` is empty where the row tells it not, but what was paid: then the payment is known as that is.
    """

    reference: str
    towards: str
    amount: Money
    received_on: date
    method: Method
    recorded_by: str | None
    approved_by: str | None

    def made_reference(self, which: int = 1) -> str:
        """For one that has none: of what was paid, when and how much, and which of several like that it is."""
        made = f"{self.towards}-{self.received_on:%Y%m%d}-{self.amount.amount}"
        return made if which == 1 else f"{made}-{which}"


@dataclass(frozen=True, slots=True)
class Line:
    """All that one row says; `warnings` are of cells that were read, but doubtful. `settled` is the one that says that
    nothing is owed: then nothing of the row is loaded."""

    row: Row
    client: ClientRow | None
    case_file: CaseFileRow | None
    payment: PaymentRow | None
    invoice: InvoiceRow | None = None
    invoice_payment: PaymentRow | None = None
    warnings: Sequence[Finding] = ()
    settled: Finding | None = None

    @property
    def name(self) -> str:
        """Whom or what it is about, for people."""
        if self.client:
            return self.client.name or self.client.reference
        if self.case_file:
            return self.case_file.number or self.case_file.reference
        if self.invoice:
            return self.invoice.number
        paid = self.payment or self.invoice_payment
        return paid.reference if paid else ""

    @property
    def owed_from(self) -> date | None:
        """Where it tells of a client along with what that one owes."""
        if self.case_file:
            return self.case_file.opened_on or self.case_file.due_on
        return self.invoice.issued_on if self.invoice else None


class Reader:
    """A map bound to a file; a file whose columns are known needs none. `country` is whose postcodes these are.

    `unused` are the columns of which nothing is read. Rows are read in the order of the file, each once. Those that are
    `left_out` prove nothing of how the others are meant; `orders` is what the others prove of days.
    """

    def __init__(
        self, table: Table, mapping: Map | None, contents: Contents, country: str = "", left_out: Collection[int] = ()
    ) -> None:
        self._country = country
        mapping = without_taking_off_twice(contents, mapping or own_map(contents, table.header, table.columns))
        found = {part: mapping[part] for part in contents.parts if part in mapping}
        told = {part for part in contents.parts if contents.tells(part, found[part].columns if part in found else ())}
        found |= {part: _who_alone(found[part]) for part in found.keys() - told}
        parts = [part for part in contents.parts if part in told or (part in found and found[part] != Section({}))]
        if lacking := [part for part in parts if part not in found]:
            raise MapNotAllowed(why=f"for {contents} it needs a section for {', '.join(lacking)}")
        check_columns(table, contents, {part: found[part] for part in parts})
        orders = Orders(table, (found[part] for part in parts), left_out)
        self.orders = orders.settled
        self.warnings = [*table.warnings, *orders.warnings]
        if (both := reckoned_from(found)) is not None:
            self.warnings.append(Finding(table.header_line, both[0], "", Why(RECKONED, left=both[0], paid=both[1])))
        self._contents = contents
        self._parts = {part: Columns(part, found[part], table, orders) for part in parts}
        self._unread_payments = UnreadPayments(table, {part: found[part] for part in parts})
        read = {*left_out_of(table.header), *(column for part in parts for column in found[part].columns.values())}
        self.unused = [column for column in table.header if column.strip() and column not in read]
        self._codes = [(column, table.header.index(column)) for column in codes_among(self.unused)]
        self._alike: dict[tuple[str, date, Money], list[int]] = defaultdict(list)
        amounts = {part: found[part].columns.get("amount") for part in parts}
        wholes = {found[part].columns.get(whole) for part, whole in _WHOLE if part in parts}
        self._paid_in_full = {part for part, amount in amounts.items() if amount and amount in wholes}

    def read(self, row: Row) -> tuple[Line, list[Finding]]:
        """What the row says, and what is wrong with it: then what it seems to say is worth nothing."""
        parts = {part: Cells(columns, row) for part, columns in self._parts.items()}
        beside = len(self._contents.parts) > 1
        client = _client(parts[Part.CLIENTS], self._country, beside=beside) if Part.CLIENTS in parts else None
        case_file = _case_file(parts[Part.CASE_FILES], beside=beside) if Part.CASE_FILES in parts else None
        payment = self._payment_of(parts, Part.PAYMENTS, "case_file_reference", case_file)
        if case_file and case_file.reckoned:
            case_file = _with_principal(parts[Part.CASE_FILES], case_file, payment)
        invoice = _invoice(parts[Part.INVOICES], beside=beside) if Part.INVOICES in parts else None
        invoice_payment = self._payment_of(parts, Part.INVOICE_PAYMENTS, "invoice_number", invoice)
        if case_file:
            case_file = self._with_paid(parts, Part.PAYMENTS, case_file, payment)
        if invoice:
            invoice = self._with_paid(parts, Part.INVOICE_PAYMENTS, invoice, invoice_payment)
        findings = [found for part in parts.values() for found in part.findings]
        owed = case_file or invoice
        if (apart := self._unread_payments.apart(row, owed.whole.currency) if owed else None) is not None:
            findings.append(apart)
        warnings = [found for part in parts.values() for found in part.warnings]
        settled = None
        if case_file and not payment and (balance := _balance_of_nought(parts[Part.CASE_FILES])):
            settled = None if apart else self.finding(row, Part.CASE_FILES, balance, NOTHING_OWED)
            findings = [apart] if apart else []
        return Line(
            row=row,
            client=client,
            case_file=case_file,
            payment=payment,
            invoice=invoice,
            invoice_payment=invoice_payment,
            warnings=warnings,
            settled=settled,
        ), findings

    @property
    def amounts(self) -> Mapping[str, str | None]:
        """The columns that have amounts, with the decimal mark of each."""
        return {name: mark for columns in self._parts.values() for name, mark in columns.amounts.items()}

    def finding(self, row: Row, part: Part, column: str, why: Why) -> Finding:
        """About one of our columns, named as the file names it, or whatever stands there in its place."""
        if not self._parts[part].tells(column):
            instead = ((of, ours) for of, ours in _INSTEAD.get(column, ()) if of in self._parts)
            part, column = next((one for one in instead if self._parts[one[0]].tells(one[1])), (part, column))
        return self._parts[part].finding(row, column, why)

    def unread_code(self, row: Row) -> tuple[str, str] | None:
        """Of whom the row tells, in a column that nothing is read of: the column, and what it has."""
        written = ((column, str(row.cells[at]).strip()) for column, at in self._codes)
        return next(((column, code) for column, code in written if not cells.says_nothing(code)), None)

    def _payment_of(
        self, parts: Mapping[Part, Cells], part: Part, towards: str, owed: CaseFileRow | InvoiceRow | None
    ) -> PaymentRow | None:
        """Beside what is owed a row with nothing that was paid tells of no payment. Nor does one without a day, where
        it tells what is left, or where the day alone says that all of it was paid. One with a day alone says that what
        is not left was paid then.
        """
        if part not in parts:
            return None
        row = parts[part]
        rest = _rest_of(owed) if row.says_nothing("amount") and not row.is_empty("received_on") else None
        if owed and rest is None and row.is_nothing("amount"):
            return None
        if owed and row.is_empty("received_on") and (owed.outstanding is not None or part in self._paid_in_full):
            return None
        paid = PaymentRow(
            reference=_reference(row, "reference", needed=False),
            towards=_reference(row, towards, needed=owed is None),
            amount=rest or row.money("amount"),
            received_on=row.day("received_on"),
            method=row.needed("method", lambda cell: cells.word(cell, Method), Method.OTHER)
            if row.is_told("method")
            else Method.OTHER,
            recorded_by=row.optional_text("recorded_by"),
            approved_by=row.optional_text("approved_by"),
        )
        return paid if paid.reference or owed else replace(paid, reference=self._made(row, paid))

    def _with_paid(self, parts: Mapping[Part, Cells], part: Part, owed: Owed, payment: PaymentRow | None) -> Owed:
        """With what the row says of what was paid, and of who recorded and approved that."""
        owed = replace(owed, paid=self._paid_of(parts, part, owed, payment))
        if part not in parts or payment or _rest_of(owed) is None:
            return owed
        who = {column: parts[part].optional_text(column) for column in WHO}
        return replace(owed, recorded_by=who["recorded_by"], approved_by=who["approved_by"])

    def _paid_of(
        self, parts: Mapping[Part, Cells], part: Part, owed: CaseFileRow | InvoiceRow, payment: PaymentRow | None
    ) -> Money | None:
        """What the row says was paid, be it nought, where it tells what is left as well."""
        if payment:
            return payment.amount
        if part not in parts or part in self._paid_in_full or owed.outstanding is None:
            return None
        row = parts[part]
        if row.says_nothing("amount"):
            return None
        paid = Money.zero(owed.outstanding.currency) if row.is_nothing("amount") else row.money("amount")
        return paid if paid.currency == owed.outstanding.currency else None

    def _made(self, row: Cells, paid: PaymentRow) -> str:
        """A reference for a payment that has none: the same for the same file, and for any other that tells of it."""
        alike = self._alike[paid.towards, paid.received_on, paid.amount]
        if alike and not row.findings:
            row.doubt("amount", Why(PAID_ALIKE, line=alike[0]))
        alike.append(row.line)
        return paid.made_reference(len(alike))


def _who_alone(section: Section) -> Section:
    """Of a section that tells nothing of what was paid, who did it: what is left may tell that something was."""

    def who(named: Mapping[str, str]) -> Mapping[str, str]:
        return {ours: theirs for ours, theirs in named.items() if ours in WHO}

    return Section(who(section.columns), who(section.constants))


def _rest_of(owed: CaseFileRow | InvoiceRow | None) -> Money | None:
    """Of what was owed in all, what is not left; None where the row does not tell both."""
    if owed is None or owed.outstanding is None or owed.outstanding.currency != owed.whole.currency:
        return None
    return owed.whole - owed.outstanding if owed.outstanding < owed.whole else None


def _reference(row: Cells, column: str, *, needed: bool) -> str:
    return row.reference(column) if needed else row.optional_reference(column) or ""


def _client(row: Cells, country: str, *, beside: bool) -> ClientRow:
    """Where the file has references every row tells its client's, the first of a client its name too. One of a debt
    (`beside` that), or of a file without references, may tell any of what a client is known by."""
    name = row.joined_text(NAMES)
    if beside and all(row.is_empty(column) for column in ("reference", "identification", *NAMES)):
        row.lacks("name")
    details = Details(
        name=name or "",
        kind=row.optional("kind", lambda cell: cells.word(cell, Kind)),
        identification=_identification(row, "identification"),
        address=_address(row, country),
        zone=row.optional_text("zone"),
        notes=row.optional("notes", lambda cell: long_text(cells.as_text(cell), "notes")),
        roles=row.optional("roles", _roles) or (),
        payment_days=row.optional("payment_days", cells.whole),
    )
    phones = {phone: column for column in PHONES for phone in row.known_by(column, cells.phones) or ()}
    emails = {email: column for column in EMAILS for email in row.known_by(column, cells.emails) or ()}
    return ClientRow(
        reference=_reference(row, "reference", needed=not beside and row.is_told("reference")),
        name=name,
        details=details,
        contacts=(
            *(Contact(Medium.PHONE, phone) for phone in phones),
            *(Contact(Medium.EMAIL, email) for email in emails),
        ),
        account=row.known_by("account", lambda cell: account_of(cells.as_number_text(cell))),
        collector=row.optional_text("collector"),
        told_in={**phones, **emails},
    )


def _roles(cell: Cell) -> tuple[ClientRole, ...]:
    return tuple(cells.word(one, ClientRole) for one in cells.several(cell) if not says_no_role(one))


def _identification(row: Cells, column: str) -> Identification | None:
    """What is wrong is kept as it stands there: see `details`."""
    number = row.known_by(column, lambda cell: text(cells.as_number_text(cell), column, at_most=NAME))
    kind = row.optional(f"{column}_kind", lambda cell: cells.word(cell, IdentificationKind))
    if number is None:
        return None
    if kind is not None:
        return Identification(kind, number)
    found = recognised(number)
    if (
        found.kind is IdentificationKind.CODE
        and _DNI.fullmatch(found.number)
        and _LETTERED.search(compact(row.called(column)))
    ):
        row.doubt(column, NO_LETTER)
    return found


def _address(row: Cells, country: str) -> Address:
    """A postcode that a spreadsheet took for a number gets its nought back; one that is none is kept, not `valid`."""
    street, district, city = row.optional_lines("street"), row.optional_text("district"), row.optional_text("city")
    written = row.known_by("postcode", lambda cell: text(cells.as_number_text(cell), "postcode", at_most=NAME))
    try:
        return Address(street, written and postcode(written, country), district, city)
    except PostcodeNotValid:
        return Address(street, written, district, city, valid=False)


def _case_file(row: Cells, *, beside: bool) -> CaseFileRow:
    """In a row that tells who owes as well (`beside`), a few things may be left out that follow from the others."""
    reckoned = not row.is_told("principal") or (row.is_empty("principal") and not row.is_empty("outstanding"))
    if beside:
        for columns in (("number", "reference"), ("due_on", "opened_on")):
            if all(row.is_empty(column) for column in columns):
                row.lacks(next((column for column in columns if row.is_told(column)), columns[0]))
    return CaseFileRow(
        reference=_reference(row, "reference", needed=not beside),
        number=_reference(row, "number", needed=False),
        creditor=CreditorRow(
            row.optional_reference("creditor_reference"),
            _identification(row, "creditor_identification"),
            row.optional_text("creditor_name"),
        ),
        debtor_reference=_reference(row, "debtor_reference", needed=not beside),
        principal=NOTHING if reckoned else row.money("principal"),
        outstanding=row.money("outstanding") if reckoned else row.optional_money("outstanding"),
        opened_on=row.optional_day("opened_on") if beside else row.day("opened_on"),
        due_on=row.optional_day("due_on") if beside else row.day("due_on"),
        collector=row.optional_text("collector"),
        disputed=row.optional("disputed", cells.yes) or False,
        reckoned=reckoned,
    )


def _balance_of_nought(row: Cells) -> str | None:
    """The column that says that nothing is left to pay, where that alone says what is owed."""
    balance = "principal" if row.is_told("principal") and not row.is_empty("principal") else "outstanding"
    tells = balance == "outstanding" or tells_what_is_left(row.called(balance))
    return balance if tells and not row.is_empty(balance) and row.is_nothing(balance) else None


def _with_principal(row: Cells, said: CaseFileRow, paid: PaymentRow | None) -> CaseFileRow:
    """What is left, and what was paid of it."""
    left = said.outstanding
    if left is None or row.findings or (paid and paid.amount.currency != left.currency):
        return said if left is None else replace(said, principal=left)
    principal = left + paid.amount if paid else left
    return replace(said, principal=principal)


def _invoice(row: Cells, *, beside: bool) -> InvoiceRow:
    quantity, unit_price, discount, tax_rate, withholding = (
        row.optional_number(column) for column in ("quantity", "unit_price", *PERCENTAGES)
    )
    total, outstanding = row.money("total"), row.optional_money("outstanding")
    reckoned = False
    if tax_rate is not None and 0 < tax_rate < 1 and {quantity, discount} <= {None}:
        tax_rate = _as_percentage(row, tax_rate, withholding or NONE, unit_price, total)
    taxed = _base_and_tax(row) if unit_price is None else None
    if withholding is not None and {quantity, discount} <= {None}:
        withholding = _as_rate(row, withholding, taxed, (unit_price, tax_rate or NONE), total)
    if taxed is not None:
        base, tax = taxed
        rate = _rate(base, tax, withholding or NONE, total)
        if rate is None:
            why = Why(
                "with %(tax)s of tax this does not come to %(total)s: it is loaded without its tax",
                tax=tax,
                total=total,
            )
            row.doubt("taxable_base", why)
            withholding = None
        elif {quantity, discount, tax_rate} <= {None}:
            reckoned, unit_price, tax_rate = True, base.amount, rate
    elif unit_price is None and tax_rate is not None and {quantity, discount} <= {None}:
        if (net := _net(total, tax_rate, withholding or NONE)) is None:
            row.doubt(
                "tax_rate", Why("no base comes to %(total)s with this: it is loaded without its tax", total=total)
            )
            tax_rate = withholding = None
        else:
            reckoned, unit_price = True, net
    if unit_price is None and {quantity, discount, tax_rate, withholding} != {None}:
        row.lacks("unit_price")
    return InvoiceRow(
        number=row.reference("number"),
        client_reference=_reference(row, "client_reference", needed=not beside),
        total=total,
        outstanding=outstanding,
        issued_on=row.day("issued_on"),
        due_on=row.day("due_on"),
        description=row.optional_text("description"),
        quantity=quantity,
        unit_price=unit_price,
        discount=discount,
        tax_rate=tax_rate,
        withholding=withholding,
        reckoned=reckoned,
        sent_on=row.optional_day("sent_on"),
        disputed=row.optional("disputed", cells.yes) or False,
    )


def _base_and_tax(row: Cells) -> tuple[Money, Money] | None:
    base = row.optional_money("taxable_base")
    return None if base is None else (base, row.optional_money("tax_amount") or base - base)


def _as_percentage(
    row: Cells, rate_in_file: Decimal, withholding: Decimal, price: Decimal | None, total: Money
) -> Decimal:
    """0.21 is 21 % where that comes to the total, which is said."""
    rate = rate_in_file * 100

    def comes_to_total(rate: Decimal) -> bool:
        if price is None:
            return _net(total, rate, withholding) is not None
        return _come_to(price, rate, withholding, total) == total

    if not comes_to_total(rate) or (price is not None and comes_to_total(rate_in_file)):
        return rate_in_file
    row.doubt(
        "tax_rate", Why("this was read as %(rate)s %%, which comes to the total", rate=format(rate.normalize(), "f"))
    )
    return rate


def _as_rate(
    row: Cells,
    rate_in_file: Decimal,
    taxed: tuple[Money, Money] | None,
    priced: tuple[Decimal | None, Decimal],
    total: Money,
) -> Decimal:
    """What is withheld, 150 of 1,000, is 15 % where only that comes to the total, which is said.

    `taxed` is a base and its tax, or else `priced` a price and its rate.
    """
    price, tax_rate = priced
    base = taxed[0].amount if taxed else price

    def comes_to_total(rate: Decimal) -> bool:
        if taxed is not None:
            return _rate(*taxed, rate, total) is not None
        return price is not None and _come_to(price, tax_rate, rate, total) == total

    if not base or comes_to_total(rate_in_file):
        return rate_in_file
    for digits in PLAINEST_FIRST:
        rate = (abs(rate_in_file) * 100 / base).quantize(Decimal(digits), ROUND_HALF_UP)
        if comes_to_total(rate):
            why = Why("this was read as the amount withheld, which is %(rate)s %%", rate=format(rate.normalize(), "f"))
            row.doubt("withholding", why)
            return rate
    return rate_in_file


def _net(total: Money, rate: Decimal, withholding: Decimal) -> Decimal | None:
    """The one base that comes to the total, to the cent."""
    share = 1 + (rate - withholding) / 100
    if not total or share <= 0:
        return None
    base = (total.amount / share).quantize(total.amount, ROUND_HALF_UP)
    return base if _come_to(base, rate, withholding, total) == total else None


def _come_to(price: Decimal, rate: Decimal, withholding: Decimal, like: Money) -> Money | None:
    with suppress(Refusal):
        line = NewLine(AS_INVOICED, Decimal(1), price, tax_rate=rate, withholding=withholding)
        return totals(checked_lines([line]).lines, like.currency).payable
    return None


def _rate(base: Money, tax: Money, withholding: Decimal, total: Money) -> Decimal | None:
    """The plainest rate at which the base has this tax, and comes to the total."""
    if not base:
        return None
    exact = tax.amount * 100 / base.amount
    for digits in PLAINEST_FIRST:
        rate = exact.quantize(Decimal(digits), ROUND_HALF_UP)
        line = NewLine(AS_INVOICED, Decimal(1), base.amount, tax_rate=rate, withholding=withholding)
        with suppress(Refusal):
            come_to = totals(checked_lines([line]).lines, total.currency)
            if come_to.payable == total and come_to.tax == tax:
                return rate
    return None
