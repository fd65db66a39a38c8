"""A server in a process of its own: forked from one that is loaded, or started by the command line as people do it."""

import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from eventually import DEADLINE_SECONDS, eventually
from forked_server import asked_for, forked

ROOT = Path(__file__).parents[1]


def started(store, master_key_file, *arguments, before=None, **settings):
    """By the command line: the process, and its port. `settings` as the environment says them."""
    environment, port = asked_for(store, master_key_file, settings)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", "from infrastructure.cli import main; main()", "serve", f"--port={port}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        preexec_fn=before,  # noqa: PLW1509 - no other threads are at work here
    )
    return process, port


@contextmanager
def served(store, master_key_file, *arguments, https=False, start=forked, **settings):
    """The process once it is ready, killed at the end if it still lives, and its address.

    `start=started` where the start itself, or the end, is what is tested: it takes four seconds of computing.
    """
    process, port = start(store, master_key_file, *arguments, **settings)
    address = f"{'https' if https else 'http'}://127.0.0.1:{port}"

    def ready():
        assert process.poll() is None, "the server stopped"
        try:
            return asking.get("/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    try:
        with httpx2.Client(base_url=address, timeout=DEADLINE_SECONDS, verify=False) as asking:
            eventually(ready)
        yield process, address
    finally:
        kill(process)


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def connected(address, source="127.0.0.1"):
    place = urlsplit(address)
    return socket.create_connection((place.hostname, place.port), timeout=DEADLINE_SECONDS, source_address=(source, 0))


def ended(held):
    """Those that the server has ended."""
    looked_at = select.poll()
    for one in held:
        looked_at.register(one, select.POLLIN | select.POLLHUP | select.POLLERR)
    return len(looked_at.poll(0))
