"""What users are told by, in forms of others too."""

from collections.abc import Collection

from api.pages.forms import Form, NotAChoice
from domain.people import Role


def roles_of(form: Form) -> Collection[Role]:
    """Ticked one by one; where what was changed is undone, all in one."""
    try:
        return frozenset(Role(role) for value in form.many("roles") for role in value.split())
    except ValueError:
        raise NotAChoice(field="roles") from None
