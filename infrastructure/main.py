"""What a server is made of: with `wiring`, the only file that knows every part."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.app import create_app, works
from api.http.dependencies import Chain, Service
from api.http.estimate_links import EstimateLinks
from api.http.jobs import Progress
from api.http.pace import Pace
from api.papers.press import Press
from infrastructure.documents import StoredTemplates
from infrastructure.files.decoding import BoundedImages, BoundedTables
from infrastructure.files.store import StoredFiles
from infrastructure.imports.maps import StoredMaps
from infrastructure.imports.uploads import StoredUploads
from infrastructure.jobs import StoredJobs
from infrastructure.keys.erasure import forget_erased
from infrastructure.keys.stored_secrets import StoredSecrets
from infrastructure.log import chain
from infrastructure.log.engine import Entry
from infrastructure.read_models.leader import Leader, leads
from infrastructure.read_models.served import ReadModels
from infrastructure.sending.delivery import PATIENCE_SECONDS, Delivery
from infrastructure.settings import Settings
from infrastructure.stores import Store
from infrastructure.wiring import UNAVAILABLE, attempts, credentials, now, open_configured_store, second_factors


async def _tidy(uploads: StoredUploads, clock: Callable[[], datetime], stopping: asyncio.Event) -> None:
    """Files that nobody has loaded do not stay, whether or not anybody comes by."""
    while not stopping.is_set():
        with suppress(*UNAVAILABLE):
            await run_in_threadpool(uploads.remove_old, clock())
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 3600)


def verify_chain(store: Store, progress: Progress) -> Chain:
    head, _ = store.log.head()

    def read(after: int, limit: int) -> Sequence[Entry]:
        progress(after, head)
        return store.log.entries(after, limit)

    found = chain.verify(read)
    if isinstance(found, chain.Broken):
        return Chain(found.position, "", whole=False)
    return Chain(found.position, found.hash.hex(), whole=True)


SWITCH_SECONDS = 0.0005
"""How long a thread may compute before another gets its turn. By Python's own 5 ms a request waits out whole batches of
the projector: measured, the slowest hundredth of commands then took 42 ms to show, and 22 ms with this."""


def app() -> FastAPI:
    """For uvicorn: of the store that the environment names."""
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = Settings()
    token = settings.operations_token
    return build(
        open_configured_store(settings),
        public_url=settings.links_begin_with,
        operations_token=token.get_secret_value() if token else None,
        pace=Pace(settings.requests_per_minute),
    )


def build(
    store: Store,
    *,
    public_url: str | None = None,
    operations_token: str | None = None,
    clock: Callable[[], datetime] = now,
    patience: float = PATIENCE_SECONDS,
    pace: Pace | None = None,
) -> FastAPI:
    """The application of a store, which it closes at the end. While it runs it leads, or stands ready to.

    `public_url` is where people reach it, with a slash at its end. Whoever has the `operations_token` may look after it
    from elsewhere. `patience` is how many seconds a mail server or SMS gateway may take to answer; without a `pace`
    whoever is logged in asks as often as they like.
    """
    store.events.look_for_lost_keys()
    read_models, logins, documents = ReadModels(store), credentials(store), StoredTemplates()
    files, uploads = StoredFiles(logins.engine, store.keys), StoredUploads(logins.engine, store.keyring)
    jobs = StoredJobs(logins.engine, store.keyring)
    secrets = StoredSecrets(logins.engine, store.keyring)
    delivery = Delivery(
        store.events,
        Press(store.events, files, documents),
        secrets,
        clock=clock,
        wake=lambda: leader.wake(),  # noqa: PLW0108 - which is made of this
        patience=patience,
    )
    tried = attempts(store, logins.engine)
    leader = Leader(store, leads(store), clock=clock, delivery=delivery, tell_failed_log_ins=tried.tell)
    forget_erased(store, files)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        leader.start()
        jobs.begin(works(service))
        stopping = asyncio.Event()
        tidying = asyncio.create_task(_tidy(uploads, clock, stopping))
        try:
            yield
        finally:
            stopping.set()
            await tidying  # cancelled it would leave a thread behind, and that a connection
            await run_in_threadpool(jobs.stop)
            await run_in_threadpool(leader.stop)
            await run_in_threadpool(delivery.stop)
            read_models.close()
            logins.close()
            store.close()

    def forget() -> None:
        forget_erased(store, files)
        uploads.remove_loaded()

    service = Service(
        store=store.events,
        read_models=read_models,
        credentials=logins,
        second_factors=second_factors(store, logins.engine),
        clock=clock,
        fingerprint=store.fingerprint,
        wake=leader.wake,
        tables=BoundedTables(),
        maps=StoredMaps(logins.engine),
        files=files,
        images=BoundedImages(),
        documents=documents,
        estimate_links=EstimateLinks(lambda: store.keyring.subkeys("estimate links")),
        secrets=secrets,
        try_out=delivery.try_out,
        forget_erased=forget,
        attempts=tried,
        jobs=jobs,
        uploads=uploads,
        verify_chain=lambda progress: verify_chain(store, progress),
        pace=pace,
        public_url=public_url,
        operations_token=operations_token,
    )
    return create_app(
        service,
        toasts_key=lambda: store.keyring.subkeys("toasts")[0],
        devices_key=lambda: store.keyring.subkeys("devices")[0],
        unavailable=UNAVAILABLE,
        lifespan=lifespan,
    )
