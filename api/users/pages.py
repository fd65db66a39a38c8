"""Who works here: adding users, their roles, links by which they set passwords, disabling and enabling them."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.http.attempts import codes_of
from api.http.credentials import INVITATION_LIFE
from api.pages.context import Page, PageContext
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.toasts import Undo
from api.users.invitations import goes_by_mail, invite, link_made
from api.users.views import roles_of
from application import business
from domain.access import SecondFactorRemoved
from domain.errors import Conflict, NotFound
from domain.people import Role, User, user_id

router = APIRouter(prefix="/users")


class OwnSecondFactor(Conflict):
    title = "The own second factor is switched off in My account, with a code of it"


HOURS = INVITATION_LIFE.days * 24


@router.get("")
def show_users(context: Page) -> Response:
    return _list(context)


def _list(context: PageContext, **shown: Any) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    users = [context.store.load(User(), user_id(name))[0] for name in context.service.credentials.names()]
    invited = context.service.credentials.invited()
    second_factors = context.service.second_factors.users()
    return context.page(
        "users.html",
        users=users,
        invited=invited,
        second_factors=second_factors,
        by_mail=goes_by_mail(context),
        **shown,
    )


@router.post("")
@shown_again_by(_list)
def add_user(context: Page) -> Response:
    """Whoever is new sets the own password, by a link."""
    form = context.form
    name = form.text("name")
    outcome = business.add_user(
        context.store,
        context.command(),
        name=name,
        roles=roles_of(form),
        full_name=form.optional_text("full_name"),
        email=form.optional_text("email"),
        noted=[link_made(context, name)],
    )
    response = _invite(context, name)
    context.shows(response, outcome.position)
    return response


@router.get("/{name}")
def show_user(context: Page, name: str) -> Response:
    return _one(context, name)


def _one(context: PageContext, name: str, *, link: str = "", **shown: Any) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    user, waits = _user(context, name), name in context.service.credentials.invited()
    return context.page(
        "user.html",
        user=user,
        waits=waits,
        second_factor=context.service.second_factors.since(name) is not None,
        by_mail=goes_by_mail(context),
        hours=HOURS,
        link=link,
        **shown,
    )


@router.post("/{name}/description")
@shown_again_by(_one)
def describe_user(context: Page, name: str) -> Response:
    form = context.form
    outcome = business.describe_user(
        context.store,
        context.command(),
        name=name,
        full_name=form.optional_text("full_name"),
        email=form.optional_text("email"),
    )
    return context.done(outcome, "/users", context._("Saved"))


@router.post("/{name}/roles")
@shown_again_by(_one)
def change_roles(context: Page, name: str) -> Response:
    before = _user(context, name).roles
    roles = roles_of(context.form)
    outcome = business.change_roles(context.store, context.command(), name=name, roles=roles)
    undo = Undo(f"/users/{name}/roles", {"roles": " ".join(sorted(before))}) if roles != before else None
    return context.done(outcome, "/users", context._("Roles of %(name)s changed", name=name), undo=undo)


@router.post("/{name}/link")
def reset_password(context: Page, name: str) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    _user(context, name)
    context.service.note(link_made(context, name), by=context.viewer)
    return _invite(context, name)


@router.get("/{name}/link")
def show_link(name: str) -> Response:
    """Where the address of the form above is asked for as a page."""
    return RedirectResponse(f"/users/{name}", 303)


@router.post("/{name}/disabling")
@sent_back_to("/users")
def disable_user(context: Page, name: str) -> Response:
    outcome = business.disable_user(context.store, context.command(), name=name)
    undo = Undo(f"/users/{name}/enabling")
    return context.done(outcome, context.back("/users"), context._("%(name)s can log in no more", name=name), undo=undo)


@router.post("/{name}/enabling")
@sent_back_to("/users")
def enable_user(context: Page, name: str) -> Response:
    """What let in before stays dead: it is revoked first, so that no crash leaves it alive."""
    context.viewer.require(Role.ADMINISTRATOR)
    if not _user(context, name).enabled:
        context.service.credentials.revoke_all(name)
    outcome = business.enable_user(context.store, context.command(), name=name)
    undo = Undo(f"/users/{name}/disabling")
    return context.done(outcome, context.back("/users"), context._("%(name)s can log in again", name=name), undo=undo)


@router.post("/{name}/second-factor/removal")
def remove_second_factor(context: Page, name: str) -> Response:
    """Of somebody else who has lost the phone: the own one is turned off with a code. All that is logged in is out."""
    context.viewer.require(Role.ADMINISTRATOR)
    _user(context, name)
    service = context.service
    if name == context.viewer.name:
        return context.refused(OwnSecondFactor(), f"/users/{name}")
    if service.second_factors.since(name) is not None:
        service.second_factors.remove(name)
        service.attempts.clear(*codes_of(name))
        service.credentials.log_out_everywhere(name)
        service.note(SecondFactorRemoved(service.attempts.who(name)), by=context.viewer)
    return context.done(None, f"/users/{name}", context._("The password alone lets %(name)s in now", name=name))


def _invite(context: PageContext, name: str) -> Response:
    """The link, where it has to be handed over, is in this answer, and nowhere else ever."""
    user = _user(context, name)
    link = invite(context, user)
    if link is None:
        said = context._("A link to set a password is on its way to %(name)s", name=name)
        return context.done(None, f"/users/{name}", said)
    response = _one(context, name, link=link)
    response.headers["HX-Push-Url"] = f"/users/{name}"
    return response


def _user(context: PageContext, name: str) -> User:
    user, version = context.store.load(User(), user_id(name))
    if not version:
        raise NotFound
    return user
