"""How a route is carried out: a plain function, in a thread."""

from collections.abc import Callable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi.routing import APIRoute

READING_AT_ONCE = 4
"""Threads that answer questions. They share one interpreter: with 8 clients, 40 of them, which is FastAPI's own limit,
were measured to answer a fifth less. Commands have those 40, for they wait for one another and for the disk."""

_reading = CapacityLimiter(READING_AT_ONCE)


class OneThreadRoute(APIRoute):
    """FastAPI itself would send a plain function's answer to another thread, only to see its type."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not iscoroutinefunction(endpoint):
            endpoint = _in_a_thread(endpoint, _reading if options.get("methods") in ({"GET"}, ["GET"]) else None)
        super().__init__(path, endpoint, **options)


def _in_a_thread(endpoint: Callable[..., Any], limiter: CapacityLimiter | None) -> Callable[..., Any]:
    @wraps(endpoint)
    async def carried_out(**arguments: Any) -> Any:
        return await to_thread.run_sync(partial(endpoint, **arguments), limiter=limiter)

    return carried_out
