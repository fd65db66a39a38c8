"""The clients: who they are, how they are reached, whose they are; `tables`, what events do to them (`projecting`).

Asked are `listing` (the list), `detail` (one client) and `finding` (by phone, e-mail, identification or account).
"""

from projections.clients.projecting import projection

__all__ = ["projection"]
