"""What takes long about an import, as jobs: reading the file, checking all of it, loading it."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from functools import partial
from io import BytesIO, TextIOWrapper
from tempfile import TemporaryFile
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Connection

from api.http.dependencies import Service
from api.http.formats import formats
from api.http.jobs import Asker, Progress, Work
from api.http.read_models import ReadModelsBehind, ReadModelsNotReady
from api.http.uploads import CHECKING, LOADING, READING, Content, Upload
from api.http.words import words
from api.imports import debts as import_debts
from api.imports.column_mapping import seen
from api.imports.likenesses import NOBODY_ALIKE, likenesses, within
from api.imports.words import in_words, labelled
from application import case_files, clients
from application.imports import BadRows, Report, Wish, import_file
from application.imports.debts import figures
from application.imports.lookups import Lookups
from application.imports.maps import map_of
from application.imports.people import SameNames
from application.imports.table import Finding, Table, Why
from application.streams import Command
from domain.errors import Conflict, NotFound, Refusal
from domain.people import Actor, User, user_id
from projections.clients.many_duplicates import namesakes
from projections.desk.clients import numbered, open_case_files_of
from projections.portfolios.people import user_names

SHOWN = 200
"""Findings that the page shows. All of them are in the file of the rows left out."""

SHOWN_AFTER = 60.0
"""Seconds for which a load that is done waits until the lists show it."""

SHOWN_LOADED = 20
"""Case files and clients that the page of a load leads to, of each."""

About = TypeVar("About")
Answer = TypeVar("Answer")

Say = Callable[[Why], str]
"""Why, in the words of whoever imports."""


class ListsBehind(Conflict):
    title = "The lists do not show yet all that was done: try again in a minute"


def works(service: Service) -> Mapping[str, Work]:
    """What is done with a file, by the kind of job."""

    def forget_what_was_loaded(upload_id: str, result: Mapping[str, Any]) -> None:
        if result["position"] is not None:
            service.uploads.forget_content(UUID(upload_id))

    return {
        READING: Work(partial(_read, service)),
        CHECKING: Work(partial(_check, service)),
        LOADING: Work(partial(_load, service), forget_what_was_loaded),
    }


def _upload(service: Service, upload_id: str, asker: Asker) -> tuple[Upload, Say]:
    """With the words of whoever asked for what is done with it."""
    if (upload := service.uploads.find(UUID(upload_id), asker.name)) is None:
        raise NotFound
    business = service.business()
    gettext, written = words(asker.language, business).gettext, formats(asker.language, business)
    return upload, lambda why: in_words(why, gettext, written)


def _read(service: Service, upload_id: str, asker: Asker, _: Progress) -> Mapping[str, Any]:
    upload, say = _upload(service, upload_id, asker)
    return asdict(seen(_table(service, upload, say)))


def _check(service: Service, upload_id: str, asker: Asker, progress: Progress) -> Mapping[str, Any]:
    """All of it, as a load would, but nothing is written; and against what is here already."""
    upload, say = _upload(service, upload_id, asker)
    table = _table(service, upload, say)
    command = _command(service, upload)
    lists = partial(_lists, service, len(table.rows), progress)
    report = import_file(
        service.store,
        command,
        table,
        upload.contents,
        mapping=map_of(upload.mapping),
        dry_run=True,
        wish=Wish(recognise=upload.wish.recognise, same_names=SameNames(all=True)),
        open_case_files=asked(lists, open_case_files_of),
        lookups=lookups(lists),
        progress=progress,
    )
    service.uploads.write(upload.id, Content.DEBTS, BytesIO(import_debts.to_json(report.debts, say)))
    alike = NOBODY_ALIKE
    if report.newcomers or report.recognised:
        with lists() as db:
            alike = likenesses(db, report)
    return {
        **_findings(service, upload, table, report, say),
        "debts": import_debts.to_plain(import_debts.preview(report.debts), say),
        "alike": msgspec.to_builtins(alike),
        "within": msgspec.to_builtins(within(report)),
        "namesakes": msgspec.to_builtins(sorted(report.namesakes, key=lambda one: not one.undecided)[:SHOWN]),
    }


def _load(service: Service, upload_id: str, asker: Asker, progress: Progress) -> Mapping[str, Any]:
    """All in one append, or nothing. Begun again after it broke off it is the same command: nothing is loaded twice."""
    upload, say = _upload(service, upload_id, asker)
    table = _table(service, upload, say)
    command = _command(service, upload)
    lists = partial(_lists, service, len(table.rows), progress)
    preview = service.jobs.look(upload.checking)
    try:
        report = import_file(
            service.store,
            command,
            table,
            upload.contents,
            mapping=map_of(upload.mapping),
            wish=upload.wish,
            open_case_files=(lambda _: upload.withdrawn) if upload.withdrawn else None,
            lookups=lookups(lists),
            progress=progress,
        )
    except BadRows as bad:
        report = bad.report
    result = {**_findings(service, upload, table, report, say), "refused": _refused(upload, report, say)}
    if report.position is None and preview is not None:
        result |= {what: preview.result[what] for what in ("debts", "alike", "within", "namesakes")}
    if report.position is not None:
        service.wake()
        result |= _loaded(service, report)
        _wait_until_it_shows(service, report.position, len(table.rows), progress)
    return result


def _table(service: Service, upload: Upload, say: Say) -> Table:
    try:
        pieces = service.uploads.read(upload.id, Content.TABLE)
        return service.tables.read_table(pieces, header_line=upload.header_line, sheet=upload.sheet)
    except Refusal as refusal:
        if isinstance(why := refusal.details.get("why"), Why):
            refusal.details["why"] = say(why)
        raise


def _command(service: Service, upload: Upload) -> Command:
    """The same for the same table, map and wish, whenever it is given."""
    route = f"POST {upload.address}/load"
    read_from = (upload.header_line, upload.sheet)
    wish = repr((upload.mapping, upload.wish, sorted(upload.withdrawn), read_from)).encode()
    fingerprint = service.fingerprint(route.encode(), wish)
    now = service.clock()
    today = now.astimezone(service.business().zone).date()
    user, _ = service.store.load(User(), user_id(upload.by))
    return Command(
        uuid5(upload.id, fingerprint.hex()),
        user.actor(today) if user.enabled else Actor(upload.by, frozenset()),
        now,
        today,
        correlation_id=upload.id,
        route=route,
        fingerprint=fingerprint,
    )


@contextmanager
def _lists(service: Service, rows: int, progress: Progress) -> Generator[Connection]:
    """Once they show all that was done before."""
    head, _ = service.store.head()
    _wait_until_it_shows(service, head, rows, progress)
    try:
        with service.caught_up() as db:
            yield db
    except (ReadModelsBehind, ReadModelsNotReady):
        raise ListsBehind from None


def asked(
    lists: Callable[[], AbstractContextManager[Connection]], question: Callable[[Connection, About], Answer]
) -> Callable[[About], Answer]:
    """A question to the read models, which is put to these `lists` each time."""

    def ask(about: About) -> Answer:
        with lists() as db:
            return question(db, about)

    return ask


def lookups(lists: Callable[[], AbstractContextManager[Connection]]) -> Lookups:
    def users() -> Sequence[str]:
        with lists() as db:
            return user_names(db)

    return Lookups(asked(lists, namesakes), asked(lists, numbered), users)


def _loaded(service: Service, report: Report) -> Mapping[str, Any]:
    """The first that are new here. Clients by nothing but their ids, so that no name of theirs stays in a file."""
    case_files_ = [debt.reference for debt in report.debts.new[:SHOWN_LOADED]]
    clients_ = [*(one.reference for one in report.newcomers[:SHOWN_LOADED]), *report.new_creditors][:SHOWN_LOADED]
    ids = service.store.claimed(case_files.REFERENCE, case_files_)
    people = service.store.claimed(clients.REFERENCE, clients_)
    return {
        "loaded_case_files": [{"id": str(ids[one]), "reference": one} for one in case_files_ if one in ids],
        "loaded_clients": [str(people[one]) for one in clients_ if one in people],
    }


def _refused(upload: Upload, report: Report, say: Say) -> Sequence[Mapping[str, Any]]:
    """Debts that were to be followed, or case files to be closed, and were not."""
    wished = [debt for debt in report.debts.changed if upload.wish.follow]
    refused = [(debt.case_file_id, debt.reference, debt.refused) for debt in wished if debt.refused]
    refused += [(debt.case_file_id, debt.reference, debt.refused) for debt in report.debts.withdrawn if debt.refused]
    return [{"case_file_id": str(id_), "reference": known_as, "why": say(why)} for id_, known_as, why in refused]


def _wait_until_it_shows(service: Service, position: int, rows: int, progress: Progress) -> None:
    deadline = time.monotonic() + SHOWN_AFTER
    while service.read_models.position() < position and time.monotonic() < deadline:
        progress(rows, rows)
        time.sleep(0.05)


def _findings(service: Service, upload: Upload, table: Table, report: Report, say: Say) -> Mapping[str, Any]:
    def said(finding: Finding) -> Finding:
        finding = labelled(finding, table.header, upload.contents, say)
        return finding._replace(why=Why(say(finding.why)))

    bad = [said(finding) for finding in report.of_bad_rows]
    service.uploads.drop(upload.id, Content.LEFT_OUT)
    if bad:
        with TemporaryFile() as file:  # which has no name, so nothing of it stays
            out = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
            service.tables.write_left_out(out, table, bad, say)
            file.seek(0)
            service.uploads.write(upload.id, Content.LEFT_OUT, file)
            out.detach()
    return {
        "rows": report.rows,
        "clients": report.clients,
        "case_files": report.case_files,
        "invoices": report.invoices,
        "payments": report.payments,
        "skipped": report.skipped,
        "nothing_owed": report.nothing_owed,
        "identified": report.identified,
        "new_debts": msgspec.to_builtins(figures(report.debts).new),
        "followed": report.followed,
        "unused": report.unused,
        "unapproved": report.unapproved,
        "supposed": report.supposed,
        "closed": report.closed,
        "bad_rows": report.bad_rows,
        "position": report.position,
        "findings": len(bad),
        "bad": _shown(bad),
        "warned": len(report.warnings),
        "warnings": _shown([said(finding) for finding in report.warnings]),
    }


def _shown(findings: Sequence[Finding]) -> Sequence[Mapping[str, Any]]:
    return [finding._asdict() for finding in findings[:SHOWN]]
