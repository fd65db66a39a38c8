"""What happened to a client's account, in the reader's words: who, when, what was changed into what, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never
from uuid import UUID

from api.http.catalogues import marked as _marked
from api.http.labels import (
    CARD_BRANDS,
    CLIENT_KINDS,
    CLIENT_ROLES,
    CONTACT_STATES,
    ERASURE_GROUNDS,
    IDENTIFICATIONS,
    OBSTACLES,
    RETENTION_GROUNDS,
)
from api.pages.context import PageContext
from api.pages.timeline import Entry, told_reason
from domain import client
from domain.client import ClientRegistered, restrictions
from domain.client.contacts import Contact, ContactAdded, ContactChanged, ContactRemoved, Medium
from domain.client.details import (
    Address,
    ClientCorrected,
    ClientRole,
    ClientVerificationWithdrawn,
    ClientVerified,
    Identification,
)
from domain.client.finances import (
    AccountAdded,
    AccountRemoved,
    CardAdded,
    CardRemoved,
    CreditEntryAdded,
    CreditEntryRemoved,
)
from domain.client.image import ClientImageChanged, ClientImageRemoved
from domain.client.portfolio import (
    AssignmentCancelled,
    AssignmentLapsed,
    AssignmentPlanned,
    ClientAssignedToCollector,
    ClientUnassigned,
)
from domain.events import Recorded
from domain.personal import ERASED
from domain.skipping import QueueSkipped

FIELDS = {
    "name": _marked("Name"),
    "kind": _marked("Person or company"),
    "identification": _marked("Identification"),
    "address": _marked("Postal address"),
    "zone": _marked("Zone"),
    "notes": _marked("Notes"),
    "roles": _marked("Is"),
    "payment_days": _marked("Pays within (days)"),
}


def client_history(context: PageContext, history: Sequence[Recorded], merged: Mapping[UUID, str]) -> list[Entry]:
    """The latest first. `merged`: who was ever merged into the client; what befell them is told of them."""
    telling = Telling(context)
    entries = [
        _of_another(context, recorded, merged[recorded.stream])
        if recorded.stream in merged
        else telling.entry(recorded)
        for recorded in history
        if isinstance(recorded.event, client.Event)
    ]
    return entries[::-1]


def _of_another(context: PageContext, recorded: Recorded, who: str) -> Entry:
    text = (
        context._("%(client)s was merged into this client", client=who)
        if isinstance(recorded.event, restrictions.ClientMerged)
        else context._("%(client)s is no longer merged into this client", client=who)
    )
    more = [told_reason(context, recorded.reason)] if recorded.reason else []
    return Entry(recorded.recorded_at, recorded.actor, text, more)


class Telling:
    """Goes through the history in order, for what was before is told beside what it was changed into."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._client = client.Client()
        self._named: dict[UUID, str] = {}

    def entry(self, recorded: Recorded) -> Entry:
        event = recorded.event
        assert isinstance(event, client.Event)  # noqa: S101 - what a client's history holds
        text, more = self._text(event), [*self._more(event)]
        self._client = self._client.evolve(event)
        if recorded.reason:
            more.append(told_reason(self._context, recorded.reason))
        return Entry(recorded.recorded_at, recorded.actor, text, more)

    def _text(self, event: client.Event) -> str:  # noqa: C901, PLR0911, PLR0912 - a sentence an event
        _, formats = self._context._, self._context.formats
        match event:
            case ClientRegistered():
                return _("Registered as %(name)s", name=event.name)
            case ClientCorrected():
                return _("Corrected: %(what)s", what=", ".join(_(FIELDS[name]) for name in event.changed))
            case ClientVerified():
                return _("Data verified")
            case QueueSkipped():
                return _("Skipped in the queue until %(day)s", day=formats.day(event.until))
            case ClientVerificationWithdrawn():
                return _("Verified mark taken back")
            case ClientAssignedToCollector():
                return _(
                    "Assigned to %(who)s from %(day)s",
                    who=self._context.person(event.collector),
                    day=formats.day(event.from_on),
                )
            case ClientUnassigned():
                return _("In nobody's portfolio from %(day)s", day=formats.day(event.from_on))
            case AssignmentPlanned():
                who = self._context.holder(event.collector)
                return _("Planned: %(who)s from %(day)s", who=who, day=formats.day(event.from_on))
            case AssignmentCancelled():
                return _("Plan cancelled")
            case AssignmentLapsed():
                return _("Nothing came of the plan: the collector does not work here any more")
            case ContactAdded(medium=medium):
                if medium is Medium.EMAIL:
                    return _("E-mail %(email)s added", email=event.value)
                return _("Phone %(phone)s added", phone=self._value(medium, event.value))
            case ContactChanged():
                return _("%(what)s changed", what=self._reached(event.contact_id))
            case ContactRemoved():
                return _("%(what)s removed", what=self._reached(event.contact_id))
            case AccountAdded():
                self._named[event.account_id] = event.number
                return _("Account %(number)s added", number=event.number)
            case AccountRemoved():
                return _("Account %(number)s removed", number=self._named.get(event.account_id, ERASED))
            case CardAdded():
                self._named[event.card_id] = f"{_(CARD_BRANDS[event.brand])} … {event.last_four}"
                return _("Card %(card)s added", card=self._named[event.card_id])
            case CardRemoved():
                return _("Card %(card)s removed", card=self._named.get(event.card_id, ERASED))
            case CreditEntryAdded():
                self._named[event.entry_id] = event.source
                return _("Credit of %(day)s: %(source)s", day=formats.day(event.noted_on), source=event.source)
            case CreditEntryRemoved():
                return _("Credit entry of %(source)s removed", source=self._named.get(event.entry_id, ERASED))
            case ClientImageChanged():
                return _("Picture changed")
            case ClientImageRemoved():
                return _("Picture removed")
            case event:
                return self._standing(event)

    def _standing(self, event: restrictions.Event) -> str:  # noqa: PLR0911 - a sentence an event
        _, formats = self._context._, self._context.formats
        match event:
            case restrictions.ClientBlocked():
                return _("Blocked")
            case restrictions.ClientUnblocked():
                return _("Unblocked")
            case restrictions.RetentionSet():
                law = _(RETENTION_GROUNDS[event.ground])
                return _("To be kept until %(day)s: %(law)s", day=formats.day(event.until), law=law)
            case restrictions.ErasureRefused():
                return _("Erasure asked for and refused: %(why)s", why=_(OBSTACLES[event.obstacle]))
            case restrictions.ClientErased():
                return _("Erased: %(why)s", why=_(ERASURE_GROUNDS[event.ground]))
            case restrictions.ClientMerged():
                return _("Merged into another client")
            case restrictions.ClientUnmerged():
                return _("No longer merged into another client")
            case _:
                assert_never(event)

    def _more(self, event: client.Event) -> Iterator[str]:
        _ = self._context._
        match event:
            case ClientCorrected() if self._client.details is not None:
                now = self._client.evolve(event).details
                for name in event.changed:
                    before, after = (self._said(getattr(one, name)) for one in (self._client.details, now))
                    yield _("%(what)s: %(before)s → %(after)s", what=_(FIELDS[name]), before=before, after=after)
            case ContactChanged():
                yield from self._contact_changes(self._client.contacts.known[event.contact_id], event)
            case CreditEntryAdded():
                yield from filter(None, (event.score, event.note))
            case _:
                pass

    def _contact_changes(self, known: Contact, event: ContactChanged) -> Iterator[str]:
        _ = self._context._
        if event.value != known.value:
            before, after = (self._value(known.medium, one) for one in (known.value, event.value))
            yield f"{before} → {after}"
        if event.state is not known.state:
            yield f"{_(CONTACT_STATES[known.state])} → {_(CONTACT_STATES[event.state])}"
        if event.preferred and not known.preferred:
            yield _("Preferred")

    def _reached(self, contact_id: UUID) -> str:
        known = self._client.contacts.known[contact_id]
        return self._value(known.medium, known.value)

    def _value(self, medium: Medium, value: str) -> str:
        return self._context.formats.phone(value) if medium is Medium.PHONE else value

    def _said(self, value: Identification | Address | tuple[ClientRole, ...] | str | int | None) -> str:
        _ = self._context._
        match value:
            case Identification():
                return f"{_(IDENTIFICATIONS[value.kind])} {value.number}"
            case Address():
                parts = (*(value.street or "").splitlines(), value.postcode, value.city, value.district, value.country)
                return ", ".join(filter(None, parts)) or "—"
            case tuple():
                return ", ".join(_(CLIENT_ROLES[role]) for role in value) or "—"
            case str() if value in CLIENT_KINDS:
                return _(CLIENT_KINDS[value])
            case None:
                return "—"
            case _:
                return str(value)
