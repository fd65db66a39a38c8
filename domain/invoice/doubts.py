"""What is likely a mistake of an invoice's taxes, though no rule refuses it: it is asked about before it is issued.

Spain: Ley 37/1992, art. 90.Uno (21), 91.Uno (10), 91.Dos (4) and 91.Cuatro (0), as they stand; a rate of earlier years
is asked about too. The Canary Islands, Ceuta and Melilla have taxes of their own (art. 3.Dos): nothing is said there.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from domain.invoice.issuing import Recipient
from domain.issuer import Identity
from domain.lines import Line, Treatment

SPANISH_RATES = frozenset(map(Decimal, (21, 10, 4, 0)))
OWN_TAXES = ("35", "38", "51", "52")
"""How postcodes of the Canary Islands, Ceuta and Melilla begin."""


class Doubt(StrEnum):
    RATE = "rate"
    WITHIN_THE_UNION = "within_the_union"


def doubts(lines: Sequence[Line], issuer: Identity, recipient: Recipient) -> Sequence[Doubt]:
    """An address without a country is in the issuer's."""
    found: list[Doubt] = []
    rates = {line.tax_rate for line in lines if line.treatment is Treatment.TAXED}
    if issuer.country == "ES" and not issuer.postcode.startswith(OWN_TAXES) and not rates <= SPANISH_RATES:
        found.append(Doubt.RATE)
    at_home = recipient.country in {None, issuer.country}
    if at_home and any(line.treatment is Treatment.EXEMPT_INTRA_COMMUNITY for line in lines):
        found.append(Doubt.WITHIN_THE_UNION)
    return found
