"""What the log of the service tells of who asked for what they may not, or for what is not theirs to see.

Whoever does is known again by a keyed hash, the one that log-ins are told by in the events; no name is written down.
"""

from typing import TYPE_CHECKING

import structlog
from fastapi import Request

from api.http.credentials import SecondFactorMissing
from domain.errors import Forbidden, NotFound, Refusal

if TYPE_CHECKING:
    from api.http.dependencies import Service

log = structlog.get_logger(__name__)


def tell_forbidden(request: Request, why: Refusal, token: str | None) -> None:
    """`token` came with the request. An id that is not there, or of something of another's, may be a guess."""
    if not isinstance(why, Forbidden | NotFound):
        return
    service: Service = request.app.state.service
    try:
        actor = service.credentials.actor(token, now=service.clock()) if token else None
    except SecondFactorMissing as missing:
        actor = missing.actor
    log.warning(
        "not allowed" if isinstance(why, Forbidden) else "not there, or another's",
        route=getattr(request.scope.get("route"), "path", "unknown"),
        method=request.method,
        why=type(why).__name__,
        who=service.attempts.who(actor.name) if actor is not None else None,
    )


def tell_foreign_form(method: str) -> None:
    """A form that no page of ours has sent (CSRF)."""
    log.warning("a form of another site was refused", method=method)
