"""Invoices and estimates: what they are on any day, what all of them come to, who owes since when.

`tables` and `steps` (what one of them is, day by day), then what events do to the rows (`project`), then what may be
asked: `status` (the blocks), `listing`, `estimates`, `detail`, `payments`, `receivables`.
"""

from projections.invoices.project import projection

__all__ = ["projection"]
