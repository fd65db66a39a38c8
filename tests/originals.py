"""Stores that take long to make are made once, and copied for each test that asks for one.

Folders once in a run: by the first worker that needs one, while others wait. Databases by each worker: the server that
they are on lives only as long as one of them uses it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import psycopg
from psycopg import sql

from infrastructure.migrations import alone
from infrastructure.stores import Store, open_store

Server = Callable[[str], str]
"""A PostgreSQL server: gives the address of one of its databases."""


@dataclass(frozen=True)
class Original:
    """What is copied: a data folder, or a database by its name. `tokens` are those of the people in it, if any."""

    place: Path | str
    tokens: dict[str, str]


def original_folder(shared: Path, name: str, key: Path, fill: Callable[[Store], dict[str, str]]) -> Original:
    folder, told = shared / name / "data", shared / name / "tokens.json"
    folder.parent.mkdir(exist_ok=True)
    with alone(folder.parent):
        if not told.exists():
            with open_store(folder, key) as store:
                told.write_text(json.dumps(fill(store)))
        return Original(folder, json.loads(told.read_text()))


def original_database(server: Server, key: Path, fill: Callable[[Store], dict[str, str]]) -> Original:
    name = f"original_{uuid4().hex}"
    with psycopg.connect(server("postgres"), autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with open_store(server(name), key) as store:
        return Original(name, fill(store))


@contextmanager
def copied_folder(original: Original, key: Path, to: Path) -> Iterator[Store]:
    copytree(original.place, to, symlinks=True)
    with open_store(to, key) as store:
        yield store


@contextmanager
def copied_database(original: Original, key: Path, server: Server) -> Iterator[Store]:
    with database_like(original, server) as address, open_store(address, key) as store:
        yield store


@contextmanager
def database_like(original: Original, server: Server) -> Iterator[str]:
    """Its address."""
    name = f"copy_{uuid4().hex}"
    with psycopg.connect(server("postgres"), autocommit=True) as db:
        database, template = sql.Identifier(name), sql.Identifier(str(original.place))
        quick = sql.SQL("STRATEGY FILE_COPY" if db.info.server_version >= 150_000 else "")  # as older ones do always
        db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(database, template, quick))
        yield server(name)
        db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
