"""The work on a case file: actions and parties."""

from typing import assert_never

from domain.case_file import activity
from domain.events import Recorded
from projections.desk import tables
from projections.projection import NEVER
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
    if event.settles_next_action:
        file["next_action"], file["next_action_on"] = event.next_action, event.next_action_on or NEVER
