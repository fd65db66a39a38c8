"""The bill of materials of a release: whole, as CycloneDX 1.6 wants it, and what the lock says."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHA_256 = re.compile(r"[0-9a-f]{64}")
ISSUED = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    file = tmp_path_factory.mktemp("release") / "recobro.cdx.json"
    subprocess.run([sys.executable, str(ROOT / "sbom.py"), str(file)], check=True, capture_output=True)  # noqa: S603
    return json.loads(file.read_text("utf-8"))


def test_it_has_what_cyclonedx_requires(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert ISSUED.fullmatch(bill["serialNumber"])
    assert (bill["metadata"]["component"]["name"], bill["metadata"]["component"]["type"]) == ("recobro", "application")
    for one in bill["components"]:
        assert {"type", "bom-ref", "name", "version", "purl"} <= set(one)
        of_files = [made["content"] for file in one.get("externalReferences", []) for made in file["hashes"]]
        hashes = of_files + [made["content"] for made in one.get("hashes", [])]
        assert hashes, one["name"]
        assert all(SHA_256.fullmatch(one) for one in hashes)
        for licence in one.get("licenses", []):
            assert set(licence) in ({"expression"}, {"license"})


def test_each_component_is_there_once_and_whatever_is_needed_is_a_component(bill):
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs))
    told = {one["ref"]: set(one["dependsOn"]) for one in bill["dependencies"]}
    assert set().union(*told.values()) == set(refs)
    assert told.keys() <= {"recobro", *refs}


def test_it_has_what_runs_with_the_versions_and_hashes_of_the_lock_and_nothing_that_only_tests(bill):
    locked = re.findall(r"^(\S+)==(\S+) (?:;.*)?\\?$|--hash=sha256:(\w+)", _requirements(), re.MULTILINE)
    versions = {name: version for name, version, _ in locked if name}
    hashes = {one for *_, one in locked if one}
    ours = {one["name"]: one for one in bill["components"] if one["purl"].startswith("pkg:pypi/")}
    assert {name: versions[name] for name in ours} == {name: one["version"] for name, one in ours.items()}
    for one in ours.values():
        assert {made["content"] for file in one["externalReferences"] for made in file["hashes"]} <= hashes
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {re.split(r"[\[>=]", one)[0] for one in project["project"]["dependencies"]} <= set(ours)
    assert not {"pytest", "ruff", "mypy", "playwright", "hatchling", "faker"} & set(ours)  # the last is the demo's


def test_licences_are_told_of_all_that_is_installed_here(bill):
    without = {one["name"] for one in bill["components"] if "licenses" not in one}
    assert without <= {"colorama", "httpx2-jsfetch"}  # of Windows, and of the browser


def _requirements():
    return (ROOT / "requirements.txt").read_text("utf-8")
