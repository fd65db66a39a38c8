"""The units for systemd call commands that there are, and keep what they write for its owner alone."""

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest
from typer.main import get_command

from api.app import FILE_AT_MOST
from infrastructure.cli import app

UNITS = sorted((Path(__file__).parents[2] / "deploy").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_calls_a_command_with_options_that_it_has(unit):
    service = ConfigParser(strict=False, interpolation=None)
    service.optionxform = str
    service.read_string(unit.read_text())
    program, name, *arguments = shlex.split(service["Service"]["ExecStart"])
    assert program == "/opt/recobro/.venv/bin/recobro"
    command = get_command(app).commands[name]
    command.make_context(name, arguments)
    assert service["Service"]["UMask"] == "0077"


def test_there_is_a_unit_to_serve_and_one_that_the_timer_starts():
    assert [unit.stem for unit in UNITS] == ["recobro-backup", "recobro"]
    assert (UNITS[0].with_suffix(".timer")).is_file()


def test_the_proxy_passes_on_the_largest_file_that_may_be_imported():
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", (UNITS[0].parent / "nginx.conf").read_text())
    assert int(megabytes) * 2**20 >= FILE_AT_MOST


def test_over_http_the_proxy_leads_people_on_and_refuses_programs():
    """A token that was sent in the clear must not go unnoticed."""
    [plain, encrypted] = (UNITS[0].parent / "nginx.conf").read_text().split("server {")[1:]
    [pattern] = re.findall(r"location ~ (\S+) {\s*return 403;", plain)
    assert all(
        re.search(pattern, path) for path in ("/api/token", "/calendar/x.ics", "/metrics", "/health/live", "/api")
    )
    assert not any(re.search(pattern, path) for path in ("/", "/log-in", "/apiary", "/clients/api", "/calendar"))
    assert re.search(r"location / {\s*return 301 https:", plain)
    assert re.search(r"ssl_protocols TLSv1.2 TLSv1.3;", encrypted)
