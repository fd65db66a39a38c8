"""For whoever runs the service: is it alive, is it ready, how does it do. Names nobody."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import BaseModel

from api.dependencies import Serving
from api.routes import OneThreadRoute

router = APIRouter(tags=["operations"], route_class=OneThreadRoute)


class Live(BaseModel):
    status: str


class Ready(BaseModel):
    """For each read model how far it has come, or why it stopped."""

    ready: bool
    head: int
    read_models: Mapping[str, str]


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


@router.get("/health/ready", responses={503: {"model": Ready, "description": "Not every read model is up to date"}})
def ready(service: Serving, response: Response) -> Ready:
    """200 once every read model has reached what the log held when this process started."""
    health = service.read_models.health()
    if not health.ready:
        response.status_code = 503
    return Ready(ready=health.ready, head=health.head, read_models=health.read_models)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request, service: Serving) -> Response:
    """For Prometheus: of this process."""
    measured: Metrics = request.app.state.metrics
    measured.head.set(service.store.head()[0])
    measured.projected.set(service.read_models.position())
    return Response(generate_latest(measured.registry), media_type=CONTENT_TYPE_LATEST)
