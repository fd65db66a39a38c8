"""Importing a file, step by step: choose it, match its columns, see what would come of it, load it.

The file waits in the store for a day at most, so that who imports may leave between two steps, and come back. Which
step it is at follows from what has been done with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from api.http.documents import CSV, Sheet, named_file
from api.http.jobs import Job, State
from api.http.uploads import Content, Upload
from api.imports import column_mapping
from api.imports import creditor as import_creditor
from api.imports import debts as import_debts
from api.imports.column_names import CONTENTS, LABELS
from api.imports.likenesses import Likenesses
from api.pages.context import Page, PageContext, SentFile
from api.pages.forms import FieldMissing, Form
from api.pages.refusals import sent_back_to, shown_again_by
from application.imports import Wish
from application.imports.balance_columns import without_taking_off_twice
from application.imports.debts import Debts, Some
from application.imports.maps import Contents, map_of
from application.imports.people import Namesake, SameNames
from domain.business import Kind
from domain.errors import Conflict, Invalid, NotFound, Refusal
from domain.people import Role
from domain.personal import text
from projections.desk.clients import debtors_of, named

router = APIRouter(prefix="/import")

MAP_NAME = 60
SAME, NEW = "same.", "new"


class WordsUnknown(Invalid):
    """Asked once: what is left open then is an error of its rows."""

    title = "Say what these words of the file mean"


class StillWorking(Conflict):
    title = "This file is being worked on just now"


OFFERED = (
    Contents.RECEIVABLES,
    Contents.CLIENTS,
    Contents.PAYMENTS,
    Contents.INVOICED_RECEIVABLES,
    Contents.INVOICE_PAYMENTS,
)
"""What may be chosen: the others are of use to the command line, and what they tell is told by one of these."""

# Choosing a file


@router.get("")
def show_imports(context: Page) -> Response:
    return _imports(context)


def _imports(context: PageContext, **shown: Any) -> Response:
    _may_import(context)
    context.service.uploads.remove_old(context.service.clock())
    mine = [(one, _step(context, one)) for one in context.service.uploads.waiting(context.viewer.name)]
    maps = [(contents, name) for contents in Contents for name in context.service.maps.all(contents)]
    invoices = context.business.kind is Kind.SERVICE_BUSINESS
    usual = Contents.INVOICED_RECEIVABLES if invoices else Contents.RECEIVABLES
    return context.page("imports.html", mine=mine, maps=maps, kinds=CONTENTS, offered=OFFERED, usual=usual, **shown)


@router.post("")
@shown_again_by(_imports)
def bring_file(context: Page, sent: SentFile) -> Response:
    _may_import(context)
    contents = context.form.choice("contents", Contents)
    if sent is None or sent.filename is None:
        raise FieldMissing(field="file")
    name = sent.filename[-100:]
    new = Upload(context.command().id, context.viewer.name, name, contents, context.service.clock())
    kept = context.service.uploads.bring(new, sent.file)
    context.service.jobs.start(kept.reading, context.asker)
    return RedirectResponse(kept.address, 303)


@router.post("/maps/removal")
def remove_map(context: Page) -> Response:
    _may_import(context)
    contents, name = context.form.choice("contents", Contents), context.form.text("name")
    context.service.maps.remove(contents, name)
    return context.done(None, "/import", context._("%(name)s is offered no more", name=name))


# One file


@router.get("/{upload_id}")
def show_import(context: Page, upload_id: UUID, step: str = "", map_: str = "") -> Response:
    kept = _kept(context, upload_id)
    at, job = _step(context, kept)
    if job is not None and job.state is not State.FINISHED:
        return context.page("import_job.html", upload=kept, at=at, job=job, kinds=CONTENTS)
    if at == "loaded" and job is not None:
        return _result(context, kept, job.result)
    if at == "checked" and job is not None and step != "columns":
        return _preview(context, kept, job.result)
    return _columns(context, kept, context.request.query_params.get("map", map_))


@router.post("/{upload_id}/table")
def choose_table(context: Page, upload_id: UUID) -> Response:
    """Read the file again, from another line or sheet."""
    kept, form = _kept(context, upload_id), context.form
    try:
        _check_idle(context, kept)
        if _step(context, kept)[0] == "loaded":
            raise NotFound
        header_line, sheet = form.optional_number("header_line"), form.optional_text("sheet")
    except Refusal as refusal:
        return _columns(context, kept, sent=form.refused(refusal))
    elsewhere = sheet != form.optional_text("sheet_before")  # then the line is that of the other sheet
    context.service.jobs.forget(kept.checking)  # what was matched in another table of the file counts no more
    context.service.uploads.keep(replace(kept, mapping={}, header_line=None if elsewhere else header_line, sheet=sheet))
    context.service.jobs.start(kept.reading, context.asker)
    return RedirectResponse(kept.address, 303)


@router.post("/{upload_id}/columns")
def match_columns(context: Page, upload_id: UUID) -> Response:
    """And check the whole file with that."""
    kept, form, service = _kept(context, upload_id), context.form, context.service
    try:
        _check_idle(context, kept)
        if form.ticked("search"):
            return _columns(context, kept, sent=form)
        mapping = _matched(context, kept, form)
        unknown = [one for one in column_mapping.words(mapping, _seen(context, kept)) if "" in one.words.values()]
        if any(one.asked not in form.many("asked") for one in unknown):
            raise WordsUnknown
        if form.optional_text("map_name"):
            service.maps.keep(kept.contents, text(form.text("map_name"), "map_name", at_most=MAP_NAME), mapping)
    except Refusal as refusal:
        return _columns(context, kept, sent=form.refused(refusal))
    service.jobs.forget(kept.checking)  # what an earlier map led to counts no more
    service.uploads.keep(replace(kept, mapping=mapping))
    service.jobs.start(kept.checking, context.asker)
    return RedirectResponse(kept.address, 303)


@router.post("/{upload_id}/recognised")
def choose_recognised(context: Page, upload_id: UUID) -> Response:
    """Check it again: who has the identification of a client here is that client, or is left out."""
    kept, service = _kept(context, upload_id), context.service
    try:
        _check_idle(context, kept)
        if not kept.mapping or _step(context, kept)[0] == "loaded":
            raise NotFound
    except Refusal as refusal:
        return context.refused(refusal, kept.address)
    recognise = context.form.value("recognised") == "use"
    service.jobs.forget(kept.checking, kept.loading)  # neither says anything of this wish
    service.uploads.keep(replace(kept, wish=replace(kept.wish, recognise=recognise)))
    service.jobs.start(kept.checking, context.asker)
    return RedirectResponse(kept.address, 303)


@router.post("/{upload_id}/load")
def load_file(context: Page, upload_id: UUID) -> Response:
    kept, service = _kept(context, upload_id), context.service
    at, job = _step(context, kept)
    if not kept.mapping or at == "loaded" or _is_running(job):  # sent again
        return RedirectResponse(kept.address, 303)
    if not context.form.ticked("as_wished"):
        service.uploads.keep(_wished(context, kept))
    service.jobs.start(kept.loading, context.asker)
    return RedirectResponse(kept.address, 303)


@router.get("/{upload_id}/debts.csv")
def download_debts(context: Page, upload_id: UUID) -> Response:
    """Each that is new, changed or not in the file."""
    kept = _kept(context, upload_id)
    if (debts := _debts(context, kept)) is None:
        raise NotFound
    rows = import_debts.rows(debts, context._)
    sheet = Sheet(context._("Against what is here"), [context._(name) for name in import_debts.COLUMNS], rows)
    written = context.service.documents.csv(sheet, decimal_mark=context.formats.decimal_mark)
    return StreamingResponse(written, media_type=CSV, headers=named_file(context._("against what is here.csv")))


@router.post("/{upload_id}/removal")
@sent_back_to("/import")
def remove_file(context: Page, upload_id: UUID) -> Response:
    kept = _kept(context, upload_id)
    _check_idle(context, kept)
    context.service.uploads.remove(kept.id)
    return context.done(None, "/import", context._("%(file)s was removed from here", file=kept.name))


@router.get("/{upload_id}/left-out.csv")
def download_left_out(context: Page, upload_id: UUID) -> Response:
    kept = _kept(context, upload_id)
    pieces = context.service.uploads.read(kept.id, Content.LEFT_OUT)
    if (first := next(pieces, None)) is None:
        raise NotFound
    headers = named_file(context._("rows left out.csv"))
    return StreamingResponse(chain([first], pieces), media_type=CSV, headers=headers)


def _preview(context: PageContext, kept: Upload, result: Mapping[str, Any]) -> Response:
    """What came of checking; names are looked up as they are now."""
    debts, alike = import_debts.from_plain(result["debts"]), msgspec.convert(result["alike"], Likenesses)
    case_files = [debt.case_file_id for debt in debts.first.changed]
    case_files += [debt.case_file_id for debt in debts.first.withdrawn]
    same = msgspec.convert(result["namesakes"], list[Namesake])
    like = [likeness.client_id for one in alike.first for likeness in one.like]
    like += [client_id for one in same for client_id in one.like]
    with context.snapshot() as db:
        debtors, clients = debtors_of(db, case_files), named(db, context.viewer, like)
    return context.page(
        "import_preview.html",
        upload=kept,
        report=result,
        debts=debts,
        alike=alike,
        same=same,
        debtors=debtors,
        clients=clients,
        kinds=CONTENTS,
    )


def _result(context: PageContext, kept: Upload, result: Mapping[str, Any]) -> Response:
    """What was loaded, and the way to it."""
    ids = [UUID(one) for one in result.get("loaded_clients", ())]
    opened = [(UUID(one["id"]), one["reference"]) for one in result.get("loaded_case_files", ())]
    with context.snapshot() as db:
        known, debtors = named(db, context.viewer, ids), debtors_of(db, [id_ for id_, _reference in opened])
    response = context.page(
        "import_result.html",
        upload=kept,
        report=result,
        new_debts=msgspec.convert(result["new_debts"], Some),
        opened=opened,
        debtors=debtors,
        clients=[known[one] for one in ids if one in known],
        kinds=CONTENTS,
    )
    context.shows(response, result["position"])
    return response


def _wished(context: PageContext, kept: Upload) -> Upload:
    """Should the load break off, it goes on like this."""
    form = context.form
    wish = Wish(
        leave_out_bad=form.ticked("leave_out_bad"),
        follow=form.ticked("follow"),
        close_withdrawn=True,
        recognise=kept.wish.recognise,
        same_names=SameNames(all=True, chosen=_same_names(form)),
    )
    return replace(kept, wish=wish, withdrawn=_withdrawn(context, kept))


def _same_names(form: Form) -> Mapping[str, UUID | None]:
    """Whom those mean who have the name of somebody here, by their keys; what was left open stays open."""
    chosen: dict[str, UUID | None] = {}
    for field in form.fields:
        if field.startswith(SAME):
            said = form.value(field)
            if said == NEW:
                chosen[field.removeprefix(SAME)] = None
            elif said:
                chosen[field.removeprefix(SAME)] = form.id(field)
    return chosen


def _withdrawn(context: PageContext, kept: Upload) -> Sequence[UUID]:
    """The ticked ones of those that the preview told of; ticked all at once are those that it does not show."""
    if (debts := _debts(context, kept)) is None:
        return []
    form, withdrawn = context.form, [debt.case_file_id for debt in debts.withdrawn]
    ticked = {*form.many("withdrawn")}
    shown = [one for one in withdrawn[: import_debts.SHOWN] if str(one) in ticked]
    return [*shown, *withdrawn[import_debts.SHOWN :]] if form.ticked("withdrawn_rest") else shown


def _debts(context: PageContext, kept: Upload) -> Debts | None:
    """All that the file says otherwise of debts, as far as it was checked."""
    written = b"".join(context.service.uploads.read(kept.id, Content.DEBTS))
    return import_debts.from_json(written) if written else None


def _matched(context: PageContext, kept: Upload, form: Form) -> Mapping[str, Any]:
    """The map of the form. Refused where something is open that is needed: all of it is told at once."""
    file = _seen(context, kept)
    mapping = column_mapping.typed(kept.contents, file, form, context.viewer)
    open_ = [*column_mapping.lacking(kept.contents, mapping)]
    if import_creditor.is_asked(context, kept.contents):
        owed = import_creditor.chosen(context, mapping, form, {**file.samples, **file.words})
        open_ += ["creditor"] if owed is None else []
        mapping = owed or mapping
    if open_:
        raise column_mapping.NotMatched(fields=open_)
    without_taking_off_twice(kept.contents, map_of(mapping))
    return mapping


def _columns(context: PageContext, kept: Upload, map_name: str = "", *, sent: Form | None = None) -> Response:
    """As they were matched before, as the map says that was asked for or fits the file, or as they are guessed."""
    file, maps = _seen(context, kept), context.service.maps.all(kept.contents)
    if not kept.mapping:
        map_name = map_name or column_mapping.fitting(maps, kept.contents, file)
    guessed = column_mapping.guess(kept.contents, file, context.formats.currency, context.viewer)
    asks = import_creditor.is_asked(context, kept.contents)
    left_out = import_creditor.left_out(context, kept.contents)
    if not asks:
        guessed = import_creditor.without(guessed)
    mapping = maps.get(map_name) or kept.mapping or guessed
    if sent is not None and sent.name == "columns":
        mapping = column_mapping.typed(kept.contents, file, sent, context.viewer)
    return context.page(
        "import_columns.html",
        upload=kept,
        file=file,
        mapping=mapping,
        maps=maps,
        map_name=map_name,
        names=LABELS,
        columns={
            part: [
                ours for ours in column_mapping.columns_of(kept.contents, part, context.viewer) if ours not in left_out
            ]
            for part in kept.contents.parts
        },
        creditor=import_creditor.shown(context, mapping, sent, matched=bool(kept.mapping or map_name))
        if asks
        else None,
        foreign=column_mapping.words(mapping, file),
        matching=column_mapping,
        kinds=CONTENTS,
        sent=sent,
    )


def _step(context: PageContext, kept: Upload) -> tuple[str, Job | None]:
    """How far the file has come, and the job that brought it there or is at it."""
    look = context.service.jobs.look
    loading, checking = look(kept.loading), look(kept.checking)
    if loading is not None and (loading.state is not State.FINISHED or loading.result["position"] is not None):
        return ("loaded" if loading.state is State.FINISHED else "loading"), loading
    if loading is not None:  # nothing was loaded: rows have become bad since they were checked
        return "checked", loading
    if checking is not None:
        return ("checked" if checking.state is State.FINISHED else "checking"), checking
    return "read", look(kept.reading)


def _seen(context: PageContext, kept: Upload) -> column_mapping.Seen:
    job = context.service.jobs.look(kept.reading)
    if job is None or job.state is not State.FINISHED:
        raise NotFound
    return column_mapping.Seen(**job.result)


def _check_idle(context: PageContext, kept: Upload) -> None:
    if any(map(_is_running, map(context.service.jobs.look, (kept.reading, kept.checking, kept.loading)))):
        raise StillWorking


def _is_running(job: Job | None) -> bool:
    return job is not None and job.state is State.RUNNING


def _kept(context: PageContext, upload_id: UUID) -> Upload:
    _may_import(context)
    if (kept := context.service.uploads.find(upload_id, context.viewer.name)) is None:
        raise NotFound
    return kept


def _may_import(context: PageContext) -> None:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
