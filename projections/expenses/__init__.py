"""Expenses: what was claimed, how it was decided on, and the month in which it counts.

Notes and reasons are personal and nothing is sorted by them: they stay in the log, where a row's `position` tells of
the claim.
"""

from projections.expenses.tables import projection

__all__ = ["projection"]
