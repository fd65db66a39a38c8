"""What an import asks of read models: they find by names and numbers what streams are found by id alone for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from application.imports.payments_by_number import Numbered
from application.imports.people import Namesakes


@dataclass(frozen=True, slots=True)
class Lookups:
    """`namesakes` finds who may have a name, `numbered` which case files may have a debt of a number. `user_names` are
    the log-ins of all users, whom a file may name by their full names too."""

    namesakes: Namesakes | None = None
    numbered: Numbered | None = None
    user_names: Callable[[], Collection[str]] | None = None


NO_LOOKUPS = Lookups()
