"""A real server on each database, and people who look at its pages in a real browser."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from itertools import count
from pathlib import Path
from threading import Thread
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from eventually import eventually
from office import PEOPLE, Clock, Office, Seen
from originals import copied_database, copied_folder
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.pages.context import SESSION
from infrastructure.main import build
from infrastructure.stores import Store
from infrastructure.wiring import credentials

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
# Without these it looks for the maker's hosts at each start; as root it has no sandbox.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = os.environ.get("RECOBRO_SCREENSHOTS")
"""The folder for pictures of the pages, where somebody wants to look at them."""
PATIENCE = 30_000
"""Milliseconds that a page may take on a machine with much else to do. One that is as it should be takes none of it."""
SERVED_IDLE = 60
"""Seconds that a connection which asks nothing stays: longer than its client keeps it, or both end it at one moment and
what was just sent over it is lost."""
expect.set_options(timeout=PATIENCE)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's chromium, or the one that Playwright has fetched where there is none."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as launched,
    ):
        yield launched


class InTheLog(Seen):
    """What is done in a browser no answer over the API tells of: whoever asks there afterwards sees all of it too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def position(self) -> int:
        return self._store.events.head()[0]

    @position.setter
    def position(self, _: int) -> None: ...


@contextmanager
def serving(store: Store) -> Iterator[Office]:
    """In real time, so that its people log in today."""
    now, logins = datetime.now(UTC), credentials(store)
    tokens = {name: logins.issue(name, now=now) for name in PEOPLE}
    logins.close()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        app = build(store, public_url=here)
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_keep_alive=SERVED_IDLE)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            eventually(lambda: server.started)
            with httpx2.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30) as http:

                def wait_until_it_shows(answer: httpx2.Response) -> None:
                    """Browsers know nothing of what is done over the API, so their next page would not wait for it."""
                    if answer.request.method == "POST" and (position := answer.headers.get("Log-Position")):
                        known = {"Read-After": position, "Authorization": f"Bearer {tokens['ana']}"}
                        eventually(lambda: http.get("/api/escritorio/summary", headers=known).is_success)

                http.event_hooks = {"response": [wait_until_it_shows]}
                yield Office(http, store, tokens, Clock(now), InTheLog(store))
        finally:
            server.should_exit = True
            thread.join()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Pages do not know which database they are on, so each one's main job is tried on both, and the rest on SQLite."""
    if "office" in metafunc.fixturenames:
        on_both = metafunc.definition.get_closest_marker("on_both_databases")
        databases = ["sqlite", "postgres"] if on_both else ["sqlite"]
        metafunc.parametrize("office", databases, indirect=True, scope="module")


@pytest.fixture(scope="module")
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, session_key: Path
) -> Iterator[Office]:
    """Shared by a module's tests: each makes what it needs, under references of its own."""
    with ExitStack() as opened:
        if request.param == "postgres":
            original, server = (request.getfixturevalue(name) for name in ("office_database", "postgres_server"))
            store = opened.enter_context(copied_database(original, session_key, server))
        else:
            original, folder = request.getfixturevalue("office_folder"), tmp_path_factory.mktemp("office") / "data"
            store = opened.enter_context(copied_folder(original, session_key, folder))
        yield opened.enter_context(serving(store))


def logged_in(browser: Browser, office: Office, name: str | None, **asked: object) -> BrowserContext:
    """A browser of that person's; what is asked of it (`viewport`, `color_scheme`…) passes through."""
    base = str(office.http.base_url)
    known = {"base_url": base, "locale": "es-ES", "viewport": {"width": 1400, "height": 900}, **asked}
    context = browser.new_context(**known)
    context.set_default_timeout(PATIENCE)
    if name is not None:
        cookie = {"name": SESSION, "value": office.tokens[name], "domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{**cookie, "secure": True, "httpOnly": True}])
    return context


@pytest.fixture
def browse(browser: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """Somebody's own browser, logged in, that nobody has used before."""
    with ExitStack() as contexts:

        def opened(name: str | None, **asked: object) -> Page:
            context = logged_in(browser, office, name, **asked)
            contexts.callback(context.close)
            return context.new_page()

        yield opened


@pytest.fixture(scope="module")
def look(browser: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """The one browser page in which whoever changes nothing looks at ours: a new one for each takes thrice as long."""
    with ExitStack() as contexts:
        kept: dict[str, Page] = {}

        def opened(name: str | None, **asked: object) -> Page:
            known = f"{name} {sorted(asked.items())}"
            if known not in kept:
                context = logged_in(browser, office, name, **asked)
                contexts.callback(context.close)
                kept[known] = context.new_page()
            return kept[known]

        yield opened


@pytest.fixture(scope="session")
def unique() -> Callable[[str], str]:
    """A text that begins like this and that no other test has.

    The run's part has letters alone, for lists find digits anywhere: 233 would be found in 123337. Numbers have three
    digits, for one alone is in others too.
    """
    numbers, run = count(100), uuid4().hex[:6].translate(str.maketrans("0123456789", "ghijklmnop"))
    return lambda begins: f"{begins}-{run}-{next(numbers)}"


@pytest.fixture
def keep() -> Callable[[Page, str], None]:
    """Keeps a picture of the whole page where pictures are wanted; taking them all takes a minute."""

    def kept(page: Page, name: str) -> None:
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)

    return kept


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """What axe-core finds against WCAG 2.2 AA and good practice, in the page at rest; each with where."""

    def looked_for(page: Page) -> list[str]:
        page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")  # a toast fades in
        page.evaluate(f"if (!window.axe) {{ {AXE} }}")
        # To bring over all that is well takes longer than to look for what is not.
        found = page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)")
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    return looked_for
