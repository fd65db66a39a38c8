"""Who works here: adding users, their roles, links by which they set passwords, disabling and enabling them."""

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.attempts import codes_of
from api.credentials import INVITATION_LIFE
from api.web.forms import Form, NotAChoice
from api.web.invitations import goes_by_mail, invite, link_made
from api.web.toasts import Undo
from api.web.visit import Page, Visit
from application import business
from domain.access import SecondFactorRemoved
from domain.errors import Conflict, NotFound, Refusal
from domain.people import Role, User, user_id

router = APIRouter(prefix="/users")


class OwnSecondFactor(Conflict):
    title = "The own second factor is switched off in My account, with a code of it"


HOURS = INVITATION_LIFE.days * 24


@router.get("")
def show_users(visit: Page) -> Response:
    return _list(visit)


@router.post("")
def add_user(visit: Page) -> Response:
    """Whoever is new sets the own password, by a link."""
    form = visit.form
    try:
        name = form.text("name")
        outcome = business.add_user(
            visit.store,
            visit.command(),
            name=name,
            roles=roles_of(form),
            full_name=form.optional_text("full_name"),
            email=form.optional_text("email"),
            noted=[link_made(visit, name)],
        )
    except Refusal as refusal:
        return _list(visit, sent=form.refused(refusal))
    response = _invite(visit, name)
    visit.shows(response, outcome.position)
    return response


@router.get("/{name}")
def show_user(visit: Page, name: str) -> Response:
    return _one(visit, name)


@router.post("/{name}/description")
def describe_user(visit: Page, name: str) -> Response:
    form = visit.form
    try:
        outcome = business.describe_user(
            visit.store,
            visit.command(),
            name=name,
            full_name=form.optional_text("full_name"),
            email=form.optional_text("email"),
        )
    except Refusal as refusal:
        return _one(visit, name, sent=form.refused(refusal))
    return visit.done(outcome, "/users", visit._("Saved"))


@router.post("/{name}/roles")
def change_roles(visit: Page, name: str) -> Response:
    before = _user(visit, name).roles
    try:
        roles = roles_of(visit.form)
        outcome = business.change_roles(visit.store, visit.command(), name=name, roles=roles)
    except Refusal as refusal:
        return _one(visit, name, sent=visit.form.refused(refusal))
    undo = Undo(f"/users/{name}/roles", {"roles": " ".join(sorted(before))}) if roles != before else None
    return visit.done(outcome, "/users", visit._("Roles of %(name)s changed", name=name), undo=undo)


@router.post("/{name}/link")
def reset_password(visit: Page, name: str) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    _user(visit, name)
    visit.service.note(link_made(visit, name), by=visit.viewer)
    return _invite(visit, name)


@router.get("/{name}/link")
def show_link(name: str) -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse(f"/users/{name}", 303)


@router.post("/{name}/disabling")
def disable_user(visit: Page, name: str) -> Response:
    try:
        outcome = business.disable_user(visit.store, visit.command(), name=name)
    except Refusal as refusal:
        return visit.refused(refusal, visit.back("/users"))
    undo = Undo(f"/users/{name}/enabling")
    return visit.done(outcome, visit.back("/users"), visit._("%(name)s can log in no more", name=name), undo=undo)


@router.post("/{name}/enabling")
def enable_user(visit: Page, name: str) -> Response:
    """What let in before stays dead: it is revoked first, so that no crash leaves it alive."""
    visit.viewer.require(Role.ADMINISTRATOR)
    if not _user(visit, name).enabled:
        visit.service.credentials.revoke_all(name)
    try:
        outcome = business.enable_user(visit.store, visit.command(), name=name)
    except Refusal as refusal:
        return visit.refused(refusal, visit.back("/users"))
    undo = Undo(f"/users/{name}/disabling")
    return visit.done(outcome, visit.back("/users"), visit._("%(name)s can log in again", name=name), undo=undo)


@router.post("/{name}/second-factor/removal")
def remove_second_factor(visit: Page, name: str) -> Response:
    """Of somebody else who has lost the phone: the own one is turned off with a code. All that is logged in is out."""
    visit.viewer.require(Role.ADMINISTRATOR)
    _user(visit, name)
    service = visit.service
    if name == visit.viewer.name:
        return visit.refused(OwnSecondFactor(), f"/users/{name}")
    if service.second_factors.since(name) is not None:
        service.second_factors.remove(name)
        service.attempts.clear(*codes_of(name))
        service.credentials.log_out_everywhere(name)
        service.note(SecondFactorRemoved(service.attempts.who(name)), by=visit.viewer)
    return visit.done(None, f"/users/{name}", visit._("The password alone lets %(name)s in now", name=name))


def _invite(visit: Visit, name: str) -> Response:
    """The link, where it has to be handed over, is in this answer, and nowhere else ever."""
    user = _user(visit, name)
    link = invite(visit, user)
    if link is None:
        said = visit._("A link to set a password is on its way to %(name)s", name=name)
        return visit.done(None, f"/users/{name}", said)
    response = _one(visit, name, link=link)
    response.headers["HX-Push-Url"] = f"/users/{name}"
    return response


def _list(visit: Visit, **shown: Any) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    users = [visit.store.load(User(), user_id(name))[0] for name in visit.service.credentials.names()]
    invited = visit.service.credentials.invited()
    second_factors = visit.service.second_factors.users()
    return visit.page(
        "users.html",
        users=users,
        invited=invited,
        second_factors=second_factors,
        by_mail=goes_by_mail(visit),
        **shown,
    )


def _one(visit: Visit, name: str, *, link: str = "", **shown: Any) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    user, waits = _user(visit, name), name in visit.service.credentials.invited()
    return visit.page(
        "user.html",
        user=user,
        waits=waits,
        second_factor=visit.service.second_factors.since(name) is not None,
        by_mail=goes_by_mail(visit),
        hours=HOURS,
        link=link,
        **shown,
    )


def _user(visit: Visit, name: str) -> User:
    user, version = visit.store.load(User(), user_id(name))
    if not version:
        raise NotFound
    return user


def roles_of(form: Form) -> Collection[Role]:
    """Ticked one by one; where what was changed is undone, all in one."""
    try:
        return frozenset(Role(role) for told in form.many("roles") for role in told.split())
    except ValueError:
        raise NotAChoice(field="roles") from None
