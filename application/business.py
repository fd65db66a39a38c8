"""The business's settings and its users."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from application.access import noting
from application.streams import Change, Claim, Command, Decision, EventStore, Outcome, Streams, change
from domain import access, business, people
from domain.business import BUSINESS, Business, Kind
from domain.money import Money
from domain.people import Actor, EmailInUse, NoSuchUser, Period, Role, User, UserDescribed, user_id

EMAIL = "user email"
"""The kind of claim that keeps two users from having one address."""


def describe_business(
    store: EventStore, command: Command, *, name: str, kind: Kind, country: str, time_zone: str
) -> Outcome:
    return _change_business(store, command, lambda b: b.describe(name, kind, country, time_zone, by=command.actor))


def switch_four_eyes_off(store: EventStore, command: Command, *, reason: str | None) -> Outcome:
    return _change_business(store, command, lambda b: b.switch_four_eyes_off(reason, by=command.actor))


def switch_four_eyes_on(store: EventStore, command: Command) -> Outcome:
    return _change_business(store, command, lambda b: b.switch_four_eyes_on(by=command.actor))


def set_deadlines(store: EventStore, command: Command, *, grace_days: int, idle_days: int) -> Outcome:
    return _change_business(store, command, lambda b: b.set_deadlines(grace_days, idle_days, by=command.actor))


def set_charge_limit(store: EventStore, command: Command, *, currency: str, limit: Money | None) -> Outcome:
    """Of a supervisor who raises a debt alone; None: there is no limit."""
    return _change_business(store, command, lambda b: b.set_charge_limit(currency, limit, by=command.actor))


def set_session_limits(store: EventStore, command: Command, *, idle_minutes: int, hours: int) -> Outcome:
    return _change_business(store, command, lambda b: b.set_session_limits(idle_minutes, hours, by=command.actor))


def require_second_factor(store: EventStore, command: Command, *, roles: Collection[Role]) -> Outcome:
    """Of whoever has one of these roles."""
    return _change_business(store, command, lambda b: b.require_second_factor(roles, by=command.actor))


def add_user(
    store: EventStore,
    command: Command,
    *,
    name: str,
    roles: Collection[Role],
    full_name: str | None = None,
    email: str | None = None,
    noted: Sequence[access.Event] = (),
) -> Outcome:
    """`noted` are security events that go with it."""

    def added(user: User) -> Sequence[people.Event]:
        return [*user.add(name, roles), *user.describe(full_name, email)]

    return _change_user(store, command, name, added, new=True, noted=noted)


def describe_user(
    store: EventStore, command: Command, *, name: str, full_name: str | None, email: str | None
) -> Outcome:
    """An administrator describes anybody, and everybody themselves."""
    return _change_user(store, command, name, lambda u: u.describe(full_name, email), own=True)


def change_roles(store: EventStore, command: Command, *, name: str, roles: Collection[Role]) -> Outcome:
    return _change_user(store, command, name, lambda u: u.change_roles(roles, by=command.actor))


def disable_user(store: EventStore, command: Command, *, name: str) -> Outcome:
    return _change_user(store, command, name, lambda u: u.disable(by=command.actor))


def enable_user(store: EventStore, command: Command, *, name: str) -> Outcome:
    return _change_user(store, command, name, lambda u: u.enable())


def prefer_period(store: EventStore, command: Command, *, period: Period) -> Outcome:
    """Everybody's own: for how long figures are added up where nothing else is asked for."""
    name = command.actor.name

    def decided(log: Streams) -> Decision:
        return Decision([Change(user_id(name), log.load(User(), user_id(name)).prefer(period))])

    return change(store, command, decided)


def preferred_period(store: EventStore, actor: Actor) -> Period:
    return Streams(store).load_or_new(User(), user_id(actor.name)).period


def _change_business(
    store: EventStore, command: Command, decide: Callable[[Business], Sequence[business.Event]]
) -> Outcome:
    def decided(log: Streams) -> Decision:
        return Decision([Change(BUSINESS, decide(log.load_or_new(Business(), BUSINESS)))])

    return change(store, command, decided)


def _change_user(
    store: EventStore,
    command: Command,
    name: str,
    decide: Callable[[User], Sequence[people.Event]],
    *,
    new: bool = False,
    own: bool = False,
    noted: Sequence[access.Event] = (),
) -> Outcome:
    """`own`: everybody may change this of themselves."""

    def decided(log: Streams) -> Decision:
        if not (own and command.actor.name == name):
            command.actor.require(Role.ADMINISTRATOR)
        user = log.load_or_new(User(), user_id(name))
        if not (user.name or new):
            raise NoSuchUser(field="name", name=name)
        events = decide(user)
        before = address_claims(user_id(name), user.email)
        described = next((one for one in events if isinstance(one, UserDescribed)), None)
        after = before if described is None else address_claims(user_id(name), described.email)
        if described is not None:
            _check_nobody_elses(log, after)
        released = [one for one in before if one not in after]
        changes = [Change(user_id(name), events, subject=user_id(name))]
        if noted:
            changes.append(noting(log, *noted))
        return Decision(changes, after, released=released)

    return change(store, command, decided)


def address_claims(user: UUID, email: str | None) -> list[Claim]:
    return [Claim(EMAIL, email.casefold(), user)] if email else []


def _check_nobody_elses(log: Streams, claims: Sequence[Claim]) -> None:
    for claim in claims:
        if log.claimed(EMAIL, [claim.value]).get(claim.value, claim.stream) != claim.stream:
            raise EmailInUse(field="email")
