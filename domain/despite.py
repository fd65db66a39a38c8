"""What a rule stops, and a supervisor does all the same, saying why."""

from domain.errors import Conflict
from domain.people import Actor, Role
from domain.personal import reason


def why_despite(said: str | None, stopped: Conflict, *, by: Actor) -> str:
    """What was said. `stopped` is raised where nothing was; and it is for a supervisor to say."""
    if said is None or not said.strip():
        raise stopped
    by.require(Role.SUPERVISOR)
    return reason(said, "despite")
