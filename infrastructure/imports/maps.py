"""Import maps that pages offer again, by name.

A table beside the log, not an event in it: a map is a form filled in beforehand. Nothing is decided by it, it may be
replaced and thrown away, and what was loaded through it is in the log itself.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Engine, MetaData, String, Table, delete, insert, select

from application.imports.maps import Contents

_maps = Table(
    "import_maps",
    MetaData(),
    Column("contents", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("told", String, nullable=False),  # JSON, as a map's tables say it
)


class StoredMaps:
    def __init__(self, engine: Engine) -> None:
        """`engine` is the database of the log."""
        self._engine = engine

    def all(self, contents: Contents) -> Mapping[str, Mapping[str, Any]]:
        kept = select(_maps.c.name, _maps.c.told).where(_maps.c.contents == contents).order_by(_maps.c.name)
        with self._engine.connect() as db:
            return {name: json.loads(mapping) for name, mapping in db.execute(kept)}

    def keep(self, contents: Contents, name: str, mapping: Mapping[str, Any]) -> None:
        with self._engine.begin() as db:
            db.execute(delete(_maps).where(_maps.c.contents == contents, _maps.c.name == name))
            db.execute(insert(_maps).values(contents=contents, name=name, told=json.dumps(mapping)))

    def remove(self, contents: Contents, name: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(_maps).where(_maps.c.contents == contents, _maps.c.name == name))
