"""What the log tells of an error that nobody foresaw, in a request or in the background: its kind and its place.

Never its own text, which may quote what is personal.
"""

import traceback
from collections.abc import Mapping

OURS = frozenset({"domain", "application", "projections", "api", "infrastructure"})
FRAMES = 5
"""So many, the innermost last, lead to where it was."""


def failure(error: BaseException) -> Mapping[str, object]:
    """For a line of the log. Frames of our own code are named; where none is among them, the innermost of all."""
    frames = [
        (str(frame.f_globals.get("__name__")), f"{frame.f_code.co_filename}:{line}")
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [place for module, place in frames if module.partition(".")[0] in OURS]
    return {"error": type(error).__name__, "where": (own or [place for _, place in frames])[-FRAMES:]}
