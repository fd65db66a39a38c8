"""The files of receivables that tests load with `maps/ibm-receivables.toml`, or as invoices with `ibm-invoices.toml`,
and what any correct load of them gives.

One is our own invention; the other is IBM's, whose figures its README gives, where the project lies beside it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAP = ROOT / "maps" / "ibm-receivables.toml"
INVOICES_MAP = ROOT / "maps" / "ibm-invoices.toml"


@dataclass(frozen=True)
class Standing:
    """What is known at the end of a day: how many, and for how much."""

    issued: int
    unpaid: tuple[int, Decimal]
    overdue: tuple[int, Decimal]


@dataclass(frozen=True)
class Receivables:
    file: Path
    case_files: int
    clients: int
    disputed: int
    amount: Decimal
    collected: dict[str, Decimal]
    standing: dict[date, Standing]


SAMPLE = Receivables(
    ROOT / "tests" / "samples" / "receivables.csv",
    case_files=40,
    clients=5,
    disputed=10,
    amount=Decimal("1963.61"),
    collected={"2012-05": Decimal("107.05"), "2012-12": Decimal("332.84"), "2013-06": Decimal("16.46")},
    standing={
        date(2012, 12, 31): Standing(26, (3, Decimal("142.27")), (2, Decimal("69.85"))),
        date(2013, 6, 30): Standing(35, (1, Decimal("30.65")), (0, Decimal("0.00"))),
    },
)
IBM = Receivables(
    ROOT.parent / "shared" / "data" / "accounts-receivable.csv",
    case_files=2466,
    clients=100,
    disputed=561,
    amount=Decimal("147703.18"),
    collected={"2012-05": Decimal("6743.34"), "2012-12": Decimal("6578.02"), "2013-06": Decimal("7648.09")},
    standing={
        date(2012, 12, 31): Standing(1277, (99, Decimal("5725.06")), (13, Decimal("788.74"))),
        date(2013, 6, 30): Standing(1930, (84, Decimal("5119.85")), (12, Decimal("835.56"))),
    },
)

BIGGEST = IBM if IBM.file.exists() else SAMPLE

of_the_biggest = pytest.mark.whole("figures of a real file of receivables")
