"""A process that loads a server over HTTP as so many clients at once would, each with a connection of its own.

It reads on standard input what to ask, and writes on standard output how long it took: see `http.py`.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from itertools import islice
from threading import Barrier, Thread
from typing import Any


class Unexpected(Exception):
    """The server did not answer as it should."""


def main() -> None:
    asked = json.load(sys.stdin)
    clients: int = asked["clients"]
    start = Barrier(clients + 1)
    failed: list[BaseException] = []
    took: list[list[float]] = [[] for _ in range(clients)]
    threads = [
        Thread(
            target=_client,
            args=(asked, list(islice(asked["requests"], number, None, clients)), start, took[number], failed),
        )
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failed:
        raise failed[0]
    json.dump({"seconds": seconds, "took": [one for ours in took for one in ours]}, sys.stdout)


def _client(
    asked: Mapping[str, Any], requests: Sequence[Any], start: Barrier, took: list[float], failed: list[BaseException]
) -> None:
    connection = HTTPConnection("127.0.0.1", asked["port"], timeout=30)
    headers = {"Authorization": f"Bearer {asked['token']}", "Content-Type": "application/json"}
    connection.connect()
    start.wait()
    try:
        for method, path, body in requests:
            began = time.perf_counter()
            position = _ask(connection, method, path, body, headers)
            if asked["until_visible"]:
                began = time.perf_counter()
                _ask(connection, "GET", asked["until_visible"], None, headers | {"Read-After": position})
            took.append(time.perf_counter() - began)
    except BaseException as error:  # noqa: BLE001 - told by the main thread
        failed.append(error)


def _ask(connection: HTTPConnection, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> str:
    """The log's position, where the answer tells it."""
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in {200, 201}:
        raise Unexpected(f"{method} {path}: {answer.status} {text[:500]!r}")
    return answer.headers.get("Log-Position", "")


if __name__ == "__main__":
    main()
