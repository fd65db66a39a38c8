"""The clients: who they are, how they are reached, whose they are; `tables`, what events do to them (`project`).

Asked are `listing` (the list), `detail` (one client) and `finding` (by phone, e-mail, identification or account).
"""

from projections.clients.project import projection

__all__ = ["projection"]
