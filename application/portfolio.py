"""Who works on what: every change of a case file goes through here."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from application.collection import case_file_changes
from application.streams import Command, Decision, EventStore, Outcome, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file import CaseFile, Event
from domain.client import Client
from domain.errors import NotFound
from domain.people import Actor, NoSuchUser, OnlyReads, User, user_id


def check_portfolio(case_file: CaseFile, debtor: Client, actor: Actor, today: date, *, asked_for: UUID) -> None:
    """A collector works the own portfolio, and those that the person stands in for on this day.

    What others hold is refused just as what does not exist.
    """
    holder = case_file.held_by(today) or debtor.held_by(today)
    if not actor.sees(holder):
        raise NotFound(id=asked_for)


def check_user(log: Streams, name: str, field: str = "collector") -> User:
    user = log.load_or_new(User(), user_id(name))
    if not user.enabled:
        raise NoSuchUser(field=field, name=name)
    return user


def check_works(log: Streams, name: str, field: str = "collector") -> None:
    """Whoever is given clients, tasks or collected money has a role that works; anyone who has may hold a portfolio."""
    if not check_user(log, name, field).works:
        raise OnlyReads(field=field, name=name)


def load_case_file(log: Streams, case_file_id: UUID, actor: Actor, today: date, *, anyones: bool = False) -> CaseFile:
    """The case file, if this person works on it. `anyones` is for what anybody may do who has a role."""
    case_file = log.load(CaseFile(), case_file_id)
    if not anyones:
        check_portfolio(case_file, log.load(Client(), case_file.debtor_id), actor, today, asked_for=case_file_id)
    return case_file


def change_case_file(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    decide: Callable[[CaseFile], Sequence[Event]],
    *,
    made: UUID | None = None,
) -> Outcome:
    """For what the case file alone decides. `made` is the id of what the command makes, if not the case file's."""
    return _change(store, command, case_file_id, lambda _log, case_file: decide(case_file), made)


def change_by_settings(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    decide: Callable[[CaseFile, Business], Sequence[Event]],
    *,
    made: UUID | None = None,
) -> Outcome:
    """For what depends on what the business has set too: whether two people are needed, and above which amount."""
    return _change(store, command, case_file_id, lambda log, c: decide(c, log.load_or_new(Business(), BUSINESS)), made)


def _change(
    store: EventStore,
    command: Command,
    case_file_id: UUID,
    decide: Callable[[Streams, CaseFile], Sequence[Event]],
    made: UUID | None,
) -> Outcome:
    def decided(log: Streams) -> Decision:
        case_file = load_case_file(log, case_file_id, command.actor, command.today)
        changes = case_file_changes(log, command, case_file_id, case_file, decide(log, case_file))
        return Decision(changes, id=made or case_file_id)

    return change(store, command, decided)
