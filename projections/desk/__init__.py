"""The escritorio, a collector's desk: `tables`, then what events do to them (`project`), then what may be asked.

Asked are `case_files` (the list, and what today asks for), `detail` (one case file), `money` (payments that wait),
`collections` (by day, and the month's report), `calendar`, `summary` (figures at any day) and `clients`.
"""

from projections.desk.project import projection

__all__ = ["projection"]
