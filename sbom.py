"""What a release is made of, as CycloneDX 1.6 (JSON): all that runs, as the lock has it, and what lies in the tree.

Standard library only. `dev.py sbom` runs this in the environment of the lock: from there come the licences, as each
library declares its own. Nothing is asked of the network.
"""

import hashlib
import json
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent
OURSELVES = "recobro"
SHORT = 60
"""A licence longer than that is its whole text, and no name of one."""

Component = dict[str, Any]

IN_THE_TREE: Sequence[tuple[str, str, str, str, str]] = (
    ("htmx", "4.0.1", "pkg:npm/htmx.org@4.0.1", "0BSD", "api/pages/static/htmx-4.0.1.min.js"),
    ("DejaVu Sans Condensed", "2.37", "pkg:github/dejavu-fonts/dejavu-fonts@version_2_37", "Bitstream-Vera",
     "infrastructure/documents/fonts/DejaVuSansCondensed.ttf"),
    ("DejaVu Sans Condensed Bold", "2.37", "pkg:github/dejavu-fonts/dejavu-fonts@version_2_37#bold", "Bitstream-Vera",
     "infrastructure/documents/fonts/DejaVuSansCondensed-Bold.ttf"),
)  # fmt: skip
"""Name, version, purl and licence of what others wrote and we ship, and its file."""


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "recobro.cdx.json"
    out.write_text(json.dumps(bill(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(out)  # noqa: T201 - it speaks on the terminal


def bill() -> Mapping[str, Any]:
    packages = {one["name"]: one for one in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]}
    shipped = {name: packages[name] for name in sorted(_needed(packages, OURSELVES))}
    ours: Component = {
        "type": "application",
        "bom-ref": OURSELVES,
        "name": OURSELVES,
        "version": packages[OURSELVES]["version"],
    }
    vendored = [_vendored(*one) for one in IN_THE_TREE]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).isoformat(timespec="seconds"), "component": ours},
        "components": [*(_component(one) for one in shipped.values()), *vendored],
        "dependencies": [
            {"ref": OURSELVES, "dependsOn": [*map(_purl, shipped.values()), *(one["bom-ref"] for one in vendored)]},
            *({"ref": _purl(one), "dependsOn": [*_refs(shipped, one)]} for one in shipped.values()),
        ],
    }


def _needed(packages: Mapping[str, Any], root: str) -> set[str]:
    """What that needs to run, and what those need: on any system, as the lock has it."""
    found = set[str]()
    to_see = [(root, frozenset[str]())]
    seen = set[tuple[str, frozenset[str]]]()
    while to_see:
        one = to_see.pop()
        if one in seen:
            continue
        seen.add(one)
        for needed in _dependencies(packages[one[0]], one[1]):
            found.add(needed["name"])
            to_see.append((needed["name"], frozenset(needed.get("extra", ()))))
    return found


def _dependencies(package: Mapping[str, Any], extras: Collection[str]) -> Iterator[Any]:
    yield from package.get("dependencies", ())
    for extra in extras:
        yield from package.get("optional-dependencies", {}).get(extra, ())


def _refs(shipped: Mapping[str, Any], package: Mapping[str, Any]) -> Iterator[str]:
    """Of those that it needs with whatever extra, those that are there."""
    needed = {one["name"] for one in _dependencies(package, package.get("optional-dependencies", {}))}
    yield from (_purl(one) for name, one in shipped.items() if name in needed)


def _component(package: Mapping[str, Any]) -> Component:
    """Each of its files with the hash by which it is checked when it is installed."""
    files = [*([package["sdist"]] if "sdist" in package else []), *package.get("wheels", ())]
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": _purl(package),
        **_licences(package["name"]),
        "externalReferences": [
            {
                "type": "distribution",
                "url": file["url"],
                "hashes": [{"alg": "SHA-256", "content": file["hash"].removeprefix("sha256:")}],
            }
            for file in files
        ],
    }


def _vendored(name: str, version: str, purl: str, licence: str, file: str) -> Component:
    content = (ROOT / file).read_bytes()
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}],
        "licenses": [{"license": {"id": licence}}],
        "properties": [{"name": "recobro:file", "value": file}],
    }


def _purl(package: Mapping[str, Any]) -> str:
    return f"pkg:pypi/{package['name']}@{package['version']}"


def _licences(name: str) -> Component:
    """As the library says; none where it is not installed here (another system's), or says nothing."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return {}
    if expressions := told.get_all("License-Expression"):
        return {"licenses": [{"expression": one} for one in expressions]}
    names = _classified(told) or [one for one in told.get_all("License") or [] if one and len(one) <= SHORT]
    return {"licenses": [{"license": {"name": one}} for one in names]} if names else {}


def _classified(told: PackageMetadata) -> Sequence[str]:
    kinds = [one.split(" :: ") for one in told.get_all("Classifier") or []]
    return [kind[-1] for kind in kinds if kind[0] == "License" and kind[-1] != "OSI Approved"]


if __name__ == "__main__":
    main()
