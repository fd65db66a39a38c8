"""Lists of messages: what they are asked for over HTTP and on their page."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.http.shapes import Body, Cursor, Limit
from domain.message import State
from domain.sending import Channel
from projections.messages.outbox import Filters

TO_PRINT = "to-print"


class MessageList(Body):
    """Which messages; by when they were queued, with a hyphen the latest first."""

    state: State | None = None
    channel: Channel | None = None
    matter_id: UUID | None = None
    client_id: UUID | None = None
    sort: Literal["position", "-position"] = "-position"
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self) -> Filters:
        return Filters(self.state and self.state.value, self.channel, self.matter_id, self.client_id)


class MessagePage(MessageList):
    """Letters that wait to be printed are a state of their own."""

    matter_id: Annotated[UUID | None, Field(alias="matter")] = None

    @model_validator(mode="before")
    @classmethod
    def _to_print(cls, said: Mapping[str, Any]) -> Mapping[str, Any]:
        to_print = said.get("state") == TO_PRINT
        return {**said, "state": State.QUEUED, "channel": Channel.POST} if to_print else said
