"""The work on a case file: actions and parties."""

from typing import assert_never

from domain.case_file import activity
from domain.events import Recorded
from projections.desk import tables
from projections.projection import NEVER, NOT_YET
from projections.rows import Row, Rows


def project(rows: Rows, file: Row, recorded: Recorded, event: activity.Event) -> None:
    stream = recorded.stream
    match event:
        case activity.ActionLogged():
            _acted(rows, file, recorded, event)
        case activity.PartyAdded():
            rows.add(
                tables.parties, tables.Party(case_file_id=stream, client_id=event.client_id, role=event.role.value)
            )
        case activity.PartyRemoved():
            rows.remove(tables.parties, stream, event.client_id, event.role.value)
        case _:
            assert_never(event)


ANSWERED = frozenset(
    {
        activity.Outcome.CONTACTED,
        activity.Outcome.PROMISE,
        activity.Outcome.REFUSES,
        activity.Outcome.DISPUTES,
        activity.Outcome.CLAIMS_PAID,
    }
)
"""What only comes of it if whoever was to be reached was."""


def _acted(rows: Rows, file: Row, recorded: Recorded, event: activity.ActionLogged) -> None:
    rows.add(
        tables.actions,
        tables.Action(
            case_file_id=recorded.stream,
            action_id=event.action_id,
            done_on=event.done_on,
            channel=event.channel.value,
            outcome=event.outcome.value,
            actor=recorded.actor,
            position=recorded.position,
            tells=any((event.phone, event.located, event.person_id, event.successor_id)),
        ),
    )
    file["last_action_on"] = max(file["last_action_on"], event.done_on)
    file["worked_on"] = max(file["worked_on"], event.done_on)
    file["skipped_until"] = NOT_YET
    if event.outcome in ANSWERED:
        file["answered_on"] = max(file["answered_on"], event.done_on)
        if event.channel is activity.Channel.CALL:
            _answered(rows, file, recorded, event)
    if event.settles_next_action:
        file["next_action"], file["next_action_on"] = event.next_action, event.next_action_on or NEVER


def _answered(rows: Rows, file: Row, recorded: Recorded, event: activity.ActionLogged) -> None:
    """The hour of the log's clock is that of the call only where it was logged on that day."""
    at = recorded.recorded_at
    if at.date() != event.done_on:
        return
    hours = rows.all(tables.answered_hours, recorded.stream)
    known = hours.get((at.hour,))
    if known is None:
        rows.add(tables.answered_hours, tables.AnsweredHour(case_file_id=recorded.stream, hour=at.hour, calls=1))
    else:
        known["calls"] += 1
    counted = rows.all(tables.answered_hours, recorded.stream).values()
    file["answers_at"] = max(counted, key=lambda row: (row["calls"], -row["hour"]))["hour"]
