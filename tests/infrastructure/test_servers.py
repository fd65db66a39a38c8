"""What a store is there for, on every version of PostgreSQL whose programs this machine has."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from servers import OTHERS, started

ROOT = Path(__file__).parents[2]
SAMPLE, MAP = ROOT / "tests" / "samples" / "receivables.csv", ROOT / "maps" / "ibm-receivables.toml"


@pytest.mark.long
@pytest.mark.parametrize("programs", OTHERS, ids=lambda programs: programs.parent.name)
def test_a_store_is_filled_rebuilt_backed_up_and_restored(programs, master_key_file, tmp_path):
    server = started(uuid4().hex[:12], programs)
    address = server.get_uri("postgres")

    def recobro(*arguments):
        told = {
            "RECOBRO_STORE": address,
            "RECOBRO_MASTER_KEY_FILE": str(master_key_file),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        }
        command = [sys.executable, "-c", "import infrastructure.cli as cli; cli.main()", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    try:
        recobro("import", "receivables", SAMPLE, "--map", MAP)
        recobro("rebuild")
        head = recobro("verify")
        recobro("backup", tmp_path)
        with psycopg.connect(address, autocommit=True) as db:
            db.execute("DROP SCHEMA public, keys CASCADE; CREATE SCHEMA public")
        [log] = tmp_path.glob("recobro-*Z.dump")
        recobro("restore", log)
        assert recobro("verify") == head
        recobro("rebuild")
    finally:
        server.cleanup()
