"""What a line says of an invoice that was issued elsewhere, and what is known of it by then."""

from datetime import date
from uuid import UUID

from application import invoices
from application.imports.balances import Balances
from application.imports.case_file_lines import DISPUTED
from application.imports.draft import BadLine, Draft, Stream
from application.imports.known import Facts, invoice_facts
from application.imports.maps import Part
from application.imports.rows import InvoiceRow, Line
from application.imports.table import Finding, Why
from domain.business import BUSINESS, Business
from domain.client import Client
from domain.errors import Conflict, Invalid
from domain.invoice import Invoice, Stage
from domain.sending import Channel


class IssuedHere(Conflict):
    title = "An invoice or credit note that was issued here has this number"


class TwoOfThisNumber(Conflict):
    title = "An imported invoice and one that was issued here have this number"


class TotalDiffers(Invalid):
    title = "The price with its quantity, discount, tax and withholding comes to something else"


class InvoiceLines:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._years = invoices.accounting_years(draft.log.load_or_new(Business(), BUSINESS).country)
        self._last: dict[UUID, date] = {}
        self.balances = Balances(draft, Part.INVOICES)
        self.warnings: list[Finding] = []

    def decide(self, line: Line, said: InvoiceRow, client: Stream[Client] | None) -> Stream[Invoice]:
        """`client` is the line's own."""
        draft = self._draft
        with draft.about(line, Part.INVOICES, "number"):
            client_id = draft.client_id("client_reference", said.client_reference, line, client)
            known = draft.known(draft.invoices, Invoice(), invoices.IMPORTED_NUMBER, said.number)
            if known is None:
                if said.number in draft.ids[invoices.NUMBER]:
                    raise IssuedHere(field="number")
                if client is None or client.id != client_id:
                    draft.stream(draft.clients, Client(), client_id).state.restrictions.check_usable()
                return self._followed(line, said, self._imported(line, said, client_id))
            self._compare(line, said, client_id, known)
            if known.state.stage is Stage.VOID:
                why = Why("this was voided here: it stays void")
                self.warnings.append(draft.finding(line, Part.INVOICES, "number", why))
                return known
            return self._followed(line, said, known)

    def settled(self, line: Line, said: InvoiceRow, invoice: Stream[Invoice]) -> Stream[Invoice]:
        """As far as the line leaves less to pay: on the day of an invoice that is new here, lest it counts as collected
        now; of one that is here, today."""
        if invoice.state.stage is Stage.VOID:
            return invoice
        day = self._draft.command.today if invoice.stored else said.issued_on
        return self.balances.settled(line, said, invoice, line.invoice_payment, supposed_on=day)

    def keep(self, line: Line, invoice: Stream[Invoice]) -> bool:
        """Whether there is anything to it that was not in the books."""
        if not invoice.stored:
            self._draft.first.setdefault(invoice.id, line)
            client_id, issued_on = invoice.state.client_id, invoice.state.issued_on
            self._last[client_id] = max(issued_on, self._last.get(client_id, issued_on))
        return self._draft.keep(self._draft.invoices, invoice)

    def kept_for_accounting(self, client: Stream[Client]) -> Stream[Client]:
        """As long as the law wants it of the last invoice that the file brings."""
        if (last := self._last.get(client.id)) is None:
            return client
        kept = client.then(client.state.restrictions.keep_for_accounting(self._years, today=last))
        until = kept.state.restrictions.kept_until
        return kept if until is not None and until > self._draft.command.today else client

    def find(self, number: str) -> Stream[Invoice] | None:
        """The invoice of this number, imported or issued here."""
        draft = self._draft
        imported = draft.known(draft.invoices, Invoice(), invoices.IMPORTED_NUMBER, number)
        issued = draft.known(draft.invoices, Invoice(), invoices.NUMBER, number)
        if issued is None or not issued.events:  # a credit note has no stream of its own
            return imported
        if imported is not None and imported.id != issued.id:
            raise TwoOfThisNumber(field="invoice_number")
        return issued

    def _imported(self, line: Line, said: InvoiceRow, client_id: UUID) -> Stream[Invoice]:
        invoice = Stream(self._draft.new_id(line, Part.INVOICES), Invoice())
        imported = invoice.then(
            invoice.state.import_(
                said.number,
                client_id,
                said.total.currency,
                [said.line],
                issued_on=said.issued_on,
                due_on=said.due_on,
                today=self._draft.command.today,
                by=self._draft.command.actor,
            )
        )
        if imported.state.payable != said.total:
            raise TotalDiffers(field="total", comes_to=imported.state.payable)
        return imported

    def _compare(self, line: Line, said: InvoiceRow, client_id: UUID, known: Stream[Invoice]) -> None:
        in_file: Facts = {
            "client_reference": client_id,
            "total": said.total,
            "issued_on": said.issued_on,
            "due_on": said.due_on,
            "description": said.description,
            "quantity": said.quantity,
            "unit_price": None if said.reckoned else said.unit_price,
            "discount": said.discount,
            "tax_rate": None if said.reckoned else said.tax_rate,
            "withholding": None if said.reckoned else said.withholding,
            "sent_on": said.sent_on,
            "disputed": said.disputed or None,
        }
        if differences := self._draft.differences(line, Part.INVOICES, in_file, invoice_facts(known.events), known.id):
            raise BadLine(differences)

    def _followed(self, line: Line, said: InvoiceRow, invoice: Stream[Invoice]) -> Stream[Invoice]:
        """Sent and disputed as the file tells, if it is not known yet: both may come after its first export."""
        by, today = self._draft.command.actor, self._draft.command.today
        known = invoice_facts(invoice.events)
        if said.sent_on is not None and "sent_on" not in known:
            invoice = invoice.then(invoice.state.mark_as_sent(Channel.MARKED, said.sent_on, today=today, by=by))
        if said.disputed and "disputed" not in known:
            day = max(said.issued_on, min(said.due_on, today))
            dispute_id = self._draft.new_id(line, "dispute")
            invoice = invoice.then(invoice.state.dispute_it(dispute_id, DISPUTED, day, today=today, by=by))
        return invoice
