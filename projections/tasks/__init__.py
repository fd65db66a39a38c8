"""Tasks: what is to be done, for which client, by whom and when: `tables`, what events do to them (`projecting`).

Asked are `lists`: by day, by month, one alone.
"""

from projections.tasks.projecting import projection

__all__ = ["projection"]
