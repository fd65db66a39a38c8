"""Portfolios: who holds which clients, what these owe and what was collected from them.

`tables`, then what events do to them (`project`), then what may be asked: `clients` (a portfolio, client by client,
and its totals), `people` (all users side by side, substitutes), `holdings` (who held a client when, what is planned),
`reassigning` (whom a reassignment would move, and whom one has).
"""

from projections.portfolios.project import projection

__all__ = ["projection"]
