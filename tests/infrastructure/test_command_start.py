"""Commands start fast: by what they bring in, for a stopwatch tells another time on each machine."""

import os
import subprocess
import sys
from pathlib import Path

from infrastructure.stores import open_store

ROOT = Path(__file__).parents[2]

WITHOUT_FAKER = """
import sys
sys.modules["faker"] = None
sys.argv = ["recobro", "demo"]
from infrastructure.cli import main
main()
"""

LIST_USERS = """
import atexit, sys
atexit.register(lambda: print(*sys.modules))
sys.argv = ["recobro", "user", "list"]
from infrastructure.cli import main
main()
"""


def test_a_command_brings_in_nothing_that_only_servers_imports_read_models_or_migrations_need(
    tmp_path, master_key_file
):
    with open_store(tmp_path / "data", master_key_file):
        pass
    told = {"RECOBRO_STORE": str(tmp_path / "data"), "RECOBRO_MASTER_KEY_FILE": str(master_key_file)}
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", LIST_USERS], cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=True
    ).stdout
    servers, imports = {"fastapi", "starlette", "uvicorn", "jinja2", "aiosmtplib"}, {"openpyxl", "rapidfuzz"}
    assert "infrastructure.stores" in said.split()
    assert set(said.split()) & (servers | imports | {"holidays", "alembic"}) == set()


def test_the_demo_without_its_library_says_in_a_line_what_to_install_and_makes_nothing(tmp_path):
    told = {"RECOBRO_STORE": str(tmp_path / "data"), "RECOBRO_MASTER_KEY_FILE": str(tmp_path / "demo.key")}
    tried = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WITHOUT_FAKER],
        cwd=ROOT,
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    said = "The demo needs faker, which invents its names: install 'recobro[demo]', or start python3 dev.py demo."
    assert (tried.returncode, " ".join(tried.stderr.split()), list(tmp_path.iterdir())) == (1, said, [])
