"""Who works here: users, what their roles allow, and the actor of a command.

Identity is proven outside; passwords never come near an event. Roles add up.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, assert_never
from uuid import UUID, uuid5

from domain.errors import Conflict, Forbidden, Invalid


class Role(StrEnum):
    COLLECTOR = "collector"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a user's name and roles."""

    name: str
    roles: frozenset[Role]

    @property
    def sees_all(self) -> bool:
        return not self.roles.isdisjoint({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})

    def require(self, *roles: Role) -> None:
        """Refuse unless the actor has one of the roles."""
        if self.roles.isdisjoint(roles):
            raise RoleRequired(needed=sorted(roles), roles=sorted(self.roles))


OPERATOR = Actor("operator", frozenset(Role))
"""Who acts from the command line: whoever may read the store's files may do anything with it."""


# What can happen


@dataclass(frozen=True, slots=True)
class UserAdded:
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class UserRolesChanged:
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class UserDisabled:
    pass


@dataclass(frozen=True, slots=True)
class UserEnabled:
    pass


Event = UserAdded | UserRolesChanged | UserDisabled | UserEnabled


# What is refused


class RoleRequired(Forbidden):
    title = "Your role does not allow this"


class UserNameNotAllowed(Invalid):
    title = "A user name is 2 to 32 small letters, digits, dots, hyphens or underscores, and begins with a letter"


class RoleMissing(Invalid):
    title = "A user needs at least one role"


class UserExists(Conflict):
    title = "There is a user of this name already"


class OwnAccount(Forbidden):
    """So whoever administers is left: nobody else can take the last administrator away."""

    title = "You can neither disable yourself nor give up being administrator: another administrator can"


class NoSuchUser(Invalid):
    title = "There is no user of this name"


# The user

USERS = UUID("5f0b2d7c-6c0b-4f0e-9d9d-0a8a3c1c7a10")


def user_id(name: str) -> UUID:
    """The stream of a user: found by name."""
    return uuid5(USERS, name)


@dataclass(frozen=True)
class User:
    name: str = ""
    roles: frozenset[Role] = frozenset()
    enabled: bool = False

    def add(self, name: str, roles: Collection[Role]) -> list[Event]:
        if self.name:
            raise UserExists(field="name", name=name)
        if not re.fullmatch(r"[a-z][a-z0-9._-]{1,31}", name) or name == OPERATOR.name:
            raise UserNameNotAllowed(field="name")
        return [UserAdded(name, _some(roles))]

    def change_roles(self, roles: Collection[Role], *, by: Actor) -> list[Event]:
        if by.name == self.name and Role.ADMINISTRATOR in self.roles and Role.ADMINISTRATOR not in roles:
            raise OwnAccount(field="roles")
        return [UserRolesChanged(_some(roles))] if frozenset(roles) != self.roles else []

    def disable(self, *, by: Actor) -> list[Event]:
        if by.name == self.name:
            raise OwnAccount(field="name")
        return [UserDisabled()] if self.enabled else []

    def enable(self) -> list[Event]:
        return [] if self.enabled else [UserEnabled()]

    def evolve(self, event: Event) -> Self:
        match event:
            case UserAdded():
                return replace(self, name=event.name, roles=frozenset(event.roles), enabled=True)
            case UserRolesChanged():
                return replace(self, roles=frozenset(event.roles))
            case UserDisabled():
                return replace(self, enabled=False)
            case UserEnabled():
                return replace(self, enabled=True)
            case _:
                assert_never(event)


def _some(roles: Collection[Role]) -> tuple[Role, ...]:
    if not roles:
        raise RoleMissing(field="roles", known=[role.value for role in Role])
    return tuple(sorted(set(roles)))
