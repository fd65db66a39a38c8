"""Changes of the debt that are proposed, and what was decided on them."""

from typing import assert_never
from uuid import UUID

from domain.case_file.proposals import (
    DebtChangeApproved,
    DebtChangeProposed,
    DebtChangeRejected,
    DebtChangeWithdrawn,
    Event,
    State,
)
from domain.events import Recorded
from projections.desk import tables
from projections.rows import Rows


def project(rows: Rows, recorded: Recorded, event: Event) -> None:
    match event:
        case DebtChangeProposed():
            rows.add(
                tables.proposals,
                tables.Proposal(
                    case_file_id=recorded.stream,
                    proposal_id=event.proposal_id,
                    position=recorded.position,
                    proposed_at=recorded.recorded_at.replace(tzinfo=None),
                    proposed_by=event.proposed_by,
                    kind=event.kind.value,
                    part=event.part.value,
                    amount=event.amount.minor,
                    effective_on=event.effective_on,
                    state=State.WAITING.value,
                ),
            )
        case DebtChangeApproved():
            _decided(rows, recorded.stream, event.proposal_id, State.APPROVED)
        case DebtChangeRejected():
            _decided(rows, recorded.stream, event.proposal_id, State.REJECTED)
        case DebtChangeWithdrawn():
            _decided(rows, recorded.stream, event.proposal_id, State.WITHDRAWN)
        case _:
            assert_never(event)


def _decided(rows: Rows, case_file_id: UUID, proposal_id: UUID, state: State) -> None:
    rows.all(tables.proposals, case_file_id)[(proposal_id,)]["state"] = state.value
