"""For whoever runs the service: is it alive, is it ready, how does it do. Names nobody."""

from asyncio import Task, create_task, shield, wait_for
from collections.abc import Mapping
from hmac import compare_digest
from ipaddress import ip_address

import structlog
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import BaseModel

from api.http.dependencies import Service, Serving
from api.http.failures import failure
from api.http.problems import documented
from api.http.read_models import Health, ReadModels
from api.http.routes import OneThreadRoute

ANSWERS_WITHIN = 2.5
"""Seconds that whoever looks after the service waits for an answer at most."""

log = structlog.get_logger(__name__)

router = APIRouter(tags=["operations"], route_class=OneThreadRoute)


FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""With one of these a request came through a proxy: where it began is somewhere else."""


def _runs_the_service(request: Request) -> bool:
    """On this machine itself and through no proxy, or with the token of `RECOBRO_OPERATIONS_TOKEN`."""
    service: Service = request.app.state.service
    kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if service.operations_token and kind.lower() == "bearer":
        return compare_digest(credentials.encode(), service.operations_token.encode())
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class Live(BaseModel):
    status: str


class Ready(BaseModel):
    """For each read model how far it has come, or why it stopped: told to whoever runs the service."""

    ready: bool
    head: int | None = None
    read_models: Mapping[str, str] | None = None


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "recobro_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "recobro_request_seconds", "Time to the answer", ("method", "route"), registry=self.registry
        )
        self.head = Gauge("recobro_log_head", "Last position of the log", registry=self.registry)
        self.projected = Gauge(
            "recobro_read_models_position", "Least position of the read models", registry=self.registry
        )


@router.get("/health/live")
def live() -> Live:
    return Live(status="alive")


class Readiness:
    """Asks how ready this process is: one question at a time, however often it is asked and long it takes."""

    def __init__(self, read_models: ReadModels) -> None:
        self._read_models, self._thread = read_models, CapacityLimiter(1)
        self._asking: Task[Health] | None = None
        self._head = 0

    async def health(self) -> Health:
        """Within `ANSWERS_WITHIN` seconds, whatever the database does."""
        if self._asking is None or self._asking.done():
            asking = to_thread.run_sync(self._read_models.health, limiter=self._thread, abandon_on_cancel=True)
            self._asking = create_task(asking)
        try:
            health = await wait_for(shield(self._asking), ANSWERS_WITHIN)
        except TimeoutError:
            return Health(ready=False, head=self._head, read_models={"database": "does not answer"})
        except Exception as error:  # noqa: BLE001 - whoever asks is told that it is not ready, the log of the service why
            log.error("the database can't be asked", **failure(error))  # noqa: TRY400
            return Health(ready=False, head=self._head, read_models={"database": "can't be reached"})
        self._head = health.head
        return health


@router.get(
    "/health/ready",
    response_model_exclude_none=True,
    responses={503: {"model": Ready, "description": "Not every read model is up to date"}},
)
async def ready(request: Request, response: Response) -> Ready:
    """200 once every read model has reached what the log held when this process started.

    It answers within three seconds, whatever the database does.
    """
    readiness: Readiness = request.app.state.readiness
    health = await readiness.health()
    if not health.ready:
        response.status_code = 503
    if not _runs_the_service(request):
        return Ready(ready=health.ready)
    return Ready(ready=health.ready, head=health.head, read_models=health.read_models)


@router.get(
    "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}, **documented(404, 503)}
)
def metrics(request: Request, service: Serving) -> Response:
    """For Prometheus: of this process. Only for whoever runs the service."""
    if not _runs_the_service(request):
        raise HTTPException(404)
    measured: Metrics = request.app.state.metrics
    measured.head.set(service.store.head()[0])
    measured.projected.set(service.read_models.position())
    return Response(generate_latest(measured.registry), media_type=CONTENT_TYPE_LATEST)
