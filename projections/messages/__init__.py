"""The outbox as it stands: messages by state and next attempt, and which invoices were reminded of by which step.

Words and addresses are personal and nothing is sorted by them: they stay in the log, where a row's positions tell of
the message and of what came of it last.
"""

from projections.messages.tables import projection

__all__ = ["projection"]
