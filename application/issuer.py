"""The business as it invoices: who it is on paper, its logo, series and terms."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from application.files import Files, Images
from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.issuer import ISSUER, Event, Identity, Issuer, Numbered, TermsSet
from domain.people import Role
from domain.series import Series, number_in, series_id, series_of

LOGO_PIXELS = 800
"""Of its longer side: sharp at the 6 cm that it has on paper."""


def describe_issuer(store: EventStore, command: Command, *, identity: Identity) -> Outcome:
    return _change(store, command, lambda i: i.describe(identity, by=command.actor))


def choose_series(store: EventStore, command: Command, *, invoices: str, credit_notes: str, estimates: str) -> Outcome:
    return _change(store, command, lambda i: i.choose_series(invoices, credit_notes, estimates, by=command.actor))


def continue_series(store: EventStore, command: Command, *, numbered: Numbered, after: int) -> Outcome:
    """This year's, where another program has given numbers of it up to that one."""

    def decided(log: Streams) -> Decision:
        command.actor.require(Role.ADMINISTRATOR)
        series = _this_years(log, command.today, numbered)
        stream = series_id(series)
        return Decision([Change(stream, log.load_latest(Series(), stream).continue_after(series, after))])

    return change(store, command, decided)


def next_numbers(store: EventStore, today: date) -> Mapping[Numbered, str]:
    """Of each of this year's series, unless an imported document has it."""
    log = Streams(store)
    this_years = {numbered: _this_years(log, today, numbered) for numbered in Numbered}
    return {
        numbered: number_in(series, log.load_latest(Series(), series_id(series)).sequence + 1)
        for numbered, series in this_years.items()
    }


def _this_years(log: Streams, today: date, numbered: Numbered) -> str:
    return series_of(log.load_or_new(Issuer(), ISSUER).series.code_of(numbered), today)


def set_terms(store: EventStore, command: Command, *, terms: TermsSet) -> Outcome:
    return _change(store, command, lambda i: i.set_terms(terms, by=command.actor))


def change_logo(
    store: EventStore,
    command: Command,
    *,
    file_id: UUID,
    files: Files,
    images: Images,
    content: bytes,
    field: str = "logo",
) -> Outcome:
    """Who may not change it is refused before it is looked at."""
    command.actor.require(Role.ADMINISTRATOR)
    before = Streams(store).load_or_new(Issuer(), ISSUER).logo
    kept = files.keep(file_id, ISSUER, images.redrawn(content, longest=LOGO_PIXELS, field=field))
    outcome = _change(store, command, lambda i: i.change_logo(kept.id, kept.sha256, by=command.actor))
    _remove_others(store, files, before, file_id)
    return outcome


def remove_logo(store: EventStore, command: Command, *, files: Files) -> Outcome:
    before = Streams(store).load_or_new(Issuer(), ISSUER).logo
    outcome = _change(store, command, lambda i: i.remove_logo(by=command.actor))
    _remove_others(store, files, before)
    return outcome


def logo_of(store: EventStore, files: Files) -> bytes | None:
    """As JPEG."""
    logo = Streams(store).load_or_new(Issuer(), ISSUER).logo
    return files.read(logo) if logo is not None else None


def _remove_others(store: EventStore, files: Files, *file_ids: UUID | None) -> None:
    """All but the one that the log names: a command sent again may come long after others changed the logo."""
    logo = Streams(store).load_or_new(Issuer(), ISSUER).logo
    for file_id in file_ids:
        if file_id is not None and file_id != logo:
            files.remove(file_id)


def _change(store: EventStore, command: Command, decide: Callable[[Issuer], Sequence[Event]]) -> Outcome:
    def decided(log: Streams) -> Decision:
        return Decision([Change(ISSUER, decide(log.load_or_new(Issuer(), ISSUER)))])

    return change(store, command, decided)
