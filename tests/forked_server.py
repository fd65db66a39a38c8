"""Servers forked from a process that has loaded the program once: each is up in no time.

Each is the program as the command line runs it, in processes of its own.
"""

import multiprocessing
import os
import socket
import sys
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from argon2.profiles import CHEAPEST

LOADED = (
    "infrastructure.cli",
    "infrastructure.main",
    "infrastructure.serving.server",
    "uvicorn.supervisors.multiprocess",
)

forking = multiprocessing.get_context("forkserver")
forking.set_forkserver_preload(list(LOADED))


def asked_for(store, master_key_file, settings):
    """What the environment says of a server, and a port for it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {"store": store, "master_key_file": master_key_file, **settings}
    return {f"RECOBRO_{name.upper()}": str(value) for name, value in told.items()}, port


@dataclass(frozen=True)
class Forked:
    """As much of a `subprocess.Popen` as is needed to end it with all its processes."""

    process: BaseProcess

    @property
    def pid(self):
        return self.process.pid

    def poll(self):
        return self.process.exitcode

    def wait(self):
        self.process.join()


def forked(store, master_key_file, *arguments, **settings):
    """The process, and its port, as `started` of `server_process` gives them."""
    environment, port = asked_for(store, master_key_file, settings)
    process = forking.Process(target=_serve, args=(environment, ["recobro", "serve", f"--port={port}", *arguments]))
    process.start()
    return Forked(process), port


def _serve(environment, arguments):
    os.setsid()
    os.environ.update(environment)
    sys.argv = arguments
    from uvicorn import _subprocess  # noqa: PLC0415 - loaded in the process that this one is forked from

    from infrastructure import jobs  # noqa: PLC0415 - likewise
    from infrastructure.access import credentials  # noqa: PLC0415 - likewise
    from infrastructure.cli import main  # noqa: PLC0415 - likewise

    credentials.COST = CHEAPEST  # as in the process of the tests
    jobs.LEASE = 3.0  # so that what a dead server was at is soon taken up

    _subprocess.spawn = multiprocessing.get_context("fork")  # `--workers` begin with what is loaded here
    main()
