"""An invoice as tests of its rules begin with it: drafted, and as it is issued."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from scenario import CARL, DEBTOR, TODAY, euros

from domain.invoice.issuing import InvoiceDrafted, InvoiceIssued, Issuance, Kind, Recipient
from domain.issuer import Identity
from domain.lines import Line, totals
from domain.sending import Language
from domain.series import NumberTaken

NOTE = UUID(int=25)
ISSUED_ON = date(2026, 3, 2)
ISSUER = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")
RECIPIENT = Recipient("Deudora S.L.", "B12345674", "Gran Vía 1", "28013", "Madrid")
NUMBER = NumberTaken("F2026", 7, "F2026-0007", ISSUED_ON, DEBTOR)
CREDIT_NUMBER = NumberTaken("R2026", 1, "R2026-0001", TODAY, DEBTOR)
LINE = Line(Decimal(10), Decimal(100), Decimal(21))
DRAFTED = InvoiceDrafted(DEBTOR, "EUR", (LINE,), 30, Language.SPANISH, ISSUED_ON, descriptions=("Gestión de marzo",))
SUMMED = totals([LINE], "EUR")
ISSUED = InvoiceIssued(
    "F2026-0007",
    "F2026",
    Kind.FULL,
    DEBTOR,
    ISSUED_ON,
    ISSUED_ON,
    ISSUED_ON + timedelta(days=30),
    "EUR",
    ISSUER,
    (LINE,),
    SUMMED.taxes,
    SUMMED.withheld,
    euros(1210),
    euros(1210),
    Language.SPANISH,
    RECIPIENT,
    ("Gestión de marzo",),
)


def issuing(recipient=RECIPIENT, by=CARL, issuer=ISSUER, rate=None, **more):
    return lambda invoice: invoice.issue(NUMBER, issuer, recipient, Issuance(ISSUED_ON, rate, **more), by=by)
