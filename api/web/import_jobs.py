"""What takes long about an import, as jobs: reading the file, checking all of it, loading it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import uuid5

from api.dependencies import Service
from api.web.jobs import Progress
from api.web.matching import seen
from api.web.uploads import Upload
from application.imports import BadRows, Report, import_file
from application.imports.maps import map_of
from application.imports.table import Finding, Table, Why
from application.streams import Command
from domain.errors import Refusal
from domain.people import Actor

SHOWN = 200
"""Findings that the page shows. All of them are in the file of the rows left out."""

SHOWN_AFTER = 60.0
"""Seconds for which a load that is done waits until the lists show it."""

Told = Callable[[Why], str]
"""Why, in the words of whoever imports."""


def read(service: Service, upload: Upload, told: Told) -> Mapping[str, Any]:
    return asdict(seen(_table(service, upload, told)))


def check(service: Service, upload: Upload, actor: Actor, told: Told, progress: Progress) -> Mapping[str, Any]:
    """All of it, as a load would, but nothing is written."""
    table = _table(service, upload, told)
    command = _command(service, upload, actor)
    report = import_file(
        service.store,
        command,
        table,
        upload.contents,
        told=map_of(upload.told),
        dry_run=True,
        progress=progress,
    )
    return _told(service, upload, table, report, told)


def load(service: Service, upload: Upload, actor: Actor, told: Told, progress: Progress) -> Mapping[str, Any]:
    """All in one append, or nothing. Begun again after it broke off it is the same command: nothing is loaded twice."""
    table = _table(service, upload, told)
    command = _command(service, upload, actor)
    try:
        report = import_file(
            service.store,
            command,
            table,
            upload.contents,
            told=map_of(upload.told),
            leave_out_bad=upload.leave_out_bad,
            progress=progress,
        )
    except BadRows as bad:
        report = bad.report
    result = _told(service, upload, table, report, told)
    if report.position is not None:
        service.wake()
        _wait_until_it_shows(service, report.position, len(table.rows), progress)
        upload.forget_content()
    return result


def _table(service: Service, upload: Upload, told: Told) -> Table:
    try:
        return service.tables.read_table(upload.table)
    except Refusal as refusal:
        if isinstance(why := refusal.details.get("why"), Why):
            refusal.details["why"] = told(why)
        raise


def _command(service: Service, upload: Upload, actor: Actor) -> Command:
    """The same for the same file, map and wish, whenever it is given."""
    route = f"POST {upload.address}/load"
    wish = repr((upload.told, upload.leave_out_bad)).encode()
    fingerprint = service.fingerprint(route.encode(), wish)
    now = service.clock()
    return Command(
        uuid5(upload.id, fingerprint.hex()),
        actor,
        now,
        now.astimezone(service.business().zone).date(),
        correlation_id=upload.id,
        route=route,
        fingerprint=fingerprint,
    )


def _wait_until_it_shows(service: Service, position: int, rows: int, progress: Progress) -> None:
    deadline = time.monotonic() + SHOWN_AFTER
    while service.read_models.position() < position and time.monotonic() < deadline:
        progress(rows, rows)
        time.sleep(0.05)


def _told(service: Service, upload: Upload, table: Table, report: Report, told: Told) -> Mapping[str, Any]:
    bad = [finding._replace(why=Why(told(finding.why))) for finding in report.bad]
    upload.left_out.unlink(missing_ok=True)
    if bad:
        upload.left_out.touch(0o600)
        with upload.left_out.open("w", newline="", encoding="utf-8-sig") as out:
            service.tables.write_left_out(out, table, bad)
    return {
        "rows": report.rows,
        "clients": report.clients,
        "case_files": report.case_files,
        "payments": report.payments,
        "skipped": report.skipped,
        "bad_rows": report.bad_rows,
        "position": report.position,
        "findings": len(bad),
        "bad": _shown(bad),
        "warnings": _shown([finding._replace(why=Why(told(finding.why))) for finding in report.warnings]),
    }


def _shown(findings: Sequence[Finding]) -> Sequence[Mapping[str, Any]]:
    return [finding._asdict() for finding in findings[:SHOWN]]
