"""Whoever is new, or has lost the password, sets an own one by a link, so that nobody else ever knows it.

The link goes by mail where mail is set up. Else it is shown once, to the administrator, who hands it over.
"""

from collections.abc import Mapping

from api.http.credentials import INVITATION_LIFE
from api.http.dependencies import PublicUrlMissing
from api.pages.context import PageContext, ReaderContext
from application.correspondence import load_correspondence
from application.streams import Streams
from domain.access import PasswordLinkMade
from domain.message import Taken
from domain.people import User
from domain.sending import Channel


def goes_by_mail(context: ReaderContext) -> bool:
    return (
        context.service.public_url is not None and load_correspondence(Streams(context.service.store)).mail is not None
    )


def link_made(context: PageContext, name: str) -> PasswordLinkMade:
    """As it is to be noted."""
    return PasswordLinkMade(context.service.attempts.who(name))


def invite(context: PageContext, user: User) -> str | None:
    """The link to hand over, or None where it was mailed. The password before is dead, and so is all that it let in."""
    service = context.service
    token = service.credentials.invite(user.name, now=service.clock())
    path = f"new-password/{token}"
    if user.email and goes_by_mail(context):
        values: Mapping[str, object] = {
            "business": context.business.name,
            "name": user.name,
            "link": service.link(path),
            "hours": INVITATION_LIFE.days * 24,
        }
        subject = context._("%(business)s: set your password", **values)
        body = context._(
            "You are the user %(name)s at %(business)s. By this link you set your own password. "
            "It works once, within %(hours)s hours:\n\n%(link)s",
            **values,
        )
        if isinstance(service.try_out(Channel.EMAIL, user.email, subject, body), Taken):
            return None
    try:
        return service.link(path)
    except PublicUrlMissing:
        # It is shown in the very browser that asked, and is sent nowhere.
        return f"{context.request.base_url}{path}"
