"""Tasks: what is to be done, for which client, by whom and when: `tables`, what events do to them (`project`).

Asked are `lists`: by day, by month, one alone.
"""

from projections.tasks.project import projection

__all__ = ["projection"]
